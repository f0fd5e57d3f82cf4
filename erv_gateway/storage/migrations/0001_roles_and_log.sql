-- Roles, the schema, and the log.
--
-- The roles are groups. The embedded server has them already, able to log in through the private socket. On a server
-- of your own they are made here if the migrating role may create roles, else the administrator does it once:
--     CREATE ROLE erv_gateway; CREATE ROLE erv_sequencer; CREATE ROLE erv_reader;
--     GRANT erv_gateway TO <login role of the service>;
-- Nothing is granted by default: each later migration that makes a table says who may do what with it.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['erv_gateway', 'erv_sequencer', 'erv_reader'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA erv TO erv_gateway, erv_sequencer, erv_reader;
GRANT SELECT ON erv.migration TO erv_gateway, erv_sequencer, erv_reader;

-- The log. An entry is written once, in the transaction of the change that it reports; the sequencer later gives it
-- its place (idx) in the tree. Rights and triggers say the same twice: the triggers hold for the owner as well.
CREATE TABLE erv.log_entry (
    id             uuid PRIMARY KEY,
    seq            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    idx            bigint UNIQUE CHECK (idx >= 0),
    art            text NOT NULL CHECK (art <> ''),
    gegenstand     uuid NOT NULL,
    leaf_hash      bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
    canonical_body bytea NOT NULL,
    received_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT log_entry_leaf CHECK (leaf_hash = sha256('\x00'::bytea || canonical_body))
);

CREATE INDEX log_entry_gegenstand ON erv.log_entry (gegenstand, seq);
CREATE INDEX log_entry_waiting ON erv.log_entry (seq) WHERE idx IS NULL;

CREATE FUNCTION erv.log_entry_is_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.idx IS NOT NULL THEN
            RAISE EXCEPTION 'a log entry is written without its place' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.idx IS NULL AND NEW.idx IS NOT NULL
        AND (to_jsonb(NEW) - 'idx') = (to_jsonb(OLD) - 'idx') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER log_entry_append_only BEFORE INSERT OR UPDATE OR DELETE ON erv.log_entry
FOR EACH ROW EXECUTE FUNCTION erv.log_entry_is_append_only();

CREATE TRIGGER log_entry_never_emptied BEFORE TRUNCATE ON erv.log_entry
FOR EACH STATEMENT EXECUTE FUNCTION erv.log_entry_is_append_only();

GRANT SELECT ON erv.log_entry TO erv_gateway, erv_sequencer, erv_reader;
GRANT INSERT (id, art, gegenstand, leaf_hash, canonical_body) ON erv.log_entry TO erv_gateway;
GRANT UPDATE (idx) ON erv.log_entry TO erv_sequencer;
