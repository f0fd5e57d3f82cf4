-- name: insert_person
INSERT INTO erv.person (id, kennung, name, zugang_sha256, angelegt_am) VALUES ($1, $2, $3, $4, $5);

-- name: person_by_zugang
SELECT id, kennung, name FROM erv.person WHERE zugang_sha256 = $1;
