-- Version 4: what more filters ask. `fold` and `cell` are functions of index/sqlite_file.py.

ALTER TABLE incidents ADD COLUMN commune TEXT NOT NULL DEFAULT '-';        -- INSEE code, else `nom:` and the folded name
ALTER TABLE incidents ADD COLUMN commune_name TEXT NOT NULL DEFAULT '';    -- folded
ALTER TABLE incidents ADD COLUMN commune_label TEXT NOT NULL DEFAULT '';   -- as shown
ALTER TABLE incidents ADD COLUMN reviewed TEXT NOT NULL DEFAULT 'non';     -- oui, non
ALTER TABLE incidents ADD COLUMN lat REAL;                                 -- degrees, WGS 84
ALTER TABLE incidents ADD COLUMN lon REAL;
ALTER TABLE incidents ADD COLUMN cell TEXT NOT NULL DEFAULT '';            -- quadkey of the map tile (index/geography.py)

UPDATE incidents SET (commune, commune_name, commune_label, reviewed, lat, lon) = (
    SELECT coalesce(json_extract(json, '$.facility.insee'), 'nom:' || fold(json_extract(json, '$.facility.commune')), '-'),
           coalesce(fold(json_extract(json, '$.facility.commune')), ''),
           coalesce(json_extract(json, '$.facility.commune'), ''),
           iif(json_extract(json, '$.reviewed') IS NULL, 'non', 'oui'),
           json_extract(json, '$.facility.lat'),
           json_extract(json, '$.facility.lon')
    FROM incident_records r WHERE r.n = incidents.n
);
UPDATE incidents SET cell = cell(lat, lon);
CREATE INDEX incidents_by_commune ON incidents (commune);
CREATE INDEX incidents_by_place ON incidents (lat, lon);

-- Types of attack, each with its certainty.
CREATE TABLE incident_claims (
    type      TEXT NOT NULL,
    certainty TEXT NOT NULL,
    n         INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    PRIMARY KEY (type, certainty, n)
) WITHOUT ROWID;
CREATE INDEX incident_claims_by_n ON incident_claims (n);
INSERT OR IGNORE INTO incident_claims (type, certainty, n)
SELECT json_extract(c.value, '$.type'), json_extract(c.value, '$.certainty'), r.n
FROM incident_records r, json_each(r.json, '$.attack_types') c;
DROP TABLE incident_types;
