-- Corrections of a Sendung: what a person has seen and ordered, complete enough to be made again from the delivery.

CREATE TABLE erv.korrektur (
    sendung_id          uuid NOT NULL REFERENCES erv.sendung,
    nummer              integer NOT NULL CHECK (nummer > 0),
    art                 text NOT NULL CHECK (art <> ''),
    plan_sha256         text NOT NULL CHECK (plan_sha256 ~ '^[0-9a-f]{64}$'),
    aenderungen         jsonb NOT NULL,
    auslassungen        jsonb NOT NULL,
    angewandt_von       uuid NOT NULL REFERENCES erv.person,
    angewandt_am        timestamptz NOT NULL,
    zurueckgenommen_von uuid REFERENCES erv.person,
    zurueckgenommen_am  timestamptz,
    PRIMARY KEY (sendung_id, nummer),
    CHECK ((zurueckgenommen_von IS NULL) = (zurueckgenommen_am IS NULL))
);

-- A correction is taken back, never taken out.
GRANT SELECT, INSERT ON erv.korrektur TO erv_gateway;
GRANT UPDATE (zurueckgenommen_von, zurueckgenommen_am) ON erv.korrektur TO erv_gateway;
GRANT SELECT ON erv.korrektur TO erv_reader;
