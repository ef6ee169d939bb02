use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{fs, panic};

use crate::change::{Change, changed};

/// Generated inputs of one target in a plain run. `BOLERO_RANDOM_ITERATIONS` and `BOLERO_RANDOM_TEST_TIME_MS` ask for more.
const ITERATIONS: usize = 2_000;

/// Gives a target every file of its corpus and then what chance makes of them. An input that fails is kept in the corpus as
/// `found`, the shortest of them, so that every later run begins with it until it is mended.
pub fn target(name: &str, check: impl Fn(&[u8]) + panic::RefUnwindSafe) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora").join(name);
    let seeds = corpus(&folder);
    assert!(!seeds.is_empty(), "{name} has no corpus");
    for (file, seed) in &seeds {
        if let Err(panic) = panic::catch_unwind(|| check(seed)) {
            panic!("{name}, {file}: {}", words(&panic));
        }
    }
    let seeds: Vec<Vec<u8>> = seeds.into_iter().map(|(_, seed)| seed).collect();
    let found = Mutex::new(folder.join("found"));
    bolero::check!().with_iterations(ITERATIONS).with_type::<(u16, Vec<Change>)>().for_each(
        |(which, changes)| {
            let input = changed(&seeds, *which, changes);
            if let Err(panic) = panic::catch_unwind(|| check(&input)) {
                keep(&found, &input);
                panic::resume_unwind(panic);
            }
        },
    );
}

/// The files of a corpus by their names.
fn corpus(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).map(|dir| dir.flatten().map(|file| file.path()).collect()).unwrap_or_default();
    files.sort();
    let named = |path: PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some((name, fs::read(&path).ok()?))
    };
    files.into_iter().filter_map(named).collect()
}

fn keep(found: &Mutex<PathBuf>, input: &[u8]) {
    let path = found.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let shorter = fs::metadata(&*path).map_or(true, |held| held.len() > input.len() as u64);
    if shorter {
        fs::write(&*path, input).expect("to keep what was found");
    }
}

fn words(panic: &Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}
