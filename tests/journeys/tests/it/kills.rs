//! Control C11: a process that is killed with -9 loses nothing that it had said was held.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use client::platform::http::ReqwestHttp;
use client::{Client, Error, Unlock};
use harness::{BEGINNING, Device, PASSPHRASE};
use portal::fetch::{Cursor, IN_FLIGHT};
use record::pages;
use sandbox::{Running, Sandbox, demo_data};
use serde_json::{Value, json};
use statement::Payload;
use store::Store;
use vault::wrap;

use crate::child::{Job, Working, contents, kit_words, platform, references};

const SEED: u64 = 20_261_101;

/// How many of `usual` kills there are to be. `WELLKEPT_KILLS` says how many in all, of which 200 are usual.
fn kills(usual: u64) -> u64 {
    let all = std::env::var("WELLKEPT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    (usual * all).div_ceil(200)
}

/// Numbers from a seed (splitmix64), so that a failing run can be run again.
struct Chance(u64);

impl Chance {
    fn new(test: &str) -> Self {
        let seed = std::env::var("WELLKEPT_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(SEED);
        crate::child::say(&format!("{test}: WELLKEPT_SEED={seed}"));
        Self(seed)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

fn hospital() -> Running {
    let config = demo_data::hospital_of("Riverside", &[demo_data::ALESHA]);
    Sandbox::start(sandbox::Config { now: Some(BEGINNING), ..config }).expect("a portal")
}

fn open(device: &Device) -> Client {
    device.open(&Unlock::Kit(&kit_words(device))).expect("to open by the kit")
}

/// Lets a child work for a while and kills it: what it had said by then, and whether it was already through.
fn kill(job: &Job, after: u64, milliseconds: u64) -> (Vec<String>, bool) {
    let mut child = Working::start(job);
    let mut said = Vec::new();
    while (said.len() as u64) < after {
        let Some(line) = child.hear() else { break };
        said.push(line);
    }
    sleep(Duration::from_millis(milliseconds));
    said.extend(child.kill());
    let through = said.iter().any(|line| line == "done");
    (said, through)
}

/// Fifty kills at any moment of a first sync. After each one everything acknowledged is there and nothing is there by half;
/// the next try goes on where the last one stopped; and what comes of it all is what an undisturbed device has.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_during_a_sync_lose_nothing_and_begin_nothing_anew() {
    let hospital = hospital();
    let tablet = Device::new("alice's tablet");
    tablet.connect(&hospital, "Riverside").await;
    tablet.sync().await;
    let undisturbed = tablet.client().verify().unwrap();
    assert!(undisturbed.sound, "{undisturbed:?}");
    let expected = contents(tablet.client()).unwrap();

    let mut chance = Chance::new("sync");
    let (mut kills, mut records, mut mid_sync) = (0, 0, 0);
    let all = usize::try_from(self::kills(50)).unwrap();
    while kills < all {
        let mut phone = Device::new("alice's phone");
        phone.connect(&hospital, "Riverside").await;
        phone.close();
        records += 1;
        hospital.forget_requests();
        let mut tale = Tale { phone, acknowledged: BTreeSet::new(), kills: 0 };
        while kills < all {
            let job = Job::on(&tale.phone, "sync", json!({ "pause": 8 }));
            let (said, through) = kill(&job, chance.below(5), chance.below(60));
            tale.hear(&said);
            if through {
                break;
            }
            kills += 1;
            tale.kills += 1;
            mid_sync += usize::from(said.iter().any(|line| line.starts_with("held ")));
            tale.check(&expected);
        }
        tale.end(&hospital, &expected, &undisturbed.digest);
    }
    crate::child::say(&format!(
        "{kills} kills on {records} records, {mid_sync} after something new was held"
    ));
    assert!(mid_sync > all / 4, "the kills landed where they mean something: {mid_sync}");
}

/// One record and what befell it.
struct Tale {
    phone: Device,
    acknowledged: BTreeSet<String>,
    kills: usize,
}

impl Tale {
    fn hear(&mut self, said: &[String]) {
        let held = said.iter().filter_map(|line| line.strip_prefix("held "));
        self.acknowledged.extend(held.flat_map(|line| line.split(' ')).map(str::to_owned));
    }

    fn check(&self, expected: &BTreeMap<String, Vec<u8>>) {
        let kills = self.kills;
        no_half_page(&self.phone);
        let client = open(&self.phone);
        for name in &self.acknowledged {
            let held =
                client.raw(name).unwrap_or_else(|error| panic!("{name} is lost at kill {kills}: {error}"));
            assert_eq!(&held, &expected[name], "{name} at kill {kills}");
        }
        let verified = client.verify().unwrap();
        assert!(verified.sound, "after kill {kills}: {:?}", verified.problems);
    }

    fn end(self, hospital: &Running, expected: &BTreeMap<String, Vec<u8>>, digest: &str) {
        Working::start(&Job::on(&self.phone, "sync", json!({ "pause": 0 }))).finish();
        self.check(expected);
        let client = open(&self.phone);
        let held = contents(&client).unwrap();
        let lacking: Vec<_> = expected.keys().filter(|name| !held.contains_key(*name)).collect();
        assert_eq!(lacking, Vec::<&String>::new(), "after {} kills and a whole sync", self.kills);
        assert_eq!(held, *expected);
        assert_eq!(client.verify().unwrap().digest, digest, "the record differs from an undisturbed one");
        let again = asked_again(hospital);
        let most = IN_FLIGHT * self.kills;
        assert!(
            again.len() <= most,
            "{} answers were asked for again, {most} may be: {again:#?}",
            again.len()
        );
    }
}

/// What was answered well and then asked for once more, but for what every sync asks: once for each time.
fn asked_again(hospital: &Running) -> Vec<String> {
    let patient = format!("/fhir/Patient/{}", hospital.patient());
    let log = hospital.requests().into_iter().filter(|asked| asked.status == 200).map(|asked| asked.path);
    let counts = |path: &String| {
        path.starts_with("/fhir/")
            && !path.contains("_lastUpdated=")
            && *path != patient
            && path != "/fhir/metadata"
    };
    let mut seen = BTreeSet::new();
    log.filter(counts).filter(|path| !seen.insert(path.clone())).collect()
}

/// Looks below the client: each listing has recorded exactly what its cursor counts, and each page's contents are held.
fn no_half_page(device: &Device) {
    let wrapped = fs::read(device.home().join("keychain/wrap.kit")).unwrap();
    let key = wrap::open_kit(&wrapped, &device.kit).unwrap();
    let store = Store::open(&device.database(), key.expose()).unwrap();
    for connection in store.connections().unwrap() {
        for kept in store.cursors(&connection.id).unwrap() {
            let cursor: Cursor = serde_json::from_str(&kept.state).unwrap();
            let seen = store.listing_seen(&connection.id, &cursor.slot, cursor.run).unwrap();
            assert_eq!(seen.len() as u64, cursor.count, "{}: the cursor and its pages", cursor.slot);
            for (resource_type, id) in seen {
                let key = fhir::ResourceKey { issuer: connection.issuer.clone(), resource_type, id };
                assert!(store.row(&key, None).unwrap().is_some(), "{key} was listed and has no row");
            }
        }
    }
    for (_, signed) in store.statements_after(0, usize::MAX >> 1).unwrap() {
        let payload = Payload::decode(signed.payload_bytes()).unwrap();
        for revision in pages::revisions(signed.digest(), &payload).unwrap_or_default() {
            assert!(store.bytes(&revision.digest).unwrap().is_some(), "{} has no bytes", revision.key);
        }
    }
}

/// Killed while the record is made: either it is whole, and opens, or there is none, and it can be made. Never neither.
#[test]
fn kills_while_a_record_is_made_leave_a_whole_one_or_none() {
    let mut chance = Chance::new("init");
    let (mut whole, mut none) = (0, 0);
    for round in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_path_buf();
        let job = Job { name: "init", home: home.clone(), kit: String::new(), more: Value::Null };
        let mut child = Working::start(&job);
        assert_eq!(child.hear().as_deref(), Some("begun"));
        // Until the first key is kept the passphrase is stretched, which takes most of the time.
        let at = ["keychain/device", "keychain/wrap.passphrase", "record.new", "record.db"][round % 4];
        let mut waited = 0;
        while !home.join(at).exists() && !home.join("record.db").exists() {
            sleep(Duration::from_micros(200));
            waited += 1;
            assert!(waited < 150_000, "no {at} in 30 s");
        }
        sleep(Duration::from_millis(chance.below(12)));
        let said = child.kill();
        let platform = || platform(&home, Arc::new(ReqwestHttp::new().unwrap()));
        let database = home.join("record.db");
        let shown = said.iter().find_map(|line| line.strip_prefix("kit "));
        let client = match Client::open(platform(), &database, &Unlock::Passphrase(PASSPHRASE)) {
            Ok(client) => {
                whole += 1;
                client
            }
            Err(Error::NoRecord) if shown.is_none() => {
                none += 1;
                Client::init(platform(), &database, "alice", PASSPHRASE).expect("to begin again").0
            }
            Err(error) => panic!("round {round}, killed at {at}: {error} ({said:?})"),
        };
        assert!(client.verify().unwrap().sound);
        drop(client);
        if let Some(words) = shown {
            Client::open(platform(), &database, &Unlock::Kit(words))
                .expect("the kit that was shown opens it");
        }
    }
    crate::child::say(&format!("init: {whole} whole, {none} begun again"));
    assert!(none > 0, "no kill landed in the making");
}

#[test]
fn kills_while_notes_are_written_keep_every_acknowledged_note() {
    let mut phone = Device::new("alice's phone");
    phone.close();
    let mut chance = Chance::new("notes");
    let mut written = BTreeMap::new();
    for round in 0..6 {
        let job = Job::on(&phone, "notes", json!({ "count": 100_000 }));
        let (said, _) = kill(&job, 1 + chance.below(20), chance.below(15));
        let notes = said.iter().filter_map(|line| line.split_once(' '));
        written.extend(notes.map(|(id, text)| (id.to_owned(), text.to_owned())));
        let client = open(&phone);
        let held: BTreeMap<String, Option<String>> = client
            .notes()
            .unwrap()
            .into_iter()
            .map(|note| (note.id, note.versions[0].text.clone()))
            .collect();
        for (id, text) in &written {
            assert_eq!(held.get(id), Some(&Some(text.clone())), "after kill {round}");
        }
        assert!(
            held.len() <= written.len() + round + 1,
            "one note at most was not acknowledged in each round"
        );
        assert!(held.values().all(Option::is_some), "a note without its words");
        let verified = client.verify().unwrap();
        assert!(verified.sound, "after kill {round}: {:?}", verified.problems);
    }
    assert!(written.len() >= 6, "{written:?}");
}

/// Killed while the key is wrapped anew: the kit always opens it, and of all passphrases exactly one does: the one that was said to be
/// set, or the one after it.
#[test]
fn c11_kills_while_the_passphrase_is_changed_leave_the_old_one_or_the_new() {
    let mut phone = Device::new("alice's phone");
    phone.client().write_note("still here", None).unwrap();
    phone.close();
    let (mut chance, mut set, mut between) = (Chance::new("rewrap"), 0, 0);
    let file = phone.home().join("keychain/wrap.passphrase");
    for round in 0..kills(14) {
        let mut child = Working::start(&Job::on(&phone, "rewrap", json!({ "from": set })));
        let mut said: Vec<String> = (0..chance.below(2)).filter_map(|_| child.hear()).collect();
        // Most of the time is spent on stretching the passphrase: every other kill waits for the moment of writing.
        let mut waited = 0;
        while round % 2 == 0 && !file.with_extension("passphrase.new").exists() && waited < 200_000 {
            sleep(Duration::from_micros(50));
            waited += 1;
        }
        sleep(Duration::from_micros(chance.below(if round % 2 == 0 { 4_000 } else { 250_000 })));
        said.extend(child.kill());
        let last = said.iter().rev().find_map(|line| line.strip_prefix("set "));
        let acknowledged = last.map_or(set, |number| number.parse().unwrap());
        let wrapped = fs::read(&file).unwrap();
        let opens = |number: u64| wrap::open_passphrase(&wrapped, &crate::child::passphrase(number)).is_ok();
        let found = [acknowledged, acknowledged + 1].map(opens);
        assert!(found[0] != found[1], "round {round}: {acknowledged} was set, and it opens with {found:?}");
        between += u32::from(found[1]);
        set = acknowledged + u64::from(found[1]);
        let client = open(&phone);
        assert_eq!(client.notes().unwrap()[0].versions[0].text.as_deref(), Some("still here"));
        assert!(client.verify().unwrap().sound);
    }
    let now = crate::child::passphrase(set);
    assert!(phone.open(&Unlock::Passphrase(&now)).is_ok());
    assert!(matches!(phone.open(&Unlock::Passphrase("another")), Err(Error::WrongPassphrase)));
    crate::child::say(&format!("rewrap: {set} set, {between} of them held and not said to be"));
    assert!(set > 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_during_a_rebuild_leave_what_finishes_it() {
    let hospital = hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, "Riverside").await;
    phone.sync().await;
    phone.client().write_note("Ask about the dose", None).unwrap();
    let before = phone.client().verify().unwrap();
    let held = contents(phone.client()).unwrap();
    phone.close();
    let mut chance = Chance::new("rebuild");
    let mut unfinished = 0;
    for round in 0..8 {
        let (_, through) =
            kill(&Job::on(&phone, "rebuild", Value::Null), 1 + chance.below(3), chance.below(25));
        let client = open(&phone);
        unfinished += u32::from(client.is_rebuilding().unwrap());
        assert!(!through || !client.is_rebuilding().unwrap());
        references(&client).unwrap();
        client.finish_rebuild(|_| {}).unwrap();
        assert_eq!(client.verify().unwrap(), before, "after kill {round}");
        assert_eq!(contents(&client).unwrap(), held, "after kill {round}");
    }
    assert!(unfinished > 0, "no kill landed within a rebuild");
}
