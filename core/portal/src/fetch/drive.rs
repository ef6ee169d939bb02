use super::{
    AT_ONCE, Action, Fault, Fetch, IN_FLIGHT, What,
    attempt::{self, Verdict},
    chase, listing,
};
use crate::{
    Failure, Request, Response, http,
    line::{Flight, May},
    plan::{self, Searchable},
};

/// What may be sent.
enum Candidate {
    Listing(usize),
    Chase(usize),
}

impl Fetch {
    pub(super) fn drive(&mut self, now: i64) -> Vec<Action> {
        if let Some(outcome) = self.pace.enough(now, self.known.len()) {
            self.stopped.get_or_insert(outcome);
        }
        self.end_if_stopped();
        let mut actions = self.results();
        let wait = self.send(now, &mut actions);
        actions.extend(self.results());
        if actions.is_empty() {
            actions.extend(self.idle(wait));
        }
        actions
    }

    pub(super) fn take(&mut self, flight: Flight<What>, result: Result<Response, Failure>, now: i64) {
        let asks = matches!(flight.job, Some(What::Listing(_) | What::Chase(_)));
        if let Some(outcome) = self.pace.count(&result, now, asks) {
            self.stopped.get_or_insert(outcome);
        }
        let left_alone = attempt::left_alone(&result, now);
        match flight.job {
            None => self.line.session.receive(result, now),
            Some(What::Capabilities) => self.capabilities(result, now),
            Some(What::Listing(index)) => self.take_listing(index, flight.generation, result, now),
            Some(What::Chase(index)) => self.take_chase(index, flight.generation, result, now),
        }
        if let Some(until) = left_alone {
            self.leave_alone(until, now);
        }
        self.end_if_stopped();
    }

    /// The portal asks everyone to stay away for longer than a run waits: this run ends, and later ones wait until then.
    fn leave_alone(&mut self, until: i64, now: i64) {
        self.stopped.get_or_insert_with(|| attempt::away(until, now));
        for listing in &mut self.listings {
            listing.cursor.busy_until = Some(until);
        }
    }

    fn take_listing(&mut self, index: usize, generation: u64, result: Result<Response, Failure>, now: i64) {
        let newest = generation == self.line.session.generation();
        let Some(listing) = self.listings.get_mut(index) else { return };
        if !matches!(listing.state, listing::State::Flying) {
            return;
        }
        listing.state = listing::State::Ready;
        listing.cursor.away_until = attempt::rest_until(&result, now);
        listing.attempt.last = !self.pace.tries_again();
        let verdict = listing.attempt.judge(result, newest, now);
        let not_before = self.pace.spread(listing.attempt.not_before, now);
        listing.attempt.not_before = not_before;
        match verdict {
            Verdict::Answer(answer) => {
                let too_large = listing.answered(&answer, self.line.session.tokens().patient(), now);
                self.known.extend(listing.resources());
                if let Some(outcome) = self.pace.took(too_large) {
                    self.stopped.get_or_insert(outcome);
                }
            }
            Verdict::End(outcome) => listing.end(outcome, now),
            other => self.later(&other, generation, not_before, now),
        }
    }

    fn take_chase(&mut self, index: usize, generation: u64, result: Result<Response, Failure>, now: i64) {
        let newest = generation == self.line.session.generation();
        let Some(chase) = self.chases.get_mut(index) else { return };
        if !matches!(chase.state, chase::State::Flying) {
            return;
        }
        chase.state = chase::State::Ready;
        chase.attempt.last = !self.pace.tries_again();
        let verdict = chase.attempt.judge(result, newest, now);
        let not_before = self.pace.spread(chase.attempt.not_before, now);
        chase.attempt.not_before = not_before;
        match verdict {
            Verdict::Answer(answer) => chase.answered(&answer),
            Verdict::End(outcome) => chase.end(outcome),
            other => self.later(&other, generation, not_before, now),
        }
    }

    fn later(&mut self, verdict: &Verdict, generation: u64, not_before: i64, now: i64) {
        match verdict {
            Verdict::Again { everyone: true } => self.pace.hold = self.pace.hold.max(not_before),
            Verdict::Renew => self.line.session.refused(generation, now),
            Verdict::SignIn => self.line.session.reject(),
            _ => {}
        }
    }

    fn capabilities(&mut self, result: Result<Response, Failure>, now: i64) {
        let Some(answer) = result.ok().filter(Response::ok) else { return };
        let tokens = self.line.session.tokens();
        let slots = plan::further(&Searchable::read(&answer.body), tokens.scopes(), tokens.patient());
        self.add(slots, now);
    }

    /// Pages and ends that wait to be given out.
    fn results(&mut self) -> Vec<Action> {
        self.settle_along();
        let held: Vec<bool> = self.listings.iter().map(|listing| self.holds_back(listing)).collect();
        let free = self.listings.iter_mut().zip(held).filter(|(_, held)| !held);
        let listings = free.filter_map(|(listing, _)| listing.action());
        let chases = self.chases.iter_mut().filter_map(chase::Chase::action);
        listings.chain(chases).collect()
    }

