//! Control C4: after a lock in the strict mode no key and nothing of the person is left in the memory of the process.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use client::platform::http::ReqwestHttp;
use client::platform::system::wipe_memory;
use client::views::Filter;
use client::{Client, Reason, Unlock};
use harness::Device;
use serde_json::{Value, json};
use vault::seal;

use crate::canary::{self, PERSON};
use crate::child::{Job, Working, platform, say};

/// The child's side: reads everything, fetches anew with tokens, and locks.
pub async fn locked(home: &Path, more: &Value) {
    if more["strict"] == true {
        wipe_memory().unwrap();
    }
    let doors = platform(home, Arc::new(ReqwestHttp::new().unwrap()));
    let unlock = Unlock::Passphrase(harness::PASSPHRASE);
    let client = Client::open(doors, &home.join("record.db"), &unlock).unwrap();
    client.sync(Reason::Asked { full: true }, |_| {}).await.unwrap();
    {
        let all = harness::everything(&client, &Filter::default());
        assert_eq!(all.len(), 5);
        let shown: Vec<_> = all.iter().map(|line| client.show(&line.reference).unwrap()).collect();
        let found = client.search("gooseberries", 10).unwrap();
        assert_eq!((shown.len(), found.len()), (5, 1));
        client.write_note("a note beside it", None).unwrap();
        let file = format!("DiagnosticReport/{}", PERSON[11]);
        assert_eq!(client.open_attachment(&file, 2).await.unwrap().bytes, PERSON[16].as_bytes());
    }
    canary::stage("open");
    if more["screen"] == true {
        let subscription = client.observe(client::Query::Results(Filter::default()));
        let client = client.lock().expect_err("a screen still holds it");
        drop(subscription);
        assert!(client.lock().is_ok());
    } else {
        assert!(client.lock().is_ok());
    }
    // What waits for its turn to be closed, such as a connection to the portal, gets it.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    canary::stage("locked");
}

/// How often each secret stands in the memory of a process, in any of the forms in which it was ever held.
fn scan(process: u32, secrets: &BTreeMap<String, Vec<Vec<u8>>>) -> BTreeMap<String, usize> {
    let mut starts = vec![false; 1 << 16];
    let pair = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    secrets.values().flatten().for_each(|form| starts[pair(form)] = true);
    let mut memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let mut found: BTreeMap<String, usize> = secrets.keys().map(|name| (name.clone(), 0)).collect();
    for line in fs::read_to_string(format!("/proc/{process}/maps")).unwrap().lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|text| u64::from_str_radix(text, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        if memory.seek(SeekFrom::Start(from)).and_then(|_| memory.read_exact(&mut bytes)).is_err() {
            continue;
        }
        for at in 0..bytes.len().saturating_sub(1) {
            if !starts[pair(&bytes[at..])] {
                continue;
            }
            for (name, forms) in secrets {
                let hits = forms.iter().filter(|form| bytes[at..].starts_with(form)).count();
                if hits > 0 && std::env::var_os("WELLKEPT_WHERE").is_some() {
                    let around = &bytes[at.saturating_sub(48)..(at + 80).min(bytes.len())];
                    say(&format!("{name} in {line}: {}", String::from_utf8_lossy(around).escape_debug()));
                }
                *found.get_mut(name).unwrap() += hits;
            }
        }
    }
    found
}

/// Keys and tokens as the process had them, taken out of its keychain from here.
fn keys(device: &Device) -> BTreeMap<String, Vec<Vec<u8>>> {
    let database = device.database_key();
    let own = seal::derive_device_key(&database).unwrap();
    let mut secrets = BTreeMap::new();
    let mut add = |name: &str, bytes: &[u8]| {
        let hex = data_encoding::HEXLOWER.encode(bytes);
        secrets
            .insert(name.to_owned(), vec![bytes.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()]);
    };
    add("database key", database.expose());
    add("device key", own.expose());
    for entry in fs::read_dir(device.home().join("keychain")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "device" {
            let plain = seal::open(&own, &name, &fs::read(&path).unwrap()).unwrap();
            let seed = plain.expose().windows(2).position(|two| two == [0x58, 0x20]).unwrap() + 2;
            add("signing key", &plain.expose()[seed..seed + 32]);
        } else if name.starts_with("tokens.") {
            let plain = seal::open(&own, &name, &fs::read(&path).unwrap()).unwrap();
            let tokens: Value = serde_json::from_slice(plain.expose()).unwrap();
            for kind in ["access", "refresh"] {
                add(&format!("{kind} token"), tokens[kind].as_str().unwrap().as_bytes());
            }
        }
    }
    assert_eq!(secrets.len(), 5, "{:?}", secrets.keys());
    secrets
}

/// Opens, reads and locks in a process of its own; gives what is found while it is open, and after.
async fn found(strict: bool, screen: bool) -> [BTreeMap<String, usize>; 2] {
    let hospital = canary::hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.sync().await;
    phone.close();
    let job = Job::on(&phone, "locked", json!({ "strict": strict, "screen": screen }));
    let mut child = Working::start(&Job { kit: String::new(), ..job });
    let mut found = Vec::new();
    while let Some(said) = child.hear() {
        if said.starts_with("stage ") {
            let mut secrets = keys(&phone);
            for text in PERSON.iter().take(16).filter(|text| text.contains(' ')) {
                secrets.insert((*text).to_owned(), vec![text.as_bytes().to_vec()]);
            }
            found.push(scan(child.id(), &secrets));
            child.go_on();
        }
    }
    child.finish();
    let found: Result<[_; 2], _> = found.try_into();
    found.expect("an open record and a locked one")
}

#[tokio::test(flavor = "multi_thread")]
async fn c4_a_strict_lock_leaves_no_key_and_no_word_in_memory() {
    for screen in [false, true] {
        let [open, locked] = found(true, screen).await;
        say(&format!("open: {open:?}"));
        say(&format!("locked: {locked:?}"));
        assert!(open["signing key"] > 0 && open["access token"] > 0, "they were there to be found: {open:?}");
        assert!(
            open.iter()
                .filter(|(name, _)| name.contains(' ') && PERSON.contains(&name.as_str()))
                .any(|(_, hits)| *hits > 0)
        );
        // In whatever form it was held: of a key its bytes and its hexadecimal, of a text the text.
        let left: Vec<_> = locked.into_iter().filter(|(_, hits)| *hits > 0).collect();
        assert_eq!(left, [], "screen: {screen}");
    }
}

/// What a lock leaves where the host did not ask for memory to be wiped: measured, so that nobody promises more.
#[tokio::test(flavor = "multi_thread")]
async fn c4_what_a_lock_leaves_without_wiping() {
    let [open, locked] = found(false, false).await;
    say(&format!("without wiping, open: {open:?}"));
    say(&format!("without wiping, locked: {locked:?}"));
    assert_eq!(locked["signing key"], 0);
    assert_eq!(locked["device key"], 0);
}
