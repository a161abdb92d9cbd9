-- Version 6: rows are appended, and what is looked up stands in an index beside them. A long row in the order of a key
-- that has none (a hash, an address) makes a page of its own dirty each time it is written.

CREATE TABLE articles_6 (
    url          TEXT NOT NULL PRIMARY KEY,
    fetched      TEXT,
    content_hash TEXT NOT NULL,
    purged       INTEGER NOT NULL DEFAULT 0,
    json         TEXT NOT NULL
);
INSERT INTO articles_6 SELECT url, fetched, content_hash, purged, json FROM articles;
DROP TABLE articles;
ALTER TABLE articles_6 RENAME TO articles;

CREATE TABLE reports_6 (
    url      TEXT NOT NULL PRIMARY KEY,
    relevant INTEGER NOT NULL,
    victims  INTEGER NOT NULL,   -- how many incidents it tells of
    json     TEXT NOT NULL
);
INSERT INTO reports_6 SELECT url, relevant, json_array_length(json, '$.incidents'), json FROM reports;
DROP TABLE reports;
ALTER TABLE reports_6 RENAME TO reports;

-- Those of version 5, which went with the table.
CREATE TRIGGER article_came AFTER INSERT ON articles BEGIN
    DELETE FROM arrivals WHERE n IN (SELECT n FROM incident_reports WHERE url = new.url);
    INSERT INTO arrivals (n) SELECT n FROM incident_reports WHERE url = new.url;
END;
CREATE TRIGGER article_changed AFTER UPDATE OF content_hash ON articles BEGIN
    DELETE FROM arrivals WHERE n IN (SELECT n FROM incident_reports WHERE url = new.url);
    INSERT INTO arrivals (n) SELECT n FROM incident_reports WHERE url = new.url;
END;
