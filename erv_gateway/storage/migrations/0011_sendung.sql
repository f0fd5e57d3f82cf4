-- Sendungen: what goes out, its files, its attempts.

CREATE TABLE erv.sendung (
    id                      uuid PRIMARY KEY,
    art                     text NOT NULL CHECK (art IN ('AKTE', 'EEB')),
    zustand                 text NOT NULL,
    akte_id                 uuid NOT NULL REFERENCES erv.akte,
    aktenstand_id           uuid REFERENCES erv.aktenstand,
    antwort_auf             uuid,
    postfach                text NOT NULL,
    empfaenger_safe_id      text NOT NULL,
    betreff                 text NOT NULL,
    angaben                 jsonb NOT NULL,
    eigene_nachrichten_id   uuid NOT NULL UNIQUE,
    aktenzeichen_absender   text NOT NULL,
    aktenzeichen_empfaenger text,
    angelegt_von            uuid NOT NULL REFERENCES erv.person,
    angelegt_am             timestamptz NOT NULL,
    befunde                 jsonb,
    freigegeben_von         uuid REFERENCES erv.person,
    freigegeben_am          timestamptz,
    message_id              text UNIQUE,
    vorbereitet             jsonb,
    annahme                 jsonb,
    uebergeben_am           timestamptz,
    laufzettel              jsonb,
    eingang                 timestamptz,
    urteil                  jsonb,
    nachweis                jsonb,
    CHECK ((art = 'AKTE') = (aktenstand_id IS NOT NULL)),
    CHECK ((art = 'EEB') = (antwort_auf IS NOT NULL))
);
CREATE INDEX sendung_zustand ON erv.sendung (zustand);
CREATE INDEX sendung_akte ON erv.sendung (akte_id);
-- One Empfangsbekenntnis for one message, whatever goes wrong in between.
CREATE UNIQUE INDEX sendung_eeb_einmal ON erv.sendung (antwort_auf) WHERE art = 'EEB';

CREATE TABLE erv.sendung_datei (
    sendung_id  uuid NOT NULL REFERENCES erv.sendung,
    position    integer NOT NULL,
    name        text NOT NULL,
    anzeigename text NOT NULL,
    sha256      text NOT NULL,
    bytes       bigint NOT NULL,
    PRIMARY KEY (sendung_id, position),
    UNIQUE (sendung_id, name)
);

-- One row per network attempt to hand over, written before the first byte leaves.
CREATE TABLE erv.versuch (
    sendung_id  uuid NOT NULL REFERENCES erv.sendung,
    nummer      integer NOT NULL,
    begonnen_am timestamptz NOT NULL,
    beendet_am  timestamptz,
    ergebnis    text,
    PRIMARY KEY (sendung_id, nummer)
);

-- What was filed back to the case: proof bundles, incoming documents, protocols.
CREATE TABLE erv.ablage (
    akte_id      uuid NOT NULL REFERENCES erv.akte,
    herkunft     uuid NOT NULL,
    dateiname    text NOT NULL,
    sha256       text NOT NULL,
    bytes        bigint NOT NULL,
    abgelegt_am  timestamptz NOT NULL,
    PRIMARY KEY (akte_id, herkunft, dateiname)
);

GRANT SELECT, INSERT ON erv.sendung, erv.sendung_datei, erv.versuch, erv.ablage TO erv_gateway;
GRANT UPDATE (zustand, aktenzeichen_empfaenger, befunde, freigegeben_von, freigegeben_am, message_id, vorbereitet,
              annahme, uebergeben_am, laufzettel, eingang, urteil, nachweis) ON erv.sendung TO erv_gateway;
GRANT UPDATE (beendet_am, ergebnis) ON erv.versuch TO erv_gateway;
GRANT SELECT ON erv.sendung, erv.sendung_datei, erv.versuch, erv.ablage TO erv_reader;
