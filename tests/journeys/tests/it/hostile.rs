//! Controls C30 and C31: whatever a portal sends, it costs only itself. Each attack is one whole sync of two portals in a
//! second process, whose memory and time are measured; the other portal's news come in the same sync.

use std::collections::BTreeMap;
use std::path::Path;

use client::views::Filter;
use client::{Client, Query, Unlock};
use harness::{Device, lines, portal};
use sandbox::{Config, Fetching, Hostile, Quirk, Running, Step, demo_data};
use serde_json::{Value, json};

use crate::child::{Job, Working, contents, kit_words};

/// The most memory, in MB.
const MOST_MEMORY: u64 = 200;
/// The longest a sync may take, in seconds, on a busy machine. Waiting is cut short: see `Patience` in the child.
const MOST_SECONDS: f64 = 120.0;

/// Alice's phone, the portal that turns on her, and one that does not.
struct Stage {
    phone: Device,
    riverside: Running,
    hillside: Running,
}

/// What came of a sync in the second process.
struct Outcome {
    riverside: Value,
    hillside: Value,
    memory: u64,
    seconds: f64,
    /// What Hillside had new.
    news: usize,
}

impl Stage {
    async fn set() -> Self {
        let riverside = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
        let labs = sandbox::lab_chain_of(demo_data::ALESHA).unwrap();
        let labs = Config { name: "Hillside".to_owned(), patients: vec![labs.into()], ..Config::default() };
        let hillside = portal(labs);
        let mut phone = Device::new("alice's phone");
        phone.connect(&riverside, "Riverside").await;
        phone.connect(&hillside, "Hillside").await;
        let report = phone.sync().await;
        assert!(report.portals.iter().all(|portal| portal.new > 10 && portal.trouble.is_none()));
        phone.close();
        Self { phone, riverside, hillside }
    }

    fn open(&self) -> Client {
        self.phone.open(&Unlock::Kit(&kit_words(&self.phone))).expect("to open by the kit")
    }

    fn held(&self) -> BTreeMap<String, Vec<u8>> {
        contents(&self.open()).unwrap()
    }

    /// A whole sync while Riverside does this, and what must hold whatever it is.
    fn attack(&self, quirk: impl Into<Quirk>) -> Outcome {
        let quirk: Quirk = quirk.into();
        let before = self.held();
        let news = self.hillside.evolve(&[Step::Results]).unwrap();
        self.riverside.set_quirks([quirk.clone()]);
        self.riverside.forget_requests();
        let mut said = Working::start(&Job::on(&self.phone, "guarded", json!({ "full": true }))).finish();
        assert_eq!(said.pop().as_deref(), Some("done"));
        let told: Value = serde_json::from_str(&said.pop().unwrap()).unwrap();
        let portals = told["report"]["portals"].as_array().unwrap();
        let named = |name: &str| portals.iter().find(|one| one["portal"] == name).unwrap().clone();
        let outcome = Outcome {
            riverside: named("Riverside"),
            hillside: named("Hillside"),
            memory: told["memory"].as_u64().unwrap(),
            seconds: told["seconds"].as_f64().unwrap(),
            news: news.len(),
        };
        crate::child::say(&format!("{quirk}: {} MB, {:.1} s", outcome.memory, outcome.seconds));
        outcome.costs_only_itself(&quirk);
        self.loses_nothing(&before, &quirk);
        outcome
    }

    fn loses_nothing(&self, before: &BTreeMap<String, Vec<u8>>, quirk: &Quirk) {
        let client = self.open();
        let held = contents(&client).unwrap();
        let served = self.riverside.served(&self.riverside.patient()).into_iter();
        let served: BTreeMap<String, Vec<u8>> =
            served.map(|one| (format!("{}/{}", one.resource_type, one.id), one.bytes)).collect();
        for (reference, bytes) in before {
            let now = held.get(reference);
            assert!(now == Some(bytes) || now == served.get(reference), "{reference} after {quirk}");
        }
        let missing: Vec<String> = lines(&client, Query::Timeline, &Filter::default())
            .into_iter()
            .filter(|line| !line.no_longer_returned_by.is_empty())
            .map(|line| line.reference)
            .filter(|reference| served.contains_key(reference))
            .collect();
        assert_eq!(missing, Vec::<String>::new(), "called missing after {quirk}");
        let verified = client.verify().unwrap();
        assert!(verified.sound, "{quirk}: {:?}", verified.problems);
    }

    /// Peace: everything comes, and is what the portals have.
    fn heal(&self) {
        let outcome = self.attack(Fetching::NoTotal);
        self.riverside.set_quirks([]);
        assert_eq!(outcome.reasons(), Vec::<String>::new());
        let held = self.held();
        for portal in [&self.riverside, &self.hillside] {
            for resource in portal.served(&portal.patient()) {
                let reference = format!("{}/{}", resource.resource_type, resource.id);
                assert!(
                    held.get(&reference) == Some(&resource.bytes) || reference.starts_with("Patient/"),
                    "{reference}"
                );
            }
        }
    }
}

