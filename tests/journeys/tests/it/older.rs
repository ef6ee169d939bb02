//! Control C2: an older copy of the database, put in the place of the newer one, is noticed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use client::platform::folder::{FolderSink, FolderSource};
use client::{Client, Error, Query, Reason, Unlock};
use harness::{Device, PASSPHRASE};

const RIGHT: Unlock<'static> = Unlock::Passphrase(PASSPHRASE);

/// The database and its write-ahead log, as they lie there.
type Files = BTreeMap<&'static str, Vec<u8>>;

fn copied(home: &Path) -> Files {
    let names = ["record.db", "record.db-wal"];
    names.into_iter().filter_map(|name| Some((name, fs::read(home.join(name)).ok()?))).collect()
}

fn put_back(home: &Path, files: &Files) {
    for name in ["record.db", "record.db-wal", "record.db-shm"] {
        let _ = fs::remove_file(home.join(name));
    }
    files.iter().for_each(|(name, bytes)| fs::write(home.join(name), bytes).unwrap());
}

fn texts(client: &Client) -> Vec<String> {
    let notes = client.notes().unwrap();
    let mut texts: Vec<_> = notes.iter().filter_map(|note| note.versions[0].text.clone()).collect();
    texts.sort();
    texts
}

fn refused<T>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::OlderCopy)), "{:?}", result.err());
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_an_older_copy_is_noticed_and_read_and_nothing_is_added_to_it() {
    let hospital = crate::canary::hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.sync().await;
    phone.client().write_note("first", None).unwrap();
    let held = crate::child::contents(phone.client()).unwrap();
    // With its log, as a backup program takes it while the app is open; and as it lies there when it is closed.
    let open = copied(phone.home());
    phone.close();
    let closed = copied(phone.home());
    phone.reopen();
    assert!(!phone.client().is_older_copy());
    phone.client().write_note("second", None).unwrap();
    phone.close();
    let newest = copied(phone.home());

    for older in [&open, &closed] {
        put_back(phone.home(), older);
        let client = phone.open(&RIGHT).unwrap();
        assert!(client.is_older_copy());
        assert_eq!(
            (texts(&client), crate::child::contents(&client).unwrap()),
            (vec!["first".to_owned()], held.clone())
        );
        let first =
            client.view(&Query::Timeline(Default::default())).unwrap().groups[0].lines[0].reference.clone();
        client.mark_read(&[first]).unwrap();
        refused(client.write_note("third", None));
        refused(client.sync(Reason::Asked { full: false }, |_| {}).await);
        let verified = client.verify().unwrap();
        assert!(!verified.sound);
        assert_eq!(
            verified.problems,
            [
                "This record's file is an older copy: what was added on this device since is not in it. It can be read and \
              exported, and nothing can be added to it. Put the newer file back; or, if there is none, export this one, import it into a new \
              record and go on there"
            ]
        );
        let folder = tempfile::tempdir().unwrap();
        let mut sink = FolderSink::new(folder.path().join("export")).unwrap();
        assert_eq!(client.export(&mut sink, |_| {}).unwrap().notes, 1);
        drop(client);
        // Nor does it pass for the newest once it was opened.
        assert!(phone.open(&RIGHT).unwrap().is_older_copy());
    }

    put_back(phone.home(), &newest);
    phone.reopen();
    assert!(!phone.client().is_older_copy());
    phone.client().write_note("third", None).unwrap();
    assert_eq!(texts(phone.client()), ["first", "second", "third"]);
    assert!(phone.client().verify().unwrap().sound);
}

