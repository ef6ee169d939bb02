//! People on the sign-in pages: their browser sessions and the requests that they are answering.

use std::collections::BTreeMap;

use crate::{Error, shell};

/// How long somebody may take over the pages, in seconds.
pub(super) const PATIENCE: i64 = 600;

#[derive(Clone, Debug)]
pub(super) struct Session {
    /// What every form of this session must carry.
    pub(super) csrf: String,
    pub(super) user: Option<String>,
}

/// An authorization request that has been checked and waits for the person.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) session: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) state: String,
    pub(super) challenge: String,
    pub(super) scopes: Vec<String>,
    pub(super) patient: Option<String>,
    pub(super) expires: i64,
}

#[derive(Debug, Default)]
pub(super) struct Visits {
    sessions: BTreeMap<String, Session>,
    asks: BTreeMap<String, Ask>,
}

impl Visits {
    /// The session of this cookie, or a new one.
    pub(super) fn session(&mut self, cookie: Option<&str>) -> Result<String, Error> {
        if let Some(known) = cookie.filter(|cookie| self.sessions.contains_key(*cookie)) {
            return Ok(known.to_owned());
        }
        let (name, csrf) = (shell::random_name()?, shell::random_name()?);
        self.sessions.insert(name.clone(), Session { csrf, user: None });
        Ok(name)
    }

    pub(super) fn ask(&mut self, ask: Ask) -> Result<String, Error> {
        let name = shell::random_name()?;
        self.asks.insert(name.clone(), ask);
        Ok(name)
    }

    /// The request and the session, if the request is this session's and has not waited too long.
    pub(super) fn find(&self, ask: &str, cookie: Option<&str>, now: i64) -> Option<(Session, Ask)> {
        let found =
            self.asks.get(ask).filter(|ask| now < ask.expires && Some(ask.session.as_str()) == cookie)?;
        Some((self.sessions.get(&found.session)?.clone(), found.clone()))
    }

    /// Signs the user in under a new session name, so that a name known before is worth nothing.
    pub(super) fn sign_in(&mut self, before: &str, user: &str) -> Result<String, Error> {
        let Some(mut session) = self.sessions.remove(before) else { return Ok(before.to_owned()) };
        session.user = Some(user.to_owned());
        let name = shell::random_name()?;
        self.sessions.insert(name.clone(), session);
        for ask in self.asks.values_mut().filter(|ask| ask.session == before) {
            ask.session.clone_from(&name);
        }
        Ok(name)
    }

    pub(super) fn choose(&mut self, ask: &str, patient: &str) {
        if let Some(ask) = self.asks.get_mut(ask) {
            ask.patient = Some(patient.to_owned());
        }
    }

    /// The request is answered: nobody can answer it again.
    pub(super) fn done(&mut self, ask: &str) {
        self.asks.remove(ask);
    }
}
