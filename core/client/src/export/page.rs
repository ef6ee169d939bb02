//! `index.html`: every list of the record, as the screens show it.

use std::collections::{BTreeMap, BTreeSet};

use exchange::archive::page::{self, Entry, Group, Head, Portal, Section};

use super::words::{self, moment};
use super::{Export, Place};
use crate::query::LISTS;
use crate::views::{Basis, Filter, Line, Screen, Standing, Twin};
use crate::{Client, Error, Query, SlotStatus};

/// The name of the section of notes that are about no entry.
const NOTES: (&str, &str) = ("notes", "Notes about the record");

impl Export<'_, '_> {
    pub(super) fn page(&mut self, made: &str) -> Result<(), Error> {
        let lists = lists();
        let title = |list: &List| list(Filter::default()).title();
        let mut contents = vec![("portals".to_owned(), "Where it comes from".to_owned())];
        contents.extend(lists.iter().map(|list| (id(title(list)), title(list).to_owned())));
        contents.push((NOTES.0.to_owned(), NOTES.1.to_owned()));
        let holder = self.client.holder_name().to_owned();
        let head = Head { holder, made: made.to_owned(), portals: self.portals()?, contents };
        self.writer.begin("index.html")?;
        self.writer.write(page::head(&head).as_bytes())?;
        let all = lists.len();
        for (done, list) in lists.into_iter().enumerate() {
            self.step("the page", done, all);
            let section = self.section(list)?;
            self.writer.write(page::section(&section).as_bytes())?;
        }
        self.writer.write(page::notes(NOTES.1, &self.record_notes).as_bytes())?;
        self.step("the page", all, all);
        Ok(self.writer.write(page::end().as_bytes())?)
    }

    fn portals(&self) -> Result<Vec<Portal>, Error> {
        let portal = |status: crate::PortalStatus| {
            let mut lines = vec![format!("Address: {}", status.issuer)];
            lines.push(match status.as_of {
                Some(at) => format!("As of {}, when everything that it gives was last read", moment(at)),
                None => "Not everything that it gives was ever read".to_owned(),
            });
            lines.extend(status.ended.map(|at| format!("Connection ended: {}", moment(at))));
            lines.extend(not_given(&status.slots));
            let aside = status.set_aside.iter();
            lines.extend(aside.map(|(reason, count)| format!("Not taken in: {count} ({reason})")));
            Portal { name: status.name, lines }
        };
        Ok(self.client.portals()?.into_iter().map(portal).collect())
    }

    fn section(&self, list: List) -> Result<Section, Error> {
        let covered = covered(&self.client.whole(list, false)?);
        let screen = self.client.whole(list, true)?;
        let mut rests_on = screen.notices.clone();
        rests_on.extend(screen.rests_on.iter().map(basis));
        rests_on.extend(screen.lacks.iter().cloned());
        if screen.without_flag > 0 {
            let number = screen.without_flag;
            rests_on.push(format!(
                "Results that no laboratory flagged either way, which says nothing of them: {number}"
            ));
        }
        let group = |group: crate::views::Group| Group {
            heading: group.heading,
            note: group.note,
            entries: group.lines.iter().map(|line| self.entry(line, &covered)).collect(),
        };
        Ok(Section {
            id: id(&screen.title),
            title: screen.title,
            rests_on,
            groups: screen.groups.into_iter().map(group).collect(),
            when_empty: "This record holds nothing of this kind. It does not say whether there is anything."
                .to_owned(),
        })
    }

    fn entry(&self, line: &Line, covered: &BTreeMap<Place, String>) -> Entry {
        let place = (line.issuer.clone(), line.reference.clone());
        let folded = match &line.standing {
            Standing::Withdrawn { seen } => {
                Some(format!("Withdrawn by its provider: recorded by mistake, seen {}", moment(*seen)))
            }
            Standing::Removed => Some("Recorded by mistake, and removed from this record".to_owned()),
            _ => {
                covered.get(&place).map(|what| format!("Covered on your own screens ({what}): open to read"))
            }
        };
        let value = line.value.clone();
        let portals = line.portals.join(", ");
        Entry {
            title: line.title.clone(),
            when: line.when.clone().unwrap_or_else(|| "date not stated".to_owned()),
            flag: words::flag(line),
            value,
            notices: notices(line),
            fields: line.fields.iter().map(|field| (field.label.clone(), field.text.clone())).collect(),
            notes: self.notes.get(&place).cloned().unwrap_or_default(),
            files: self.files.get(&place).cloned().unwrap_or_default(),
            origin: format!("{portals}: {}", line.reference),
            folded,
        }
    }
}

