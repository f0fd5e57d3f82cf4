-- name: known
SELECT sha256, merkmale FROM erv.dateimerkmale WHERE pruefstand = $1 AND sha256 = ANY ($2::text[]);

-- name: known_hashes
SELECT sha256 FROM erv.dateimerkmale WHERE pruefstand = $1 AND sha256 = ANY ($2::text[]);

-- name: keep
INSERT INTO erv.dateimerkmale (sha256, pruefstand, merkmale, geprueft_am)
SELECT sha256, $1, merkmale, $4 FROM unnest($2::text[], $3::jsonb[]) AS neu (sha256, merkmale)
ON CONFLICT DO NOTHING;
