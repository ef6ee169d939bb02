//! Control C1: nothing of the person, and no secret, lies readable on the disk; and nothing is written outside the record's folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use client::platform::Http;
use client::platform::http::ReqwestHttp;
use client::views::Filter;
use client::{App, Client, Error, NewConnection, Reason, Returned};
use harness::{BEGINNING, Device};
use sandbox::{ALICE_PASSWORD, Running, Sandbox, driver};
use serde_json::{Value, json};
use vault::{RecoveryKit, wrap};

use crate::child::{self, Job, Working, say, wait};
use crate::leaks::Needles;
use crate::strace::{self, Call};

pub const PASSPHRASE: &str = "Canary-Passphrase-Umbrella-41";
pub const HOLDER: &str = "Canaryholder Quillfeather";
pub const NOTE: &str = "canary note about a marmalade zeppelin";
const EDITED: &str = "canary edit about a velvet submarine";
const REMOVED: &str = "canary removal about a copper lantern";
const PORTAL: &str = "Canary Portal Brindlemoor";
/// What the portal knows of the person: each once in [`bundle`].
pub const PERSON: [&str; 17] = [
    "canary-id-patient-1",
    "Canaryfamily-Thistlewood",
    "Canarygiven-Peregrine",
    "canary-mrn-550917",
    "Canarystreet 17 Nettlecroft",
    "canary-id-observation-2",
    "Canarytitle Serum Wobblestone",
    "canary value moonstruck plus",
    "canary lab remark about gooseberries",
    "canary-id-condition-3",
    "Canarycondition Fizzlewort fever",
    "canary-id-report-4",
    "canary conclusion sparrowhawk",
    "canary attachment text periwinkle",
    "canary-id-allergy-5",
    "Canaryallergy to hummingbird nectar",
    "canary file words kittiwake parade",
];