/// What a sync brought counts too; a word that is older than the database, or lost, says nothing against it.
#[tokio::test(flavor = "multi_thread")]
async fn c2_a_copy_from_before_a_sync_is_noticed_and_a_lost_or_older_word_is_no_alarm() {
    let hospital = crate::canary::hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.close();
    let before = copied(phone.home());
    let word = phone.home().join("keychain/heads");
    let old_word = fs::read(&word).unwrap();
    phone.reopen();
    phone.sync().await;
    phone.close();
    let (after, new_word) = (copied(phone.home()), fs::read(&word).unwrap());
    assert_ne!(old_word, new_word);
    let attachments = || fs::read_dir(phone.home().join("record.db.files")).unwrap().count();
    let came = attachments();
    assert!(came > 0);

    put_back(phone.home(), &before);
    assert!(phone.open(&RIGHT).unwrap().is_older_copy());
    assert_eq!(attachments(), came, "an older copy does not know of them: they stay for the newer one");
    put_back(phone.home(), &after);
    for (said, what) in
        [(Some(old_word), "older"), (Some(b"scribble".to_vec()), "unreadable"), (None, "lost")]
    {
        match said {
            Some(bytes) => fs::write(&word, bytes).unwrap(),
            None => fs::remove_file(&word).unwrap(),
        }
        let client = phone.open(&RIGHT).unwrap();
        assert!(!client.is_older_copy(), "{what}");
        client.write_note(what, None).unwrap();
        assert_ne!(fs::read(&word).unwrap_or_default(), Vec::<u8>::new(), "{what}");
    }
    put_back(phone.home(), &after);
    assert!(phone.open(&RIGHT).unwrap().is_older_copy(), "the word was kept anew each time");
}

#[test]
fn c2_another_record_under_the_same_name_is_not_opened() {
    let (mut phone, mut other) = (Device::new("alice's phone"), Device::new("bob's phone"));
    phone.client().write_note("hers", None).unwrap();
    phone.close();
    other.close();
    let (own, foreign) = (copied(phone.home()), copied(other.home()));
    put_back(phone.home(), &foreign);
    let error = phone.open(&RIGHT).err().unwrap();
    assert!(matches!(error, Error::Damaged(_)), "{error:?}");
    assert_eq!(copied(phone.home()), foreign, "it was left as it was");
    put_back(phone.home(), &own);
    assert_eq!(texts(&phone.open(&RIGHT).unwrap()), ["hers"]);
}

/// A page in the middle of the file is damaged: what is whole is taken over, the damaged file stays beside it, a full sync brings the rest.
#[tokio::test(flavor = "multi_thread")]
async fn c2_what_a_damaged_file_still_holds_is_salvaged_and_a_full_sync_brings_the_rest() {
    let hospital = crate::canary::hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.sync().await;
    phone.client().write_note("first", None).unwrap();
    let held = crate::child::contents(phone.client()).unwrap();
    phone.close();
    let (platform, whole) = (phone.platform(), copied(phone.home()));
    let pages = whole["record.db"].len() / 4096;
    let (mut like_before, mut older) = (0, 0);
    for page in (1..pages).step_by(5) {
        let mut damaged = whole.clone();
        damaged.get_mut("record.db").unwrap()[page * 4096 + 99] ^= 1;
        put_back(phone.home(), &damaged);
        let Ok(salvaged) = Client::salvage(&platform, &phone.database(), &RIGHT, |_| {}) else { continue };
        assert_eq!(fs::read(phone.home().join(&salvaged.aside)).unwrap(), damaged["record.db"]);
        let Ok(client) = phone.open(&RIGHT) else { continue };
        client.finish_rebuild(|_| {}).unwrap();
        if client.is_older_copy() {
            older += 1;
            refused(client.write_note("again", None));
            continue;
        }
        client.sync(Reason::Asked { full: true }, |_| {}).await.unwrap();
        like_before += 1;
        if salvaged.lost == 0 {
            assert_eq!(
                (crate::child::contents(&client).unwrap(), texts(&client)),
                (held.clone(), vec!["first".to_owned()])
            );
        }
    }
    crate::child::say(&format!("{like_before} like before, {older} older, of {pages} pages"));
    assert!(like_before > 3);
}

