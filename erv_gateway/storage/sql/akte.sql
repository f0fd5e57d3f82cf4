-- name: insert_akte
INSERT INTO erv.akte (id, aktenzeichen, titel, angelegt_am) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING;

-- name: akte
SELECT id, aktenzeichen, titel, gericht_aktenzeichen, angelegt_am FROM erv.akte WHERE id = $1;

-- name: lock_akte
SELECT aktenzeichen FROM erv.akte WHERE id = $1 FOR UPDATE;

-- name: set_gericht_aktenzeichen
UPDATE erv.akte SET gericht_aktenzeichen = $2 WHERE id = $1;

-- name: insert_stand
INSERT INTO erv.aktenstand (id, akte_id, nummer, modell, hinweise, lieferung_sha256, uebernommen_am, uebernommen_von)
SELECT $1, $2, coalesce(max(nummer), 0) + 1, $3, $4, $5, $6, $7 FROM erv.aktenstand WHERE akte_id = $2
RETURNING nummer;

-- name: stand_of_lieferung
SELECT id, nummer FROM erv.aktenstand WHERE akte_id = $1 AND lieferung_sha256 = $2;

-- name: stand
SELECT id, akte_id, nummer, modell, hinweise, lieferung_sha256, uebernommen_am FROM erv.aktenstand WHERE id = $1;

-- name: latest_stand
SELECT id, nummer FROM erv.aktenstand WHERE akte_id = $1 ORDER BY nummer DESC LIMIT 1;
