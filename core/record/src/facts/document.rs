use std::collections::{BTreeMap, BTreeSet};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{
    ActorId, Automerge, AutomergeError, Change, ChangeHash, ObjId, ROOT, ReadDoc, ScalarValue, Value,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use statement::{DeviceId, Section};

use super::change::{Incoming, guarded};
use super::fact::{Fact, FactDigest, digest};
use super::{MAX_CHANGE, MAX_FACTS};
use crate::Error;

/// A fact that can be shown, and who wrote it. A fact that two devices wrote byte for byte is there twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The fact's name.
    pub digest: FactDigest,
    /// What it says.
    pub fact: Fact,
    /// The device whose change holds it.
    pub device: DeviceId,
}

/// The facts of one section. Any order, duplication or split of the same changes gives the same facts.
///
/// A change waits until the changes that it rests on have come. When a device speaks with two tongues (two changes under
/// one number, a fork of its chain), Automerge can hold one branch only; the other is kept beside it and its facts are
/// shown just the same, so that no order of arrival decides which of them is seen.
pub struct Document {
    section: Section,
    held: Automerge,
    /// The number of each device's last change that Automerge holds.
    last: BTreeMap<DeviceId, u64>,
    beside: BTreeMap<ChangeHash, Incoming>,
    waiting: BTreeMap<ChangeHash, Incoming>,
    broken: bool,
    /// Automerge's own; a test gives one that panics.
    take: Take,
}

type Take = fn(&mut Automerge, Change) -> Result<(), AutomergeError>;

/// How a document is saved.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Saved {
    #[n(0)]
    section: Section,
    #[n(1)]
    held: ByteVec,
    #[n(2)]
    others: Vec<Other>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Other {
    #[n(0)]
    device: DeviceId,
    #[n(1)]
    change: ByteVec,
}

/// What a change that others rest on must be known by.
struct Place {
    device: Vec<u8>,
    seq: u64,
    last_op: u64,
}

impl Document {
    /// An empty document.
    pub fn new(section: Section) -> Self {
        Self {
            section,
            held: Automerge::new(),
            last: BTreeMap::new(),
            beside: BTreeMap::new(),
            waiting: BTreeMap::new(),
            broken: false,
            take: |held, change| held.apply_changes([change]),
        }
    }

    /// The section whose facts it holds.
    pub fn section(&self) -> &Section {
        &self.section
    }

    /// Reads what [`Document::save`] wrote.
    ///
    /// # Errors
    /// [`Error::Document`]: the document is a projection, and is made again from the statements.
    pub fn load(bytes: &[u8]) -> Result<Self, Error> {
        let saved: Saved = minicbor::decode(bytes).map_err(|_| Error::Document)?;
        let held = guarded(|| Automerge::load(&saved.held)).map_err(|_| Error::Document)?;
        let held = held.map_err(|_| Error::Document)?;
        let mut last = BTreeMap::new();
        for change in held.get_changes_meta(&[]) {
            let device = DeviceId::try_from(change.actor.to_bytes()).map_err(|_| Error::Document)?;
            let number = last.entry(device).or_insert(0);
            *number = change.seq.max(*number);
        }
        let mut document = Self { held, last, ..Self::new(saved.section) };
        for Other { device, change } in saved.others {
            document.apply(&device, &change).map_err(|_| Error::Document)?;
        }
        Ok(document)
    }

    /// The document's bytes, with the changes that still wait.
    ///
    /// # Errors
    /// [`Error::SetAside`] for a document that must not be used any more.
    pub fn save(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let held = guarded(|| self.held.save())?;
        let others = self.beside.values().chain(self.waiting.values());
        let other = |o: &Incoming| Other { device: o.device, change: o.change.raw_bytes().to_vec().into() };
        let saved =
            Saved { section: self.section.clone(), held: held.into(), others: others.map(other).collect() };
        minicbor::to_vec(saved).map_err(|_| Error::Document)
    }

