//! Full-text search.

use fhir::Resource;
use fhir::describe::describe;
use record::row::{Row, State};
use rusqlite::{Connection, params};

use super::{log, notes};
use crate::error::Result;
use crate::query::{FileHit, Found, Hit};
use crate::store::{Reader, Store};
use crate::write::show::searchable;

/// Words of one search that are looked at.
const WORDS: usize = 16;
/// Letters of one word that are looked at.
const LETTERS: usize = 200;
/// Words of a snippet.
const AROUND: i64 = 16;
/// Letters of a note's title.
const TITLE: usize = 80;

/// Where snippets are cut: a search index in memory that holds one text at a time, so that matches are found by the very rules by
/// which the text was indexed, and the file needs not hold every text twice.
pub(crate) struct Snippets(Connection);

impl Snippets {
    pub(crate) fn new() -> Result<Self> {
        let db = Connection::open_in_memory()?;
        db.execute_batch(
            "CREATE VIRTUAL TABLE shown USING fts5(title, text, tokenize = 'unicode61 remove_diacritics 2');",
        )?;
        Ok(Self(db))
    }

    /// The words around the matches in a text; the start of the text when nothing matches.
    fn cut(&self, title: &str, text: &str, expression: &str) -> Result<String> {
        self.0.prepare_cached("DELETE FROM shown")?.execute([])?;
        self.0
            .prepare_cached("INSERT INTO shown (title, text) VALUES (?1, ?2)")?
            .execute([plain(title), plain(text)])?;
        let mut statement = self
            .0
            .prepare_cached("SELECT snippet(shown, -1, ?2, ?3, '…', ?4) FROM shown WHERE shown MATCH ?1")?;
        let (start, end) = (Hit::START.to_string(), Hit::END.to_string());
        let mut rows = statement.query(params![expression, start, end, AROUND])?;
        let snippet = rows.next()?.map(|row| row.get(0)).transpose()?;
        Ok(snippet.unwrap_or_else(|| first(&plain(text), TITLE)))
    }
}

impl Store {
    /// Resources and notes that hold all these words, in any order and place, accents and case aside; the last word may be the start of
    /// one. A word of several parts (`glucose-fasting`, an id with dashes) is looked for as they stand. Nothing in the text is a
    /// command. Best matches first; at most `limit` hits. No hits for a text without a letter or digit.
    ///
    /// A resource is found by any text of its current revision, its type and its id; a retracted one by title, type and id only. Where
    /// these do not have the words, it is found by those of its files.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Hit>> {
        let Some(expression) = expression(text) else {
            return Ok(Vec::new());
        };
        let reader = self.reader();
        let mut resources = resources(&reader, text, &expression, limit)?;
        let mut hits = noted(&reader, &expression, limit)?;
        let mut files = filed(&reader, &expression, limit)?;
        files.retain(|hit| !resources.iter().any(|found| found.found == hit.found));
        let room = limit.saturating_sub(resources.len()).max(limit.div_ceil(2));
        hits.truncate(room);
        files.truncate(room.saturating_sub(hits.len()));
        resources.truncate(limit.saturating_sub(hits.len()).saturating_sub(files.len()));
        hits.append(&mut resources);
        hits.append(&mut files);
        Ok(hits)
    }
}

/// What a person typed, as an FTS5 expression in which nothing but our own signs has a meaning; `None` when there is no word in it.
pub(crate) fn expression(text: &str) -> Option<String> {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words = words.filter(|word| word.chars().any(char::is_alphanumeric));
    let phrases: Vec<String> =
        words.take(WORDS).map(|word| format!("\"{}\"", first(word, LETTERS).replace('"', "\"\""))).collect();
    (!phrases.is_empty()).then(|| format!("{}*", phrases.join(" ")))
}

/// The id that a person may have typed: the last word, without the type before it. A word of letters alone is none, unless a
/// type stands before it.
fn named(text: &str) -> Option<&str> {
    let word = text.split_whitespace().last()?;
    let id = word.rsplit('/').next().unwrap_or(word);
    let may_be = word.contains('/') || text.trim() != word || !id.chars().all(char::is_alphabetic);
    may_be.then_some(id)
}

fn keyed(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, Vec<u8>)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn resources(reader: &Reader, text: &str, expression: &str, limit: usize) -> Result<Vec<Hit>> {
    let mut bodies = Vec::new();
    // What bears a name goes before what only mentions it: everything mentions the patient.
    if let Some(id) = named(text) {
        let mut statement = reader.db.prepare_cached(
            "SELECT r.key, r.body FROM search s JOIN row r ON r.key = s.rowid WHERE s.search MATCH ?1 AND r.id = ?3 \
             ORDER BY r.type, r.key LIMIT ?2",
        )?;
        let rows = statement.query_map(params![expression, log::limit_of(limit), id], keyed)?;
        bodies = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    }
    // The rank alone decides what is read at all: a frequent word stands in thousands of rows.
    let mut statement = reader.db.prepare_cached(
        "WITH hit AS (SELECT rowid AS key, bm25(search, 4.0, 1.0) AS place FROM search WHERE search MATCH ?1 \
         ORDER BY place LIMIT ?2) \
         SELECT r.key, r.body FROM hit JOIN row r ON r.key = hit.key ORDER BY hit.place, r.type, r.id",
    )?;
    for row in statement.query_map(params![expression, log::limit_of(limit)], keyed)? {
        let row = row?;
        if !bodies.iter().any(|(key, _)| *key == row.0) {
            bodies.push(row);
        }
    }
    bodies.truncate(limit);
    let hit = |(_, body): &(i64, Vec<u8>)| {
        let row = super::shown(body)?;
        let (title, text) = searchable(&row, &search_text(reader, &row)?);
        let snippet = reader.snippets.cut(&title, &text, expression)?;
        Ok(Hit { found: Found::Resource(row.key), section: row.section, title, snippet, file: None })
    };
    bodies.iter().map(hit).collect()
}

