//! Full-text search.

use std::collections::BTreeMap;

use rusqlite::params;
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
/// So many files are looked at first; four times as many when they are those of too few resources.
const FILES: usize = 32;

/// What bears a name, as the last word may be one.
const NAMED: &str = "SELECT k.ordinal FROM resource_key k CROSS JOIN row r ON r.key = k.ordinal WHERE k.id = ?3 \
     AND EXISTS (SELECT 1 FROM search s WHERE s.search MATCH ?1 AND s.rowid = r.key) ORDER BY r.type, r.key LIMIT ?2";

/// The rank alone decides what is read at all: a frequent word stands in thousands of rows.
const RANKED: &str = "WITH hit AS (SELECT rowid AS key, bm25(search, 4.0, 1.0) AS place FROM search WHERE search MATCH ?1 \
     ORDER BY place LIMIT ?2) SELECT r.key FROM hit CROSS JOIN row r ON r.key = hit.key ORDER BY hit.place, r.type, r.id";

/// Files by their rank, the best first.
const RANKED_FILES: &str = "SELECT rowid, bm25(search_file) AS place FROM search_file WHERE search_file MATCH ?1 \
     ORDER BY place LIMIT ?2";

/// The current rows that have a file: it stands in them, or they point to where it came from.
const HOLDERS: &str = "SELECT t.key, t.n, k.type, k.id FROM (SELECT t.key, t.n FROM file f CROSS JOIN attachment t ON t.digest = f.digest \
     WHERE f.ordinal = ?1 UNION SELECT t.key, t.n FROM file f CROSS JOIN address a ON a.digest = f.digest \
     CROSS JOIN connection c ON c.id = a.connection CROSS JOIN attachment t ON t.address = a.address \
     CROSS JOIN resource_key k ON k.ordinal = t.key AND +k.issuer = c.issuer WHERE f.ordinal = ?1) t \
     CROSS JOIN resource_key k ON k.ordinal = t.key";

fn hit_sql() -> String {
    format!(
        "SELECT {COLUMNS}, r.words FROM row r CROSS JOIN resource_key k ON k.ordinal = r.key WHERE r.key = ?2"
    )
}

fn file_hit_sql() -> String {
    format!(
        "SELECT {COLUMNS}, f.text FROM row r CROSS JOIN resource_key k ON k.ordinal = r.key CROSS JOIN file f ON f.ordinal = ?3 \
         WHERE r.key = ?2"
    )
}

