//! Hand-made views.

use client::Flag;
use client::views::{Basis, Group, Line, NoteVersion, NoteView, Refusal, Screen, Standing, Twin};
use client::{
    AttachmentState, AttachmentView, Chosen, Found, Hidden, HiddenKind, ListTaken, PartsView, PortalStatus,
    Returned, SearchHit, SectionStatus, Shown, ShownLine, ShownRevision, SignIn, SlotStatus, Status, WayIn,
    Why, Withheld, WithheldGroup,
};
use serde_json::json;

use super::synced::unfollowed;

/// 2026-11-22 05:40 UTC.
pub const NOON: i64 = 1_795_326_000;
const DAY: i64 = 86_400;

pub fn line(title: &str, value: &str, flag: Flag) -> Line {
    Line {
        reference: format!("Observation/{}", title.to_lowercase().replace(' ', "-")),
        issuer: "https://riverside.example/r4".to_owned(),
        resource_type: "Observation".to_owned(),
        title: title.to_owned(),
        when: Some("22 November 2026 03:40 (+00:00)".to_owned()),
        value: Some(value.to_owned()),
        ranges: Vec::new(),
        flag,
        flag_text: None,
        compared: None,
        standing: Standing::AsGiven,
        notices: vec!["Final result".to_owned()],
        unread: false,
        changed_since_read: false,
        notes: 0,
        portals: vec!["Riverside Hospital".to_owned()],
        no_longer_returned_by: Vec::new(),
        twins: Vec::new(),
        withheld: false,
        covered: None,
        fields: Vec::new(),
    }
}

pub fn portals() -> Vec<Basis> {
    let quiet =
        |portal: &str, as_of| Basis { portal: portal.to_owned(), as_of, refused: Vec::new(), trouble: None };
    let mut refusing = quiet("Quick Lab Chain", None);
    refusing.refused =
        vec![Refusal { what: "AllergyIntolerance".to_owned(), reason: "not in your plan".to_owned() }];
    refusing.trouble = Some("asks you to sign in again".to_owned());
    vec![refusing, quiet("Riverside Hospital", Some(NOON))]
}

pub fn empty(title: &str, rests_on: Vec<Basis>) -> Screen {
    Screen {
        title: title.to_owned(),
        notices: Vec::new(),
        groups: Vec::new(),
        without_flag: 0,
        unread: 0,
        covered: 0,
        rests_on,
        lacks: Vec::new(),
        left_out: 0,
        more: None,
        missing: Default::default(),
    }
}

pub fn one(line: Line) -> Screen {
    several("Results", "Results", vec![line])
}

fn several(title: &str, heading: &str, lines: Vec<Line>) -> Screen {
    let unread = lines.iter().filter(|line| line.unread).count() as u64;
    let group = Group { heading: heading.to_owned(), note: None, lines };
    Screen { groups: vec![group], unread, ..empty(title, portals()) }
}

pub fn results() -> Screen {
    let ranged = |title: &str, value: &str, flag: Flag, words: Option<&str>, range: &str| Line {
        flag_text: words.map(str::to_owned),
        ranges: vec![range.to_owned()],
        ..line(title, value, flag)
    };
    let lines = vec![
        Line {
            unread: true,
            notes: 1,
            ..ranged("Potassium", "6.8 mmol/L", Flag::Critical, Some("Critical high"), "3.5 to 5.1 mmol/L")
        },
        ranged("Glucose", "118 mg/dL", Flag::Outside, Some("High"), "70 to 99 mg/dL"),
        ranged("C reactive protein", "<0.1 mg/dL", Flag::Inside, Some("Normal"), "0.5 mg/dL or less"),
        ranged("Sodium", "139 mmol/L", Flag::NotStated, None, "136 to 145 mmol/L"),
        Line { flag_text: Some("see report".to_owned()), ..line("Ferritin", "12 ug/L", Flag::NotStated) },
        Line {
            resource_type: "DiagnosticReport".to_owned(),
            reference: "DiagnosticReport/lab-1".to_owned(),
            value: None,
            when: None,
            ..line("Basic metabolic panel", "", Flag::NotStated)
        },
    ];
    Screen { without_flag: 2, ..several("Results", "Results", lines) }
}

