-- name: give_back
UPDATE erv_jobs.pgqueuer
SET status = 'queued', execute_after = now(), updated = now(), queue_manager_id = NULL
WHERE id = $1 AND status = 'picked' AND queue_manager_id = $2;

-- name: unbegin
UPDATE erv_jobs.job_start SET starts = greatest(starts - 1, 0) WHERE job_id = $1;

-- name: wake
SELECT pg_notify('ch_pgqueuer', json_build_object(
    'channel', 'ch_pgqueuer',
    'operation', 'update',
    'sent_at', now(),
    'table', 'pgqueuer',
    'type', 'table_changed_event'
)::text);
