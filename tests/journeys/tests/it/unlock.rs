//! Getting into a record: passphrase, recovery kit, a keychain that fails, and a record that was never finished.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use client::{Client, Error, Platform, RecoveryKit, Unlock};
use harness::{BEGINNING, Device, PASSPHRASE, TestClock, TestKeychain, Wire, platform};
use tempfile::TempDir;

const RIGHT: Unlock<'static> = Unlock::Passphrase(PASSPHRASE);
const WRONG: Unlock<'static> = Unlock::Passphrase("incorrect horse");

/// A phone whose keychain the test holds in its hand.
struct Phone {
    home: TempDir,
    clock: Arc<TestClock>,
    keychain: Arc<TestKeychain>,
}

impl Phone {
    fn new() -> Self {
        let (clock, keychain) = (TestClock::new(BEGINNING), TestKeychain::default());
        Self { home: tempfile::tempdir().unwrap(), clock: Arc::new(clock), keychain: Arc::new(keychain) }
    }

    fn with_record() -> (Self, RecoveryKit) {
        let phone = Self::new();
        let (client, kit) = phone.init().unwrap();
        client.write_note("kept", None).unwrap();
        (phone, kit)
    }

    fn platform(&self) -> Platform {
        platform(self.keychain.clone(), &self.clock, &Arc::new(Wire::new()))
    }

    fn database(&self) -> PathBuf {
        self.home.path().join("record.db")
    }

    fn init(&self) -> Result<(Client, RecoveryKit), Error> {
        Client::init(self.platform(), &self.database(), "alice", PASSPHRASE)
    }

    fn open(&self, unlock: &Unlock<'_>) -> Result<Client, Error> {
        Client::open(self.platform(), &self.database(), unlock)
    }

    fn refusal(&self, unlock: &Unlock<'_>) -> Error {
        match self.open(unlock) {
            Ok(_) => panic!("it opened"),
            Err(error) => error,
        }
    }

    /// The files beside the record, but for the lock.
    fn files(&self) -> BTreeSet<String> {
        let files = fs::read_dir(self.home.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.ends_with(".lock")).collect()
    }

    /// What is in the keychain, but for the count of tries.
    fn keys(&self) -> BTreeMap<String, Vec<u8>> {
        let mut keys = self.keychain.contents();
        keys.remove("attempts");
        keys
    }

    fn holds_the_note(&self, client: &Client) {
        let notes = client.notes().unwrap();
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].versions[0].text.as_deref(), Some("kept"));
    }
}

#[test]
fn a_wrong_passphrase_changes_nothing_and_says_so() {
    let (phone, _) = Phone::with_record();
    let bytes = fs::read(phone.database()).unwrap();
    let error = phone.refusal(&WRONG);
    assert!(matches!(error, Error::WrongPassphrase), "{error:?}");
    assert_eq!(error.to_string(), "That passphrase does not open this record. Nothing was changed");
    assert!(matches!(phone.refusal(&Unlock::Passphrase("")), Error::WrongPassphrase | Error::Invalid(_)));
    assert_eq!(fs::read(phone.database()).unwrap(), bytes);
    phone.holds_the_note(&phone.open(&RIGHT).unwrap());
}

#[test]
fn an_empty_passphrase_makes_no_record() {
    let phone = Phone::new();
    let made = Client::init(phone.platform(), &phone.database(), "alice", "");
    assert!(matches!(made, Err(Error::Invalid(_))));
    assert!(matches!(phone.refusal(&Unlock::Passphrase("")), Error::NoRecord));
    phone.init().unwrap();
}

/// Every try is made by a process of its own: what is counted is counted outside of it.
#[test]
fn from_the_fifth_wrong_try_the_wait_grows_whatever_the_clock_says() {
    let (phone, kit) = Phone::with_record();
    let waits = |unlock| match phone.refusal(unlock) {
        Error::TryAgainIn { seconds } => Some(seconds),
        Error::WrongPassphrase => None,
        other => panic!("{other:?}"),
    };
    for _ in 0..5 {
        assert_eq!(waits(&WRONG), None);
    }
    assert_eq!(waits(&WRONG), Some(30));
    assert_eq!(waits(&RIGHT), Some(30), "the right one waits too: else it could be told by not waiting");
    phone.clock.turn(29);
    assert_eq!(waits(&RIGHT), Some(1));
    phone.clock.turn(-86_400);
    assert_eq!(waits(&RIGHT), Some(30), "a clock set back starts the wait anew");
    phone.clock.turn(30);
    assert_eq!(waits(&WRONG), None);
    assert_eq!(waits(&WRONG), Some(60), "a sixth wrong try doubles it");
    let error = phone.refusal(&RIGHT).to_string();
    assert_eq!(error, "Too many wrong tries. Try again in 60 s, or open the record with the recovery kit");

    phone.holds_the_note(&phone.open(&Unlock::Kit(&words(&kit))).unwrap());
    phone.clock.turn(60);
    drop(phone.open(&RIGHT).unwrap());
    assert_eq!(waits(&WRONG), None, "the right one cleared the count");
}

