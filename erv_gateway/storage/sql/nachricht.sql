-- name: insert_nachricht
INSERT INTO erv.nachricht (id, postfach, message_id, zustand, original_sha256, original_bytes, gesichert_am)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (postfach, message_id) DO NOTHING
RETURNING id;

-- name: nachricht
SELECT id, postfach, message_id, zustand, original_sha256, original_bytes, gesichert_am, eingang, betreff,
       absender_safe_id, absender_name, absender_cipher, pruefprotokoll, xjustiz_version, xjustiz_nachricht,
       fremde_nachrichten_id, eeb_verlangt, akte_id, zuordnung
FROM erv.nachricht WHERE id = $1;

-- name: nachricht_by_message_id
SELECT id, zustand, original_sha256 FROM erv.nachricht WHERE postfach = $1 AND message_id = $2;

-- name: nachrichten
SELECT n.id, n.zustand, n.betreff, n.absender_name, n.absender_safe_id, n.gesichert_am, n.eingang, n.eeb_verlangt,
       n.akte_id, a.aktenzeichen, e.art AS eeb_art
FROM erv.nachricht n LEFT JOIN erv.akte a ON a.id = n.akte_id LEFT JOIN erv.eeb e ON e.nachricht_id = n.id
ORDER BY n.gesichert_am DESC LIMIT $1;

-- name: set_zustand
UPDATE erv.nachricht SET zustand = $3 WHERE id = $1 AND zustand = $2;

-- name: set_befund
UPDATE erv.nachricht
SET eingang = $2, betreff = $3, absender_safe_id = $4, absender_name = $5, absender_cipher = $6, pruefprotokoll = $7,
    xjustiz_version = $8, xjustiz_nachricht = $9, fremde_nachrichten_id = $10, eeb_verlangt = $11
WHERE id = $1;

-- name: set_zuordnung
UPDATE erv.nachricht SET akte_id = $2, zuordnung = $3 WHERE id = $1;

-- name: insert_anhang
INSERT INTO erv.nachricht_anhang (nachricht_id, position, name, sha256, bytes) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING;

-- name: anhaenge
SELECT position, name, sha256, bytes FROM erv.nachricht_anhang WHERE nachricht_id = $1 ORDER BY position;

-- name: insert_eeb
INSERT INTO erv.eeb (nachricht_id, art, datum, stoerung, grund, entschieden_von, entschieden_am)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING;

-- name: eeb
SELECT nachricht_id, art, datum, stoerung, grund, entschieden_von, entschieden_am FROM erv.eeb WHERE nachricht_id = $1;

-- name: unacknowledged
SELECT id, message_id FROM erv.nachricht WHERE postfach = $1 AND zustand = 'GESICHERT';

-- name: akte_of_fremde_nachrichten_id
SELECT akte_id FROM erv.sendung WHERE eigene_nachrichten_id = $1;

-- name: akten_with_aktenzeichen
SELECT id FROM erv.akte WHERE aktenzeichen = $1;
