//! What is held, from where, as of when, and what was refused.

use std::collections::BTreeMap;

use portal::{Scopes, plan};
use serde::Serialize;
use store::{ConnectionRow, SlotOutcome};

use crate::connections::Settings;
use crate::views::{Basis, Refusal};
use crate::{Client, Error, Query, Unfollowed};

/// Under this name stands, for each type, what came of following references to it.
pub(crate) const BY_REFERENCE: &str = "referred to";

/// The record at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The record's id, in hex.
    pub record: String,
    /// The name that the holder gave.
    pub holder: String,
    /// What is held, by section.
    pub sections: Vec<SectionStatus>,
    /// The portals, those in use first.
    pub portals: Vec<PortalStatus>,
}

/// One section at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionStatus {
    /// Its name.
    pub section: String,
    /// Entries.
    pub entries: u64,
    /// Entries that this member has not read.
    pub unread: u64,
    /// Entries that were withdrawn.
    pub withdrawn: u64,
    /// Results that a laboratory flagged critical.
    pub critical: u64,
}

/// One portal at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortalStatus {
    /// Its name.
    pub name: String,
    /// Its FHIR base address.
    pub issuer: String,
    /// The granted scopes.
    pub scopes: String,
    /// When it was connected (UTC seconds).
    pub connected: i64,
    /// When the access ends, where that is known (UTC seconds).
    pub ends: Option<i64>,
    /// When the connection was ended (UTC seconds).
    pub ended: Option<i64>,
    /// Whether it takes a new sign-in to go on: the portal asked for one, or the time that was given is over.
    pub sign_in_again: bool,
    /// Whether this device shows the portal with a key of its own who it is.
    pub signs: bool,
    /// When everything that it gives was last read (UTC seconds).
    pub as_of: Option<i64>,
    /// Each kind of data: when it was last read, and what was refused.
    pub slots: Vec<SlotStatus>,
    /// Entries that were not taken in, by reason: another person's, or unreadable. Their content was not kept.
    pub set_aside: Vec<(String, u64)>,
    /// What entries refer to and could not be followed.
    pub unfollowed: Vec<Unfollowed>,
}

/// One kind of data at one portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlotStatus {
    /// Its name, such as `Observation/laboratory`.
    pub what: String,
    /// How many entries the last whole reading showed.
    pub count: Option<u64>,
    /// When it was last read to its end (UTC seconds).
    pub last_success: Option<i64>,
    /// When it was last tried (UTC seconds).
    pub last_try: i64,
    /// Why the last try gave nothing.
    pub refused: Option<String>,
    /// Asks for all of a type that others ask by category: when those worked, a refusal here is no loss.
    pub catch_all: bool,
}

impl Client {
    /// What is held, from where, as of when.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn status(&self) -> Result<Status, Error> {
        let counts = self.inner.store.counts(Some(&self.member()))?;
        let section = |count: store::SectionCount| SectionStatus {
            section: count.section.as_str().to_owned(),
            entries: count.rows,
            unread: count.new,
            withdrawn: count.retracted,
            critical: count.critical,
        };
        Ok(Status {
            record: self.record_id(),
            holder: self.holder_name().to_owned(),
            sections: counts.into_iter().map(section).collect(),
            portals: self.portals()?,
        })
    }

    /// The portals, those in use first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn portals(&self) -> Result<Vec<PortalStatus>, Error> {
        let mut rows = self.inner.store.connections()?;
        rows.sort_by_key(|row| (row.ended.is_some(), row.created, row.name.clone()));
        let quarantined = self.inner.store.quarantine_counts()?;
        let now = self.now();
        let mut portals = Vec::with_capacity(rows.len());
        for row in rows {
            let outcomes = self.inner.store.outcomes(&row.id)?;
            let settings = Settings::of(&row);
            let aside = quarantined.iter().filter(|count| count.connection == row.id);
            portals.push(PortalStatus {
                as_of: as_of(&row, &outcomes, &[]),
                unfollowed: self.unfollowed(&row.id, None)?,
                slots: outcomes.into_iter().filter(told).map(slot).collect(),
                set_aside: aside.map(|count| (count.reason.clone(), count.count)).collect(),
                name: row.name,
                issuer: row.issuer,
                sign_in_again: settings.asks(now),
                signs: settings.signs,
                scopes: settings.scopes,
                connected: row.created,
                ends: settings.ends,
                ended: row.ended,
            });
        }
        Ok(portals)
    }

    /// What a view rests on: each portal's last whole reading of what the view needs.
    pub(crate) fn basis(&self, query: &Query) -> Result<Vec<Basis>, Error> {
        let types = query.types();
        let mut bases = Vec::new();
        for row in self.inner.store.connections()? {
            let outcomes = self.inner.store.outcomes(&row.id)?;
            bases.push(Basis {
                as_of: as_of(&row, &outcomes, types),
                refused: refusals(&outcomes, types),
                trouble: trouble(&row, self.now()).or_else(|| last_failure(&outcomes, types)),
                portal: row.name,
            });
        }
        bases.sort_by(|one, other| one.portal.cmp(&other.portal));
        Ok(bases)
    }
}

