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

-- name: issue
INSERT OR IGNORE INTO kennung (message_id) VALUES (:message_id);

-- name: storable
SELECT 1 FROM kennung
WHERE message_id = :message_id AND NOT EXISTS (SELECT 1 FROM delivery WHERE message_id = :message_id);

-- name: store
INSERT OR IGNORE INTO delivery (message_id, subject, originator, addressee, ordner, creation, modified)
SELECT :message_id, :subject, :originator, :addressee, :ordner, :creation, :creation
FROM kennung WHERE message_id = :message_id;

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

-- name: card
SELECT message_id, subject, ordner, creation, forwarding, reception, modified
FROM delivery
WHERE message_id = :message_id;

-- name: cards
SELECT message_id, subject, ordner, creation, forwarding, reception, modified
FROM delivery
WHERE ((:as_originator AND originator = :requester) OR (:as_addressee AND addressee = :requester))
  AND (:message_ids IS NULL OR message_id IN (SELECT value FROM json_each(:message_ids)))
  AND (:created_since IS NULL OR creation >= :created_since)
  AND (:modified_since IS NULL OR modified >= :modified_since)
  AND (NOT :unreceived_only OR reception IS NULL)
ORDER BY nummer
LIMIT :limit;

-- name: get_merker
SELECT wert FROM merker WHERE name = :name;

-- name: set_merker
INSERT INTO merker (name, wert) VALUES (:name, :wert)
ON CONFLICT (name) DO UPDATE SET wert = excluded.wert;

-- name: counts
SELECT COUNT(1), COUNT(forwarding), COUNT(reception) FROM delivery;
