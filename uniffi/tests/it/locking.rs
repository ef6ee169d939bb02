//! Locking closes the record for everybody at once.

use wellkept::{HealthError, ListKind, Query, Unlock, Wanted};

use crate::device::{PASSPHRASE, Phone, new_connection};

fn timeline() -> Wanted {
    Wanted::Lines { query: Query { list: ListKind::Timeline, filter: wellkept::Filter::default() } }
}

#[tokio::test(flavor = "multi_thread")]
async fn locking_ends_subscriptions_sign_ins_and_calls_and_the_record_opens_again() {
    let portal = harness::portal(sandbox::demo_data::hospital());
    let phone = Phone::new().await;
    let subscription = phone.client.observe(timeline());
    let seen = subscription.next(0).await.unwrap().version;
    let waits = tokio::spawn(async move { subscription.next(seen).await });
    phone.client.connect(new_connection(portal.base_url())).await.unwrap();
    phone.client.lock().await.unwrap();
    assert!(matches!(waits.await.unwrap(), Err(HealthError::Locked { .. })));
    assert!(phone.client.is_locked());
    assert!(matches!(phone.client.status().await, Err(HealthError::Locked { .. })));
    assert!(matches!(phone.client.observe(timeline()).next(0).await, Err(HealthError::Locked { .. })));
    let back = phone.client.redirected("http://127.0.0.1:49152/callback?code=x&state=y".to_owned()).await;
    assert!(matches!(back, Err(HealthError::Locked { .. })));
    phone.client.lock().await.unwrap();
    // The file is free: nothing of the locked record is held.
    let opened = phone.open(Unlock::Passphrase { passphrase: PASSPHRASE.to_owned() }).await.unwrap();
    opened.status().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_open_it_is_in_use() {
    let phone = Phone::new().await;
    let second = phone.open(Unlock::Passphrase { passphrase: PASSPHRASE.to_owned() }).await;
    assert!(matches!(second, Err(HealthError::InUse { .. })));
}