/// What something refers to is a kind of data of its own only where it was refused.
fn told(outcome: &SlotOutcome) -> bool {
    outcome.refused.is_some() || !is_by_reference(outcome)
}

fn slot(outcome: SlotOutcome) -> SlotStatus {
    SlotStatus {
        catch_all: plan::is_catch_all(&outcome.slot),
        what: outcome.slot,
        count: outcome.count,
        last_success: outcome.last_success,
        last_try: outcome.last_try,
        refused: outcome.refused.map(|refusal| refusal.reason),
    }
}

fn trouble(row: &ConnectionRow, now: i64) -> Option<String> {
    match (row.ended, Settings::of(row).asks(now)) {
        (Some(_), _) => Some("connection ended".to_owned()),
        (None, true) => Some("asks you to sign in again".to_owned()),
        (None, false) => None,
    }
}

/// The oldest success among what is needed and was not refused for good; `None` when something was never read, or never even
/// asked for, as after a first sync that was broken off (hazard H7).
fn as_of(row: &ConnectionRow, outcomes: &[SlotOutcome], types: &[&str]) -> Option<i64> {
    let planned = plan::slots(&Scopes::parse(&Settings::of(row).scopes), &row.patient).into_iter();
    let mut planned = planned.filter(|slot| types.is_empty() || types.contains(&slot.resource_type.as_str()));
    if !planned.all(|slot| outcomes.iter().any(|outcome| outcome.slot == slot.name)) {
        return None;
    }
    let listed = |outcome: &&SlotOutcome| !gave_for_good(outcome) && !is_by_reference(outcome);
    let needed = needed(outcomes, types).filter(listed);
    let mut oldest = None;
    for outcome in needed {
        let success = outcome.last_success?;
        oldest = Some(oldest.map_or(success, |at: i64| at.min(success)));
    }
    oldest
}

/// What the portal refused, but for a catch-all whose categories were given.
fn refusals(outcomes: &[SlotOutcome], types: &[&str]) -> Vec<Refusal> {
    let mut given: BTreeMap<&str, bool> = BTreeMap::new();
    for outcome in outcomes {
        *given.entry(type_of(&outcome.slot)).or_default() |= outcome.last_success.is_some();
    }
    let lost = needed(outcomes, types).filter(|outcome| {
        let catch_all = plan::is_catch_all(&outcome.slot);
        let covered = catch_all && given.get(type_of(&outcome.slot)).copied().unwrap_or_default();
        !covered
    });
    let refusal = |outcome: &SlotOutcome| {
        let refused = outcome.refused.as_ref().filter(|_| !only_failed(outcome))?;
        Some(Refusal { what: outcome.slot.clone(), reason: refused.reason.clone() })
    };
    lost.filter_map(refusal).collect()
}

fn needed<'a>(outcomes: &'a [SlotOutcome], types: &'a [&str]) -> impl Iterator<Item = &'a SlotOutcome> {
    outcomes.iter().filter(move |outcome| types.is_empty() || types.contains(&type_of(&outcome.slot)))
}

/// What is only fetched because something refers to it has no date of its own.
fn is_by_reference(outcome: &SlotOutcome) -> bool {
    outcome.slot.split_once('/').is_some_and(|(_, part)| part == BY_REFERENCE)
}

fn type_of(slot: &str) -> &str {
    slot.split_once('/').map_or(slot, |(resource_type, _)| resource_type)
}

/// What was read before, and could not be read at the last try.
fn only_failed(outcome: &SlotOutcome) -> bool {
    outcome.last_success.is_some() && outcome.refused.as_ref().is_some_and(|refusal| refusal.status.is_none())
}

fn last_failure(outcomes: &[SlotOutcome], types: &[&str]) -> Option<String> {
    let failed = needed(outcomes, types).find(|outcome| only_failed(outcome))?;
    let refusal = failed.refused.as_ref()?;
    Some(format!("the last try failed: {}", refusal.reason))
}

/// Refused with a status: the portal does not give it, however often it is asked.
fn gave_for_good(outcome: &SlotOutcome) -> bool {
    outcome.last_success.is_none() && outcome.refused.as_ref().is_some_and(|refusal| refusal.status.is_some())
}
