//! Pull subscriptions (ADR 0004): the current view first, then the newest whole view after each change that touches it.

use std::collections::BTreeMap;

use statement::Section;
use tokio::sync::watch;

use crate::views::Screen;
use crate::{Client, Error, Query};

/// How often each section, and the connections, were touched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wakes {
    sections: BTreeMap<Section, u64>,
    connections: u64,
}

impl Wakes {
    pub(crate) fn touch(&mut self, sections: &[Section], connections: bool) {
        for section in sections {
            let count = self.sections.entry(section.clone()).or_default();
            *count = count.wrapping_add(1);
        }
        self.connections = self.connections.wrapping_add(u64::from(connections));
    }

    /// The counts that a query rests on; the whole of it when it rests on everything.
    fn of(&self, sections: Option<&[Section]>) -> Self {
        let Some(wanted) = sections else { return self.clone() };
        let kept = self.sections.iter().filter(|(section, _)| wanted.contains(section));
        Self {
            sections: kept.map(|(section, count)| (section.clone(), *count)).collect(),
            connections: self.connections,
        }
    }
}

/// One screen's hold on the record.
pub struct Subscription {
    client: Client,
    query: Query,
    wakes: watch::Receiver<Wakes>,
    seen: Option<Wakes>,
    given: Option<Screen>,
}

/// Tells that the record changed, and nothing more: for what is shown and is no [`Query`]. It does not keep the record open.
pub struct Changes {
    wakes: watch::Receiver<Wakes>,
    sections: Option<Vec<Section>>,
    seen: Option<Wakes>,
}

impl Client {
    /// Follows what a query rests on; everything, without one.
    #[must_use]
    pub fn follow(&self, query: Option<&Query>) -> Changes {
        let sections = query.and_then(Query::sections);
        Changes { wakes: self.inner.wakes.subscribe(), sections, seen: None }
    }

    /// Follows a query.
    #[must_use]
    pub fn observe(&self, query: Query) -> Subscription {
        let wakes = self.inner.wakes.subscribe();
        Subscription { client: self.clone(), query, wakes, seen: None, given: None }
    }
}

impl Subscription {
    /// The current view at the first call; after that the newest view that differs from the one given last, when there is
    /// one. Dropping the future loses nothing.
    ///
    /// # Errors
    /// As [`Client::view`].
    pub async fn next(&mut self) -> Result<Screen, Error> {
        loop {
            let sections = self.query.sections();
            let newest = self.wakes.borrow_and_update().of(sections.as_deref());
            if self.seen.as_ref() != Some(&newest) {
                let screen = self.client.view(&self.query)?;
                self.seen = Some(newest);
                if self.given.as_ref() != Some(&screen) {
                    self.given = Some(screen.clone());
                    return Ok(screen);
                }
            }
            if self.wakes.changed().await.is_err() {
                return Err(Error::Locked);
            }
        }
    }
}

impl Changes {
    /// Comes back at once at the first call; after that as soon as something was changed since it last came back. Several
    /// changes are told once. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`Error::Locked`] when the record is closed.
    pub async fn next(&mut self) -> Result<(), Error> {
        loop {
            let newest = self.wakes.borrow_and_update().of(self.sections.as_deref());
            if self.seen.as_ref() != Some(&newest) {
                self.seen = Some(newest);
                return Ok(());
            }
            if self.wakes.changed().await.is_err() {
                return Err(Error::Locked);
            }
        }
    }
}
