use fhir::bundle::Entry;

use super::{Action, Fault, Outcome, attempt::Attempt, page};
use crate::{Base, Request, Response, Scopes, base, http};

/// One reference that is followed.
pub(super) struct Chase {
    pub resource_type: String,
    pub id: String,
    pub attempt: Attempt,
    pub state: State,
}

pub(super) enum State {
    Ready,
    Flying,
    Ending(Result<Box<Entry>, Outcome>, Option<i64>),
    Done,
}

impl Chase {
    pub fn new(resource_type: String, id: String) -> Self {
        Self { resource_type, id, attempt: Attempt::default(), state: State::Ready }
    }

    /// The request, or nothing and the end of it.
    pub fn request(&mut self, base: &Base, scopes: &Scopes) -> Option<Request> {
        let sound = base::valid_type(&self.resource_type) && base::valid_id(&self.id);
        let url = base.at(&format!("{}/{}", self.resource_type, self.id)).ok().filter(|_| sound);
        match url {
            None => self.end(Fault::BadReference.outcome("")),
            Some(_) if !scopes.may_read(&self.resource_type) => self.end(Outcome::NotGranted),
            Some(url) => return Some(Request::fhir(url, http::ONE)),
        }
        None
    }

    pub fn answered(&mut self, answer: &Response) {
        let found = page::one(answer, &self.resource_type, &self.id).map(Box::new);
        self.state = State::Ending(found, answer.date());
    }

    pub fn end(&mut self, outcome: Outcome) {
        self.state = State::Ending(Err(outcome), None);
    }

    pub fn action(&mut self) -> Option<Action> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Ending(found, date) => Some(Action::Chased {
                resource_type: self.resource_type.clone(),
                id: self.id.clone(),
                found,
                date,
            }),
            other => {
                self.state = other;
                None
            }
        }
    }
}
