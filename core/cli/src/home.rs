//! Where records are kept, and how one is opened.
#![allow(clippy::disallowed_methods, reason = "the terminal's shell keeps files")]

use std::fs::{self, DirBuilder};
use std::io::{self, BufRead, IsTerminal, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use client::platform::{files::FileKeychain, http::ReqwestHttp, keys::SoftwareKeys, system};
use client::{Client, Platform, PortalList, RecoveryKit, Unlock};
use zeroize::Zeroizing;

use crate::args::Global;
use crate::error::Error;

/// The most that is read of a passphrase, a kit or a note.
const MOST: u64 = 1024 * 1024;

/// One record's place: `<home>/<record>/record.db`, and its keychain beside it.
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// The place that the options name.
    pub fn of(global: &Global) -> Result<Self, Error> {
        let stated = global.home.clone().filter(|home| !home.as_os_str().is_empty());
        let usual = || {
            std::env::home_dir()
                .filter(|home| !home.as_os_str().is_empty())
                .map(|home| home.join(".wellkept"))
        };
        let home = stated.or_else(usual);
        let home =
            home.ok_or_else(|| Error::Usage("There is no home folder: name one with --home".to_owned()))?;
        Ok(Self { folder: home.join(&global.record) })
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.folder.join("record.db")
    }

    /// Whether there is anything to erase: a record, or what an erasure that was broken off left.
    pub fn holds_anything(&self) -> bool {
        self.folder.is_dir()
    }

    /// Erases the record with its keys.
    pub fn erase(&self) -> Result<client::Erased, Error> {
        match client::erase(&self.platform()?, &self.database()) {
            // A kill may have left the empty folder only.
            Err(client::Error::NoRecord) if self.holds_anything() => Ok(client::Erased { keys: 0, files: 0 }),
            other => Ok(other?),
        }
    }

    /// Removes the record's folder; whether it was empty, and so is gone.
    pub fn remove_folder(&self) -> bool {
        let keychain = fs::remove_dir(self.folder.join("keychain"));
        let emptied =
            keychain.is_ok() || keychain.is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        emptied && fs::remove_dir(&self.folder).is_ok()
    }

    fn platform(&self) -> Result<Platform, Error> {
        let http = ReqwestHttp::new()
            .map_err(|_| Error::System("TLS could not be set up on this device".to_owned()))?;
        Ok(Platform {
            clock: Arc::new(system::SystemClock::new()),
            random: Arc::new(system::SystemRandomBytes::new()),
            http: Arc::new(http),
            keychain: Arc::new(FileKeychain::new(self.folder.join("keychain"))),
            keys: Arc::new(SoftwareKeys::new()),
        })
    }
}

/// The list of all portals, which the records share.
pub fn portal_list(global: &Global) -> Result<PortalList, Error> {
    let mut file = Place::of(global)?.folder;
    // No record has a dot in its name.
    file.set_file_name("portals.list");
    Ok(PortalList::at(file))
}

/// The time by this device.
pub fn now() -> i64 {
    client::platform::Clock::now(&system::SystemClock::new())
}

/// Makes a new record.
pub fn init(global: &Global, holder: &str) -> Result<(Client, RecoveryKit, PathBuf), Error> {
    if global.kit_file.is_some() {
        return Err(Error::Usage("A new record makes a kit of its own: leave out --kit-file".to_owned()));
    }
    let place = Place::of(global)?;
    let database = place.database();
    // Before a passphrase is asked for in vain.
    if Client::is_finished(&place.platform()?, &database)? {
        return Err(client::Error::AlreadyThere.into());
    }
    let passphrase = new_passphrase(global.passphrase_file.as_deref())?;
    private_folder(&place.folder)?;
    let (client, kit) = Client::init(place.platform()?, &database, holder, &passphrase)?;
    Ok((client, kit, database))
}

/// Opens the record with its passphrase or its kit.
pub fn open(global: &Global) -> Result<Client, Error> {
    let place = Place::of(global)?;
    let database = place.database();
    if !database.exists() {
        return Err(client::Error::NoRecord.into());
    }
    let secret = Secret::of(global)?;
    let client = Client::open(place.platform()?, &database, &secret.unlock())?;
    // Lists that are due, after an update or a rebuild that was broken off.
    if client.is_rebuilding()? {
        client.finish_rebuild(|_| {})?;
    }
    Ok(client)
}

/// What came of [`salvage`].
pub struct Rescued {
    /// The record as it is now.
    pub client: Client,
    /// What was taken over.
    pub salvaged: client::Salvaged,
    /// The folder in which the damaged file is kept.
    pub folder: PathBuf,
}

/// Takes over what is whole of a damaged record. `None` when the file is whole as it is.
pub fn salvage(global: &Global, progress: impl FnMut(client::Step)) -> Result<Option<Rescued>, Error> {
    let place = Place::of(global)?;
    let database = place.database();
    if !database.exists() {
        return Err(client::Error::NoRecord.into());
    }
    let secret = Secret::of(global)?;
    match Client::open(place.platform()?, &database, &secret.unlock()) {
        Ok(client) if !client.is_damaged()? => return Ok(None),
        Ok(_) | Err(client::Error::Damaged(_) | client::Error::Storage) => {}
        Err(error) => return Err(error.into()),
    }
    let salvaged = Client::salvage(&place.platform()?, &database, &secret.unlock(), progress)?;
    let client = Client::open(place.platform()?, &database, &secret.unlock())?;
    client.finish_rebuild(|_| {})?;
    Ok(Some(Rescued { client, salvaged, folder: place.folder }))
}

