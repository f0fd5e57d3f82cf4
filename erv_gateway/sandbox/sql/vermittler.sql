-- name: create_kennung
CREATE TABLE IF NOT EXISTS kennung (
    message_id TEXT PRIMARY KEY
) WITHOUT ROWID;

-- name: create_delivery
CREATE TABLE IF NOT EXISTS delivery (
    nummer INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    subject TEXT,
    originator TEXT NOT NULL,
    addressee TEXT NOT NULL,
    ordner TEXT NOT NULL UNIQUE,
    creation TEXT NOT NULL,
    forwarding TEXT,
    reception TEXT,
    modified TEXT NOT NULL
);

-- name: create_delivery_addressee
CREATE INDEX IF NOT EXISTS delivery_addressee ON delivery (addressee, reception);

-- name: create_delivery_originator
CREATE INDEX IF NOT EXISTS delivery_originator ON delivery (originator);

-- name: create_merker
CREATE TABLE IF NOT EXISTS merker (
    name TEXT PRIMARY KEY,
    wert TEXT NOT NULL
) WITHOUT ROWID;

-- name: create_durchleitung
CREATE TABLE IF NOT EXISTS durchleitung (
    nummer INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    subject TEXT,
    originator TEXT NOT NULL,
    addressee TEXT NOT NULL,
    creation TEXT NOT NULL,
    forwarding TEXT,
    reception TEXT,
    modified TEXT NOT NULL
);

-- name: create_durchleitung_originator
CREATE INDEX IF NOT EXISTS durchleitung_originator ON durchleitung (originator);

-- name: create_pruefbericht
CREATE TABLE IF NOT EXISTS pruefbericht (
    message_id TEXT PRIMARY KEY,
    bericht TEXT NOT NULL
) WITHOUT ROWID;

-- name: create_laufzettel
CREATE VIEW IF NOT EXISTS laufzettel AS
SELECT message_id, subject, originator, addressee, creation, forwarding, reception, modified, nummer FROM delivery
UNION ALL
SELECT message_id, subject, originator, addressee, creation, forwarding, reception, modified, nummer FROM durchleitung;

-- name: create_hochladung
CREATE TABLE IF NOT EXISTS hochladung (
    nummer INTEGER PRIMARY KEY,
    client TEXT NOT NULL,
    message_id TEXT NOT NULL,
    total INTEGER NOT NULL,
    chunk_kib INTEGER NOT NULL,
    message_kib INTEGER NOT NULL,
    newest TEXT NOT NULL,
    ergebnis TEXT,
    UNIQUE (client, message_id)
);

-- name: create_teil
CREATE TABLE IF NOT EXISTS teil (
    hochladung INTEGER NOT NULL REFERENCES hochladung (nummer),
    chunk INTEGER NOT NULL,
    datei TEXT NOT NULL UNIQUE,
    PRIMARY KEY (hochladung, chunk)
) WITHOUT ROWID;

-- name: create_gepackt
CREATE TABLE IF NOT EXISTS gepackt (
    message_id TEXT PRIMARY KEY,
    datei TEXT NOT NULL UNIQUE
) WITHOUT ROWID;

-- name: issue
INSERT OR IGNORE INTO kennung (message_id) VALUES (:message_id);

-- name: storable
SELECT 1 FROM kennung
WHERE message_id = :message_id AND NOT EXISTS (SELECT 1 FROM laufzettel WHERE message_id = :message_id);

-- name: store
INSERT INTO delivery (message_id, subject, originator, addressee, ordner, creation, modified)
SELECT :message_id, :subject, :originator, :addressee, :ordner, :creation, :creation
FROM kennung
WHERE message_id = :message_id AND NOT EXISTS (SELECT 1 FROM laufzettel WHERE message_id = :message_id);

-- name: register
INSERT INTO durchleitung (message_id, subject, originator, addressee, creation, modified)
SELECT :message_id, :subject, :originator, :addressee, :creation, :creation
FROM kennung
WHERE message_id = :message_id AND NOT EXISTS (SELECT 1 FROM laufzettel WHERE message_id = :message_id);

-- name: add_pruefbericht
INSERT INTO pruefbericht (message_id, bericht) VALUES (:message_id, :bericht);

-- name: pruefbericht
SELECT bericht FROM pruefbericht WHERE message_id = :message_id;

-- name: folders
SELECT ordner FROM delivery;

-- name: by_message_id
SELECT message_id, subject, ordner, creation, forwarding, reception, modified
FROM delivery
WHERE addressee = :addressee AND message_id = :message_id;

