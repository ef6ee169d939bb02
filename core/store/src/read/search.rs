//! Full-text search.

use rusqlite::{Row, params};
use statement::MemberId;

use super::rows::{COLUMNS, stored};
use super::snippet::{first, plain};
use super::{log, notes};
use crate::error::{Error, Result};
use crate::query::{FileHit, Found, Hit};
use crate::store::{Reader, Store};

/// Words of one search that are looked at.
const WORDS: usize = 16;
/// Letters of one word that are looked at.
const LETTERS: usize = 200;
/// Letters of a note's title.
const TITLE: usize = 80;

/// After those of a row ([`COLUMNS`]).
const WORDS_COLUMN: usize = 8;

/// What bears a name, as the last word may be one.
fn named_sql() -> String {
    format!(
        "SELECT {COLUMNS}, r.words FROM search s JOIN row r ON r.key = s.rowid JOIN resource_key k ON k.ordinal = r.key \
         WHERE s.search MATCH ?2 AND r.id = ?4 ORDER BY r.type, r.key LIMIT ?3"
    )
}

/// The rank alone decides what is read at all: a frequent word stands in thousands of rows.
fn ranked_sql() -> String {
    format!(
        "WITH hit AS (SELECT rowid AS key, bm25(search, 4.0, 1.0) AS place FROM search WHERE search MATCH ?2 \
         ORDER BY place LIMIT ?3) \
         SELECT {COLUMNS}, r.words FROM hit JOIN row r ON r.key = hit.key JOIN resource_key k ON k.ordinal = r.key \
         ORDER BY hit.place, r.type, r.id"
    )
}

fn filed_sql() -> String {
    format!(
        "WITH hit AS (SELECT f.ordinal, f.digest, s.rank AS place FROM search_file s JOIN file f ON f.ordinal = s.rowid \
         WHERE s.search_file MATCH ?2), \
         held AS (SELECT hit.ordinal, hit.place, t.key, t.n FROM hit JOIN attachment t ON t.digest = hit.digest \
         UNION SELECT hit.ordinal, hit.place, t.key, t.n FROM hit JOIN address a ON a.digest = hit.digest \
         JOIN connection c ON c.id = a.connection JOIN attachment t ON t.address = a.address \
         JOIN resource_key k ON k.ordinal = t.key AND k.issuer = c.issuer), \
         best AS (SELECT *, row_number() OVER (PARTITION BY key ORDER BY place, n) AS nth FROM held) \
         SELECT {COLUMNS}, f.text, best.n FROM best JOIN row r ON r.key = best.key JOIN file f ON f.ordinal = best.ordinal \
         JOIN resource_key k ON k.ordinal = r.key \
         WHERE best.nth = 1 ORDER BY best.place, r.type, r.id, r.key LIMIT ?3"
    )
}

/// What a person typed.
pub(crate) struct Asked {
    /// Its words.
    pub(crate) words: Vec<String>,
    /// The same as an FTS5 expression in which nothing but our own signs has a meaning.
    pub(crate) expression: String,
}

