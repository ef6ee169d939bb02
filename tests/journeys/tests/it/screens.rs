//! Whole screens as text, compared with the files in `golden`. `UPDATE_GOLDEN=1` rewrites them.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use client::views::{Basis, Filter, Group, Line, Screen, Standing};
use client::{Query, Returned, SearchHit};
use harness::{BEGINNING, Device, portal};
use sandbox::{Change, Running, Step, demo_data};

use crate::maren::Maren;

const DAY: i64 = 86_400;
/// The most lines of text that the entries of one group take.
const MOST: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn h6_screens_of_alesha() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::ALESHA]));
    follow("alesha", &hospital).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h6_screens_of_josiah() {
    let hospital = portal(demo_data::hospital_of("Riverside", &[demo_data::JOSIAH]));
    follow("josiah", &hospital).await;
}

/// Maren's screens are golden whole: each of her entries is there for what is said of it.
#[tokio::test(flavor = "multi_thread")]
async fn h6_screens_of_maren() {
    let maren = Maren::begin().await;
    for query in queries() {
        golden("messy", &format!("{}.txt", file(&query)), &maren.told_whole(&query));
    }
    for day in 1..=2 {
        maren.a_day_later(day).await;
    }
    for query in [Query::Results(Filter::default()), Query::Timeline(few(40))] {
        golden("messy", &format!("two_days_later_{}.txt", file(&query)), &maren.told_whole(&query));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h6_screens_of_rosalinda() {
    let phone = follow("rosalinda", &portal(demo_data::hospital())).await;
    // Not left to a golden text alone: an opioid of three years ago is still "active" at the hospital.
    let medicines = phone.client().view(&Query::Medications(Filter::default())).unwrap();
    let holding = |group: &&Group| group.lines.iter().any(|line| line.title.contains("oxyCODONE"));
    let headings: Vec<&str> =
        medicines.groups.iter().filter(holding).map(|group| group.heading.as_str()).collect();
    assert_eq!(headings, ["Listed as active, last ordered long ago: ask"]);
    let asks = "Listed as active, last ordered 2023: ask";
    let lines = medicines.groups.iter().flat_map(|group| &group.lines);
    assert_eq!(lines.filter(|line| line.notices.iter().any(|notice| notice == asks)).count(), 1);
}

/// The first sync, and a day later new results, a correction, a retraction and something that is no longer returned.
async fn follow(name: &str, hospital: &Running) -> Device {
    let phone = Device::new("alice's phone");
    let returned = phone.connect(hospital, "Riverside").await;
    assert!(matches!(returned, Returned::Connected(_)), "{returned:?}");
    let empty: String = queries().iter().map(|query| text(&phone, hospital, query)).collect();
    golden("before_the_first_sync", &format!("{name}.txt"), &empty);
    phone.sync().await;
    for query in queries() {
        let screen = text(&phone, hospital, &query);
        golden("first_sync", &format!("{name}_{}.txt", file(&query)), &screen);
    }
    phone.clock.turn(DAY);
    // The portal's clock runs on; a step that falls on a minute's end would be told in the next one.
    hospital.set_now(BEGINNING + DAY);
    let changes = hospital.evolve(Step::ALL).unwrap();
    hospital.set_now(BEGINNING + DAY);
    phone.sync_full().await;
    for query in [Query::Results(few(12)), Query::Timeline(few(12))] {
        let screen = text(&phone, hospital, &query);
        golden("a_day_later", &format!("{name}_{}.txt", file(&query)), &screen);
    }
    let opened: String = changes.iter().map(|change| opened(&phone, change)).collect();
    golden("a_day_later", &format!("{name}_changes.txt"), &opened.replace(&hospital.origin(), "PORTAL"));
    phone
}

/// What changed, each entry opened: its line, its history, what relies on it, and how search shows it.
fn opened(phone: &Device, change: &Change) -> String {
    let reference = format!("{}/{}", change.resource_type, change.id);
    let shown = phone.client().show(&reference).unwrap();
    let mut out = format!("# {}\n", change.step);
    out.push_str(&entry(&shown.line, true));
    for revision in &shown.history {
        let value = revision.value.as_deref().unwrap_or("no value");
        let status = revision.status.as_deref().unwrap_or("no status");
        let current = if revision.current { ", current" } else { "" };
        writeln!(out, "history: {value}, {status}, seen {}{current}", minute(revision.seen)).unwrap();
    }
    for result in &shown.results {
        let indent = "  ".repeat(result.depth);
        writeln!(out, "holds: {indent}{}", crate::panels::told(&result.named)).unwrap();
    }
    for (_, title) in &shown.referred_to_by {
        writeln!(out, "relied on by: {title}").unwrap();
    }
    let hits = phone.client().search(&change.id, 5).unwrap();
    for hit in hits.iter().filter(|hit| hit.line.as_ref().is_some_and(|line| line.reference == reference)) {
        let snippet = hit.snippet.replace([SearchHit::START, SearchHit::END], "|");
        writeln!(out, "found as: {}: {snippet}", hit.title).unwrap();
    }
    out.push('\n');
    out
}

fn few(limit: usize) -> Filter {
    Filter { limit: Some(limit), ..Filter::default() }
}

fn queries() -> Vec<Query> {
    let all = Filter::default;
    vec![
        Query::Results(all()),
        Query::Medications(all()),
        Query::Allergies(all()),
        Query::Conditions(all()),
        Query::Immunizations(all()),
        Query::Vitals(all()),
        Query::Procedures(all()),
        Query::Visits(all()),
        Query::Plans(all()),
        Query::CareTeam(all()),
        Query::Orders(all()),
        Query::Documents(all()),
        Query::Appointments(all()),
        Query::Messages(all()),
        Query::Coverage(all()),
        Query::Profile,
        Query::Timeline(all()),
        Query::Other(all()),
    ]
}

fn file(query: &Query) -> &'static str {
    match query {
        Query::Results(_) => "results",
        Query::Medications(_) => "medications",
        Query::Allergies(_) => "allergies",
        Query::Conditions(_) => "conditions",
        Query::Immunizations(_) => "immunizations",
        Query::Vitals(_) => "vitals",
        Query::Procedures(_) => "procedures",
        Query::Visits(_) => "visits",
        Query::Plans(_) => "plans",
        Query::CareTeam(_) => "care_team",
        Query::Orders(_) => "orders",
        Query::Documents(_) => "documents",
        Query::Appointments(_) => "appointments",
        Query::Messages(_) => "messages",
        Query::Coverage(_) => "coverage",
        Query::Profile => "profile",
        Query::Timeline(_) => "timeline",
        Query::Other(_) => "other",
    }
}

pub fn golden(folder: &str, name: &str, text: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(folder);
    let path = folder.join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|set| set == "1") {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&path, text).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    if wanted != text {
        let differs = wanted.lines().zip(text.lines()).position(|(one, other)| one != other);
        let at = differs.unwrap_or_else(|| wanted.lines().count().min(text.lines().count()));
        let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
        panic!("{} differs in line {}:\n- {}\n+ {}", path.display(), at + 1, line(&wanted), line(text));
    }
}

