-- Version 7: what filters and facets ask is read into memory once (index/sqlite_columns.py), and after that only what
-- `arrivals` says was written since and `departures` says is gone. So no index serves filters any more.
DROP INDEX incidents_by_day;
DROP INDEX incidents_by_facility;
DROP INDEX incidents_by_facility_name;
DROP INDEX incidents_by_department;
DROP INDEX incidents_by_commune;
DROP INDEX incidents_by_place;
DROP INDEX incident_reports_by_outlet;

CREATE TABLE incident_services_7 (
    n       INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    service TEXT NOT NULL,
    status  TEXT NOT NULL,
    PRIMARY KEY (n, service, status)
) WITHOUT ROWID;
INSERT INTO incident_services_7 SELECT n, service, status FROM incident_services;
DROP TABLE incident_services;
ALTER TABLE incident_services_7 RENAME TO incident_services;

CREATE TABLE incident_claims_7 (
    n         INTEGER NOT NULL REFERENCES incidents (n) ON DELETE CASCADE,
    type      TEXT NOT NULL,
    certainty TEXT NOT NULL,
    PRIMARY KEY (n, type, certainty)
) WITHOUT ROWID;
INSERT INTO incident_claims_7 SELECT n, type, certainty FROM incident_claims;
DROP TABLE incident_claims;
ALTER TABLE incident_claims_7 RENAME TO incident_claims;

CREATE TABLE departures (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    n   INTEGER NOT NULL
);
CREATE TRIGGER incident_went AFTER DELETE ON incidents BEGIN
    INSERT INTO departures (n) VALUES (old.n);
END;
