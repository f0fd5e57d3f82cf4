-- name: append
INSERT INTO erv.log_entry (id, art, gegenstand, leaf_hash, canonical_body) VALUES ($1, $2, $3, $4, $5);

-- name: entries_of
SELECT id, seq, idx, art, gegenstand, leaf_hash, canonical_body, received_at
FROM erv.log_entry
WHERE gegenstand = $1
ORDER BY seq;

-- name: entry
SELECT id, seq, idx, art, gegenstand, leaf_hash, canonical_body, received_at
FROM erv.log_entry
WHERE id = $1;