    /// Sends what may be sent. Returns when to try again, if that is known.
    fn send(&mut self, now: i64, actions: &mut Vec<Action>) -> Option<i64> {
        if self.stopped.is_none() && self.asks_capabilities && self.has_room() {
            self.asks_capabilities = false;
            if let Ok(url) = self.line.session.tokens().base().at("metadata") {
                self.line.send_openly(What::Capabilities, Request::fhir(url, http::METADATA), actions);
            }
        }
        let mut wait = None;
        while self.has_room() {
            match self.candidate(now) {
                Ok(candidate) => match self.may(now, actions) {
                    Ok(()) => self.send_one(&candidate, actions),
                    Err(at) => return at,
                },
                Err(at) => {
                    wait = at;
                    break;
                }
            }
        }
        if self.line.session.pending()
            && self.has_room()
            && let Err(Some(at)) = self.may(now, actions)
        {
            return Some(wait.map_or(at, |wait| wait.min(at)));
        }
        wait
    }

    /// Whether requests may go. Returns when to ask again, if they may not and that is known.
    fn may(&mut self, now: i64, actions: &mut Vec<Action>) -> Result<(), Option<i64>> {
        match self.line.may(now, actions) {
            May::Go => Ok(()),
            May::NotBefore(at) => Err(Some(at)),
            May::NotNow => Err(None),
            May::End(outcome) => {
                self.stopped.get_or_insert(outcome);
                self.end_if_stopped();
                Err(None)
            }
        }
    }

    fn send_one(&mut self, candidate: &Candidate, actions: &mut Vec<Action>) {
        let tokens = self.line.session.tokens();
        let (what, request) = match *candidate {
            Candidate::Listing(index) => (
                What::Listing(index),
                self.listings.get_mut(index).and_then(|listing| {
                    let request = listing.request()?;
                    listing.state = listing::State::Flying;
                    Some(request)
                }),
            ),
            Candidate::Chase(index) => (
                What::Chase(index),
                self.chases.get_mut(index).and_then(|chase| {
                    let request = chase.request(tokens.base(), tokens.scopes())?;
                    chase.state = chase::State::Flying;
                    Some(request)
                }),
            ),
        };
        // Every address was checked before it came here; if one were not, it would stay unsent.
        if let Some(request) = request
            && self.line.send(what, request, actions).is_err()
        {
            self.unsent(candidate);
        }
    }

    fn unsent(&mut self, candidate: &Candidate) {
        let outcome = Fault::OtherHost.outcome("");
        match *candidate {
            Candidate::Listing(index) => {
                if let Some(listing) = self.listings.get_mut(index) {
                    listing.state = listing::State::Ending(outcome);
                }
            }
            Candidate::Chase(index) => {
                if let Some(chase) = self.chases.get_mut(index) {
                    chase.end(outcome);
                }
            }
        }
    }

    /// What waits to be committed holds up further requests, so that a fast network fills no memory.
    fn has_room(&self) -> bool {
        let under_way = self.line.under_way();
        let held: usize = self.listings.iter().map(listing::Listing::pages_held).sum();
        under_way < IN_FLIGHT && under_way + held < AT_ONCE
    }

    /// The next thing to send, or the instant at which there will be one.
    fn candidate(&self, now: i64) -> Result<Candidate, Option<i64>> {
        // Whose data it is comes first, alone: what follows is taken in only once that is settled (hazard H3). A Patient that
        // could not be had at the first try holds up nothing else.
        let unsettled = |one: &listing::Listing| {
            let open = match one.state {
                listing::State::Ready | listing::State::Flying => !one.attempt.was_put_off(),
                listing::State::Done => false,
                _ => true,
            };
            open && one.slot.is_read()
        };
        let first = self.listings.iter().position(unsettled);
        let listings =
            self.listings.iter().enumerate().filter(|(_, one)| matches!(one.state, listing::State::Ready));
        let listings = listings.filter(|(index, _)| first.is_none_or(|first| first == *index));
        let chases =
            self.chases.iter().enumerate().filter(|(_, one)| matches!(one.state, chase::State::Ready));
        let chases = chases.filter(|_| first.is_none());
        let listings = listings.map(|(index, one)| (one.attempt.not_before, Candidate::Listing(index)));
        let chases = chases.map(|(index, one)| (one.attempt.not_before, Candidate::Chase(index)));
        let mut earliest: Option<i64> = None;
        for (not_before, candidate) in listings.chain(chases) {
            let at = not_before.max(self.pace.hold);
            if at <= now {
                return Ok(candidate);
            }
            earliest = Some(earliest.map_or(at, |earliest| earliest.min(at)));
        }
        Err(earliest)
    }

    /// Once stopped, nothing is sent any more: what is open ends and keeps its place.
    fn end_if_stopped(&mut self) {
        let Some(outcome) = self.stopped.clone() else { return };
        for listing in &mut self.listings {
            use listing::State::{Flying, Ready, StandBy};
            if matches!(listing.state, Ready | Flying | StandBy) {
                listing.give_up(outcome.clone());
            }
        }
        for chase in &mut self.chases {
            if matches!(chase.state, chase::State::Ready | chase::State::Flying) {
                chase.end(outcome.clone());
            }
        }
        // A refresh under way is waited for, because its answer must be stored.
        self.line.drop_jobs();
    }

    fn idle(&self, wait: Option<i64>) -> Option<Action> {
        let listings = self.listings.iter().all(|one| matches!(one.state, listing::State::Done));
        let chases = self.chases.iter().all(|one| matches!(one.state, chase::State::Done));
        if listings && chases && self.line.idle() {
            return Some(Action::Finished);
        }
        wait.map(|until| Action::Wait { until })
    }
}
