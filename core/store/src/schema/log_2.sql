CREATE TABLE file (
  ordinal INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  length INTEGER NOT NULL,
  inline INTEGER NOT NULL,
  key BLOB,
  name TEXT,
  used INTEGER NOT NULL,
  text BLOB
) STRICT;
CREATE INDEX file_used ON file (used) WHERE name IS NOT NULL;
CREATE TABLE address (
  connection BLOB NOT NULL,
  address TEXT NOT NULL,
  digest BLOB,
  outcome TEXT NOT NULL,
  reason TEXT,
  status INTEGER,
  at INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  PRIMARY KEY (connection, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_digest ON address (digest) WHERE digest IS NOT NULL;