    /// Writes new facts and gives the change: one element of the body of a `facts` statement.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a cap: write fewer at a time. [`Error::NotFacts`] when there is none, or one is there
    /// already. [`Error::Forked`] when this device's newest change is not in the document.
    pub fn write(&mut self, device: &DeviceId, facts: &[Fact]) -> Result<Vec<u8>, Error> {
        self.check()?;
        if facts.len() > MAX_FACTS {
            return Err(Error::TooLarge { limit: MAX_FACTS });
        }
        if self.beside.values().chain(self.waiting.values()).any(|other| other.device == *device) {
            return Err(Error::Forked);
        }
        let values: Vec<_> = facts.iter().map(Fact::encode).collect::<Result<_, _>>()?;
        let total: usize = values.iter().map(|value| value.len() + 96).sum();
        if total > MAX_CHANGE {
            return Err(Error::TooLarge { limit: MAX_CHANGE });
        }
        let named: BTreeMap<_, _> = values.into_iter().map(|value| (digest(&value), value)).collect();
        if named.is_empty() || named.keys().any(|name| self.holds(name)) {
            return Err(Error::NotFacts("there is nothing new in it"));
        }
        let change = guarded(|| commit(&mut self.held, device, named)).and_then(|change| change);
        self.broken = change.is_err();
        *self.last.entry(*device).or_insert(0) += 1;
        change
    }

    /// Takes a change of a device and gives the facts that it made visible: its own, and those of changes that had waited
    /// for it; none when it is known already or has to wait itself.
    ///
    /// # Errors
    /// [`Error::NotFacts`] and [`Error::TooLarge`] refuse the change for good; the document is as before.
    /// [`Error::SetAside`]: Automerge could not take it. The document must be dropped: load it as it was last saved.
    pub fn apply(&mut self, device: &DeviceId, change: &[u8]) -> Result<Vec<Written>, Error> {
        self.check()?;
        let incoming = Incoming::read(device, change)?;
        let name = incoming.hash();
        if self.waiting.contains_key(&name) || self.place(&name).is_some() {
            return Ok(Vec::new());
        }
        self.waiting.insert(name, incoming);
        let (seen, refused) = self.settle(name)?;
        if refused.contains(&name) {
            return Err(Error::NotFacts("it does not follow what it rests on"));
        }
        Ok(seen)
    }

    /// Every visible fact, sorted by digest and device. Unknown kinds are among them; what cannot be read is not.
    pub fn facts(&self) -> Vec<Written> {
        let mut found = BTreeMap::new();
        let mut add = |value: &ScalarValue, id: &ObjId| {
            if let (ScalarValue::Bytes(value), ObjId::Id(_, actor, _)) = (value, id)
                && let (Ok(device), Ok(fact)) = (DeviceId::try_from(actor.to_bytes()), Fact::decode(value))
            {
                found.insert((digest(value), device), fact);
            }
        };
        for item in self.held.map_range(ROOT, ..) {
            if item.conflict {
                for (value, id) in self.held.get_all(ROOT, item.key.as_ref()).unwrap_or_default() {
                    if let Value::Scalar(value) = value {
                        add(&value, &id);
                    }
                }
            } else if let Value::Scalar(value) = item.value.clone().into_value() {
                add(&value, &item.id());
            }
        }
        for written in self.beside.values().flat_map(written) {
            found.insert((written.digest, written.device), written.fact);
        }
        found.into_iter().map(|((digest, device), fact)| Written { digest, fact, device }).collect()
    }

