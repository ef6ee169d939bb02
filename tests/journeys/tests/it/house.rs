//! Rules of the house that hold for every tracked file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::root;

/// Lines of code in one file; 400 is the aim.
const LONGEST: usize = 600;
const CODE: &[&str] = &["rs", "kt", "swift", "py", "sh", "sql"];
const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "android",
    "clippy.toml",
    "core",
    "deny.toml",
    "ios",
    "rust-toolchain.toml",
    "tests",
    "uniffi",
];
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "#[ignore", "@Ignore", "@Disabled", "FIXME"];
const MACHINE: &[&str] = &[
    "/work/",
    "/root/",
    "/home/",
    "deb.debian.org",
    "files.pythonhosted.org",
    "index.crates.io",
    "proxy.golang.org",
    "registry.npmjs.org",
    "repo.maven.apache.org",
    "repo1.maven.org",
    "static.crates.io",
];
/// Where the lints on time, chance, files, sockets and the terminal may be lifted.
const SHELL: &[&str] = &[
    "core/cli/",
    "core/client/src/platform.rs",
    "core/client/src/platform/",
    "core/store/",
    "tests/bench/",
    "tests/fuzz/",
    "tests/harness/",
    "tests/sandbox/",
];
/// Written by the program that makes the bindings; a test of theirs holds them against what it writes.
const GENERATED: &[&str] = &[
    "android/bindings/src/generated/kotlin/org/wellkept/bindings/wellkept.kt",
    "ios/Sources/WellkeptBindings/WellkeptBindings.swift",
];
/// This file quotes what it forbids.
const SELF: &str = "tests/journeys/tests/it/house.rs";

/// Every rule but those on the file system, for one file: what is wrong, one line each.
fn faults(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let extension = Path::new(path).extension().and_then(|e| e.to_str()).unwrap_or_default();
    let is_code = CODE.contains(&extension);
    let lines = text.lines().count();
    if is_code && lines > LONGEST && !GENERATED.contains(&path) {
        found.push(format!("{path} has {lines} lines, more than {LONGEST}"));
    }
    if path == SELF {
        return found;
    }
    if is_code {
        found.extend(named(path, text, UNFINISHED));
    }
    if extension == "rs" && !in_tests(path) && !SHELL.iter().any(|part| path.starts_with(part)) {
        found.extend(named(path, text, &["clippy::disallowed_methods", "clippy::disallowed_macros"]));
    }
    if path == "Cargo.lock" {
        let sources = text.lines().filter_map(|line| line.strip_prefix("source = "));
        let foreign = sources.filter(|source| source.trim_matches('"') != REGISTRY);
        found.extend(foreign.map(|source| format!("{path} takes a crate from {source}")));
    }
    found.extend(named(path, text, MACHINE));
    found
}

fn named(path: &str, text: &str, words: &[&str]) -> Vec<String> {
    let hits = text.lines().enumerate().flat_map(|(at, line)| {
        let words = words.iter().filter(move |word| holds(line, word));
        words.map(move |word| format!("{path}:{} has {word}", at + 1))
    });
    hits.collect()
}

/// Whether a line has a word; a word that begins with a slash must begin a path.
fn holds(line: &str, word: &str) -> bool {
    let begins = |at: usize| !line[..at].ends_with(|before: char| before.is_alphanumeric());
    line.match_indices(word).any(|(at, _)| !word.starts_with('/') || begins(at))
}

fn in_tests(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs") && !path.starts_with("tests/")
        || path.starts_with("tests/journeys/")
}

/// The relative targets of a Markdown text's links, outside fenced code.
fn links(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '#']).next());
        let relative = targets.filter(|t| !t.is_empty() && !t.contains("://") && !t.starts_with("mailto:"));
        found.extend(relative.filter(|_| !fenced));
    }
    found
}

/// Every file that git knows or would take in.
fn files() -> Vec<String> {
    let mut git = Command::new("git");
    git.args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let answer = git.current_dir(root()).output().expect("git is installed");
    assert!(answer.status.success(), "git ls-files: {}", String::from_utf8_lossy(&answer.stderr));
    let names = String::from_utf8(answer.stdout).unwrap();
    let files: Vec<_> = names.split_terminator('\0').map(str::to_owned).collect();
    assert!(files.iter().any(|name| name == SELF), "the list of files is whole");
    files.into_iter().filter(|name| root().join(name).exists()).collect()
}

