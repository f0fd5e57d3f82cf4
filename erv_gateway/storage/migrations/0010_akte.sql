-- Case files, each as often as it was delivered, and the people who work on them.

CREATE TABLE erv.person (
    id            uuid PRIMARY KEY,
    kennung       text NOT NULL UNIQUE,
    name          text NOT NULL,
    zugang_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(zugang_sha256) = 32),
    angelegt_am   timestamptz NOT NULL
);

CREATE TABLE erv.akte (
    id                   uuid PRIMARY KEY,
    aktenzeichen         text NOT NULL,
    titel                text NOT NULL,
    gericht_aktenzeichen text,
    angelegt_am          timestamptz NOT NULL
);
CREATE INDEX akte_aktenzeichen ON erv.akte (aktenzeichen);

CREATE TABLE erv.aktenstand (
    id               uuid PRIMARY KEY,
    akte_id          uuid NOT NULL REFERENCES erv.akte,
    nummer           integer NOT NULL,
    modell           jsonb NOT NULL,
    hinweise         jsonb NOT NULL,
    lieferung_sha256 text NOT NULL,
    uebernommen_am   timestamptz NOT NULL,
    uebernommen_von  uuid NOT NULL REFERENCES erv.person,
    UNIQUE (akte_id, nummer),
    UNIQUE (akte_id, lieferung_sha256)
);

GRANT SELECT, INSERT ON erv.person, erv.aktenstand TO erv_gateway;
GRANT SELECT, INSERT, UPDATE (gericht_aktenzeichen) ON erv.akte TO erv_gateway;
GRANT SELECT ON erv.akte, erv.aktenstand TO erv_reader;
GRANT SELECT (id, kennung, name, angelegt_am) ON erv.person TO erv_reader;
