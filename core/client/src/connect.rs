//! Connecting a portal, and ending the connection.

use fhir::bundle::Entry;
use fhir::describe::{Field, describe};
use fhir::lens::Patient;
use portal::connect::{Connect, Connected, Step};
use portal::{Base, Signer, Tokens};
use record::identity::{self, Match};
use statement::body::Connection;
use statement::{ConnectionId, Section, kind};
use store::{Commit, ConnectionRow};

use crate::app::{App, KeptApp, Registration};
use crate::connections::Settings;
use crate::ingest::Answer;
use crate::write::Draft;
use crate::{Client, Error};

/// What it takes to begin.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// The portal's FHIR base address.
    pub base: String,
    /// What to call the portal. Without it, what it was called before, else its host.
    pub name: Option<String>,
    /// How to show the portal who this app is.
    pub app: App,
    /// Where the browser returns to.
    pub redirect_uri: String,
    /// The person has looked, and says that an unsure match is the same person. A plain mismatch is refused all the same.
    pub same_person: bool,
}

/// A sign-in under way. One that is not brought to its end is ended with [`Connecting::give_up`].
pub struct Connecting {
    client: Client,
    machine: Connect,
    new: NewConnection,
    base: Base,
    app: KeptApp,
    registration: Registration,
    address: String,
}

