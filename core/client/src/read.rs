//! Reading: from indexed rows to screens. Never waits for the network or for a sign-in.

use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use fhir::describe::Flag;
use fhir::reference::{self, Target};
use record::row::{Row, State};
use statement::ConnectionId;
use store::StoredRow;

use crate::views::{self, Filter, Group, Line, Missing, Screen, WHOLE};
use crate::{Client, Error, Query};

/// Rows that are looked at in one go.
const BATCH: usize = 256;

impl Client {
    /// One window of a screen.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the filter names a portal that is not there; [`Error::Damaged`].
    pub fn view(&self, query: &Query) -> Result<Screen, Error> {
        let (rows, more) = self.window(query, query.filter().unwrap_or(&Filter::default()))?;
        let names = self.portal_names()?;
        let limit = query.whole().then(|| query.filter().and_then(|filter| filter.limit)).flatten();
        let mut entries = Vec::with_capacity(rows.len());
        for stored in rows {
            let mut line = line(&stored, &names);
            self.join_medicine(&mut line, &stored.row)?;
            entries.push((line, stored.row));
        }
        let unread = count(&entries, |line, _| line.unread);
        let without_flag = count(&entries, |_, row| is_result(row) && row.summary.flag == Flag::NotStated);
        let missing = Missing {
            not_held: count(&entries, |_, row| row.state == State::NotHeld),
            unreadable: count(&entries, |_, row| row.state == State::Unreadable),
            rebuilding: self.is_rebuilding()?,
        };
        let mut screen = Screen {
            title: query.title().to_owned(),
            groups: self.grouped(query, entries),
            without_flag,
            unread,
            rests_on: self.basis(query)?,
            lacks: missing.words(),
            left_out: 0,
            more,
            missing,
        };
        if let Some(limit) = limit {
            screen.cut(limit);
        }
        Ok(screen)
    }

    fn grouped(&self, query: &Query, entries: Vec<(Line, Row)>) -> Vec<Group> {
        match query {
            Query::Medications(_) => views::medications(entries, self.now()),
            Query::Allergies(_) => views::allergies(entries),
            Query::Conditions(_) => views::conditions(entries),
            Query::Immunizations(_) => views::immunizations(entries),
            Query::Appointments(_) => views::appointments(entries, self.now()),
            Query::Procedures(_) => views::by_state(entries, "Done"),
            Query::Visits(_) => views::by_state(entries, "Visits"),
            Query::Plans(_) => views::by_state(entries, "In force"),
            Query::CareTeam(_) => views::by_state(entries, "In force"),
            Query::Orders(_) => views::by_state(entries, "Ordered"),
            Query::Documents(_) => views::by_state(entries, "Documents"),
            Query::Messages(_) => views::by_state(entries, "Messages"),
            Query::Coverage(_) => views::by_state(entries, "Coverage and claims"),
            _ if entries.is_empty() => Vec::new(),
            _ => {
                let lines = entries.into_iter().map(|(line, _)| line).collect();
                vec![Group { heading: query.title().to_owned(), note: None, lines }]
            }
        }
    }

    fn window(
        &self,
        query: &Query,
        filter: &Filter,
    ) -> Result<(Vec<StoredRow>, Option<store::Position>), Error> {
        let portal = filter.portal.as_deref().map(|name| self.connection_named(name)).transpose()?;
        let window = if query.whole() { WHOLE } else { filter.window() };
        let wanted = |stored: &StoredRow| {
            let row = &stored.row;
            let flagged = matches!(row.summary.flag, Flag::Outside | Flag::Critical);
            (!filter.abnormal || flagged)
                && portal.as_ref().is_none_or(|portal| row.connections.contains(&portal.id))
                && filter.code.as_deref().is_none_or(|code| has_code(row, code))
        };
        let codes = self.codes(query, filter)?;
        let mut kept: Vec<StoredRow> = Vec::new();
        let mut after = filter.after.clone();
        loop {
            let batch = self.inner.store.rows(&store::Query {
                sections: query.sections().unwrap_or_default().into_iter().collect(),
                types: query.types().iter().map(|t| (*t).to_owned()).collect(),
                codes: codes.clone(),
                since: filter.since,
                member: Some(self.member()),
                only_new: filter.unread,
                after: after.clone(),
                limit: BATCH,
                ..store::Query::default()
            })?;
            let last = batch.len() < BATCH;
            for stored in batch {
                if kept.len() == window {
                    return Ok((kept, after));
                }
                after = Some(stored.position.clone());
                if wanted(&stored) {
                    kept.push(stored);
                }
            }
            if last {
                return Ok((kept, None));
            }
        }
    }

    /// What is asked for as a code, when there are entries with it. Else it is a word of a title, for which all are looked at.
    fn codes(&self, query: &Query, filter: &Filter) -> Result<BTreeSet<String>, Error> {
        let Some(asked) = &filter.code else { return Ok(BTreeSet::new()) };
        let code = asked.rsplit_once('|').map_or(asked.as_str(), |(_, code)| code);
        let codes = BTreeSet::from([code.to_owned()]);
        let sections = query.sections().unwrap_or_default().into_iter().collect();
        let coded = store::Query { sections, codes: codes.clone(), ..store::Query::default() };
        Ok(if self.inner.store.count(&coded)? > 0 { codes } else { BTreeSet::new() })
    }

    /// A prescription that names its medicine by reference shows that medicine's name, or says that it is not held.
    pub(crate) fn join_medicine(&self, line: &mut Line, row: &Row) -> Result<(), Error> {
        let named = row.summary.references.iter().find(|r| r.path.ends_with("medicationReference"));
        let Some(named) = named.and_then(|r| r.reference.as_deref()) else { return Ok(()) };
        let Target::Relative { resource_type, id } = reference::target(named, &row.key.issuer) else {
            return Ok(());
        };
        let key = ResourceKey { issuer: row.key.issuer.clone(), resource_type, id };
        match self.inner.store.row(&key, None)? {
            Some(medicine) if medicine.row.state == State::Current => line.title = medicine.row.summary.title,
            _ => line.notices.push("The medicine's own entry is not on this device".to_owned()),
        }
        Ok(())
    }
}

/// A stored row as a line.
pub(crate) fn line(stored: &StoredRow, names: &BTreeMap<ConnectionId, String>) -> Line {
    Line::of(&stored.row, stored.new, stored.notes, &|id| name(names, id))
}

pub(crate) fn name(names: &BTreeMap<ConnectionId, String>, id: &ConnectionId) -> String {
    names.get(id).cloned().unwrap_or_else(|| "a portal connected on another device".to_owned())
}

fn is_result(row: &Row) -> bool {
    row.key.resource_type == "Observation" && row.state == State::Current
}

fn has_code(row: &Row, wanted: &str) -> bool {
    let title = row.summary.title.to_lowercase();
    let coded = row.summary.codes.iter().any(|code| {
        let system = code.system.as_deref().unwrap_or_default();
        code.code == wanted || format!("{system}|{}", code.code) == wanted
    });
    coded || title.contains(&wanted.to_lowercase())
}

fn count(entries: &[(Line, Row)], counts: impl Fn(&Line, &Row) -> bool) -> u64 {
    let counted = entries.iter().filter(|(line, row)| counts(line, row)).count();
    u64::try_from(counted).unwrap_or(u64::MAX)
}
