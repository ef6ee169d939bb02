//! The portal as its visitors see it: sign-in pages, OAuth, the FHIR API, and a back door for the tests.

mod acts;
mod admin;
mod answer;
mod api;
mod assertion;
mod authorize;
pub(crate) mod binary;
mod clients;
mod discovery;
mod grants;
mod hostile;
pub(crate) mod log;
mod odd;
mod pages;
mod registration;
mod scopes;
mod search;
mod token;
mod visits;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

use crate::acts::{Author, Desk, Faults, answer as clinic_answers};
use crate::quirk::Fetching;
use crate::shell::Clock;
use crate::world::{Key, Stored, World};
use crate::{ALICE_PASSWORD, Answer, BOB_PASSWORD, Config, Error, Later, Logged, Quirk, Source, User, later};

/// One portal: what never changes, and behind one lock what does.
pub(crate) struct Portal {
    name: String,
    origin: String,
    base: String,
    cookie: String,
    users: Vec<User>,
    access_lifetime: i64,
    code_lifetime: i64,
    connection_lifetime: i64,
    clock: Clock,
    inner: Mutex<Inner>,
}

/// All that changes.
pub(crate) struct Inner {
    pub(crate) world: World,
    pub(crate) desk: Desk,
    pub(crate) grants: grants::Grants,
    pub(crate) clients: clients::Clients,
    visits: visits::Visits,
    searches: search::Searches,
    pub(crate) quirks: BTreeSet<Quirk>,
    pub(crate) once: Once,
    pub(crate) log: Vec<Logged>,
    /// The stages that are still to come.
    stages: VecDeque<Source>,
    /// How often `restamped` has stamped.
    stamps: Cell<u64>,
}

/// What the quirks that happen once have done so far.
#[derive(Debug, Default)]
pub(crate) struct Once {
    /// Requests seen with each access token.
    pub(crate) used: BTreeMap<String, u32>,
    /// An access token was already refused in the middle.
    pub(crate) refused: bool,
    /// The pages that were already answered with 429.
    pub(crate) throttled: BTreeSet<String>,
    /// The types of which a listing has already shifted.
    pub(crate) shifted: BTreeSet<String>,
    /// Requests to the FHIR API.
    pub(crate) asked: u32,
    /// Files that were asked for.
    pub(crate) files: u32,
    /// The token endpoint was already busy.
    pub(crate) busy: bool,
    /// Requests to write.
    pub(crate) writes: u32,
    /// Those of them that were done.
    pub(crate) heard: u32,
    /// When writing is no longer too much.
    pub(crate) cooled: Option<i64>,
}

impl Portal {
    pub(crate) fn new(config: Config, port: u16) -> Result<Portal, Error> {
        let mut world = World::load(&config.patients, &config.shared)?;
        let clock = Clock::new(config.now);
        let desk = Desk::open(config.acts, &config.name, &mut world, clock.now());
        let users = if config.users.is_empty() { usual_users(world.patients()) } else { config.users };
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        let origin = format!("{scheme}://127.0.0.1:{port}");
        let portal = Portal {
            name: config.name,
            base: format!("{origin}/fhir"),
            origin,
            cookie: format!("sandbox_{port}"),
            users,
            access_lifetime: config.access_lifetime,
            code_lifetime: config.code_lifetime,
            connection_lifetime: config.connection_lifetime,
            clock,
            inner: Mutex::new(Inner {
                world,
                desk,
                grants: grants::Grants::default(),
                clients: clients::Clients::new(config.redirect_uris, config.client_keys.as_ref()),
                visits: visits::Visits::default(),
                searches: search::Searches::default(),
                quirks: BTreeSet::new(),
                once: Once::default(),
                log: Vec::new(),
                stages: config.later.into(),
                stamps: Cell::new(0),
            }),
        };
        portal.switch(config.quirks);
        Ok(portal)
    }

    /// Switches to exactly these misbehaviours; those that happen once can happen again.
    pub(crate) fn switch(&self, quirks: BTreeSet<Quirk>) {
        let skews = quirks.iter().filter_map(|quirk| match quirk {
            Quirk::ClockSkew(seconds) => Some(*seconds),
            _ => None,
        });
        self.clock.skew(skews.sum());
        let mut inner = self.lock();
        inner.desk.go_wrong(Faults::of(&quirks));
        inner.quirks = quirks;
        inner.once = Once::default();
    }

