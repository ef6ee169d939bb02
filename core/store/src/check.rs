//! Checking a record: is the file sound, do the projections equal a fresh rebuild, is all held that is named.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use statement::chain::{self, Step};
use statement::{DeviceId, Digest, Payload, Section};

use crate::error::Result;
use crate::query::{ChainReport, CheckReport, Phase};
use crate::rebuild::{self, Which};
use crate::store::{Documents, Store};
use crate::write::{Changes, facts, purge, show};
use crate::{salvage, schema};

/// Rows rebuilt and compared at a time.
const ROWS: i64 = 500;

impl Store {
    /// Looks the whole record over, in one snapshot of it, without writing the file. Screens and syncs go on meanwhile. Takes about as
    /// long as a rebuild and holds one batch of rows, and all revisions, in memory.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged) when the file is too damaged to be read.
    pub fn check(&self) -> Result<CheckReport> {
        let mut auditor = self.auditor();
        // One snapshot. Dropping the transaction drops the temporary tables with it.
        let db = auditor.db.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let mut report = CheckReport {
            integrity: integrity(&db)?,
            cipher: lines(&db, "PRAGMA cipher_integrity_check")?,
            ..CheckReport::default()
        };
        held(&db, &mut report)?;
        chains(&db, &mut report)?;
        report.rebuilding = rebuild::progress(&db)?.phase != Phase::Done;
        if !report.rebuilding {
            report.search_different = number(&db, SEARCH)?;
            compare(&db, &mut report)?;
        }
        db.rollback()?;
        Ok(report)
    }
}

impl Store {
    /// Whether a page of the file cannot be read or is not what it should be. Reads the whole file, and writes nothing.
    ///
    /// # Errors
    /// Those that tell of no damage, such as [`Error::InUse`](crate::Error::InUse).
    pub fn is_damaged(&self) -> Result<bool> {
        let auditor = self.auditor();
        let found = integrity(&auditor.db).and_then(|mut found| {
            found.extend(lines(&auditor.db, "PRAGMA cipher_integrity_check")?);
            Ok(!found.is_empty())
        });
        match found {
            Err(error) if salvage::is_damage(&error) => Ok(true),
            other => other,
        }
    }
}

const SEARCH: &str = "SELECT (SELECT count(*) FROM (SELECT id FROM search_docsize EXCEPT SELECT key FROM row)) \
     + (SELECT count(*) FROM (SELECT key FROM row EXCEPT SELECT id FROM search_docsize)) \
     + (SELECT count(*) FROM (SELECT id FROM search_file_docsize EXCEPT SELECT ordinal FROM file WHERE text IS NOT NULL)) \
     + (SELECT count(*) FROM (SELECT ordinal FROM file WHERE text IS NOT NULL EXCEPT SELECT id FROM search_file_docsize)) \
     + (SELECT count(*) FROM (SELECT id FROM search_note_docsize EXCEPT SELECT ordinal FROM note)) \
     + (SELECT count(*) FROM (SELECT ordinal FROM note EXCEPT SELECT id FROM search_note_docsize))";

/// What the temporary tables and the file's must agree in, named by keys and not by the numbers that differ from file to file.
const APPLIED: [&str; 8] = [
    "SELECT k.issuer, k.type, k.id, k.seen, r.digest, r.statement, r.comparison, r.at, r.clock, r.connection, r.member, r.section, \
     r.awaited FROM @.revision r JOIN @.resource_key k ON k.ordinal = r.key",
    "SELECT connection, slot, issuer, at, clock, digest FROM @.listing",
    "SELECT connection, slot, issuer, type, id FROM @.listing_missing",
    "SELECT digest, section, device, kind, text, body FROM @.fact",
    "SELECT member, digest FROM @.read_mark",
    "SELECT issuer, type, id, retraction, digest FROM @.purged",
    "SELECT subject, shared FROM @.choice",
    "SELECT n.section, n.root, n.body, s.text FROM @.note n JOIN @.search_note s ON s.rowid = n.ordinal",
];

