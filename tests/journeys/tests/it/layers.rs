//! Who may import whom. The table is the one of `core/ARCHITECTURE.md`; normal and build dependencies count,
//! development dependencies do not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, PackageId};

use crate::root;

/// One crate: what of ours it may import, and what may not be reached from it on any path.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

/// What a pure crate never reaches: sockets, TLS, SQL, a runtime.
const SHELL: &[&str] =
    &["axum", "hyper", "libsqlite3-sys", "reqwest", "rusqlite", "rustls", "sandbox", "tokio"];

const TABLE: &[Row] = &[
    Row { name: "fhir", ours: &[], never: SHELL },
    Row { name: "statement", ours: &[], never: SHELL },
    Row { name: "vault", ours: &["statement"], never: SHELL },
    Row { name: "record", ours: &["fhir", "statement"], never: SHELL },
    Row { name: "clinical", ours: &["fhir"], never: SHELL },
    Row { name: "portal", ours: &["fhir"], never: SHELL },
    Row { name: "exchange", ours: &["fhir", "record"], never: SHELL },
    Row {
        name: "store",
        ours: &["fhir", "record", "statement"],
        never: &["axum", "hyper", "reqwest", "rustls", "sandbox", "tokio"],
    },
    Row {
        name: "client",
        ours: &["clinical", "exchange", "fhir", "portal", "record", "statement", "store", "vault"],
        never: &["axum", "sandbox"],
    },
    Row { name: "cli", ours: &["client", "sandbox"], never: &[] },
    Row { name: "bindings", ours: &["client"], never: &["axum", "sandbox"] },
    Row { name: "sandbox", ours: &["fhir"], never: &["reqwest", "rusqlite"] },
    Row {
        name: "harness",
        ours: &["client", "fhir", "portal", "record", "sandbox", "statement", "store", "vault"],
        never: &[],
    },
    // It counts the hot paths of the layers below the client each by itself.
    Row {
        name: "bench",
        ours: &["client", "fhir", "portal", "record", "sandbox", "statement", "store"],
        never: &[],
    },
    Row { name: "journeys", ours: &[], never: &[] },
    Row { name: "fuzz", ours: &[], never: &[] },
];

/// Doors to the outside and heavy machinery: the crates that may name them in their manifest.
const DOORS: &[(&str, &[&str])] = &[
    ("ammonia", &["exchange"]),
    ("argon2", &["vault"]),
    ("automerge", &["record"]),
    ("axum", &["sandbox"]),
    ("bip39", &["vault"]),
    ("clap", &["bench", "cli", "sandbox"]),
    ("indicatif", &["cli"]),
    ("lopdf", &["exchange"]),
    ("oauth2", &["portal", "sandbox"]),
    ("quick-xml", &["exchange"]),
    ("reqwest", &["client"]),
    ("ring", &["client", "exchange", "fhir", "record", "sandbox", "statement", "vault"]),
    ("rpassword", &["cli"]),
    ("rusqlite", &["bench", "store"]),
    ("rustls", &["client", "sandbox"]),
    ("tempfile", &["bench", "harness"]),
    ("tokio", &["bench", "bindings", "cli", "client", "harness", "sandbox"]),
    ("uniffi", &["bindings"]),
    ("zstd", &["bench", "store"]),
];

/// One implementation of cryptography and one of TLS, whatever features are on.
const BANNED: &[&str] = &["aws-lc-fips-sys", "aws-lc-rs", "aws-lc-sys", "hyper-tls", "native-tls", "openssl"];

/// What of the workspace counts here: names, declared imports, and what is reached once all is resolved.
struct Graph {
    declared: BTreeMap<String, BTreeSet<String>>,
    reached: BTreeMap<String, BTreeSet<String>>,
    packages: BTreeSet<String>,
}

impl Graph {
    fn read(features: Option<CargoOpt>) -> Graph {
        let mut command = MetadataCommand::new();
        command.manifest_path(root().join("Cargo.toml")).other_options(["--locked".to_owned()]);
        features.into_iter().for_each(|choice| {
            command.features(choice);
        });
        Graph::of(&command.exec().expect("cargo metadata"))
    }

    fn of(metadata: &Metadata) -> Graph {
        let members = metadata.workspace_packages();
        let declared = members.iter().map(|package| {
            let kept = package.dependencies.iter().filter(|d| counts(d.kind)).map(|d| d.name.clone());
            (package.name.to_string(), kept.collect())
        });
        Graph {
            declared: declared.collect(),
            reached: members.iter().map(|p| (p.name.to_string(), reach(metadata, &p.id))).collect(),
            packages: metadata.packages.iter().map(|p| p.name.to_string()).collect(),
        }
    }

    fn reaches(&self, from: &str, to: &str) -> bool {
        self.reached.get(from).expect("a member").contains(to)
    }
}

fn counts(kind: DependencyKind) -> bool {
    matches!(kind, DependencyKind::Normal | DependencyKind::Build)
}

/// The names of all packages below `start`, without itself.
fn reach(metadata: &Metadata, start: &PackageId) -> BTreeSet<String> {
    let nodes = &metadata.resolve.as_ref().expect("a resolved graph").nodes;
    let edges: BTreeMap<_, _> = nodes.iter().map(|node| (&node.id, node)).collect();
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        let below = edges[id].deps.iter().filter(|dep| dep.dep_kinds.iter().any(|info| counts(info.kind)));
        open.extend(below.map(|dep| &dep.pkg).filter(|id| seen.insert(*id)));
    }
    seen.into_iter().map(|id| metadata[id].name.to_string()).collect()
}

