use super::{Action, Download, IN_FLIGHT, State, unwrap};
use crate::{
    Failure, Response,
    fetch::{Fault, Outcome, SILENT, attempt::Verdict, silence},
    line::{Flight, May},
};

impl Download {
    pub(super) fn drive(&mut self, now: i64) -> Vec<Action> {
        self.end_if_stopped();
        let mut actions = self.results();
        let wait = self.send(now, &mut actions);
        actions.extend(self.results());
        if actions.is_empty() {
            actions.extend(self.idle(wait));
        }
        actions
    }

    pub(super) fn take(&mut self, flight: &Flight<usize>, result: Result<Response, Failure>, now: i64) {
        self.count(&result);
        match flight.job {
            None => self.line.session.receive(result, now),
            Some(index) => self.take_file(index, flight.generation, result, now),
        }
        self.end_if_stopped();
    }

    /// A portal that gives nothing, or nothing but "too many requests", is left alone.
    fn count(&mut self, result: &Result<Response, Failure>) {
        let Some(outcome) = silence(result) else {
            self.silent = 0;
            return;
        };
        self.silent += 1;
        if self.silent >= SILENT {
            self.stopped.get_or_insert(outcome);
        }
    }

    fn take_file(&mut self, index: usize, generation: u64, result: Result<Response, Failure>, now: i64) {
        let newest = generation == self.line.session.generation();
        let Some(file) = self.files.get_mut(index) else { return };
        if !matches!(file.state, State::Flying) {
            return;
        }
        file.state = State::Ready;
        match file.attempt.judge(result, newest, now) {
            Verdict::Answer(answer) => file.state = State::Ending(unwrap::file(answer, &file.want)),
            Verdict::End(outcome) => file.fail(outcome),
            Verdict::Again { everyone: true } => self.hold = self.hold.max(file.attempt.not_before),
            Verdict::Again { everyone: false } => {}
            Verdict::Renew if newest && self.renewed_in_vain => file.fail(unauthorised()),
            Verdict::Renew => self.line.session.refused(generation, now),
            // The sign-in was renewed just now: it is this file that is not given.
            Verdict::SignIn => {
                self.renewed_in_vain = true;
                file.fail(unauthorised());
            }
        }
    }

    /// Files, and ends without one, that wait to be given out.
    fn results(&mut self) -> Vec<Action> {
        let mut done = Vec::new();
        for file in &mut self.files {
            match std::mem::take(&mut file.state) {
                State::Ending(came) => {
                    file.state = State::Done;
                    done.push(Action::Done { want: file.want.id, came });
                }
                other => file.state = other,
            }
        }
        done
    }

    /// Sends what may be sent. Returns when to try again, if that is known.
    fn send(&mut self, now: i64, actions: &mut Vec<Action>) -> Option<i64> {
        let mut wait = None;
        while self.has_room() {
            match self.candidate(now) {
                Ok(index) => match self.may(now, actions) {
                    Ok(()) => self.send_one(index, actions),
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

    fn send_one(&mut self, index: usize, actions: &mut Vec<Action>) {
        let base = self.line.session.tokens().base();
        let Some(request) = self.files.get_mut(index).and_then(|file| file.request(base)) else { return };
        // Its place was checked before it came here; were it another host after all, it would stay unsent.
        if self.line.send(index, request, actions).is_err()
            && let Some(file) = self.files.get_mut(index)
        {
            file.fail(Fault::OtherHost.outcome(""));
        }
    }

    fn has_room(&self) -> bool {
        self.line.under_way() < IN_FLIGHT
    }

    /// The next file to ask for, or the instant at which there will be one.
    fn candidate(&self, now: i64) -> Result<usize, Option<i64>> {
        let mut earliest: Option<i64> = None;
        for (index, file) in self.files.iter().enumerate() {
            if !matches!(file.state, State::Ready) {
                continue;
            }
            let at = file.attempt.not_before.max(self.hold);
            if at <= now {
                return Ok(index);
            }
            earliest = Some(earliest.map_or(at, |earliest| earliest.min(at)));
        }
        Err(earliest)
    }

    /// Once stopped, nothing is sent any more. A refresh under way is waited for, because its answer must be stored.
    fn end_if_stopped(&mut self) {
        let Some(outcome) = self.stopped.clone() else { return };
        for file in &mut self.files {
            if matches!(file.state, State::Ready | State::Flying) {
                file.fail(outcome.clone());
            }
        }
        self.line.drop_jobs();
    }

    fn idle(&self, wait: Option<i64>) -> Option<Action> {
        let done = self.files.iter().all(|file| matches!(file.state, State::Done));
        if done && self.line.idle() {
            return Some(Action::Finished);
        }
        wait.map(|until| Action::Wait { until })
    }
}

fn unauthorised() -> Outcome {
    Outcome::Refused { status: 401, reason: String::new() }
}
