//! The results that a report or a group of results holds, each as lists show it.

use std::collections::{BTreeMap, BTreeSet};

use fhir::describe::{Flag, Summary, components, describe};
use fhir::lens::{DiagnosticReport, Observation};
use fhir::modifiers::Effect;
use fhir::reference::{self, Reference, Target};
use fhir::{Resource, ResourceKey};
use record::row::{Row, State};
use serde::Serialize;

use super::ShownLine;
use crate::look::Look;
use crate::views::{Line, plain, prose};
use crate::{Client, Error};

/// One result that a report or a group holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownResult {
    /// How deep it stands: 0 for what the entry itself holds. What a group among them holds follows it, one deeper.
    pub depth: usize,
    /// The result.
    pub named: NamedResult,
}

/// A result, by where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedResult {
    /// An entry of its own, as lists show it: corrected, withdrawn, covered.
    Entry {
        /// The entry, without more of it: that is on its own page.
        line: Box<Line>,
    },
    /// A part of the entry that holds it, without a page of its own.
    Within {
        /// What it is.
        title: String,
        /// The value as it came.
        value: Option<String>,
        /// Reference ranges as they came.
        ranges: Vec<String>,
        /// The laboratory's own flag.
        flag: Flag,
        /// The laboratory's own words for it.
        flag_text: Option<String>,
        /// What changes its meaning, one sentence each.
        notices: Vec<String>,
    },
    /// Named, and not in this record.
    NotHere {
        /// What the portal calls it.
        title: String,
        /// Why, in one sentence: the same for whoever does not have it.
        because: String,
    },
}

/// So many results are told.
const MOST: usize = 200;
/// So many levels of groups in groups; what stands deeper has its group's own page.
const LEVELS: usize = 4;
/// Letters of a name.
const LONGEST: usize = 300;

const NOT_YET: &str = "Named here, and not in this record yet";
const ELSEWHERE: &str = "Named at another server, which this record does not read";
const NOWHERE: &str = "Named by a reference that leads nowhere in this record";

/// What an entry holds.
#[derive(Default)]
pub(super) struct Panel {
    pub(super) results: Vec<ShownResult>,
    /// How many more it names.
    pub(super) left_out: usize,
    /// What it calls results that are covered.
    hushed: Vec<String>,
}

impl Client {
    /// What an entry holds, in the order in which it names it. A result that is named by a group among them too stands in that
    /// group only; nothing is told twice. Nothing is looked for at another portal.
    pub(super) fn panel(&self, look: &Look, key: &ResourceKey, resource: &Resource) -> Result<Panel, Error> {
        let told = BTreeSet::from([Place::Held(key.clone())]);
        let mut telling = Telling {
            client: self,
            look,
            told,
            called: Vec::new(),
            covered: BTreeSet::new(),
            panel: Panel::default(),
        };
        components(resource).iter().for_each(|part| telling.add(0, within(part)));
        telling.level(&Holder { key, resource: Some(resource) }, &names_of(resource), 0)?;
        let hushed = telling.called.into_iter().filter(|(place, _)| telling.covered.contains(place));
        Ok(Panel { hushed: hushed.map(|(_, called)| called).collect(), ..telling.panel })
    }
}

impl Panel {
    /// Takes out of the entry's own words what is told here instead: the names of its results, and what it calls those that
    /// are covered.
    pub(super) fn settle(&self, key: &ResourceKey, line: &mut Line, everything: &mut Vec<ShownLine>) {
        if !self.results.is_empty() {
            let label = match key.resource_type.as_str() {
                "DiagnosticReport" => "Results",
                _ => "Part results",
            };
            line.fields.retain(|field| field.label != label);
        }
        everything.retain(|line| !self.hushed.contains(&line.text));
    }
}

/// Where a reference leads.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Held(ResourceKey),
    Within(ResourceKey, String),
    Elsewhere(String),
    Nowhere(String),
}

/// What names results, with its content where some of them stand in it.
struct Holder<'h> {
    key: &'h ResourceKey,
    resource: Option<&'h Resource>,
}

/// An entry that is named, and what it names in turn.
struct Named {
    line: Line,
    row: Row,
    names: Vec<Reference>,
    /// How many more it names.
    more: usize,
}

struct Telling<'t> {
    client: &'t Client,
    look: &'t Look,
    told: BTreeSet<Place>,
    /// What each is called by who names it, also where it is told elsewhere.
    called: Vec<(Place, String)>,
    covered: BTreeSet<Place>,
    panel: Panel,
}

