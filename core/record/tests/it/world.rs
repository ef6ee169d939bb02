//! Devices that write statements, and a record made of whatever arrives.

use std::collections::{BTreeMap, BTreeSet};

use fhir::{Resource, ResourceKey};
use record::facts::{self, Document, Fact, FactDigest, Later, Note, Written};
use record::pages::{Around, Change, Current, Known, ListingSays, Own, Planned, Shown};
use record::parts::{Choices, KIND_WITHHOLD, Subject, Targets, targets};
use record::row::{Held, ListingState, Row, row};
use record::{Revision, order, pages};
use serde_json::Value;
use statement::body::{self, MissingEntry, Page, PageEntry};
use statement::chain::{self, ChainHead};
use statement::{ConnectionId, DeviceId, Digest, MemberId, Payload, RecordId, Section, Signed, kind};

pub const ISSUER: &str = "https://portal.example/fhir";
pub const ALICE: MemberId = MemberId::new([0xa1; 16]);
pub const BOB: MemberId = MemberId::new([0xb0; 16]);
pub const PHONE: DeviceId = DeviceId::new([0x11; 32]);
pub const TABLET: DeviceId = DeviceId::new([0x22; 32]);

pub fn resource(value: Value) -> Resource {
    Resource::parse(value.to_string().as_bytes()).unwrap()
}

pub fn key(resource_type: &str, id: &str) -> ResourceKey {
    ResourceKey { issuer: ISSUER.to_owned(), resource_type: resource_type.to_owned(), id: id.to_owned() }
}

pub fn connection(n: u8) -> ConnectionId {
    ConnectionId::new([n; 16])
}

/// A device: it writes statements of what it sees and does, knowing what it has received.
pub struct Device {
    pub id: DeviceId,
    pub member: MemberId,
    pub connection: ConnectionId,
    pub record: Record,
    last_sighting: Option<i64>,
    nonce: u8,
}

/// What arrived: statements in the order of arrival, each as often as it came.
#[derive(Default)]
pub struct Record {
    pub statements: Vec<Signed>,
    known: BTreeSet<Digest>,
    pub bytes: BTreeMap<fhir::Digest, Vec<u8>>,
    revisions: Vec<Revision>,
    listings: Vec<ListingSays>,
    documents: BTreeMap<Section, Document>,
    heads: BTreeMap<(Section, DeviceId), ChainHead>,
    pub not_understood: usize,
}

impl Device {
    pub fn new(id: DeviceId, member: MemberId) -> Self {
        let connection = connection(id.as_bytes()[0]);
        Self { id, member, connection, record: Record::default(), last_sighting: None, nonce: 0 }
    }

    /// A portal's answer. Gives how many statements were written.
    pub fn see(&mut self, date: i64, seen: &[Resource]) -> usize {
        let at = order::sighting(Some(date), self.last_sighting, 0);
        self.last_sighting = Some(at);
        for one in seen {
            self.record.bytes.insert(one.digest(), one.bytes().to_vec());
        }
        let planned = self.plan(at, seen);
        self.write_pages(&planned)
    }

    /// What would be written for an answer.
    pub fn plan(&self, at: i64, seen: &[Resource]) -> Planned {
        let choices = self.record.choices();
        let answer = pages::Answer {
            seen,
            issuer: ISSUER,
            connection: self.connection,
            sighting: at,
            choices: &choices,
            asked_from: &BTreeMap::new(),
        };
        pages::plan(&answer, &self.around()).unwrap()
    }

    /// Settles what the patient chose, or what the tables say now. Gives what was planned.
    pub fn settle(&mut self, withhold: &[ResourceKey], open: &[ResourceKey]) -> Planned {
        let choices = self.record.choices();
        let copy = self.record.rows().into_values().filter(|row| row.supporting).map(|row| row.key).collect();
        let change = Change {
            issuer: ISSUER,
            choices: &choices,
            withhold: &withhold.iter().cloned().collect(),
            open: &open.iter().cloned().collect(),
            copy: &copy,
        };
        let planned = pages::settle(&change, &self.around()).unwrap();
        self.write_pages(&planned);
        planned
    }

    /// A page in the section that it is given, as an older version may have written it.
    pub fn write_page(&mut self, section: &Section, at: i64, one: &Resource) {
        self.record.bytes.insert(one.digest(), one.bytes().to_vec());
        let entry = PageEntry {
            resource_type: one.resource_type().to_owned(),
            id: one.id(),
            digest: Digest::new(one.digest().0),
            comparison: Digest::new(one.comparison().0),
        };
        let (slot, issuer) = ("slot".to_owned(), ISSUER.to_owned());
        let page = Page { connection: self.connection, issuer, slot, sighting: at, entries: vec![entry] };
        self.say(section, kind::PAGE, page.encode().unwrap());
    }

