//! A phone of Alice's, behind the bindings.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sandbox::{ALICE_PASSWORD, Running, driver};
use tempfile::TempDir;
use wellkept::{
    AppIdentity, Client, ClockPort, HealthError, Made, NetworkCost, NetworkPort, NewConnection, Platform,
    PortFailure, Returned, Unlock, keychain_in_folder, make_record,
};

pub const PASSPHRASE: &str = "correct horse battery staple";

/// A clock that can be made to panic.
#[derive(Default)]
pub struct Breaking(AtomicBool);

impl Breaking {
    pub fn set(&self, broken: bool) {
        self.0.store(broken, Ordering::SeqCst);
    }
}

impl ClockPort for Breaking {
    fn now(&self) -> i64 {
        assert!(!self.0.load(Ordering::SeqCst), "a seeded panic");
        harness::BEGINNING
    }
}

/// A network whose state can be unknown.
#[derive(Default)]
pub struct Unsteady(AtomicBool);

impl Unsteady {
    pub fn set(&self, unknown: bool) {
        self.0.store(unknown, Ordering::SeqCst);
    }
}

impl NetworkPort for Unsteady {
    fn cost(&self) -> Result<NetworkCost, PortFailure> {
        if self.0.load(Ordering::SeqCst) { Err(PortFailure::Unavailable) } else { Ok(NetworkCost::Free) }
    }
}

pub struct Phone {
    pub home: TempDir,
    pub clock: Arc<Breaking>,
    pub network: Arc<Unsteady>,
    pub client: Arc<Client>,
    pub kit: Vec<String>,
}

impl Phone {
    pub async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (clock, network) = (Arc::<Breaking>::default(), Arc::<Unsteady>::default());
        let platform = platform(&home, &clock, &network);
        let Made { client, kit } =
            make_record(platform, database(&home), "Alice".to_owned(), PASSPHRASE.to_owned()).await.unwrap();
        Self { home, clock, network, client, kit }
    }

    pub fn platform(&self) -> Platform {
        platform(&self.home, &self.clock, &self.network)
    }

    pub fn database(&self) -> String {
        database(&self.home)
    }

    pub async fn open(&self, unlock: Unlock) -> Result<Arc<Client>, HealthError> {
        Client::open(self.platform(), self.database(), unlock).await
    }

    /// Connects a portal by its real sign-in pages, as alice.
    pub async fn connect(&self, portal: &Running) -> Returned {
        let page = self.client.connect(new_connection(portal.base_url())).await.unwrap();
        let back = driver::sign_in(&page.address, "alice", ALICE_PASSWORD, None).await.unwrap();
        self.client.redirected(back).await.unwrap()
    }
}

pub fn new_connection(base: String) -> NewConnection {
    NewConnection {
        base,
        app: AppIdentity::Named { client_id: sandbox::CLIENT_ID.to_owned(), key: None },
        redirect_uri: "http://127.0.0.1:49152/callback".to_owned(),
        name: Some("River Clinic".to_owned()),
        same_person: false,
    }
}

fn platform(home: &TempDir, clock: &Arc<Breaking>, network: &Arc<Unsteady>) -> Platform {
    Platform {
        keychain: keychain_in_folder(home.path().join("keychain").display().to_string()),
        network: network.clone(),
        clock: Some(clock.clone()),
        random: None,
    }
}

fn database(home: &TempDir) -> String {
    home.path().join("record.db").display().to_string()
}
