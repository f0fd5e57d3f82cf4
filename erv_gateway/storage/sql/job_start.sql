-- name: begin
INSERT INTO erv_jobs.job_start AS s (job_id, starts)
VALUES ($1, 1)
ON CONFLICT (job_id) DO UPDATE SET starts = s.starts + 1, last_start = clock_timestamp()
RETURNING starts;

-- name: fail
UPDATE erv_jobs.job_start SET starts = 0, failures = failures + 1 WHERE job_id = $1 RETURNING failures;

-- name: pause
UPDATE erv_jobs.job_start SET starts = 0, failures = 0 WHERE job_id = $1 RETURNING failures;

-- name: unbegin
UPDATE erv_jobs.job_start SET starts = greatest(starts - 1, 0) WHERE job_id = $1 RETURNING starts;

-- name: finish
DELETE FROM erv_jobs.job_start WHERE job_id = $1 RETURNING starts;
