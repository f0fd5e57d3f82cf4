-- name: cached
SELECT daten FROM erv.abruf WHERE schluessel = $1 AND gueltig_bis > $2;

-- name: store
INSERT INTO erv.abruf (schluessel, url, daten, abgerufen_am, gueltig_bis) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (schluessel) DO UPDATE
SET daten = excluded.daten, abgerufen_am = excluded.abgerufen_am, gueltig_bis = excluded.gueltig_bis;

-- name: delete_expired
DELETE FROM erv.abruf WHERE gueltig_bis <= $1;
