-- Version 5: saved searches, what their readers were told, what still has to be sent (index/saved.py), and the order
-- in which incidents were written, which alerts follow.

CREATE TABLE saved_searches (
    name TEXT PRIMARY KEY,
    mark TEXT NOT NULL DEFAULT '',   -- how far `arrivals` was looked at; of this file only
    json TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE told (
    search   TEXT NOT NULL,
    incident TEXT NOT NULL,
    at       TEXT NOT NULL,
    within   TEXT NOT NULL,          -- the incident it was merged into, empty for none
    json     TEXT NOT NULL,
    PRIMARY KEY (search, incident)
) WITHOUT ROWID;
CREATE INDEX told_latest ON told (search, at);

CREATE TABLE sendings (
    id     TEXT PRIMARY KEY,
    search TEXT NOT NULL,
    made   TEXT NOT NULL,
    json   TEXT NOT NULL
) WITHOUT ROWID;

-- A number is never given twice: what is written again moves to the end.
CREATE TABLE arrivals (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    n   INTEGER NOT NULL UNIQUE REFERENCES incidents (n) ON DELETE CASCADE
);
INSERT INTO arrivals (n) SELECT n FROM incidents ORDER BY n;

CREATE TRIGGER incident_came AFTER INSERT ON incident_records BEGIN
    DELETE FROM arrivals WHERE n = new.n;
    INSERT INTO arrivals (n) VALUES (new.n);
END;
CREATE TRIGGER incident_changed AFTER UPDATE OF json ON incident_records BEGIN
    DELETE FROM arrivals WHERE n = new.n;
    INSERT INTO arrivals (n) VALUES (new.n);
END;
-- The words of an article are searched too.
CREATE TRIGGER article_came AFTER INSERT ON articles BEGIN
    DELETE FROM arrivals WHERE n IN (SELECT n FROM incident_reports WHERE url = new.url);
    INSERT INTO arrivals (n) SELECT n FROM incident_reports WHERE url = new.url;
END;
CREATE TRIGGER article_changed AFTER UPDATE OF content_hash ON articles BEGIN
    DELETE FROM arrivals WHERE n IN (SELECT n FROM incident_reports WHERE url = new.url);
    INSERT INTO arrivals (n) SELECT n FROM incident_reports WHERE url = new.url;
END;
