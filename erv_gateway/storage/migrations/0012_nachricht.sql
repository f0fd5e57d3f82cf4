-- Nachrichten: what came in, unchanged, and what was found in it.

CREATE TABLE erv.nachricht (
    id                    uuid PRIMARY KEY,
    postfach              text NOT NULL,
    message_id            text NOT NULL,
    zustand               text NOT NULL,
    original_sha256       text NOT NULL,
    original_bytes        bigint NOT NULL,
    gesichert_am          timestamptz NOT NULL,
    eingang               timestamptz,
    betreff               text,
    absender_safe_id      text,
    absender_name         text,
    absender_cipher       bytea,
    pruefprotokoll        jsonb,
    xjustiz_version       text,
    xjustiz_nachricht     text,
    fremde_nachrichten_id uuid,
    eeb_verlangt          boolean NOT NULL DEFAULT false,
    akte_id               uuid REFERENCES erv.akte,
    zuordnung             text,
    UNIQUE (postfach, message_id)
);

CREATE TABLE erv.nachricht_anhang (
    nachricht_id uuid NOT NULL REFERENCES erv.nachricht,
    position     integer NOT NULL,
    name         text NOT NULL,
    sha256       text NOT NULL,
    bytes        bigint NOT NULL,
    PRIMARY KEY (nachricht_id, position)
);

-- The decision of a person about a demanded Empfangsbekenntnis; one per message, never changed.
CREATE TABLE erv.eeb (
    nachricht_id    uuid PRIMARY KEY REFERENCES erv.nachricht,
    art             text NOT NULL CHECK (art IN ('BEKENNTNIS', 'STOERUNG')),
    datum           date,
    stoerung        text,
    grund           text,
    entschieden_von uuid NOT NULL REFERENCES erv.person,
    entschieden_am  timestamptz NOT NULL,
    CHECK ((art = 'BEKENNTNIS') = (datum IS NOT NULL)),
    CHECK ((art = 'STOERUNG') = (stoerung IS NOT NULL))
);

ALTER TABLE erv.sendung ADD FOREIGN KEY (antwort_auf) REFERENCES erv.nachricht;

GRANT SELECT, INSERT ON erv.nachricht, erv.nachricht_anhang, erv.eeb TO erv_gateway;
GRANT UPDATE (zustand, eingang, betreff, absender_safe_id, absender_name, absender_cipher, pruefprotokoll,
              xjustiz_version, xjustiz_nachricht, fremde_nachrichten_id, eeb_verlangt, akte_id, zuordnung)
    ON erv.nachricht TO erv_gateway;
GRANT SELECT ON erv.nachricht, erv.nachricht_anhang, erv.eeb TO erv_reader;