impl Outcome {
    fn costs_only_itself(&self, quirk: &Quirk) {
        assert!(self.memory < MOST_MEMORY, "{quirk} took {} MB", self.memory);
        assert!(self.seconds < MOST_SECONDS, "{quirk} took {} s", self.seconds);
        let slots = self.hillside["slots"].as_array().unwrap();
        assert!(slots.len() > 40 && slots.iter().all(is_ok), "{quirk}: the other portal: {slots:?}");
        assert_eq!(self.hillside["new"].as_u64(), Some(self.news as u64), "{quirk}: the other portal's news");
        assert_eq!((&self.hillside["trouble"], &self.hillside["offline"]), (&Value::Null, &json!(false)));
        for reason in self.reasons() {
            let plain = reason.chars().all(|c| !c.is_control()) && reason.len() < 400;
            assert!(plain && !reason.is_empty(), "{quirk}: {reason:?}");
        }
    }

    /// What is said of the kinds of data that Riverside did not give, each once.
    fn reasons(&self) -> Vec<String> {
        let slots = self.riverside["slots"].as_array().unwrap().iter();
        let failed = slots.filter(|slot| !is_ok(slot));
        let mut reasons: Vec<String> = failed
            .map(|slot| slot["outcome"]["failed"]["reason"].as_str().unwrap_or_default().to_owned())
            .collect();
        reasons.sort();
        reasons.dedup();
        reasons
    }

    fn set_aside(&self) -> u64 {
        self.riverside["set_aside"].as_u64().unwrap()
    }
}

