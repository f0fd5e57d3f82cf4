-- name: try_lock
SELECT pg_try_advisory_lock($1::bigint);

-- name: unlock
SELECT pg_advisory_unlock($1::bigint);
