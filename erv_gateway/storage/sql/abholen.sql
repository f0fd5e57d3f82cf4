-- name: is_kept
SELECT EXISTS (SELECT 1 FROM erv.nachricht n JOIN erv.log_entry l ON l.gegenstand = n.id
               WHERE n.postfach = $1 AND n.message_id = $2 AND l.art = $3);