impl Telling<'_> {
    fn level(&mut self, holder: &Holder<'_>, names: &[Reference], depth: usize) -> Result<(), Error> {
        let places: Vec<Place> = names.iter().map(|name| place(name, holder.key)).collect();
        for (name, place) in names.iter().zip(&places) {
            self.called.extend(name.display.as_deref().map(|called| (place.clone(), prose(called))));
        }
        let asked = self.asked(&places);
        let held = self.held(&asked, depth)?;
        let in_groups = in_groups(&held);
        // What only groups that name one another hold comes last, rather than not at all.
        for last in [false, true] {
            for (name, place) in names.iter().zip(&places) {
                let later = matches!(place, Place::Held(key) if in_groups.contains(key));
                if later != last || !self.told.insert(place.clone()) {
                    continue;
                }
                match place {
                    Place::Held(key) if !asked.contains(key) => self.panel.left_out += 1,
                    Place::Held(key) => self.entry(held.get(key), name, depth)?,
                    Place::Within(_, id) => self.inside(holder, id, name, depth)?,
                    Place::Elsewhere(_) => self.add(depth, not_here(name, ELSEWHERE)),
                    Place::Nowhere(_) => self.add(depth, not_here(name, NOWHERE)),
                }
            }
        }
        Ok(())
    }

    /// The entries that are looked up: as many as there is room for.
    fn asked(&self, places: &[Place]) -> BTreeSet<ResourceKey> {
        let room = MOST.saturating_sub(self.panel.results.len());
        let mut asked = BTreeSet::new();
        for place in places.iter().filter(|place| !self.told.contains(place)) {
            if let Place::Held(key) = place
                && asked.len() < room
            {
                asked.insert(key.clone());
            }
        }
        asked
    }

    fn held(
        &self,
        asked: &BTreeSet<ResourceKey>,
        depth: usize,
    ) -> Result<BTreeMap<ResourceKey, Named>, Error> {
        let (store, member) = (&self.client.inner.store, self.client.member());
        let mut rows = Vec::new();
        for key in asked {
            rows.extend(store.row(key, Some(&member))?);
        }
        let told = self.client.lines(self.look, rows)?.into_iter().map(|(line, row)| {
            let opens = line.covered.is_none() && row.state == State::Current && depth + 1 < LEVELS;
            let mut names = if opens { names_in(&row) } else { Vec::new() };
            let more = names.len().saturating_sub(MOST);
            names.truncate(MOST);
            (row.key.clone(), Named { line, row, names, more })
        });
        Ok(told.collect())
    }

    fn entry(&mut self, named: Option<&Named>, name: &Reference, depth: usize) -> Result<(), Error> {
        let Some(Named { line, row, names, more }) = named else {
            self.add(depth, not_here(name, NOT_YET));
            return Ok(());
        };
        if line.covered.is_some() {
            self.covered.insert(Place::Held(row.key.clone()));
        }
        self.add(depth, NamedResult::Entry { line: Box::new(Line { fields: Vec::new(), ..line.clone() }) });
        self.panel.left_out += more;
        let inside = names.iter().any(|name| matches!(place(name, &row.key), Place::Within(..)));
        let resource = if inside { self.client.resource(row)? } else { None };
        self.level(&Holder { key: &row.key, resource: resource.as_ref() }, names, depth + 1)
    }

    /// A result that its holder carries inside itself.
    fn inside(&mut self, holder: &Holder<'_>, id: &str, name: &Reference, depth: usize) -> Result<(), Error> {
        let Some(part) = holder.resource.and_then(|holder| holder.contained(id)) else {
            self.add(depth, not_here(name, NOWHERE));
            return Ok(());
        };
        let summary = describe(&part);
        self.add(depth, within(&summary));
        let opens = !summary.reading.retracted() && depth + 1 < LEVELS;
        let names = if opens { names_of(&part) } else { Vec::new() };
        self.level(holder, &names, depth + 1)
    }

    fn add(&mut self, depth: usize, named: NamedResult) {
        if self.panel.results.len() < MOST {
            self.panel.results.push(ShownResult { depth, named });
        } else {
            self.panel.left_out += 1;
        }
    }
}

/// What others of these name, each by another one than itself.
fn in_groups(held: &BTreeMap<ResourceKey, Named>) -> BTreeSet<ResourceKey> {
    let mut found = BTreeSet::new();
    for group in held.values() {
        for name in &group.names {
            if let Place::Held(key) = place(name, &group.row.key)
                && key != group.row.key
            {
                found.insert(key);
            }
        }
    }
    found
}

fn place(name: &Reference, holder: &ResourceKey) -> Place {
    let text = name.reference.as_deref().unwrap_or_default();
    match reference::target(text, &holder.issuer) {
        Target::Relative { resource_type, id } => {
            Place::Held(ResourceKey { issuer: holder.issuer.clone(), resource_type, id })
        }
        Target::Contained(id) => Place::Within(holder.clone(), id),
        Target::Absolute { .. } => Place::Elsewhere(text.to_owned()),
        Target::Urn(_) | Target::Unreadable(_) => Place::Nowhere(name.label().unwrap_or_default()),
    }
}

/// What a resource names as its results.
fn names_of(resource: &Resource) -> Vec<Reference> {
    match resource.resource_type() {
        "DiagnosticReport" => DiagnosticReport::read(resource.value()).results,
        "Observation" => Observation::read(resource.value()).members,
        _ => Vec::new(),
    }
}

/// The same of what its row keeps.
fn names_in(row: &Row) -> Vec<Reference> {
    let element = match row.key.resource_type.as_str() {
        "DiagnosticReport" => "result",
        "Observation" => "hasMember",
        _ => return Vec::new(),
    };
    let is_of = |path: &str| {
        path.strip_prefix(element)
            .is_some_and(|rest| rest.is_empty() || (rest.starts_with('[') && rest.ends_with(']')))
    };
    let names = row.summary.references.iter().filter(|name| is_of(&name.path) && !name.path.contains('.'));
    names.cloned().collect()
}

fn within(part: &Summary) -> NamedResult {
    let telling = part.reading.notices.iter().filter(|notice| notice.effect != Effect::Ok);
    let mut notices: Vec<String> = telling.map(|notice| plain(&notice.text)).collect();
    notices.dedup();
    NamedResult::Within {
        title: plain(&part.title),
        value: part.value.as_deref().map(plain),
        ranges: part.ranges.iter().map(|range| plain(range)).collect(),
        flag: part.flag,
        flag_text: part.flag_text.as_deref().map(plain),
        notices,
    }
}

fn not_here(name: &Reference, because: &str) -> NamedResult {
    let title = name.label().filter(|label| !label.trim().is_empty());
    let title = title.unwrap_or_else(|| "Result without a name".to_owned());
    let title = plain(&title).chars().take(LONGEST).collect();
    NamedResult::NotHere { title, because: because.to_owned() }
}
