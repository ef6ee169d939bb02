use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use fhir::describe::{Flag, Summary, describe};
use fhir::{Digest, Resource};
use statement::{ConnectionId, MemberId, Section};

use super::says::{Says, is};
use super::{Held, ListingState, Prior, Row, State, attachments, words};
use crate::parts::{Choice, Part};
use crate::{Revision, Sighting, sections};

/// The most revisions of one resource that are looked at for what they say and refer to; the newest count.
const LOOKED_AT: usize = 32;
/// After every section that this version knows, before `unsorted`.
const LATER: usize = usize::MAX - 1;

/// All revisions of one key, the oldest first.
pub(super) struct History<'a> {
    /// Without those that only say again, in another section or part, what the same connection showed at the same moment.
    ordered: Vec<&'a Revision>,
    current: &'a Revision,
    /// With them.
    all: Vec<&'a Revision>,
}

/// A revision as far as its bytes can be read.
struct Read<'r> {
    state: State,
    resource: Option<Cow<'r, Resource>>,
    summary: Option<Summary>,
}

type HeldBy<'h, 'r> = &'h dyn Fn(&Digest) -> Option<Held<'r>>;

impl<'a> History<'a> {
    pub(super) fn new(revisions: &'a [Revision]) -> Option<Self> {
        let mut ordered: Vec<_> = revisions.iter().collect();
        // The statement and the rest only make equal sightings come out the same way round.
        let place = |r: &'a Revision| (r.sighting(), r.statement, r.connection, &r.section, r.comparison);
        ordered.sort_by(|a, b| place(a).cmp(&place(b)));
        let current = *ordered.last()?;
        ordered.retain(|r| r.key == current.key);
        let all = ordered.clone();
        let mut later = BTreeSet::new();
        ordered.reverse();
        ordered.retain(|r| later.insert((r.at, r.digest, r.connection)));
        ordered.reverse();
        Some(Self { ordered, current, all })
    }

    pub(super) fn row(&self, held: HeldBy<'_, '_>, listings: &[ListingState], choice: Option<Choice>) -> Row {
        let read = self.read(self.current, held);
        let own_section = self.section(&read, held);
        let mut says = self.says(&read, held);
        let supporting = own_section.is_none() && sections::supporting(&self.current.key.resource_type);
        let section =
            own_section.unwrap_or_else(|| if supporting { self.least_section() } else { Section::UNSORTED });
        let mut summary = read.summary.unwrap_or_else(|| self.placeholder());
        let status = read.resource.as_deref().and_then(status);
        let prior = self.prior(read.state, held);
        let (prior, before) = prior.map_or((None, None), |(prior, summary)| (Some(prior), summary));
        if read.state != State::Current {
            keep_what_it_is(&mut summary, before.as_ref());
        }
        if read.state == State::Retracted {
            hide(&mut summary);
        }
        let changed = words::changed(read.state, &summary, status.as_deref(), prior.as_ref());
        let connections = self.connections();
        let missing_from = missing(&connections, listings);
        let links = says.links(&summary.references, &self.current.key.issuer);
        Row {
            key: self.current.key.clone(),
            section,
            part: self.part(supporting, choice),
            held_in: self.held_in(),
            supporting,
            findings: says.findings,
            links,
            current: self.current.digest,
            status,
            state: read.state,
            prior,
            changed,
            revisions: self.changes(),
            sighting: self.current.at,
            first_seen: self.ordered.first().map_or(self.current.at, |r| r.at),
            no_longer_returned: missing_from.len() == connections.len(),
            missing_from,
            connections: connections.into_keys().collect(),
            brought_in_by: self.brought_in_by(),
            attachments: attachments::of(read.state, read.resource.as_deref()),
            summary,
        }
    }

    fn read<'r>(&self, revision: &Revision, held: HeldBy<'_, 'r>) -> Read<'r> {
        let Some(held) = held(&revision.digest) else {
            return Read { state: State::NotHeld, resource: None, summary: None };
        };
        let key = &revision.key;
        let Some(resource) = resource(held).filter(|resource| is(resource, key)) else {
            return Read { state: State::Unreadable, resource: None, summary: None };
        };
        let summary = describe(&resource);
        let state = if summary.reading.retracted() { State::Retracted } else { State::Current };
        Read { state, resource: Some(resource), summary: Some(summary) }
    }

