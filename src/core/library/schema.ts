/**
 * The schema, one step per version: step N takes a library from version N to N+1. Released steps are never
 * edited. Ids are 64-bit INTEGER, dates Unix seconds, sizes bytes, hashes raw bytes. docs/library.md
 * explains the tables.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE chats (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    username TEXT,
    access_hash INTEGER,
    folders TEXT NOT NULL CHECK (json_valid(folders)),
    pinned INTEGER NOT NULL,
    member_count INTEGER,
    last_message_date INTEGER
  ) STRICT;

  -- Telegram's ids are as good as random. Rows and the index by document go by seq instead, so that saving a page
  -- of a scan touches one narrow index at random and appends the rest.
  CREATE TABLE documents (
    seq INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    access_hash INTEGER NOT NULL,
    file_reference BLOB NOT NULL,
    dc_id INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mime_type TEXT NOT NULL,
    file_name TEXT,
    title TEXT,
    performer TEXT,
    duration REAL,
    thumb TEXT CHECK (thumb IS NULL OR json_valid(thumb))
  ) STRICT;

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    message_id INTEGER NOT NULL,
    document_seq INTEGER NOT NULL REFERENCES documents (seq),
    topic_id INTEGER,
    date INTEGER NOT NULL,
    kind TEXT NOT NULL,
    caption TEXT,
    UNIQUE (chat_id, message_id)
  ) STRICT;
  CREATE INDEX messages_by_document ON messages (document_seq, chat_id);
  CREATE INDEX messages_by_kind ON messages (chat_id, kind, message_id);

  CREATE TABLE tracks (
    seq INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL UNIQUE REFERENCES documents (id),
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    path TEXT NOT NULL,
    path_key TEXT NOT NULL UNIQUE,
    file_name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    completed_at INTEGER NOT NULL,
    FOREIGN KEY (chat_id, message_id) REFERENCES messages (chat_id, message_id)
  ) STRICT;
  CREATE INDEX tracks_by_chat ON tracks (chat_id, message_id);

  CREATE TABLE transfers (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id),
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    path TEXT NOT NULL,
    path_key TEXT NOT NULL UNIQUE,
    part_path TEXT NOT NULL,
    size INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    reason TEXT,
    FOREIGN KEY (chat_id, message_id) REFERENCES messages (chat_id, message_id)
  ) STRICT;
  CREATE INDEX transfers_by_message ON transfers (chat_id, message_id);

  CREATE TABLE parts (
    document_id INTEGER NOT NULL REFERENCES transfers (document_id) ON DELETE CASCADE,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (document_id, offset)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE scans (
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    topic_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    newest_id INTEGER NOT NULL,
    oldest_id INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, topic_id, kind)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    targets TEXT NOT NULL CHECK (json_valid(targets)),
    finished_at INTEGER,
    summary TEXT CHECK (summary IS NULL OR json_valid(summary)),
    figures TEXT CHECK (figures IS NULL OR json_valid(figures))
  ) STRICT;

  CREATE TABLE queue (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id),
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    FOREIGN KEY (chat_id, message_id) REFERENCES messages (chat_id, message_id)
  ) STRICT;
  CREATE INDEX queue_by_position ON queue (position);
  CREATE INDEX queue_by_message ON queue (chat_id, message_id);

  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
  ) STRICT, WITHOUT ROWID;

  -- Totals per chat, kept by triggers: counting a million messages on every refresh of a screen would stall it.
  CREATE TABLE chat_totals (
    chat_id INTEGER PRIMARY KEY REFERENCES chats (id),
    seen INTEGER NOT NULL DEFAULT 0,
    have INTEGER NOT NULL DEFAULT 0,
    tracks INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TRIGGER chats_total AFTER INSERT ON chats BEGIN
    INSERT INTO chat_totals (chat_id) VALUES (NEW.id);
  END;

  CREATE VIEW fetched AS
    SELECT d.seq AS document_seq FROM documents d JOIN tracks t ON t.document_id = d.id;
  CREATE VIEW carrying AS
    SELECT d.id AS document_id, m.chat_id, count(*) AS messages
    FROM documents d JOIN messages m ON m.document_seq = d.seq GROUP BY d.id, m.chat_id;

  CREATE TRIGGER messages_counted AFTER INSERT ON messages BEGIN
    UPDATE chat_totals SET seen = seen + 1,
      have = have + EXISTS (SELECT 1 FROM fetched WHERE document_seq = NEW.document_seq)
    WHERE chat_id = NEW.chat_id;
  END;

  CREATE TRIGGER messages_recounted AFTER UPDATE OF document_seq ON messages
  WHEN OLD.document_seq <> NEW.document_seq BEGIN
    UPDATE chat_totals SET
      have = have - EXISTS (SELECT 1 FROM fetched WHERE document_seq = OLD.document_seq)
                  + EXISTS (SELECT 1 FROM fetched WHERE document_seq = NEW.document_seq)
    WHERE chat_id = NEW.chat_id;
  END;

  CREATE TRIGGER tracks_counted AFTER INSERT ON tracks BEGIN
    UPDATE chat_totals SET have = have + carrying.messages FROM carrying
    WHERE carrying.document_id = NEW.document_id AND chat_totals.chat_id = carrying.chat_id;
    UPDATE chat_totals SET tracks = tracks + 1, bytes = bytes + NEW.bytes WHERE chat_id = NEW.chat_id;
  END;

  CREATE TRIGGER tracks_uncounted AFTER DELETE ON tracks BEGIN
    UPDATE chat_totals SET have = have - carrying.messages FROM carrying
    WHERE carrying.document_id = OLD.document_id AND chat_totals.chat_id = carrying.chat_id;
    UPDATE chat_totals SET tracks = tracks - 1, bytes = bytes - OLD.bytes WHERE chat_id = OLD.chat_id;
  END;

  -- Full-text indices. They keep no copy of the text; search_words() comes from search_words.ts.
  CREATE VIRTUAL TABLE track_search USING fts5 (
    title, performer, file_name, chat,
    content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
  );
  -- By messages.id, not by document id: FTS5 writes out its buffer whenever a rowid is lower than the last.
  CREATE VIRTUAL TABLE message_search USING fts5 (
    title, performer, file_name,
    content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
  );

  CREATE VIEW track_words AS
    SELECT t.seq, t.chat_id, t.document_id, search_words(d.title) AS title,
      search_words(d.performer) AS performer, search_words(t.file_name) AS file_name, search_words(c.title) AS chat
    FROM tracks t JOIN documents d ON d.id = t.document_id JOIN chats c ON c.id = t.chat_id;

  CREATE TRIGGER tracks_indexed AFTER INSERT ON tracks BEGIN
    INSERT INTO track_search (rowid, title, performer, file_name, chat)
      SELECT seq, title, performer, file_name, chat FROM track_words WHERE seq = NEW.seq;
  END;

  CREATE TRIGGER tracks_unindexed AFTER DELETE ON tracks BEGIN
    DELETE FROM track_search WHERE rowid = OLD.seq;
  END;

  CREATE TRIGGER chats_reindexed AFTER UPDATE OF title ON chats WHEN OLD.title <> NEW.title BEGIN
    DELETE FROM track_search WHERE rowid IN (SELECT seq FROM tracks WHERE chat_id = NEW.id);
    INSERT INTO track_search (rowid, title, performer, file_name, chat)
      SELECT seq, title, performer, file_name, chat FROM track_words WHERE chat_id = NEW.id ORDER BY seq;
  END;

  CREATE VIEW message_words AS
    SELECT m.id, m.document_seq, search_words(d.title) AS title, search_words(d.performer) AS performer,
      search_words(d.file_name) AS file_name
    FROM messages m JOIN documents d ON d.seq = m.document_seq;

  CREATE TRIGGER messages_indexed AFTER INSERT ON messages BEGIN
    INSERT INTO message_search (rowid, title, performer, file_name)
      SELECT id, title, performer, file_name FROM message_words WHERE id = NEW.id;
  END;

  CREATE TRIGGER messages_reindexed AFTER UPDATE OF document_seq ON messages
  WHEN OLD.document_seq <> NEW.document_seq BEGIN
    DELETE FROM message_search WHERE rowid = NEW.id;
    INSERT INTO message_search (rowid, title, performer, file_name)
      SELECT id, title, performer, file_name FROM message_words WHERE id = NEW.id;
  END;

  CREATE TRIGGER documents_reindexed AFTER UPDATE OF title, performer, file_name ON documents
  WHEN OLD.title IS NOT NEW.title OR OLD.performer IS NOT NEW.performer OR OLD.file_name IS NOT NEW.file_name BEGIN
    DELETE FROM message_search WHERE rowid IN (SELECT id FROM messages WHERE document_seq = NEW.seq);
    INSERT INTO message_search (rowid, title, performer, file_name)
      SELECT id, title, performer, file_name FROM message_words WHERE document_seq = NEW.seq ORDER BY id;
    DELETE FROM track_search WHERE rowid IN (SELECT seq FROM tracks WHERE document_id = NEW.id);
    INSERT INTO track_search (rowid, title, performer, file_name, chat)
      SELECT seq, title, performer, file_name, chat FROM track_words WHERE document_id = NEW.id;
  END;
  `,
  // Paused by the person, whatever else becomes of it.
  'ALTER TABLE queue ADD COLUMN paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1))',
  // Nobody read it.
  'DROP TABLE settings',
  // For those that wait: how many, a page of them, which one it is. Without the ones that the downloader has, or that have failed.
  "CREATE INDEX queue_waiting ON queue (position) WHERE state = 'queued'",
  // Parts are recorded by a digest that costs an eighth of SHA-256 (partDigest). The old ones cannot be told in it and go. What is on
  // disk of unfinished files is found again by the server's own hashes (TransferWork), and fetched again where there are none.
  `
  DROP TABLE parts;
  CREATE TABLE parts (
    document_id INTEGER NOT NULL REFERENCES transfers (document_id) ON DELETE CASCADE,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 16),
    PRIMARY KEY (document_id, offset)
  ) STRICT, WITHOUT ROWID;
  `,
  // Where the file goes; none in rows of before, which go where the next start puts files.
  'ALTER TABLE queue ADD COLUMN out_dir TEXT',
];
