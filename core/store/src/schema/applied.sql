CREATE TABLE resource_key (
  ordinal INTEGER PRIMARY KEY,
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  seen INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  UNIQUE (id, type, issuer)
) STRICT;
CREATE INDEX resource_key_pending ON resource_key (seen) WHERE pending = 1;
CREATE TABLE revision (
  key INTEGER NOT NULL REFERENCES resource_key (ordinal),
  digest BLOB NOT NULL,
  statement INTEGER NOT NULL,
  comparison BLOB NOT NULL,
  at INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  connection BLOB NOT NULL,
  member BLOB NOT NULL,
  section TEXT NOT NULL,
  awaited INTEGER NOT NULL,
  PRIMARY KEY (key, digest, statement)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_awaited ON revision (digest) WHERE awaited = 1;
CREATE INDEX revision_connection ON revision (connection, at);
CREATE TABLE listing (
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  issuer TEXT NOT NULL,
  at INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (connection, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE listing_missing (
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  PRIMARY KEY (issuer, type, id, connection, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_missing_slot ON listing_missing (connection, slot);
CREATE TABLE document (
  section TEXT PRIMARY KEY NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE TABLE fact (
  digest BLOB NOT NULL,
  section TEXT NOT NULL,
  device BLOB NOT NULL,
  kind TEXT NOT NULL,
  text BLOB,
  body BLOB NOT NULL,
  PRIMARY KEY (section, digest, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_kind ON fact (section, kind);
CREATE INDEX fact_text ON fact (text) WHERE text IS NOT NULL;
CREATE TABLE read_mark (
  member BLOB NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (member, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE purged (
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  retraction BLOB NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (issuer, type, id, retraction, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE choice (
  subject TEXT PRIMARY KEY NOT NULL,
  shared INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE note (
  ordinal INTEGER PRIMARY KEY,
  section TEXT NOT NULL,
  root BLOB NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (section, root)
) STRICT;
CREATE TABLE note_subject (
  subject TEXT NOT NULL,
  note INTEGER NOT NULL REFERENCES note (ordinal),
  PRIMARY KEY (subject, note)
) STRICT, WITHOUT ROWID;
CREATE INDEX note_subject_note ON note_subject (note);
CREATE VIRTUAL TABLE search_note USING fts5(text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
CREATE TABLE set_aside (
  statement INTEGER PRIMARY KEY,
  section TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
