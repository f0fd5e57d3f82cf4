-- name: insert_sendung
INSERT INTO erv.sendung (id, art, zustand, akte_id, aktenstand_id, antwort_auf, postfach, empfaenger_safe_id, betreff,
                         angaben, eigene_nachrichten_id, aktenzeichen_absender, aktenzeichen_empfaenger,
                         angelegt_von, angelegt_am)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: sendung
SELECT s.id, art, zustand, s.akte_id, aktenstand_id, antwort_auf, postfach, empfaenger_safe_id, betreff, angaben,
       eigene_nachrichten_id, aktenzeichen_absender, aktenzeichen_empfaenger, angelegt_von, angelegt_am, befunde,
       freigegeben_von, freigegeben_am, message_id, vorbereitet, annahme, uebergeben_am, laufzettel, eingang, urteil,
       nachweis, t.nummer AS teil_nummer, t.von AS teil_von
FROM erv.sendung s
LEFT JOIN (SELECT st.sendung_id, st.nummer, st.von
           FROM erv.sendungsteil st JOIN erv.teilung g ON g.id = st.teilung_id
           WHERE g.aufgehoben_am IS NULL) t ON t.sendung_id = s.id
WHERE s.id = $1;

-- name: sendungen
SELECT s.id, s.art, s.zustand, s.betreff, s.aktenzeichen_absender, s.empfaenger_safe_id, s.angelegt_am, s.eingang,
       count(d.position) AS dateien
FROM erv.sendung s LEFT JOIN erv.sendung_datei d ON d.sendung_id = s.id
GROUP BY s.id ORDER BY s.angelegt_am DESC LIMIT $1;

-- name: eeb_sendung
SELECT id, zustand FROM erv.sendung WHERE antwort_auf = $1 AND art = 'EEB';

-- name: set_zustand
UPDATE erv.sendung SET zustand = $3 WHERE id = $1 AND zustand = $2;

-- name: set_befunde
UPDATE erv.sendung SET befunde = $2 WHERE id = $1;

-- name: set_freigabe
UPDATE erv.sendung SET freigegeben_von = $2, freigegeben_am = $3 WHERE id = $1;

-- name: set_message_id
UPDATE erv.sendung SET message_id = $2 WHERE id = $1 AND message_id IS NULL;

-- name: set_vorbereitet
UPDATE erv.sendung SET vorbereitet = $2 WHERE id = $1;

-- name: set_annahme
UPDATE erv.sendung SET annahme = $2, uebergeben_am = $3 WHERE id = $1;

-- name: set_laufzettel
UPDATE erv.sendung SET laufzettel = $2, eingang = $3, urteil = $4 WHERE id = $1;

-- name: set_nachweis
UPDATE erv.sendung SET nachweis = $2 WHERE id = $1;

-- name: insert_datei
INSERT INTO erv.sendung_datei (sendung_id, position, name, anzeigename, sha256, bytes) VALUES ($1, $2, $3, $4, $5, $6);

-- name: dateien
SELECT position, name, anzeigename, sha256, bytes FROM erv.sendung_datei WHERE sendung_id = $1 ORDER BY position;

-- name: begin_versuch
INSERT INTO erv.versuch (sendung_id, nummer, begonnen_am)
SELECT $1, coalesce(max(nummer), 0) + 1, $2 FROM erv.versuch WHERE sendung_id = $1
RETURNING nummer;

-- name: end_versuch
UPDATE erv.versuch SET beendet_am = $3, ergebnis = $4 WHERE sendung_id = $1 AND nummer = $2 AND beendet_am IS NULL;

-- name: open_versuch
SELECT nummer FROM erv.versuch WHERE sendung_id = $1 AND beendet_am IS NULL ORDER BY nummer DESC LIMIT 1;

-- name: last_ergebnis
SELECT ergebnis FROM erv.versuch WHERE sendung_id = $1 ORDER BY nummer DESC LIMIT 1;

-- name: versuche
SELECT nummer, begonnen_am, beendet_am, ergebnis FROM erv.versuch WHERE sendung_id = $1 ORDER BY nummer;

-- name: insert_ablage
INSERT INTO erv.ablage (akte_id, herkunft, dateiname, sha256, bytes, abgelegt_am) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (akte_id, herkunft, dateiname) DO NOTHING;

-- name: ablage
SELECT herkunft, dateiname, sha256, bytes, abgelegt_am FROM erv.ablage WHERE akte_id = $1 ORDER BY abgelegt_am, dateiname;