fn text(phone: &Device, hospital: &Running, query: &Query) -> String {
    told(&phone.client().view(query).unwrap()).replace(&hospital.origin(), "PORTAL")
}

/// A screen as text, the first entry of each group in full; long groups are cut.
pub fn told(screen: &Screen) -> String {
    let mut out = String::new();
    headed(&mut out, screen);
    screen.groups.iter().for_each(|group| grouped(&mut out, group));
    out.push('\n');
    out
}

/// A screen as text, every entry in full.
pub fn told_whole(screen: &Screen) -> String {
    let mut out = String::new();
    headed(&mut out, screen);
    for group in &screen.groups {
        group_heading(&mut out, group);
        group.lines.iter().for_each(|line| out.push_str(&entry(line, true)));
    }
    out
}

/// What the screen says above its groups.
fn headed(out: &mut String, screen: &Screen) {
    writeln!(
        out,
        "# {}: {} shown{}",
        screen.title,
        screen.shown(),
        if screen.more.is_some() { ", more" } else { "" }
    )
    .unwrap();
    writeln!(out, "{} without a flag, {} unread", screen.without_flag, screen.unread).unwrap();
    for Basis { portal, as_of, refused, trouble, .. } in &screen.rests_on {
        let as_of = as_of.map_or("never".to_owned(), minute);
        writeln!(out, "rests on {portal}, as of {as_of}").unwrap();
        refused.iter().for_each(|one| writeln!(out, "  refused {}: {}", one.what, one.reason).unwrap());
        trouble.iter().for_each(|said| writeln!(out, "  trouble: {said}").unwrap());
    }
    screen.notices.iter().for_each(|notice| writeln!(out, "above all: {notice}").unwrap());
    screen.lacks.iter().for_each(|lack| writeln!(out, "lacks: {lack}").unwrap());
}