/// One patient with a little of everything, and a canary in each.
fn bundle() -> Vec<u8> {
    let p = PERSON;
    let subject = json!({ "reference": format!("Patient/{}", p[0]) });
    let category = |system: &str, code: &str| json!([{ "coding": [{ "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code }] }]);
    let loinc = |code: &str, text: &str| json!({ "coding": [{ "system": "http://loinc.org", "code": code }], "text": text });
    let attachment = data_encoding::BASE64.encode(p[13].as_bytes());
    let resources = [
        json!({
            "resourceType": "Patient", "id": p[0], "gender": "female", "birthDate": "1961-05-14",
            "name": [{ "family": p[1], "given": [p[2]] }],
            "identifier": [{ "system": "urn:example:mrn", "value": p[3] }],
            "address": [{ "line": [p[4]] }],
        }),
        json!({
            "resourceType": "Observation", "id": p[5], "status": "final", "subject": subject,
            "category": category("observation-category", "laboratory"), "code": loinc("2160-0", p[6]),
            "effectiveDateTime": "2026-03-14T09:30:00+01:00", "valueString": p[7], "note": [{ "text": p[8] }],
        }),
        json!({
            "resourceType": "Condition", "id": p[9], "subject": subject, "code": { "text": p[10] },
            "category": category("condition-category", "problem-list-item"),
            "clinicalStatus": { "coding": [{ "code": "active" }] },
        }),
        json!({
            "resourceType": "DiagnosticReport", "id": p[11], "status": "final", "subject": subject,
            "category": category("v2-0074", "LAB"), "code": loinc("24323-8", "Panel"), "conclusion": p[12],
            "effectiveDateTime": "2026-03-14", "result": [{ "reference": format!("Observation/{}", p[5]) }],
            "presentedForm": [
                { "contentType": "text/plain", "data": attachment },
                { "contentType": "text/plain", "url": "Binary/file-6" },
            ],
        }),
        json!({
            "resourceType": "Binary", "id": "file-6", "contentType": "text/plain", "securityContext": subject,
            "data": data_encoding::BASE64.encode(p[16].as_bytes()),
        }),
        json!({
            "resourceType": "AllergyIntolerance", "id": p[14], "patient": subject, "code": { "text": p[15] },
            "clinicalStatus": { "coding": [{ "code": "active" }] },
        }),
    ];
    let entry =
        |resource: Value| json!({ "fullUrl": format!("urn:uuid:{}", resource["id"]), "resource": resource });
    let entries: Vec<Value> = resources.map(entry).to_vec();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }).to_string().into_bytes()
}

/// A portal that has this patient.
pub fn hospital() -> Running {
    hospital_over(None)
}

/// The same, over TLS.
pub fn hospital_over(tls: Option<sandbox::Certificate>) -> Running {
    let patients = vec![bundle().into()];
    Sandbox::start(sandbox::Config { patients, now: Some(BEGINNING), tls, ..sandbox::Config::default() })
        .expect("a portal")
}

/// Hears every token and code that passes.
struct Listening(ReqwestHttp);

#[async_trait]
impl Http for Listening {
    async fn send(&self, request: portal::Request) -> Result<portal::Response, portal::Failure> {
        let answer = self.0.send(request).await;
        let body = answer.as_ref().ok().and_then(|answer| serde_json::from_slice::<Value>(&answer.body).ok());
        for name in ["access_token", "refresh_token", "registration_access_token"] {
            if let Some(token) = body.as_ref().and_then(|body| body[name].as_str()) {
                say(&format!("secret {name} {token}"));
            }
        }
        answer
    }
}

/// The child's side: a life with a record, stopping at each stage to be looked at.
pub async fn journey(home: &Path, more: &Value) {
    let platform = child::platform(home, Arc::new(Listening(ReqwestHttp::new().unwrap())));
    let (client, kit) = Client::init(platform, &home.join("record.db"), HOLDER, PASSPHRASE).unwrap();
    say(&format!("secret kit {}", kit.words().unwrap().join(" ")));
    stage("made");
    let new = NewConnection {
        base: more["portal"].as_str().unwrap().to_owned(),
        name: Some(PORTAL.to_owned()),
        app: App::Registered { key: None },
        redirect_uri: "http://127.0.0.1:49152/callback".to_owned(),
        same_person: false,
    };
    let mut connecting = client.connect(new).await.unwrap();
    let back = alice(more).run(connecting.address()).await.unwrap();
    let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
    say(&format!("secret code {code}"));
    assert!(matches!(connecting.redirected(&back).await.unwrap(), Returned::Connected(_)));
    stage("connected");
    client.sync(Reason::Asked { full: false }, |_| {}).await.unwrap();
    stage("synced");
    write(&client);
    let file = client.open_attachment(&format!("DiagnosticReport/{}", PERSON[11]), 2).await.unwrap();
    assert_eq!(file.bytes, PERSON[16].as_bytes());
    client.sweep(0).unwrap();
    stage("swept");
    client.open_attachment(&format!("DiagnosticReport/{}", PERSON[11]), 2).await.unwrap();
    stage("written");
    client.sync(Reason::Asked { full: true }, |_| {}).await.unwrap();
    client.rebuild(|_| {}).unwrap();
    let verified = client.verify().unwrap();
    assert!(verified.sound, "{verified:?}");
    stage("rebuilt");
    drop(connecting);
    drop(client);
    stage("closed");
}

/// Alice at the portal's pages, which may speak TLS.
pub fn alice(more: &Value) -> driver::SignIn {
    driver::SignIn {
        user: "alice".to_owned(),
        password: ALICE_PASSWORD.to_owned(),
        root: more["root"].as_str().map(str::to_owned),
        ..driver::SignIn::default()
    }
}

pub fn stage(name: &str) {
    say(&format!("stage {name}"));
    wait();
}

/// Notes, search, and every screen; all canaries are really in the record.
fn write(client: &Client) {
    client.write_note(NOTE, None).unwrap();
    let about = format!("Observation/{}", PERSON[5]);
    let edited = client.write_note(NOTE, Some(&about)).unwrap();
    client.edit_note(&edited, EDITED).unwrap();
    let removed = client.write_note(REMOVED, Some(&about)).unwrap();
    client.delete_note(&removed).unwrap();
    for words in [
        "marmalade zeppelin",
        "velvet submarine",
        "moonstruck",
        "gooseberries",
        "fizzlewort",
        PERSON[3],
        "periwinkle",
        "kittiwake",
    ] {
        assert!(!client.search(words, 10).unwrap().is_empty(), "{words} is not found");
    }
    let all = harness::everything(client, &Filter::default());
    let names: Vec<_> = all.into_iter().map(|line| line.reference).collect();
    assert_eq!(names.len(), 5, "{names:?}");
    for name in &names {
        client.show(name).unwrap();
    }
    client.mark_read(&names).unwrap();
}

/// Everything that nobody may find: what is known beforehand. Tokens, codes, the kit and the key join as they are heard of.
pub fn needles() -> Needles {
    let mut needles = Needles::default();
    for text in PERSON.iter().chain(&[PASSPHRASE, HOLDER, NOTE, EDITED, REMOVED, PORTAL]) {
        needles.text(text, text);
    }
    needles
}

/// A life with a record in a process of its own, every system call that makes or renames a file watched, and every file looked
/// into at each stage.
#[test]
fn nothing_readable_reaches_the_disk() {
    if !strace::is_there() {
        return;
    }
    let hospital = hospital();
    let (folder, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let home = folder.path().canonicalize().unwrap();
    let log = logs.path().join("calls");
    let more = json!({ "portal": hospital.base_url() });
    let job = Job { name: "journey", home: home.clone(), kit: String::new(), more };
    let mut child = Working::under(&strace::watching(MAKES, LONGEST_WRITE, &log), &job);

    let (mut needles, mut secrets, mut looked) =
        (needles(), BTreeMap::<String, usize>::new(), Looked::default());
    while let Some(said) = child.hear() {
        if let Some((kind, secret)) = said.strip_prefix("secret ").and_then(|rest| rest.split_once(' ')) {
            *secrets.entry(kind.to_owned()).or_default() += 1;
            hide(&mut needles, kind, secret, &home);
        } else if let Some(stage) = said.strip_prefix("stage ") {
            if stage == "connected" {
                // The access token runs out, so that the next sync changes both.
                hospital.advance(4000);
            }
            looked.look(stage, &home, &needles);
            child.go_on();
        }
    }
    child.finish();
    assert_eq!(looked.found, Vec::<String>::new());
    let heard = |kind: &str| secrets.get(kind).copied().unwrap_or_default();
    assert!(heard("access_token") >= 2 && heard("refresh_token") >= 2, "{secrets:?}");
    assert_eq!((heard("kit"), heard("code")), (1, 1), "{secrets:?}");
    assert_eq!(looked.stages, ["made", "connected", "synced", "swept", "written", "rebuilt", "closed"]);
    assert!(looked.files.contains(&home.join("record.db-wal")), "{:?}", looked.files);
    let files = looked.files.iter().filter(|file| file.starts_with(home.join("record.db.files"))).count();
    assert_eq!(files, 2, "one that came, and came again: {:?}", looked.files);
    let calls = strace::calls(&fs::read_to_string(&log).unwrap());
    let passed = passed(&calls, &home);
    for (path, bytes) in &passed {
        assert_eq!(needles.found_in(bytes), Vec::<String>::new(), "was written to {}", path.display());
    }
    let bytes: usize = passed.values().map(Vec::len).sum();
    say(&format!("{} files, {bytes} bytes written, {} files looked into", passed.len(), looked.files.len()));
    assert!(bytes > 500_000, "{bytes}");
    assert_eq!(where_it_wrote(&calls, &home, &looked.files, &passed), Vec::<String>::new());
}

const MAKES: &str = "open,openat,openat2,creat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,truncate,\
    mknod,mknodat,memfd_create,write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range";
const LONGEST_WRITE: usize = 1 << 20;

/// Adds a secret that was heard of, and the database key with the kit that opens it.
pub fn hide(needles: &mut Needles, kind: &str, secret: &str, home: &Path) {
    if kind != "kit" {
        return needles.text(kind, secret);
    }
    let words: Vec<&str> = secret.split(' ').collect();
    for three in words.windows(3) {
        needles.text("kit words", &three.join(" "));
        needles.text("kit words in lines", &three.join("\n"));
    }
    let wrapped = fs::read(home.join("keychain/wrap.kit")).unwrap();
    let key = wrap::open_kit(&wrapped, &RecoveryKit::parse(secret).unwrap()).unwrap();
    needles.bytes("database key", key.expose());
}

/// What was looked into, and what was found.
#[derive(Default)]
struct Looked {
    stages: Vec<String>,
    files: BTreeSet<PathBuf>,
    found: Vec<String>,
}

impl Looked {
    fn look(&mut self, stage: &str, home: &Path, needles: &Needles) {
        self.stages.push(stage.to_owned());
        for file in files(home) {
            let name = file.strip_prefix(home).unwrap().display();
            let found = needles.found_in(&fs::read(&file).unwrap()).into_iter();
            self.found.extend(found.map(|what| format!("{stage}: {name} holds {what}")));
            let named = needles.found_in(name.to_string().as_bytes()).into_iter();
            self.found.extend(named.map(|what| format!("{stage}: the name {name} says {what}")));
            self.files.insert(file);
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// What was made outside the folder, and what was made in it and neither looked into as a file nor byte for byte as it was written.
fn where_it_wrote(
    calls: &[Call],
    home: &Path,
    looked: &BTreeSet<PathBuf>,
    passed: &BTreeMap<PathBuf, Vec<u8>>,
) -> Vec<String> {
    let made = calls.iter().filter(|call| call.writes() && !call.name.contains("write"));
    let made: BTreeSet<PathBuf> = made.flat_map(Call::paths).collect();
    // Marks without content, and the new file's index of its log, which is mapped and not written: page numbers.
    let bare =
        ["keychain", "keychain/unfinished", "keychain/unfinished.new", "record.new-shm", "record.db.files"];
    let bare: Vec<_> = bare.iter().map(|name| home.join(name)).chain([home.to_path_buf()]).collect();
    let unseen =
        |path: &&PathBuf| !looked.contains(*path) && !passed.contains_key(*path) && !bare.contains(path);
    let inside = made.iter().filter(|path| path.starts_with(home));
    let mut faults: Vec<String> =
        inside.filter(unseen).map(|path| format!("{} was never looked into", path.display())).collect();
    let outside = made.iter().filter(|path| !path.starts_with(home));
    faults.extend(outside.map(|path| format!("{} is outside the record's folder", path.display())));
    let strange = looked.iter().filter(|path| !made.contains(*path));
    faults.extend(strange.map(|path| format!("{} was made unseen", path.display())));
    faults
}

/// Every byte that was ever written to a file of the folder, by the name that the file had then.
fn passed(calls: &[Call], home: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut passed = BTreeMap::<PathBuf, Vec<u8>>::new();
    for call in calls.iter().filter(|call| call.name.contains("write")) {
        if let Some(path) = call.descriptor().map(PathBuf::from).filter(|path| path.starts_with(home)) {
            passed.entry(path).or_default().extend(call.bytes());
        }
    }
    let copied = calls.iter().find(|call| call.name == "sendfile" || call.name == "copy_file_range");
    assert_eq!(copied, None, "a copy in the kernel, which is not looked into");
    passed
}

/// A process that leaks is found out: else the journey above would prove nothing.
#[test]
fn a_leak_would_be_found() {
    let log = [
        r#"7 openat(AT_FDCWD</h>, "record.db", O_RDWR|O_CREAT, 0600) = 3</h/record.db>"#,
        r#"7 pwrite64(3</h/record.db>, "\x00canary conclusion sparrow\150awk\n", 32, 0) = 32"#,
        r#"7 openat(AT_FDCWD</h>, "/tmp/else", O_WRONLY|O_CREAT, 0600) = 4</tmp/else>"#,
        r#"7 openat(AT_FDCWD</h>, "mapped", O_RDWR|O_CREAT, 0600) = 5</h/mapped>"#,
        r#"7 openat(AT_FDCWD</h>, "/etc/hosts", O_RDONLY) = 6</etc/hosts>"#,
    ];
    let home = Path::new("/h");
    let calls = strace::calls(&log.join("\n"));
    let passed = passed(&calls, home);
    assert_eq!(
        needles().found_in(&passed[&home.join("record.db")]),
        ["canary conclusion sparrowhawk as plain"]
    );
    let faults = where_it_wrote(&calls, home, &[home.join("record.db"), home.join("odd")].into(), &passed);
    let expected = [
        "/h/mapped was never looked into",
        "/tmp/else is outside the record's folder",
        "/h/odd was made unseen",
    ];
    assert_eq!(faults, expected);
}

/// What goes wrong is told without a word of the person.
#[tokio::test(flavor = "multi_thread")]
async fn errors_say_nothing_of_the_person() {
    let hospital = hospital();
    let mut phone = Device::new("alice's phone");
    phone.connect(&hospital, PORTAL).await;
    phone.sync().await;
    let client = phone.client();
    client.write_note(NOTE, None).unwrap();
    let mut errors: Vec<(&str, Error)> = Vec::new();
    errors.push(("nothing of that name", client.show(PERSON[1]).unwrap_err()));
    errors.push(("not that type", client.raw(&format!("Condition/{}", PERSON[5])).unwrap_err()));
    errors.push(("several of that name", client.show("canary-id").unwrap_err()));
    errors.push(("no such note", client.edit_note(PERSON[8], EDITED).unwrap_err()));
    errors.push(("empty note", client.write_note("  ", Some(PERSON[5])).unwrap_err()));
    errors.push(("note on nothing", client.write_note(NOTE, Some(PERSON[10])).unwrap_err()));
    errors.push(("no such portal", client.disconnect(PERSON[4]).await.unwrap_err()));
    errors.push(("in use", phone.open(&client::Unlock::Passphrase(harness::PASSPHRASE)).err().unwrap()));
    let mut refused = phone.begin(&hospital, "Elsewhere").await.unwrap();
    let denying = driver::SignIn {
        user: "alice".to_owned(),
        password: ALICE_PASSWORD.to_owned(),
        deny: true,
        ..driver::SignIn::default()
    };
    let back = denying.run(refused.address()).await.unwrap();
    errors.push(("denied", refused.redirected(&back).await.unwrap_err()));
    drop(refused);
    hospital.stop();
    errors.push(("offline", phone.begin(&hospital, "Elsewhere").await.err().unwrap()));
    phone.close();
    errors.push(("wrong passphrase", phone.open(&client::Unlock::Passphrase(PASSPHRASE)).err().unwrap()));
    errors.push(("not a kit", phone.open(&client::Unlock::Kit(NOTE)).err().unwrap()));
    let mut bytes = fs::read(phone.database()).unwrap();
    bytes.iter_mut().skip(5000).step_by(3000).for_each(|byte| *byte ^= 1);
    fs::write(phone.database(), bytes).unwrap();
    errors.push((
        "damaged",
        child::open(phone.home(), &child::kit_words(&phone)).and_then(|c| c.verify()).err().unwrap(),
    ));
    let needles = needles();
    for (what, error) in errors {
        let text = crate::logs::whole(&error);
        assert_eq!(needles.found_in(text.as_bytes()), Vec::<String>::new(), "{what}: {text}");
    }
}