    pub fn around(&self) -> View<'_> {
        View { rows: self.record.rows(), record: &self.record, connection: self.connection }
    }

    fn write_pages(&mut self, planned: &Planned) -> usize {
        for key in &planned.left {
            self.choose(KIND_WITHHOLD, &[Subject::Follower(key.clone())]);
        }
        for (place, entries) in &planned.pages {
            let (slot, issuer, entries) = ("slot".to_owned(), ISSUER.to_owned(), entries.clone());
            let page = Page { connection: place.connection, issuer, slot, sighting: place.sighting, entries };
            self.say(&place.section, kind::PAGE, page.encode().unwrap());
        }
        planned.pages.len()
    }

    /// The patient chooses. Nothing is moved yet.
    pub fn choose(&mut self, kind: &str, subjects: &[Subject]) {
        let subjects: Vec<String> = subjects.iter().map(Subject::text).collect();
        let replaces = Choices::replaced(&self.record.facts(), &subjects.iter().cloned().collect());
        let fact = Fact { subjects, replaces, ..self.fact(kind) };
        self.write(&Section::PROFILE.withheld(), fact);
    }

    pub fn list_missing(&mut self, date: i64, missing: &[(&str, &str)]) {
        let at = order::sighting(Some(date), self.last_sighting, 0);
        self.last_sighting = Some(at);
        let entry =
            |(kind, id): &(&str, &str)| MissingEntry { resource_type: (*kind).into(), id: (*id).into() };
        let listing = body::Listing {
            connection: self.connection,
            issuer: ISSUER.to_owned(),
            slot: "slot".to_owned(),
            sighting: at,
            missing: missing.iter().map(entry).collect(),
        };
        self.say(&Section::CIRCLE, kind::LISTING, listing.encode().unwrap());
    }

    pub fn fact(&mut self, kind: &str) -> Fact {
        self.nonce += 1;
        Fact {
            kind: kind.to_owned(),
            subjects: vec![key("Observation", "hb").to_string()],
            member: self.member,
            written_at: 1_700_000_000 + i64::from(self.nonce),
            nonce: [self.nonce; 16],
            replaces: Vec::new(),
            text: None,
            deleted: false,
            revisions: Vec::new(),
            body: None,
            later: Later::default(),
        }
    }

    pub fn write(&mut self, section: &Section, fact: Fact) -> FactDigest {
        let digest = fact.digest().unwrap();
        let document = self.record.document(section);
        let change = document.write(&self.id, &[fact]).unwrap();
        self.say(section, kind::FACTS, body::Facts::new(vec![change]).encode().unwrap());
        digest
    }

    pub fn say(&mut self, section: &Section, kind: &str, body: Vec<u8>) {
        let heads = self.record.heads.iter().filter(|((s, _), _)| s == section);
        let others: Vec<_> = heads.map(|(_, head)| *head).collect();
        let own = others.iter().find(|head| head.device == self.id);
        let mut link = chain::next(own, &others);
        if section.is_withheld() {
            let open = self.record.heads.iter().filter(|((s, _), _)| *s == section.base());
            link.clock = open.map(|(_, head)| head.clock + 1).chain([link.clock]).max().unwrap();
        }
        let payload = Payload {
            suite: statement::SUITE,
            rules: statement::RULES,
            record: RecordId::new([1; 32]),
            device: self.id,
            member: self.member,
            section: section.clone(),
            number: link.number,
            previous: link.previous,
            heads: link.heads,
            clock: link.clock,
            kind: kind.to_owned(),
            body,
        };
        let signed = Signed::new(payload.encode().unwrap(), [0; 64]).unwrap();
        self.record.arrive(&signed);
    }

    /// Receives everything that another device has.
    pub fn receive(&mut self, from: &Record) {
        self.record.bytes.extend(from.bytes.clone());
        for signed in &from.statements {
            if !self.record.known.contains(&signed.digest()) {
                self.record.arrive(signed);
            }
        }
    }
}

impl Record {
    /// Takes a statement, known or not: the functions under test must not mind.
    pub fn arrive(&mut self, signed: &Signed) {
        let (digest, payload) = (signed.digest(), signed.payload().unwrap());
        self.statements.push(signed.clone());
        self.known.insert(digest);
        let head = ChainHead { device: payload.device, number: payload.number, digest, clock: payload.clock };
        let held = self.heads.entry((payload.section.clone(), payload.device)).or_insert(head);
        if head.number > held.number {
            *held = head;
        }
        match payload.kind.as_str() {
            kind::PAGE => self.revisions.extend(pages::revisions(digest, &payload).unwrap()),
            kind::LISTING => self.listings.push(pages::listing(digest, &payload).unwrap()),
            kind::FACTS => {
                for change in body::Facts::decode(&payload.body).unwrap().changes() {
                    self.document(&payload.section).apply(&payload.device, change).unwrap();
                }
            }
            _ => self.not_understood += 1,
        }
    }