/// The same of rows, for those that the temporary tables hold now. `CROSS JOIN` keeps SQLite to
/// this order: it knows nothing of how few those are, and would go through all of the file's for each batch.
const SHOWN: [&str; 7] = [
    "SELECT k.issuer, r.type, r.id, r.section, r.sort, r.flag, r.state, r.gone, r.current, r.digest, \
     r.part, r.supporting, r.findings FROM temp.row t CROSS JOIN temp.resource_key k ON k.ordinal = t.key \
     CROSS JOIN @.resource_key o ON o.issuer = k.issuer AND o.type = k.type AND o.id = k.id CROSS JOIN @.row r ON r.key = o.ordinal",
    "SELECT k.issuer, k.type, k.id, c.code, c.sort, c.system \
     FROM temp.row t CROSS JOIN temp.resource_key k ON k.ordinal = t.key \
     CROSS JOIN @.resource_key o ON o.issuer = k.issuer AND o.type = k.type AND o.id = k.id CROSS JOIN @.row_code c ON c.key = o.ordinal",
    "SELECT k.issuer, k.type, k.id, f.path, f.issuer, f.type, f.id \
     FROM temp.row t CROSS JOIN temp.resource_key k ON k.ordinal = t.key \
     CROSS JOIN @.resource_key o ON o.issuer = k.issuer AND o.type = k.type AND o.id = k.id CROSS JOIN @.reference f ON f.key = o.ordinal",
    "SELECT k.issuer, k.type, k.id, l.type, l.id \
     FROM temp.row t CROSS JOIN temp.resource_key k ON k.ordinal = t.key \
     CROSS JOIN @.resource_key o ON o.issuer = k.issuer AND o.type = k.type AND o.id = k.id CROSS JOIN @.link l ON l.key = o.ordinal",
    "SELECT k.issuer, k.type, k.id, a.n, a.path, a.address, a.digest, a.content_type, a.size, a.title, a.due \
     FROM temp.row t CROSS JOIN temp.resource_key k ON k.ordinal = t.key \
     CROSS JOIN @.resource_key o ON o.issuer = k.issuer AND o.type = k.type AND o.id = k.id CROSS JOIN @.attachment a ON a.key = o.ordinal",
    "SELECT k.issuer, k.type, k.id, n.system, n.value \
     FROM temp.row t CROSS JOIN temp.resource_key k ON k.ordinal = t.key \
     CROSS JOIN @.resource_key o ON o.issuer = k.issuer AND o.type = k.type AND o.id = k.id CROSS JOIN @.row_identifier n ON n.key = o.ordinal",
    "SELECT k.issuer, k.type, k.id, f.category, f.strength \
     FROM temp.row t CROSS JOIN temp.resource_key k ON k.ordinal = t.key \
     CROSS JOIN @.resource_key o ON o.issuer = k.issuer AND o.type = k.type AND o.id = k.id CROSS JOIN @.row_finding f ON f.key = o.ordinal",
];

/// Rebuilds everything in temporary tables, which lie in memory and hide the file's, and counts what differs.
fn compare(db: &Transaction<'_>, report: &mut CheckReport) -> Result<()> {
    schema::shadow(db)?;
    let (mut documents, mut changes) = (Documents::new(), Changes::default());
    for logged in rebuild::logged(db, Which::FactsAfter, 0, i64::MAX)? {
        rebuild::again(db, &mut documents, &logged, &mut changes)?;
    }
    let mut place = i64::MAX;
    loop {
        let batch = rebuild::logged(db, Which::PagesBefore, place, 100)?;
        let Some(last) = batch.last() else { break };
        place = last.sequence;
        for logged in &batch {
            rebuild::again(db, &mut documents, logged, &mut changes)?;
        }
    }
    facts::settle(db, &documents, &mut changes)?;
    changes.keys.clear();
    report.different = difference(db, &APPLIED)?.saturating_add(false_rows(db)?);
    let mut rows: u64 = 0;
    loop {
        changes.keys.extend(rebuild::pending(db, ROWS)?);
        if changes.keys.is_empty() {
            break;
        }
        show::rows(db, &mut changes, &show::Came::new())?;
        rows = rows.saturating_add(number(db, "SELECT count(*) FROM temp.row")?);
        report.different = report.different.saturating_add(difference(db, &SHOWN)?);
        db.execute_batch(
            "DELETE FROM temp.search; DELETE FROM temp.attachment; DELETE FROM temp.reference; DELETE FROM temp.link; DELETE FROM temp.row_code; DELETE FROM temp.row_identifier; DELETE FROM temp.row_finding; DELETE FROM temp.row;",
        )?;
    }
    let shown = number(db, "SELECT count(*) FROM main.row")?;
    report.different = report.different.saturating_add(shown.abs_diff(rows));
    Ok(())
}

