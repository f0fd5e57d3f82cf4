-- name: lock_sendung
SELECT zustand, art FROM erv.sendung WHERE id = $1 FOR UPDATE;

-- name: wurzel
-- Corrections belong to the whole: those of a split Sendung lie with its first part and hold for all parts.
SELECT erster.sendung_id
FROM erv.sendungsteil t
JOIN erv.teilung g ON g.id = t.teilung_id
JOIN erv.sendungsteil erster ON erster.teilung_id = t.teilung_id AND erster.nummer = 1
WHERE t.sendung_id = $1 AND g.aufgehoben_am IS NULL;

-- name: korrekturen
SELECT nummer, art, plan_sha256, aenderungen, auslassungen, angewandt_von, angewandt_am, zurueckgenommen_von,
       zurueckgenommen_am
FROM erv.korrektur WHERE sendung_id = $1 ORDER BY nummer;

-- name: acts
SELECT count(*) + count(zurueckgenommen_am) FROM erv.korrektur WHERE sendung_id = $1;

-- name: insert_korrektur
INSERT INTO erv.korrektur (sendung_id, nummer, art, plan_sha256, aenderungen, auslassungen, angewandt_von, angewandt_am)
SELECT $1, coalesce(max(nummer), 0) + 1, $2, $3, $4, $5, $6, $7 FROM erv.korrektur WHERE sendung_id = $1
RETURNING nummer;

-- name: withdraw_korrektur
UPDATE erv.korrektur SET zurueckgenommen_von = $3, zurueckgenommen_am = $4
WHERE sendung_id = $1 AND nummer = $2 AND zurueckgenommen_am IS NULL;

-- name: earlier_staende
SELECT f.nummer, f.modell, f.uebernommen_am
FROM erv.aktenstand f JOIN erv.aktenstand dieser ON dieser.akte_id = f.akte_id
WHERE dieser.id = $1 AND f.nummer < dieser.nummer ORDER BY f.nummer;
