CREATE TABLE row (
  key INTEGER PRIMARY KEY,
  section TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  sort INTEGER NOT NULL,
  flag INTEGER NOT NULL,
  state INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  current BLOB NOT NULL,
  digest BLOB NOT NULL,
  body BLOB NOT NULL,
  part INTEGER NOT NULL,
  supporting INTEGER NOT NULL,
  findings TEXT NOT NULL,
  words BLOB NOT NULL
) STRICT;
CREATE INDEX row_section ON row (section, sort DESC, type, id, key);
CREATE INDEX row_type ON row (type, sort DESC, id, key);
CREATE INDEX row_time ON row (sort DESC, type, id, key);
CREATE INDEX row_count ON row (section, state, flag, key, current);
CREATE INDEX row_withheld ON row (key) WHERE part = 1;
CREATE INDEX row_supporting ON row (key) WHERE supporting = 1;
CREATE TABLE row_code (
  code TEXT NOT NULL,
  sort INTEGER NOT NULL,
  key INTEGER NOT NULL REFERENCES row (key),
  system TEXT NOT NULL,
  PRIMARY KEY (code, sort DESC, key, system)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_code_key ON row_code (key);
CREATE TABLE row_identifier (
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  key INTEGER NOT NULL REFERENCES row (key),
  PRIMARY KEY (system, value, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_identifier_key ON row_identifier (key);
CREATE TABLE row_finding (
  category TEXT NOT NULL,
  strength INTEGER NOT NULL,
  key INTEGER NOT NULL REFERENCES row (key),
  PRIMARY KEY (category, strength, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_finding_key ON row_finding (key);
CREATE TABLE reference (
  key INTEGER NOT NULL REFERENCES row (key),
  path TEXT NOT NULL,
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (key, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_target ON reference (issuer, type, id);
CREATE TABLE link (
  key INTEGER NOT NULL REFERENCES row (key),
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (key, type, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_target ON link (type, id);
CREATE TABLE attachment (
  key INTEGER NOT NULL REFERENCES row (key),
  n INTEGER NOT NULL,
  path TEXT NOT NULL,
  address TEXT,
  digest BLOB,
  content_type TEXT,
  size INTEGER,
  title TEXT,
  due INTEGER NOT NULL,
  PRIMARY KEY (key, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_address ON attachment (address) WHERE address IS NOT NULL;
CREATE INDEX attachment_digest ON attachment (digest) WHERE digest IS NOT NULL;
CREATE INDEX attachment_due ON attachment (key, n) WHERE due = 1;
CREATE VIRTUAL TABLE search USING fts5(title, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
CREATE VIRTUAL TABLE search_file USING fts5(text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
