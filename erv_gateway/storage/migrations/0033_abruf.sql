-- Answers of OCSP services, revocation lists, issuers' certificates and trusted lists, kept for a while.
-- Public data, each signed by whom it comes from: no evidence rests on this table, it only saves asking again.

CREATE TABLE erv.abruf (
    schluessel   bytea PRIMARY KEY CHECK (octet_length(schluessel) = 32),
    url          text NOT NULL CHECK (url <> ''),
    daten        bytea NOT NULL CHECK (octet_length(daten) <= 33554432),
    abgerufen_am timestamptz NOT NULL,
    gueltig_bis  timestamptz NOT NULL CHECK (gueltig_bis > abgerufen_am)
);
CREATE INDEX abruf_gueltig_bis ON erv.abruf (gueltig_bis);

GRANT SELECT, INSERT, DELETE, UPDATE (daten, abgerufen_am, gueltig_bis) ON erv.abruf TO erv_gateway;
