//! Reading: from indexed rows to screens. Never waits for the network or for a sign-in.

use std::collections::{BTreeMap, BTreeSet};

use fhir::describe::Flag;
use record::row::{Row, State};
use statement::ConnectionId;
use store::StoredRow;

use crate::look::Look;
use crate::views::{self, Filter, Group, Line, Missing, Moment, Screen, WHOLE};
use crate::{Client, Error, Query};

/// Rows that are looked at in one go.
const BATCH: usize = 256;

/// How a screen's entries stand in groups.
type Sort = Box<dyn Fn(Vec<(Line, Row)>) -> Vec<Group>>;

impl Client {
    /// One window of a screen.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the filter names a portal that is not there; [`Error::Damaged`].
    pub fn view(&self, query: &Query) -> Result<Screen, Error> {
        let all = Filter::default();
        let filter = query.filter().unwrap_or(&all);
        let look = self.look(filter.reveal)?;
        let (rows, more) = self.window(query, filter, &look)?;
        let limit = if query.whole() { filter.limit } else { None };
        let entries = self.lines(&look, rows)?;
        let unread = count(&entries, |line, _| line.unread);
        let covered = count(&entries, |line, _| line.covered.is_some());
        let unflagged = |line: &Line, row: &Row| {
            is_result(row) && row.summary.flag == Flag::NotStated && line.covered.is_none()
        };
        let without_flag = count(&entries, unflagged);
        let missing = Missing {
            not_held: count(&entries, |_, row| row.state == State::NotHeld),
            unreadable: count(&entries, |_, row| row.state == State::Unreadable),
            rebuilding: self.is_rebuilding()?,
            not_chosen: !look.covers.is_empty() && filter.chooses_by_content(),
        };
        let mut screen = Screen {
            title: query.title().to_owned(),
            notices: if query.speaks_of_what_is_to_come() { look.people.death() } else { Vec::new() },
            groups: self.grouped(query, &look, entries),
            without_flag,
            unread,
            covered,
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

    fn grouped(&self, query: &Query, look: &Look, entries: Vec<(Line, Row)>) -> Vec<Group> {
        let moment = Moment { now: self.now(), died: look.people.died() };
        let plain = |entries: Vec<(Line, Row)>| match entries.is_empty() {
            true => Vec::new(),
            false => {
                let lines = entries.into_iter().map(|(line, _)| line).collect();
                vec![Group { heading: query.title().to_owned(), note: None, lines }]
            }
        };
        let sort: Sort = match query {
            Query::Medications(_) => Box::new(move |entries| views::medications(entries, moment)),
            Query::Allergies(_) => Box::new(views::allergies),
            Query::Conditions(_) => Box::new(views::conditions),
            Query::Immunizations(_) => Box::new(views::immunizations),
            Query::Appointments(_) => Box::new(move |entries| views::appointments(entries, moment)),
            Query::Procedures(_) => Box::new(|entries| views::by_state(entries, "Done")),
            Query::Visits(_) => Box::new(|entries| views::by_state(entries, "Visits")),
            Query::Plans(_) | Query::CareTeam(_) => {
                Box::new(move |entries| views::by_state(entries, &moment.heading("In force")))
            }
            Query::Orders(_) => Box::new(move |entries| views::by_state(entries, &moment.heading("Ordered"))),
            Query::Documents(_) => Box::new(|entries| views::by_state(entries, "Documents")),
            Query::Messages(_) => Box::new(|entries| views::by_state(entries, "Messages")),
            Query::Coverage(_) => Box::new(|entries| views::by_state(entries, "Coverage and claims")),
            Query::Results(_) | Query::Vitals(_) | Query::Timeline(_) | Query::Other(_) | Query::Profile => {
                return plain(entries);
            }
        };
        let (covered, open): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(line, _)| line.covered.is_some());
        let mut groups = sort(open);
        groups.extend(views::covered(covered.into_iter().map(|(line, _)| line).collect()));
        groups
    }

    fn window(
        &self,
        query: &Query,
        filter: &Filter,
        look: &Look,
    ) -> Result<(Vec<StoredRow>, Option<store::Position>), Error> {
        let portal = filter.portal.as_deref().map(|name| self.connection_named(name)).transpose()?;
        let window = if query.whole() { WHOLE } else { filter.window() };
        let shown_by = |row: &Row| portal.as_ref().is_none_or(|portal| row.connections.contains(&portal.id));
        let codes = self.codes(query, filter)?;
        let mut kept: Vec<StoredRow> = Vec::new();
        let mut after = filter.after.clone();
        loop {
            let batch = self.inner.store.rows(&store::Query {
                sections: query.sections().unwrap_or_default().into_iter().collect(),
                types: query.types().iter().map(|t| (*t).to_owned()).collect(),
                not_types: query.not_types(),
                not_listed: query.not_listed(),
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
                if shown_by(&stored.row) && self.is_chosen(&stored, filter, look)? {
                    kept.push(stored);
                }
            }
            if last {
                return Ok((kept, None));
            }
        }
    }

    /// Whether it fits a filter by what it says. What is covered fits none, but for a critical result.
    fn is_chosen(&self, stored: &StoredRow, filter: &Filter, look: &Look) -> Result<bool, Error> {
        if !filter.chooses_by_content() {
            return Ok(true);
        }
        let row = &stored.row;
        let flagged = matches!(row.summary.flag, Flag::Outside | Flag::Critical);
        let fits =
            (!filter.abnormal || flagged) && filter.code.as_deref().is_none_or(|code| has_code(row, code));
        if !fits || look.covers.is_empty() {
            return Ok(fits);
        }
        let waits = row.summary.flag == Flag::Critical && filter.code.is_none();
        Ok(waits || self.line(look, stored.clone())?.0.covered.is_none())
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