pub fn changed() -> Screen {
    let what = "The value changed from 4.5 mmol/L to 6.8 mmol/L. The status changed from final to corrected.";
    let corrected = Standing::Changed {
        what: Some(what.to_owned()),
        from: Some("4.5 mmol/L".to_owned()),
        seen: NOON - 2 * DAY,
    };
    let again = Standing::Changed {
        what: Some("It had been withdrawn, and is stated again.".to_owned()),
        from: None,
        seen: NOON,
    };
    // A value that should not be there at all: the words must not rely on that.
    let withdrawn = Line {
        standing: Standing::Withdrawn { seen: NOON },
        ..line("Lactate", "99.9 mmol/L", Flag::Outside)
    };
    let gone = Line {
        no_longer_returned_by: vec!["Riverside Hospital".to_owned()],
        ..line("Bilirubin", "0.4 mg/dL", Flag::Inside)
    };
    let lines = vec![
        Line { standing: corrected, unread: true, ..line("Potassium", "6.8 mmol/L", Flag::Critical) },
        Line { standing: again, ..line("Chloride", "101 mmol/L", Flag::NotStated) },
        withdrawn,
        Line { standing: Standing::NotHeld, value: None, ..line("Magnesium", "", Flag::NotStated) },
        Line { standing: Standing::Unreadable, value: None, ..line("Observation", "", Flag::NotStated) },
        gone,
    ];
    let lacks = vec!["1 of these are known of, but their content is not on this device".to_owned()];
    Screen { without_flag: 1, lacks, ..several("Results", "Results", lines) }
}

pub fn medicines() -> Screen {
    let medicine = |title: &str, value: Option<&str>, notice: &str| Line {
        resource_type: "MedicationRequest".to_owned(),
        reference: format!("MedicationRequest/{title}"),
        value: value.map(str::to_owned),
        notices: vec![notice.to_owned()],
        ..line(title, "", Flag::NotStated)
    };
    let active =
        vec![medicine("Simvastatin 20 MG Oral Tablet", Some("Take one at bedtime"), "Listed as active")];
    let long_ago = vec![medicine("Terfenadine", None, "Listed as active, last ordered 1949: ask")];
    let mut screen = several("Medications", "Listed as active, ordered in the last 12 months", active);
    let heading = "Listed as active, last ordered long ago: ask".to_owned();
    screen.groups.push(Group {
        heading,
        note: Some("Ask which of these you still take.".to_owned()),
        lines: long_ago,
    });
    let kinds = [
        "Observation/laboratory",
        "Observation/survey",
        "Observation/exam",
        "Observation/sdoh",
        "Observation",
    ];
    let more = ["DiagnosticReport/laboratory", "MedicationStatement"];
    let refused =
        kinds.iter().chain(&more).map(|what| Refusal { what: (*what).to_owned(), reason: "busy".to_owned() });
    if let Some(portal) = screen.rests_on.last_mut() {
        portal.refused = refused.collect();
        let last = Refusal { what: "MedicationDispense".to_owned(), reason: "forbidden".to_owned() };
        portal.refused.push(last);
    }
    screen
}

pub fn hostile() -> Screen {
    let mut bad =
        line("Potassium\u{1b}[2J\u{1b}]0;owned\u{7}", "6.8\r\nmmol/L \u{202e}wol\u{202c}", Flag::Outside);
    bad.flag_text = Some("\u{9b}31mfine\u{200b}".to_owned());
    bad.ranges = vec!["\u{2066}3.5\u{2069}".to_owned()];
    bad.when = Some("today\u{8}\u{8}".to_owned());
    bad.reference = "Observation/\u{feff}1".to_owned();
    bad.notices = vec!["\u{e0041}tagged".to_owned()];
    bad.portals = vec!["Evil\u{85}Portal".to_owned()];
    bad.fields =
        serde_json::from_value(json!([{"label": "Note\u{1b}[1m", "text": "one\n\u{1b}[3Atwo"}])).unwrap();
    let mut screen = one(bad);
    screen.lacks = vec!["\u{202e}lacks".to_owned()];
    screen
}

pub fn held() -> Status {
    let section = |name: &str, entries, unread, withdrawn, critical| SectionStatus {
        section: name.to_owned(),
        entries,
        unread,
        withdrawn,
        critical,
    };
    Status {
        record: "6122e9e4afbd".repeat(5),
        holder: "Alice".to_owned(),
        sections: vec![
            section("results", 120, 12, 1, 1),
            section("medications", 1, 0, 0, 0),
            section("allergies", 0, 0, 0, 0),
        ],
        portals: vec![hospital(), lab()],
    }
}

