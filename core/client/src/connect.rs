//! Connecting a portal, and ending the connection.

use fhir::bundle::Entry;
use fhir::describe::{Field, describe};
use fhir::lens::Patient;
use portal::connect::{Connect, Connected, Options, Step};
use record::identity::{self, Match};
use statement::body::Connection;
use statement::{ConnectionId, Section, kind};
use store::{Commit, ConnectionRow};

use crate::connections::Settings;
use crate::ingest::Answer;
use crate::write::Draft;
use crate::{Client, Error};

/// What it takes to begin.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// The portal's FHIR base address.
    pub base: String,
    /// What to call the portal; its host when absent.
    pub name: Option<String>,
    /// The client id under which this app is registered there.
    pub client_id: String,
    /// Where the browser returns to.
    pub redirect_uri: String,
    /// The person has looked, and says that an unsure match is the same person. A plain mismatch is refused all the same.
    pub same_person: bool,
}

/// A sign-in under way.
pub struct Connecting {
    client: Client,
    machine: Connect,
    new: NewConnection,
    address: String,
}

/// What came of an address with which a browser returned.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Returned {
    /// It was not the answer to this sign-in: keep waiting.
    NotForUs,
    /// The portal is connected.
    Connected(SignIn),
    /// The person at the portal may or may not be this record's. Nothing was taken in, the tokens were given back. When the
    /// person says that it is the same, connect again with [`NewConnection::same_person`].
    Unsure {
        /// What agrees and what differs, for a screen.
        because: Vec<String>,
    },
    /// Another person: the portal belongs into another record. Nothing was taken in, the tokens were given back.
    AnotherPerson {
        /// What differs, for a screen.
        because: Vec<String>,
    },
}

/// A sign-in that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SignIn {
    /// The portal's name.
    pub portal: String,
    /// The patient there, as the portal names them.
    pub patient: String,
    /// More of the patient, in reading order; without the numbers that a passer-by should not read.
    pub fields: Vec<Field>,
    /// Why they are taken for this record's person.
    pub because: Vec<String>,
    /// When the access that was given ends, where that is known (Unix seconds).
    pub ends: Option<i64>,
}

impl Client {
    /// Begins a sign-in: asks the portal where its sign-in page is. The person then opens [`Connecting::address`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is not a portal's, [`Error::Offline`], [`Error::Refused`].
    pub async fn connect(&self, new: NewConnection) -> Result<Connecting, Error> {
        let options = Options::new(new.client_id.clone(), new.redirect_uri.clone());
        let machine = Connect::start(&new.base, options, self.inner.platform.random()?)
            .map_err(|error| portal_error(&new, &error))?;
        let mut connecting = Connecting { client: self.clone(), machine, new, address: String::new() };
        match connecting.drive().await? {
            Pause::Browser(address) => connecting.address = address,
            Pause::Done(_) => return Err(Error::Bug("signed in without a sign-in page")),
        }
        Ok(connecting)
    }

    /// Ends a connection: asks the portal to forget its tokens, and forgets them here. What it sent stays in the record.
    /// Whether the portal confirmed.
    ///
    /// # Errors
    /// [`Error::NotFound`], or those of the keychain and the store; the network's failure is no error.
    pub async fn disconnect(&self, portal: &str) -> Result<bool, Error> {
        let row = self.connection_named(portal)?;
        let mut confirmed = false;
        if let Some(tokens) = self.kept_tokens(&row.id)? {
            let requests = portal::session::revoke(&tokens, None, self.now());
            confirmed = !requests.is_empty();
            for request in requests {
                let answer = self.inner.platform.http.send(request).await;
                confirmed &= answer.is_ok_and(|answer| (200..300).contains(&answer.status));
            }
        }
        self.forget_tokens(&row.id)?;
        let ended = ConnectionRow { ended: row.ended.or(Some(self.now())), ..row };
        let touched = self.inner.store.commit(Commit { connection: Some(ended), ..Commit::default() })?;
        self.wake(&touched);
        Ok(confirmed)
    }