    /// How many changes wait for others that have not come.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn check(&self) -> Result<(), Error> {
        if self.broken { Err(Error::SetAside) } else { Ok(()) }
    }

    fn holds(&self, name: &FactDigest) -> bool {
        let held = self.held.get(ROOT, name.to_string());
        matches!(held, Ok(Some(_)))
            || self.beside.values().flat_map(|b| &b.facts).any(|(other, _)| other == name)
    }

    /// Moves a change whose time has come, then those that waited for it.
    fn settle(&mut self, name: ChangeHash) -> Result<(Vec<Written>, BTreeSet<ChangeHash>), Error> {
        let (mut seen, mut refused, mut next) = (Vec::new(), BTreeSet::new(), vec![name]);
        while let Some(name) = next.pop() {
            let ready = |waits: &Incoming| waits.change.deps().iter().all(|dep| self.place(dep).is_some());
            if !self.waiting.get(&name).is_some_and(ready) {
                continue;
            }
            let Some(incoming) = self.waiting.remove(&name) else { continue };
            if !self.follows(&incoming) {
                refused.insert(name);
                continue;
            }
            seen.extend(written(&incoming));
            self.put(name, incoming)?;
            let waits_for_it = self.waiting.iter().filter(|(_, waits)| waits.change.deps().contains(&name));
            next.extend(waits_for_it.map(|(other, _)| *other));
        }
        Ok((seen, refused))
    }

    fn put(&mut self, name: ChangeHash, incoming: Incoming) -> Result<(), Error> {
        if !self.fits(&incoming) {
            self.beside.insert(name, incoming);
            return Ok(());
        }
        self.last.insert(incoming.device, incoming.change.seq());
        let applied = guarded(|| (self.take)(&mut self.held, incoming.change));
        self.broken = !matches!(applied, Ok(Ok(())));
        self.check()
    }

    /// Whether its numbers follow from what it rests on, and so from nothing that the order of arrival decides.
    fn follows(&self, incoming: &Incoming) -> bool {
        let rests_on: Vec<_> = incoming.change.deps().iter().filter_map(|dep| self.place(dep)).collect();
        let last_op = rests_on.iter().map(|place| place.last_op).max().unwrap_or(0);
        let own: Vec<_> =
            rests_on.iter().filter(|p| p.device == incoming.device.as_bytes()).map(|p| p.seq).collect();
        let in_turn = match incoming.change.seq() {
            0 => false,
            1 => own.is_empty(),
            seq => own == [seq - 1],
        };
        in_turn && last_op.checked_add(1) == Some(incoming.change.start_op().get())
    }

    /// Whether Automerge can hold it: all that it rests on is held there, and no other change has its number.
    fn fits(&self, incoming: &Incoming) -> bool {
        let held = |dep: &ChangeHash| self.held.get_change_meta_by_hash(dep).is_some();
        let last = self.last.get(&incoming.device).copied().unwrap_or(0);
        last + 1 == incoming.change.seq() && incoming.change.deps().iter().all(held)
    }

    fn place(&self, name: &ChangeHash) -> Option<Place> {
        if let Some(other) = self.beside.get(name) {
            let change = &other.change;
            return Some(Place {
                device: other.device.as_bytes().to_vec(),
                seq: change.seq(),
                last_op: change.max_op(),
            });
        }
        let meta = self.held.get_change_meta_by_hash(name)?;
        Some(Place { device: meta.actor.to_bytes().to_vec(), seq: meta.seq, last_op: meta.max_op })
    }
}

fn written(incoming: &Incoming) -> Vec<Written> {
    let read = |(name, value): &(FactDigest, Vec<u8>)| {
        let fact = Fact::decode(value).ok()?;
        Some(Written { digest: *name, fact, device: incoming.device })
    };
    incoming.facts.iter().filter_map(read).collect()
}

fn commit(
    held: &mut Automerge,
    device: &DeviceId,
    facts: BTreeMap<FactDigest, Vec<u8>>,
) -> Result<Vec<u8>, Error> {
    held.set_actor(ActorId::from(device.as_bytes().as_slice()));
    let mut transaction = held.transaction();
    for (name, value) in facts {
        transaction.put(ROOT, name.to_string(), ScalarValue::Bytes(value)).map_err(|_| Error::SetAside)?;
    }
    let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
    let change = hash.and_then(|hash| held.get_change_by_hash(&hash)).ok_or(Error::SetAside)?;
    Ok(change.raw_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{KIND_NOTE, Later};

    fn fact(nonce: u8) -> Fact {
        Fact {
            kind: KIND_NOTE.to_owned(),
            subjects: Vec::new(),
            member: statement::MemberId::new([1; 16]),
            written_at: 1,
            nonce: [nonce; 16],
            replaces: Vec::new(),
            text: None,
            deleted: false,
            revisions: Vec::new(),
            body: None,
            later: Later::default(),
        }
    }

    #[test]
    fn c15_a_change_that_makes_automerge_panic_is_set_aside_and_the_document_comes_back_as_it_was_saved() {
        let (phone, tablet) = (DeviceId::new([1; 32]), DeviceId::new([2; 32]));
        let (mut of_phone, mut of_tablet) =
            (Document::new(Section::RESULTS), Document::new(Section::RESULTS));
        let first = of_phone.write(&phone, &[fact(1)]).unwrap();
        let other = of_tablet.write(&tablet, &[fact(2)]).unwrap();
        let mut document = Document::new(Section::RESULTS);
        document.apply(&phone, &first).unwrap();
        let saved = document.save().unwrap();
        document.take = |_, _| panic!("a bug in Automerge");
        assert_eq!(document.apply(&tablet, &other), Err(Error::SetAside));
        assert_eq!(document.save(), Err(Error::SetAside), "what it holds now is nobody's guess");
        assert_eq!(document.apply(&phone, &first), Err(Error::SetAside));
        let mut again = Document::load(&saved).unwrap();
        assert_eq!(again.facts().len(), 1);
        again.apply(&tablet, &other).unwrap();
        assert_eq!(again.facts().len(), 2, "a version without the bug takes it");
    }
}
