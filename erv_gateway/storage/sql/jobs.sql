-- name: held
SELECT q.id, q.entrypoint, q.updated AS held_since, coalesce(s.starts, 0) AS starts, coalesce(s.failures, 0) AS failures
FROM erv_jobs.pgqueuer q
LEFT JOIN erv_jobs.job_start s ON s.job_id = q.id
WHERE q.status = 'failed'
ORDER BY q.updated, q.id;

-- name: release
UPDATE erv_jobs.pgqueuer
SET status = 'queued', execute_after = now(), updated = now(), attempts = 0, queue_manager_id = NULL
WHERE id = ANY ($1::bigint[]) AND status = 'failed'
RETURNING id;

-- name: forget_starts
DELETE FROM erv_jobs.job_start s
USING erv_jobs.pgqueuer q
WHERE s.job_id = q.id AND q.id = ANY ($1::bigint[]) AND q.status = 'failed';

-- name: prune_log
DELETE FROM erv_jobs.pgqueuer_log WHERE created < now() - $1::interval AND aggregated;

-- name: prune_statistics
DELETE FROM erv_jobs.pgqueuer_statistics WHERE created < now() - $1::interval;

-- name: prune_starts
DELETE FROM erv_jobs.job_start s
WHERE s.last_start < now() - $1::interval
  AND NOT EXISTS (SELECT 1 FROM erv_jobs.pgqueuer q WHERE q.id = s.job_id);