fn group_heading(out: &mut String, group: &Group) {
    writeln!(out, "\n## {} ({})", group.heading, group.lines.len()).unwrap();
    group.note.iter().for_each(|note| writeln!(out, "{note}").unwrap());
}

fn grouped(out: &mut String, group: &Group) {
    group_heading(out, group);
    let (mut taken, mut left) = (0, group.lines.len());
    for (at, line) in group.lines.iter().enumerate() {
        let entry = entry(line, at == 0);
        taken += entry.lines().count();
        if taken > MOST && at > 0 {
            break;
        }
        out.push_str(&entry);
        left -= 1;
    }
    if left > 0 {
        writeln!(out, "... and {left} more").unwrap();
    }
}

/// One entry; `in_full` with its fields, as a tap on it opens them.
fn entry(line: &Line, in_full: bool) -> String {
    let mut out = String::new();
    let marks = match (line.unread, line.changed_since_read) {
        (true, true) => " [changed since you read it]",
        (true, false) => " [new]",
        (false, _) => "",
    };
    writeln!(out, "{}{marks}", line.title).unwrap();
    let flag = serde_json::to_value(line.flag).unwrap();
    let mut said: Vec<String> = line.value.iter().cloned().collect();
    said.extend(Some(flag.as_str().unwrap()).filter(|flag| *flag != "NotStated").map(str::to_owned));
    said.extend(line.flag_text.iter().map(|text| format!("({text})")));
    said.extend(line.ranges.iter().map(|range| format!("range {range}")));
    if !said.is_empty() {
        writeln!(out, "    {}", said.join("  ")).unwrap();
    }
    line.compared.iter().for_each(|compared| writeln!(out, "    {compared}").unwrap());
    let when = line.when.as_deref().unwrap_or("no date");
    writeln!(out, "    {when}, {}, {}", line.portals.join(" and "), line.resource_type).unwrap();
    match &line.standing {
        Standing::AsGiven => {}
        Standing::Changed { what, from, seen } => {
            let (what, from) = (what.as_deref().unwrap_or("-"), from.as_deref().unwrap_or("-"));
            writeln!(out, "    changed from {from} (seen {}): {what}", minute(*seen)).unwrap();
        }
        Standing::Withdrawn { seen } => writeln!(out, "    withdrawn (seen {})", minute(*seen)).unwrap(),
        Standing::NotHeld => writeln!(out, "    not held").unwrap(),
        Standing::Unreadable => writeln!(out, "    unreadable").unwrap(),
        Standing::Removed => writeln!(out, "    removed at your wish").unwrap(),
    }
    for twin in &line.twins {
        let value = twin.value.as_deref().unwrap_or("no value");
        let agrees = if twin.agrees { "the same" } else { "differs" };
        writeln!(out, "    also at {}: {value}, {agrees}", twin.portal).unwrap();
    }
    line.notices.iter().for_each(|notice| writeln!(out, "    ! {notice}").unwrap());
    line.no_longer_returned_by.iter().for_each(|by| writeln!(out, "    no longer returned by {by}").unwrap());
    if line.notes > 0 {
        writeln!(out, "    {} notes", line.notes).unwrap();
    }
    for field in line.fields.iter().filter(|_| in_full) {
        writeln!(out, "        {}: {}", field.label, field.text.replace('\n', "\n            ")).unwrap();
    }
    out
}

/// Days and hours after the beginning, to the minute: the portal's clock runs while the test does.
fn minute(at: i64) -> String {
    let since = at - BEGINNING;
    let (days, rest) = (since.div_euclid(DAY), since.rem_euclid(DAY));
    if rest < 120 { format!("day {days}") } else { format!("day {days} and {} minutes", rest / 60) }
}
