//! The Kotlin and the Swift that are committed are those that the library generates. `uniffi/generate` writes them.
#![allow(clippy::disallowed_methods, reason = "this test compares files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use uniffi::{GenerateOptions, SwiftBindingsOptions, TargetLanguage, generate, generate_swift_bindings};

/// Where the generated files are committed, from the root of the repository.
const KOTLIN: &str = "android/bindings/src/generated/kotlin/org/wellkept/bindings/wellkept.kt";
const SWIFT: &str = "ios/Sources/WellkeptBindings/WellkeptBindings.swift";
const HEADER: &str = "ios/Sources/WellkeptFFI/WellkeptFFI.h";
const MODULE_MAP: &str = "ios/Sources/WellkeptFFI/module.modulemap";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a root").to_path_buf()
}

/// The library beside this test.
fn library() -> Utf8PathBuf {
    let test = std::env::current_exe().expect("a test");
    let name = format!("{}wellkept{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let library = test.parent().expect("a folder").join(name);
    assert!(library.is_file(), "{} was not built", library.display());
    Utf8PathBuf::from_path_buf(library).expect("a name in UTF-8")
}

/// What the library generates, by where it belongs.
fn generated() -> BTreeMap<&'static str, String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    generate(GenerateOptions {
        languages: vec![TargetLanguage::Kotlin],
        source: library(),
        out_dir: folder.join("kotlin"),
        ..GenerateOptions::default()
    })
    .expect("Kotlin");
    generate_swift_bindings(SwiftBindingsOptions {
        generate_swift_sources: true,
        generate_headers: true,
        generate_modulemap: true,
        source: library(),
        out_dir: folder.join("swift"),
        module_name: Some("WellkeptFFI".to_owned()),
        modulemap_filename: Some("module.modulemap".to_owned()),
        ..SwiftBindingsOptions::default()
    })
    .expect("Swift");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect(name);
    BTreeMap::from([
        (KOTLIN, read("kotlin/org/wellkept/bindings/wellkept.kt")),
        (SWIFT, read("swift/WellkeptBindings.swift")),
        (HEADER, read("swift/WellkeptFFI.h")),
        (MODULE_MAP, read("swift/module.modulemap")),
    ])
}

#[test]
fn the_kotlin_and_the_swift_that_are_committed_are_fresh() {
    let update = std::env::var_os("UPDATE_BINDINGS").is_some();
    let mut stale = Vec::new();
    for (name, text) in generated() {
        let file = root().join(name);
        if fs::read_to_string(&file).ok().as_deref() == Some(&text) {
            continue;
        }
        if update {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
        } else {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "run uniffi/generate: {stale:?}");
}