fn is_ok(slot: &Value) -> bool {
    slot["outcome"].get("ok").is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn c30_bodies_without_an_end_cost_only_their_own_portal() {
    let stage = Stage::set().await;
    let too_large = "the answer is too large";
    for attack in [Hostile::EndlessBody, Hostile::GzipBomb, Hostile::MillionEntries, Hostile::MillionMembers]
    {
        let reasons = stage.attack(attack).reasons();
        assert!(reasons.iter().all(|reason| reason.contains("too large")), "{attack:?}: {reasons:?}");
        assert!(reasons.contains(&too_large.to_owned()), "{attack:?}: {reasons:?}");
        let asked = stage.riverside.requests().len();
        assert!(asked < 40, "{attack:?}: {asked} times eight MiB");
    }
    let dripped = stage.attack(Hostile::SlowDrip);
    assert_eq!(dripped.reasons(), ["the portal did not answer in time"]);
    assert!(stage.riverside.requests().len() < 40);
    stage.heal();
}

#[tokio::test(flavor = "multi_thread")]
async fn c30_lies_about_the_answer_cost_only_their_own_portal() {
    let stage = Stage::set().await;
    let redirect = "the portal sent a redirect, which is not followed";
    for (attack, reason) in [
        (Hostile::RedirectsElsewhere, redirect),
        (Hostile::RedirectsToHttp, redirect),
        (Hostile::LengthTooLong, "the portal could not be reached: the answer broke off"),
        (Hostile::LengthTooShort, "the answer is not what was asked for"),
        (Hostile::HugeHeaders, "the portal had an error: its answer cannot be read"),
    ] {
        assert_eq!(stage.attack(attack).reasons(), [reason], "{attack:?}");
        let own = stage.riverside.origin().replace("http://", "");
        assert!(
            stage.riverside.requests().iter().all(|one| one.host == own),
            "{attack:?}: nobody else was asked"
        );
    }
    stage.heal();
}

#[tokio::test(flavor = "multi_thread")]
async fn c30_pages_without_an_end_cost_only_their_own_portal() {
    let stage = Stage::set().await;
    let outcome = stage.attack(Hostile::EndlessNext);
    assert_eq!(outcome.reasons(), ["more pages than are read"]);
    let asked = stage.riverside.requests().iter().filter(|one| one.path.contains("_endless")).count();
    assert_eq!(asked, 999);
    stage.heal();
}

/// The most that is taken from four requests at once is still little.
#[tokio::test(flavor = "multi_thread")]
async fn c30_pages_just_below_the_most_that_is_taken_are_taken_in() {
    let stage = Stage::set().await;
    let outcome = stage.attack(Hostile::DensePages);
    assert_eq!((outcome.reasons(), outcome.riverside["new"].as_u64()), (Vec::new(), Some(100)));
    assert_eq!(stage.attack(Hostile::DensePages).riverside["new"].as_u64(), Some(0));
}

/// One bad resource is set aside, and the page that it stands on is taken in.
#[tokio::test(flavor = "multi_thread")]
async fn c30_c31_what_cannot_be_read_or_is_somebody_elses_spoils_only_itself() {
    let stage = Stage::set().await;
    for attack in [Hostile::DeepJson, Hostile::InvalidUtf8, Hostile::BundleInABundle] {
        let changes = stage.riverside.evolve(&[Step::Correction]).unwrap();
        let outcome = stage.attack(attack);
        assert_eq!(outcome.reasons(), Vec::<String>::new(), "{attack:?}");
        assert!(outcome.set_aside() > 0, "{attack:?}");
        let held = stage.held();
        for change in changes {
            let served = stage.riverside.served(&stage.riverside.patient());
            let corrected = served.iter().find(|one| one.id == change.id).unwrap();
            let reference = format!("Observation/{}", change.id);
            assert_eq!(held.get(&reference), Some(&corrected.bytes), "{attack:?}: what came with it");
        }
        assert!(!held.contains_key("Observation/odd") && !held.contains_key("Observation/in-a-bundle"));
    }
    assert!(stage.held().contains_key("Observation/in-a-bundle-mine"), "her own in the same bundle is hers");
    let outcome = stage.attack(Quirk::OtherPerson);
    assert!(outcome.set_aside() > 0);
    let text = everything(&stage.open());
    for word in ["not yours", "of somebody else", "stranger"] {
        assert!(!text.contains(word), "another person's: {word}");
    }
    stage.heal();
}

/// Hostile ids, names and numbers are data: kept byte for byte, found, shown, and nothing is done by them.
#[tokio::test(flavor = "multi_thread")]
async fn c31_hostile_ids_and_words_are_only_data() {
    let stage = Stage::set().await;
    let folder = files(stage.phone.home());
    for attack in
        [Hostile::ClimbingIds, Hostile::Injection, Hostile::BidiText, Hostile::Scripts, Hostile::HugeNumbers]
    {
        let outcome = stage.attack(attack);
        assert_eq!(outcome.reasons(), Vec::<String>::new(), "{attack:?}");
        assert!(outcome.riverside["new"].as_u64() > Some(0), "{attack:?} came in");
    }
    assert_eq!(files(stage.phone.home()), folder, "no file but the record's own");
    assert!(!Path::new("/tmp/climbed").exists());

    let client = stage.open();
    let shown = lines(&client, Query::Timeline, &Filter::default());
    assert!(shown.iter().any(|line| line.title.contains("DROP TABLE")), "shown as it came");
    for line in &shown {
        let shown =
            client.show(&line.reference).unwrap_or_else(|error| panic!("{}: {error}", line.reference));
        assert_eq!(shown.line.reference, line.reference);
    }
    for words in [
        "'; DROP TABLE row; --",
        "\" OR 1=1 --",
        "x\") MATCH \"y",
        "NEAR(a b, 10)",
        "{row : ^first} + \"",
        "%_%",
        "*",
        "\0",
        "",
    ] {
        client.search(words, 50).unwrap_or_else(|error| panic!("{words:?}: {error}"));
    }
    assert!(!client.search("DROP TABLE", 50).unwrap().is_empty(), "found by its words");
    assert_eq!(client.search("alert", 50).unwrap().len(), 0, "what a script says is nobody's words");
    assert_eq!(client.search("Heavy growth", 50).unwrap().len(), 1);
    let number = client.show("Observation/odd").unwrap();
    assert!(
        serde_json::to_string(&number).unwrap().contains("1e999")
            || serde_json::to_string(&number).unwrap().contains("1e+999")
    );
    let text = everything(&client);
    let acts = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{1b}' | '\0');
    assert!(!text.contains(acts), "a view holds a letter that acts");
    drop(client);
    stage.heal();
}

/// Who is named in one copy of a doubled subject may be whose it is: it is set aside. What is hers and says something twice is
/// kept as it came, with a warning.
#[tokio::test(flavor = "multi_thread")]
async fn c31_h3_doubled_members_do_not_smuggle_another_patients_result() {
    let stage = Stage::set().await;
    let outcome = stage.attack(Hostile::DoubledKeys);
    assert_eq!(outcome.reasons(), Vec::<String>::new());
    assert!(outcome.set_aside() > 0);
    let held = stage.held();
    assert!(!held.contains_key("Observation/odd"), "somebody else's, as its first subject says");
    let bytes = String::from_utf8(held["Observation/doubled-value"].clone()).unwrap();
    assert_eq!(bytes.matches("valueString").count(), 2, "{bytes}");
    let client = stage.open();
    let line = client.show("Observation/doubled-value").unwrap().line;
    assert!(line.notices.iter().any(|notice| notice.contains("more than once")), "{:?}", line.notices);
    let aside = client.portals().unwrap().into_iter().flat_map(|portal| portal.set_aside);
    let reasons: Vec<String> = aside.map(|(reason, _)| reason).collect();
    assert!(reasons.iter().any(|reason| reason.contains("once names someone else")), "{reasons:?}");
    drop(client);
    stage.heal();
}

/// Every text that a screen would show.
fn everything(client: &Client) -> String {
    let mut text = String::new();
    for line in lines(client, Query::Timeline, &Filter::default()) {
        text.push_str(&unescaped(&serde_json::to_value(client.show(&line.reference).unwrap()).unwrap()));
    }
    for hit in client.search("result", 200).unwrap() {
        text.push_str(&unescaped(&serde_json::to_value(hit).unwrap()));
    }
    text
}

fn unescaped(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(list) => list.iter().map(unescaped).collect(),
        Value::Object(members) => members.values().map(unescaped).collect(),
        _ => String::new(),
    }
}

fn files(home: &Path) -> Vec<String> {
    let found = std::fs::read_dir(home)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut found: Vec<String> =
        found.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect();
    found.sort();
    found
}
