-- Who is logged in at the pages: an opaque id of 256 random bits, of which only the SHA-256 is kept.

CREATE TABLE erv.sitzung (
    token_sha256 bytea PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    person_id    uuid NOT NULL REFERENCES erv.person,
    angelegt_am  timestamptz NOT NULL,
    zuletzt_am   timestamptz NOT NULL
);
CREATE INDEX sitzung_angelegt_am ON erv.sitzung (angelegt_am);

GRANT SELECT, INSERT, DELETE, UPDATE (zuletzt_am) ON erv.sitzung TO erv_gateway;
