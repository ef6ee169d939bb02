//! The messy patient at two portals: what a person sees of it. `tests/sandbox/MESSY.md` says what each entry is for.

mod meanings;
mod results;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use client::views::{Filter, Line, Screen, Standing};
use client::{Flag, Outcome, Query, Returned, Shown};
use harness::{BEGINNING, Device, everything, lines, portal};
use sandbox::{BOB_PASSWORD, Quirk, Running, Served, messy};

const DAY: i64 = 86_400;
const SEED: u64 = 1;

/// One record, both portals connected and synced.
struct Story {
    alice: Device,
    hospital: Running,
    clinics: Running,
}

impl Story {
    async fn begin() -> Self {
        let hospital = portal(messy::hospital(SEED).unwrap());
        let clinics = portal(messy::clinics(SEED).unwrap());
        let alice = Device::new("alice's phone");
        for (portal, name) in [(&hospital, "Riverbend"), (&clinics, "Valley")] {
            let returned = alice.connect(portal, name).await;
            assert!(matches!(returned, Returned::Connected(_)), "the same person: {returned:?}");
        }
        for portal in alice.sync().await.portals {
            assert_eq!((&portal.trouble, portal.set_aside), (&None, 0), "{}", portal.portal);
            for slot in portal.slots {
                assert!(matches!(slot.outcome, Outcome::Ok { complete: true, .. }), "{slot:?}");
            }
        }
        Self { alice, hospital, clinics }
    }

    /// `Type/id` of the hospital.
    fn shown(&self, reference: &str) -> Shown {
        show(&self.alice, &self.hospital, reference)
    }

    fn line(&self, reference: &str) -> Line {
        self.shown(reference).line
    }

    fn lab(&self, id: &str) -> Line {
        self.line(&format!("Observation/{id}"))
    }

    fn view(&self, query: &Query) -> Screen {
        self.alice.client().view(query).unwrap()
    }

    /// The heading under which each entry of the hospital stands.
    fn headings(&self, query: &Query) -> BTreeMap<String, String> {
        let groups = self.view(query).groups.into_iter();
        let of = |group: client::views::Group| {
            let heading = group.heading;
            let hers = group.lines.into_iter().filter(|line| line.issuer == self.hospital.base_url());
            hers.map(move |line| (line.reference, heading.clone())).collect::<Vec<_>>()
        };
        groups.flat_map(of).collect()
    }

    fn all(&self) -> Vec<Line> {
        everything(self.alice.client(), &Filter::default())
    }

    /// A day passes, and what comes later comes.
    async fn a_day_later(&self, days: i64) {
        self.alice.clock.turn(DAY);
        for portal in [&self.hospital, &self.clinics] {
            portal.set_now(BEGINNING + days * DAY);
            let _nothing_left = portal.later();
        }
        self.alice.sync().await;
    }
}

fn show(device: &Device, portal: &Running, reference: &str) -> Shown {
    let key = format!("{}|{}", portal.base_url(), reference.replacen('/', "|", 1));
    device.client().show(&key).unwrap_or_else(|error| panic!("{reference}: {error}"))
}

fn served(portal: &Running) -> Vec<Served> {
    portal.served(&portal.patient())
}

fn field<'l>(line: &'l Line, label: &str) -> Vec<&'l str> {
    line.fields.iter().filter(|field| field.label == label).map(|field| field.text.as_str()).collect()
}