/// Every breach of the table, one line each.
fn breaches(graph: &Graph, table: &[Row], doors: &[(&str, &[&str])], banned: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let names: BTreeSet<_> = table.iter().map(|row| row.name).collect();
    for member in graph.declared.keys().filter(|member| !names.contains(member.as_str())) {
        found.push(format!("{member} has no row in the table"));
    }
    for row in table {
        let Some(declared) = graph.declared.get(row.name) else {
            found.push(format!("{} has a row and is no member", row.name));
            continue;
        };
        for name in declared {
            if graph.declared.contains_key(name) && !row.ours.contains(&name.as_str()) {
                found.push(format!("{} imports {name}", row.name));
            }
            if doors.iter().any(|(door, owners)| door == name && !owners.contains(&row.name)) {
                found.push(format!("{} opens the door {name}", row.name));
            }
        }
        let below = row.never.iter().filter(|name| graph.reaches(row.name, name));
        found.extend(below.map(|name| format!("{} reaches {name}", row.name)));
    }
    let present = banned.iter().filter(|name| graph.packages.contains(**name));
    found.extend(present.map(|name| format!("the workspace holds {name}")));
    found
}

#[test]
fn every_crate_imports_only_what_its_row_allows() {
    for features in [None, Some(CargoOpt::AllFeatures), Some(CargoOpt::NoDefaultFeatures)] {
        assert_eq!(breaches(&Graph::read(features), TABLE, DOORS, BANNED), Vec::<String>::new());
    }
}

#[test]
fn the_terminal_reaches_the_sandbox_only_through_its_demo() {
    assert!(Graph::read(None).reaches("cli", "sandbox"), "the default feature `demo` brings the sandbox");
    assert!(!Graph::read(Some(CargoOpt::NoDefaultFeatures)).reaches("cli", "sandbox"));
}

#[test]
fn the_apps_never_reach_the_sandbox() {
    for features in [None, Some(CargoOpt::AllFeatures), Some(CargoOpt::NoDefaultFeatures)] {
        assert!(!Graph::read(features).reaches("bindings", "sandbox"));
    }
}

#[test]
fn the_sandbox_knows_of_ours_only_fhir() {
    let graph = Graph::read(Some(CargoOpt::AllFeatures));
    let ours = graph.declared.keys().filter(|name| graph.reaches("sandbox", name));
    assert_eq!(ours.filter(|name| *name != "fhir").collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Each rule, given something that breaks it, says so: else the test above could not fail.
#[test]
fn each_rule_can_fail() {
    let graph = Graph::read(None);
    let alter = |name: &str, change: fn(&mut Row)| -> Vec<Row> {
        let mut table = TABLE.to_vec();
        table.iter_mut().filter(|row| row.name == name).for_each(change);
        table
    };
    let with_table = |table: &[Row]| breaches(&graph, table, DOORS, BANNED);
    assert_eq!(with_table(&alter("vault", |row| row.ours = &[])), ["vault imports statement"]);
    assert_eq!(with_table(&alter("record", |row| row.never = &["automerge"])), ["record reaches automerge"]);
    assert_eq!(
        with_table(&alter("client", |row| row.never = &["openssl-src"])),
        ["client reaches openssl-src"]
    );
    assert_eq!(with_table(&TABLE[1..]), ["fhir has no row in the table"]);
    let mut longer = TABLE.to_vec();
    longer.push(Row { name: "relay", ours: &[], never: &[] });
    assert_eq!(with_table(&longer), ["relay has a row and is no member"]);
    let doors = &[("rusqlite", &["bench", "client"] as &[&str])];
    assert_eq!(breaches(&graph, TABLE, doors, BANNED), ["store opens the door rusqlite"]);
    assert_eq!(breaches(&graph, TABLE, DOORS, &["ring"]), ["the workspace holds ring"]);
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    for package in metadata.workspace_packages() {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"), "{} has lints of its own", package.name);
    }
}

/// The lints that keep time, chance, files, sockets and the terminal out of the core.
#[test]
fn clippy_closes_the_doors_to_the_outside() {
    let rules = fs::read_to_string(root().join("clippy.toml")).unwrap();
    let closed = [
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "chrono::Utc::now",
        "chrono::Local::now",
        "ring::rand::SystemRandom::new",
        "std::fs::File::create",
        "std::fs::File::open",
        "std::fs::OpenOptions::open",
        "std::fs::read",
        "std::fs::read_dir",
        "std::fs::read_to_string",
        "std::fs::remove_dir_all",
        "std::fs::remove_file",
        "std::fs::rename",
        "std::fs::write",
        "std::net::TcpListener::bind",
        "std::net::TcpStream::connect",
        "std::net::UdpSocket::bind",
        "tokio::net::TcpListener::bind",
        "tokio::net::TcpStream::connect",
        "std::eprintln",
        "std::print",
        "std::println",
        "std::collections::HashMap",
        "std::collections::HashSet",
    ];
    for path in closed {
        assert!(rules.contains(&format!("{{ path = \"{path}\", reason = ")), "{path} is open");
    }
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for lint in
        ["disallowed_macros", "disallowed_methods", "disallowed_types", "indexing_slicing", "unwrap_used"]
    {
        assert!(workspace.contains(&format!("\n{lint} = \"deny\"\n")), "{lint} is not denied");
    }
}

/// What panics over one thing is caught and set aside: a profile that aborts would end the app instead.
#[test]
fn c15_a_panic_unwinds() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let whole = |section: &&str| !section.starts_with("release.package.");
    let profiles: Vec<_> = workspace.split("\n[profile.").skip(1).filter(whole).collect();
    assert!(!profiles.is_empty());
    for profile in profiles {
        let own = profile.split("\n[").next().unwrap();
        assert!(own.contains("\npanic = \"unwind\"\n"), "{own}");
    }
}