impl Asked {
    /// `None` when there is no word in it.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
        let words = words.filter(|word| word.chars().any(char::is_alphanumeric));
        let words: Vec<String> = words.take(WORDS).map(|word| first(word, LETTERS)).collect();
        let phrases: Vec<String> =
            words.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
        let expression = format!("{}*", phrases.join(" "));
        (!words.is_empty()).then_some(Self { words, expression })
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
        self.search_for(None, text, limit)
    }

    /// The same for a member, whose reading [`StoredRow::new`](crate::StoredRow::new) of each row tells of.
    pub fn search_for(&self, member: Option<&MemberId>, text: &str, limit: usize) -> Result<Vec<Hit>> {
        let Some(asked) = Asked::of(text) else {
            return Ok(Vec::new());
        };
        let reader = self.reader();
        let member = member.map(|member| member.as_bytes().as_slice());
        let mut resources = resources(&reader, text, &asked, limit, member)?;
        let mut hits = noted(&reader, &asked, limit)?;
        let mut files = filed(&reader, &asked, limit, member)?;
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

/// The id that a person may have typed: the last word, without the type before it. A word of letters alone is none, unless a
/// type stands before it.
fn named(text: &str) -> Option<&str> {
    let word = text.split_whitespace().last()?;
    let id = word.rsplit('/').next().unwrap_or(word);
    let may_be = word.contains('/') || text.trim() != word || !id.chars().all(char::is_alphabetic);
    may_be.then_some(id)
}

fn resources(
    reader: &Reader,
    text: &str,
    asked: &Asked,
    limit: usize,
    member: Option<&[u8]>,
) -> Result<Vec<Hit>> {
    let expression = &asked.expression;
    let mut hits: Vec<Hit> = Vec::new();
    // What bears a name goes before what only mentions it: everything mentions the patient.
    if let Some(id) = named(text) {
        let mut statement = reader.db.prepare_cached(&named_sql())?;
        let mut rows = statement.query(params![member, expression, log::limit_of(limit), id])?;
        while let Some(row) = rows.next()? {
            hits.push(hit(reader, row, asked)?);
        }
    }
    let mut statement = reader.db.prepare_cached(&ranked_sql())?;
    let mut rows = statement.query(params![member, expression, log::limit_of(limit)])?;
    while let Some(row) = rows.next()? {
        let place: i64 = row.get(3)?;
        let is_it = |hit: &Hit| hit.row.as_ref().is_some_and(|row| row.position.ordinal == place);
        if hits.len() < limit && !hits.iter().any(is_it) {
            hits.push(hit(reader, row, asked)?);
        }
    }
    Ok(hits)
}

fn hit(reader: &Reader, row: &Row<'_>, asked: &Asked) -> Result<Hit> {
    let stored = stored(row)?;
    let words = row.get_ref(WORDS_COLUMN)?.as_blob().map_err(|_| Error::Unreadable("row"))?;
    let title = stored.row.summary.title.clone();
    let snippet = reader.snippets.cut(&title, &super::file::words(words)?, asked)?;
    let (found, section) = (Found::Resource(stored.row.key.clone()), stored.row.section.clone());
    Ok(Hit { found, section, title, snippet, file: None, row: Some(stored) })
}

fn noted(reader: &Reader, asked: &Asked, limit: usize) -> Result<Vec<Hit>> {
    let mut statement = reader.db.prepare_cached(
        "SELECT n.section, n.body, s.text FROM search_note s JOIN note n ON n.ordinal = s.rowid WHERE s.search_note MATCH ?1 \
         ORDER BY s.rank, n.root LIMIT ?2",
    )?;
    let mut rows = statement.query(params![asked.expression, log::limit_of(limit)])?;
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
            snippet: reader.snippets.cut("", &text, asked)?,
            file: None,
            row: None,
        });
    }
    Ok(hits)
}

/// By the words of files: each resource once, by the file that fits best. A file is found only as long as a current row has it.
fn filed(reader: &Reader, asked: &Asked, limit: usize, member: Option<&[u8]>) -> Result<Vec<Hit>> {
    let mut statement = reader.db.prepare_cached(&filed_sql())?;
    let mut rows = statement.query(params![member, asked.expression, log::limit_of(limit)])?;
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        let stored = stored(row)?;
        let words = row.get_ref(WORDS_COLUMN)?.as_blob().map_err(|_| Error::Unreadable("file text"))?;
        let text = super::file::words(words)?;
        let n = super::counted(row.get(WORDS_COLUMN + 1)?)?;
        let file = usize::try_from(n).ok().and_then(|n| stored.row.attachments.get(n));
        let title = file.and_then(|file| file.title.clone());
        hits.push(Hit {
            found: Found::Resource(stored.row.key.clone()),
            section: stored.row.section.clone(),
            title: stored.row.summary.title.clone(),
            snippet: reader.snippets.cut("", &text, asked)?,
            file: Some(FileHit { n, title }),
            row: Some(stored),
        });
    }
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_is_never_a_command() {
        let expression = |text| Asked::of(text).map(|asked| asked.expression);
        assert_eq!(expression("blood glucose"), Some("\"blood\" \"glucose\"*".to_owned()));
        assert_eq!(expression("a\" OR \"b"), Some("\"a\"\"\" \"OR\" \"\"\"b\"*".to_owned()));
        assert_eq!(expression("title:x NEAR(a b) -- *"), Some("\"title:x\" \"NEAR(a\" \"b)\"*".to_owned()));
        assert_eq!(expression(" - \u{0} * \" "), None);
    }
}
