-- A case file too big for one message: which Sendung carries which documents. A plan is laid down whole or not at all.

CREATE TABLE erv.teilung (
    id             uuid PRIMARY KEY,
    akte_id        uuid NOT NULL REFERENCES erv.akte,
    plan_sha256    text NOT NULL,
    geteilt_von    uuid NOT NULL REFERENCES erv.person,
    geteilt_am     timestamptz NOT NULL,
    aufgehoben_von uuid REFERENCES erv.person,
    aufgehoben_am  timestamptz
);

CREATE TABLE erv.sendungsteil (
    teilung_id uuid NOT NULL REFERENCES erv.teilung,
    nummer     integer NOT NULL CHECK (nummer BETWEEN 1 AND von),
    von        integer NOT NULL CHECK (von > 1),
    sendung_id uuid NOT NULL REFERENCES erv.sendung,
    dokumente  uuid[] NOT NULL,
    PRIMARY KEY (teilung_id, nummer),
    UNIQUE (teilung_id, sendung_id)
);
CREATE INDEX sendungsteil_sendung ON erv.sendungsteil (sendung_id);

GRANT SELECT, INSERT ON erv.teilung, erv.sendungsteil TO erv_gateway;
GRANT UPDATE (aufgehoben_von, aufgehoben_am) ON erv.teilung TO erv_gateway;
GRANT SELECT ON erv.teilung, erv.sendungsteil TO erv_reader;