    /// What a patient does without an app.
    pub(crate) fn act(&self, patient: &str, resource: serde_json::Value) -> Result<serde_json::Value, Error> {
        let author = Author {
            patient: patient.to_owned(),
            user: patient.to_owned(),
            client: self.name.clone(),
            base: self.base.clone(),
            direct: true,
        };
        let resource_type =
            resource.get("resourceType").and_then(serde_json::Value::as_str).map(str::to_owned);
        let resource_type = resource_type.unwrap_or_default();
        let mut inner = self.lock();
        let Inner { desk, world, .. } = &mut *inner;
        let done = desk.create(world, &author, &resource_type, resource, None, self.clock.now());
        let (resource_type, id) = match &done {
            Ok(done) => done.key(),
            Err(why) => return Err(Error::Refused(format!("{} {}: {}", why.status, why.code, why.text))),
        };
        Ok(world.get(resource_type, id).map(Stored::value).unwrap_or_default())
    }

    /// What the clinic does about something.
    pub(crate) fn answer(&self, reference: &str, answer: &Answer) -> Result<Vec<Key>, Error> {
        let mut inner = self.lock();
        let Inner { desk, world, .. } = &mut *inner;
        clinic_answers(desk, world, reference, answer, self.clock.now())
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn users(&self) -> &[User] {
        &self.users
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }
}

impl Inner {
    /// What time has done by itself: holds that are over.
    pub(crate) fn settle(&mut self, now: i64) {
        self.desk.settle(&mut self.world, now);
    }

    /// Brings the next stage of [`Config::later`].
    pub(crate) fn later(&mut self, now: i64) -> Result<Vec<Later>, Error> {
        let stage = self.stages.pop_front().ok_or(Error::NothingLeft("later"))?;
        later::run(&mut self.world, &stage, now)
    }

    /// The version and the bytes that an answer carries now.
    fn answered(&self, stored: &Stored, now: i64) -> (u64, Arc<[u8]>) {
        if let Some(other) = self.replaced(stored) {
            return (stored.version + 1, other.into());
        }
        if self.odd(Fetching::Renumbered) {
            return (stored.version, odd::renumbered(stored.value()).into());
        }
        if !self.quirks.contains(&Quirk::Restamped) {
            return (stored.version, Arc::clone(&stored.bytes));
        }
        self.stamps.set(self.stamps.get() + 1);
        let version = stored.version + self.stamps.get();
        (version, stored.restamped(version, now).into())
    }
}

/// The most bytes of a request.
const MOST_BODY: usize = 64 * 1024 * 1024;

/// Every address of the portal.
pub(crate) fn router(portal: Arc<Portal>) -> Router {
    Router::new()
        .route("/fhir/.well-known/smart-configuration", get(discovery::smart_configuration))
        .route("/fhir/metadata", get(discovery::capability_statement))
        .route("/fhir", post(acts::transaction))
        .route("/fhir/", post(acts::transaction))
        .route("/fhir/{resource_type}", get(api::search).post(acts::create))
        .route("/fhir/{resource_type}/_search", post(api::search_by_form))
        .route("/fhir/{resource_type}/{id}", get(api::read).put(acts::update))
        .route("/fhir/Appointment/$find", get(acts::find).post(acts::find_by_body))
        .route("/fhir/Appointment/$hold", post(acts::hold))
        .route("/fhir/Appointment/$book", post(acts::book))
        .route("/auth/authorize", get(authorize::authorize))
        .route("/auth/step", get(authorize::step))
        .route("/auth/login", post(authorize::login))
        .route("/auth/patient", post(authorize::patient))
        .route("/auth/consent", post(authorize::consent))
        .route("/auth/token", post(token::token))
        .route("/auth/revoke", post(token::revoke))
        .route("/auth/register", post(registration::register))
        .route("/auth/register/{id}", delete(registration::forget))
        .route("/_sandbox/evolve", post(admin::evolve))
        .route("/_sandbox/later", post(admin::later))
        .route("/_sandbox/served", get(admin::served))
        .route("/_sandbox/created", get(admin::created))
        .route("/_sandbox/answer", post(admin::answer))
        .route("/_sandbox/answering", post(admin::answering))
        .route("/_sandbox/requests", get(admin::requests))
        .route("/_sandbox/quirks", post(admin::quirks))
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(from_fn_with_state(Arc::clone(&portal), log::record))
        .with_state(portal)
}

fn usual_users(patients: &[String]) -> Vec<User> {
    let user = |name: &str, password: &str, patients: Vec<String>| User {
        name: name.to_owned(),
        password: password.to_owned(),
        patients,
    };
    let alice = user("alice", ALICE_PASSWORD, patients.iter().take(1).cloned().collect());
    let bob =
        user("bob", BOB_PASSWORD, patients.iter().skip(1).chain(patients.iter().take(1)).cloned().collect());
    vec![alice, bob]
}
