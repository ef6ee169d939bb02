//! Alice's phone and tablet, bob's phone, and what a portal tells them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fhir::{Resource, ResourceKey};
use record::facts::{Fact, FactDigest, KIND_NOTE, KIND_READ, Later, Text};
use record::pages::{self, Change, Place, Planned};
use record::parts::{Choices, Subject};
use statement::body::{self, Page, PageEntry};
use statement::chain::{self, ChainHead};
use statement::{Author, ConnectionId, DeviceId, MemberId, Payload, RecordId, Section, Signed, kind};
use store::{Commit, Store, Touched};
use tempfile::TempDir;

pub const ISSUER: &str = "https://portal.example/fhir";
pub const KEY: [u8; 32] = [0x5e; 32];
pub const ALICE: MemberId = MemberId::new([0xa1; 16]);
pub const BOB: MemberId = MemberId::new([0xb0; 16]);
pub const PORTAL: ConnectionId = ConnectionId::new([0xc0; 16]);

pub type Statement = (Signed, Payload);

/// One device with its record in a folder of its own.
pub struct Device {
    pub author: Author,
    pub store: Store,
    pub folder: TempDir,
    nonce: u8,
}

impl Device {
    pub fn phone() -> Self {
        Self::new(0x11, ALICE)
    }

    pub fn tablet() -> Self {
        Self::new(0x22, ALICE)
    }

    pub fn bobs() -> Self {
        Self::new(0x33, BOB)
    }

