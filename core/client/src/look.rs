//! How an entry looks to the member who holds this device: as a line, with what other portals and our own comparison say
//! beside it, or covered.

use std::collections::BTreeMap;
use std::sync::Arc;

use clinical::range;
use fhir::ResourceKey;
use fhir::describe::Summary;
use fhir::reference::{self, Target};
use record::row::{Row, State};
use statement::ConnectionId;
use store::StoredRow;

use crate::client::lock;
use crate::cover::Covers;
use crate::people::People;
use crate::read::name;
use crate::views::{Line, plain};
use crate::{Client, Error};

/// What all lines of one screen are drawn with.
pub(crate) struct Look {
    pub names: BTreeMap<ConnectionId, String>,
    pub people: People,
    pub covers: Covers,
}

impl Client {
    /// `reveal` lifts the member's own covers for this one look.
    pub(crate) fn look(&self, reveal: bool) -> Result<Arc<Look>, Error> {
        // Told before it is read: what is read may be newer, and is read again after the next commit.
        let commits = self.inner.store.commits();
        let kept = lock(&self.inner.look).as_ref().filter(|(then, _)| *then == commits).cloned();
        if let Some((_, look)) = kept.filter(|_| !reveal) {
            return Ok(look);
        }
        let covers = if reveal { Covers::default() } else { self.covers()? };
        let look = Arc::new(Look { names: self.portal_names()?, people: self.people()?, covers });
        if !reveal {
            *lock(&self.inner.look) = Some((commits, look.clone()));
        }
        Ok(look)
    }

    /// One entry as a line.
    pub(crate) fn line(&self, look: &Look, stored: StoredRow) -> Result<(Line, Row), Error> {
        let mut lines = self.lines(look, vec![stored])?;
        lines.pop().ok_or(Error::Bug("an entry without a line"))
    }

    /// Entries as lines, in their order.
    pub(crate) fn lines(&self, look: &Look, rows: Vec<StoredRow>) -> Result<Vec<(Line, Row)>, Error> {
        let mut twins = self.twins(look, &rows)?;
        let mut lines = Vec::with_capacity(rows.len());
        for stored in rows {
            let twins = twins.remove(&stored.row.key).unwrap_or_default();
            let covered = look.covers.over(&stored.row).or(twins.covered);
            let line = match covered {
                Some(what) => look.covered(&stored, what),
                None => {
                    let mut line = look.open(&stored);
                    line.twins = twins.twins;
                    line.notices.extend(twins.notices);
                    self.join_medicine(look, &mut line, &stored.row)?;
                    self.join_visit(look, &mut line, &stored.row)?;
                    line
                }
            };
            lines.push((line, stored.row));
        }
        Ok(lines)
    }

    /// The title of an entry that another one names, or that it is covered.
    pub(crate) fn title_of(&self, look: &Look, key: &ResourceKey) -> Result<Option<String>, Error> {
        let Some(stored) = self.inner.store.row(key, None)? else { return Ok(None) };
        let (line, _) = self.line(look, stored)?;
        Ok(Some(line.title))
    }

    /// A prescription that names its medicine elsewhere shows that medicine's name, or says that it is not held.
    fn join_medicine(&self, look: &Look, line: &mut Line, row: &Row) -> Result<(), Error> {
        let Some(named) = &row.summary.subject_of_title else { return Ok(()) };
        let text = named.reference.as_deref().unwrap_or_default();
        let key = match reference::target(text, &row.key.issuer) {
            Target::Relative { resource_type, id } => {
                ResourceKey { issuer: row.key.issuer.clone(), resource_type, id }
            }
            Target::Absolute { base, resource_type, id } => ResourceKey { issuer: base, resource_type, id },
            Target::Contained(_) => {
                line.notices
                    .push("The entry says that the medicine is named inside it, and it is not".to_owned());
                return Ok(());
            }
            Target::Urn(_) | Target::Unreadable(_) => {
                let said = "The medicine is named by a reference that leads nowhere in this record";
                line.notices.push(said.to_owned());
                return Ok(());
            }
        };
        let held = self.inner.store.row(&key, None)?.filter(|stored| stored.row.state == State::Current);
        match held {
            Some(medicine) if look.covers.over(&medicine.row).is_none() => {
                line.title = plain(&medicine.row.summary.title);
            }
            Some(_) => {}
            None if key.issuer == row.key.issuer => {
                line.notices.push("The medicine's own entry is not on this device".to_owned());
            }
            None => {
                line.notices.push(
                    "The medicine is named at another server, which this record does not read".to_owned(),
                );
            }
        }
        Ok(())
    }
}

impl Client {
    /// A document that names its visit and not the time of care is dated by when it was put on file: it shows the visit's
    /// time, or says that its own date is another thing.
    fn join_visit(&self, look: &Look, line: &mut Line, row: &Row) -> Result<(), Error> {
        let summary = &row.summary;
        let told = summary.fields.iter().any(|field| field.label == "Time of care");
        if row.key.resource_type != "DocumentReference" || row.state != State::Current || told {
            return Ok(());
        }
        let visits = summary.references.iter().filter(|named| named.path.starts_with("context.encounter"));
        let mut named = false;
        for visit in visits.filter_map(|visit| visit.reference.as_deref()) {
            let Target::Relative { resource_type, id } = reference::target(visit, &row.key.issuer) else {
                continue;
            };
            named = true;
            let key = ResourceKey { issuer: row.key.issuer.clone(), resource_type, id };
            let held = self.inner.store.row(&key, None)?.filter(|held| held.row.state == State::Current);
            let held = held.filter(|held| look.covers.over(&held.row).is_none());
            if let Some(when) = held.and_then(|held| held.row.summary.when) {
                if let Some(filed) = line.when.replace(plain(&when.display())) {
                    line.notices
                        .push(format!("The date is that of the visit; it was put on file on {filed}"));
                }
                return Ok(());
            }
        }
        if named && line.when.is_some() {
            let said =
                "The date is when it was put on file: the visit that it speaks of is not on this device";
            line.notices.push(said.to_owned());
        }
        Ok(())
    }
}

impl Look {
    pub(crate) fn open(&self, stored: &StoredRow) -> Line {
        let row = &stored.row;
        let mut line = Line::of(row, stored.new, stored.notes, &|id| name(&self.names, id));
        line.changed_since_read = stored.new && stored.read_before;
        line.compared = self.compared(&row.summary, row).map(str::to_owned);
        line
    }

    pub(crate) fn covered(&self, stored: &StoredRow, what: String) -> Line {
        Line::covered(&stored.row, what, stored.new, &|id| name(&self.names, id))
    }

    fn compared(&self, summary: &Summary, row: &Row) -> Option<&'static str> {
        if row.state != State::Current {
            return None;
        }
        range::of(summary, row.status.as_deref(), &self.people.of(&row.key.issuer))?.words()
    }
}
