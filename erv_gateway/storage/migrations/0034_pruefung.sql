-- The reports on an inbound Nachricht, by form: bytes in the blob store, never changed.

CREATE TABLE erv.pruefbericht (
    nachricht_id uuid NOT NULL REFERENCES erv.nachricht,
    name         text NOT NULL,
    medientyp    text NOT NULL,
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes        bigint NOT NULL,
    PRIMARY KEY (nachricht_id, name)
);

GRANT SELECT, INSERT ON erv.pruefbericht TO erv_gateway;
GRANT SELECT ON erv.pruefbericht TO erv_reader;
