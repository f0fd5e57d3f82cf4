-- name: lock_sendung
SELECT zustand FROM erv.sendung WHERE id = $1 FOR UPDATE;

-- name: insert_teilung
INSERT INTO erv.teilung (id, akte_id, plan_sha256, geteilt_von, geteilt_am) VALUES ($1, $2, $3, $4, $5);

-- name: insert_teil
INSERT INTO erv.sendungsteil (teilung_id, nummer, von, sendung_id, dokumente) VALUES ($1, $2, $3, $4, $5);

-- name: teil
SELECT t.teilung_id, t.nummer, t.von, t.dokumente
FROM erv.sendungsteil t JOIN erv.teilung g ON g.id = t.teilung_id
WHERE t.sendung_id = $1 AND g.aufgehoben_am IS NULL;

-- name: teile
SELECT t.nummer, t.sendung_id, s.zustand, s.eingang
FROM erv.sendungsteil t JOIN erv.sendung s ON s.id = t.sendung_id
WHERE t.teilung_id = $1 ORDER BY t.nummer;

-- name: lock_teile
SELECT s.id, s.zustand FROM erv.sendungsteil t JOIN erv.sendung s ON s.id = t.sendung_id
WHERE t.teilung_id = $1 ORDER BY s.id FOR UPDATE OF s;

-- name: set_aufgehoben
UPDATE erv.teilung SET aufgehoben_von = $2, aufgehoben_am = $3 WHERE id = $1 AND aufgehoben_am IS NULL;

-- name: frueher_uebermittelt
SELECT a.modell, coalesce(g.eingang, s.eingang) AS eingang,
       coalesce(g.angekommen, s.zustand IN ('BESTAETIGT', 'ABGELEGT')) AS angekommen
FROM erv.sendung s
JOIN erv.aktenstand a ON a.id = s.aktenstand_id
LEFT JOIN LATERAL (
    SELECT max(b.eingang) AS eingang, bool_and(b.zustand IN ('BESTAETIGT', 'ABGELEGT')) AS angekommen,
           min(t.nummer) FILTER (WHERE t.sendung_id = s.id) AS nummer
    FROM erv.sendungsteil t JOIN erv.sendung b ON b.id = t.sendung_id
    WHERE t.teilung_id = (SELECT v.teilung_id FROM erv.sendungsteil v JOIN erv.teilung w ON w.id = v.teilung_id
                          WHERE v.sendung_id = s.id AND w.aufgehoben_am IS NULL)
) g ON true
WHERE s.akte_id = $1 AND s.empfaenger_safe_id = $2 AND s.id <> $3 AND coalesce(g.nummer, 1) = 1
  AND s.zustand IN ('UNGEWISS', 'UEBERGEBEN', 'BESTAETIGT', 'BEANSTANDET', 'ABGELEGT')
ORDER BY s.uebergeben_am NULLS LAST, s.angelegt_am, s.id;
