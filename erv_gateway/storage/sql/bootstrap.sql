-- name: roles
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['erv_migrator', 'erv_gateway', 'erv_sequencer', 'erv_reader'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I', role_name);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role_name);
    END LOOP;
END
$$;

-- name: has_database
SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = 'erv');

-- name: create_database
CREATE DATABASE erv OWNER erv_migrator;

-- name: own_schema_rights
REVOKE ALL ON SCHEMA public FROM PUBLIC;