/// The text that was indexed with a row: not stored twice, so made again from the bytes.
fn search_text(reader: &Reader, row: &Row) -> Result<String> {
    if row.state != State::Current {
        return Ok(String::new());
    }
    let bytes = log::bytes(&reader.db, &row.current)?;
    let resource = bytes.and_then(|bytes| Resource::parse(&bytes).ok());
    Ok(resource.map(|resource| describe(&resource).search).unwrap_or_default())
}

fn noted(reader: &Reader, expression: &str, limit: usize) -> Result<Vec<Hit>> {
    let mut statement = reader.db.prepare_cached(
        "SELECT n.section, n.body, s.text FROM search_note s JOIN note n ON n.ordinal = s.rowid WHERE s.search_note MATCH ?1 \
         ORDER BY s.rank, n.root LIMIT ?2",
    )?;
    let mut rows = statement.query(params![expression, log::limit_of(limit)])?;
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        let section = super::section(&row.get::<_, String>(0)?)?;
        let note = notes::parse(&row.get::<_, String>(1)?)?;
        let text: String = row.get(2)?;
        let mut subjects: Vec<String> =
            note.versions.into_iter().flat_map(|version| version.subjects).collect();
        subjects.sort();
        subjects.dedup();
        hits.push(Hit {
            found: Found::Note { root: note.root, subjects },
            section,
            title: first(&plain(&text), TITLE),
            snippet: reader.snippets.cut("", &text, expression)?,
            file: None,
        });
    }
    Ok(hits)
}

/// By the words of files: each resource once, by the file that fits best. A file is found only as long as a current row has it.
fn filed(reader: &Reader, expression: &str, limit: usize) -> Result<Vec<Hit>> {
    let mut statement = reader.db.prepare_cached(
        "WITH hit AS (SELECT f.ordinal, f.digest, s.rank AS place FROM search_file s JOIN file f ON f.ordinal = s.rowid \
         WHERE s.search_file MATCH ?1), \
         held AS (SELECT hit.ordinal, hit.place, t.key, t.n FROM hit JOIN attachment t ON t.digest = hit.digest \
         UNION SELECT hit.ordinal, hit.place, t.key, t.n FROM hit JOIN address a ON a.digest = hit.digest \
         JOIN connection c ON c.id = a.connection JOIN attachment t ON t.address = a.address \
         JOIN resource_key k ON k.ordinal = t.key AND k.issuer = c.issuer), \
         best AS (SELECT *, row_number() OVER (PARTITION BY key ORDER BY place, n) AS nth FROM held) \
         SELECT r.body, f.text, best.n FROM best JOIN row r ON r.key = best.key JOIN file f ON f.ordinal = best.ordinal \
         WHERE best.nth = 1 ORDER BY best.place, r.type, r.id, r.key LIMIT ?2",
    )?;
    let mut rows = statement.query(params![expression, log::limit_of(limit)])?;
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        let shown = super::shown(&row.get::<_, Vec<u8>>(0)?)?;
        let text = super::file::words(&row.get::<_, Vec<u8>>(1)?)?;
        let n = super::counted(row.get(2)?)?;
        let file = usize::try_from(n).ok().and_then(|n| shown.attachments.get(n));
        let title = file.and_then(|file| file.title.clone());
        hits.push(Hit {
            found: Found::Resource(shown.key),
            section: shown.section,
            title: shown.summary.title,
            snippet: reader.snippets.cut("", &text, expression)?,
            file: Some(FileHit { n, title }),
        });
    }
    Ok(hits)
}

/// Without the signs that mark matches, and any other that is no letter.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn first(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_is_never_a_command() {
        assert_eq!(expression("blood glucose"), Some("\"blood\" \"glucose\"*".to_owned()));
        assert_eq!(expression("a\" OR \"b"), Some("\"a\"\"\" \"OR\" \"\"\"b\"*".to_owned()));
        assert_eq!(expression("title:x NEAR(a b) -- *"), Some("\"title:x\" \"NEAR(a\" \"b)\"*".to_owned()));
        assert_eq!(expression(" - \u{0} * \" "), None);
    }

    #[test]
    fn a_snippet_marks_the_match_and_carries_no_other_signs() {
        let snippets = Snippets::new().unwrap();
        let cut =
            snippets.cut("Report", "the \u{2}fasting\u{3} Glúcose was <b>high</b>", "\"glucose\"*").unwrap();
        assert_eq!(cut, "the  fasting  \u{2}Glúcose\u{3} was <b>high</b>");
    }
}
