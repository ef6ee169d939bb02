//! What was refused when references were followed, by type.

use std::collections::{BTreeMap, BTreeSet};

use portal::fetch::Outcome;
use store::{Commit, Refusal, SlotOutcome};

use super::{Run, SlotReport};
use crate::Error;
use crate::status::BY_REFERENCE;

impl Run<'_> {
    /// Names what is only referred to and was refused; not again where the same kind of data was refused as a whole.
    pub(super) fn note_refusals(&mut self) -> Result<(), Error> {
        let slots = self.refusals.slots(&self.report.slots);
        if slots.is_empty() {
            return Ok(());
        }
        let now = self.client.now();
        let row = |slot: &SlotReport| SlotOutcome {
            connection: self.connection.id,
            slot: slot.what.clone(),
            last_try: now,
            last_success: matches!(slot.outcome, Outcome::Ok { .. }).then_some(now),
            count: None,
            refused: refusal(&slot.outcome),
        };
        let commit = Commit { outcomes: slots.iter().map(row).collect(), ..Commit::default() };
        let touched = self.client.inner.store.commit(commit)?;
        self.client.wake(&touched);
        let refused = slots.into_iter().filter(|slot| !matches!(slot.outcome, Outcome::Ok { .. }));
        self.report.slots.extend(refused);
        Ok(())
    }
}

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

/// Why there is nothing of it, as the slot keeps it.
pub(super) fn refusal(outcome: &Outcome) -> Option<Refusal> {
    match outcome {
        Outcome::Ok { .. } => None,
        Outcome::NotGranted => {
            Some(Refusal { status: Some(403), reason: "you did not grant this".to_owned() })
        }
        Outcome::Refused { status, reason } if reason.is_empty() => Some(Refusal {
            status: Some(*status),
            reason: format!("the portal answered with status {status}"),
        }),
        Outcome::Refused { status, reason } => {
            Some(Refusal { status: Some(*status), reason: reason.clone() })
        }
        Outcome::Failed { reason, .. } => Some(Refusal { status: None, reason: reason.clone() }),
    }
}
