-- Version 3: what collecting remembers between two runs (index/crawl.py says which kinds there are).
CREATE TABLE notes (
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    part TEXT NOT NULL,      -- what it belongs to: an outlet, an article
    rank TEXT NOT NULL,      -- the highest come first
    json TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX notes_by_part ON notes (kind, part, rank);
