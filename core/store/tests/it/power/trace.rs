//! What a process does to the files of one folder, as the kernel is told it: every byte, in order.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// One thing that a process did. Paths are relative to the folder; the folder itself is "".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A file was opened that may be new; whether it was emptied.
    Opened { path: String, emptied: bool },
    /// Bytes were handed over.
    Wrote { path: String, at: usize, bytes: Vec<u8> },
    /// A file was given this length.
    Cut { path: String, length: usize },
    /// What was handed over of a file, or the names in a folder, are on the disk.
    Synced { path: String },
    /// A file got another name.
    Renamed { from: String, to: String },
    /// A name was taken away.
    Removed { path: String },
    /// A folder was made.
    Folder { path: String },
    /// A line of its standard output that begins with the mark.
    Said(String),
}

const WATCHED: &str =
    "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,mkdir,mkdirat";
const MARK: &str = "@@ ";

/// Whether the calls of a process can be watched here. WELLKEPT_NO_STRACE=1 goes without.
pub fn is_there() -> bool {
    if std::env::var_os("WELLKEPT_NO_STRACE").is_some_and(|value| value == "1") {
        return false;
    }
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    let works = tried.is_ok_and(|done| done.status.success());
    assert!(
        works,
        "install the package strace and allow ptrace, or set WELLKEPT_NO_STRACE=1 to do without this proof"
    );
    true
}

/// The command that records into `log`.
pub fn recording(log: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> =
        ["strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "10000000", "-e"].map(OsString::from).to_vec();
    words.extend([format!("trace={WATCHED}").into(), "-o".into(), log.into()]);
    words
}

/// Says something that the recording hears.
pub fn say(text: &str) {
    use std::io::Write;
    std::io::stdout().lock().write_all(format!("\n{MARK}{text}\n").as_bytes()).unwrap();
}

/// Reads a recording. Calls that failed did nothing.
pub fn read(log: &str, folder: &Path) -> Vec<Event> {
    let (mut begun, mut positions) = (BTreeMap::new(), BTreeMap::new());
    let mut events = Vec::new();
    for line in log.lines() {
        let Some((process, said)) = line.split_once(' ') else { continue };
        let said = said.trim_start();
        if let Some(start) = said.strip_suffix("<unfinished ...>") {
            begun.insert(process.to_owned(), start.trim_end().to_owned());
            continue;
        }
        let whole = match said.strip_prefix("<... ").and_then(|rest| rest.split_once("resumed>")) {
            Some((_, rest)) => format!("{}{rest}", begun.remove(process).unwrap_or_default()),
            None => said.to_owned(),
        };
        events.extend(event(&whole, folder, &mut positions));
    }
    events
}

fn event(call: &str, folder: &Path, positions: &mut BTreeMap<String, usize>) -> Option<Event> {
    let (name, rest) = call.split_once('(')?;
    let (arguments, gave) = rest.rsplit_once(" = ")?;
    if gave.starts_with('-') {
        return None;
    }
    let texts = quoted(arguments);
    let within = |path: &[u8]| {
        let path = String::from_utf8(path.to_vec()).ok()?;
        let rest = path.strip_prefix(folder.to_str()?)?;
        let rest = rest.trim_start_matches('/').trim_end_matches("/.");
        let ours = !rest.ends_with("-shm") && !rest.ends_with(".lock") && !rest.contains(" (deleted)");
        ours.then(|| rest.to_owned())
    };
    let descriptor = || within(&decoded(arguments.split_once('<')?.1.split_once('>')?.0));
    match name {
        "openat" => {
            let path = within(&decoded(gave.split_once('<')?.1.split_once('>')?.0))?;
            positions.insert(path.clone(), 0);
            arguments
                .contains("O_CREAT")
                .then(|| Event::Opened { path, emptied: arguments.contains("O_TRUNC") })
        }
        "pwrite64" => {
            let at = arguments.trim_end_matches(')').rsplit(", ").next()?.parse().ok()?;
            Some(Event::Wrote { path: descriptor()?, at, bytes: texts.into_iter().next()? })
        }
        "write" => {
            let bytes = texts.into_iter().next()?;
            if let Some(path) = descriptor() {
                let at = positions.entry(path.clone()).or_insert(0);
                let from = *at;
                *at += bytes.len();
                return Some(Event::Wrote { path, at: from, bytes });
            }
            let text = String::from_utf8(bytes).ok()?;
            Some(Event::Said(text.trim().strip_prefix(MARK)?.to_owned()))
        }
        "ftruncate" => {
            let length = arguments.trim_end_matches(')').rsplit(", ").next()?.parse().ok()?;
            Some(Event::Cut { path: descriptor()?, length })
        }
        "fsync" | "fdatasync" => Some(Event::Synced { path: descriptor()? }),
        "rename" | "renameat" | "renameat2" => {
            Some(Event::Renamed { from: within(&texts[0])?, to: within(&texts[1])? })
        }
        "unlink" => Some(Event::Removed { path: within(&texts[0])? }),
        "mkdir" | "mkdirat" => Some(Event::Folder { path: within(&texts[0])? }),
        _ => None,
    }
}

fn quoted(arguments: &str) -> Vec<Vec<u8>> {
    arguments.split('"').skip(1).step_by(2).map(decoded).collect()
}

/// `\x41\x42` is AB; a descriptor's path may come as it is.
fn decoded(text: &str) -> Vec<u8> {
    if !text.starts_with("\\x") {
        return text.as_bytes().to_vec();
    }
    text.split("\\x").skip(1).map(|hex| u8::from_str_radix(hex, 16).unwrap()).collect()
}

#[test]
fn a_recording_is_read() {
    let hex = |text: &str| text.bytes().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
    let (db, fresh, out) = (hex("/h/a.db"), hex("/h/f/a.new"), hex("pipe:[1]"));
    let log = format!(
        "7 openat(AT_FDCWD<{}>, \"{db}\", O_RDWR|O_CREAT, 0600) = 3<{db}>\n\
         7 pwrite64(3<{db}>, \"\\x00\\xff\", 2, 24) = 2\n\
         7 fdatasync(3<{db}> <unfinished ...>\n\
         7 <... fdatasync resumed>)                = 0\n\
         7 write(4<{fresh}>, \"\\x01\", 1)        = 1\n\
         7 write(4<{fresh}>, \"\\x02\", 1)        = 1\n\
         7 rename(\"{fresh}\", \"{db}\")        = 0\n\
         7 rename(\"{fresh}\", \"{db}\")        = -1 ENOENT (No such file or directory)\n\
         7 write(1<{out}>, \"{}\", 9)        = 9\n\
         7 fsync(5<{}>)        = 0\n",
        hex("/"),
        hex("\n@@ kept\n"),
        hex("/h"),
    );
    let path = || "a.db".to_owned();
    let new = || "f/a.new".to_owned();
    let wanted = [
        Event::Opened { path: path(), emptied: false },
        Event::Wrote { path: path(), at: 24, bytes: vec![0, 255] },
        Event::Synced { path: path() },
        Event::Wrote { path: new(), at: 0, bytes: vec![1] },
        Event::Wrote { path: new(), at: 1, bytes: vec![2] },
        Event::Renamed { from: new(), to: path() },
        Event::Said("kept".to_owned()),
        Event::Synced { path: String::new() },
    ];
    assert_eq!(read(&log, Path::new("/h")), wanted);
}
