use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use fhir::{Resource, ResourceKey};
use statement::body::PageEntry;
use statement::{ConnectionId, Digest, Section};

use super::around::{Around, Current, Known, Own, Shown};
use super::linked::Linked;
use crate::parts::{Choice, Choices, Part, Targets, targets};
use crate::sections;
use crate::sensitive::{Finding, findings, joined};

/// So many resources are remembered while a plan is made: one Provenance may be about the whole record.
const REMEMBERED: usize = 4_000;

/// One answer of a portal.
pub struct Answer<'a> {
    /// What came and is about this patient, in the portal's order.
    pub seen: &'a [Resource],
    /// The portal's FHIR base address.
    pub issuer: &'a str,
    /// The connection that was answered.
    pub connection: ConnectionId,
    /// [`crate::order::sighting`].
    pub sighting: i64,
    /// What the patient chose.
    pub choices: &'a Choices,
    /// Of what was asked for by reference the section of what refers to it, which a resource without evidence goes to.
    pub asked_from: &'a BTreeMap<ResourceKey, Section>,
}

/// What is to be settled without an answer: the patient chose, or the tables say more than before.
pub struct Change<'a> {
    /// The portal's FHIR base address.
    pub issuer: &'a str,
    /// What the patient chose, this choice included.
    pub choices: &'a Choices,
    /// What may have to be withheld now.
    pub withhold: &'a BTreeSet<ResourceKey>,
    /// What is open now, by the choice.
    pub open: &'a BTreeSet<ResourceKey>,
    /// Supporting resources that may have to be copied.
    pub copy: &'a BTreeSet<ResourceKey>,
}

/// A page: who shows it, where it is kept, and when it was seen. An entry that is only moved or copied says the same digest again
/// with its original connection and sighting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Section and part.
    pub section: Section,
    /// The connection.
    pub connection: ConnectionId,
    /// Sighting in Unix seconds.
    pub sighting: i64,
}

/// What a device writes. All of it belongs into one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// The entries of each page, sorted.
    pub pages: BTreeMap<Place, Vec<PageEntry>>,
    /// Resources that went along with what was shared ([`Choice::Follow`]) and are withheld again: a fact must say so.
    pub left: BTreeSet<ResourceKey>,
    /// What is referred to and not held, with the section of what refers to it.
    pub wanted: BTreeMap<ResourceKey, Section>,
    /// Resources whose part has changed that are not part of the answer.
    pub moved: BTreeSet<ResourceKey>,
    /// More had to be moved than one answer may move: settle the rest later.
    pub unfinished: bool,
}

/// What a device writes for an answer: the resources that differ from what this connection showed last, each in the section and
/// part where it belongs, and what has to be moved or copied because of them.
///
/// A section is chosen by the bytes' own evidence, else it stays what it was, else it is where the resource was asked from, else
/// `unsorted`. Supporting resources go where they are referred to. Two different revisions of one key in one answer are both written.
///
/// # Errors
/// Those of `around`.
pub fn plan<A: Around>(answer: &Answer<'_>, around: &A) -> Result<Planned, A::Error> {
    let mut work = Work::new(answer.issuer, answer.choices, around);
    work.take_in(answer)?;
    work.spread()?;
    work.place_seen(answer)?;
    work.finish(Some((answer.connection, answer.sighting)))
}

/// What a device writes when something has to be moved without an answer.
///
/// # Errors
/// Those of `around`.
pub fn settle<A: Around>(change: &Change<'_>, around: &A) -> Result<Planned, A::Error> {
    let mut work = Work::new(change.issuer, change.choices, around);
    work.opened.clone_from(change.open);
    for key in change.withhold {
        work.begin_with(key)?;
    }
    work.spread()?;
    for key in change.open {
        work.open(key)?;
    }
    for key in change.copy {
        work.look_for_referrers(key)?;
    }
    work.finish(None)
}

/// A resource of the answer that says something new.
pub(super) struct Arriving<'a> {
    pub(super) resources: Vec<&'a Resource>,
    pub(super) targets: Rc<Targets>,
    pub(super) findings: Vec<Finding>,
    pub(super) supporting: bool,
    pub(super) own: Option<Own>,
    /// Where a supporting resource was held before.
    pub(super) places: BTreeSet<Section>,
}

