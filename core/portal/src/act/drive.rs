//! The order of things: what is sent, what its answer leads to.

use super::{
    Action, Came, Perform, Step, Why,
    ask::{self, Ask, Next},
    verdict::{self, Verdict},
};
use crate::{
    Failure, Response,
    fetch::{Fault, Outcome, attempt},
    line::May,
};

/// Where a run is.
pub(super) enum Phase {
    /// The act is to be sent.
    Do,
    /// It was sent.
    Doing,
    /// Something is to be asked about it.
    Ask(Box<Ask>),
    /// That was sent.
    Asking(Box<Ask>),
    /// This is to be given out.
    Ending(Box<Came>),
    Over,
}

impl Perform {
    pub(super) fn begin(&self) -> Phase {
        match self.step {
            Step::Try => Phase::Do,
            Step::Look => self.asking(Ask::look(&self.deed, self.tokens())),
        }
    }

    pub(super) fn drive(&mut self, now: i64) -> Vec<Action> {
        let mut actions = Vec::new();
        let wait = self.send(now, &mut actions);
        if let Phase::Ending(_) = self.phase
            && let Phase::Ending(came) = std::mem::replace(&mut self.phase, Phase::Over)
        {
            actions.push(Action::Done(*came));
        }
        if actions.is_empty() {
            actions.extend(self.idle(wait));
        }
        actions
    }

    pub(super) fn take(&mut self, generation: u64, result: Result<Response, Failure>, now: i64) {
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Doing => self.phase = self.done(generation, result, now),
            Phase::Asking(ask) => self.phase = self.answered(ask, generation, result, now),
            other => self.phase = other,
        }
    }

    pub(super) fn halt(&mut self, now: i64) {
        let words = Fault::Stopped.words().to_owned();
        self.phase = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Do => ending(Came::NotDone { not_before: now, why: Why::Stopped, words }),
            Phase::Doing => ending(Came::Unknown { words }),
            Phase::Ask(ask) | Phase::Asking(ask) => ending(ask.unclear(words, true)),
            other => other,
        };
        self.line.drop_jobs();
    }

    /// Sends what is to be sent. Returns when to try again, if that is known.
    fn send(&mut self, now: i64, actions: &mut Vec<Action>) -> Option<i64> {
        match &self.phase {
            Phase::Ask(ask) if ask.not_before() > now => return Some(ask.not_before()),
            Phase::Do | Phase::Ask(_) => {}
            _ if self.line.session.pending() => {}
            _ => return None,
        }
        match self.line.may(now, actions) {
            May::Go => self.send_one(now, actions),
            May::NotBefore(at) => return Some(at),
            May::NotNow => {}
            May::End(outcome) => self.cannot_go(outcome, now),
        }
        None
    }

    fn send_one(&mut self, now: i64, actions: &mut Vec<Action>) {
        let base = self.line.session.tokens().base();
        let request = match &self.phase {
            Phase::Do => self.deed.request(base),
            Phase::Ask(ask) => ask.request(&self.deed),
            _ => return,
        };
        let sent = request.is_some_and(|request| self.line.send((), request, actions).is_ok());
        self.phase = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Do if sent => Phase::Doing,
            Phase::Ask(ask) if sent => Phase::Asking(ask),
            Phase::Ask(ask) => ending(ask.unclear(Fault::BadNext.words().to_owned(), false)),
            _ => {
                let words = "no request can be made of it".to_owned();
                ending(Came::NotDone { not_before: now, why: Why::Unfit, words })
            }
        };
    }

    /// The session came to its end before the request could go.
    fn cannot_go(&mut self, outcome: Outcome, now: i64) {
        let (fault, words) = ask::told(outcome);
        let why = if fault == Some(Fault::SignIn) { Why::SignIn } else { Why::Renewal };
        self.phase = match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Do => ending(Came::NotDone { not_before: now, why, words }),
            Phase::Ask(ask) => ending(ask.unclear(words, true)),
            other => other,
        };
    }

    /// What the answer to the act itself leads to.
    fn done(&mut self, generation: u64, result: Result<Response, Failure>, now: i64) -> Phase {
        match verdict::of(&self.deed, result, self.tokens(), now) {
            Verdict::End(came) => ending(came),
            Verdict::Ask(ask) => self.asking(*ask),
            Verdict::Unauthorised(words) if self.unauthorised => {
                ending(Came::NotDone { not_before: now, why: Why::SignIn, words })
            }
            Verdict::Unauthorised(_) => {
                self.unauthorised = true;
                self.line.session.refused(generation, now);
                Phase::Do
            }
        }
    }

    /// What the answer to a question leads to.
    fn answered(
        &mut self,
        mut ask: Box<Ask>,
        generation: u64,
        result: Result<Response, Failure>,
        now: i64,
    ) -> Phase {
        let newest = generation == self.line.session.generation();
        match ask.attempt.judge(result, newest, now) {
            attempt::Verdict::Answer(answer) => {
                let (deed, listed) = (&self.deed, self.listed);
                match ask.answered(&answer, deed, self.line.session.tokens(), listed) {
                    Next::Ask(next) => self.asking(*next),
                    Next::End(came) => ending(came),
                }
            }
            attempt::Verdict::Again { .. } => Phase::Ask(ask),
            attempt::Verdict::Renew => {
                self.line.session.refused(generation, now);
                Phase::Ask(ask)
            }
            attempt::Verdict::SignIn => ending(ask.unclear(Fault::SignIn.words().to_owned(), true)),
            attempt::Verdict::End(outcome) => match ask.failed(outcome, &self.deed, self.tokens()) {
                Next::Ask(next) => self.asking(*next),
                Next::End(came) => ending(came),
            },
        }
    }

    /// Asks, where the granted scopes allow it.
    fn asking(&self, ask: Ask) -> Phase {
        let scopes = self.tokens().scopes();
        if ask.searches() && !scopes.may_search(&self.deed.resource_type, None) {
            return ending(ask.unclear("this app was not given the right to search there".to_owned(), false));
        }
        Phase::Ask(Box::new(ask))
    }

    fn idle(&self, wait: Option<i64>) -> Option<Action> {
        if matches!(self.phase, Phase::Over) && self.line.idle() {
            return Some(Action::Finished);
        }
        wait.map(|until| Action::Wait { until })
    }
}

pub(super) fn ending(came: Came) -> Phase {
    Phase::Ending(Box::new(came))
}