    pub fn new(device: u8, member: MemberId) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&path_in(folder.path()), &KEY).unwrap();
        let author = Author { record: RecordId::new([9; 32]), device: DeviceId::new([device; 32]), member };
        Self { author, store, folder, nonce: 0 }
    }

    /// The phone with a record that lies in `folder`, which somebody else owns.
    pub fn phone_in(folder: &Path) -> Self {
        let store = Store::open(&path_in(folder), &KEY).unwrap();
        let author =
            Author { record: RecordId::new([9; 32]), device: DeviceId::new([0x11; 32]), member: ALICE };
        Self { author, store, folder: tempfile::tempdir_in(folder).unwrap(), nonce: 0 }
    }

    pub fn path(&self) -> PathBuf {
        path_in(self.folder.path())
    }

    /// Closes the record without a word and opens it again.
    pub fn reopen(self) -> Self {
        let Self { author, store, folder, nonce } = self;
        drop(store);
        let store = Store::open(&path_in(folder.path()), &KEY).unwrap();
        Self { author, store, folder, nonce }
    }

    /// What the device would sign next in a section.
    pub fn sign(&self, section: &Section, kind: &str, body: Vec<u8>) -> Statement {
        let heads = self.store.chain_heads(section).unwrap();
        let own: Option<&ChainHead> = heads.iter().find(|head| head.device == self.author.device);
        let payload = chain::next(own, &heads).payload(&self.author, section.clone(), kind, body);
        let signed = Signed::new(payload.encode().unwrap(), [0x51; 64]).unwrap();
        (signed, payload)
    }

    /// What the device would commit when the portal shows these resources.
    pub fn answer(&self, at: i64, shown: &[&str]) -> Commit {
        let resources: Vec<Resource> =
            shown.iter().map(|text| Resource::parse(text.as_bytes()).unwrap()).collect();
        let choices = self.store.choices().unwrap();
        let answer = pages::Answer {
            seen: &resources,
            issuer: ISSUER,
            connection: PORTAL,
            sighting: at,
            choices: &choices,
            asked_from: &BTreeMap::new(),
        };
        let planned = pages::plan(&answer, &self.store.around(Some(PORTAL))).unwrap();
        let statements = self.pages(planned);
        Commit { statements, resources, ..Commit::default() }
    }

    /// The statements of a plan.
    pub fn pages(&self, planned: Planned) -> Vec<Statement> {
        let page = |(place, entries): (Place, Vec<PageEntry>)| {
            let page = Page {
                connection: place.connection,
                issuer: ISSUER.to_owned(),
                slot: "all".to_owned(),
                sighting: place.sighting,
                entries,
            };
            (place.section, page.encode().unwrap())
        };
        self.sign_all(kind::PAGE, planned.pages.into_iter().map(page).collect())
    }

    /// Several statements of one commit, each after those before it.
    fn sign_all(&self, kind: &str, said: Vec<(Section, Vec<u8>)>) -> Vec<Statement> {
        let mut signed: Vec<Statement> = Vec::new();
        for (section, body) in said {
            let mut heads = self.store.chain_heads(&section).unwrap();
            if let Some((last, payload)) = signed.iter().rev().find(|(_, payload)| payload.section == section)
            {
                heads.retain(|head| head.device != payload.device);
                heads.push(ChainHead::of(last.digest(), payload));
            }
            let own = heads.iter().find(|head| head.device == self.author.device);
            let mut link = chain::next(own, &heads);
            if section.is_withheld() {
                let open = section.base();
                let fresh =
                    signed.iter().filter(|(_, payload)| payload.section == open).map(|(_, p)| p.clock);
                let below = fresh.chain([self.store.max_clock(&open).unwrap()]).max().unwrap();
                link.clock = link.clock.max(below + 1);
            }
            let payload = link.payload(&self.author, section, kind, body);
            let one = Signed::new(payload.encode().unwrap(), [0x51; 64]).unwrap();
            signed.push((one, payload));
        }
        signed
    }

    /// The portal shows these resources.
    pub fn sees(&self, at: i64, shown: &[&str]) -> Touched {
        self.store.commit(self.answer(at, shown)).unwrap()
    }

    /// A complete listing of the slot misses these.
    pub fn misses(&self, at: i64, section: &Section, missing: &[(&str, &str)]) -> Touched {
        let missing = missing
            .iter()
            .map(|(resource_type, id)| body::MissingEntry {
                resource_type: (*resource_type).to_owned(),
                id: (*id).to_owned(),
            })
            .collect();
        let listing = body::Listing {
            connection: PORTAL,
            issuer: ISSUER.to_owned(),
            slot: "all".to_owned(),
            sighting: at,
            missing,
        };
        let statement = self.sign(section, kind::LISTING, listing.encode().unwrap());
        self.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap()
    }

    /// The member writes a note about a resource, in the place of others; gives the fact's name.
    pub fn notes(&mut self, about: &str, words: &str, replaces: &[FactDigest]) -> FactDigest {
        let text = Text { salt: [self.next_nonce(); 16], text: words.to_owned() };
        let fact = Fact { text: Some(text.id()), replaces: replaces.to_vec(), ..self.fact(KIND_NOTE, about) };
        let name = fact.digest().unwrap();
        let statement = self.writes(&[fact]);
        self.store
            .commit(Commit { statements: vec![statement], texts: vec![text], ..Commit::default() })
            .unwrap();
        name
    }

    /// The member deletes a note.
    pub fn deletes(&mut self, about: &str, replaces: &[FactDigest]) -> Touched {
        let fact = Fact { deleted: true, replaces: replaces.to_vec(), ..self.fact(KIND_NOTE, about) };
        let statement = self.writes(&[fact]);
        self.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap()
    }

    /// The member has read what a resource says now.
    pub fn reads(&mut self, about: &ResourceKey) -> Touched {
        let current = self.store.row(about, None).unwrap().unwrap().row.current;
        let fact = Fact { revisions: vec![current], ..self.fact(KIND_READ, &about.to_string()) };
        let statement = self.writes(&[fact]);
        self.store.commit(Commit { statements: vec![statement], ..Commit::default() }).unwrap()
    }

    pub fn fact(&mut self, kind: &str, about: &str) -> Fact {
        Fact {
            kind: kind.to_owned(),
            subjects: vec![about.to_owned()],
            member: self.author.member,
            written_at: 1_700_000_000,
            nonce: [self.next_nonce(); 16],
            replaces: Vec::new(),
            text: None,
            deleted: false,
            revisions: Vec::new(),
            body: None,
            later: Later::default(),
        }
    }

    /// A statement of facts, not yet committed.
    pub fn writes(&self, facts: &[Fact]) -> Statement {
        self.writes_in(&Section::RESULTS, facts)
    }

    pub fn writes_in(&self, section: &Section, facts: &[Fact]) -> Statement {
        let change = self.store.document(section).unwrap().write(&self.author.device, facts).unwrap();
        self.sign(section, kind::FACTS, body::Facts::new(vec![change]).encode().unwrap())
    }

    /// The patient chooses, and what changes by it is moved.
    pub fn chooses(
        &mut self,
        kind: &str,
        subjects: &[Subject],
        withhold: &[ResourceKey],
        open: &[ResourceKey],
    ) -> Touched {
        let subjects: Vec<String> = subjects.iter().map(Subject::text).collect();
        let replaces =
            Choices::replaced(&self.store.choice_facts().unwrap(), &subjects.iter().cloned().collect());
        let fact = Fact { subjects, replaces, ..self.fact(kind, "") };
        let written = self.writes_in(&Section::PROFILE.withheld(), &[fact]);
        let touched = self.store.commit(Commit { statements: vec![written], ..Commit::default() }).unwrap();
        let choices = self.store.choices().unwrap();
        let change = Change {
            issuer: ISSUER,
            choices: &choices,
            withhold: &withhold.iter().cloned().collect(),
            open: &open.iter().cloned().collect(),
            copy: &BTreeSet::new(),
        };
        let planned = pages::settle(&change, &self.store.around(None)).unwrap();
        self.store.commit(Commit { statements: self.pages(planned), ..Commit::default() }).unwrap();
        touched
    }

    /// All statements of this record, and the bytes and texts that they name, each as a commit of its own.
    pub fn sends(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (_, signed) in self.store.statements_after(0, usize::MAX).unwrap() {
            let payload = signed.payload().unwrap();
            let page = Page::decode(&payload.body).ok().filter(|_| payload.kind == kind::PAGE);
            for entry in page.into_iter().flat_map(|page| page.entries) {
                let digest = fhir::Digest(*entry.digest.as_bytes());
                pieces.extend(self.store.bytes(&digest).unwrap().map(Piece::Bytes));
            }
            pieces.push(Piece::Statement(signed));
        }
        for note in self.store.notes_of(&Section::RESULTS).unwrap() {
            pieces.extend(
                note.note
                    .versions
                    .iter()
                    .filter_map(|version| version.text)
                    .map(|id| Piece::Text(id, note.texts.get(&id).cloned().unwrap_or_default())),
            );
        }
        pieces
    }

    fn next_nonce(&mut self) -> u8 {
        self.nonce += 1;
        self.nonce ^ self.author.device.as_bytes()[0]
    }
}