/// A count that was thrown away or scribbled over is no way around it.
#[test]
fn a_damaged_count_of_tries_waits() {
    let (phone, _) = Phone::with_record();
    drop(phone.open(&RIGHT).unwrap());
    let mut kept = phone.keychain.contents();
    kept.insert("attempts".to_owned(), b"scribble".to_vec()).expect("a count is kept");
    phone.keychain.replace(kept);
    assert!(matches!(phone.refusal(&RIGHT), Error::TryAgainIn { seconds: 30 }));
    phone.clock.turn(30);
    phone.open(&RIGHT).unwrap();
}

/// A try that cannot be counted is not made.
#[test]
fn a_keychain_that_cannot_count_lets_no_one_try() {
    let (phone, _) = Phone::with_record();
    phone.keychain.allow_writes(0);
    assert!(matches!(phone.refusal(&WRONG), Error::Locked));
    assert!(matches!(phone.refusal(&RIGHT), Error::Locked));
    phone.keychain.heal();
    phone.open(&RIGHT).unwrap();
}

#[test]
fn the_kit_opens_as_people_write_it_and_a_wrong_one_is_refused() {
    let (phone, kit) = Phone::with_record();
    let numbered = kit.words().unwrap().into_iter().enumerate();
    let numbered: Vec<_> =
        numbered.map(|(at, word)| format!("{}. {}", at + 1, word.to_uppercase())).collect();
    phone.holds_the_note(&phone.open(&Unlock::Kit(&numbered.join("\n"))).unwrap());

    let (_, another) = Phone::with_record();
    let mut typo = kit.words().unwrap();
    typo[6] = "alicce";
    let mut swapped = kit.words().unwrap();
    let other = swapped.iter().position(|word| *word != swapped[0]).unwrap();
    swapped.swap(0, other);
    let short = kit.words().unwrap()[..23].join(" ");
    // Word for word, so that no word of a kit is in it.
    let refusals = [
        (words(&another), "the recovery kit is not the one of this record"),
        (typo.join(" "), "word 7 is not on the list of recovery words"),
        (
            swapped.join(" "),
            "one of the recovery words is not the one written down, or two are in the wrong order",
        ),
        (short, "a recovery kit has 24 words, not 23"),
        (String::new(), "a recovery kit has 24 words, not 0"),
    ];
    for (wrong, said) in refusals {
        let error = phone.refusal(&Unlock::Kit(&wrong));
        assert!(matches!(error, Error::WrongKit { .. }), "{error:?}");
        assert_eq!(error.to_string(), format!("That recovery kit does not open this record: {said}"));
    }
    phone.holds_the_note(&phone.open(&RIGHT).unwrap());
}

#[test]
fn a_record_is_open_once() {
    let alice = Device::new("alice's phone");
    let error = alice.open(&RIGHT).err().unwrap();
    assert!(matches!(error, Error::InUse), "{error:?}");
    let error = alice.open(&Unlock::Kit(&words(&alice.kit))).err().unwrap();
    assert!(matches!(error, Error::InUse), "{error:?}");
    let clone = alice.client().clone();
    let mut alice = alice;
    alice.close();
    assert!(matches!(alice.open(&RIGHT), Err(Error::InUse)), "a clone still holds it");
    drop(clone);
    alice.reopen();
}

#[test]
fn a_forgotten_passphrase_is_replaced_with_the_kit() {
    let (phone, kit) = Phone::with_record();
    let other = "another one, several words long";
    let refused = Client::set_passphrase(&phone.platform(), &WRONG, other);
    assert!(matches!(refused, Err(Error::WrongPassphrase)), "{refused:?}");
    Client::set_passphrase(&phone.platform(), &Unlock::Kit(&words(&kit)), other).unwrap();
    assert!(matches!(phone.refusal(&RIGHT), Error::WrongPassphrase));
    phone.holds_the_note(&phone.open(&Unlock::Passphrase(other)).unwrap());
    phone.holds_the_note(&phone.open(&Unlock::Kit(&words(&kit))).unwrap());
}