/// The way on from an older copy: what it holds goes into a new record, with a signing key and chains of its own, which takes portals
/// and words again.
#[tokio::test(flavor = "multi_thread")]
async fn c2_alice_goes_on_from_an_older_copy_in_a_new_record() {
    let hospital = crate::canary::hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.sync().await;
    phone.client().write_note("first", None).unwrap();
    let held = crate::child::contents(phone.client()).unwrap();
    phone.close();
    let older = copied(phone.home());
    phone.reopen();
    phone.client().write_note("second", None).unwrap();
    phone.close();
    put_back(phone.home(), &older);
    let client = phone.open(&RIGHT).unwrap();
    refused(client.write_note("third", None));
    let folder = tempfile::tempdir().unwrap();
    let leaving = folder.path().join("export");
    let exported = client.export(&mut FolderSink::new(leaving.clone()).unwrap(), |_| {}).unwrap();
    let old = client.record_id();
    drop(client);

    let new = Device::new("alice's phone, again");
    let imported = new.client().import(&mut FolderSource::new(leaving), |_| {}).unwrap();
    assert_eq!((&imported.digest, &imported.expected), (&exported.digest, &exported.digest));
    assert_ne!(new.client().record_id(), old);
    assert!(!new.client().is_older_copy());
    assert_eq!(
        (texts(new.client()), crate::child::contents(new.client()).unwrap()),
        (vec!["first".to_owned()], held)
    );
    new.client().write_note("third", None).unwrap();
    new.connect(&hospital, "Riverside").await;
    let report = new.sync_full().await;
    assert!(report.portals[0].trouble.is_none(), "{report:?}");
    assert_eq!(texts(new.client()), ["first", "third"]);
    let verified = new.client().verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
    // The older copy is as it was: should the newer file be found, it can still be put back.
    assert!(phone.open(&RIGHT).unwrap().is_older_copy());
}

/// Whatever of the first page is damaged, all is taken over: the keychain knows what the file began with.
#[tokio::test(flavor = "multi_thread")]
async fn c2_a_record_whose_beginning_is_damaged_is_salvaged_whole() {
    let hospital = crate::canary::hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.sync().await;
    phone.client().write_note("first", None).unwrap();
    let (held, digest) =
        (crate::child::contents(phone.client()).unwrap(), phone.client().verify().unwrap().digest);
    phone.close();
    let whole = copied(phone.home());
    for range in [0..16, 16..4096, 0..4096] {
        let mut damaged = whole.clone();
        damaged.get_mut("record.db").unwrap()[range.clone()].fill(0);
        put_back(phone.home(), &damaged);
        let error = phone.open(&RIGHT).err().unwrap();
        assert!(matches!(error, Error::Damaged(_)), "{error:?}");
        let salvaged = Client::salvage(&phone.platform(), &phone.database(), &RIGHT, |_| {}).unwrap();
        assert_eq!((salvaged.lost, salvaged.texts), (0, 1), "{range:?}");
        assert_eq!(fs::read(phone.home().join(&salvaged.aside)).unwrap(), damaged["record.db"]);
        phone.reopen();
        phone.client().finish_rebuild(|_| {}).unwrap();
        assert!(!phone.client().is_older_copy());
        let verified = phone.client().verify().unwrap();
        assert!(verified.sound && verified.digest == digest, "{range:?}: {:?}", verified.problems);
        phone.client().write_note("then", None).unwrap();
        phone.sync_full().await;
        assert_eq!(crate::child::contents(phone.client()).unwrap(), held);
        phone.close();
        // The word in the keychain speaks of the new file by now.
        let heads = phone.home().join("keychain/heads");
        fs::remove_file(heads).unwrap();
        put_back(phone.home(), &whole);
        drop(phone.open(&RIGHT).unwrap());
    }
    // Nothing is left of it: an error that says so, and nothing is touched.
    let rubble = BTreeMap::from([("record.db", vec![7; whole["record.db"].len()])]);
    put_back(phone.home(), &rubble);
    let error = Client::salvage(&phone.platform(), &phone.database(), &RIGHT, |_| {}).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The record's file is damaged: nothing of it can be read any more. It was left as it is"
    );
    assert_eq!(copied(phone.home()), rubble);
}