/// What came of an address with which a browser returned.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Returned {
    /// It was not the answer to this sign-in: keep waiting.
    NotForUs,
    /// The portal lets no app act there: it is asked once more, for reading alone. Open [`Connecting::address`], which is another
    /// one now, and keep waiting.
    ReadingOnly {
        /// The portal's words, made safe; may be empty.
        reason: String,
    },
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
    /// Begins a sign-in: registers this device where that is wanted, and asks the portal where its sign-in page is. The person
    /// then opens [`Connecting::address`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is not a portal's or a key that cannot be used, [`Error::Offline`],
    /// [`Error::Refused`], [`Error::NotRegistered`], [`Error::Locked`].
    pub async fn connect(&self, new: NewConnection) -> Result<Connecting, Error> {
        let base = Base::parse(&new.base).map_err(|error| portal_error(&new, &error))?;
        let (app, registration) = self.app_for(&new, &base).await?;
        let options = self.options(&app, &new.redirect_uri)?;
        let machine = Connect::start(&new.base, options, self.inner.platform.random()?)
            .map_err(|error| portal_error(&new, &error))?;
        let address = String::new();
        let mut connecting =
            Connecting { client: self.clone(), machine, new, base, app, registration, address };
        match connecting.drive().await {
            Ok(Pause::Browser(address)) => connecting.address = address,
            Ok(Pause::Done(_)) => return Err(Error::Bug("signed in without a sign-in page")),
            Err(error) => {
                connecting.give_up().await?;
                return Err(error);
            }
        }
        Ok(connecting)
    }

    /// Ends a connection: asks the portal to forget its tokens, and a registration that no other connection uses, and forgets
    /// them here. What it sent stays in the record. Waits for a sync that is under way. Whether the portal confirmed.
    ///
    /// # Errors
    /// [`Error::NotFound`], or those of the keychain and the store; the network's failure is no error.
    pub async fn disconnect(&self, portal: &str) -> Result<bool, Error> {
        let row = self.connection_named(portal)?;
        // Tokens that a sync renews meanwhile would outlive this.
        let one_at_a_time = self.inner.syncing.lock().await;
        let confirmed = match self.kept_tokens(&row.id)? {
            Some(tokens) => {
                let signer = match self.signer_of(&tokens) {
                    // Without it the portal will refuse, and say so.
                    Err(Error::Locked) => None,
                    signer => signer?,
                };
                self.revoke(&tokens, signer).await
            }
            None => false,
        };
        self.forget_tokens(&row.id)?;
        let ended = ConnectionRow { ended: row.ended.or(Some(self.now())), ..row };
        let base = Base::parse(&ended.issuer);
        let touched = self.inner.store.commit(Commit { connection: Some(ended), ..Commit::default() })?;
        self.wake(&touched);
        drop(one_at_a_time);
        if let Ok(base) = base {
            self.tidy_apps(&base).await?;
        }
        Ok(confirmed)
    }

    /// Asks the portal to forget the tokens. Whether it confirmed.
    async fn revoke(&self, tokens: &Tokens, signer: Option<Signer>) -> bool {
        let requests = portal::session::revoke(tokens, signer.as_ref(), self.now());
        let mut confirmed = !requests.is_empty();
        for request in requests {
            let answer = self.inner.platform.http.send(request).await;
            confirmed &= answer.is_ok_and(|answer| (200..300).contains(&answer.status));
        }
        confirmed
    }

    /// Whether the portal shows this record's person, and why; else what to say of it.
    fn fits(
        &self,
        new: &NewConnection,
        patient: &fhir::Resource,
    ) -> Result<Result<Vec<String>, Returned>, Error> {
        Ok(match self.compare(patient)? {
            Match::Same { because } => Ok(because),
            Match::Unsure { because } if new.same_person => Ok(because),
            Match::Unsure { because } => Err(Returned::Unsure { because }),
            Match::Different { because } => Err(Returned::AnotherPerson { because }),
        })
    }

    /// Takes the portal in. `app`: what the tokens were given to.
    fn take_in(
        &self,
        new: &NewConnection,
        app: &KeptApp,
        tokens: &Tokens,
        connected: &Connected,
        because: Vec<String>,
    ) -> Result<Returned, Error> {
        let issuer = tokens.base().as_str().trim_end_matches('/').to_owned();
        let known = self.inner.store.connections()?.into_iter();
        let same = known
            .filter(|row| row.issuer == issuer && row.patient == tokens.patient())
            .max_by_key(|row| row.created);
        let id = match &same {
            Some(row) => row.id,
            None => ConnectionId::new(self.inner.platform.random()?),
        };
        let before = same.as_ref().map(|row| row.name.clone());
        let name = self.free_name(new.name.clone().or(before).unwrap_or_else(|| host(&issuer)), &id)?;
        let ends = tokens.ends();
        let settings = Settings {
            client_id: app.client_id.clone(),
            scopes: tokens.scopes().to_string(),
            ends,
            sign_in_again: false,
            registered: app.is_registered(),
            signs: app.signs(),
            // What it takes may differ with what was granted: it is asked again.
            abilities: None,
            ..same.as_ref().map(Settings::of).unwrap_or_default()
        };
        let row = ConnectionRow {
            id,
            issuer: issuer.clone(),
            name: name.clone(),
            patient: tokens.patient().to_owned(),
            member: self.member(),
            settings: settings.encode_beside(same.as_ref().map_or("", |row| &row.settings)),
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
    fn free_name(&self, asked: String, own: &ConnectionId) -> Result<String, Error> {
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

    /// What became of registering this device.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// The address with which the browser returned.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::AppNotKnown`], [`Error::Offline`]. The sign-in has then ended. After the last two a
    /// registration that was made for it is kept for the next one: it may take half a day until all of a portal knows it.
    pub async fn redirected(&mut self, address: &str) -> Result<Returned, Error> {
        let returned = self.returned(address).await;
        let over = match &returned {
            Ok(Returned::NotForUs | Returned::ReadingOnly { .. } | Returned::Connected(_)) => false,
            Ok(_) => true,
            Err(error) => !matches!(error, Error::AppNotKnown { .. } | Error::Offline { .. }),
        };
        if over {
            self.client.tidy_apps(&self.base).await?;
        }
        returned
    }

    /// Ends it: what was registered for it is given back. Nothing of it stays.
    ///
    /// # Errors
    /// Those of the keychain and the store.
    pub async fn give_up(self) -> Result<(), Error> {
        self.client.tidy_apps(&self.base).await
    }

    async fn returned(&mut self, address: &str) -> Result<Returned, Error> {
        match self.machine.redirected(address, self.client.now()) {
            Ok(()) => {}
            Err(portal::Error::NotForUs | portal::Error::WrongState | portal::Error::NotExpected) => {
                return Ok(Returned::NotForUs);
            }
            Err(portal::Error::AskedTooMuch { reason }) => {
                let Pause::Browser(address) = self.drive().await? else {
                    return Err(Error::Bug("signed in without a sign-in page"));
                };
                self.address = address;
                return Ok(Returned::ReadingOnly { reason });
            }
            Err(error) => return Err(portal_error(&self.new, &error)),
        }
        let Pause::Done(connected) = self.drive().await? else {
            return Err(Error::Bug("asked to sign in twice"));
        };
        let returned = match self.client.fits(&self.new, &connected.patient) {
            Ok(Ok(because)) => self.accept(&connected, because).await,
            Ok(Err(returned)) => Ok(returned),
            Err(error) => Err(error),
        };
        if !matches!(returned, Ok(Returned::Connected(_))) {
            // Best effort: the tokens are dropped here whatever comes of it.
            let signer = self.client.signer(&self.app).unwrap_or_default();
            self.client.revoke(&connected.tokens, signer).await;
        }
        returned
    }

    async fn accept(&mut self, connected: &Connected, because: Vec<String>) -> Result<Returned, Error> {
        let lasting = self.client.made_to_last(&self.new, &self.app, &connected.tokens).await?;
        let (tokens, app) = match &lasting {
            Some((tokens, app)) => (tokens, app),
            None => {
                self.client.keep_app(&mut self.app)?;
                (&connected.tokens, &self.app)
            }
        };
        // A sync that is under way must not put the tokens of before in the place of these.
        let one_at_a_time = self.client.inner.syncing.lock().await;
        let returned = self.client.take_in(&self.new, app, tokens, connected, because)?;
        drop(one_at_a_time);
        self.client.tidy_apps(&self.base).await?;
        Ok(returned)
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

pub(crate) fn portal_error(new: &NewConnection, error: &portal::Error) -> Error {
    let portal = new.portal();
    let reason = match error.reason() {
        Some(said) => format!("{error}: {said}"),
        None => error.to_string(),
    };
    match error {
        portal::Error::BadBase | portal::Error::BadRedirectUri => Error::Invalid(sentence(&reason)),
        portal::Error::Unreachable { .. } => Error::Offline { portal, reason },
        // It says of itself that it cannot answer now: no rejection.
        portal::Error::Refused { status: 429 | 500..=599, .. } => Error::Offline { portal, reason },
        portal::Error::NotThisClient { reason, .. } => Error::AppNotKnown { portal, reason: reason.clone() },
        portal::Error::CannotSign => Error::Locked,
        _ => Error::Refused { portal, reason },
    }
}

impl NewConnection {
    /// What to call the portal in an error.
    pub(crate) fn portal(&self) -> String {
        self.name.clone().unwrap_or_else(|| host(&self.base))
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
