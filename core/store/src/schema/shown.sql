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
  body BLOB NOT NULL
) STRICT;
CREATE INDEX row_section ON row (section, sort DESC, type, id, key);
CREATE INDEX row_type ON row (type, sort DESC, id, key);
CREATE INDEX row_time ON row (sort DESC, type, id, key);
CREATE INDEX row_count ON row (section, state, flag, current);
CREATE TABLE row_code (
  code TEXT NOT NULL,
  sort INTEGER NOT NULL,
  key INTEGER NOT NULL REFERENCES row (key),
  system TEXT NOT NULL,
  PRIMARY KEY (code, sort DESC, key, system)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_code_key ON row_code (key);
CREATE TABLE reference (
  key INTEGER NOT NULL REFERENCES row (key),
  path TEXT NOT NULL,
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (key, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_target ON reference (issuer, type, id);
CREATE VIRTUAL TABLE search USING fts5(title, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
