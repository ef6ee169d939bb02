-- The tables of a record's file, as SQLCipher 4 stores them. A test compares this with the real schema.
-- Read by people; the code makes the tables from core/store/src/schema/.
-- Encryption: SQLCipher 4 defaults (AES-256-CBC, HMAC-SHA512 a page, 4 KiB pages), a raw 256-bit key, no passphrase.
-- PRAGMA application_id is 0x576b7074 ("Wkpt"), PRAGMA user_version the log's version.

-- ==== The log, version 1: additive numbered migrations only (ADR 0002) ====

-- What was signed, as the bytes that were signed (ADR 0001). Never changed, never removed.
CREATE TABLE statement (
  sequence INTEGER PRIMARY KEY, -- order of arrival on this device
  digest BLOB NOT NULL UNIQUE, -- SHA-256 of domain and payload, 32 bytes
  device BLOB NOT NULL, -- Ed25519 public key, 32 bytes
  member BLOB NOT NULL, -- 16 bytes
  section TEXT NOT NULL,
  number INTEGER NOT NULL, -- in the chain of (section, device), from 0
  clock INTEGER NOT NULL, -- Lamport, in the section
  kind TEXT NOT NULL, -- genesis, connection, page, listing, facts; others are kept and not shown
  payload BLOB NOT NULL, -- CBOR, as it was signed
  signature BLOB NOT NULL -- 64 bytes
) STRICT;
CREATE INDEX statement_chain ON statement (section, device, number);
CREATE INDEX statement_clock ON statement (section, clock);
CREATE INDEX statement_author ON statement (kind, section, device, member);

-- Resource bytes as a portal sent them, once by digest, zstd-compressed. Immutable.
CREATE TABLE resource (
  digest BLOB PRIMARY KEY NOT NULL, -- SHA-256 of the exact bytes
  bytes BLOB NOT NULL, -- zstd
  length INTEGER NOT NULL -- bytes before compression
) STRICT;

-- Droppable texts that facts name. A row goes when its text is deleted; with the salt gone, the name tells nothing.
CREATE TABLE text (
  id BLOB PRIMARY KEY NOT NULL, -- SHA-256 of domain, salt and text
  salt BLOB NOT NULL, -- 16 random bytes
  bytes TEXT NOT NULL -- UTF-8
) STRICT;

-- This device's own data about each connection. No token, and no address of one, ever.
CREATE TABLE connection (
  id BLOB PRIMARY KEY NOT NULL, -- 16 random bytes
  issuer TEXT NOT NULL, -- FHIR base address
  name TEXT NOT NULL, -- the portal's
  patient TEXT NOT NULL, -- id of the patient at the portal
  member BLOB NOT NULL, -- whose connection it is
  settings TEXT NOT NULL, -- JSON of the client
  created INTEGER NOT NULL, -- Unix seconds
  ended INTEGER -- Unix seconds; null while in use
) STRICT;

-- How far each slot of the fetch plan has been read.
CREATE TABLE cursor (
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  state TEXT NOT NULL, -- JSON of the portal machine
  PRIMARY KEY (connection, slot)
) STRICT, WITHOUT ROWID;

-- What became of each slot at its last try.
CREATE TABLE outcome (
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  last_try INTEGER NOT NULL, -- Unix seconds
  last_success INTEGER, -- Unix seconds; null: never
  count INTEGER, -- resources that the last success showed
  refused_status INTEGER, -- HTTP status of the last refusal; null: no answer
  refused_reason TEXT, -- null after a success
  PRIMARY KEY (connection, slot)
) STRICT, WITHOUT ROWID;

-- What the runs of a complete listing have shown, so that a listing survives a kill. The last run stays until the next is done.
CREATE TABLE listing_seen (
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  run INTEGER NOT NULL, -- counts upwards in each slot
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (connection, slot, run, type, id)
) STRICT, WITHOUT ROWID;

-- What was referred to at a connection's portal and is not held, with the section of what refers to it: so that a sync that
-- was broken off asks for it the next time. Taken out when it came, or when the portal said that it will not give it.
CREATE TABLE wanted (
  connection BLOB NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  section TEXT NOT NULL,
  PRIMARY KEY (connection, type, id)
) STRICT, WITHOUT ROWID;

-- What was referred to and could not be had: asked for again only after days. Of another server, which is never asked, its name
-- stands as the id, without a type.
CREATE TABLE unfollowed (
  connection BLOB NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  status INTEGER,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (connection, type, id)
) STRICT, WITHOUT ROWID;