    /// That of the latest revision whose bytes give evidence; of bytes that are not held, the page's own section. `None`: nothing
    /// tells, or it is a supporting resource.
    fn section(&self, current: &Read<'_>, held: HeldBy<'_, '_>) -> Option<Section> {
        let kind = &self.current.key.resource_type;
        if let Some(section) = sections::default_for_type(kind) {
            return Some(section).filter(|_| !sections::supporting(kind));
        }
        if let Some(section) = self.evidence(self.current, current) {
            return Some(section);
        }
        let mut looked_at = BTreeSet::from([self.current.digest]);
        for revision in self.ordered.iter().rev() {
            if looked_at.insert(revision.digest) {
                let read = self.read(revision, held);
                if let Some(section) = self.evidence(revision, &read) {
                    return Some(section);
                }
            }
        }
        None
    }

    fn evidence(&self, revision: &Revision, read: &Read<'_>) -> Option<Section> {
        match &read.resource {
            Some(resource) => sections::evidence(resource),
            None if sections::supporting(&revision.key.resource_type) => None,
            None => Some(revision.section.base()).filter(|s| *s != Section::UNSORTED),
        }
    }

    /// Of the sections that hold a supporting resource, the first in the order of all, `unsorted` last.
    fn least_section(&self) -> Section {
        let place =
            |section: &Section| Section::ALL.iter().position(|known| known == section).unwrap_or(LATER);
        let rank =
            |section: &Section| if *section == Section::UNSORTED { usize::MAX } else { place(section) };
        let bases: BTreeSet<Section> = self.all.iter().map(|r| r.section.base()).collect();
        bases.into_iter().min_by_key(rank).unwrap_or(Section::UNSORTED)
    }

