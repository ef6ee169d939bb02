//! The input of the hot paths: a record of one person's first entries, and the page that comes next.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fhir::{Resource, ResourceKey};
use record::Revision;
use record::pages::{self, Place, Planned};
use record::parts::Choices;
use serde_json::json;
use statement::body::{Page, PageEntry};
use statement::chain::{self, ChainHead};
use statement::{Author, ConnectionId, DeviceId, Digest, MemberId, Payload, RecordId, Signed, kind};
use store::{Commit, Store};

use crate::{Any, people};

pub const ISSUER: &str = "https://portal.example/fhir";
pub const CONNECTION: ConnectionId = ConnectionId::new([0xc0; 16]);
/// The person's entries that the record holds, and those of the page.
const HELD: usize = 800;
const PAGE: usize = 200;
const KEY: [u8; 32] = [0x5e; 32];
const MEMBER: MemberId = MemberId::new([0xa1; 16]);
/// 1 November 2026.
const AT: i64 = 1_793_491_200;

/// Makes the record and writes the page beside it.
pub fn prepare(home: &Path) -> Result<(), Any> {
    let entries = people::person(HELD + PAGE)?;
    let store = Store::create(&home.join("record.db"), &KEY)?;
    for page in entries.get(..HELD).unwrap_or_default().chunks(PAGE) {
        let resources = read(&bundle(page)?)?;
        let planned = plan(&store, &resources, &store.choices()?)?;
        store.commit(commit(&store, &planned, resources)?)?;
    }
    Ok(fs::write(page(home), bundle(entries.get(HELD..).unwrap_or_default())?)?)
}

/// The record as it was made.
pub fn open(home: &Path) -> Result<Store, Any> {
    Ok(Store::open(&home.join("record.db"), &KEY)?)
}

/// Where the page lies.
pub fn page(home: &Path) -> PathBuf {
    home.join("page.json")
}

fn bundle(entries: &[serde_json::Value]) -> Result<Vec<u8>, Any> {
    Ok(serde_json::to_vec(&json!({"resourceType": "Bundle", "type": "searchset", "entry": entries}))?)
}

/// The resources of a page.
pub fn read(bundle: &[u8]) -> Result<Vec<Resource>, Any> {
    let entries = fhir::bundle::split(bundle)?.entries;
    Ok(entries.into_iter().map(|entry| entry.resource).collect::<Result<_, _>>()?)
}

/// What a device would write of them.
pub fn plan(store: &Store, seen: &[Resource], choices: &Choices) -> Result<Planned, Any> {
    let (issuer, connection) = (ISSUER, CONNECTION);
    let answer =
        pages::Answer { seen, issuer, connection, sighting: AT, choices, asked_from: &BTreeMap::new() };
    Ok(pages::plan(&answer, &store.around(Some(CONNECTION)))?)
}

/// What the pages of a plan say, an entry each.
pub fn revisions(planned: &Planned) -> Vec<Revision> {
    let of_page = |(place, entries): (&Place, &Vec<PageEntry>)| -> Vec<Revision> {
        let revision = |entry: &PageEntry| Revision {
            key: ResourceKey {
                issuer: ISSUER.to_owned(),
                resource_type: entry.resource_type.clone(),
                id: entry.id.clone(),
            },
            digest: fhir::Digest(*entry.digest.as_bytes()),
            comparison: fhir::Digest(*entry.comparison.as_bytes()),
            at: place.sighting,
            clock: 1,
            statement: Digest::new([7; 32]),
            connection: place.connection,
            member: MEMBER,
            section: place.section.clone(),
        };
        entries.iter().map(revision).collect()
    };
    planned.pages.iter().flat_map(of_page).collect()
}

/// The pages of a plan, signed by nobody, with the bytes that they name.
pub fn commit(store: &Store, planned: &Planned, resources: Vec<Resource>) -> Result<Commit, Any> {
    let author = Author { record: RecordId::new([9; 32]), device: DeviceId::new([0x11; 32]), member: MEMBER };
    let mut statements: Vec<(Signed, Payload)> = Vec::new();
    for (place, entries) in &planned.pages {
        let page = Page {
            connection: place.connection,
            issuer: ISSUER.to_owned(),
            slot: "all".to_owned(),
            sighting: place.sighting,
            entries: entries.clone(),
        };
        let mut heads = store.chain_heads(&place.section)?;
        if let Some((signed, payload)) =
            statements.iter().rev().find(|(_, payload)| payload.section == place.section)
        {
            heads = vec![ChainHead::of(signed.digest(), payload)];
        }
        let link = chain::next(heads.first(), &heads);
        let payload = link.payload(&author, place.section.clone(), kind::PAGE, page.encode()?);
        statements.push((Signed::new(payload.encode()?, [0x51; 64])?, payload));
    }
    Ok(Commit { statements, resources, ..Commit::default() })
}
