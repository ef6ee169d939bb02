//! Records as every released version of the log wrote them, made of the frozen SQL of each version, whatever the newest is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use record::acts::{ActId, Attempts};
use record::parts::{KIND_WITHHOLD, Subject};
use rusqlite::Connection;
use rusqlite::types::Value;
use statement::Section;
use store::{
    Attempt, Commit, Cursor, Draft, ListingSeen, Quarantined, Refusal, SlotOutcome, Unfollowed, Wanted,
};

use crate::attachments::with_files;
use crate::files::raw;
use crate::world::{Device, KEY, PORTAL, allergy, glucose, key, retracted};

/// Marks a file as a record: "Wkpt".
const APPLICATION: i64 = 0x576b_7074;

/// The SQL of each step of the log, the first makes version 1.
pub fn steps() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/schema");
    let names = std::iter::once("log.sql".to_owned()).chain((2..).map(|n| format!("log_{n}.sql")));
    names.map_while(|name| std::fs::read_to_string(folder.join(name)).ok()).collect()
}

/// The newest version of the log.
pub fn newest() -> usize {
    steps().len()
}

/// Alice's phone with something in every table of the log.
pub fn full() -> Device {
    let mut phone = with_files();
    phone.sees(1_000, &[&glucose("g1", "98.0", "2024-03-14"), &allergy("a1", "Penicillin")]);
    phone.sees(2_000, &[&glucose("g1", "99.0", "2024-03-14"), &glucose("g2", "120", "2024-04-01")]);
    phone.sees(3_000, &[&retracted("g2"), &glucose("g3", "101", "2024-05-01")]);
    let note = phone.notes(&key("Observation", "g1").to_string(), "Was ill that week", &[]);
    phone.notes(&key("Observation", "g1").to_string(), "Was ill for two weeks", &[note]);
    phone.reads(&key("Observation", "g1"));
    phone.misses(4_000, &Section::RESULTS, &[("Observation", "g2")]);
    let withheld = key("Observation", "g3");
    phone.chooses(KIND_WITHHOLD, &[Subject::Resource(withheld.clone())], &[withheld], &[]);
    phone.store.commit(of_the_device()).unwrap();
    phone
}

fn of_the_device() -> Commit {
    let slot = || "labs".to_owned();
    Commit {
        cursors: vec![Cursor { connection: PORTAL, slot: slot(), state: "{\"run\":7}".to_owned() }],
        outcomes: vec![SlotOutcome {
            connection: PORTAL,
            slot: slot(),
            last_try: 20,
            last_success: Some(10),
            count: Some(7),
            refused: Some(Refusal { status: Some(403), reason: "not allowed".to_owned() }),
        }],
        listing_seen: vec![ListingSeen {
            connection: PORTAL,
            slot: slot(),
            run: 7,
            resources: vec![("Observation".to_owned(), "g1".to_owned())],
        }],
        wanted: vec![Wanted {
            connection: PORTAL,
            resource_type: "Practitioner".to_owned(),
            id: "d1".to_owned(),
            section: Section::RESULTS,
        }],
        unfollowed: vec![Unfollowed {
            connection: PORTAL,
            resource_type: "Organization".to_owned(),
            id: "o1".to_owned(),
            status: Some(404),
            reason: "the portal has no such entry (status 404)".to_owned(),
            at: 30,
        }],
        quarantined: vec![Quarantined {
            connection: PORTAL,
            key: key("Observation", "x"),
            digest: fhir::Digest([3; 32]),
            reason: "another person's".to_owned(),
            at: 10,
        }],
        attempts: vec![Attempt {
            act: ActId::new([5; 16]),
            known: Attempts { tries: 2, looks: 1, last_try: 40, not_before: 70 },
            trouble: Some("no answer in time".to_owned()),
        }],
        drafts: vec![Draft { id: [6; 16], changed: 50, body: "{\"text\":\"Dear\"}".to_owned() }],
        settings: vec![("theme".to_owned(), Some(b"dark".to_vec()))],
        ..Commit::default()
    }
}

/// Makes at `to` what a device of this version of the log would hold of the record at `today`, which must be closed. The lists
/// that it had made for its screens are there in a shape of their own.
pub fn as_version(version: usize, today: &Path, to: &Path) {
    let db = raw(to);
    db.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    for sql in steps().iter().take(version) {
        db.execute_batch(sql).unwrap();
    }
    db.pragma_update(None, "application_id", APPLICATION).unwrap();
    db.pragma_update(None, "user_version", version as i64).unwrap();
    let hex: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    db.execute_batch(&format!("ATTACH '{}' AS today KEY \"x'{hex}'\"", today.display())).unwrap();
    for table in log_tables(&db).into_iter().filter(|name| name != "projection") {
        let columns = columns(&db, &table).join(", ");
        db.execute_batch(&format!(
            "INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}"
        ))
        .unwrap();
    }
    db.execute_batch(
        "DETACH today; \
         CREATE TABLE resource_key (ordinal INTEGER PRIMARY KEY, name TEXT); INSERT INTO resource_key VALUES (1, 'old'); \
         CREATE TABLE row (key INTEGER PRIMARY KEY REFERENCES resource_key (ordinal), old TEXT); INSERT INTO row VALUES (1, 'old'); \
         CREATE VIRTUAL TABLE search USING fts5(old); INSERT INTO search VALUES ('old words'); \
         INSERT INTO projection VALUES ('applied', 0, 'resource_key', 'done', 0), ('shown', 0, 'row search', 'done', 0);",
    )
    .unwrap();
    db.close().unwrap();
}

/// Every row of the tables that the log has in `version`, in the columns that it has there: what no later step may change.
pub fn log_of(path: &Path, version: usize) -> BTreeMap<String, Vec<Vec<Value>>> {
    let shape = Connection::open_in_memory().unwrap();
    steps().iter().take(version).for_each(|sql| shape.execute_batch(sql).unwrap());
    let db = raw(path);
    let rows = |table: &String| {
        let columns = columns(&shape, table);
        let sql = format!("SELECT {} FROM {table} ORDER BY {}", columns.join(", "), columns.join(", "));
        let mut statement = db.prepare(&sql).unwrap();
        let row = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|at| row.get(at)).collect();
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
    };
    let tables = log_tables(&shape).into_iter().filter(|name| name != "projection");
    tables.map(|table| (table.clone(), rows(&table))).collect()
}

/// The log's tables and indexes as SQL without comments and line breaks, and nothing of what is made from the log.
pub fn shape_of(db: &Connection) -> BTreeMap<String, String> {
    let made: Option<String> =
        db.query_row("SELECT group_concat(tables, ' ') FROM projection", [], |row| row.get(0)).unwrap();
    let made: Vec<String> = made.unwrap_or_default().split(' ').map(str::to_owned).collect();
    let mut statement = db
        .prepare("SELECT name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT GLOB 'search*'")
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let all = rows.unwrap().map(Result::<(String, String, String), _>::unwrap);
    let bare = |sql: &str| sql.split_whitespace().collect::<Vec<_>>().join(" ");
    all.filter(|(_, table, _)| !made.contains(table)).map(|(name, _, sql)| (name, bare(&sql))).collect()
}

/// The version of the log in a file.
pub fn version_of(path: &Path) -> usize {
    raw(path).query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).unwrap() as usize
}

fn log_tables(db: &Connection) -> Vec<String> {
    let mut statement =
        db.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

fn columns(db: &Connection, table: &str) -> Vec<String> {
    let mut statement = db.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid").unwrap();
    let names = statement.query_map([table], |row| row.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}
