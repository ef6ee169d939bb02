CREATE TABLE unfollowed (
  connection BLOB NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  status INTEGER,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (connection, type, id)
) STRICT, WITHOUT ROWID;
