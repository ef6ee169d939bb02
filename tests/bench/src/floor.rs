//! The floor: the least that could be done with the same answers. They go into one table of one SQLCipher file with the
//! same text index, the same settings and the same compression, one transaction an answer; nothing is compared, signed,
//! merged or made ready to draw, and no network is used.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use fhir::Resource;
use fhir::describe::describe;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json, value::RawValue};

use crate::Any;
use crate::cost::{Costs, Since, on_disk, peak_memory};

const OFTEN: usize = 200;
const LEVEL: i32 = 3;
const SETTINGS: &str = "PRAGMA key = \"x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'\"; \
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; \
    PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;";
const SCHEMA: &str = "CREATE TABLE entry (ordinal INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sort INTEGER NOT NULL, \
    bytes BLOB NOT NULL, length INTEGER NOT NULL) STRICT; CREATE INDEX entry_sort ON entry (sort DESC); \
    CREATE VIRTUAL TABLE search USING fts5(title, text, content = '', contentless_delete = 1, \
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');";
/// The text index with its texts, from which FTS5 cuts its own snippets.
const TOLD: &str = "CREATE VIRTUAL TABLE search USING fts5(title, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');";
const NEWEST: &str = "SELECT bytes, length FROM entry ORDER BY sort DESC, ordinal LIMIT 50 OFFSET ?1";

/// What the floor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// What is to be indexed of each entry, and the words to search for. Not measured.
    Prepare,
    /// Takes all answers in.
    Ingest,
    /// Opening, to the newest fifty entries.
    Open,
    /// Everything, fifty by fifty.
    Page,
    /// A rare and a frequent word, as a bare query of the text index.
    Search,
    /// The same with what a line of results needs, from an index that holds its texts and cuts its own snippets.
    Told,
    /// The bytes of entries.
    Show,
}

/// What is indexed of an entry.
struct Text {
    title: String,
    text: String,
    sort: i64,
}

pub fn run(step: Step, home: &Path, answers: &Path) -> Result<(), Any> {
    let mut costs = Costs::default();
    match step {
        Step::Prepare => prepare(home, answers)?,
        Step::Ingest => ingest(home, answers, &mut costs)?,
        Step::Open => {
            let since = Since::now()?;
            newest(&database(home, "floor.db")?, 0)?;
            costs.put("wall ms", since.wall());
            costs.put("CPU ms", since.own()?);
        }
        Step::Page => {
            let db = database(home, "floor.db")?;
            let since = Since::now()?;
            let mut entries = 0;
            while let many @ 1.. = newest(&db, entries)? {
                entries += many;
            }
            costs.put("wall ms", since.wall());
            costs.put("entries", entries as f64);
        }
        Step::Search => search(&database(home, "floor.db")?, BARE, home, &mut costs)?,
        Step::Told => search(&database(home, "told.db")?, WITH_SNIPPETS, home, &mut costs)?,
        Step::Show => show(&database(home, "floor.db")?, &mut costs)?,
    }
    costs.put("peak MB", peak_memory()?);
    costs.print();
    Ok(())
}

fn prepare(home: &Path, answers: &Path) -> Result<(), Any> {
    let mut texts = BTreeMap::new();
    let mut held: BTreeMap<String, u32> = BTreeMap::new();
    for answer in pages(answers)? {
        for entry in entries(&fs::read(answer)?)? {
            let resource = Resource::parse(entry.get().as_bytes())?;
            let summary = describe(&resource);
            let name = format!("{}/{}", resource.resource_type(), resource.id());
            let sort = summary.when.as_ref().and_then(|when| when.sort_key()).unwrap_or(i64::MIN);
            let text = json!({"title": summary.title, "text": summary.search, "sort": sort});
            if texts.insert(name, text).is_none() {
                words(&summary.search, &mut held);
            }
        }
    }
    // A frequent word stands in about a fifth of the entries, a rare one in three.
    let fifth = u32::try_from(texts.len() / 5)?;
    let frequent = held.iter().min_by_key(|(_, many)| many.abs_diff(fifth)).ok_or("no word")?.0;
    let rare = held.iter().find(|(_, many)| **many == 3).ok_or("no rare word")?.0;
    told(home, &texts)?;
    fs::write(home.join("words.json"), json!({"rare": rare, "frequent": frequent}).to_string())?;
    Ok(fs::write(home.join("texts.json"), serde_json::to_vec(&texts)?)?)
}

