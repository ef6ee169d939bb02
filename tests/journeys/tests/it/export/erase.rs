//! A record that is gone for good, also when the erasing is killed in between.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use client::platform::Keychain;
use client::{Client, Error, Returned, Unlock, erase};
use harness::{BEGINNING, Device, PASSPHRASE, TestClock, TestKeychain, Wire, platform, portal};
use sandbox::demo_data;
use store::Store;
use vault::{RecoveryKit, SecretKey32, wrap};

/// A record whose keychain can be made to fail, with something in it.
struct Doomed {
    home: tempfile::TempDir,
    keychain: Arc<TestKeychain>,
    kit: String,
}

impl Doomed {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let keychain = Arc::new(TestKeychain::default());
        let doomed = Self { home, keychain, kit: String::new() };
        let (client, kit) = Client::init(doomed.platform(), &doomed.database(), "alice", PASSPHRASE).unwrap();
        client.write_note("A secret word: cloudberry", None).unwrap();
        drop(client);
        let kit = kit.words().unwrap().join(" ");
        // What an attachment leaves behind, and the access to a portal.
        fs::create_dir(doomed.home.path().join("record.db.files")).unwrap();
        fs::write(doomed.home.path().join("record.db.files/00ff"), b"sealed").unwrap();
        doomed.keychain.store("tokens.00", b"sealed").unwrap();
        Self { kit, ..doomed }
    }

    fn platform(&self) -> client::Platform {
        let clock = Arc::new(TestClock::new(BEGINNING));
        platform(self.keychain.clone(), &clock, &Arc::new(Wire::new()))
    }

    fn database(&self) -> std::path::PathBuf {
        self.home.path().join("record.db")
    }

    fn open(&self) -> Result<Client, Error> {
        Client::open(self.platform(), &self.database(), &Unlock::Passphrase(PASSPHRASE))
    }

    fn left(&self) -> Vec<String> {
        let names = fs::read_dir(self.home.path()).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Whether anything that is left in the keychain opens this file, with the passphrase or with the kit.
    fn opens(&self, database: &Path) -> bool {
        let kit = RecoveryKit::parse(&self.kit).unwrap();
        let opens = |key: &SecretKey32| Store::open(database, key.expose()).is_ok();
        self.keychain.contents().values().any(|kept| {
            let by_passphrase = wrap::open_passphrase(kept, PASSPHRASE).is_ok_and(|key| opens(&key));
            by_passphrase || wrap::open_kit(kept, &kit).is_ok_and(|key| opens(&key))
        })
    }
}

#[test]
fn c10_after_an_erasure_nothing_is_left_and_no_copy_opens() {
    let doomed = Doomed::new();
    let copies = tempfile::tempdir().unwrap();
    let copy = copies.path().join("record.db");
    fs::copy(doomed.database(), &copy).unwrap();
    assert!(doomed.opens(&copy), "the copy opens while there are keys");
    let erased = erase(&doomed.platform(), &doomed.database()).unwrap();
    // The two wraps, the device, the count of tries, a token; the database and a file.
    assert!(erased.keys >= 4 && erased.files >= 2, "{erased:?}");
    assert_eq!(doomed.keychain.contents(), Default::default());
    assert_eq!(doomed.left(), Vec::<String>::new());
    assert!(!doomed.opens(&copy));
    assert!(matches!(erase(&doomed.platform(), &doomed.database()), Err(Error::NoRecord)));
    assert_eq!(doomed.left(), Vec::<String>::new(), "asking again makes nothing");
    let (client, _) = Client::init(doomed.platform(), &doomed.database(), "alice", PASSPHRASE).unwrap();
    assert!(client.notes().unwrap().is_empty(), "a new record can be made there");
}

#[test]
fn c10_killed_at_any_step_the_record_is_none_and_the_next_erasure_finishes() {
    let mut steps = 0;
    for writes in 0.. {
        let doomed = Doomed::new();
        let copies = tempfile::tempdir().unwrap();
        let copy = copies.path().join("record.db");
        fs::copy(doomed.database(), &copy).unwrap();
        doomed.keychain.allow_writes(writes);
        let killed = erase(&doomed.platform(), &doomed.database());
        doomed.keychain.heal();
        if killed.is_ok() {
            break;
        }
        steps += 1;
        if writes == 0 {
            assert!(doomed.open().is_ok(), "nothing was begun");
            continue;
        }
        assert!(matches!(doomed.open(), Err(Error::NoRecord)), "{writes}: it still counts as a record");
        // The mark, and both wraps.
        if writes >= 3 {
            assert!(!doomed.opens(&copy), "{writes}: a copy still opens");
        }
        erase(&doomed.platform(), &doomed.database()).unwrap();
        assert_eq!(doomed.keychain.contents(), Default::default(), "{writes}");
        assert_eq!(doomed.left(), Vec::<String>::new(), "{writes}");
        assert!(!doomed.opens(&copy), "{writes}");
    }
    assert!(steps >= 6, "only {steps} steps were tried");
}

#[test]
fn a_keychain_that_does_not_answer_and_a_record_in_use_are_left_alone() {
    let doomed = Doomed::new();
    doomed.keychain.lock();
    assert!(matches!(erase(&doomed.platform(), &doomed.database()), Err(Error::Locked)));
    doomed.keychain.heal();
    let client = doomed.open().unwrap();
    assert!(matches!(erase(&doomed.platform(), &doomed.database()), Err(Error::InUse)));
    assert_eq!(client.notes().unwrap().len(), 1);
    drop(client);
    assert!(doomed.open().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn portals_are_asked_to_forget_their_tokens() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    let alice = Device::new("alice's phone");
    assert!(matches!(alice.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    hospital.forget_requests();
    let revoked = alice.client().end_connections().await.unwrap();
    assert!(revoked.len() == 1 && revoked[0].confirmed, "{revoked:?}");
    assert!(hospital.requests().iter().any(|request| request.path.contains("revoke")));
    assert!(alice.client().end_connections().await.unwrap().is_empty());

    let bob = Device::new("bob's phone");
    assert!(matches!(bob.connect(&hospital, "Riverside").await, Returned::Connected(_)));
    hospital.stop();
    let revoked = bob.client().end_connections().await.unwrap();
    assert!(!revoked[0].confirmed, "a portal that cannot be reached is no reason to keep a record");
}
