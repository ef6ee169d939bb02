use std::collections::BTreeSet;

use fhir::{Resource, bundle::Entry};
use url::Url;

use super::{
    Action, Fault, MAX_PAGES, Outcome,
    attempt::Attempt,
    link,
    mark::Mark,
    page::{self, Page},
};
use crate::{
    Base, Request, Response,
    cursor::{Cursor, How, Next, Size},
    http,
    plan::Slot,
};

/// After so many pages in a row that brought nothing new a listing is taken to lead nowhere.
const BARREN: u32 = 20;

/// The reading of one slot.
pub(super) struct Listing {
    pub slot: Slot,
    pub attempt: Attempt,
    pub state: State,
    pub cursor: Cursor,
    /// A page was given out and is not committed yet: until it is, nothing more of this slot is given out.
    pub uncommitted: bool,
    base: Base,
    url: Option<Url>,
    /// Addresses read in this listing, in this run.
    seen: BTreeSet<String>,
    met: Met,
    restarted: bool,
    relisted: bool,
    asked: bool,
}

pub(super) enum State {
    Ready,
    /// Not asked while another listing reads the same along.
    StandBy,
    Flying,
    Page(Box<Read>),
    Committing(Next),
    Ending(Outcome),
    Done,
}

/// A page that waits to be given out.
pub(super) struct Read {
    entries: Vec<Entry>,
    said: Vec<String>,
    date: Option<i64>,
    after: Cursor,
    next: Next,
}

/// What came in this listing, in this run.
#[derive(Default)]
struct Met {
    /// From the first page on.
    begun: bool,
    /// To the last one.
    ended: bool,
    ids: BTreeSet<Mark>,
    /// Resources that came along without having been searched for.
    included: u64,
    /// Resources that were searched for and came on an earlier page already.
    repeated: u64,
    /// The portal counted differently from page to page.
    recounted: bool,
    barren: u32,
    /// What the portal said is missing.
    partial: Option<String>,
}

impl Listing {
    pub fn new(slot: Slot, base: &Base, kept: Option<Cursor>, how: How) -> Self {
        let (cursor, url) = Cursor::begin(&slot, base, kept, how);
        Self {
            slot,
            base: base.clone(),
            met: Met { begun: cursor.pages == 0, ..Met::default() },
            cursor,
            url,
            attempt: Attempt::default(),
            state: State::Ready,
            uncommitted: false,
            seen: BTreeSet::new(),
            restarted: false,
            relisted: false,
            asked: false,
        }
    }

    /// The request, or nothing and the end of the slot.
    pub fn request(&mut self) -> Option<Request> {
        if !self.slot.granted {
            self.state = State::Ending(Outcome::NotGranted);
            return None;
        }
        let Some(url) = self.url.clone() else {
            self.state = State::Ending(Fault::BadNext.outcome(""));
            return None;
        };
        self.asked = true;
        self.seen.insert(url.to_string());
        let one = self.slot.is_read() || self.cursor.page() == Size::Single;
        Some(Request::fhir(url, if one { http::ONE } else { http::PAGE }))
    }

    /// Whether it was too much to be read.
    pub fn answered(&mut self, answer: &Response, patient: &str, now: i64) -> bool {
        if self.cursor.pages == 0 {
            self.cursor.started = answer.date().map_or(now, |date| date.min(now));
        }
        let there = answer.date().map_or(now, |date| date.max(now));
        match self.read(answer, patient, there) {
            Ok(page) => {
                self.state = State::Page(Box::new(page));
                false
            }
            Err(outcome) => {
                let too_large = is_too_large(&outcome);
                self.end(outcome, now);
                too_large
            }
        }
    }

    /// It ends here, unless another way in is left.
    pub fn end(&mut self, outcome: Outcome, now: i64) {
        let status = if let Outcome::Refused { status, .. } = outcome { status } else { 0 };
        let at_next = self.cursor.next.is_some();
        if matches!(status, 400 | 422 | 501) && !self.cursor.left_out.is_empty() {
            self.cursor.no_left_out = true;
            return self.restart(false, now);
        }
        if !at_next && !self.cursor.full && matches!(status, 400 | 422 | 501) {
            self.cursor.no_last_updated = true;
            return self.restart(true, now);
        }
        if is_too_large(&outcome) && !self.slot.is_read() && self.cursor.shrink() {
            return self.restart(self.cursor.full, now);
        }
        if at_next && matches!(status, 400 | 404 | 410) {
            if !self.restarted {
                self.restarted = true;
                self.cursor.no_left_out |= !self.cursor.full && !self.cursor.ahead.is_empty();
                return self.restart(self.cursor.full, now);
            }
            self.cursor.next = None;
            self.state = State::Ending(Fault::NextGone.outcome(&format!("status {status}")));
            return;
        }
        self.cursor.refused = (status > 0).then_some(now);
        self.give_up(outcome);
    }