fn hospital() -> PortalStatus {
    let slot = |what: &str, last_success, refused: Option<&str>| SlotStatus {
        what: what.to_owned(),
        count: None,
        last_success,
        last_try: NOON,
        refused: refused.map(str::to_owned),
        catch_all: what == "Observation",
    };
    PortalStatus {
        name: "Riverside Hospital".to_owned(),
        issuer: "https://riverside.example/r4".to_owned(),
        scopes: "patient/*.rs offline_access".to_owned(),
        connected: NOON - 30 * DAY,
        ends: Some(NOON + 60 * DAY),
        ended: None,
        sign_in_again: false,
        signs: true,
        as_of: Some(NOON),
        slots: vec![
            slot("Observation/laboratory", Some(NOON), None),
            slot("Observation", None, Some("category is required")),
            slot("Observation/survey", None, Some("forbidden")),
            slot("CarePlan", None, Some("forbidden")),
            slot("Condition", Some(NOON - DAY), Some("the portal had an error")),
        ],
        set_aside: vec![("it is about another person".to_owned(), 2)],
        unfollowed: vec![
            unfollowed("Organization", "the portal has no such entry (status 404)", 3),
            unfollowed("Practitioner", "the portal has no such entry (status 404)", 1),
            unfollowed("elsewhere.example", "another server, which is not asked", 1),
        ],
    }
}

fn lab() -> PortalStatus {
    PortalStatus {
        name: "Quick Lab Chain".to_owned(),
        issuer: "https://lab.example/fhir".to_owned(),
        ends: Some(NOON - DAY),
        sign_in_again: true,
        signs: false,
        as_of: None,
        slots: Vec::new(),
        set_aside: Vec::new(),
        unfollowed: Vec::new(),
        ..hospital()
    }
}

fn note(id: &str, texts: &[Option<&str>]) -> NoteView {
    let version = |text: &Option<&str>| NoteVersion { text: text.map(str::to_owned), written: NOON };
    NoteView {
        covered: false,
        id: id.repeat(8),
        about: vec!["Observation/potassium".to_owned()],
        versions: texts.iter().map(version).collect(),
    }
}

pub fn notes_held() -> Vec<NoteView> {
    let plain =
        NoteView { about: Vec::new(), ..note("3fa2b1c4", &[Some("First line.\n\nSecond\u{1b}[2J line.")]) };
    vec![plain, note("77aa00bb", &[Some("Call on Monday."), Some("Call on Tuesday."), None])]
}

pub fn shown() -> Shown {
    let screen = changed();
    let mut line = screen.groups[0].lines[0].clone();
    line.fields = serde_json::from_value(json!([{"label": "Test", "text": "Potassium"}])).unwrap();
    let element =
        |depth, label: &str, text: &str| ShownLine { depth, label: label.to_owned(), text: text.to_owned() };
    let revision = |seen, value: &str, status: &str, current| ShownRevision {
        digest: "c52a0dd26cee".repeat(5),
        seen,
        portals: vec!["Riverside Hospital".to_owned()],
        value: Some(value.to_owned()),
        status: Some(status.to_owned()),
        held: true,
        current,
    };
    Shown {
        results: Vec::new(),
        results_left_out: 0,
        line,
        everything: vec![
            element(0, "Status", "corrected"),
            element(0, "Value", ""),
            element(1, "Unit", "mmol/L"),
        ],
        attachments: attachments(),
        notes: vec![note("77aa00bb", &[Some("Call on Monday.")])],
        referred_to_by: vec![("DiagnosticReport/lab-1".to_owned(), "Basic metabolic panel".to_owned())],
        history: vec![
            revision(NOON, "6.8 mmol/L", "corrected", true),
            ShownRevision { held: false, ..revision(NOON - 2 * DAY, "4.5 mmol/L", "final", false) },
        ],
    }
}

