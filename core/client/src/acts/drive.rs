//! Driving what asks a portal: a try of an act, a look for it, a search for free times.

use portal::{Failure, Request, Response, Tokens, act, slots};
use store::ConnectionRow;

use crate::{Client, Error};

/// What a machine wants.
#[allow(clippy::large_enum_variant, reason = "few and short-lived")]
pub(super) enum Wants<D> {
    Send { id: u64, request: Request },
    StoreTokens(Tokens),
    SignInAgain,
    Done(D),
    Wait { until: i64 },
    Finished,
}

/// A machine that asks a portal with a session, one request at a time.
pub(super) trait Machine {
    type Done;

    fn poll(&mut self, now: i64) -> Vec<Wants<Self::Done>>;
    fn receive(&mut self, id: u64, answer: Result<Response, Failure>, now: i64);
    fn stored(&mut self);
}

impl Client {
    /// Runs a machine to its end, and gives what came of it.
    pub(super) async fn drive<M: Machine>(
        &self,
        connection: &ConnectionRow,
        mut machine: M,
    ) -> Result<M::Done, Error> {
        let mut came = None;
        loop {
            let mut landed = None;
            for wants in machine.poll(self.now()) {
                match wants {
                    Wants::Send { id, request } => {
                        landed = Some((id, self.inner.platform.http.send(request).await));
                    }
                    Wants::StoreTokens(tokens) => {
                        self.keep_tokens(&connection.id, &tokens)?;
                        machine.stored();
                    }
                    Wants::SignInAgain => self.must_sign_in(connection)?,
                    Wants::Done(what) => came = Some(what),
                    Wants::Wait { until } => self.inner.platform.clock.sleep_until(until).await,
                    Wants::Finished => return came.ok_or(Error::Bug("a question that came to nothing")),
                }
            }
            if let Some((id, answer)) = landed {
                machine.receive(id, answer, self.now());
            }
        }
    }
}

/// Both machines speak of the same things, each with words of its own.
macro_rules! machine {
    ($machine:ty, $action:path, $done:ty) => {
        impl Machine for $machine {
            type Done = $done;

            fn poll(&mut self, now: i64) -> Vec<Wants<Self::Done>> {
                use $action as Action;
                let wants = |action| match action {
                    Action::Send { id, request } => Wants::Send { id, request },
                    Action::StoreTokens(tokens) => Wants::StoreTokens(tokens),
                    Action::SignInAgain => Wants::SignInAgain,
                    Action::Done(came) => Wants::Done(came),
                    Action::Wait { until } => Wants::Wait { until },
                    Action::Finished => Wants::Finished,
                };
                self.poll(now).into_iter().map(wants).collect()
            }

            fn receive(&mut self, id: u64, answer: Result<Response, Failure>, now: i64) {
                self.receive(id, answer, now);
            }

            fn stored(&mut self) {
                self.stored();
            }
        }
    };
}

machine!(act::Perform, act::Action, act::Came);
machine!(slots::Find, slots::Action, Result<slots::Found, portal::fetch::Outcome>);