    /// It ends here. What may work another time keeps its place.
    pub fn give_up(&mut self, outcome: Outcome) {
        let keeps_place = matches!(&outcome, Outcome::Failed { fault, .. } if fault.passing());
        if !keeps_place {
            self.cursor.next = None;
        }
        self.state = State::Ending(outcome);
    }

    /// Another listing, begun at `started`, has read along all that this one would have asked for.
    pub fn read_along(&mut self, started: i64) {
        self.cursor = self.cursor.read_along(started);
        self.asked = true;
        self.state = State::Ending(Outcome::Ok { count: 0, complete: false });
    }

    /// Whether this full listing held all that `other`, a full one too, held. `None`: that cannot be told.
    pub fn held_all_of(&self, other: &Self) -> Option<bool> {
        let told = |one: &Self| one.cursor.full && one.met.begun && one.met.ended;
        (told(self) && told(other)).then(|| other.met.ids.is_subset(&self.met.ids))
    }

    /// Whether anything came.
    pub fn brought(&self) -> bool {
        !self.met.ids.is_empty()
    }

    pub fn committed(&mut self) {
        self.uncommitted = false;
        match std::mem::replace(&mut self.state, State::Done) {
            State::Committing(Next::Again) => {
                self.relisted = true;
                self.restart(self.cursor.full, self.cursor.started);
            }
            State::Committing(Next::Broken(fault)) => {
                let detail = if fault == Fault::Partial { self.met.partial.as_deref() } else { None };
                self.state = State::Ending(fault.outcome(detail.unwrap_or_default()));
            }
            State::Committing(Next::Page(_) | Next::End) => {
                self.met.ended = true;
                let complete = self.cursor.full && !self.cursor.flawed;
                self.state = State::Ending(Outcome::Ok { count: self.cursor.count, complete });
            }
            other => self.state = other,
        }
    }