pub fn attachments() -> Vec<AttachmentView> {
    let file = |n, title: &str, kind: &str, state| AttachmentView {
        n,
        title: Some(title.to_owned()),
        content_type: Some(format!("application/{kind}")),
        kind: None,
        size: Some(45_600),
        state,
        renditions: Vec::new(),
        notice: None,
    };
    let refused = AttachmentState::Refused { reason: "the portal answered with status 403".to_owned() };
    let elsewhere = AttachmentState::Elsewhere { host: "files.example".to_owned() };
    vec![
        AttachmentView {
            renditions: vec![2],
            kind: Some("pdf".to_owned()),
            ..file(1, "lab.pdf", "pdf", AttachmentState::Held)
        },
        AttachmentView {
            renditions: vec![1],
            notice: Some("its checksum is not the one that was stated".to_owned()),
            ..file(2, "lab\u{202e}lmth", "html", AttachmentState::OnDemand)
        },
        file(3, "scan.tif", "tiff", refused),
        AttachmentView { title: None, size: None, ..file(4, "", "dicom", elsewhere) },
    ]
}

pub fn shown_withdrawn() -> Shown {
    let screen = changed();
    let mut line = screen.groups[0].lines[2].clone();
    line.fields = serde_json::from_value(json!([{"label": "Result", "text": "99.9 mmol/L"}])).unwrap();
    Shown { line, everything: Vec::new(), attachments: Vec::new(), notes: Vec::new(), ..shown() }
}

pub fn hits() -> Vec<SearchHit> {
    let (start, end) = (SearchHit::START, SearchHit::END);
    let withdrawn = changed().groups[0].lines[2].clone();
    let hit = |line: Line, snippet: String| SearchHit {
        title: line.title.clone(),
        line: Some(line),
        note: None,
        about: Vec::new(),
        file: None,
        snippet,
    };
    vec![
        hit(
            line("Potassium", "6.8 mmol/L", Flag::Critical),
            format!("{start}Potassium{end} in \u{202e}Serum"),
        ),
        hit(withdrawn, format!("{start}potassium{end} 99.9")),
        SearchHit {
            file: Some("visit.pdf".to_owned()),
            ..hit(line("Visit note", "", Flag::NotStated), format!("the {start}potassium{end} was high"))
        },
        SearchHit {
            line: None,
            note: Some("77aa00bb".repeat(8)),
            about: vec!["Observation/potassium".to_owned()],
            title: "Ask about potassium".to_owned(),
            file: None,
            snippet: format!("Ask about {start}potassium{end}"),
        },
    ]
}

pub fn connected() -> Returned {
    let fields = json!([{"label": "Date of birth", "text": "17 July 2009"}, {"label": "Extension: Race", "text": "x"}]);
    Returned::Connected(SignIn {
        portal: "Riverside Hospital".to_owned(),
        patient: "Rosalinda Kuhn".to_owned(),
        fields: serde_json::from_value(fields).unwrap(),
        because: vec!["The name is the same.".to_owned()],
        ends: Some(NOON),
    })
}

/// One result at two portals, one result compared by us, one changed since it was read.
pub fn beside_each_other() -> Screen {
    let twin = |portal: &str, value: &str, agrees| Twin {
        portal: portal.to_owned(),
        issuer: "https://valley.example/r4".to_owned(),
        reference: "Observation/their-glucose".to_owned(),
        value: Some(value.to_owned()),
        agrees,
    };
    let said =
        "Riverside Hospital corrected this result; Valley Clinics still shows 104 mg/dL: both are shown";
    let compared = "Above the lab's stated range (compared by Wellkept; the lab did not flag it)";
    let lines = vec![
        Line {
            notices: vec![said.to_owned()],
            twins: vec![twin("Valley Clinics", "104 mg/dL", false)],
            ..line("Glucose", "210 mg/dL", Flag::NotStated)
        },
        Line {
            twins: vec![twin("Valley Clinics", "139 mmol/L", true)],
            notices: Vec::new(),
            ..line("Sodium", "139 mmol/L", Flag::NotStated)
        },
        Line {
            compared: Some(compared.to_owned()),
            ranges: vec!["3.5 to 5.1 mmol/L".to_owned()],
            unread: true,
            changed_since_read: true,
            notices: Vec::new(),
            ..line("Potassium", "5.4 mmol/L", Flag::NotStated)
        },
    ];
    Screen { without_flag: 3, ..several("Results", "Results", lines) }
}

/// What waits behind a tap.
pub fn covered() -> Screen {
    let cover = |flag: Flag, notices: &[&str]| Line {
        value: None,
        notices: notices.iter().map(|notice| (*notice).to_owned()).collect(),
        covered: Some("results".to_owned()),
        ..line("Covered: results", "", flag)
    };
    let waits = "A critical result waits here: reveal to see it, or call your provider";
    let lines = vec![cover(Flag::Critical, &[waits]), cover(Flag::NotStated, &[])];
    Screen { covered: 2, ..several("Results", "Results", lines) }
}