#[test]
fn a_locked_keychain_is_a_locked_record_and_never_a_new_one() {
    let (phone, kit) = Phone::with_record();
    let files = phone.files();
    phone.keychain.lock();
    for unlock in [&RIGHT, &Unlock::Kit(&words(&kit))] {
        assert!(matches!(phone.refusal(unlock), Error::Locked));
    }
    assert!(matches!(phone.init(), Err(Error::Locked)));
    assert_eq!(phone.files(), files);
    phone.keychain.heal();
    phone.holds_the_note(&phone.open(&RIGHT).unwrap());

    let empty = Phone::new();
    empty.keychain.lock();
    assert!(matches!(empty.init(), Err(Error::Locked)));
    assert_eq!(empty.files(), BTreeSet::new(), "no database appears");
    assert_eq!(empty.keychain.contents().len(), 0);
}

#[test]
fn a_keychain_that_lost_its_entries_costs_no_data() {
    let (phone, kit) = Phone::with_record();
    let (files, whole) = (phone.files(), phone.keychain.contents());
    let bytes = fs::read(phone.database()).unwrap();
    phone.keychain.replace([].into());
    for unlock in [&RIGHT, &Unlock::Kit(&words(&kit))] {
        let error = phone.refusal(unlock);
        assert!(matches!(error, Error::KeysLost | Error::Damaged(_)), "{error:?}");
    }
    let error = phone.init().err().unwrap();
    assert!(matches!(error, Error::AlreadyThere), "{error:?}");
    assert_eq!(phone.files(), files);
    assert_eq!(fs::read(phone.database()).unwrap(), bytes, "not a byte was changed");

    // Each entry for itself: never a new record, and all is well when it is back.
    for name in whole.keys() {
        phone.keychain.replace(whole.clone());
        assert!(phone.keychain.lose(name));
        let kit = words(&kit);
        let opened = [RIGHT, Unlock::Kit(&kit)].map(|unlock| phone.open(&unlock).is_ok());
        let wanted = match name.as_str() {
            "wrap.passphrase" => [false, true],
            "wrap.kit" => [true, false],
            "attempts" | "heads" => [true, true],
            "device" => [false, false],
            other => panic!("a new name in the keychain: {other}"),
        };
        assert_eq!(opened, wanted, "without {name}");
        assert!(phone.init().is_err());
    }
    phone.keychain.replace(whole);
    phone.holds_the_note(&phone.open(&RIGHT).unwrap());
}

#[test]
fn a_record_is_made_once() {
    let (phone, _) = Phone::with_record();
    let (files, bytes, kept) = (phone.files(), fs::read(phone.database()).unwrap(), phone.keys());
    assert!(matches!(phone.init(), Err(Error::AlreadyThere)));
    assert_eq!((phone.files(), fs::read(phone.database()).unwrap()), (files, bytes));
    assert_eq!(phone.keys(), kept, "the keys are the same");
    phone.holds_the_note(&phone.open(&RIGHT).unwrap());

    fs::rename(phone.database(), phone.home.path().join("moved.db")).unwrap();
    assert!(matches!(phone.refusal(&RIGHT), Error::NoRecord));
    assert!(matches!(phone.init(), Err(Error::Damaged(_))), "its keys are not thrown away");
    assert_eq!(phone.keys(), kept);
    fs::rename(phone.home.path().join("moved.db"), phone.database()).unwrap();
    phone.holds_the_note(&phone.open(&RIGHT).unwrap());
}

#[test]
fn a_record_that_was_never_finished_is_begun_again() {
    let mut failures = 0;
    for writes in 0.. {
        let phone = Phone::new();
        phone.keychain.allow_writes(writes);
        let made = phone.init();
        phone.keychain.heal();
        match made {
            Ok(_) => break,
            Err(error) => assert!(matches!(error, Error::Locked), "after {writes} writes: {error:?}"),
        }
        failures += 1;
        assert!(matches!(phone.refusal(&RIGHT), Error::NoRecord), "after {writes} writes");
        let (client, kit) = phone.init().unwrap_or_else(|error| panic!("after {writes} writes: {error}"));
        client.write_note("kept", None).unwrap();
        drop(client);
        phone.holds_the_note(&phone.open(&RIGHT).unwrap());
        phone.holds_the_note(&phone.open(&Unlock::Kit(&words(&kit))).unwrap());
        assert!(matches!(phone.init(), Err(Error::AlreadyThere)), "now it is a record");
        assert_eq!(phone.files(), BTreeSet::from(["record.db".to_owned()]));
    }
    assert_eq!(failures, 5, "the mark, the device, two wraps, and taking the mark away");
}

fn words(kit: &RecoveryKit) -> String {
    kit.words().unwrap().join(" ")
}
