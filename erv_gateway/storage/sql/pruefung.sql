-- name: insert_bericht
INSERT INTO erv.pruefbericht (nachricht_id, name, medientyp, sha256, bytes) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING;

-- name: berichte
SELECT name, medientyp, sha256, bytes FROM erv.pruefbericht WHERE nachricht_id = $1 ORDER BY name;