    fn accept(&self, new: &NewConnection, connected: &Connected) -> Result<Returned, Error> {
        let tokens = &connected.tokens;
        let issuer = tokens.base().as_str().trim_end_matches('/').to_owned();
        let because = match self.compare(&connected.patient)? {
            Match::Same { because } => because,
            Match::Unsure { because } if new.same_person => because,
            Match::Unsure { because } => return Ok(Returned::Unsure { because }),
            Match::Different { because } => return Ok(Returned::AnotherPerson { because }),
        };
        let known = self.inner.store.connections()?.into_iter();
        let same = known
            .filter(|row| row.issuer == issuer && row.patient == tokens.patient())
            .max_by_key(|row| row.created);
        let id = match &same {
            Some(row) => row.id,
            None => ConnectionId::new(self.inner.platform.random()?),
        };
        let name = self.free_name(new, &issuer, &id)?;
        let ends = tokens.ends();
        let settings = Settings {
            client_id: new.client_id.clone(),
            scopes: tokens.scopes().to_string(),
            ends,
            sign_in_again: false,
        };
        let row = ConnectionRow {
            id,
            issuer: issuer.clone(),
            name: name.clone(),
            patient: tokens.patient().to_owned(),
            member: self.member(),
            settings: settings.encode(),
            created: same.as_ref().map_or(self.now(), |row| row.created),
            ended: None,
        };
        // Tokens first: a connection without its tokens asks for a sign-in, tokens without a connection are lost.
        self.keep_tokens(&id, tokens)?;
        let body = Connection {
            connection: id,
            issuer,
            name: name.clone(),
            patient: row.patient.clone(),
            member: row.member,
        };
        let said = Draft { section: Section::CIRCLE, kind: kind::CONNECTION, body: body.encode()? };
        let drafts = if same.is_some_and(|held| held.name == name) { Vec::new() } else { vec![said] };
        self.say(|_| Ok((drafts, Commit { connection: Some(row.clone()), ..Commit::default() })))?;
        let entry = Entry {
            full_url: None,
            mode: None,
            raw: connected.patient.bytes().to_vec(),
            resource: Ok(connected.patient.clone()),
        };
        self.ingest(
            &row,
            Answer {
                slot: "Patient".to_owned(),
                entries: vec![entry],
                date: connected.date,
                ..Answer::default()
            },
        )?;
        let mut summary = describe(&connected.patient);
        summary.fields.retain(|field| !field.label.starts_with("Number"));
        Ok(Returned::Connected(SignIn {
            portal: name,
            patient: summary.title,
            fields: summary.fields,
            because,
            ends,
        }))
    }

    /// Hazard H3: the portal's patient against all that the record knows of its person.
    fn compare(&self, patient: &fhir::Resource) -> Result<Match, Error> {
        let mut known = Vec::new();
        let patients = store::Query { types: ["Patient".to_owned()].into(), ..store::Query::default() };
        for stored in self.inner.store.rows(&patients)? {
            if let Some(bytes) = self.inner.store.bytes(&stored.row.current)?
                && let Ok(resource) = fhir::Resource::parse(&bytes)
            {
                known.push(Patient::read(resource.value()));
            }
        }
        if known.is_empty() {
            let because = vec!["This is the first portal of the record: check that this is you.".to_owned()];
            return Ok(Match::Same { because });
        }
        Ok(identity::compare(&known, &Patient::read(patient.value())))
    }

    /// The asked name, with a number behind it when another connection bears it.
    fn free_name(&self, new: &NewConnection, issuer: &str, own: &ConnectionId) -> Result<String, Error> {
        let asked = new.name.clone().unwrap_or_else(|| host(issuer));
        let taken: Vec<String> = self
            .inner
            .store
            .connections()?
            .into_iter()
            .filter(|row| row.id != *own)
            .map(|row| row.name)
            .collect();
        let numbered = (2..).map(|number| format!("{asked} {number}"));
        let mut names = std::iter::once(asked.clone()).chain(numbered);
        names.find(|name| !taken.contains(name)).ok_or(Error::Bug("no free name"))
    }
}

enum Pause {
    Browser(String),
    Done(Box<Connected>),
}

impl Connecting {
    /// The portal's sign-in page, to be opened in the person's own browser.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address with which the browser returned.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Offline`]. The sign-in has then ended.
    pub async fn redirected(&mut self, address: &str) -> Result<Returned, Error> {
        match self.machine.redirected(address, self.client.now()) {
            Ok(()) => {}
            Err(portal::Error::NotForUs | portal::Error::WrongState | portal::Error::NotExpected) => {
                return Ok(Returned::NotForUs);
            }
            Err(error) => return Err(portal_error(&self.new, &error)),
        }
        let Pause::Done(connected) = self.drive().await? else {
            return Err(Error::Bug("asked to sign in twice"));
        };
        let returned = self.client.accept(&self.new, &connected);
        if !matches!(returned, Ok(Returned::Connected(_))) {
            for request in portal::session::revoke(&connected.tokens, None, self.client.now()) {
                // Best effort: the tokens are dropped here whatever comes of it.
                let _ = self.client.inner.platform.http.send(request).await;
            }
        }
        returned
    }

    async fn drive(&mut self) -> Result<Pause, Error> {
        loop {
            match self.machine.poll() {
                Step::Send(request) => {
                    let answer = self.client.inner.platform.http.send(request).await;
                    self.machine.receive(answer, self.client.now());
                }
                Step::OpenBrowser(url) => return Ok(Pause::Browser(url.to_string())),
                Step::Done(connected) => return Ok(Pause::Done(Box::new(connected))),
                Step::Failed(error) => return Err(portal_error(&self.new, &error)),
                Step::Waiting => return Err(Error::Bug("sign-in waits for nothing")),
            }
        }
    }
}

fn portal_error(new: &NewConnection, error: &portal::Error) -> Error {
    let portal = new.name.clone().unwrap_or_else(|| host(&new.base));
    let reason = match error.reason() {
        Some(said) => format!("{error}: {said}"),
        None => error.to_string(),
    };
    match error {
        portal::Error::BadBase | portal::Error::BadRedirectUri => Error::Invalid(sentence(&reason)),
        portal::Error::Unreachable { .. } => Error::Offline { portal, reason },
        _ => Error::Refused { portal, reason },
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn host(address: &str) -> String {
    let parsed = url::Url::parse(address).ok();
    let named = parsed.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    });
    named.unwrap_or_else(|| portal::clean(address))
}
