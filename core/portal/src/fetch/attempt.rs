use super::{Fault, Outcome};
use crate::{Failure, Response, text};

/// Tries of one request.
const TRIES: u32 = 3;
/// The longest wait that a portal may ask for, seconds.
const LONGEST_WAIT: i64 = 60;

/// How often one request was tried.
pub(super) struct Attempt {
    tries: u32,
    /// It was answered with 401 before.
    unauthorised: bool,
    /// Not again before this instant.
    pub not_before: i64,
}

/// What an answer means.
pub(super) enum Verdict {
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
        Self { tries: 0, unauthorised: false, not_before: i64::MIN }
    }
}

impl Attempt {
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
            429 => match self.again(
                answer.retry_at(now, LONGEST_WAIT),
                now,
                Fault::Busy.outcome(&words(&answer)),
            ) {
                Verdict::Again { .. } => Verdict::Again { everyone: true },
                end => end,
            },
            503 => self.again(answer.retry_at(now, LONGEST_WAIT), now, Fault::Busy.outcome(&words(&answer))),
            501 => refused(&answer),
            408 | 425 | 500.. => self.again(None, now, Fault::Server.outcome(&words(&answer))),
            _ => refused(&answer),
        }
    }

    fn again(&mut self, at: Option<i64>, now: i64, end: Outcome) -> Verdict {
        self.tries += 1;
        if self.tries >= TRIES {
            return Verdict::End(end);
        }
        self.not_before = at.unwrap_or_else(|| now.saturating_add(1 << self.tries));
        Verdict::Again { everyone: false }
    }
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
