//! Control C9: nothing of the person, and no secret, stands in what any library logs at its finest level, nor in an error.

use std::fmt::{Debug, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use client::platform::http::ReqwestHttp;
use client::{Client, Reason, Unlock};
use sandbox::{Certificate, Fetching, Quirk};
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};

use crate::canary::{self, PASSPHRASE, PERSON};
use crate::child::{Job, Working, platform, say};

/// All that was logged in this process.
static HEARD: Mutex<String> = Mutex::new(String::new());

fn hear(said: &str) {
    let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    heard.push_str(said);
    heard.push('\n');
}

/// Hears both ways in which libraries log.
struct Ear(AtomicU64);

impl log::Log for Ear {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        hear(&format!("{} {} {}", record.level(), record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// The fields of a span or an event.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl tracing::Subscriber for Ear {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields(format!("span {} {}", span.metadata().target(), span.metadata().name()));
        span.record(&mut fields);
        hear(&fields.0);
        Id::from_u64(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        hear(&fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields(format!("{} {}", event.metadata().level(), event.metadata().target()));
        event.record(&mut fields);
        hear(&fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An error with all that it rests on, in both forms.
pub fn whole(error: &dyn std::error::Error) -> String {
    let mut said = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        write!(said, "{error} | {error:?} | {error:#?} < ").unwrap();
        next = error.source();
    }
    said
}

/// The child's side: a whole life, then every trouble that the parent brings about, and all of it heard.
pub async fn traced(home: &Path, more: &Value) {
    log::set_boxed_logger(Box::new(Ear(AtomicU64::new(0)))).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing::subscriber::set_global_default(Ear(AtomicU64::new(0))).unwrap();
    canary::journey(home, more).await;
    for wrong in [Unlock::Passphrase("not it"), Unlock::Kit("not one either")] {
        hear(&whole(&open(home, &wrong).err().unwrap()));
    }
    let client = open(home, &Unlock::Passphrase(PASSPHRASE)).unwrap();
    for _ in 0..more["troubles"].as_u64().unwrap() {
        canary::stage("trouble");
        match client.sync(Reason::Asked { full: true }, |_| {}).await {
            Ok(report) => say(&format!("trouble {:?}", report.portals[0].trouble.is_some())),
            Err(error) => hear(&whole(&error)),
        }
        for name in [PERSON[1], PERSON[5], PERSON[14], "canary-id"] {
            hear(&client.show(name).map_or_else(|error| whole(&error), |_| String::new()));
        }
    }
    let heard = HEARD.lock().unwrap();
    std::fs::write(PathBuf::from(more["log"].as_str().unwrap()), heard.as_bytes()).unwrap();
}

fn open(home: &Path, unlock: &Unlock<'_>) -> Result<Client, client::Error> {
    Client::open(platform(home, Arc::new(ReqwestHttp::new().unwrap())), &home.join("record.db"), unlock)
}

#[test]
fn c9_no_library_logs_a_word_of_the_person_or_a_secret() {
    let (folder, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let home = folder.path().canonicalize().unwrap();
    let hospital = canary::hospital_over(Some(Certificate::Good));
    let (roots, log) = (logs.path().join("roots.pem"), logs.path().join("log"));
    std::fs::write(&roots, hospital.root().unwrap()).unwrap();
    let mut troubles: Vec<Vec<Quirk>> = [
        Fetching::Down(502),
        Fetching::HtmlPage,
        Fetching::NextDrops,
        Fetching::NextXml,
        Fetching::StrangeReferences,
        Fetching::Incomplete,
    ]
    .map(|quirk| vec![Quirk::from(quirk)])
    .into();
    troubles.extend([
        vec![Quirk::RefusedType("Observation".to_owned())],
        vec![Quirk::NextOtherHost],
        vec![Quirk::NextLoops],
        vec![Quirk::OtherPerson],
        vec![Quirk::UnauthorizedMidSync],
        vec![Quirk::TokenHtml],
        vec![Quirk::SilentInvalidClient],
    ]);
    let more = json!({
        "portal": hospital.base_url(), "root": hospital.root(), "log": log, "troubles": troubles.len() + 1,
    });
    let job = Job { name: "traced", home: home.clone(), kit: String::new(), more };
    let trust = format!("SSL_CERT_FILE={}", roots.display());
    let mut child = Working::under(&["env".into(), trust.into()], &job);
    let mut needles = canary::needles();
    let (mut brought, mut troubled) = (troubles.into_iter(), 0);
    while let Some(said) = child.hear() {
        if let Some((kind, secret)) = said.strip_prefix("secret ").and_then(|rest| rest.split_once(' ')) {
            canary::hide(&mut needles, kind, secret, &home);
        } else if let Some(stage) = said.strip_prefix("stage ") {
            if stage == "trouble" {
                match brought.next() {
                    Some(quirks) => hospital.set_quirks(quirks),
                    None => hospital.stop(),
                }
            }
            if ["connected", "trouble"].contains(&stage) {
                hospital.advance(4_000);
            }
            child.go_on();
        }
        troubled += usize::from(said == "trouble true");
    }
    child.finish();
    let heard = std::fs::read(&log).unwrap();
    let text = String::from_utf8_lossy(&heard);
    for library in ["rustls", "reqwest", "hyper_util", "html5ever"] {
        say(&format!("{} lines of {library}", text.lines().filter(|line| line.contains(library)).count()));
    }
    say(&format!("{} lines, {} bytes, {troubled} troubles", text.lines().count(), heard.len()));
    assert!(text.contains("rustls") && text.contains("reqwest") && text.contains("hyper_util"), "who spoke");
    assert!(troubled >= 3, "{troubled} syncs were in trouble");
    let lines = text.lines().filter(|line| !needles.found_in(line.as_bytes()).is_empty());
    let found: Vec<String> = lines.take(9).map(str::to_owned).collect();
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(needles.found_in(&heard), Vec::<String>::new(), "over several lines");
}
