//! What a process does to files, as the kernel is told it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One finished system call that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// Its arguments as strace prints them; a descriptor is followed by its path in angle brackets.
    pub arguments: String,
}

/// Whether the calls of a process can be watched here. Set WELLKEPT_NO_STRACE=1 where they cannot, to go without.
pub fn is_there() -> bool {
    if std::env::var_os("WELLKEPT_NO_STRACE").is_some_and(|value| value == "1") {
        return false;
    }
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    match tried {
        Ok(done) if done.status.success() => true,
        Ok(done) => {
            panic!("strace may not watch a process here: {}. {HINT}", String::from_utf8_lossy(&done.stderr))
        }
        Err(error) => panic!("strace could not be started: {error}. {HINT}"),
    }
}

const HINT: &str =
    "Install the package strace and allow ptrace, or set WELLKEPT_NO_STRACE=1 to do without this proof";

/// The command that watches `calls` and writes them to `log`, with at most so many bytes of each text.
pub fn watching(calls: &str, longest: usize, log: &Path) -> Vec<OsString> {
    let mut words: Vec<OsString> = ["strace", "-f", "-y", "-x", "-s"].map(OsString::from).to_vec();
    words.extend([longest.to_string(), "-e".to_owned(), format!("trace={calls}")].map(OsString::from));
    words.extend(["-o".into(), log.into(), "--".into()]);
    words
}

/// The calls of a log in the order in which they ended.
pub fn calls(log: &str) -> Vec<Call> {
    let mut begun: BTreeMap<&str, String> = BTreeMap::new();
    let mut ended = Vec::new();
    for line in log.lines() {
        let Some((process, said)) = line.split_once(' ') else { continue };
        let said = said.trim_start();
        if let Some(start) = said.strip_suffix("<unfinished ...>") {
            begun.insert(process, start.trim_end().to_owned());
            continue;
        }
        let whole = match said.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            Some((_, rest)) => begun.remove(process).unwrap_or_default() + rest,
            None => said.to_owned(),
        };
        ended.extend(call(&whole));
    }
    ended
}

fn call(whole: &str) -> Option<Call> {
    let (name, rest) = whole.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (plain && !result.starts_with('-'))
        .then(|| Call { name: name.to_owned(), arguments: arguments.to_owned() })
}

impl Call {
    /// The path behind its first argument, a descriptor.
    pub fn descriptor(&self) -> Option<&str> {
        let (_, rest) = self.arguments.split(',').next()?.split_once('<')?;
        Some(rest.trim_end_matches('>').trim_end_matches("(deleted)"))
    }

    /// Every path that it names, taken from its folder where it is relative to one.
    pub fn paths(&self) -> Vec<PathBuf> {
        let mut folder = PathBuf::new();
        let mut found = Vec::new();
        for (at, part) in self.arguments.split('"').enumerate() {
            if at % 2 == 1 {
                found.push(folder.join(part));
            } else if let Some((_, rest)) = part.rsplit_once('<') {
                folder = PathBuf::from(rest.split('>').next().unwrap_or_default());
            }
        }
        found
    }

    /// The bytes of its quoted texts. They must not have been cut short.
    pub fn bytes(&self) -> Vec<u8> {
        let mut found = Vec::new();
        let mut rest = self.arguments.as_str();
        while let Some((_, quoted)) = rest.split_once('"') {
            let (bytes, after) = unquoted(quoted);
            assert!(!after.starts_with("..."), "strace cut short what was written");
            found.extend(bytes);
            rest = after;
        }
        found
    }

    /// Whether it makes or may change what its paths name.
    pub fn writes(&self) -> bool {
        let opens = ["open", "openat", "openat2"].contains(&self.name.as_str());
        let to_write = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"];
        !opens || to_write.iter().any(|flag| self.arguments.contains(flag))
    }
}

/// The bytes of a text whose opening quotation mark was read, and what follows its closing one.
fn unquoted(text: &str) -> (Vec<u8>, &str) {
    let mut bytes = Vec::new();
    let mut at = 0;
    let raw = text.as_bytes();
    while let Some(byte) = raw.get(at).filter(|byte| **byte != b'"') {
        let (value, length) = if *byte == b'\\' { escaped(&text[at + 1..]) } else { (*byte, 1) };
        bytes.push(value);
        at += length;
    }
    (bytes, text.get(at + 1..).unwrap_or_default())
}

/// The byte of an escape, and its length with the backslash.
fn escaped(text: &str) -> (u8, usize) {
    if let Some(hex) = text.strip_prefix('x') {
        return (u8::from_str_radix(&hex[..2], 16).unwrap(), 4);
    }
    let digits = text.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    match (digits, text.as_bytes()[0]) {
        (0, b'n') => (b'\n', 2),
        (0, b't') => (b'\t', 2),
        (0, b'r') => (b'\r', 2),
        (0, b'v') => (0x0b, 2),
        (0, b'f') => (0x0c, 2),
        (0, plain) => (plain, 2),
        _ => (u8::from_str_radix(&text[..digits], 8).unwrap(), 1 + digits),
    }
}

#[test]
fn calls_are_read_as_strace_writes_them() {
    let log = concat!(
        "7 openat(AT_FDCWD</h/a>, \"b.db\", O_RDWR|O_CREAT, 0600) = 3</h/a/b.db>\n",
        "7 pwrite64(3</h/a/b.db-wal>, \"\\0\\1\"..., 24, 0) = 24\n",
        "7 fdatasync(3</h/a/b.db-wal> <unfinished ...>\n",
        "8 openat(AT_FDCWD</h/a>, \"/none\", O_RDONLY) = -1 ENOENT (No such file or directory)\n",
        "7 <... fdatasync resumed>)                = 0\n",
        "7 rename(\"/k/x.new\", \"/k/x\")        = 0\n",
        "7 +++ exited with 0 +++\n",
    );
    let calls = calls(log);
    let names: Vec<_> = calls.iter().map(|call| call.name.as_str()).collect();
    assert_eq!(names, ["openat", "pwrite64", "fdatasync", "rename"]);
    assert_eq!(calls[0].paths(), [PathBuf::from("/h/a/b.db")]);
    assert!(calls[0].writes());
    assert_eq!(calls[2].descriptor(), Some("/h/a/b.db-wal"));
    assert_eq!(calls[3].paths(), [PathBuf::from("/k/x.new"), PathBuf::from("/k/x")]);
    let written = Call {
        name: "writev".to_owned(),
        arguments: r#"3</a>, [{"\x00\xff", 2}, {"a\"\n\08", 5}]"#.to_owned(),
    };
    assert_eq!(written.bytes(), [0, 255, b'a', b'"', b'\n', 0, b'8']);
}
