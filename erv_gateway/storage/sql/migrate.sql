-- name: lock
SELECT pg_advisory_lock($1::bigint);

-- name: has_schema
SELECT to_regnamespace('erv') IS NOT NULL;

-- name: create_schema
CREATE SCHEMA erv;

-- name: has_table
SELECT to_regclass('erv.migration') IS NOT NULL;

-- name: create_table
CREATE TABLE erv.migration (
    number     integer PRIMARY KEY CHECK (number > 0),
    name       text NOT NULL UNIQUE,
    checksum   bytea NOT NULL CHECK (octet_length(checksum) = 32),
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- name: applied
SELECT number, name, checksum FROM erv.migration ORDER BY number;

-- name: record
INSERT INTO erv.migration (number, name, checksum) VALUES ($1, $2, $3);