-- name: oldest_waiting
SELECT message_id, subject, ordner, creation, forwarding, reception, modified
FROM delivery
WHERE addressee = :addressee AND reception IS NULL AND (:since IS NULL OR creation >= :since)
ORDER BY nummer
LIMIT 1;

-- name: others_waiting
SELECT COUNT(1)
FROM delivery
WHERE addressee = :addressee AND reception IS NULL AND message_id <> :message_id;

-- name: mark_forwarded
UPDATE delivery SET forwarding = :at, modified = :at
WHERE message_id = :message_id AND forwarding IS NULL;

-- name: mark_received
UPDATE delivery SET reception = :at, modified = :at
WHERE message_id = :message_id AND reception IS NULL;

-- name: mark_passage_forwarded
UPDATE durchleitung SET forwarding = :at, modified = :at
WHERE message_id = :message_id AND forwarding IS NULL;

-- name: mark_passage_received
UPDATE durchleitung SET reception = :at, modified = :at
WHERE message_id = :message_id AND reception IS NULL;

-- name: card
SELECT message_id, subject, NULL, creation, forwarding, reception, modified
FROM laufzettel
WHERE message_id = :message_id;

-- name: cards
SELECT l.message_id, l.subject, p.bericht, l.creation, l.forwarding, l.reception, l.modified
FROM laufzettel AS l LEFT JOIN pruefbericht AS p ON p.message_id = l.message_id
WHERE ((:as_originator AND l.originator = :requester) OR (:as_addressee AND l.addressee = :requester))
  AND (:message_ids IS NULL OR l.message_id IN (SELECT value FROM json_each(:message_ids)))
  AND (:created_since IS NULL OR l.creation >= :created_since)
  AND (:modified_since IS NULL OR l.modified >= :modified_since)
  AND (NOT :unreceived_only OR l.reception IS NULL)
ORDER BY l.creation, l.nummer
LIMIT :limit;

-- name: get_merker
SELECT wert FROM merker WHERE name = :name;

-- name: set_merker
INSERT INTO merker (name, wert) VALUES (:name, :wert)
ON CONFLICT (name) DO UPDATE SET wert = excluded.wert;

-- name: counts
SELECT COUNT(1), COUNT(forwarding), COUNT(reception) FROM delivery;

-- name: upload
SELECT nummer, total, chunk_kib, message_kib, newest, ergebnis
FROM hochladung
WHERE client = :client AND message_id = :message_id;

-- name: open_upload
INSERT OR IGNORE INTO hochladung (client, message_id, total, chunk_kib, message_kib, newest)
VALUES (:client, :message_id, :total, :chunk_kib, :message_kib, :at);

-- name: touch_upload
UPDATE hochladung SET newest = :at
WHERE client = :client AND message_id = :message_id;

-- name: finish_upload
UPDATE hochladung SET ergebnis = :ergebnis
WHERE client = :client AND message_id = :message_id;

-- name: add_chunk
INSERT OR IGNORE INTO teil (hochladung, chunk, datei)
SELECT nummer, :chunk, :datei FROM hochladung
WHERE client = :client AND message_id = :message_id AND ergebnis IS NULL;

-- name: received
SELECT chunk FROM teil WHERE hochladung = :hochladung ORDER BY chunk;

-- name: chunk_files
SELECT t.datei
FROM teil AS t JOIN hochladung AS h ON h.nummer = t.hochladung
WHERE h.client = :client AND h.message_id = :message_id
ORDER BY t.chunk;

-- name: drop_chunks
DELETE FROM teil
WHERE hochladung IN (SELECT nummer FROM hochladung WHERE client = :client AND message_id = :message_id);

-- name: old_chunk_files
SELECT t.datei
FROM teil AS t JOIN hochladung AS h ON h.nummer = t.hochladung
WHERE h.newest < :before;

-- name: drop_old_chunks
DELETE FROM teil
WHERE hochladung IN (SELECT nummer FROM hochladung WHERE newest < :before);

-- name: drop_old_uploads
DELETE FROM hochladung WHERE newest < :before AND ergebnis IS NULL;

-- name: all_chunk_files
SELECT datei FROM teil;

-- name: packed
SELECT datei FROM gepackt WHERE message_id = :message_id;

-- name: pack
INSERT OR IGNORE INTO gepackt (message_id, datei) VALUES (:message_id, :datei);

-- name: packed_received
SELECT g.datei
FROM gepackt AS g JOIN delivery AS d ON d.message_id = g.message_id
WHERE d.reception IS NOT NULL;

-- name: drop_packed_received
DELETE FROM gepackt
WHERE message_id IN (SELECT message_id FROM delivery WHERE reception IS NOT NULL);

-- name: all_packed_files
SELECT datei FROM gepackt;
