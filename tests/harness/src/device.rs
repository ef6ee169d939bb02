use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use client::platform::Keychain;
use client::platform::files::FileKeychain;
use client::platform::keys::SoftwareKeys;
use client::platform::system::SystemRandomBytes;
use client::views::{Filter, Line};
use client::{
    App, Client, Connecting, Error, NewConnection, Platform, Query, Reason, RecoveryKit, Returned,
    SyncReport, Unlock,
};
use sandbox::{ALICE_PASSWORD, Running, driver};
use tempfile::TempDir;
use vault::{SecretKey32, wrap};

use crate::{BEGINNING, TestClock, Wire};

/// The passphrase of every device in a journey.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// A person's device: a folder, a clock and, while it is unlocked, a client.
pub struct Device {
    /// Who and which: "alice's phone".
    pub name: &'static str,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// What went over its network.
    pub wire: Arc<Wire>,
    /// What was printed when the record was made.
    pub kit: RecoveryKit,
    pub(crate) home: TempDir,
    pub(crate) client: Option<Client>,
}

impl Device {
    /// A device with a new record.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(TestClock::new(BEGINNING));
        let wire = Arc::new(Wire::new());
        let platform = platform(keychain(home.path()), &clock, &wire);
        let made = Client::init(platform, &database(home.path()), name, PASSPHRASE);
        let (client, kit) = made.expect("a new record");
        Self { name, clock, wire, kit, home, client: Some(client) }
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.client.as_ref().expect("an unlocked device")
    }

    /// The folder that holds everything of this device.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The record's file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        database(self.home.path())
    }

    /// Closes the client: what is not on the disk is gone.
    pub fn close(&mut self) {
        self.client = None;
    }

    /// Closes the client and opens the record again.
    pub fn reopen(&mut self) {
        self.close();
        self.client = Some(self.open(&Unlock::Passphrase(PASSPHRASE)).expect("to open again"));
    }

    /// The doors of this device.
    #[must_use]
    pub fn platform(&self) -> Platform {
        platform(keychain(self.home.path()), &self.clock, &self.wire)
    }

    /// Tries to open the record, as another process would.
    ///
    /// # Errors
    /// Those of [`Client::open`].
    pub fn open(&self, unlock: &Unlock<'_>) -> Result<Client, Error> {
        Client::open(self.platform(), &self.database(), unlock)
    }

    /// The key of the record's file, unwrapped with the passphrase behind the client's back.
    #[must_use]
    pub fn database_key(&self) -> SecretKey32 {
        let wrapped = keychain(self.home.path()).load("wrap.passphrase").expect("a keychain");
        wrap::open_passphrase(&wrapped.expect("a wrap"), PASSPHRASE).expect("the passphrase to open it")
    }

    /// Connects a portal by its real sign-in pages, as alice.
    pub async fn connect(&self, portal: &Running, name: &str) -> Returned {
        let connecting = self.begin(portal, name).await.expect("a sign-in page");
        self.finish(connecting, None).await.expect("a sign-in")
    }

    /// Begins a sign-in.
    ///
    /// # Errors
    /// Those of [`Client::connect`].
    pub async fn begin(&self, portal: &Running, name: &str) -> Result<Connecting, Error> {
        self.client().connect(Self::new_connection(portal, name)).await
    }

    /// What it takes to connect a portal.
    #[must_use]
    pub fn new_connection(portal: &Running, name: &str) -> NewConnection {
        NewConnection {
            base: portal.base_url(),
            name: Some(name.to_owned()),
            app: App::Named { client_id: sandbox::CLIENT_ID.to_owned(), key: None },
            redirect_uri: "http://127.0.0.1:49152/callback".to_owned(),
            same_person: false,
        }
    }

    /// Posts the sign-in forms as alice, choosing a patient where there are several, and returns to the app.
    ///
    /// # Errors
    /// Those of [`Connecting::redirected`].
    pub async fn finish(&self, connecting: Connecting, patient: Option<&str>) -> Result<Returned, Error> {
        let alice = ("alice", ALICE_PASSWORD);
        self.finish_as(connecting, alice, patient).await
    }

    /// Posts the sign-in forms as this user (name and password).
    ///
    /// # Errors
    /// Those of [`Connecting::redirected`].
    pub async fn finish_as(
        &self,
        mut connecting: Connecting,
        (user, password): (&str, &str),
        patient: Option<&str>,
    ) -> Result<Returned, Error> {
        let back = driver::sign_in(connecting.address(), user, password, patient).await;
        let returned = connecting.redirected(&back.expect("the forms to be accepted")).await?;
        if !matches!(returned, Returned::ReadingOnly { .. }) {
            return Ok(returned);
        }
        let back = driver::sign_in(connecting.address(), user, password, patient).await;
        connecting.redirected(&back.expect("the forms to be accepted")).await
    }

    /// Fetches what is new.
    pub async fn sync(&self) -> SyncReport {
        self.client().sync(Reason::Asked { full: false }, |_| {}).await.expect("a sync")
    }

    /// Lists everything again.
    pub async fn sync_full(&self) -> SyncReport {
        self.client().sync(Reason::Asked { full: true }, |_| {}).await.expect("a sync")
    }
}

/// Every line of a list, window after window.
///
/// # Panics
/// When a window cannot be read, holds more than it may, or there is no end to them.
#[must_use]
pub fn lines(client: &Client, query: fn(Filter) -> Query, filter: &Filter) -> Vec<Line> {
    let mut all = Vec::new();
    let mut after = filter.after.clone();
    for _ in 0..1000 {
        let screen = client.view(&query(Filter { after, ..filter.clone() })).expect("a window");
        assert!(screen.shown() <= filter.window(), "a window of {} lines", screen.shown());
        all.extend(screen.groups.into_iter().flat_map(|group| group.lines));
        after = screen.more;
        if after.is_none() {
            return all;
        }
    }
    panic!("windows without an end");
}

/// Every entry of a record, each once: what happened, newest first, and then what no other list shows.
///
/// # Panics
/// As [`lines`].
#[must_use]
pub fn everything(client: &Client, filter: &Filter) -> Vec<Line> {
    let mut all = lines(client, Query::Timeline, filter);
    let listed: BTreeSet<(String, String)> =
        all.iter().map(|line| (line.issuer.clone(), line.reference.clone())).collect();
    let rest = lines(client, Query::Other, filter).into_iter();
    all.extend(rest.filter(|line| !listed.contains(&(line.issuer.clone(), line.reference.clone()))));
    all
}

/// The doors of a device: real random bytes, the given rest.
#[must_use]
pub fn platform(keychain: Arc<dyn Keychain>, clock: &Arc<TestClock>, wire: &Arc<Wire>) -> Platform {
    Platform {
        clock: clock.clone(),
        random: Arc::new(SystemRandomBytes::new()),
        http: wire.clone(),
        keychain,
        keys: Arc::new(SoftwareKeys::new()),
    }
}

pub(crate) fn database(home: &Path) -> PathBuf {
    home.join("record.db")
}

pub(crate) fn keychain(home: &Path) -> Arc<FileKeychain> {
    Arc::new(FileKeychain::new(home.join("keychain")))
}
