//! The same entry at another portal (hazard H10): linked, never merged.

use std::collections::{BTreeMap, BTreeSet};

use clinical::twins::{self, Agreement, Difference, Entry, Which};
use fhir::ResourceKey;
use record::row::{Row, State};
use store::StoredRow;

use crate::look::Look;
use crate::views::{Line, Twin};
use crate::{Client, Error};

/// What a line says of its twins.
#[derive(Default)]
pub(crate) struct Told {
    pub twins: Vec<Twin>,
    pub notices: Vec<String>,
    /// A twin is covered, so this one is too: as what.
    pub covered: Option<String>,
}

impl Client {
    /// What these entries say of their twins, by entry.
    pub(crate) fn twins(
        &self,
        look: &Look,
        rows: &[StoredRow],
    ) -> Result<BTreeMap<ResourceKey, Told>, Error> {
        let numbered = rows.iter().filter(|stored| !stored.row.summary.identifiers.is_empty());
        let keys: Vec<ResourceKey> = numbered.map(|stored| stored.row.key.clone()).collect();
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut sharing = self.inner.store.twins(&keys)?;
        sharing.retain(|key, others| others.iter().any(|other| other.issuer != key.issuer));
        let mut held: BTreeMap<ResourceKey, StoredRow> = BTreeMap::new();
        let wanted: BTreeSet<&ResourceKey> =
            sharing.iter().flat_map(|(key, others)| others.iter().chain([key])).collect();
        for key in wanted {
            if let Some(stored) = self.inner.store.row(key, None)? {
                held.insert(key.clone(), stored);
            }
        }
        let told =
            sharing.iter().filter_map(|(key, others)| Some((key.clone(), look.told(key, others, &held)?)));
        Ok(told.collect())
    }
}

impl Look {
    fn told(
        &self,
        key: &ResourceKey,
        others: &BTreeSet<ResourceKey>,
        held: &BTreeMap<ResourceKey, StoredRow>,
    ) -> Option<Told> {
        let this = held.get(key)?;
        let others: Vec<&StoredRow> = others.iter().filter_map(|other| held.get(other)).collect();
        let entries: Vec<Entry<'_>> = others.iter().map(|other| entry(&other.row)).collect();
        let mut told = Told::default();
        for (at, agreement) in twins::of(&entry(&this.row), &entries) {
            let Some(other) = others.get(at) else { continue };
            told.covered = told.covered.or_else(|| self.covers.over(&other.row));
            let (here, there) = (self.open(this), self.open(other));
            told.notices.extend(notice(&here, &there, &agreement));
            told.twins.push(Twin {
                portal: there.portals.join(" and "),
                issuer: there.issuer,
                reference: there.reference,
                value: there.value,
                agrees: agreement == Agreement::Same,
            });
        }
        Some(told)
    }
}

fn entry(row: &Row) -> Entry<'_> {
    Entry {
        key: &row.key,
        summary: &row.summary,
        retracted: matches!(row.state, State::Retracted | State::Purged),
        corrected: corrected(row),
    }
}

/// That a preliminary result became final is no correction.
fn corrected(row: &Row) -> bool {
    let says = matches!(row.status.as_deref(), Some("amended" | "corrected"));
    let unfinished = ["registered", "preliminary", "partial"];
    let changed = row.prior.as_ref().is_some_and(|prior| {
        let was_final = prior.status.as_deref().is_some_and(|status| !unfinished.contains(&status));
        was_final && !prior.retracted && prior.value.is_some() && prior.value != row.summary.value
    });
    says || changed
}

fn notice(here: &Line, there: &Line, agreement: &Agreement) -> Option<String> {
    let portal = |line: &Line| line.portals.join(" and ");
    let noun = match here.resource_type.as_str() {
        "Observation" | "DiagnosticReport" => "result",
        _ => "entry",
    };
    let still = |line: &Line| line.value.clone().unwrap_or_else(|| "it".to_owned());
    let (this, other) = (portal(here), portal(there));
    Some(match agreement {
        Agreement::Same => return None,
        Agreement::OneCorrected(Which::This) => {
            format!("{this} corrected this {noun}; {other} still shows {}: both are shown", still(there))
        }
        Agreement::OneCorrected(Which::Other) => {
            format!("{other} corrected this {noun}; {this} still shows {}: both are shown", still(here))
        }
        Agreement::OneRetracted(Which::This) => format!(
            "{this} withdrew this {noun} as recorded by mistake; {other} still shows {}: both are shown",
            still(there)
        ),
        Agreement::OneRetracted(Which::Other) => format!(
            "{other} withdrew this {noun} as recorded by mistake; {this} still shows {}: both are shown",
            still(here)
        ),
        Agreement::Differs { what } if what.contains(&Difference::Happened) => {
            format!("{other} says otherwise of whether this took place: both are shown")
        }
        Agreement::Differs { what } if what.contains(&Difference::Value) => {
            format!("{other} shows this {noun} with another value: {}: both are shown", still(there))
        }
        Agreement::Differs { .. } => format!("{other} shows this {noun} with another flag: both are shown"),
    })
}
