use super::{Fault, Outcome};
use crate::{Failure, Response, cursor::LONGEST_PAUSE, text};

/// Tries of one request.
const TRIES: u32 = 3;
/// The longest wait that a run sits out, seconds.
const LONGEST_WAIT: i64 = 60;

/// How often one request was tried.
pub(crate) struct Attempt {
    tries: u32,
    /// It is not worth another try in this run.
    pub last: bool,
    /// It was answered with 401 before.
    unauthorised: bool,
    /// Not again before this instant.
    pub not_before: i64,
}

/// What an answer means.
pub(crate) enum Verdict {
    Answer(Response),
    /// Try again at `not_before`; with `everyone`, nothing else goes there before that either.
    Again {
        everyone: bool,
    },
    /// Try again with new tokens.
    Renew,
    /// Even new tokens are not accepted.
    SignIn,
    End(Outcome),
}

impl Default for Attempt {
    fn default() -> Self {
        Self { tries: 0, last: false, unauthorised: false, not_before: i64::MIN }
    }
}

impl Attempt {
    /// Whether it was tried, and is to be tried again later.
    pub fn was_put_off(&self) -> bool {
        self.not_before > i64::MIN
    }

    /// `renewed`: the tokens that the request was sent with are still the newest.
    pub fn judge(&mut self, result: Result<Response, Failure>, newest: bool, now: i64) -> Verdict {
        let answer = match result {
            Ok(answer) => answer,
            Err(Failure::TooLarge) => return Verdict::End(Failure::TooLarge.into()),
            Err(failure) => return self.again(None, now, failure.into()),
        };
        match answer.status {
            200..=299 => Verdict::Answer(answer),
            300..=399 => Verdict::End(Fault::Redirect.outcome("")),
            401 if self.unauthorised && newest => Verdict::SignIn,
            401 => {
                self.unauthorised = true;
                Verdict::Renew
            }
            429 | 503 => self.busy(&answer, now),
            501 => refused(&answer),
            408 | 425 | 500.. => self.again(None, now, Fault::Server.outcome(&words(&answer))),
            _ => refused(&answer),
        }
    }

    /// It is waited for as long as the portal asks, unless that is too long for this run.
    fn busy(&mut self, answer: &Response, now: i64) -> Verdict {
        let at = answer.retry_at(now, LONGEST_PAUSE);
        if let Some(seconds) = too_long(at, now) {
            return Verdict::End(left_for(seconds));
        }
        match self.again(at, now, Fault::Busy.outcome(&words(answer))) {
            Verdict::Again { .. } => Verdict::Again { everyone: answer.status == 429 },
            end => end,
        }
    }

    fn again(&mut self, at: Option<i64>, now: i64, end: Outcome) -> Verdict {
        self.tries += 1;
        if self.tries >= TRIES || self.last {
            return Verdict::End(end);
        }
        self.not_before = at.unwrap_or_else(|| now.saturating_add(1 << self.tries));
        Verdict::Again { everyone: false }
    }
}

/// The instant before which the portal is to be left alone, where it says so to everyone and it is too long to wait for.
pub(super) fn left_alone(result: &Result<Response, Failure>, now: i64) -> Option<i64> {
    let answer = result.as_ref().ok().filter(|answer| answer.status == 429)?;
    let at = answer.retry_at(now, LONGEST_PAUSE);
    too_long(at, now).and(at)
}

/// The instant before which one kind of data is not to be asked for, where the portal says so and it is too long to wait for.
pub(super) fn rest_until(result: &Result<Response, Failure>, now: i64) -> Option<i64> {
    let answer = result.as_ref().ok().filter(|answer| answer.status == 503)?;
    let at = answer.retry_at(now, LONGEST_PAUSE);
    too_long(at, now).and(at)
}

/// What that means for a run at `now`.
pub(super) fn away(until: i64, now: i64) -> Outcome {
    left_for(until.saturating_sub(now))
}

fn left_for(seconds: i64) -> Outcome {
    let span = match seconds {
        ..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        _ => format!("{} hours", seconds / 3_600),
    };
    Fault::Busy.outcome(&format!("it asks to be left alone for {span}"))
}

fn too_long(at: Option<i64>, now: i64) -> Option<i64> {
    at.map(|at| at.saturating_sub(now)).filter(|seconds| *seconds > LONGEST_WAIT)
}

fn refused(answer: &Response) -> Verdict {
    Verdict::End(Outcome::Refused { status: answer.status, reason: text::outcome(&answer.body) })
}

/// The status, and what the portal says about it.
fn words(answer: &Response) -> String {
    match text::outcome(&answer.body) {
        said if said.is_empty() => format!("status {}", answer.status),
        said => format!("status {}: {said}", answer.status),
    }
}