fn told(home: &Path, texts: &BTreeMap<String, Value>) -> Result<(), Any> {
    let mut db = database(home, "told.db")?;
    db.execute_batch(TOLD)?;
    let step = db.transaction()?;
    for text in texts.values() {
        let part = |name| text.get(name).and_then(Value::as_str).unwrap_or_default();
        step.prepare_cached("INSERT INTO search (title, text) VALUES (?1, ?2)")?
            .execute([part("title"), part("text")])?;
    }
    Ok(step.commit()?)
}

/// Counts each word of letters once.
fn words(text: &str, held: &mut BTreeMap<String, u32>) {
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic());
    let long: std::collections::BTreeSet<_> =
        words.filter(|word| word.len() > 4).map(str::to_lowercase).collect();
    for word in long {
        *held.entry(word).or_default() += 1;
    }
}

fn ingest(home: &Path, answers: &Path, costs: &mut Costs) -> Result<(), Any> {
    let texts = texts(home)?;
    let mut db = Connection::open(home.join("floor.db"))?;
    db.execute_batch(SETTINGS)?;
    db.execute_batch(SCHEMA)?;
    let since = Since::now()?;
    let mut new = 0.0;
    for answer in pages(answers)? {
        let answer = fs::read(answer)?;
        let step = db.transaction()?;
        {
            let mut insert = step.prepare_cached(
                "INSERT INTO entry (name, sort, bytes, length) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?;
            let mut index =
                step.prepare_cached("INSERT INTO search (rowid, title, text) VALUES (?1, ?2, ?3)")?;
            for entry in entries(&answer)? {
                let name = name(entry)?;
                let text = texts.get(&name).ok_or("an entry that was not prepared")?;
                let bytes = zstd::bulk::compress(entry.get().as_bytes(), LEVEL)?;
                let length = i64::try_from(entry.get().len())?;
                if insert.execute(params![name, text.sort, bytes, length])? == 1 {
                    index.execute(params![step.last_insert_rowid(), text.title, text.text])?;
                    new += 1.0;
                }
            }
        }
        step.commit()?;
    }
    costs.put("wall ms", since.wall());
    costs.put("CPU ms", since.processor()?);
    costs.put("new", new);
    costs.put("disk MB", on_disk(home, "floor.db")?);
    Ok(())
}

fn texts(home: &Path) -> Result<BTreeMap<String, Text>, Any> {
    let all: BTreeMap<String, Value> = serde_json::from_slice(&fs::read(home.join("texts.json"))?)?;
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let read = |(name, value): (String, Value)| {
        let sort = value.get("sort").and_then(Value::as_i64).unwrap_or(i64::MIN);
        (name, Text { title: text(&value, "title"), text: text(&value, "text"), sort })
    };
    Ok(all.into_iter().map(read).collect())
}

/// The answers in the order in which they came.
fn pages(answers: &Path) -> Result<Vec<PathBuf>, Any> {
    let files = fs::read_dir(answers)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = files.collect::<Result<Vec<_>, _>>()?;
    files.sort();
    Ok(files)
}

#[derive(serde::Deserialize)]
struct Answer<'a> {
    #[serde(rename = "resourceType")]
    kind: Option<String>,
    #[serde(borrow, default)]
    entry: Vec<Entry<'a>>,
}

#[derive(serde::Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
struct Named {
    #[serde(rename = "resourceType")]
    kind: String,
    id: String,
}

