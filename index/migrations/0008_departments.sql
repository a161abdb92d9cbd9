-- Version 8: `department` holds those of a group's sites too, codes with blanks between.
UPDATE incidents SET department = told.codes
FROM (
    SELECT n, group_concat(code, ' ') AS codes
    FROM (
        SELECT r.n, r.json ->> '$.facility.department' AS code FROM incident_records r
        UNION
        SELECT r.n, s.value ->> '$.department' FROM incident_records r, json_each(r.json, '$.sites') s
        ORDER BY 1, 2
    )
    WHERE code IS NOT NULL
    GROUP BY n
) told
WHERE told.n = incidents.n AND told.codes <> department;
