-- name: status
SELECT status::text FROM erv_jobs.pgqueuer WHERE dedupe_key = $1 ORDER BY id DESC LIMIT 1;

-- name: running
SELECT dedupe_key FROM erv_jobs.pgqueuer WHERE entrypoint = $1 AND status IN ('queued', 'picked');

-- name: forget_held
DELETE FROM erv_jobs.pgqueuer WHERE dedupe_key = $1 AND status = 'failed';
