use std::collections::BTreeSet;

use fhir::bundle::{self, Bundle, Entry};
use url::Url;

use super::{Action, Fault, MAX_PAGES, Outcome, attempt::Attempt, chase};
use crate::{
    Base, Request, Response,
    cursor::{Cursor, Next},
    http,
    plan::Slot,
    text,
};

/// The reading of one slot.
pub(super) struct Listing {
    pub slot: Slot,
    pub attempt: Attempt,
    pub state: State,
    base: Base,
    cursor: Cursor,
    url: Option<Url>,
    /// Addresses read in this listing, in this run.
    seen: BTreeSet<String>,
    restarted: bool,
    asked: bool,
}

pub(super) enum State {
    Ready,
    Flying,
    Page(Box<Page>),
    Committing(Box<Cursor>, Next),
    Ending(Outcome),
    Done,
}

pub(super) struct Page {
    entries: Vec<Entry>,
    said: Vec<String>,
    date: Option<i64>,
    after: Cursor,
    next: Next,
}

impl Listing {
    pub fn new(slot: Slot, base: &Base, kept: Option<Cursor>, full: bool, now: i64) -> Self {
        let (cursor, url) = Cursor::begin(&slot, base, kept, full, now);
        Self {
            slot,
            base: base.clone(),
            cursor,
            url,
            attempt: Attempt::default(),
            state: State::Ready,
            seen: BTreeSet::new(),
            restarted: false,
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
        Some(Request::fhir(url, http::PAGE))
    }

    pub fn answered(&mut self, answer: &Response, patient: &str, now: i64) {
        if self.cursor.pages == 0 {
            self.cursor.started = answer.date().map_or(now, |date| date.min(now));
        }
        match self.page(answer, patient) {
            Ok(page) => self.state = State::Page(Box::new(page)),
            Err(outcome) => self.end(outcome, now),
        }
    }

    /// It ends here, unless another way in is left.
    pub fn end(&mut self, outcome: Outcome, now: i64) {
        let status = if let Outcome::Refused { status, .. } = outcome { status } else { 0 };
        let at_next = self.cursor.next.is_some();
        if !at_next && !self.cursor.full && matches!(status, 400 | 422 | 501) {
            self.cursor.no_last_updated = true;
            return self.restart(true, now);
        }
        let too_large = matches!(outcome, Outcome::Failed { fault: Fault::TooLarge, .. });
        if too_large && !self.slot.is_read() && !self.cursor.small_pages {
            self.cursor.small_pages = true;
            return self.restart(self.cursor.full, now);
        }
        if at_next && matches!(status, 400 | 404 | 410) {
            if !self.restarted {
                self.restarted = true;
                return self.restart(self.cursor.full, now);
            }
            self.cursor.next = None;
            self.state = State::Ending(Fault::NextGone.outcome(&format!("status {status}")));
            return;
        }
        let keeps_place = matches!(&outcome, Outcome::Failed { fault, .. } if fault.passing());
        if !keeps_place {
            self.cursor.next = None;
        }
        self.state = State::Ending(outcome);
    }

    pub fn committed(&mut self) {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Committing(after, next) => {
                self.cursor = *after;
                self.attempt = Attempt::default();
                self.state = match next {
                    Next::Page(url) => {
                        self.url = Some(url);
                        State::Ready
                    }
                    Next::End => State::Ending(Outcome::Ok {
                        count: self.cursor.count,
                        complete: self.cursor.full && !self.cursor.flawed,
                    }),
                    Next::Broken(fault) => State::Ending(fault.outcome("")),
                };
            }
            other => self.state = other,
        }
    }

    /// The page or the end, once each.
    pub fn action(&mut self) -> Option<Action> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Page(page) => {
                let Page { entries, said, date, after, next } = *page;
                self.state = State::Committing(Box::new(after.clone()), next);
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

    /// Resources of a page that waits to be given out.
    pub fn resources(&self) -> impl Iterator<Item = (String, String)> {
        let entries = if let State::Page(page) = &self.state { page.entries.as_slice() } else { &[] };
        entries
            .iter()
            .filter_map(|entry| entry.resource.as_ref().ok())
            .map(|resource| (resource.resource_type().to_owned(), resource.id()))
    }

    fn restart(&mut self, full: bool, now: i64) {
        self.cursor = self.cursor.clone().anew(full, now);
        self.url = self.cursor.first(&self.slot, &self.base);
        self.seen.clear();
        self.attempt = Attempt::default();
        self.state = State::Ready;
    }

    fn page(&self, answer: &Response, patient: &str) -> Result<Page, Outcome> {
        let date = answer.date();
        if self.slot.is_read() {
            let entry = chase::one(answer, &self.slot.resource_type, patient)?;
            let after = self.cursor.after(1, false, &Next::End);
            return Ok(Page { entries: vec![entry], said: Vec::new(), date, after, next: Next::End });
        }
        let bundle =
            bundle::split(&answer.body).map_err(|_| Fault::NotFhir.outcome(&text::outcome(&answer.body)))?;
        let next = self.next(&bundle);
        let total = bundle.total;
        let (outcomes, entries): (Vec<Entry>, Vec<Entry>) = bundle.entries.into_iter().partition(is_outcome);
        let said = outcomes.iter().filter_map(|entry| entry.resource.as_ref().ok());
        let said = said
            .map(|resource| text::outcome_value(resource.value()))
            .filter(|text| !text.is_empty())
            .collect();
        let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        let short = matches!(next, Next::End)
            && total.is_some_and(|total| total > self.cursor.count.saturating_add(count));
        let flawed = short || entries.iter().any(|entry| entry.resource.is_err());
        let after = self.cursor.after(count, flawed, &next);
        Ok(Page { entries, said, date, after, next })
    }

    fn next(&self, bundle: &Bundle) -> Next {
        let Some(text) = bundle.next() else { return Next::End };
        let url = match resolve(text, self.url.as_ref(), &self.base) {
            Ok(url) => url,
            Err(fault) => return Next::Broken(fault),
        };
        if self.seen.contains(url.as_str()) {
            return Next::Broken(Fault::Loop);
        }
        if self.cursor.pages.saturating_add(1) >= MAX_PAGES {
            return Next::Broken(Fault::TooManyPages);
        }
        Next::Page(url)
    }
}

fn is_outcome(entry: &Entry) -> bool {
    let outcome = |resource: &fhir::Resource| resource.resource_type() == "OperationOutcome";
    entry.resource.as_ref().is_ok_and(outcome)
}

/// The link is opaque; only where it leads matters. Relative ones are relative to the base (FHIR R4, Bundle.link), those
/// that begin with `?` to the page itself.
fn resolve(text: &str, page: Option<&Url>, base: &Base) -> Result<Url, Fault> {
    if text.len() > 64 << 10 {
        return Err(Fault::BadNext);
    }
    let mut url = match Url::parse(text) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            let root = match page {
                Some(page) if text.starts_with('?') => page.clone(),
                _ => base.at("").map_err(|_| Fault::BadNext)?,
            };
            root.join(text).map_err(|_| Fault::BadNext)?
        }
        Err(_) => return Err(Fault::BadNext),
    };
    url.set_fragment(None);
    if base.same_origin(&url) { Ok(url) } else { Err(Fault::OtherHost) }
}
