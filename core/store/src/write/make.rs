//! What a row is made of, and making it: the same for what arrives and for what is rebuilt.

use std::cell::RefCell;
use std::collections::BTreeMap;

use fhir::{Resource, ResourceKey};
use record::Revision;
use record::parts::Choice;
use record::row::{self, Held, ListingState, Row};
use rusqlite::{Connection, params};

use super::{parts, purge};
use crate::error::{Error, Result};
use crate::read;
use crate::zip;

/// Resources whose bytes have just been kept, by their digest: they need not be read again.
pub(crate) type Came<'c> = BTreeMap<fhir::Digest, &'c Resource>;

/// What may be told of a row beside its revisions: of most records, nothing.
#[derive(Clone, Copy)]
pub(super) struct Told {
    choices: bool,
    purged: bool,
    missing: bool,
}

impl Told {
    pub(super) fn of(db: &Connection) -> Result<Self> {
        let mut any = db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM choice), EXISTS (SELECT 1 FROM purged), EXISTS (SELECT 1 FROM listing_missing)",
        )?;
        let told = |row: &rusqlite::Row<'_>| {
            Ok(Self { choices: row.get(0)?, purged: row.get(1)?, missing: row.get(2)? })
        };
        Ok(any.query_row([], told)?)
    }
}

/// A row as it is kept.
pub(super) struct Made {
    /// Without what search knows of it.
    pub(super) row: Row,
    /// Of its JSON.
    pub(super) digest: fhir::Digest,
    /// What search knows of it beside its title.
    pub(super) words: String,
    body: Vec<u8>,
    packed: Option<Packed>,
}

/// Its JSON and its words, compressed.
pub(super) struct Packed {
    pub(super) body: Vec<u8>,
    pub(super) words: Vec<u8>,
}

impl Made {
    fn new(mut row: Row) -> Result<Self> {
        let search = std::mem::take(&mut row.summary.search);
        let body = serde_json::to_vec(&row).map_err(|_| Error::Unreadable("row"))?;
        let words = searchable(&row, search);
        Ok(Self { digest: fhir::Digest::of(&body), row, words, body, packed: None })
    }

    fn packed(mut self) -> Result<Self> {
        self.packed = Some(self.pack()?);
        Ok(self)
    }

    pub(super) fn pack(&mut self) -> Result<Packed> {
        match self.packed.take() {
            Some(packed) => Ok(packed),
            None => Ok(Packed { body: zip::pack(&self.body)?, words: zip::pack(self.words.as_bytes())? }),
        }
    }
}

/// `search` is the text that `fhir::describe` gives.
fn searchable(row: &Row, search: String) -> String {
    let name = format!("{} {}", row.key.resource_type, row.key.id);
    if search.starts_with(&name) { search } else { format!("{name} {search}") }
}

/// The row of one key; `None` when no page names it.
pub(super) fn of(db: &Connection, ordinal: i64, came: &Came<'_>, told: Told) -> Result<Option<Made>> {
    of_revisions(db, &read::log::revisions(db, ordinal)?, came, told)
}

/// The same from all revisions of the key.
pub(super) fn of_revisions(
    db: &Connection,
    revisions: &[Revision],
    came: &Came<'_>,
    told: Told,
) -> Result<Option<Made>> {
    let Some(key) = revisions.first().map(|revision| &revision.key) else {
        return Ok(None);
    };
    let beside = Beside::of(db, key, revisions, told)?;
    let failure = RefCell::new(None);
    let held = |digest: &fhir::Digest| {
        if let Some(resource) = came.get(digest) {
            return Some(Held::Read(resource));
        }
        match read::log::bytes(db, digest) {
            Ok(bytes) => bytes.map(Held::Bytes),
            Err(error) => {
                failure.replace(Some(error));
                None
            }
        }
    };
    let row = beside.row(revisions, held);
    match failure.into_inner() {
        Some(error) => Err(error),
        None => row.map(Made::new).transpose(),
    }
}

/// What the row of one key is made of.
pub(super) enum Gathered {
    /// All of it.
    Simple(Simple),
    /// Different revisions of it are held: it is told only while it is made which of them are read.
    Several,
    /// No page names it.
    Nothing,
}

/// What the row of a resource is made of that was shown in one revision only, as most are.
pub(super) struct Simple {
    revisions: Vec<Revision>,
    beside: Beside,
    /// Its bytes, compressed, and how long they are; `None` when they are not held.
    bytes: Option<(Vec<u8>, u64)>,
}

/// Reads what the row of one key is made of.
pub(super) fn gather(db: &Connection, ordinal: i64, told: Told) -> Result<Gathered> {
    let revisions = read::log::revisions(db, ordinal)?;
    let Some(first) = revisions.first() else {
        return Ok(Gathered::Nothing);
    };
    if revisions.iter().any(|revision| revision.digest != first.digest) {
        return Ok(Gathered::Several);
    }
    let beside = Beside::of(db, &first.key, &revisions, told)?;
    let bytes = read::log::packed(db, &first.digest)?;
    Ok(Gathered::Simple(Simple { revisions, beside, bytes }))
}

impl Simple {
    /// The row, compressed already.
    pub(super) fn make(self) -> Result<Option<Made>> {
        let unpack = |(bytes, length): (Vec<u8>, u64)| {
            zip::unpack_at_most(&bytes, length).ok_or(Error::Unreadable("resource"))
        };
        let bytes = self.bytes.map(unpack).transpose()?;
        let only = self.revisions.first().map(|revision| revision.digest);
        let held = |digest: &fhir::Digest| bytes.clone().filter(|_| only == Some(*digest)).map(Held::Bytes);
        let row = self.beside.row(&self.revisions, held);
        row.map(|row| Made::new(row)?.packed()).transpose()
    }
}

/// What is told of a resource beside its revisions.
struct Beside {
    listings: Vec<ListingState>,
    choice: Option<Choice>,
    purged: bool,
}

impl Beside {
    fn of(db: &Connection, key: &ResourceKey, revisions: &[Revision], told: Told) -> Result<Self> {
        Ok(Self {
            listings: if told.missing { listings(db, key)? } else { Vec::new() },
            choice: if told.choices { parts::of(db, key)? } else { None },
            purged: told.purged && purge::of(db, key, revisions)?.current,
        })
    }

    fn row<'r>(
        self,
        revisions: &[Revision],
        held: impl Fn(&fhir::Digest) -> Option<Held<'r>>,
    ) -> Option<Row> {
        let row = row::row(revisions, held, &self.listings, self.choice);
        if self.purged { row.map(Row::purged) } else { row }
    }
}

/// The registers that miss a resource. One that does not miss it says nothing that no register would not say.
fn listings(db: &Connection, key: &ResourceKey) -> Result<Vec<ListingState>> {
    let mut statement = db.prepare_cached(
        "SELECT l.connection, l.slot, l.at, l.clock, l.digest FROM listing_missing m \
         JOIN listing l ON l.connection = m.connection AND l.slot = m.slot \
         WHERE m.issuer = ?1 AND m.type = ?2 AND m.id = ?3 ORDER BY l.connection, l.slot",
    )?;
    let mut rows = statement.query(params![key.issuer, key.resource_type, key.id])?;
    let mut listings = Vec::new();
    while let Some(row) = rows.next()? {
        let seen =
            record::Sighting { at: row.get(2)?, clock: read::counted(row.get(3)?)?, digest: row.get(4)? };
        let connection = statement::ConnectionId::new(row.get(0)?);
        listings.push(ListingState { connection, slot: row.get(1)?, seen, missing: true });
    }
    Ok(listings)
}
