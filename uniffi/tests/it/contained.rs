//! A panic inside, and a port that fails or panics, come out as errors; the record goes on.

use std::sync::Arc;

use wellkept::{
    Client, HealthError, KeychainPort, Platform, PortFailure, RandomPort, Reason, Unlock, free_network,
    keychain_in_folder, make_record,
};

use crate::device::{PASSPHRASE, Phone};

#[tokio::test(flavor = "multi_thread")]
async fn c15_a_panic_is_an_error_and_the_record_goes_on() {
    let phone = Phone::new().await;
    phone.client.write_note("before".to_owned(), None).await.unwrap();
    phone.clock.set(true);
    let panicked = phone.client.write_note("lost".to_owned(), None).await;
    // It says where it was, and nothing of what the panic said.
    assert!(
        matches!(&panicked, Err(HealthError::Bug { reason, .. }) if reason.starts_with("device.rs:")),
        "{panicked:?}"
    );
    let panicked = phone.client.keep_draft("{}".to_owned(), None).await;
    assert!(matches!(panicked, Err(HealthError::Bug { .. })), "{panicked:?}");
    phone.clock.set(false);
    phone.client.write_note("after".to_owned(), None).await.unwrap();
    assert_eq!(phone.client.notes().await.unwrap().len(), 2);
    phone.client.lock().await.unwrap();
    phone.clock.set(true);
    let panicked = phone.open(Unlock::Passphrase { passphrase: PASSPHRASE.to_owned() }).await;
    assert!(matches!(panicked, Err(HealthError::Bug { .. })));
    phone.clock.set(false);
    phone.open(Unlock::Kit { words: phone.kit.join(" ") }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_cannot_be_told_is_an_error_and_nothing_is_guessed() {
    let phone = Phone::new().await;
    phone.network.set(true);
    let unknown = phone.client.sync(Reason::Asked { full: false }, None).await;
    assert!(matches!(unknown, Err(HealthError::Bug { .. })), "{unknown:?}");
    phone.network.set(false);
    phone.client.sync(Reason::Asked { full: false }, None).await.unwrap();
}

/// A keychain that does not answer.
struct Silent;

impl KeychainPort for Silent {
    fn load(&self, _: String) -> Result<Option<Vec<u8>>, PortFailure> {
        Err(PortFailure::Unavailable)
    }

    fn store(&self, _: String, _: Vec<u8>) -> Result<(), PortFailure> {
        Err(PortFailure::Unavailable)
    }

    fn remove(&self, _: String) -> Result<(), PortFailure> {
        Err(PortFailure::Unavailable)
    }

    fn names(&self) -> Result<Vec<String>, PortFailure> {
        Err(PortFailure::Unavailable)
    }
}

/// Random numbers of the wrong length.
struct Short;

impl RandomPort for Short {
    fn bytes(&self, _: u32) -> Result<Vec<u8>, PortFailure> {
        Ok(vec![4])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_does_not_answer_means_locked_and_short_random_numbers_are_none() {
    let phone = Phone::new().await;
    phone.client.lock().await.unwrap();
    let silent = Platform { keychain: Arc::new(Silent), ..phone.platform() };
    let locked = Client::open(silent, phone.database(), Unlock::Kit { words: phone.kit.join(" ") }).await;
    assert!(matches!(locked, Err(HealthError::Locked { .. })));

    let home = tempfile::tempdir().unwrap();
    let short = Platform {
        keychain: keychain_in_folder(home.path().join("keychain").display().to_string()),
        network: free_network(),
        clock: None,
        random: Some(Arc::new(Short)),
    };
    let database = home.path().join("record.db").display().to_string();
    let failed = make_record(short, database.clone(), "Alice".to_owned(), PASSPHRASE.to_owned()).await;
    assert!(failed.is_err());
    assert!(!home.path().join("record.db").exists());
}
