//! What was refused when references were followed, by type.

use std::collections::{BTreeMap, BTreeSet};

use portal::fetch::Outcome;

use super::SlotReport;
use crate::status::BY_REFERENCE;

/// What came of following references, by type.
#[derive(Default)]
pub(super) struct Refusals(BTreeMap<String, Option<Outcome>>);

impl Refusals {
    /// What is not there is no refusal.
    pub fn count(&mut self, resource_type: &str, refused: Option<&Outcome>) {
        let held = self.0.entry(resource_type.to_owned()).or_default();
        let refused = refused.filter(|outcome| {
            matches!(outcome, Outcome::NotGranted | Outcome::Refused { status: 401 | 403, .. })
        });
        *held = held.take().or_else(|| refused.cloned());
    }

    /// One a type that was asked for in this way, but for those of which `listed` names a refusal already; no refusal among
    /// them gives [`Outcome::Ok`].
    pub fn slots(&self, listed: &[SlotReport]) -> Vec<SlotReport> {
        let type_of = |slot: &SlotReport| slot.what.split('/').next().unwrap_or_default().to_owned();
        let refused = listed.iter().filter(|slot| !matches!(slot.outcome, Outcome::Ok { .. }));
        let named: BTreeSet<String> = refused.map(type_of).collect();
        let slot = |(resource_type, refused): (&String, &Option<Outcome>)| SlotReport {
            what: format!("{resource_type}/{BY_REFERENCE}"),
            catch_all: false,
            outcome: refused.clone().unwrap_or(Outcome::Ok { count: 0, complete: false }),
        };
        self.0.iter().filter(|(resource_type, _)| !named.contains(*resource_type)).map(slot).collect()
    }
}