/// One thing that travels.
#[derive(Clone)]
pub enum Piece {
    Statement(Signed),
    Bytes(Vec<u8>),
    Text(record::facts::TextId, String),
}

/// Takes what came. The salts of texts are those that this file gives them.
pub fn receive(store: &Store, pieces: &[Piece]) -> Touched {
    let mut commit = Commit::default();
    for piece in pieces {
        match piece {
            Piece::Statement(signed) => commit.statements.push((signed.clone(), signed.payload().unwrap())),
            Piece::Bytes(bytes) => commit.resources.push(Resource::parse(bytes).unwrap()),
            Piece::Text(id, words) => commit.texts.push(salted(id, words)),
        }
    }
    store.commit(commit).unwrap()
}

fn salted(id: &record::facts::TextId, words: &str) -> Text {
    let text = |salt: u8| Text { salt: [salt; 16], text: words.to_owned() };
    (0..=u8::MAX).map(text).find(|text| text.id() == *id).expect("a salt of this file's")
}

pub fn path_in(folder: &Path) -> PathBuf {
    folder.join("record.db")
}

pub fn key(resource_type: &str, id: &str) -> ResourceKey {
    ResourceKey { issuer: ISSUER.to_owned(), resource_type: resource_type.to_owned(), id: id.to_owned() }
}

/// A laboratory result.
pub fn glucose(id: &str, value: &str, when: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","id":"{id}","status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}}]}}],"code":{{"coding":[{{"system":"http://loinc.org","code":"2339-0","display":"Glucose"}}],"text":"Glucose in blood"}},"subject":{{"reference":"Patient/p1"}},"effectiveDateTime":"{when}","valueQuantity":{{"value":{value},"unit":"mg/dL"}},"note":[{{"text":"Drawn at the Wanderfalke clinic after Frühstück"}}]}}"#
    )
}

/// A result taken back, stripped as portals strip it.
pub fn retracted(id: &str) -> String {
    format!(r#"{{"resourceType":"Observation","id":"{id}","status":"entered-in-error"}}"#)
}

pub fn allergy(id: &str, to: &str) -> String {
    format!(
        r#"{{"resourceType":"AllergyIntolerance","id":"{id}","clinicalStatus":{{"coding":[{{"code":"active"}}]}},"code":{{"text":"{to}"}},"patient":{{"reference":"Patient/p1"}}}}"#
    )
}
