use std::path::{Path, PathBuf};
use std::sync::Arc;

use client::platform::files::FileKeychain;
use client::platform::http::ReqwestHttp;
use client::platform::system::SystemRandomBytes;
use client::{
    Client, Connecting, Error, NewConnection, Platform, Reason, RecoveryKit, Returned, SyncReport, Unlock,
};
use sandbox::{ALICE_PASSWORD, Running, driver};
use tempfile::TempDir;

use crate::{BEGINNING, TestClock};

/// The passphrase of every device in a journey.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// A person's device: a folder, a clock and, while it is unlocked, a client.
pub struct Device {
    /// Who and which: "alice's phone".
    pub name: &'static str,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// What was printed when the record was made.
    pub kit: RecoveryKit,
    home: TempDir,
    client: Option<Client>,
}

impl Device {
    /// A device with a new record.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(TestClock::new(BEGINNING));
        let platform = platform(home.path(), &clock);
        let made = Client::init(platform, &database(home.path()), name, PASSPHRASE);
        let (client, kit) = made.expect("a new record");
        Self { name, clock, kit, home, client: Some(client) }
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

    /// Tries to open the record, as another process would.
    ///
    /// # Errors
    /// Those of [`Client::open`].
    pub fn open(&self, unlock: &Unlock<'_>) -> Result<Client, Error> {
        Client::open(platform(self.home.path(), &self.clock), &self.database(), unlock)
    }

    /// Connects a portal by its real sign-in pages; the device's clock is set to the portal's.
    pub async fn connect(&self, portal: &Running, name: &str) -> Returned {
        let connecting = self.begin(portal, name).await.expect("a sign-in page");
        self.finish(connecting, None).await.expect("a sign-in")
    }

    /// Begins a sign-in.
    ///
    /// # Errors
    /// Those of [`Client::connect`].
    pub async fn begin(&self, portal: &Running, name: &str) -> Result<Connecting, Error> {
        let new = NewConnection {
            base: portal.base_url(),
            name: Some(name.to_owned()),
            client_id: sandbox::CLIENT_ID.to_owned(),
            redirect_uri: "http://127.0.0.1:49152/callback".to_owned(),
            same_person: false,
        };
        self.client().connect(new).await
    }

    /// Posts the sign-in forms as alice, choosing a patient where there are several, and returns to the app.
    ///
    /// # Errors
    /// Those of [`Connecting::redirected`].
    pub async fn finish(&self, mut connecting: Connecting, patient: Option<&str>) -> Result<Returned, Error> {
        let back = driver::sign_in(connecting.address(), "alice", ALICE_PASSWORD, patient).await;
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

fn database(home: &Path) -> PathBuf {
    home.join("record.db")
}

fn platform(home: &Path, clock: &Arc<TestClock>) -> Platform {
    Platform {
        clock: clock.clone(),
        random: Arc::new(SystemRandomBytes::new()),
        http: Arc::new(ReqwestHttp::new().expect("HTTP")),
        keychain: Arc::new(FileKeychain::new(home.join("keychain"))),
    }
}
