-- name: ping
SELECT 1;

-- name: insert_sitzung
INSERT INTO erv.sitzung (token_sha256, person_id, angelegt_am, zuletzt_am) VALUES ($1, $2, $3, $3);

-- name: person_of_sitzung
SELECT p.id, p.kennung, p.name, s.zuletzt_am
FROM erv.sitzung s JOIN erv.person p ON p.id = s.person_id
WHERE s.token_sha256 = $1 AND s.angelegt_am > $2 AND s.zuletzt_am > $3;

-- name: touch_sitzung
UPDATE erv.sitzung SET zuletzt_am = $2 WHERE token_sha256 = $1 AND zuletzt_am < $2;

-- name: delete_sitzung
DELETE FROM erv.sitzung WHERE token_sha256 = $1;

-- name: delete_expired
DELETE FROM erv.sitzung WHERE angelegt_am <= $1 OR zuletzt_am <= $2;

-- name: personen
SELECT id, name FROM erv.person WHERE id = ANY($1::uuid[]);