    pub fn document(&mut self, section: &Section) -> &mut Document {
        self.documents.entry(section.clone()).or_insert_with(|| Document::new(section.clone()))
    }

    /// As after a restart.
    pub fn reopen(&mut self) {
        for document in self.documents.values_mut() {
            *document = Document::load(&document.save().unwrap()).unwrap();
        }
    }

    pub fn row(&self, key: &ResourceKey) -> Row {
        let own: Vec<_> = self.revisions.iter().filter(|r| r.key == *key).cloned().collect();
        let state = |says: &ListingSays| says.state(says.missing().contains(key));
        let listings: Vec<ListingState> = self.listings.iter().map(state).collect();
        let choice = self.choices().resources.get(key).copied();
        row(&own, |digest| self.bytes.get(digest).cloned().map(Held::Bytes), &listings, choice).unwrap()
    }

    pub fn choices(&self) -> Choices {
        Choices::of(&self.facts())
    }

    /// All revisions, as often as they are said.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    pub fn rows(&self) -> BTreeMap<ResourceKey, Row> {
        let keys: BTreeSet<_> = self.revisions.iter().map(|r| r.key.clone()).collect();
        keys.into_iter().map(|key| (key.clone(), self.row(&key))).collect()
    }

    pub fn latest(&self, key: &ResourceKey, connection: &ConnectionId) -> Option<&Revision> {
        let own = self.revisions.iter().filter(|r| r.key == *key && r.connection == *connection);
        own.max_by_key(|r| r.sighting())
    }

    pub fn facts(&self) -> Vec<Written> {
        self.documents.values().flat_map(Document::facts).collect()
    }

    pub fn notes(&self) -> Vec<Note> {
        facts::notes(&self.facts())
    }

    /// Everything that is shown, as text.
    pub fn shown(&self) -> String {
        let rows: Vec<_> = self.rows().into_values().collect();
        let facts = self.facts();
        let marks = [ALICE, BOB].map(|member| facts::read_marks(&facts, &member));
        let choices = self.choices();
        format!("{}\n{:?}\n{marks:?}\n{choices:?}", serde_json::to_string(&rows).unwrap(), self.notes())
    }
}

/// What a plan asks of a record.
pub struct View<'a> {
    record: &'a Record,
    rows: BTreeMap<ResourceKey, Row>,
    connection: ConnectionId,
}

impl View<'_> {
    fn of(row: &Row) -> Known {
        let Row { section, part, supporting, findings, .. } = row.clone();
        Known { section, part, supporting, findings }
    }
}

impl Around for View<'_> {
    type Error = std::convert::Infallible;

    fn known(&self, key: &ResourceKey) -> Result<Option<Known>, Self::Error> {
        Ok(self.rows.get(key).map(Self::of))
    }

    fn shown(&self, key: &ResourceKey) -> Result<Option<Shown>, Self::Error> {
        let all: Vec<_> = self.record.revisions.iter().filter(|r| r.key == *key).collect();
        let Some(last) = all.iter().max_by_key(|r| r.sighting()) else { return Ok(None) };
        let own = self.record.latest(key, &self.connection);
        Ok(Some(Shown {
            current: Current {
                connection: last.connection,
                digest: last.digest,
                comparison: last.comparison,
                at: last.at,
            },
            places: all
                .iter()
                .filter(|r| r.comparison == last.comparison)
                .map(|r| r.section.clone())
                .collect(),
            held_in: all.iter().map(|r| r.section.clone()).collect(),
            own: own.map(|r| Own { comparison: r.comparison, at: r.at, section: r.section.clone() }),
        }))
    }

    fn targets(&self, key: &ResourceKey) -> Result<Targets, Self::Error> {
        let mut all = Targets::default();
        for revision in self.record.revisions.iter().filter(|r| r.key == *key) {
            let bytes = self.record.bytes.get(&revision.digest).unwrap();
            let found = targets(Resource::parse(bytes).unwrap().value(), &key.issuer);
            all.extend(found);
        }
        Ok(all)
    }

    fn referrers(&self, key: &ResourceKey) -> Result<Vec<(ResourceKey, Known)>, Self::Error> {
        let refers = |row: &&Row| self.targets(&row.key).unwrap().contains(key);
        Ok(self.rows.values().filter(refers).map(|row| (row.key.clone(), Self::of(row))).collect())
    }

    fn provenances(&self, key: &ResourceKey) -> Result<Vec<ResourceKey>, Self::Error> {
        let about = |row: &&ResourceKey| self.targets(row).unwrap().is_about(key);
        Ok(self.rows.keys().filter(about).cloned().collect())
    }
}