/// The entries of a page of a listing, or the one resource that was asked for.
fn entries(answer: &[u8]) -> Result<Vec<&RawValue>, Any> {
    let Ok(read) = serde_json::from_slice::<Answer<'_>>(answer) else {
        return Ok(Vec::new());
    };
    match read.kind.as_deref() {
        Some("Bundle") => Ok(read.entry.into_iter().filter_map(|entry| entry.resource).collect()),
        Some("CapabilityStatement" | "OperationOutcome") | None => Ok(Vec::new()),
        Some(_) => Ok(vec![serde_json::from_slice(answer)?]),
    }
}

fn name(entry: &RawValue) -> Result<String, Any> {
    let named: Named = serde_json::from_str(entry.get())?;
    Ok(format!("{}/{}", named.kind, named.id))
}

fn database(home: &Path, name: &str) -> Result<Connection, Any> {
    let db = Connection::open(home.join(name))?;
    db.execute_batch(SETTINGS)?;
    Ok(db)
}

fn newest(db: &Connection, from: usize) -> Result<usize, Any> {
    let mut select = db.prepare_cached(NEWEST)?;
    let mut rows = select.query([i64::try_from(from)?])?;
    let mut many = 0;
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(0)?;
        let length: i64 = row.get(1)?;
        zstd::bulk::decompress(&bytes, usize::try_from(length)?)?;
        many += 1;
    }
    Ok(many)
}

const BARE: &str =
    "SELECT rowid, '', '' FROM search WHERE search MATCH ?1 ORDER BY bm25(search, 4.0, 1.0) LIMIT 20";
const WITH_SNIPPETS: &str = "SELECT rowid, title, snippet(search, -1, '<', '>', '…', 16) FROM search WHERE search MATCH ?1 \
    ORDER BY bm25(search, 4.0, 1.0) LIMIT 20";

fn search(db: &Connection, sql: &str, home: &Path, costs: &mut Costs) -> Result<(), Any> {
    let words: Value = serde_json::from_slice(&fs::read(home.join("words.json"))?)?;
    let mut select = db.prepare(sql)?;
    for name in ["rare", "frequent"] {
        let word = words.get(name).and_then(Value::as_str).ok_or("no word")?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        };
        let mut ask = || select.query_map([format!("\"{word}\"*")], read)?.count_ok();
        ask()?;
        let since = Since::now()?;
        for _ in 0..OFTEN {
            ask()?;
        }
        costs.put(&format!("{name} ms"), since.wall() / OFTEN as f64);
        costs.put(&format!("{name} CPU ms"), since.own()? / OFTEN as f64);
    }
    Ok(())
}

/// Reads all rows of an answer.
trait CountOk {
    fn count_ok(self) -> rusqlite::Result<usize>;
}

impl<T, I: Iterator<Item = rusqlite::Result<T>>> CountOk for I {
    fn count_ok(self) -> rusqlite::Result<usize> {
        self.map(|row| row.map(|_| 1)).sum()
    }
}

fn show(db: &Connection, costs: &mut Costs) -> Result<(), Any> {
    let all: i64 = db.query_row("SELECT count(*) FROM entry", [], |row| row.get(0))?;
    let step = usize::try_from(all)?.div_ceil(OFTEN).max(1);
    let mut names = db.prepare("SELECT name FROM entry ORDER BY sort DESC")?;
    let names: Vec<String> =
        names.query_map([], |row| row.get(0))?.step_by(step).collect::<Result<_, _>>()?;
    let mut select = db.prepare("SELECT bytes, length FROM entry WHERE name = ?1")?;
    let since = Since::now()?;
    for name in &names {
        let found = select
            .query_row([name], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?)))
            .optional()?;
        let (bytes, length) = found.ok_or("an entry that is gone")?;
        zstd::bulk::decompress(&bytes, usize::try_from(length)?)?;
    }
    costs.put("each ms", since.wall() / names.len() as f64);
    costs.put("each CPU ms", since.own()? / names.len() as f64);
    Ok(())
}
