//! Nothing that asks the record runs on the thread that calls.
#![allow(clippy::disallowed_methods, reason = "this test reads the sources")]

use std::fs;
use std::path::{Path, PathBuf};

/// What sends work to the library's own threads.
const ELSEWHERE: &[&str] =
    &[".ask(", ".ask_portal(", ".search(", "on_thread(", "on_thread_async(", ".lock()", "self.newest("];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The exported functions of a source: name, whether asynchronous, body, and what is said of it.
fn exported(source: &str) -> Vec<(String, bool, String, String)> {
    let mut found = Vec::new();
    let parts: Vec<&str> = source.split("#[uniffi::export").collect();
    for pair in parts.windows(2) {
        let (before, part) = (pair[0], pair[1]);
        let end = part.find("\n}\n").map_or(part.len(), |at| at + 2);
        let block = &part[..end];
        // What is said of a function that stands alone comes before the attribute.
        let mut about: String = before.lines().rev().take_while(|line| line.starts_with("///")).collect();
        for (at, line) in block.lines().enumerate() {
            let said = line.trim_start();
            if let Some(words) = said.strip_prefix("///") {
                about.push_str(words);
            } else if let Some(name) =
                said.strip_prefix("pub async fn ").or_else(|| said.strip_prefix("pub fn "))
            {
                let name = name.split('(').next().unwrap().to_owned();
                let body: Vec<&str> =
                    block.lines().skip(at + 1).take_while(|line| !line.contains("///")).collect();
                found.push((name, said.contains("async"), body.join("\n"), std::mem::take(&mut about)));
            }
        }
    }
    found
}

#[test]
fn every_call_leaves_the_callers_thread_or_says_that_it_is_quick() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut counted, mut wrong) = (0, Vec::new());
    for path in sources(&root) {
        for (name, is_async, body, about) in exported(&fs::read_to_string(&path).unwrap()) {
            counted += 1;
            let leaves = ELSEWHERE.iter().any(|way| body.contains(way));
            let ports = ["keychain_in_folder", "free_network", "words"].contains(&name.as_str());
            if is_async && !leaves || !is_async && !about.contains("Quick") && !ports {
                wrong.push(name);
            }
        }
    }
    assert!(counted > 80, "{counted}");
    assert_eq!(wrong, Vec::<String>::new());
}