/// Sets another passphrase.
pub fn set_passphrase(global: &Global, file: Option<&Path>) -> Result<(), Error> {
    let place = Place::of(global)?;
    if !place.database().exists() {
        return Err(client::Error::NoRecord.into());
    }
    let secret = Secret::of(global)?;
    let passphrase = new_passphrase(file)?;
    Ok(Client::set_passphrase(&place.platform()?, &secret.unlock(), &passphrase)?)
}

/// What opens a record, as it was given.
enum Secret {
    Passphrase(Zeroizing<String>),
    Kit(Zeroizing<String>),
}

impl Secret {
    fn of(global: &Global) -> Result<Self, Error> {
        Ok(match (&global.kit_file, &global.passphrase_file) {
            (Some(file), _) => Self::Kit(whole(file)?),
            (None, Some(file)) => Self::Passphrase(first_line(file)?),
            (None, None) => Self::Passphrase(ask("Passphrase: ")?),
        })
    }

    fn unlock(&self) -> Unlock<'_> {
        match self {
            Self::Passphrase(passphrase) => Unlock::Passphrase(passphrase),
            Self::Kit(words) => Unlock::Kit(words),
        }
    }
}

/// Makes a folder, with those above it, that only its owner can enter.
pub fn private_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| cannot("make", folder, &error))
}

/// All of standard input, as the words of a note.
pub fn stdin_words() -> Result<String, Error> {
    whole(Path::new("-")).map(|words| words.to_string())
}

/// Asks on the terminal whether to go on; without a terminal nobody can say so.
pub fn confirmed(question: &str) -> Result<bool, Error> {
    let mut stdin = io::stdin().lock();
    if !stdin.is_terminal() {
        return Err(Error::Usage("There is no terminal to ask on: say so with --yes".to_owned()));
    }
    crate::out::aside(&format!("{question} Type yes: "));
    let mut answer = String::new();
    let read = stdin.by_ref().take(MOST).read_line(&mut answer);
    Ok(read.is_ok() && answer.trim().eq_ignore_ascii_case("yes"))
}

/// Asks for one line on the terminal; without a terminal nobody can say it.
pub fn typed_line(question: &str) -> Result<String, Error> {
    let mut stdin = io::stdin().lock();
    if !stdin.is_terminal() {
        return Err(Error::Usage("There is no terminal to ask on: say so with --yes NAME".to_owned()));
    }
    crate::out::aside(question);
    let mut answer = String::new();
    stdin
        .by_ref()
        .take(MOST)
        .read_line(&mut answer)
        .map_err(|error| cannot("read", Path::new("-"), &error))?;
    Ok(answer.trim().to_owned())
}

/// Asks for one of so many numbers; none where there is no terminal, or nothing of that kind is typed.
pub fn number(most: usize) -> Result<Option<NonZeroUsize>, Error> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let typed = typed_line("Which one? Its number: ")?;
    Ok(typed.parse::<NonZeroUsize>().ok().filter(|number| number.get() <= most))
}

/// What a file holds, which the person named. Errors: it cannot be read, or holds more than `most` bytes.
pub fn bytes_of(file: &Path, most: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let read = fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map_err(|error| cannot("read", file, &error))?;
    match bytes.len() > most {
        true => Err(Error::Usage(format!("{} is too large", file.display()))),
        false => Ok(bytes),
    }
}

fn new_passphrase(file: Option<&Path>) -> Result<Zeroizing<String>, Error> {
    if let Some(file) = file {
        return first_line(file);
    }
    let first = ask("Choose a passphrase, several words long: ")?;
    let second = ask("Once more: ")?;
    if *first == *second {
        Ok(first)
    } else {
        Err(Error::Usage("The two are not the same. Nothing was made".to_owned()))
    }
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, Error> {
    let none = "There is no terminal to ask for the passphrase on: give it with --passphrase-file";
    if !io::stdin().is_terminal() {
        return Err(Error::Usage(none.to_owned()));
    }
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|_| Error::Usage(none.to_owned()))
}

/// The first line, without its end. What follows stays in standard input for who reads next.
fn first_line(file: &Path) -> Result<Zeroizing<String>, Error> {
    let mut line = Zeroizing::new(String::new());
    let read = match is_stdin(file) {
        true => io::stdin().lock().take(MOST).read_line(&mut line),
        false => {
            fs::File::open(file).and_then(|file| io::BufReader::new(file).take(MOST).read_line(&mut line))
        }
    };
    read.map_err(|error| cannot("read", file, &error))?;
    Ok(Zeroizing::new(line.trim_end_matches(['\n', '\r']).to_owned()))
}

fn whole(file: &Path) -> Result<Zeroizing<String>, Error> {
    let mut text = Zeroizing::new(String::new());
    let read = match is_stdin(file) {
        true => io::stdin().lock().take(MOST).read_to_string(&mut text),
        false => fs::File::open(file).and_then(|file| file.take(MOST).read_to_string(&mut text)),
    };
    read.map_err(|error| cannot("read", file, &error))?;
    Ok(text)
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// For a path that the person named herself.
pub fn cannot(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::System(format!("Cannot {what} {}: {error}", path.display()))
}
