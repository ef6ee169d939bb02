//! The open and the withheld part of each section: what carers do not see unless the patient says so (ADR 0007, hazards H16, H17).
//!
//! Nothing changes on the patient's own screens. Pages are planned by `record`; this says what was planned, keeps the patient's
//! choices, and settles what was sorted by earlier tables.

mod choose;
mod settle;
mod view;

use std::collections::BTreeMap;

use record::facts::Fact;
use record::pages::Planned;
use record::parts::{KIND_WITHHOLD, Subject};
use serde::Serialize;
use statement::body::{Facts, Page};
use statement::{Section, kind};

use crate::write::Draft;
use crate::{Client, Error};

pub use view::{Chosen, PartsView, Why, Withheld, WithheldGroup};

/// What came of a choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PartChange {
    /// Entries that were named, or that speak of what was named, and went to the other part.
    pub moved: u64,
    /// Entries that went with them: what refers to what is withheld, or was withheld only because it does.
    pub following: u64,
}

/// The setting that says by which tables this record was sorted. Absent: something is left to settle.
const SORTED_BY: &str = "parts";

/// Settings to be written when a plan could not be made whole.
pub(crate) fn unsettled(planned: &Planned) -> Vec<(String, Option<Vec<u8>>)> {
    if planned.unfinished { vec![(SORTED_BY.to_owned(), None)] } else { Vec::new() }
}

impl Client {
    /// The pages of a plan, and a fact for each resource that goes along with what was shared no more.
    pub(crate) fn planned_drafts(
        &self,
        issuer: &str,
        slot: &str,
        planned: &Planned,
    ) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::with_capacity(planned.pages.len());
        for (place, entries) in &planned.pages {
            let page = Page {
                connection: place.connection,
                issuer: issuer.to_owned(),
                slot: slot.to_owned(),
                sighting: place.sighting,
                entries: entries.clone(),
            };
            drafts.push(Draft { section: place.section.clone(), kind: kind::PAGE, body: page.encode()? });
        }
        let mut facts: BTreeMap<Section, Vec<Fact>> = BTreeMap::new();
        for key in &planned.left {
            let subjects = vec![Subject::Follower(key.clone()).text()];
            let fact = Fact { subjects, ..self.fact(KIND_WITHHOLD)? };
            facts.entry(choose::document_of(self, key)?).or_default().push(fact);
        }
        drafts.extend(self.fact_drafts(facts)?);
        Ok(drafts)
    }

    /// Facts as changes of this device, one a document.
    fn fact_drafts(&self, facts: BTreeMap<Section, Vec<Fact>>) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::with_capacity(facts.len());
        for (section, facts) in facts {
            let mut document = self.inner.store.document(&section)?;
            let changes = facts.chunks(CHANGE).map(|facts| document.write(&self.inner.author.device, facts));
            for change in changes.collect::<Result<Vec<_>, _>>()? {
                let body = Facts::new(vec![change]).encode()?;
                drafts.push(Draft { section: section.clone(), kind: kind::FACTS, body });
            }
        }
        Ok(drafts)
    }
}

/// Facts of one change: well within the caps of a change, with the most subjects that one fact has.
const CHANGE: usize = 5;