/// A plan in the making.
pub(super) struct Work<'a, A: Around> {
    pub(super) around: &'a A,
    pub(super) issuer: &'a str,
    pub(super) choices: &'a Choices,
    pub(super) arriving: BTreeMap<ResourceKey, Arriving<'a>>,
    /// The arriving resources by what they refer to; made when it is first asked for, which is seldom.
    linked: Option<Linked>,
    /// The arriving Provenances. One may be about the whole record, so nothing is kept of each thing that it is about.
    provenances: BTreeSet<ResourceKey>,
    known: BTreeMap<ResourceKey, Option<Known>>,
    /// What is withheld now and was not, or arrives.
    pub(super) withheld: BTreeSet<ResourceKey>,
    /// What is open by the choice that is being settled.
    pub(super) opened: BTreeSet<ResourceKey>,
    pub(super) spreading: VecDeque<ResourceKey>,
    /// Whether a held supporting resource is withheld, as far as it was asked.
    pub(super) judged: BTreeMap<ResourceKey, bool>,
    /// Where supporting resources are to be held, and which of it is still to be handed on.
    pub(super) wants: BTreeMap<ResourceKey, BTreeSet<Section>>,
    pub(super) handing_on: Vec<(ResourceKey, Section)>,
    pub(super) shown: BTreeMap<ResourceKey, Option<Shown>>,
    pub(super) written: BTreeMap<Place, BTreeSet<PageEntry>>,
    pub(super) planned: Planned,
}

impl<'a, A: Around> Work<'a, A> {
    fn new(issuer: &'a str, choices: &'a Choices, around: &'a A) -> Self {
        Self {
            around,
            issuer,
            choices,
            arriving: BTreeMap::new(),
            linked: None,
            provenances: BTreeSet::new(),
            known: BTreeMap::new(),
            withheld: BTreeSet::new(),
            opened: BTreeSet::new(),
            spreading: VecDeque::new(),
            judged: BTreeMap::new(),
            wants: BTreeMap::new(),
            handing_on: Vec::new(),
            shown: BTreeMap::new(),
            written: BTreeMap::new(),
            planned: Planned::default(),
        }
    }

    pub(super) fn known(&mut self, key: &ResourceKey) -> Result<Option<&Known>, A::Error> {
        if !self.known.contains_key(key) {
            if self.known.len() >= REMEMBERED {
                self.known.clear();
            }
            let known = self.around.known(key)?;
            self.known.insert(key.clone(), known);
        }
        Ok(self.known.get(key).and_then(Option::as_ref))
    }

    pub(super) fn shown(&mut self, key: &ResourceKey) -> Result<Option<&Shown>, A::Error> {
        if !self.shown.contains_key(key) {
            let shown = self.around.shown(key)?;
            self.shown.insert(key.clone(), shown);
        }
        Ok(self.shown.get(key).and_then(Option::as_ref))
    }

    /// What a resource refers to: of one that arrives, what its new revisions do.
    pub(super) fn targets(&self, key: &ResourceKey) -> Result<Rc<Targets>, A::Error> {
        match self.arriving.get(key) {
            Some(arriving) => Ok(arriving.targets.clone()),
            None => self.around.targets(key).map(Rc::new),
        }
    }

    /// The arriving Provenances about a resource.
    pub(super) fn about(&self, key: &ResourceKey) -> BTreeSet<ResourceKey> {
        let is_about =
            |of: &&ResourceKey| self.arriving.get(*of).is_some_and(|arriving| arriving.targets.is_about(key));
        self.provenances.iter().filter(is_about).cloned().collect()
    }

    /// The arriving resources that refer to one.
    pub(super) fn linked(&mut self, to: &ResourceKey) -> BTreeSet<ResourceKey> {
        let arriving = &self.arriving;
        self.linked.get_or_insert_with(|| Linked::of(arriving)).to(to, arriving)
    }

    pub(super) fn remember(&mut self, key: &ResourceKey, known: Known) {
        self.known.entry(key.clone()).or_insert(Some(known));
    }

    pub(super) fn choice(&self, key: &ResourceKey) -> Option<Choice> {
        self.choices.resources.get(key).copied()
    }

    pub(super) fn put(&mut self, place: Place, entry: PageEntry) {
        self.written.entry(place).or_default().insert(entry);
    }

    /// Says again what a resource's current revision is, in another section or part.
    pub(super) fn say_again(&mut self, key: &ResourceKey, current: &Current, section: Section) {
        let Current { connection, digest, comparison, at } = *current;
        let place = Place { section, connection, sighting: at };
        self.put(place, entry(key, digest, comparison));
    }

