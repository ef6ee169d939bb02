//! The hot paths, one function each, so that what happens within can be told from the rest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::input;
use crate::Any;

/// A word that stands in many entries.
const FREQUENT: &str = "blood";

/// The paths in the order in which they are taken: the function, and what is done from the one before to its end.
pub const PATHS: &[(&str, Option<&str>)] = &[
    ("begin", None),
    ("split", Some("splitting and parsing a page of 200")),
    ("plan", Some("planning a page of 200")),
    ("rows", Some("making 200 rows")),
    ("commit", Some("committing a page of 200")),
    ("search", Some("searching for a frequent word, 20 hits")),
    ("list", Some("the first 50 rows of a list")),
];

/// Takes each path once.
pub fn run(home: &Path) -> Result<(), Any> {
    let store = input::open(home)?;
    let page = fs::read(input::page(home))?;
    let choices = store.choices()?;
    paths::begin(home);
    let resources = paths::split(&page)?;
    let planned = paths::plan(&store, &resources, &choices)?;
    let revisions = input::revisions(&planned);
    let bytes: BTreeMap<_, _> = resources.iter().map(|one| (one.digest(), one.bytes().to_vec())).collect();
    let rows = paths::rows(&revisions, &bytes);
    let commit = input::commit(&store, &planned, resources)?;
    let touched = paths::commit(&store, commit)?;
    let hits = paths::search(&store, FREQUENT)?;
    let list = paths::list(&store)?;
    if (rows, touched, hits, list) != (revisions.len(), revisions.len(), 20, 50) {
        return Err(format!(
            "other work than was meant: {rows} rows, {touched} new, {hits} hits, {list} listed"
        )
        .into());
    }
    Ok(())
}

/// Each in a function of its own that is there when the program runs.
mod paths {
    use std::collections::BTreeMap;
    use std::path::Path;

    use fhir::{Digest, Resource};
    use record::Revision;
    use record::pages::Planned;
    use record::parts::Choices;
    use record::row::{self, Held};
    use statement::{MemberId, Section};
    use store::{Commit, Query, Store};

    use super::super::input;
    use crate::Any;

    #[inline(never)]
    pub fn begin(home: &Path) {
        std::hint::black_box(home);
    }

    #[inline(never)]
    pub fn split(page: &[u8]) -> Result<Vec<Resource>, Any> {
        input::read(page)
    }

    #[inline(never)]
    pub fn plan(store: &Store, seen: &[Resource], choices: &Choices) -> Result<Planned, Any> {
        input::plan(store, seen, choices)
    }

    #[inline(never)]
    pub fn rows(revisions: &[Revision], bytes: &BTreeMap<Digest, Vec<u8>>) -> usize {
        let held = |digest: &Digest| bytes.get(digest).cloned().map(Held::Bytes);
        revisions.iter().filter_map(|one| row::row(std::slice::from_ref(one), held, &[], None)).count()
    }

    #[inline(never)]
    pub fn commit(store: &Store, commit: Commit) -> Result<usize, Any> {
        Ok(store.commit(commit)?.new_rows.len())
    }

    #[inline(never)]
    pub fn search(store: &Store, words: &str) -> Result<usize, Any> {
        Ok(store.search_for(Some(&MemberId::new([0xa1; 16])), words, 20)?.len())
    }

    #[inline(never)]
    pub fn list(store: &Store) -> Result<usize, Any> {
        let query = Query { limit: 50, ..Query::section(Section::RESULTS) };
        Ok(store.rows(&query)?.len())
    }
}