impl Client {
    /// Every window of a list, as this member's own screens show it or with their covers lifted.
    fn whole(&self, list: List, reveal: bool) -> Result<Screen, Error> {
        let window = |after| self.view(&list(Filter { reveal, after, ..Filter::default() }));
        let mut screen = window(None)?;
        while let Some(after) = screen.more.take() {
            screen.extend(window(Some(after))?);
        }
        Ok(screen)
    }
}

type List = fn(Filter) -> Query;

fn lists() -> Vec<List> {
    let profile: List = |_| Query::Profile;
    let other: List = Query::Other;
    [profile].into_iter().chain(LISTS.iter().copied()).chain([other]).collect()
}

/// What the member wants covered, and as what.
fn covered(screen: &Screen) -> BTreeMap<Place, String> {
    let lines = screen.groups.iter().flat_map(|group| &group.lines);
    let named = lines.filter_map(|line| Some((line, line.covered.clone()?)));
    named.map(|(line, what)| ((line.issuer.clone(), line.reference.clone()), what)).collect()
}

fn notices(line: &Line) -> Vec<String> {
    let mut notices = line.notices.clone();
    match &line.standing {
        Standing::Changed { what, from, seen } => {
            notices.push(match from {
                Some(from) => format!("Changed: was {from}, seen {}", moment(*seen)),
                None => format!("Changed: the version before was seen {}", moment(*seen)),
            });
            notices.extend(what.clone());
        }
        Standing::NotHeld => notices.push("Known of, but its content is not in this record".to_owned()),
        Standing::Unreadable => {
            notices.push("It cannot be read as FHIR; its bytes are in this folder".to_owned())
        }
        Standing::AsGiven | Standing::Withdrawn { .. } | Standing::Removed => {}
    }
    notices.extend(line.compared.clone());
    if !line.no_longer_returned_by.is_empty() {
        notices
            .push(format!("No longer returned by {}. It stays here", line.no_longer_returned_by.join(", ")));
    }
    notices.extend(line.twins.iter().map(twin));
    notices
}

/// What a portal never gave, and what the last try did not get: one sentence a reason. A search for all of a type is no loss
/// where its categories were given.
fn not_given(slots: &[SlotStatus]) -> Vec<String> {
    let of = |slot: &SlotStatus| slot.what.split('/').next().unwrap_or_default().to_owned();
    let given: BTreeSet<String> = slots.iter().filter(|slot| slot.last_success.is_some()).map(of).collect();
    let mut never: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut failed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for slot in slots {
        let Some(reason) = &slot.refused else { continue };
        if slot.last_success.is_some() {
            failed.entry(reason).or_default().insert(of(slot));
        } else if slot.what.contains('/') || !given.contains(&of(slot)) {
            never.entry(reason).or_default().push(words::kind(&slot.what));
        }
    }
    let never =
        never.into_iter().map(|(reason, kinds)| format!("Not given: {} ({reason})", kinds.join(", ")));
    let failed = failed.into_iter().map(|(reason, types)| {
        let types = Vec::from_iter(types).join(", ");
        format!("The last try failed ({reason}); what was read before stays: {types}")
    });
    never.chain(failed).collect()
}

fn twin(twin: &Twin) -> String {
    let said = twin.value.as_deref().map(|value| format!(": {value}")).unwrap_or_default();
    let agrees = if twin.agrees { "" } else { ". The two do not say the same" };
    format!("The same entry at {}{said}{agrees}", twin.portal)
}

fn basis(basis: &Basis) -> String {
    let mut said = match basis.as_of {
        Some(at) => format!("{}: as of {}", basis.portal, moment(at)),
        None => format!("{}: not all of this was ever read", basis.portal),
    };
    said.extend(basis.trouble.iter().map(|trouble| format!("; {trouble}")));
    said.extend(
        basis
            .refused
            .iter()
            .map(|refusal| format!("; not given: {} ({})", words::kind(&refusal.what), refusal.reason)),
    );
    said
}

fn id(title: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    title.chars().map(letter).collect()
}