    /// Sorts what came: what differs from before is looked over, and what anything refers to is noted.
    fn take_in(&mut self, answer: &Answer<'a>) -> Result<(), A::Error> {
        for resource in answer.seen {
            let key = resource.key(self.issuer);
            let targets = targets(resource.value(), self.issuer);
            self.want_missing(answer, &key, resource, &targets)?;
            let known = self.known(&key)?.cloned();
            let shown = if known.is_some() { self.shown(&key)?.cloned() } else { None };
            let own = shown.as_ref().and_then(|shown| shown.own.clone());
            if own.as_ref().is_some_and(|own| own.comparison == resource.comparison()) {
                continue;
            }
            if targets.about().next().is_some() {
                self.provenances.insert(key.clone());
            }
            let before = known.map(|known| (known.supporting, known.findings));
            let supporting = sections::supports(resource, before.as_ref().map(|(supporting, _)| *supporting));
            let held = before.map(|(_, findings)| findings).unwrap_or_default();
            let found = joined(findings(resource), &held);
            let places = shown.filter(|_| supporting).map(|shown| shown.places).unwrap_or_default();
            match self.arriving.get_mut(&key) {
                Some(arriving) => arriving.add(resource, targets, &found),
                None => {
                    let (resources, targets) = (vec![resource], Rc::new(targets));
                    let arriving = Arriving { resources, targets, findings: found, supporting, own, places };
                    self.arriving.insert(key, arriving);
                }
            }
        }
        let keys: Vec<ResourceKey> = self.arriving.keys().cloned().collect();
        keys.iter().try_for_each(|key| self.begin_with(key))
    }

    fn want_missing(
        &mut self,
        answer: &Answer<'_>,
        key: &ResourceKey,
        resource: &Resource,
        targets: &Targets,
    ) -> Result<(), A::Error> {
        let mut from = None;
        for target in targets.references().filter(|target| target.resource_type != "Patient") {
            if self.known(&target)?.is_some() || self.planned.wanted.contains_key(&target) {
                continue;
            }
            let section = match from.take() {
                Some(section) => section,
                None => self.section(answer, key, resource)?,
            };
            self.planned.wanted.insert(target, section.clone());
            from = Some(section);
        }
        Ok(())
    }

    /// The section of a resource of the answer, without its part.
    fn section(
        &mut self,
        answer: &Answer<'_>,
        key: &ResourceKey,
        resource: &Resource,
    ) -> Result<Section, A::Error> {
        if let Some(section) = sections::evidence(resource) {
            return Ok(section);
        }
        let held = self.known(key)?.map(|known| known.section.clone());
        Ok(held.or_else(|| answer.asked_from.get(key).cloned()).unwrap_or(Section::UNSORTED).base())
    }

    /// Writes what the answer says of resources that have a section of their own.
    fn place_seen(&mut self, answer: &Answer<'_>) -> Result<(), A::Error> {
        let keys: Vec<ResourceKey> = self.arriving.keys().cloned().collect();
        for key in keys {
            let Some(arriving) = self.arriving.get(&key) else { continue };
            if arriving.supporting {
                self.look_for_referrers(&key)?;
                continue;
            }
            let (resources, own) = (arriving.resources.clone(), arriving.own.clone());
            let part = if self.withheld.contains(&key) { Part::Withheld } else { Part::Open };
            for resource in resources {
                let section = part.of(&self.section(answer, &key, resource)?);
                let sighting = after(own.as_ref(), answer.sighting, &BTreeSet::from([section.clone()]));
                let place = Place { section: section.clone(), connection: answer.connection, sighting };
                self.put(place, entry(&key, resource.digest(), resource.comparison()));
                self.bring_along(&key, &section)?;
            }
        }
        Ok(())
    }

    fn finish(mut self, seen: Option<(ConnectionId, i64)>) -> Result<Planned, A::Error> {
        self.move_held()?;
        self.copy(seen)?;
        let Self { mut planned, written, arriving, .. } = self;
        planned.wanted.retain(|key, _| !arriving.contains_key(key));
        planned.pages = written.into_iter().map(|(place, set)| (place, set.into_iter().collect())).collect();
        Ok(planned)
    }
}

impl<'a> Arriving<'a> {
    fn add(&mut self, resource: &'a Resource, targets: Targets, found: &[Finding]) {
        self.resources.push(resource);
        Rc::make_mut(&mut self.targets).extend(targets);
        self.findings = joined(std::mem::take(&mut self.findings), found);
    }
}

/// The sighting of a revision. Clocks tell the order within one section and part only: where a later revision goes to another one
/// than the last of the same second, it is a second later.
pub(super) fn after(own: Option<&Own>, sighting: i64, places: &BTreeSet<Section>) -> i64 {
    match own {
        Some(own) if own.at >= sighting && !places.contains(&own.section) => own.at.saturating_add(1),
        _ => sighting,
    }
}

pub(super) fn entry(key: &ResourceKey, digest: fhir::Digest, comparison: fhir::Digest) -> PageEntry {
    PageEntry {
        resource_type: key.resource_type.clone(),
        id: key.id.clone(),
        digest: Digest::new(digest.0),
        comparison: Digest::new(comparison.0),
    }
}
