-- Version 2: what analysts did, and what became of ids. Both are kept for ever.

-- An act is the JSON of `records.Act`; `act_articles` finds those that rest on an article.
CREATE TABLE acts (
    id   TEXT PRIMARY KEY,
    at   TEXT NOT NULL,
    json TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX acts_in_order ON acts (at, id);

CREATE TABLE act_articles (
    url TEXT NOT NULL,
    act TEXT NOT NULL REFERENCES acts (id),
    PRIMARY KEY (url, act)
) WITHOUT ROWID;

-- `index.store.Fate`: merged and withdrawn exclude each other, split tells where an id came from.
CREATE TABLE fates (
    id      TEXT NOT NULL,
    kind    TEXT NOT NULL,
    at      TEXT NOT NULL,
    other   TEXT,
    why     TEXT,
    members TEXT NOT NULL,
    PRIMARY KEY (id, kind)
) WITHOUT ROWID;

INSERT INTO fates (id, kind, at, other, members)
SELECT old, 'merged', strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now'), new, '[]' FROM redirects;
DROP TABLE redirects;