    fn held_in(&self) -> Vec<Section> {
        self.all.iter().map(|r| r.section.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What the patient chose; else withheld once any page of it was in a withheld part. A supporting resource is withheld when all
    /// its pages are.
    fn part(&self, supporting: bool, choice: Option<Choice>) -> Part {
        let withheld = |r: &&Revision| r.section.is_withheld();
        let withheld = match choice {
            Some(Choice::Withhold) => true,
            _ if supporting => self.all.iter().all(withheld),
            Some(Choice::Share | Choice::Follow) => false,
            None => self.all.iter().any(withheld),
        };
        if withheld { Part::Withheld } else { Part::Open }
    }

    /// What any of its revisions says of sensitive care, and refers to.
    fn says(&self, current: &Read<'_>, held: HeldBy<'_, '_>) -> Says {
        let mut says = Says::default();
        if let Some(resource) = &current.resource {
            says.add(resource, &self.current.key.issuer);
        }
        let mut looked_at = BTreeSet::from([self.current.digest]);
        for revision in self.ordered.iter().rev() {
            if looked_at.len() < LOOKED_AT && looked_at.insert(revision.digest) {
                let resource = held(&revision.digest).and_then(resource);
                if let Some(resource) = resource.filter(|resource| is(resource, &revision.key)) {
                    says.add(&resource, &revision.key.issuer);
                }
            }
        }
        says
    }

    /// The revision to show as the one before, and what it said.
    fn prior(&self, state: State, held: HeldBy<'_, '_>) -> Option<(Prior, Option<Summary>)> {
        let mut looked_at = BTreeSet::new();
        let mut before = self
            .ordered
            .iter()
            .rev()
            .filter(|r| r.comparison != self.current.comparison && looked_at.insert(r.digest));
        let latest = before.next()?;
        let first = (latest, self.read(latest, held));
        let fits = |read: &Read<'_>| match state {
            State::Current => true,
            _ => read.state == State::Current,
        };
        if fits(&first.1) {
            return Some(prior(first.0, first.1));
        }
        let found = before.map(|r| (r, self.read(r, held))).find(|(_, read)| fits(read));
        let (revision, read) = found.unwrap_or(first);
        Some(prior(revision, read))
    }

    /// A summary for what cannot be read: its type, and nothing said.
    fn placeholder(&self) -> Summary {
        words::nothing_known_of(&self.current.key)
    }

    fn changes(&self) -> u32 {
        let mut said: Vec<_> = self.ordered.iter().map(|r| r.comparison).collect();
        said.dedup();
        u32::try_from(said.len()).unwrap_or(u32::MAX)
    }

    /// Each connection that showed it, and when it last did so anew: of what was only said again elsewhere, by its first page.
    fn connections(&self) -> BTreeMap<ConnectionId, Sighting> {
        let last: BTreeMap<ConnectionId, &Revision> =
            self.ordered.iter().map(|r| (r.connection, *r)).collect();
        let first = |last: &Revision| {
            let same = |r: &&&Revision| {
                r.connection == last.connection && r.at == last.at && r.digest == last.digest
            };
            self.all.iter().filter(same).map(|r| r.sighting()).min().unwrap_or(last.sighting())
        };
        last.into_iter().map(|(connection, last)| (connection, first(last))).collect()
    }

    fn brought_in_by(&self) -> Vec<MemberId> {
        let same = self.all.iter().filter(|r| r.comparison == self.current.comparison);
        same.map(|r| r.member).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

fn resource(held: Held<'_>) -> Option<Cow<'_, Resource>> {
    match held {
        Held::Bytes(bytes) => Resource::parse(&bytes).ok().map(Cow::Owned),
        Held::Read(resource) => Some(Cow::Borrowed(resource)),
    }
}

/// The connections that no longer return it. For each connection and slot the greatest listing counts, and a page that
/// came after it counts more.
fn missing(connections: &BTreeMap<ConnectionId, Sighting>, listings: &[ListingState]) -> Vec<ConnectionId> {
    let mut registers: BTreeMap<(ConnectionId, &str), &ListingState> = BTreeMap::new();
    for listing in listings {
        let held = registers.entry((listing.connection, &listing.slot)).or_insert(listing);
        if (listing.seen, listing.missing) > (held.seen, held.missing) {
            *held = listing;
        }
    }
    let misses = |connection: &ConnectionId, shown: &Sighting| {
        let own = registers.values().filter(|l| l.connection == *connection);
        own.into_iter().any(|l| l.missing && (l.seen.at, l.seen.clock) > (shown.at, shown.clock))
    };
    connections.iter().filter(|(c, shown)| misses(c, shown)).map(|(c, _)| *c).collect()
}

fn prior(revision: &Revision, read: Read<'_>) -> (Prior, Option<Summary>) {
    let prior = Prior {
        digest: revision.digest,
        when_seen: revision.at,
        title: read.summary.as_ref().map(|s| s.title.clone()),
        value: read.summary.as_ref().and_then(|s| s.value.clone()),
        status: read.resource.as_deref().and_then(status),
        retracted: read.state == State::Retracted,
    };
    (prior, read.summary)
}

fn status(resource: &Resource) -> Option<String> {
    resource.value().get("status").and_then(|s| s.as_str()).map(str::to_owned)
}

/// A retraction is often stripped to id and status: what it is about is what was said before.
fn keep_what_it_is(summary: &mut Summary, before: Option<&Summary>) {
    let Some(before) = before else { return };
    if summary.codes.is_empty() {
        summary.title = before.title.clone();
        summary.codes = before.codes.clone();
    }
    summary.when = summary.when.take().or_else(|| before.when.clone());
    if summary.references.is_empty() {
        summary.references = before.references.clone();
    }
    if summary.identifiers.is_empty() {
        summary.identifiers = before.identifiers.clone();
    }
}

/// Another person's data may stand in what was recorded by mistake (H19): out of lists and out of search.
fn hide(summary: &mut Summary) {
    summary.value = None;
    summary.flag = Flag::NotStated;
    summary.flag_text = None;
    summary.ranges.clear();
    summary.fields.clear();
    summary.search.clear();
    summary.measured = None;
    summary.deceased = None;
    summary.asserts_absence = false;
    summary.nothing_known = false;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(value: serde_json::Value) -> Summary {
        describe(&Resource::parse(value.to_string().as_bytes()).unwrap())
    }

    #[test]
    fn h19_what_is_hidden_says_nothing_of_a_person_but_stays_known_by_its_numbers() {
        let mut result = told(json!({"resourceType": "Observation", "id": "o", "status": "final",
            "identifier": [{"system": "https://lab.example", "value": "A-1"}], "code": {"text": "Potassium"},
            "valueQuantity": {"value": 4.1, "unit": "mmol/L"}}));
        let numbers = result.identifiers.clone();
        assert!(result.measured.is_some() && !numbers.is_empty());
        hide(&mut result);
        assert_eq!((&result.measured, &result.value, result.identifiers), (&None, &None, numbers));
        let mut patient = told(json!({"resourceType": "Patient", "id": "p", "deceasedBoolean": true}));
        assert!(patient.deceased.is_some());
        hide(&mut patient);
        assert_eq!(patient.deceased, None);
    }

    #[test]
    fn h10_a_stripped_retraction_keeps_the_numbers_of_what_it_retracts() {
        let before = told(
            json!({"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Potassium"},
            "identifier": [{"system": "https://lab.example", "value": "A-1"}]}),
        );
        let mut bare = told(json!({"resourceType": "Observation", "id": "o", "status": "entered-in-error"}));
        keep_what_it_is(&mut bare, Some(&before));
        assert_eq!(bare.identifiers, before.identifiers);
    }
}
