-- Version 1 of the SQLite store. Days are ISO dates (Europe/Paris), moments ISO datetimes in UTC.
-- The record is the JSON; the columns and link tables beside it are what filters and facets ask, and can
-- be rebuilt from it. An empty text stands for "not said", so that it makes a facet value of its own.

CREATE TABLE articles (
    id           TEXT PRIMARY KEY,
    url          TEXT NOT NULL UNIQUE,
    fetched      TEXT,
    content_hash TEXT NOT NULL,
    purged       INTEGER NOT NULL DEFAULT 0,
    json         TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE reports (
    url      TEXT PRIMARY KEY,
    relevant INTEGER NOT NULL,
    json     TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE incidents (
    n                  INTEGER PRIMARY KEY,
    id                 TEXT NOT NULL UNIQUE,
    day                TEXT NOT NULL,      -- to sort by: the attack's, else the first publication's
    first_day          TEXT NOT NULL,      -- the range that since/until must overlap
    last_day           TEXT NOT NULL,
    year               TEXT NOT NULL,
    department         TEXT NOT NULL,
    facility           TEXT NOT NULL,      -- FINESS, else `nom:` and the folded name and commune
    facility_name      TEXT NOT NULL,      -- folded
    facility_label     TEXT NOT NULL,      -- as shown
    facility_type      TEXT NOT NULL,
    information_status TEXT NOT NULL,
    care_impact        TEXT NOT NULL,
    last_changed       TEXT NOT NULL
);
CREATE INDEX incidents_by_day ON incidents (day DESC, id DESC);
CREATE INDEX incidents_by_facility ON incidents (facility);
CREATE INDEX incidents_by_facility_name ON incidents (facility_name);
CREATE INDEX incidents_by_department ON incidents (department);

-- Apart from the columns, so that counting does not read through the records.
CREATE TABLE incident_records (
    n    INTEGER PRIMARY KEY REFERENCES incidents (n) ON DELETE CASCADE,
    json TEXT NOT NULL
);

-- The columns of a table without rowid stand in the order of its key: SQLite 3.40's quick_check takes them for
-- corrupt otherwise.
CREATE TABLE incident_types (
    type TEXT NOT NULL,
    n    INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    PRIMARY KEY (type, n)
) WITHOUT ROWID;
CREATE INDEX incident_types_by_n ON incident_types (n);

CREATE TABLE incident_services (
    service TEXT NOT NULL,
    status  TEXT NOT NULL,
    n       INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    PRIMARY KEY (service, status, n)
) WITHOUT ROWID;
CREATE INDEX incident_services_by_n ON incident_services (n);

CREATE TABLE incident_reports (
    url    TEXT NOT NULL,
    n      INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    outlet TEXT NOT NULL,
    PRIMARY KEY (url, n)
) WITHOUT ROWID;
CREATE INDEX incident_reports_by_n ON incident_reports (n, outlet);
CREATE INDEX incident_reports_by_outlet ON incident_reports (outlet, n);

-- Which reported incident (by its place in the report) belongs to which incident, and by which keys
-- another report of the same facility finds it.
CREATE TABLE members (
    url      TEXT NOT NULL,
    position INTEGER NOT NULL,
    n        INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    PRIMARY KEY (url, position)
) WITHOUT ROWID;
CREATE INDEX members_by_n ON members (n);

CREATE TABLE facility_keys (
    key TEXT NOT NULL,
    n   INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    PRIMARY KEY (key, n)
) WITHOUT ROWID;
CREATE INDEX facility_keys_by_n ON facility_keys (n);

CREATE TABLE redirects (
    old TEXT PRIMARY KEY,
    new TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX redirects_by_new ON redirects (new);

CREATE TABLE given_ids (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
);

CREATE TABLE seen (
    url          TEXT PRIMARY KEY,
    outlet       TEXT NOT NULL,
    at           TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    reason       TEXT,
    content_hash TEXT
) WITHOUT ROWID;

CREATE TABLE outlet_state (
    outlet       TEXT PRIMARY KEY,
    last_attempt TEXT,
    last_success TEXT,
    last_error   TEXT,
    next_try     TEXT,
    seen         INTEGER NOT NULL,
    kept         INTEGER NOT NULL,
    failed       INTEGER NOT NULL
) WITHOUT ROWID;

-- Words of names as they are written, to suggest the right spelling.
CREATE TABLE name_words (
    word     TEXT PRIMARY KEY,
    spelling TEXT NOT NULL
) WITHOUT ROWID;

-- The text is analysed in Python (index/french.py): columns hold its tokens, separated by blanks.
-- `names`, `titles`, `body`: folded words. `labels`, `titles_stem`, `body_stem`: stems, names unstemmed.
CREATE VIRTUAL TABLE search USING fts5 (
    names, titles, labels, titles_stem, body, body_stem,
    tokenize = 'unicode61 remove_diacritics 0'
);
