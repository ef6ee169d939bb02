use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::cut::{Cuttable, Scissors};
use crate::portal::{self, Portal};
use crate::tls::{Certificate, Shown, TlsListener};
use crate::{Answer, Change, Config, Created, Error, Later, Logged, Quirk, Served, Step, User, shell};

/// Starts portals.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Loads the bundles and listens on `127.0.0.1` in a thread of its own, with a runtime of its own: it can be
    /// called with or without one around it.
    ///
    /// # Errors
    /// A bundle that cannot be read, no patient in them, a port that is taken.
    pub fn start(config: Config) -> Result<Running, Error> {
        let listener = shell::bind(config.port)?;
        let port = listener.local_addr()?.port();
        let shown = config.tls.map(Certificate::make).transpose()?;
        let portal = Arc::new(Portal::new(config, port)?);
        let running = Running { portal, port, shown, server: Mutex::new(None) };
        running.listen(listener)?;
        Ok(running)
    }
}

/// A portal that runs. Stops when dropped.
pub struct Running {
    portal: Arc<Portal>,
    port: u16,
    shown: Option<Shown>,
    server: Mutex<Option<Server>>,
}

struct Server {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Running {
    /// The FHIR base: `http://127.0.0.1:PORT/fhir`, with `https` over TLS.
    pub fn base_url(&self) -> String {
        self.portal.base().to_owned()
    }

    /// `http://127.0.0.1:PORT`, with `https` over TLS.
    pub fn origin(&self) -> String {
        self.portal.origin().to_owned()
    }

    /// The OAuth authorization endpoint.
    pub fn authorize_url(&self) -> String {
        format!("{}/auth/authorize", self.portal.origin())
    }

    /// The OAuth token endpoint.
    pub fn token_url(&self) -> String {
        format!("{}/auth/token", self.portal.origin())
    }

    /// The port it listens on, the same after [`Running::start_again`].
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The root certificate that a visitor over TLS may trust, as PEM. Each portal has its own.
    pub fn root(&self) -> Option<&str> {
        Some(self.shown.as_ref()?.root.as_str())
    }

    /// Who may sign in.
    pub fn users(&self) -> Vec<User> {
        self.portal.users().to_vec()
    }

    /// The ids of the patients, in the order of their bundles.
    pub fn patients(&self) -> Vec<String> {
        self.portal.lock().world.patients().to_vec()
    }

    /// The id of the first patient.
    pub fn patient(&self) -> String {
        self.patients().into_iter().next().unwrap_or_default()
    }

    /// Closes the listener and every connection: when it returns, a new connection is refused. What the portal
    /// knows (tokens, sessions, resources) is kept. Stopping twice is no error.
    pub fn stop(&self) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            let _already_gone = server.stop.send(());
            let _panicked = server.thread.join();
        }
    }

    /// Listens again on the same port after [`Running::stop`]; no effect while it runs.
    ///
    /// # Errors
    /// The port was taken meanwhile.
    pub fn start_again(&self) -> Result<(), Error> {
        if self.server.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(());
        }
        self.listen(shell::bind(self.port)?)
    }

    /// The portal's clock, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.portal.clock().now()
    }

    /// Sets the portal's clock; it runs on from there in real time.
    pub fn set_now(&self, now: i64) {
        self.portal.clock().set(now);
    }

    /// Moves the portal's clock on by so many seconds: tokens and codes expire by it.
    pub fn advance(&self, seconds: i64) {
        self.set_now(self.now().saturating_add(seconds));
    }

    /// The misbehaviours that are on.
    pub fn quirks(&self) -> BTreeSet<Quirk> {
        self.portal.lock().quirks.clone()
    }

    /// Switches to exactly these misbehaviours; those that happen once can happen again.
    pub fn set_quirks(&self, quirks: impl IntoIterator<Item = Quirk>) {
        self.portal.switch(quirks.into_iter().collect());
    }

    /// Makes time pass in the record of the first patient.
    ///
    /// # Errors
    /// No resource is left on which a step could be done.
    pub fn evolve(&self, steps: &[Step]) -> Result<Vec<Change>, Error> {
        self.evolve_patient(&self.patient(), steps)
    }

    /// Makes time pass in the record of this patient.
    ///
    /// # Errors
    /// No resource is left on which a step could be done.
    pub fn evolve_patient(&self, patient: &str, steps: &[Step]) -> Result<Vec<Change>, Error> {
        let now = self.now();
        crate::evolve::run(&mut self.portal.lock().world, patient, steps, now)
    }

    /// Brings the next stage of [`Config::later`].
    ///
    /// # Errors
    /// [`Error::NothingLeft`] after the last one; a bundle that cannot be read.
    pub fn later(&self) -> Result<Vec<Later>, Error> {
        let now = self.now();
        self.portal.lock().later(now)
    }

    /// Everything that an authorised client may get of this patient with all scopes: the compartment and the
    /// supporting resources that it refers to, by type and id.
    pub fn served(&self, patient: &str) -> Vec<Served> {
        self.portal.lock().world.served(patient)
    }

    /// What patients made here, oldest first: each thing as often as it was made.
    pub fn created(&self) -> Vec<Created> {
        let now = self.now();
        let mut inner = self.portal.lock();
        inner.settle(now);
        inner.desk.created().to_vec()
    }

    /// Does as a patient does, without an app and without a network: creates this resource of theirs (or, an appointment
    /// in slots, books it) and gives it as it is stored. No quirk touches it. For those who were quicker.
    ///
    /// # Errors
    /// [`Error::Refused`] with the status, the code and the words of the portal.
    pub fn act(&self, patient: &str, resource: serde_json::Value) -> Result<serde_json::Value, Error> {
        self.portal.act(patient, resource)
    }

    /// What the clinic does about something (`Communication/1001`); gives what is new or changed, as type and id.
    ///
    /// # Errors
    /// [`Error::Unknown`] when it is not there; [`Error::Refused`] when the clinic does not do this with it, or not any more.
    pub fn answer(&self, reference: &str, answer: Answer) -> Result<Vec<(String, String)>, Error> {
        self.portal.answer(reference, &answer)
    }

    /// Whether the clinic answers by itself from now on.
    pub fn set_answering(&self, on: bool) {
        self.portal.lock().desk.answer_by_itself(on);
    }

    /// Every request so far but those of the administration, oldest first.
    pub fn requests(&self) -> Vec<Logged> {
        self.portal.lock().log.clone()
    }

    /// Starts the log anew.
    pub fn forget_requests(&self) {
        self.portal.lock().log.clear();
    }

    /// The ids of the clients that registered themselves.
    pub fn registered(&self) -> Vec<String> {
        self.portal.lock().clients.registered()
    }

    /// Ends every grant, as when the patient disconnects the app on the portal's own pages.
    pub fn revoke_all(&self) {
        self.portal.lock().grants.revoke_all();
    }

    fn listen(&self, listener: std::net::TcpListener) -> Result<(), Error> {
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let router =
            portal::router(Arc::clone(&self.portal)).into_make_service_with_connect_info::<Scissors>();
        let shown = self.shown.clone();
        let answer = async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            match shown {
                None => axum::serve(Cuttable(listener), router).await,
                Some(shown) => axum::serve(Cuttable(TlsListener::new(listener, &shown)?), router).await,
            }
        };
        let serve = async move {
            tokio::select! {
                _ = answer => {}
                _ = stopped => {}
            }
        };
        // Dropping the runtime at the end of the thread closes the connections that are still open.
        let thread =
            std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || runtime.block_on(serve))?;
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(Server { stop, thread });
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}
