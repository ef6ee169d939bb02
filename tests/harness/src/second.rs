//! Two devices of one person: each with a record's file, keys and connections of its own. What they have said is carried from one to
//! the other by hand, until devices can do so themselves.

use std::sync::Arc;

use client::platform::Keychain;
use client::{RecoveryKit, Unlock};
use fhir::Resource;
use statement::{MemberId, Signed};
use store::{Commit, Store};
use vault::{SecretKey32, seal, wrap};

use crate::device::{database, keychain};
use crate::{BEGINNING, Device, PASSPHRASE, TestClock, Wire, platform};

/// Statements that are carried in one go.
const MANY: usize = 1_000_000;

impl Device {
    /// Another device of the same person, which holds the same record and has said nothing yet.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn another(&mut self, name: &'static str) -> Device {
        let member = self.client().member();
        let home = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(TestClock::new(BEGINNING));
        let wire = Arc::new(Wire::new());
        let doors = platform(keychain(home.path()), &clock, &wire);
        let random = || {
            let mut bytes = [0_u8; 32];
            doors.random.fill(&mut bytes).expect("random bytes");
            SecretKey32::new(bytes)
        };
        let (key, kit) = (random(), RecoveryKit::new(random()));
        let seed = random();
        keep(&doors, &key, &kit, &seed, &member);
        drop(Store::create(&database(home.path()), key.expose()).expect("a file"));
        let mut other = Device { name, clock, wire, kit, home, client: None };
        self.close();
        carry(self, &other);
        self.unlock();
        other.unlock();
        other
    }

    /// What either has said reaches the other.
    ///
    /// # Panics
    /// When one of them cannot be opened.
    pub fn meet(&mut self, other: &mut Device) {
        self.close();
        other.close();
        carry(self, other);
        carry(other, self);
        self.unlock();
        other.unlock();
    }

    /// Opens it by its kit, which takes no time.
    pub fn unlock(&mut self) {
        self.close();
        let words = self.kit.words().expect("words").join(" ");
        self.client = Some(self.open(&Unlock::Kit(&words)).expect("to open"));
    }

    /// The store itself, while the client is closed.
    fn store(&self) -> Store {
        let wrapped = keychain(self.home()).load("wrap.kit").expect("a keychain").expect("a wrap");
        let key = wrap::open_kit(&wrapped, &self.kit).expect("the kit to open it");
        Store::open(&self.database(), key.expose()).expect("the store")
    }
}

/// What [`client::Client::init`] keeps of a device: its own key under that of its database, and the wraps of this.
fn keep(
    doors: &client::Platform,
    key: &SecretKey32,
    kit: &RecoveryKit,
    seed: &SecretKey32,
    member: &MemberId,
) {
    // CBOR: {0: seed, 1: member}.
    let mut secret = vec![0xA2, 0x00, 0x58, 0x20];
    secret.extend_from_slice(seed.expose());
    secret.extend_from_slice(&[0x01, 0x50]);
    secret.extend_from_slice(member.as_bytes());
    let sealing = seal::derive_device_key(key).expect("a key");
    let sealed = seal::seal(&sealing, "device", [7; 12], &secret).expect("a seal");
    let by_kit = wrap::with_kit(key, kit, [8; 12]).expect("a wrap");
    let by_passphrase = wrap::with_passphrase(key, PASSPHRASE, [9; 16], [9; 12], wrap::Cost::default());
    for (name, bytes) in
        [("device", sealed), ("wrap.kit", by_kit), ("wrap.passphrase", by_passphrase.expect("a wrap"))]
    {
        doors.keychain.store(name, &bytes).expect("to be kept");
    }
}

/// Carries what one holds to the other: statements as they were signed, and the contents that they name.
fn carry(from: &Device, to: &Device) {
    let (from, to) = (from.store(), to.store());
    let all = from.statements_after(0, MANY).expect("statements").into_iter();
    let new: Vec<Signed> = all
        .map(|(_, signed)| signed)
        .filter(|signed| to.statement(&signed.digest()).expect("an answer").is_none())
        .collect();
    let statements = new
        .into_iter()
        .map(|signed| {
            let said = vault::verify(&signed).expect("a genuine statement");
            (signed, said)
        })
        .collect();
    to.commit(Commit { statements, ..Commit::default() }).expect("to be kept");
    let missing = to.missing_resources(MANY).expect("an answer").into_iter();
    let held = missing.filter_map(|digest| from.bytes(&digest).expect("an answer"));
    let resources = held.map(|bytes| Resource::parse(&bytes).expect("a resource")).collect();
    to.commit(Commit { resources, ..Commit::default() }).expect("to be kept");
}