-- What this device knows of its tries of an act (ADR 0005). Written before each try.
CREATE TABLE attempt (
  act BLOB PRIMARY KEY NOT NULL, -- 16 bytes
  tries INTEGER NOT NULL, -- how often it was sent
  looks INTEGER NOT NULL, -- how often the portal was searched for it since
  last_try INTEGER NOT NULL, -- Unix seconds
  not_before INTEGER NOT NULL, -- Unix seconds
  trouble TEXT -- what came of the last one; null while that is not known
) STRICT, WITHOUT ROWID;

-- What is being composed here, and was not queued yet.
CREATE TABLE draft (
  id BLOB PRIMARY KEY NOT NULL, -- 16 random bytes
  changed INTEGER NOT NULL, -- Unix seconds
  body TEXT NOT NULL -- JSON of the client's own
) STRICT, WITHOUT ROWID;

-- Resources that were refused (another person's, say): what and why, without their bytes.
CREATE TABLE quarantine (
  connection BLOB NOT NULL,
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  digest BLOB NOT NULL, -- SHA-256 of the bytes that were not kept
  reason TEXT NOT NULL,
  at INTEGER NOT NULL, -- Unix seconds
  PRIMARY KEY (connection, issuer, type, id, digest)
) STRICT, WITHOUT ROWID;

-- Settings of this device.
CREATE TABLE setting (
  name TEXT PRIMARY KEY NOT NULL,
  value BLOB NOT NULL
) STRICT;

-- Which version of each projection the tables below are, and how far a rebuild has come.
CREATE TABLE projection (
  name TEXT PRIMARY KEY NOT NULL, -- applied, shown
  version INTEGER NOT NULL, -- another one than the code's: drop and rebuild
  tables TEXT NOT NULL, -- names of its tables, to be dropped by code that no longer knows them
  phase TEXT NOT NULL, -- facts, pages, rows, done
  position INTEGER NOT NULL -- the last statement done in the phase (sequence)
) STRICT;

-- ==== The log, version 2 ====

-- Files that resources point to or carry, once by the digest of their bytes. The bytes lie in a folder beside the record, each file
-- sealed under a key of its own that is nowhere but here: with the key gone, the file is random bytes. A row without a key and a
-- name is of a file that was evicted (it can be fetched again), or of one that stands in a resource.
CREATE TABLE file (
  ordinal INTEGER PRIMARY KEY, -- this record's own number, for the search index
  digest BLOB NOT NULL UNIQUE, -- SHA-256 of the plain bytes
  kind TEXT NOT NULL, -- what it is by its content: pdf, html, ...
  length INTEGER NOT NULL, -- plain bytes
  inline INTEGER NOT NULL, -- 1: it stands in a resource
  key BLOB, -- 32 random bytes; null: no file here
  name TEXT, -- of the file in the folder, 32 random hex digits; null: no file here
  used INTEGER NOT NULL, -- last looked at, Unix seconds
  text BLOB -- zstd of its words; null: none could be got out of it
) STRICT;
CREATE INDEX file_used ON file (used) WHERE name IS NOT NULL;

-- What became of the address of a file, at this device's own connection.
CREATE TABLE address (
  connection BLOB NOT NULL,
  address TEXT NOT NULL, -- as the resource says it
  digest BLOB, -- of the file that came last; null: none has come
  outcome TEXT NOT NULL, -- held, large (fetched when a person asks), too_large, refused, failed
  reason TEXT, -- of a refusal or failure, in words; of a held file, what does not fit what was said of it
  status INTEGER, -- HTTP status of a refusal
  at INTEGER NOT NULL, -- last asked for, Unix seconds
  seen INTEGER NOT NULL, -- newest sighting of what pointed at it then: what is seen later is asked for again
  PRIMARY KEY (connection, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_digest ON address (digest) WHERE digest IS NOT NULL;

-- ==== Projection `applied`, version 5: what statements say. Dropped and rebuilt, never migrated ====

-- One row a resource. Its number (ordinal) is this file's own and stands for the key in the tables below.
CREATE TABLE resource_key (
  ordinal INTEGER PRIMARY KEY,
  issuer TEXT NOT NULL, -- FHIR base address
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  seen INTEGER NOT NULL, -- latest sighting, Unix seconds: the order of a rebuild
  pending INTEGER NOT NULL, -- 1: its row is to be made again
  UNIQUE (id, type, issuer) -- in this order, so that it also finds what an id names
) STRICT;
CREATE INDEX resource_key_pending ON resource_key (seen) WHERE pending = 1;

-- One row an entry of a page: a connection showed these bytes under this key.
CREATE TABLE revision (
  key INTEGER NOT NULL REFERENCES resource_key (ordinal),
  digest BLOB NOT NULL, -- of the exact bytes
  statement INTEGER NOT NULL, -- the page (sequence)
  comparison BLOB NOT NULL, -- equal for revisions that say the same
  at INTEGER NOT NULL, -- sighting, Unix seconds by the portal's clock
  clock INTEGER NOT NULL, -- of the page
  connection BLOB NOT NULL,
  member BLOB NOT NULL, -- who brought it in
  section TEXT NOT NULL, -- of the page
  awaited INTEGER NOT NULL, -- 1: its bytes were not there when the page came, and have not come since
  PRIMARY KEY (key, digest, statement)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_awaited ON revision (digest) WHERE awaited = 1;
CREATE INDEX revision_connection ON revision (connection, at);

-- Register: the greatest listing statement, by (at, clock, digest), of each connection and slot.
CREATE TABLE listing (
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  issuer TEXT NOT NULL,
  at INTEGER NOT NULL, -- Unix seconds
  clock INTEGER NOT NULL,
  digest BLOB NOT NULL, -- of the statement
  PRIMARY KEY (connection, slot)
) STRICT, WITHOUT ROWID;

-- What that listing says is no longer returned.
CREATE TABLE listing_missing (
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  connection BLOB NOT NULL,
  slot TEXT NOT NULL,
  PRIMARY KEY (issuer, type, id, connection, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_missing_slot ON listing_missing (connection, slot);

-- The Automerge document of each section, as record::facts::Document saves it.
CREATE TABLE document (
  section TEXT PRIMARY KEY NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- Every visible fact of those documents. One that two devices wrote byte for byte is there twice.
CREATE TABLE fact (
  digest BLOB NOT NULL, -- SHA-256 of domain and fact
  section TEXT NOT NULL,
  device BLOB NOT NULL,
  kind TEXT NOT NULL, -- note, read; others are kept and not shown
  text BLOB, -- id of its droppable text
  body BLOB NOT NULL, -- CBOR
  PRIMARY KEY (section, digest, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_kind ON fact (section, kind);
CREATE INDEX fact_text ON fact (text) WHERE text IS NOT NULL;

-- Which revisions a member has read: facts of kind `read` by that member's own devices.
CREATE TABLE read_mark (
  member BLOB NOT NULL,
  digest BLOB NOT NULL, -- of a revision's bytes
  PRIMARY KEY (member, digest)
) STRICT, WITHOUT ROWID;

-- Revisions whose bytes a member wants gone, as facts of kind `purge` name them: what had been recorded by mistake. Their
-- bytes are dropped from `resource`, with those of what says the same and was not stated again after the retraction.
CREATE TABLE purged (
  issuer TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  retraction BLOB NOT NULL, -- the revision that was the mistake
  digest BLOB NOT NULL, -- of a revision's bytes
  PRIMARY KEY (issuer, type, id, retraction, digest)
) STRICT, WITHOUT ROWID;

-- What the patient chose to withhold and to share: facts of kinds `withhold` and `share`, resolved.
CREATE TABLE choice (
  subject TEXT PRIMARY KEY NOT NULL, -- issuer|type|id, `with:` before one that only goes along, category:<name>, screening
  shared INTEGER NOT NULL -- 0: withheld, 1: shared
) STRICT, WITHOUT ROWID;

-- Notes that are not deleted, their edits resolved. The texts stay in `text`.
CREATE TABLE note (
  ordinal INTEGER PRIMARY KEY,
  section TEXT NOT NULL,
  root BLOB NOT NULL, -- digest of its first fact
  body TEXT NOT NULL, -- JSON: versions, conflict, history
  UNIQUE (section, root)
) STRICT;

-- What each note is about.
CREATE TABLE note_subject (
  subject TEXT NOT NULL, -- issuer|type|id
  note INTEGER NOT NULL REFERENCES note (ordinal),
  PRIMARY KEY (subject, note)
) STRICT, WITHOUT ROWID;
CREATE INDEX note_subject_note ON note_subject (note);

-- Search in notes. Holds the texts of all versions of a note, newline between; with FTS5's `secure-delete`, so that a deleted text leaves nothing.
CREATE VIRTUAL TABLE search_note USING fts5(text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

-- Statements whose body could not be applied. They stay in the log and are tried again at each rebuild.
CREATE TABLE set_aside (
  statement INTEGER PRIMARY KEY, -- sequence
  section TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;

-- ==== Projection `shown`, version 6: what screens read. Dropped and rebuilt, never migrated ====

-- One row a resource that any page names, ready to draw: made by record::row::row from all its revisions.
CREATE TABLE row (
  key INTEGER PRIMARY KEY, -- resource_key.ordinal
  section TEXT NOT NULL, -- of the latest revision that gives evidence
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  sort INTEGER NOT NULL, -- Unix seconds of when it happened; the least integer: undated
  flag INTEGER NOT NULL, -- 0 critical, 1 outside, 2 inside, 3 not stated
  state INTEGER NOT NULL, -- 0 current, 1 retracted, 2 bytes not held, 3 unreadable, 4 purged
  gone INTEGER NOT NULL, -- 1: every connection that showed it no longer returns it
  current BLOB NOT NULL, -- digest of the current revision's bytes
  digest BLOB NOT NULL, -- SHA-256 of the JSON in body
  body BLOB NOT NULL, -- zstd of the JSON of record::row::Row without its search text
  part INTEGER NOT NULL, -- 0 open, 1 withheld
  supporting INTEGER NOT NULL, -- 1: copied to where it is referred to
  findings TEXT NOT NULL, -- what of it speaks of sensitive care, as JSON; empty: nothing does
  words BLOB NOT NULL -- zstd of the text that `search` has of it beside the title: what snippets are cut from
) STRICT;
CREATE INDEX row_section ON row (section, sort DESC, type, id, key);
CREATE INDEX row_type ON row (type, sort DESC, id, key);
CREATE INDEX row_time ON row (sort DESC, type, id, key);
CREATE INDEX row_count ON row (section, state, flag, key, current);
CREATE INDEX row_withheld ON row (key) WHERE part = 1;
CREATE INDEX row_supporting ON row (key) WHERE supporting = 1;

-- The codes of each row.
CREATE TABLE row_code (
  code TEXT NOT NULL,
  sort INTEGER NOT NULL, -- of the row: the latest of a code is one index seek
  key INTEGER NOT NULL REFERENCES row (key),
  system TEXT NOT NULL, -- empty when none was stated
  PRIMARY KEY (code, sort DESC, key, system)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_code_key ON row_code (key);

-- The numbers by which other systems know each row: what entries of several portals are linked by.
CREATE TABLE row_identifier (
  system TEXT NOT NULL, -- who gives these numbers; rows without one are left out
  value TEXT NOT NULL,
  key INTEGER NOT NULL REFERENCES row (key),
  PRIMARY KEY (system, value, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_identifier_key ON row_identifier (key);

-- What of each row speaks of sensitive care.
CREATE TABLE row_finding (
  category TEXT NOT NULL, -- reproductive, mental, substance, hiv, sti, genetic, violence, gender, other
  strength INTEGER NOT NULL, -- 0 weak, 1 screen, 2 strong
  key INTEGER NOT NULL REFERENCES row (key),
  PRIMARY KEY (category, strength, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_finding_key ON row_finding (key);

-- What each row's current revision refers to. Only literal references to a type and id.
CREATE TABLE reference (
  key INTEGER NOT NULL REFERENCES row (key),
  path TEXT NOT NULL, -- the element, as `result[0]`
  issuer TEXT NOT NULL, -- of the target
  type TEXT NOT NULL, -- of the target
  id TEXT NOT NULL, -- of the target
  PRIMARY KEY (key, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_target ON reference (issuer, type, id);

-- What each row refers to at its own portal beside that: in earlier revisions, and Binary resources by the address of a file.
CREATE TABLE link (
  key INTEGER NOT NULL REFERENCES row (key),
  type TEXT NOT NULL, -- of the target
  id TEXT NOT NULL, -- of the target
  PRIMARY KEY (key, type, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_target ON link (type, id);

-- The files of each row's current revision.
CREATE TABLE attachment (
  key INTEGER NOT NULL REFERENCES row (key),
  n INTEGER NOT NULL, -- its place in the resource, from 0
  path TEXT NOT NULL, -- the element, as `content[0].attachment`
  address TEXT, -- as the resource says it; null: it stands in the resource, or nowhere
  digest BLOB, -- of its bytes, when it stands in the resource
  content_type TEXT, -- as stated
  size INTEGER, -- bytes, as stated
  title TEXT, -- as stated
  due INTEGER NOT NULL, -- 1: its words were not looked for, or a connection in use has to ask for it
  PRIMARY KEY (key, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_address ON attachment (address) WHERE address IS NOT NULL;
CREATE INDEX attachment_digest ON attachment (digest) WHERE digest IS NOT NULL;
CREATE INDEX attachment_due ON attachment (key, n) WHERE due = 1;

-- Search in resources; rowid = key. Holds no text, only the index: snippets are cut from `row.words`.
CREATE VIRTUAL TABLE search USING fts5(title, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

-- Search in files; rowid = file.ordinal. Holds no text either: snippets are cut from `file.text`.
CREATE VIRTUAL TABLE search_file USING fts5(text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