    /// The page or the end, once each. The page after the one that is given out may be asked for at once.
    pub fn action(&mut self) -> Option<Action> {
        if self.uncommitted {
            return None;
        }
        match std::mem::replace(&mut self.state, State::Done) {
            State::Page(page) => {
                let Read { entries, said, date, after, next } = *page;
                self.cursor = after.clone();
                self.attempt = Attempt::default();
                self.uncommitted = true;
                self.state = match next {
                    Next::Page(url) => {
                        self.url = Some(url);
                        State::Ready
                    }
                    end => State::Committing(end),
                };
                Some(Action::Page { slot: self.slot.name.clone(), entries, said, date, cursor_after: after })
            }
            State::Ending(outcome) => Some(Action::SlotDone {
                slot: self.slot.name.clone(),
                catch_all: self.slot.catch_all,
                outcome,
                cursor: self.asked.then(|| self.cursor.clone()),
            }),
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Pages in memory: given out and not committed, or still to be given out.
    pub fn pages_held(&self) -> usize {
        usize::from(self.uncommitted) + usize::from(matches!(self.state, State::Page(_)))
    }

    /// Resources of a page that waits to be given out.
    pub fn resources(&self) -> impl Iterator<Item = Mark> {
        let entries = if let State::Page(page) = &self.state { page.entries.as_slice() } else { &[] };
        entries.iter().filter_map(mark)
    }

    fn restart(&mut self, full: bool, now: i64) {
        self.cursor = self.cursor.clone().anew(full, now);
        self.url = self.cursor.first(&self.slot, &self.base);
        self.seen.clear();
        self.met = Met { begun: true, ..Met::default() };
        self.attempt = Attempt::default();
        self.state = State::Ready;
    }

    fn read(&mut self, answer: &Response, patient: &str, now: i64) -> Result<Read, Outcome> {
        let date = answer.date();
        if self.slot.is_read() {
            let entry = page::one(answer, &self.slot.resource_type, patient)?;
            let after = self.cursor.after(1, false, &Next::End);
            return Ok(Read { entries: vec![entry], said: Vec::new(), date, after, next: Next::End });
        }
        let page = page::read(answer)?;
        let fresh = self.meet(&page);
        let mut next = self.next(&page);
        let ends = matches!(next, Next::End);
        let uneven = ends && self.is_uneven(fresh);
        if let (true, Some(_)) = (ends, &self.met.partial) {
            next = Next::Broken(Fault::Partial);
        } else if uneven && !self.relisted {
            next = Next::Again;
        }
        let short = ends && self.counted().is_some_and(|total| total > self.matched(fresh));
        let flawed = uneven || short || page.entries.iter().any(|entry| entry.resource.is_err());
        self.note_ahead(&page, now);
        let beyond = self.cursor.beyond(&self.slot, &self.base).filter(|_| matches!(next, Next::End));
        let goes_beyond = beyond.is_some();
        let next = beyond.map_or(next, Next::Page);
        let mut after = self.cursor.after(fresh, flawed, &next);
        if goes_beyond {
            after.left_out.remove(0);
            after.total = None;
        }
        Ok(Read { entries: page.entries, said: page.said, date, after, next })
    }

    /// Notes what came, and gives how many of it had not come before.
    fn meet(&mut self, page: &Page) -> u64 {
        let mut fresh = 0;
        let mut here = BTreeSet::new();
        for entry in &page.entries {
            let matched = entry.mode.as_deref().is_none_or(|mode| mode == "match");
            let new = match mark(entry) {
                None => true,
                Some(mark) if !here.insert(mark) => false,
                Some(mark) => {
                    let own = matched && is_of(entry, &self.slot.resource_type);
                    let new = self.met.ids.insert(mark);
                    self.met.repeated += u64::from(own && !new);
                    new
                }
            };
            fresh += u64::from(new);
            self.met.included += u64::from(new && !matched);
        }
        self.met.barren = if fresh == 0 { self.met.barren + 1 } else { 0 };
        self.met.partial = self.met.partial.take().or_else(|| page.partial.clone());
        // Where `total` is the number of this page's own entries it tells nothing of the listing.
        let entries = u64::try_from(page.entries.len()).unwrap_or(u64::MAX);
        let total = page.total.filter(|total| page.next.is_none() || *total > entries);
        match (self.cursor.pages, self.cursor.total, total) {
            (0, ..) => self.cursor.total = total,
            (_, Some(first), Some(now)) if first != now => self.met.recounted = true,
            _ => {}
        }
        fresh
    }

    fn note_ahead(&mut self, page: &Page, now: i64) {
        let own = page.entries.iter().filter_map(|entry| entry.resource.as_ref().ok());
        let own = own.filter(|resource| resource.resource_type() == self.slot.resource_type);
        for at in own.filter_map(last_updated) {
            self.cursor.note_ahead(at, now);
        }
    }

    /// Whether the listing moved while it was read, so that something may have slipped between two pages.
    fn is_uneven(&self, fresh: u64) -> bool {
        let missed = self.counted().is_none_or(|total| total != self.matched(fresh));
        self.met.recounted || (self.met.repeated > 0 && missed)
    }

    fn counted(&self) -> Option<u64> {
        self.cursor.total
    }

    /// Resources of this listing that were searched for, with the `fresh` ones of the page at hand.
    fn matched(&self, fresh: u64) -> u64 {
        self.cursor.count.saturating_add(fresh).saturating_sub(self.met.included)
    }

    fn next(&self, page: &Page) -> Next {
        let Some(text) = page.next.as_deref() else { return Next::End };
        let url = match link::resolve(text, self.url.as_ref(), &self.base) {
            Ok(url) => url,
            Err(fault) => return Next::Broken(fault),
        };
        if self.seen.contains(url.as_str()) || self.met.barren >= BARREN {
            return Next::Broken(Fault::Loop);
        }
        let most = if self.cursor.page() == Size::Usual { MAX_PAGES } else { 10 * MAX_PAGES };
        if self.cursor.pages.saturating_add(1) >= most {
            return Next::Broken(Fault::TooManyPages);
        }
        Next::Page(url)
    }
}

fn is_too_large(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed { fault: Fault::TooLarge, .. })
}

/// `meta.lastUpdated` in whole Unix seconds.
fn last_updated(resource: &Resource) -> Option<i64> {
    let text = resource.value().pointer("/meta/lastUpdated")?.as_str()?;
    Some(chrono::DateTime::parse_from_rfc3339(text).ok()?.timestamp())
}

fn mark(entry: &Entry) -> Option<Mark> {
    let resource = entry.resource.as_ref().ok()?;
    Some(Mark::of(resource.resource_type(), &resource.id()))
}

fn is_of(entry: &Entry, resource_type: &str) -> bool {
    entry.resource.as_ref().is_ok_and(|resource| resource.resource_type() == resource_type)
}
