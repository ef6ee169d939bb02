//! The order of things: pages of free times, then the schedules that they name.

use url::{Url, form_urlencoded::Serializer};

use super::{Action, Find, Found, Level, MOST, PAGES, Query, bodies};
use crate::{
    Base, Failure, Request, Response, Tokens,
    base::{valid_id, valid_type},
    fetch::{
        Fault, Outcome,
        attempt::{Attempt, Verdict},
        link, page,
    },
    http,
    line::May,
};

/// Where a run is.
pub(super) enum Phase {
    Ask(Box<Ask>),
    Asking(Box<Ask>),
    Ending(Box<Result<Found, Outcome>>),
    Over,
}

/// What is asked.
pub(super) struct Ask {
    what: What,
    attempt: Attempt,
    /// Pages read before.
    pages: u32,
}

enum What {
    /// The first page, with so much of what the portal may not know left out.
    First(Less),
    Next(Url),
    Schedule(String),
}

/// What is left out of a search that a portal did not take.
#[derive(Clone, Copy, PartialEq)]
enum Less {
    Nothing,
    /// The schedules are not asked to come along.
    Include,
    /// Whose times is looked at here.
    Filters,
}

impl Phase {
    pub(super) fn begin(query: &Query, tokens: &Tokens) -> Self {
        let on = if query.level == Level::Slots { "Slot" } else { "Appointment" };
        if !tokens.scopes().may_search(on, None) {
            return ending(Err(Outcome::NotGranted));
        }
        Self::Ask(Box::new(Ask::of(What::First(Less::Nothing), 0)))
    }
}

impl Find {
    pub(super) fn drive(&mut self, now: i64) -> Vec<Action> {
        let mut actions = Vec::new();
        let wait = self.send(now, &mut actions);
        if let Phase::Ending(_) = self.phase
            && let Phase::Ending(found) = std::mem::replace(&mut self.phase, Phase::Over)
        {
            actions.push(Action::Done(*found));
        }
        if actions.is_empty() {
            actions.extend(self.idle(wait));
        }
        actions
    }

    pub(super) fn take(&mut self, generation: u64, result: Result<Response, Failure>, now: i64) {
        let mut ask = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Asking(ask) => ask,
            other => {
                self.phase = other;
                return;
            }
        };
        let newest = generation == self.line.session.generation();
        self.phase = match ask.attempt.judge(result, newest, now) {
            Verdict::Answer(answer) => self.answered(*ask, &answer, now),
            Verdict::Again { .. } => Phase::Ask(ask),
            Verdict::Renew => {
                self.line.session.refused(generation, now);
                Phase::Ask(ask)
            }
            Verdict::SignIn => self.failed(*ask, Fault::SignIn.outcome("")),
            Verdict::End(outcome) => self.failed(*ask, outcome),
        };
    }

    pub(super) fn halt(&mut self) {
        if matches!(self.phase, Phase::Ask(_) | Phase::Asking(_)) {
            self.phase = self.broken(Fault::Stopped.outcome(""));
        }
        self.line.drop_jobs();
    }

    /// Sends what is to be sent. Returns when to try again, if that is known.
    fn send(&mut self, now: i64, actions: &mut Vec<Action>) -> Option<i64> {
        match &self.phase {
            Phase::Ask(ask) if ask.attempt.not_before > now => return Some(ask.attempt.not_before),
            Phase::Ask(_) => {}
            _ if self.line.session.pending() => {}
            _ => return None,
        }
        match self.line.may(now, actions) {
            May::Go => self.send_one(actions),
            May::NotBefore(at) => return Some(at),
            May::NotNow => {}
            May::End(outcome) if matches!(self.phase, Phase::Ask(_)) => self.phase = self.broken(outcome),
            May::End(_) => {}
        }
        None
    }

    fn send_one(&mut self, actions: &mut Vec<Action>) {
        let ask = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Ask(ask) => ask,
            other => {
                self.phase = other;
                return;
            }
        };
        let request = ask.request(&self.query, self.tokens());
        let sent = request.is_some_and(|request| self.line.send((), request, actions).is_ok());
        self.phase = if sent { Phase::Asking(ask) } else { self.failed(*ask, Fault::BadNext.outcome("")) };
    }

    fn answered(&mut self, ask: Ask, answer: &Response, now: i64) -> Phase {
        if let What::Schedule(id) = &ask.what {
            if let Ok(entry) = page::one(answer, "Schedule", id)
                && let Ok(resource) = &entry.resource
            {
                self.held.schedule(resource);
            }
            return self.next_schedule();
        }
        let page = match page::read(answer) {
            Ok(page) => page,
            Err(outcome) => return self.failed(ask, outcome),
        };
        self.held.date = answer.date().or(self.held.date);
        self.held.take(&page, &self.query, self.line.session.tokens(), now);
        let pages = ask.pages + 1;
        let Some(next) = page.next else { return self.next_schedule() };
        if pages >= PAGES || self.held.full() {
            self.held.cut("");
            return self.next_schedule();
        }
        let before = if let What::Next(url) = &ask.what { Some(url) } else { None };
        match link::resolve(&next, before, self.tokens().base()) {
            Ok(url) => Phase::Ask(Box::new(Ask::of(What::Next(url), pages))),
            Err(fault) => {
                self.held.cut(fault.words());
                self.next_schedule()
            }
        }
    }

    fn failed(&mut self, ask: Ask, outcome: Outcome) -> Phase {
        let refused = matches!(outcome, Outcome::Refused { status: 400 | 422 | 501, .. });
        match ask.what {
            What::Schedule(_) => self.next_schedule(),
            What::First(less) if refused && self.query.level == Level::Slots && less != Less::Filters => {
                let less = if less == Less::Nothing { Less::Include } else { Less::Filters };
                Phase::Ask(Box::new(Ask::of(What::First(less), 0)))
            }
            What::First(_) | What::Next(_) => self.broken(outcome),
        }
    }

    /// What came before it broke off is worth showing, with a word that it is not all.
    fn broken(&mut self, outcome: Outcome) -> Phase {
        if !self.held.begun {
            return ending(Err(outcome));
        }
        match outcome {
            Outcome::Refused { reason, .. } | Outcome::Failed { reason, .. } => self.held.cut(&reason),
            Outcome::Ok { .. } | Outcome::NotGranted => self.held.cut(""),
        }
        self.done()
    }

    /// Whose times they are.
    fn next_schedule(&mut self) -> Phase {
        let may_read = self.tokens().scopes().may_read("Schedule");
        match self.held.missing().filter(|_| may_read) {
            Some(id) => Phase::Ask(Box::new(Ask::of(What::Schedule(id), 0))),
            None => self.done(),
        }
    }

    fn done(&mut self) -> Phase {
        let base = self.line.session.tokens().base().as_str();
        ending(Ok(self.held.found(&self.query, base)))
    }

    fn idle(&self, wait: Option<i64>) -> Option<Action> {
        if matches!(self.phase, Phase::Over) && self.line.idle() {
            return Some(Action::Finished);
        }
        wait.map(|until| Action::Wait { until })
    }
}