fn says(line: &Line, words: &str) -> bool {
    line.notices.iter().any(|notice| notice.to_lowercase().contains(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_served_is_listed_once_found_and_byte_for_byte_the_same() {
    let story = Story::begin().await;
    let client = story.alice.client();
    let mut wanted = BTreeSet::new();
    for portal in [&story.hospital, &story.clinics] {
        // What stands only behind an attachment's address is not asked for.
        for resource in served(portal).into_iter().filter(|resource| resource.resource_type != "Binary") {
            let key = format!("{}|{}|{}", portal.base_url(), resource.resource_type, resource.id);
            assert_eq!(client.raw(&key).unwrap(), resource.bytes, "{key}");
            let reference = format!("{}/{}", resource.resource_type, resource.id);
            let hits = client.search(&resource.id, 200).unwrap();
            let is_it = |line: &Line| line.reference == reference && line.issuer == portal.base_url();
            assert!(hits.iter().any(|hit| hit.line.as_ref().is_some_and(is_it)), "{key} is not found");
            wanted.insert((portal.base_url(), reference));
        }
    }
    assert!(wanted.len() > 190, "{}", wanted.len());
    let listed: Vec<_> = story.all().into_iter().map(|line| (line.issuer, line.reference)).collect();
    assert_eq!(listed.len(), wanted.len(), "nothing twice");
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), wanted);
    let verified = client.verify().unwrap();
    assert!(verified.sound, "{:?}", verified.problems);
}

#[tokio::test(flavor = "multi_thread")]
async fn h10_twins_and_same_ids_are_kept_apart() {
    let story = Story::begin().await;
    let of = |portal: &Running, reference: &str| show(&story.alice, portal, reference).line;
    for (reference, here, there) in [
        ("Observation/same-id-1", "Triglycerides", "INR"),
        ("Condition/current", "High blood pressure, says the clinic", "HTN"),
        ("Immunization/given", "Tdap", "TDAP"),
    ] {
        assert_eq!(of(&story.hospital, reference).title, here);
        assert_eq!(of(&story.clinics, reference).title, there);
        assert!(story.alice.client().show(reference).is_err(), "two of that name: {reference}");
    }
    for (here, there) in [
        ("AllergyIntolerance/twin-hospital", "AllergyIntolerance/twin-clinic"),
        ("MedicationRequest/twin-hospital", "MedicationRequest/twin-clinic"),
        ("Observation/twin-hospital", "Observation/twin-clinic"),
    ] {
        assert_eq!(of(&story.hospital, here).portals, ["Riverbend"]);
        assert_eq!(of(&story.clinics, there).portals, ["Valley"]);
    }
    assert_eq!(story.view(&Query::Profile).shown(), 2, "each portal's own words on who she is");
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_keep_the_precision_that_they_came_with() {
    let story = Story::begin().await;
    for (reference, when) in [
        ("Observation/date-year", Some("1998")),
        ("Observation/date-month", Some("July 2003")),
        ("Observation/date-day", Some("29 February 2012")),
        ("Observation/date-zone", Some("31 March 2024 00:30 (+13:45)")),
        ("Observation/date-period", Some("November 2021")),
        ("Observation/date-words", Some("spring of 2019")),
        ("Observation/date-missing", None),
        ("MedicationRequest/since-1949", Some("March 1949")),
        ("Immunization/by-words", Some("before school")),
        ("Procedure/performed-string", Some("around 1970")),
        // Of a note the visit's time, not that of its indexing.
        ("DocumentReference/note-renditions", Some("1 October 2026")),
    ] {
        assert_eq!(story.line(reference).when.as_deref(), when, "{reference}");
    }
    let hemoglobin = lines(story.alice.client(), Query::Results, &Filter::default());
    let ids: Vec<&str> =
        hemoglobin.iter().filter_map(|line| line.reference.strip_prefix("Observation/date-")).collect();
    assert_eq!(ids[..5], ["zone", "period", "day", "month", "year"], "newest first");
    assert_eq!(ids.len(), 7, "what has no date that can be sorted by is listed all the same: {ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h16_privacy_labels_are_shown_to_the_patient() {
    let story = Story::begin().await;
    for (reference, labels) in [
        ("Observation/label-nopat", &["NOPAT"][..]),
        ("Observation/label-hiv", &["R", "HIV"]),
        ("Observation/label-v", &["V", "PSY"]),
        ("MedicationRequest/labelled", &["R", "SEX"]),
        ("Condition/labelled", &["R", "MH"]),
        ("Encounter/labelled", &["R", "SDV"]),
        ("DocumentReference/note-nopat", &["NOPAT", "V"]),
    ] {
        let line = story.line(reference);
        let shown = field(&line, "Privacy label").join(" ");
        for label in labels {
            assert!(shown.contains(label), "{reference}: {shown}");
        }
    }
    assert!(story.lab("label-nopat").value.is_some(), "nothing is kept from the patient herself");
}

#[tokio::test(flavor = "multi_thread")]
async fn local_codes_old_systems_and_strange_texts_are_titled_and_found() {
    let story = Story::begin().await;
    for (reference, title) in [
        ("Observation/codes-local", "Riverbend special stain"),
        ("Observation/codes-no-system", "GLU POC"),
        ("Observation/codes-text-only", "Look of the sample"),
        ("Observation/codes-oid", "Creatinine"),
        ("Encounter/hov", "Hospital Outpatient Visit"),
        ("Condition/local", "Riverbend problem 77"),
        ("Observation/cross-server", "Sent-out test"),
        ("Observation/text-markup", "<b onclick=\"x()\">Bold</b> &amp; test"),
        ("Claim/pills", "Claim: pharmacy"),
    ] {
        assert_eq!(story.line(reference).title, title);
    }
    let long_id = "A".repeat(30) + "." + &"b".repeat(32) + "-";
    assert_eq!(long_id.len(), 64);
    assert_eq!(story.lab(&long_id).value.as_deref(), Some("0.91 mg/dL"));
    let long = story.lab("text-long").value.unwrap().chars().count();
    assert!((500..9_000).contains(&long), "cut, and not away: {long}");
    let found = story.alice.client().search("evitagen", 10).unwrap();
    assert!(
        found.iter().any(|hit| hit.line.as_ref().is_some_and(|line| line.reference.ends_with("text-bidi")))
    );
    for line in story.all() {
        assert!(!line.title.trim().is_empty(), "{}", line.reference);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_and_text_only_reports_are_named_with_all_their_renditions() {
    let story = Story::begin().await;
    let note = story.line("DocumentReference/note-renditions");
    let content = note.fields.iter().map(|field| field.text.as_str()).collect::<Vec<_>>().join("; ");
    for name in ["note.rtf", "note.html", "note.xml", "note.pdf"] {
        assert!(content.contains(name), "{content}");
    }
    for reference in ["DocumentReference/note-renditions", "DiagnosticReport/report-text"] {
        let everything = story.shown(reference).everything;
        for line in everything {
            let text = line.text.to_lowercase();
            assert!(
                !["<script", "<img", "javascript:", "document.write", "alert("]
                    .iter()
                    .any(|code| text.contains(code)),
                "{text}"
            );
        }
    }
    let culture = story.shown("DiagnosticReport/report-text");
    assert!(culture.everything.iter().any(|line| line.text.contains("Klebsiella")), "its only words");
    let found = story.alice.client().search("Klebsiella", 10).unwrap();
    assert_eq!(found.len(), 1);
    for sent in story.alice.wire.sent() {
        let own =
            [&story.hospital, &story.clinics].iter().any(|portal| sent.url.starts_with(&portal.origin()));
        assert!(own, "nothing is fetched from elsewhere: {}", sent.url);
    }
}

/// No screen says "none" or "normal" unless the entry itself does.
#[tokio::test(flavor = "multi_thread")]
async fn h7_no_screen_reassures_on_its_own() {
    let story = Story::begin().await;
    let raw: BTreeMap<(String, String), String> = [&story.hospital, &story.clinics]
        .iter()
        .flat_map(|portal| served(portal).into_iter().map(|one| (portal.base_url(), one)))
        .map(|(base, one)| {
            let text = String::from_utf8(one.bytes).unwrap().to_lowercase();
            ((base, format!("{}/{}", one.resource_type, one.id)), text)
        })
        .collect();
    let all = Filter::default;
    let queries = [
        Query::Results(all()),
        Query::Medications(all()),
        Query::Allergies(all()),
        Query::Conditions(all()),
        Query::Immunizations(all()),
        Query::Vitals(all()),
        Query::Procedures(all()),
        Query::Visits(all()),
        Query::Plans(all()),
        Query::Orders(all()),
        Query::Documents(all()),
        Query::Appointments(all()),
        Query::Messages(all()),
        Query::Coverage(all()),
        Query::Profile,
        Query::Timeline(all()),
    ];
    let mut asserted = BTreeSet::new();
    for query in queries {
        let screen = story.view(&query);
        assert!(screen.shown() > 0, "{query:?}");
        for group in screen.groups {
            assert_eq!(reassurance(&group.heading), None, "{}", group.heading);
            for line in group.lines {
                let raw = &raw[&(line.issuer.clone(), line.reference.clone())];
                let texts = [Some(line.title.clone()), line.value.clone(), line.flag_text.clone()];
                let texts = texts.into_iter().flatten().chain(line.notices.clone());
                for text in texts.chain(line.fields.iter().map(|field| field.text.clone())) {
                    let Some(word) = reassurance(&text) else { continue };
                    let lab_says_n = word == "normal" && raw.contains("\"code\":\"n\"");
                    assert!(raw.contains(word) || lab_says_n, "{}: {text}", line.reference);
                    asserted.insert(line.reference.clone());
                }
                if line.flag == Flag::Inside {
                    assert!(raw.contains("\"code\":\"n\""), "{}", line.reference);
                }
            }
        }
    }
    let flagged = ["Observation/flag-n", "Observation/flag-text-normal"];
    assert!(flagged.iter().all(|id| asserted.contains(*id)), "what the lab does say is shown: {asserted:?}");
}

/// A word that reassures.
fn reassurance(text: &str) -> Option<&'static str> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
    ["none", "normal", "negative"].into_iter().find(|word| words.iter().any(|found| found == word))
}

#[tokio::test(flavor = "multi_thread")]
async fn restamped_answers_are_nothing_new() {
    let story = Story::begin().await;
    let said = story.alice.client().verify().unwrap();
    story.hospital.set_quirks([Quirk::Restamped]);
    let report = story.alice.sync_full().await;
    assert!(report.portals.iter().all(|portal| (portal.new, portal.changed) == (0, 0)), "{report:?}");
    assert_eq!(story.alice.client().verify().unwrap().statements, said.statements, "nothing new is said");
    assert!(story.all().iter().all(|line| line.standing == Standing::AsGiven || withdrawn(line)));
}

fn withdrawn(line: &Line) -> bool {
    matches!(line.standing, Standing::Withdrawn { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn bob_sees_that_one_has_died_and_that_one_is_a_child() {
    let hospital = portal(messy::hospital(SEED).unwrap());
    let anselm = as_bob(&hospital, messy::DECEASED).await;
    let profile = anselm.client().view(&Query::Profile).unwrap();
    let him = &profile.groups[0].lines[0];
    assert!(says(him, "died (march 2025)"), "{:?}", him.notices);
    assert_eq!(show(&anselm, &hospital, "Observation/late-lab").line.flag, Flag::Critical);

    let pia = as_bob(&hospital, messy::CHILD).await;
    let profile = pia.client().view(&Query::Profile).unwrap();
    let child = &profile.groups[0].lines[0];
    assert_eq!(field(child, "Date of birth"), ["30 June 2014"]);
    assert!(says(&show(&pia, &hospital, "Immunization/child-refused").line, "not given"));
    // She has no medicines: the list is empty, says as of when, and does not say "none".
    let medicines = pia.client().view(&Query::Medications(Filter::default())).unwrap();
    assert_eq!((medicines.shown(), medicines.groups.len()), (0, 0));
    assert!(medicines.rests_on.iter().all(|basis| basis.as_of.is_some()));
    for (device, whose) in [(&anselm, messy::DECEASED), (&pia, messy::CHILD)] {
        let listed = everything(device.client(), &Filter::default());
        assert_eq!(listed.len(), hospital.served(whose).len(), "nobody else's");
    }
}

async fn as_bob(hospital: &Running, whose: &str) -> Device {
    let bob = Device::new("bob's phone");
    let connecting = bob.begin(hospital, "Riverbend").await.unwrap();
    let returned = bob.finish_as(connecting, ("bob", BOB_PASSWORD), Some(whose)).await.unwrap();
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
    bob.sync().await;
    bob
}
