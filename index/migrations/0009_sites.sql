-- Version 9: commune, facility and place of every site of a group are asked, not only the group's own. The columns of
-- `incidents` hold the first that is known (the group's own, else that of a site), these tables those of further sites,
-- each once. `fold` and `cell` are functions of index/sqlite_file.py.
CREATE TABLE incident_facilities (
    n              INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    facility       TEXT NOT NULL,
    facility_label TEXT NOT NULL,
    facility_name  TEXT NOT NULL,
    PRIMARY KEY (n, facility)
) WITHOUT ROWID;

CREATE TABLE incident_communes (
    n             INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    commune       TEXT NOT NULL,
    commune_label TEXT NOT NULL,
    commune_name  TEXT NOT NULL,
    PRIMARY KEY (n, commune)
) WITHOUT ROWID;

CREATE TABLE incident_places (
    n    INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    lat  REAL NOT NULL,
    lon  REAL NOT NULL,
    cell TEXT NOT NULL,
    PRIMARY KEY (n, lat, lon)
) WITHOUT ROWID;

CREATE TABLE sites_9 AS
SELECT n, at, coalesce(finess, 'nom:' || fold(named)) AS facility, iif(finess IS NULL, named, name) AS facility_label,
       fold(name) AS facility_name, coalesce(insee, 'nom:' || fold(commune)) AS commune,
       coalesce(commune, '') AS commune_label, coalesce(fold(commune), '') AS commune_name,
       lat, lon, cell(lat, lon) AS cell
FROM (
    SELECT r.n, s.key AS at, s.value ->> '$.name' AS name, nullif(s.value ->> '$.finess', '') AS finess,
           nullif(s.value ->> '$.commune', '') AS commune, nullif(s.value ->> '$.insee', '') AS insee,
           (s.value ->> '$.name') || coalesce(', ' || nullif(s.value ->> '$.commune', ''), '') AS named,
           s.value ->> '$.lat' AS lat, s.value ->> '$.lon' AS lon
    FROM incident_records r, json_each(r.json, '$.sites') s
);

UPDATE incidents SET (commune, commune_label, commune_name) = (
    SELECT s.commune, s.commune_label, s.commune_name
    FROM sites_9 s WHERE s.n = incidents.n AND s.commune IS NOT NULL ORDER BY s.at LIMIT 1
)
WHERE commune = '-' AND n IN (SELECT n FROM sites_9 WHERE commune IS NOT NULL);
UPDATE incidents SET (lat, lon, cell) = (
    SELECT s.lat, s.lon, s.cell FROM sites_9 s WHERE s.n = incidents.n AND s.cell <> '' ORDER BY s.at LIMIT 1
)
WHERE cell = '' AND n IN (SELECT n FROM sites_9 WHERE cell <> '');
UPDATE incidents SET lat = NULL, lon = NULL WHERE cell = '' AND (lat IS NOT NULL OR lon IS NOT NULL);

INSERT OR IGNORE INTO incident_facilities
SELECT n, s.facility, s.facility_label, s.facility_name
FROM sites_9 s JOIN incidents i USING (n) WHERE s.facility <> i.facility ORDER BY n, s.at;
INSERT OR IGNORE INTO incident_communes
SELECT n, s.commune, s.commune_label, s.commune_name
FROM sites_9 s JOIN incidents i USING (n) WHERE s.commune <> i.commune ORDER BY n, s.at;
INSERT OR IGNORE INTO incident_places
SELECT n, s.lat, s.lon, s.cell
FROM sites_9 s JOIN incidents i USING (n) WHERE s.cell <> '' AND (s.lat <> i.lat OR s.lon <> i.lon) ORDER BY n, s.at;
DROP TABLE sites_9;

-- What `info` and `purge` ask, answered without reading through the tables.
CREATE INDEX incidents_by_last_changed ON incidents (last_changed);
CREATE INDEX articles_to_purge ON articles (fetched) WHERE purged = 0;