impl Ask {
    fn of(what: What, pages: u32) -> Self {
        Self { what, attempt: Attempt::default(), pages }
    }

    fn request(&self, query: &Query, tokens: &Tokens) -> Option<Request> {
        let base = tokens.base();
        let (url, max_bytes) = match &self.what {
            What::First(_) if query.level == Level::FindHoldBook => {
                let body = bodies::find(&query.sound(), tokens.patient(), MOST)?;
                return Some(Request::post_fhir(base.at("Appointment/$find").ok()?, body, http::PAGE));
            }
            What::First(less) => (slots(&query.sound(), *less, base)?, http::PAGE),
            What::Next(url) => (url.clone(), http::PAGE),
            What::Schedule(id) => (base.at(&format!("Schedule/{id}")).ok()?, http::ONE),
        };
        Some(Request::fhir(url, max_bytes))
    }
}

impl Query {
    /// Without references that are none.
    fn sound(&self) -> Self {
        let sound = |all: &[String]| {
            let fits =
                |one: &&String| one.split_once('/').is_some_and(|(on, id)| valid_type(on) && valid_id(id));
            all.iter().filter(fits).cloned().collect()
        };
        Self { practitioners: sound(&self.practitioners), locations: sound(&self.locations), ..self.clone() }
    }
}

/// FHIR R4, Slot, search parameters.
fn slots(query: &Query, less: Less, base: &Base) -> Option<Url> {
    let mut pairs = vec![
        ("status", "free".to_owned()),
        ("start", format!("ge{}", bodies::instant(query.from)?)),
        ("start", format!("lt{}", bodies::instant(query.until)?)),
    ];
    if less != Less::Filters && query.searchable.contains("schedule") {
        // Of two conditions on the same list both must hold.
        for actors in [&query.practitioners, &query.locations].into_iter().filter(|all| !all.is_empty()) {
            pairs.push(("schedule.actor", actors.join(",")));
        }
    }
    if let Some((system, code)) = query.service.as_ref().filter(|_| less != Less::Filters)
        && query.searchable.contains("service-type")
    {
        pairs.push(("service-type", format!("{system}|{code}")));
    }
    if less == Less::Nothing {
        pairs.push(("_include", "Slot:schedule".to_owned()));
    }
    pairs.push(("_count", "100".to_owned()));
    let mut url = base.at("Slot").ok()?;
    url.set_query(Some(&Serializer::new(String::new()).extend_pairs(pairs).finish()));
    Some(url)
}

fn ending(found: Result<Found, Outcome>) -> Phase {
    Phase::Ending(Box::new(found))
}
