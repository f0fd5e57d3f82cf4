-- What was found out about files, by their hash: a file that did not change is never examined twice by the same checker.

CREATE TABLE erv.dateimerkmale (
    sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    pruefstand  text NOT NULL CHECK (pruefstand <> ''),
    merkmale    jsonb NOT NULL,
    geprueft_am timestamptz NOT NULL,
    PRIMARY KEY (sha256, pruefstand)
);

GRANT SELECT, INSERT ON erv.dateimerkmale TO erv_gateway;
GRANT SELECT ON erv.dateimerkmale TO erv_reader;
