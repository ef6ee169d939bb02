-- Version 1 of the log. Never edited once released: later versions are files of their own beside it.
CREATE TABLE statement (
  sequence INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  device BLOB NOT NULL,
  member BLOB NOT NULL,
  section TEXT NOT NULL,
  number INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  kind TEXT NOT NULL,
  payload BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE INDEX statement_chain ON statement (section, device, number);
CREATE INDEX statement_clock ON statement (section, clock);
CREATE INDEX statement_author ON statement (kind, section, device, member);
CREATE TABLE resource (
  digest BLOB PRIMARY KEY NOT NULL,
  bytes BLOB NOT NULL,
  length INTEGER NOT NULL
) STRICT;
CREATE TABLE text (
  id BLOB PRIMARY KEY NOT NULL,
  salt BLOB NOT NULL,
  bytes TEXT NOT NULL
) STRICT;
CREATE TABLE connection (
  id BLOB PRIMARY KEY NOT NULL,
  issuer TEXT NOT NULL,
  name TEXT NOT NULL,
  patient TEXT NOT NULL,
  member BLOB NOT NULL,
  settings TEXT NOT NULL,
  created INTEGER NOT NULL,
  ended INTEGER
) STRICT;
CREATE TABLE cursor (
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (connection, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE outcome (
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  last_try INTEGER NOT NULL,
  last_success INTEGER,
  count INTEGER,
  refused_status INTEGER,
  refused_reason TEXT,
  PRIMARY KEY (connection, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE listing_seen (
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  run INTEGER NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (connection, slot, run, type, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE wanted (
  connection BLOB NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  section TEXT NOT NULL,
  PRIMARY KEY (connection, type, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine (
  connection BLOB NOT NULL,
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  digest BLOB NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (connection, issuer, type, id, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE setting (
  name TEXT PRIMARY KEY NOT NULL,
  value BLOB NOT NULL
) STRICT;
CREATE TABLE projection (
  name TEXT PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL,
  tables TEXT NOT NULL,
  phase TEXT NOT NULL,
  position INTEGER NOT NULL
) STRICT;
