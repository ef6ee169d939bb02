//! Control C36: in a whole life with a record nobody is spoken to but the portals, and no name is asked for but theirs.

use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use client::platform::http::ReqwestHttp;
use client::{App, Client, Error, NewConnection};
use serde_json::{Value, json};

use crate::canary::{self, HOLDER, PASSPHRASE};
use crate::child::{Job, Working, platform};
use crate::strace;

/// A portal that is nowhere: its name is asked for, in vain.
const NOWHERE: &str = "portal.wellkept.invalid";

/// The child's side: everything that reaches out. Then a portal that is known by its name only.
pub async fn journey(home: &Path, more: &Value) {
    canary::journey(home, more).await;
    let second = home.join("second");
    fs::create_dir(&second).unwrap();
    let platform = platform(&second, Arc::new(ReqwestHttp::new().unwrap()));
    let (client, _) = Client::init(platform, &second.join("record.db"), HOLDER, PASSPHRASE).unwrap();
    let connect = |base: String| {
        client.connect(NewConnection {
            base,
            name: Some("Elsewhere".to_owned()),
            app: App::Named { client_id: sandbox::CLIENT_ID.to_owned(), key: None },
            redirect_uri: "http://127.0.0.1:49152/callback".to_owned(),
            same_person: false,
        })
    };
    let refused = connect(format!("https://{NOWHERE}/fhir")).await.err();
    assert!(matches!(refused, Some(Error::Offline { .. })), "{refused:?}");
    let mut connecting = connect(more["portal"].as_str().unwrap().to_owned()).await.unwrap();
    let back = canary::alice(more).run(connecting.address()).await.unwrap();
    connecting.redirected(&back).await.unwrap();
    drop(connecting);
    assert!(client.disconnect("Elsewhere").await.unwrap(), "the portal confirmed it");
}

#[test]
fn c36_nobody_but_the_portals_is_spoken_to() {
    if !strace::is_there() {
        return;
    }
    let hospital = canary::hospital();
    let (folder, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let home = folder.path().canonicalize().unwrap();
    let log = logs.path().join("calls");
    let more = json!({ "portal": hospital.base_url() });
    let job = Job { name: "egress", home, kit: String::new(), more };
    let mut child = Working::under(&strace::watching(SPEAKS, 4_096, &log), &job);
    while let Some(said) = child.hear() {
        if said.starts_with("stage ") {
            child.go_on();
        }
    }
    child.finish();
    let spoken = Spoken::of(&fs::read_to_string(&log).unwrap());
    assert_eq!(spoken.addresses, [("127.0.0.1".parse().unwrap(), hospital.port())].into());
    assert!(spoken.names.iter().all(|name| name.starts_with(NOWHERE)), "{:?}", spoken.names);
    assert_eq!(spoken.odd, BTreeSet::new());
}

const SPEAKS: &str = "connect,sendto,sendmsg,sendmmsg,bind,listen";

/// Whom a process spoke to, or tried to.
#[derive(Debug, Default, PartialEq)]
struct Spoken {
    addresses: BTreeSet<(IpAddr, u16)>,
    /// What was asked of name servers.
    names: BTreeSet<String>,
    /// Calls that are neither.
    odd: BTreeSet<String>,
}

impl Spoken {
    /// What failed counts as well: it is what a device with a network would have reached.
    fn of(log: &str) -> Self {
        let mut spoken = Self::default();
        for line in log.lines() {
            let Some((_, call)) = line.split_once(' ') else { continue };
            let call = call.trim_start();
            let local = ["AF_UNIX", "AF_NETLINK", "AF_UNSPEC", "NETLINK_ROUTE", "<UNIX", "<NETLINK"];
            if call.starts_with("<...")
                || call.starts_with("+++")
                || call.starts_with("---")
                || local.iter().any(|kind| call.contains(kind))
            {
                continue;
            }
            match (address(call), call.split('(').next()) {
                (Some((_, 53)), _) => spoken.names.extend(name(call)),
                // A socket of datagrams that is pointed at an address to learn which way it would go: port 0, and nothing is sent.
                (Some((_, 0)), Some("connect")) => {}
                (Some(address), Some("connect")) => drop(spoken.addresses.insert(address)),
                (None, Some("sendto" | "sendmsg" | "sendmmsg")) => spoken.names.extend(name(call)),
                _ => drop(spoken.odd.insert(call.to_owned())),
            }
        }
        spoken
    }
}

/// The address that a call names.
fn address(call: &str) -> Option<(IpAddr, u16)> {
    let port = call.split_once("htons(")?.1.split(')').next()?.parse().ok()?;
    let quoted = call.split_once("inet_addr(\"").or_else(|| call.split_once("AF_INET6, \""));
    let text = match quoted {
        Some((_, rest)) => rest.split('"').next()?,
        None => call.split_once("inet_pton(AF_INET6, \"")?.1.split('"').next()?,
    };
    Some((text.parse().ok()?, port))
}

/// The name in a question to a name server: labels, each after its length, behind a header that says "one question". What flows
/// in a stream, to an address that its connect told, has no such header.
fn name(call: &str) -> Option<String> {
    const ONE_QUESTION: [u8; 7] = [0, 1, 0, 0, 0, 0, 0];
    let bytes = strace::Call { name: String::new(), arguments: call.to_owned() }.bytes();
    let at = bytes.windows(7).position(|window| window == ONE_QUESTION)?;
    let mut rest = bytes.get(at + 8..)?;
    let mut labels = Vec::new();
    while let Some((length, after)) = rest.split_first().filter(|(length, _)| **length > 0) {
        labels.push(String::from_utf8_lossy(after.get(..usize::from(*length))?).into_owned());
        rest = &after[usize::from(*length)..];
    }
    (!labels.is_empty()).then(|| labels.join("."))
}

/// Each kind of talk would be found: else finding none would mean nothing.
#[test]
fn a_word_to_somebody_else_would_be_found() {
    let log = [
        r#"7 connect(9<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.9")}, 16) = -1 EINPROGRESS"#,
        r#"7 connect(9<TCPv6:[1]>, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2001:db8::9", &sin6_addr)}, 28) = 0"#,
        r#"7 connect(8<UDP:[1]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.53")}, 16) = 0"#,
        r#"7 sendto(8<UDP:[1]>, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05count\x07example\x00\x00\x01\x00\x01", 31, MSG_NOSIGNAL, NULL, 0) = 31"#,
        r#"7 sendto(9<TCP:[1]>, "POST /hello \x05hello\x00\x00\x01\x00\x01", 23, MSG_NOSIGNAL, NULL, 0) = 23"#,
        r#"7 connect(7<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = -1 ENOENT"#,
        r#"7 bind(9<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16) = 0"#,
    ];
    let spoken = Spoken::of(&log.join("\n"));
    let addresses: Vec<_> =
        spoken.addresses.iter().map(|(address, port)| format!("{address} {port}")).collect();
    assert_eq!(addresses, ["203.0.113.9 443", "2001:db8::9 443"]);
    assert_eq!(spoken.names.into_iter().collect::<Vec<_>>(), ["count.example"]);
    assert_eq!(spoken.odd.len(), 1);
}