/// A resource by the words of one of its files.
struct Filed {
    /// The lower the better.
    place: f64,
    key: i64,
    /// Which of its files.
    n: i64,
    /// The file's own number.
    file: i64,
    resource_type: String,
    id: String,
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
        // Only what is given back is read: first it is told which.
        let mut keys = ranked(&reader, text, &asked, limit)?;
        let mut hits = noted(&reader, &asked, limit)?;
        let mut files = filed(&reader, &asked, limit)?;
        files.retain(|file| !keys.contains(&file.key));
        let room = limit.saturating_sub(keys.len()).max(limit.div_ceil(2));
        hits.truncate(room);
        files.truncate(room.saturating_sub(hits.len()));
        keys.truncate(limit.saturating_sub(hits.len()).saturating_sub(files.len()));
        for key in keys {
            hits.extend(hit(&reader, key, &asked, member)?);
        }
        for file in files {
            hits.extend(file_hit(&reader, &file, &asked, member)?);
        }
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

/// The resources that have the words, by their keys.
fn ranked(reader: &Reader, text: &str, asked: &Asked, limit: usize) -> Result<Vec<i64>> {
    let mut keys: Vec<i64> = Vec::new();
    // What bears a name goes before what only mentions it: everything mentions the patient.
    if let Some(id) = named(text) {
        let mut statement = reader.db.prepare_cached(NAMED)?;
        let found =
            statement.query_map(params![asked.expression, log::limit_of(limit), id], |row| row.get(0))?;
        keys = found.collect::<rusqlite::Result<_>>()?;
    }
    let mut statement = reader.db.prepare_cached(RANKED)?;
    for key in statement.query_map(params![asked.expression, log::limit_of(limit)], |row| row.get(0))? {
        let key = key?;
        if keys.len() < limit && !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

fn hit(reader: &Reader, key: i64, asked: &Asked, member: Option<&[u8]>) -> Result<Option<Hit>> {
    let mut statement = reader.db.prepare_cached(&hit_sql())?;
    let mut rows = statement.query(params![member, key])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let stored = stored(row)?;
    let words = row.get_ref(WORDS_COLUMN)?.as_blob().map_err(|_| Error::Unreadable("row"))?;
    let title = stored.row.summary.title.clone();
    let snippet = reader.snippets.cut(&title, &super::file::words(words)?, asked)?;
    let (found, section) = (Found::Resource(stored.row.key.clone()), stored.row.section.clone());
    Ok(Some(Hit { found, section, title, snippet, file: None, row: Some(stored) }))
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

/// By the words of files: each resource once, by the file that fits best. A file is found only as long as a current row has it. Files
/// are taken by their rank until there are enough: a frequent word stands in thousands of them.
fn filed(reader: &Reader, asked: &Asked, limit: usize) -> Result<Vec<Filed>> {
    let mut most = limit.max(FILES);
    loop {
        let mut files = best_files(reader, asked, most.saturating_add(1))?;
        let all = files.len() <= most;
        if !all && let Some((_, left_out)) = files.pop() {
            // Of those that are as good as the one left out others may be left out too.
            files.retain(|(_, place)| *place < left_out);
        }
        let mut found: BTreeMap<i64, Filed> = BTreeMap::new();
        for (file, place) in files {
            for held in holders(reader, file, place)? {
                let best = found.get(&held.key);
                if best.is_none_or(|best| (held.place, held.n) < (best.place, best.n)) {
                    found.insert(held.key, held);
                }
            }
        }
        if all || found.len() >= limit {
            let mut found: Vec<Filed> = found.into_values().collect();
            found.sort_by(|one, other| {
                one.place.total_cmp(&other.place).then_with(|| one.names().cmp(&other.names()))
            });
            found.truncate(limit);
            return Ok(found);
        }
        most = most.saturating_mul(4);
    }
}

impl Filed {
    fn names(&self) -> (&str, &str, i64) {
        (&self.resource_type, &self.id, self.key)
    }
}

fn best_files(reader: &Reader, asked: &Asked, most: usize) -> Result<Vec<(i64, f64)>> {
    let mut statement = reader.db.prepare_cached(RANKED_FILES)?;
    let values = params![asked.expression, log::limit_of(most)];
    let files = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(files.collect::<rusqlite::Result<_>>()?)
}

fn holders(reader: &Reader, file: i64, place: f64) -> Result<Vec<Filed>> {
    let mut statement = reader.db.prepare_cached(HOLDERS)?;
    let held = statement.query_map([file], |row| {
        let (resource_type, id) = (row.get(2)?, row.get(3)?);
        Ok(Filed { place, key: row.get(0)?, n: row.get(1)?, file, resource_type, id })
    })?;
    Ok(held.collect::<rusqlite::Result<_>>()?)
}

fn file_hit(reader: &Reader, filed: &Filed, asked: &Asked, member: Option<&[u8]>) -> Result<Option<Hit>> {
    let mut statement = reader.db.prepare_cached(&file_hit_sql())?;
    let mut rows = statement.query(params![member, filed.key, filed.file])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let stored = stored(row)?;
    let words = row.get_ref(WORDS_COLUMN)?.as_blob().map_err(|_| Error::Unreadable("file text"))?;
    let n = super::counted(filed.n)?;
    let file = usize::try_from(n).ok().and_then(|n| stored.row.attachments.get(n));
    let title = file.and_then(|file| file.title.clone());
    Ok(Some(Hit {
        found: Found::Resource(stored.row.key.clone()),
        section: stored.row.section.clone(),
        title: stored.row.summary.title.clone(),
        snippet: reader.snippets.cut("", &super::file::words(words)?, asked)?,
        file: Some(FileHit { n, title }),
        row: Some(stored),
    }))
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