/// Of somebody who has died, as one portal says.
pub fn after_death() -> Screen {
    let listed = "Listed as active when the record says that this person has died";
    let medicine = Line {
        resource_type: "MedicationRequest".to_owned(),
        reference: "MedicationRequest/m1".to_owned(),
        notices: Vec::new(),
        ..line("Lisinopril 10 MG Oral Tablet", "1 tablet each morning", Flag::NotStated)
    };
    let mut screen = several("Medications", listed, vec![medicine]);
    screen.groups[0].note = Some("A portal may never have ended what it lists here.".to_owned());
    screen.notices = vec!["Riverside Hospital says that this person died in March 2025".to_owned()];
    screen
}

/// What is withheld: for what it says, because it refers to it, by choice.
pub fn what_is_withheld() -> PartsView {
    let entry = |kind: &str, title: &str, because: &[&str]| Withheld {
        line: Line {
            reference: format!("{kind}/1"),
            resource_type: kind.to_owned(),
            withheld: true,
            ..line(title, "", Flag::NotStated)
        },
        because: because.iter().map(|words| (*words).to_owned()).collect(),
    };
    let group = |why, words: &str, entries| WithheldGroup { why, words: words.to_owned(), entries };
    let pill = entry("MedicationRequest", "Norethindrone 0.35 MG Oral Tablet", &["norethindrone"]);
    let claims = (0..12).map(|_| entry("Claim", "Claim", &[])).collect();
    let chosen = |withheld, name: &str, words: &str, following| Chosen {
        withheld,
        name: name.to_owned(),
        words: words.to_owned(),
        since: NOON,
        following,
    };
    PartsView {
        withheld: vec![
            group(Why::Chosen, "You withheld these", vec![entry("Condition", "Asthma", &[])]),
            group(Why::Screening, "Routine screening, as it is asked of everybody", vec![pill]),
            group(Why::Refers, "These refer to something that is withheld", claims),
        ],
        choices: vec![
            chosen(false, "mental", "mental and behavioural health", 3),
            chosen(false, "screening", "routine screening", 0),
            chosen(true, "Condition/1", "one entry", 0),
        ],
        perhaps: vec![entry("MedicationRequest", "Sildenafil 20 MG", &["sildenafil (also lung pressure)"])],
    }
}

pub fn what_is_hidden() -> Vec<Hidden> {
    let hidden = |kind, name: &str, words: &str| Hidden {
        kind,
        name: name.to_owned(),
        words: words.to_owned(),
        since: NOON,
    };
    vec![
        hidden(HiddenKind::Category, "mental", "mental and behavioural health"),
        hidden(HiddenKind::Section, "visits", "all of visits"),
        hidden(HiddenKind::Entry, "Observation/o1", "one entry, and what refers to it"),
    ]
}

/// Two organisations of one city; the second with two portals, one of them of no use.
pub fn found() -> Found {
    let way = |organisation: &str, portal: Option<&str>, address: &str| WayIn {
        organisation: organisation.to_owned(),
        portal: portal.map(str::to_owned),
        description: None,
        through: None,
        place: Some("1 Mill Lane, Riverbend, OH 43085, US".to_owned()),
        address: address.to_owned(),
        readable: true,
    };
    Found {
        as_of: Some("2026-10-01T00:00:00Z".to_owned()),
        organisations: 3,
        ways: vec![
            WayIn {
                through: Some("Riverbend Health".to_owned()),
                ..way("Riverbend Children's Hospital", None, "https://fhir.riverbend.example/r4")
            },
            WayIn {
                description: Some("For patients of 18 and older".to_owned()),
                ..way("Riverbend Health", Some("MyRiverbend"), "https://fhir.riverbend.example/r4")
            },
            WayIn {
                readable: false,
                ..way("Riverbend Health", Some("Evil\u{202e}latroP"), "https://old.riverbend.example/dstu2")
            },
        ],
        more: true,
    }
}

pub fn list_taken() -> ListTaken {
    ListTaken {
        as_of: Some("2026-10-01T00:00:00Z".to_owned()),
        organisations: 3,
        unreadable: 1,
        without_portal: 2,
        not_organisations: 0,
        beyond: 0,
    }
}