/// Rows whose body is not what its digest says: by the digest they are compared.
fn false_rows(db: &Connection) -> Result<u64> {
    let mut statement = db.prepare("SELECT digest, body FROM main.row")?;
    let mut rows = statement.query([])?;
    let mut count: u64 = 0;
    while let Some(row) = rows.next()? {
        let (digest, body): ([u8; 32], Vec<u8>) = (row.get(0)?, row.get(1)?);
        if !crate::read::unpacked(&body).is_ok_and(|body| fhir::Digest::of(&body).0 == digest) {
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

/// Entries that are in one and not in the other, both ways.
fn difference(db: &Connection, queries: &[&str]) -> Result<u64> {
    let mut all: u64 = 0;
    for query in queries {
        let (grown, fresh) = (query.replace('@', "main"), query.replace('@', "temp"));
        let sql = format!(
            "SELECT (SELECT count(*) FROM ({grown} EXCEPT {fresh})) + (SELECT count(*) FROM ({fresh} EXCEPT {grown}))"
        );
        all = all.saturating_add(number(db, &sql)?);
    }
    Ok(all)
}

/// Counts what is named and not held, and what is held under a false name.
fn held(db: &Connection, report: &mut CheckReport) -> Result<()> {
    let purged = purge::all(db)?;
    let mut named = db.prepare(
        "SELECT DISTINCT digest FROM main.revision WHERE digest NOT IN (SELECT digest FROM resource)",
    )?;
    for digest in named.query_map([], |row| Ok(fhir::Digest(row.get(0)?)))? {
        let count = match purged.contains(&digest?) {
            true => &mut report.purged,
            false => &mut report.missing_resources,
        };
        *count = count.saturating_add(1);
    }
    report.set_aside = number(db, "SELECT count(*) FROM main.set_aside")?;
    let mut digests = db.prepare("SELECT digest FROM resource")?;
    for digest in digests.query_map([], |row| Ok(fhir::Digest(row.get(0)?)))? {
        let digest = digest?;
        report.not_purged = report.not_purged.saturating_add(u64::from(purged.contains(&digest)));
        let bytes = crate::read::log::bytes(db, &digest);
        if !bytes.is_ok_and(|bytes| bytes.is_some_and(|bytes| fhir::Digest::of(&bytes) == digest)) {
            report.false_resources = report.false_resources.saturating_add(1);
        }
    }
    let mut bodies = db.prepare("SELECT body FROM main.note")?;
    for body in bodies.query_map([], |row| row.get::<_, String>(0))? {
        let note = crate::read::notes::parse(&body?)?;
        for id in note.versions.iter().filter_map(|version| version.text) {
            if crate::read::notes::text(db, &id)?.is_none() {
                report.missing_texts = report.missing_texts.saturating_add(1);
            }
        }
    }
    Ok(())
}

fn chains(db: &Connection, report: &mut CheckReport) -> Result<()> {
    let mut statement = db.prepare("SELECT digest, payload, signature FROM statement ORDER BY sequence")?;
    let mut rows = statement.query([])?;
    let mut steps: BTreeMap<(DeviceId, Section), Vec<Step>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (named, payload): (Digest, Vec<u8>) = (Digest::new(row.get(0)?), row.get(1)?);
        let Ok(signed) = crate::read::log::signed(payload, row.get(2)?) else {
            report.false_statements = report.false_statements.saturating_add(1);
            continue;
        };
        match Payload::decode(signed.payload_bytes()) {
            Ok(payload) if signed.digest() == named => {
                let chain = (payload.device, payload.section.clone());
                steps.entry(chain).or_default().push(Step::of(&signed, &payload));
            }
            _ => report.false_statements = report.false_statements.saturating_add(1),
        }
    }
    for ((device, section), steps) in steps {
        let found = chain::check(steps);
        if !found.is_whole() {
            report.chains.push(ChainReport { device, section, report: found });
        }
    }
    Ok(())
}

/// Includes FTS5's own check of its indexes. That check trusts what a connection remembers of an index from its last query, however old:
/// a query first makes it look again.
fn integrity(db: &Connection) -> Result<Vec<String>> {
    for table in ["search", "search_file", "search_note"] {
        lines(db, &format!("SELECT rowid FROM {table} WHERE {table} MATCH 'x' LIMIT 1"))?;
    }
    let mut found = lines(db, "PRAGMA main.integrity_check")?;
    found.retain(|line| line != "ok");
    Ok(found)
}

fn number(db: &Connection, sql: &str) -> Result<u64> {
    crate::read::counted(db.query_row(sql, [], |row| row.get(0))?)
}

fn lines(db: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, rusqlite::types::Value>(0))?;
    let text = |value| match value {
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    };
    Ok(rows.map(|row| row.map(text)).collect::<rusqlite::Result<_>>()?)
}
