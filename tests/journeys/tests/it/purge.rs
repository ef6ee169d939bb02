//! What had been recorded by mistake, and is removed at a member's wish (hazard H19).

use client::views::{Line, Standing};
use client::{Error, Query};
use fhir::Digest;
use harness::everything;
use rusqlite::Connection;
use serde_json::json;
use store::Store;

use crate::maren::{Maren, all};
use crate::screens::golden;

const MISTAKE: &str = "Observation/status-in-error";

fn withdrawn(maren: &Maren) -> Line {
    maren.line(MISTAKE)
}

#[tokio::test(flavor = "multi_thread")]
async fn h19_what_was_recorded_by_mistake_is_removed_for_good() {
    let mut maren = Maren::begin().await;
    let client = maren.alice.client();
    let key = maren.key(MISTAKE);
    let bytes = client.raw(&key).unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("777"), "somebody's value");
    assert!(matches!(withdrawn(&maren).standing, Standing::Withdrawn { .. }));
    let living = maren.key("Observation/flag-n");
    for reference in [living.as_str(), "Observation/no-such"] {
        assert!(client.purge(reference).is_err(), "{reference}");
    }
    assert!(matches!(client.purge(&living), Err(Error::Invalid(_))));
    assert!(client.raw(&living).is_ok(), "nothing was changed");

    client.purge(&key).unwrap();
    let removed = withdrawn(&maren);
    assert_eq!(
        (removed.title.as_str(), &removed.standing, &removed.value),
        ("Observation", &Standing::Removed, &None)
    );
    assert!(matches!(client.raw(&key), Err(Error::NotFound)));
    assert!(client.search("AST", 50).unwrap().iter().all(|hit| hit.title != "AST"), "nor its title");
    let shown = client.show(&key).unwrap();
    assert_eq!((shown.everything.len(), shown.history.len(), shown.history[0].held), (0, 1, false));
    assert!(matches!(client.purge(&key), Err(Error::Invalid(_))), "it is done already");
    let listed = everything(client, &all()).into_iter().filter(|line| line.reference == MISTAKE);
    assert_eq!(
        listed.map(|line| line.standing).collect::<Vec<_>>(),
        [Standing::Removed],
        "that it was here is known"
    );
    let verified = client.verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
    assert_eq!(verified.purged, 1);
    golden(
        "purge",
        "removed.txt",
        &maren.told(&Query::Results(client::views::Filter { code: Some("Observation".to_owned()), ..all() })),
    );

    maren.alice.sync_full().await;
    assert_eq!(withdrawn(&maren).standing, Standing::Removed, "a later sync does not bring it back");
    maren.alice.client().rebuild(|_| {}).unwrap();
    assert_eq!(withdrawn(&maren).standing, Standing::Removed);
    maren.alice.close();
    let store = Store::open(&maren.alice.database(), maren.alice.database_key().expose()).unwrap();
    assert_eq!(store.bytes(&Digest::of(&bytes)).unwrap(), None);
    drop(store);
    nowhere(&maren, &Digest::of(&bytes));
    maren.alice.reopen();
    assert_eq!(withdrawn(&maren).standing, Standing::Removed);
}

/// The bytes lie in no table under any name.
fn nowhere(maren: &Maren, digest: &Digest) {
    let db = Connection::open(maren.alice.database()).unwrap();
    let key = data_encoding::HEXLOWER.encode(maren.alice.database_key().expose());
    db.execute_batch(&format!("PRAGMA key = \"x'{key}'\";")).unwrap();
    let count = |sql: &str| db.query_row::<i64, _, _>(sql, [digest.as_bytes()], |row| row.get(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM resource WHERE digest = ?1"), 0);
    assert_eq!(count("SELECT count(*) FROM revision WHERE digest = ?1"), 1, "the statement names it still");
    let codes = "SELECT count(*) FROM row_code c JOIN row r ON r.key = c.key WHERE r.current = ?1";
    assert_eq!(count(codes), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn h19_a_mistake_that_is_withdrawn_again_in_other_words_stays_removed() {
    let again = json!({"status": "entered-in-error", "note": [{"text": "belongs to somebody else"}]});
    let right = json!({"status": "corrected", "code": {"text": "AST"}, "effectiveDateTime": "2026-10-01",
        "category": [{"coding": [{"code": "laboratory"}]}], "valueQuantity": {"value": 31, "unit": "U/L"}});
    let later = vec![Maren::changed(MISTAKE, &again), Maren::changed(MISTAKE, &right)];
    let maren = Maren::with(later).await;
    let client = maren.alice.client();
    client.purge(&maren.key(MISTAKE)).unwrap();
    maren.a_day_later(1).await;
    assert_eq!(withdrawn(&maren).standing, Standing::Removed);
    assert!(client.search("somebody", 50).unwrap().is_empty());
    assert!(matches!(client.raw(&maren.key(MISTAKE)), Err(Error::NotFound)));
    // What the portal now says is so is no mistake any more.
    maren.a_day_later(2).await;
    let line = withdrawn(&maren);
    assert_eq!(line.value.as_deref(), Some("31 U/L"), "{line:?}");
    let verified = client.verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
}