fn texts() -> Vec<(String, String)> {
    let read = |name: String| fs::read_to_string(root().join(&name)).ok().map(|text| (name, text));
    files().into_iter().filter_map(read).collect()
}

#[test]
fn every_file_keeps_the_rules_of_the_house() {
    let found: Vec<_> = texts().iter().flat_map(|(path, text)| faults(path, text)).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_top_folder_holds_what_it_may_and_nothing_else() {
    let files = files();
    let tops = files.iter().filter_map(|name| name.split('/').next());
    let strange: Vec<_> = tops.filter(|top| !TOP.contains(top) && !top.starts_with('.')).collect();
    assert_eq!(strange, Vec::<&str>::new());
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut broken = Vec::new();
    for (path, text) in texts().iter().filter(|(path, _)| path.ends_with(".md")) {
        let folder: PathBuf = root().join(path).parent().unwrap().to_path_buf();
        let lost = links(text).into_iter().filter(|target| !folder.join(target).exists());
        broken.extend(lost.map(|target| format!("{path} -> {target}")));
    }
    assert_eq!(broken, Vec::<String>::new());
}

/// A hazard counts as controlled only by a test that is there.
/// A file of tests that its crate does not name is never compiled, and nobody misses it.
#[test]
fn every_file_of_tests_is_compiled() {
    let files = files();
    let mut left_out = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        let Some((folder, name)) = file.split_once("/tests/it/") else { continue };
        let module = name.trim_end_matches(".rs");
        if module == "main" || module.contains('/') {
            continue;
        }
        let main = fs::read_to_string(root().join(folder).join("tests/it/main.rs")).unwrap_or_default();
        if !main.lines().any(|line| line.trim() == format!("mod {module};")) {
            left_out.push(file.clone());
        }
    }
    assert_eq!(left_out, Vec::<String>::new());
}

#[test]
fn every_test_that_the_hazards_name_exists() {
    let texts = texts();
    let sources = || texts.iter().filter(|(path, _)| path.ends_with(".rs"));
    let (_, hazards) = texts.iter().find(|(path, _)| path == "core/docs/hazards.md").expect("the hazards");
    let named = quoted(hazards).into_iter().filter(|word| word.matches('_').count() > 2);
    let missing = named.filter(|name| !sources().any(|(_, text)| text.contains(&format!("fn {name}("))));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
}

/// What stands between back-ticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Each rule, given something that breaks it, says so.
#[test]
fn each_rule_can_fail() {
    let core = "core/fhir/src/lib.rs";
    let unfinished = "fn later() { todo!() }\n#[ignore]\n";
    assert_eq!(faults(core, unfinished), [format!("{core}:1 has todo!"), format!("{core}:2 has #[ignore")]);
    assert_eq!(faults(core, &"\n".repeat(601)), [format!("{core} has 601 lines, more than 600")]);
    assert_eq!(faults(core, &"\n".repeat(600)), Vec::<String>::new());
    let lifted = "#![allow(clippy::disallowed_methods)]\n";
    assert_eq!(faults(core, lifted), [format!("{core}:1 has clippy::disallowed_methods")]);
    assert_eq!(faults("core/fhir/tests/it.rs", lifted), Vec::<String>::new());
    assert_eq!(faults("core/client/src/platform/clock.rs", lifted), Vec::<String>::new());
    assert_eq!(faults("README.md", "see /root/notes"), ["README.md:1 has /root/"]);
    assert_eq!(faults("README.md", "wellkept/root/1"), Vec::<String>::new());
    assert_eq!(faults("Cargo.lock", "source = \"git+https://x\"").len(), 1);
    assert_eq!(faults("Cargo.lock", &format!("source = \"{REGISTRY}\"")), Vec::<String>::new());
}

#[test]
fn quoted_words_are_found() {
    assert_eq!(quoted("a `b_c` d `e`"), ["b_c", "e"]);
}

#[test]
fn links_are_found_outside_code_and_without_their_anchors() {
    let text = "[a](b.md#part) [c](https://example.org) [d](#here)\n```\n[e](f.md)\n```\n![g](h.png \"i\")";
    assert_eq!(links(text), ["b.md", "h.png"]);
}
