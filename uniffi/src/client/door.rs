//! Making, opening, and what is done without an opened record.

use std::path::PathBuf;
use std::sync::Arc;

use ::client::{Client as Of, PortalList, RecoveryKit};
use zeroize::Zeroizing;

use super::Client;
use super::whole::tell;
use crate::give::Give;
use crate::records::count;
use crate::runtime::{contained, on_thread};
use crate::{
    Erased, HealthError, ListTaken, Platform, PortalsFound, Salvaged, SnippetMarks, StepListener, Unlock,
};

/// A record that was just made.
#[derive(uniffi::Record)]
pub struct Made {
    /// It, opened.
    pub client: Arc<Client>,
    /// The 24 words of its recovery kit. They are given here and never again.
    pub kit: Vec<String>,
}

#[uniffi::export]
impl Client {
    /// Opens the record in the file `database`. Lists that are due after an update are built first.
    ///
    /// Errors: `WrongPassphrase`, `WrongKit`, `TryAgainIn` from the fifth wrong passphrase on, `Locked` when the keychain does not
    /// answer, `KeysLost`, `NoRecord`, `InUse`, `NewerData`, `Damaged`. None of them changes the record. An older copy opens, to be
    /// read (`about`).
    #[uniffi::constructor]
    pub async fn open(
        platform: Platform,
        database: String,
        unlock: Unlock,
    ) -> Result<Arc<Self>, HealthError> {
        on_thread(move || {
            let network = platform.network.clone();
            let unlock = unlock.take();
            let client = Of::open(platform.doors()?, &PathBuf::from(database), &unlock.borrow())?;
            if client.is_rebuilding()? {
                client.finish_rebuild(|_| {})?;
            }
            Ok(Self::of(client, network))
        })
        .await
    }
}

/// Makes a new record in the file `database` and opens it. Folders above it are not made.
///
/// Errors: `AlreadyThere` when there is one; `Damaged` when keys of a record are in the keychain but its file is not; `Locked` when
/// the keychain does not answer; `Invalid` for an empty passphrase. In each case nothing was changed.
#[uniffi::export]
pub async fn make_record(
    platform: Platform,
    database: String,
    holder: String,
    passphrase: String,
) -> Result<Made, HealthError> {
    let passphrase = Zeroizing::new(passphrase);
    on_thread(move || {
        let network = platform.network.clone();
        let (client, kit) = Of::init(platform.doors()?, &PathBuf::from(database), &holder, &passphrase)?;
        let words = kit.words().map_err(::client::Error::from)?;
        Ok(Made { client: Client::of(client, network), kit: words.map(str::to_owned).to_vec() })
    })
    .await
}

/// Whether a record was made there to its end. One whose making was broken off is made anew by `make_record`.
///
/// Errors: `Locked` when the keychain does not answer.
#[uniffi::export]
pub async fn is_record_there(platform: Platform, database: String) -> Result<bool, HealthError> {
    on_thread(move || Ok(Of::is_finished(&platform.doors()?, &PathBuf::from(database))?)).await
}

/// Whether these are the words of a recovery kit (24 known words that fit together), whichever record's. Quick.
///
/// Errors: `WrongKit`, which says what is wrong with them.
#[uniffi::export]
pub fn check_kit(words: String) -> Result<(), HealthError> {
    let words = Zeroizing::new(words);
    contained(|| Ok(RecoveryKit::parse(&words).map(drop).map_err(::client::Error::from)?))
}

/// Sets another passphrase. The record need not be opened. The recovery kit stays as it is.
///
/// Errors: as `open`; `Invalid` for an empty passphrase. The old passphrase then still holds.
#[uniffi::export]
pub async fn set_passphrase(
    platform: Platform,
    unlock: Unlock,
    passphrase: String,
) -> Result<(), HealthError> {
    let passphrase = Zeroizing::new(passphrase);
    on_thread(move || Ok(Of::set_passphrase(&platform.doors()?, &unlock.take().borrow(), &passphrase)?)).await
}

/// Makes a new file of what can still be read of a damaged one, and puts the damaged one aside. The record is then opened as
/// always. When statements of this device are lost, it opens as an older copy.
///
/// Errors: as `open`; `Damaged` when nothing of it can be read, or not its first statement. The file is then as it was.
#[uniffi::export(default(listener = None))]
pub async fn salvage_record(
    platform: Platform,
    database: String,
    unlock: Unlock,
    listener: Option<Arc<dyn StepListener>>,
) -> Result<Salvaged, HealthError> {
    on_thread(move || {
        let tell = |step: ::client::Step| tell(listener.as_ref(), step.give());
        let (doors, unlock) = (platform.doors()?, unlock.take());
        Ok(Of::salvage(&doors, &PathBuf::from(database), &unlock.borrow(), tell)?.give())
    })
    .await
}

/// Removes the record in the file `database` with all its keys. No passphrase is asked for: who lost it may erase too. A client
/// that has it open is locked first; `end_connections` before that asks portals to forget this device.
///
/// Errors: `NoRecord`, `InUse`, `Locked` when the keychain does not answer.
#[uniffi::export]
pub async fn erase_record(platform: Platform, database: String) -> Result<Erased, HealthError> {
    on_thread(move || Ok(::client::erase(&platform.doors()?, &PathBuf::from(database))?.give())).await
}

/// From now on this process overwrites what its databases give back of their memory, which costs time: for an app that locks
/// strictly. Called once, before the first record is opened.
#[uniffi::export]
pub async fn wipe_memory() -> Result<(), HealthError> {
    on_thread(|| Ok(::client::platform::system::wipe_memory()?)).await
}

/// Takes a published list of portals (SMART App Launch 2.2, User-access Brands) into the file `list`: in the place of the one that
/// is kept, or with `add` beside it. No record is needed, and all records of a device share the list.
///
/// Errors: `Invalid` when it is no such list or nothing in it can be used: the kept one then stays; `OutOfSpace`, `NotKept`.
#[uniffi::export]
pub async fn import_portals(list: String, bundle: Vec<u8>, add: bool) -> Result<ListTaken, HealthError> {
    on_thread(move || Ok(PortalList::at(list).import(&bundle, add)?.give())).await
}

/// The portals in the list for which every word begins a word of a name, an alias, a web address, a number or a place. At most
/// `limit` organisations.
///
/// Errors: `NoList` when none is kept; `Invalid` when it cannot be read.
#[uniffi::export]
pub async fn find_portals(list: String, words: String, limit: u64) -> Result<PortalsFound, HealthError> {
    on_thread(move || Ok(PortalList::at(list).find(&words, count(limit))?.give())).await
}

/// The portals that a person may mean by these words: those of the organisations of exactly this name where there are any, else
/// all that fit. Only those that this app can read from, each address once.
///
/// Errors: as `find_portals`.
#[uniffi::export]
pub async fn portals_meant(list: String, words: String, limit: u64) -> Result<PortalsFound, HealthError> {
    on_thread(move || Ok(PortalList::at(list).meant(&words, count(limit))?.give())).await
}

/// What stands around each match in the snippets of a search. Quick.
#[uniffi::export]
#[must_use]
pub fn snippet_marks() -> SnippetMarks {
    let (start, end) = (::client::SearchHit::START, ::client::SearchHit::END);
    SnippetMarks { start: start.to_string(), end: end.to_string() }
}

/// The most bytes that an act may have with its files. Quick.
#[uniffi::export]
#[must_use]
pub fn largest_act() -> u64 {
    ::client::LARGEST_ACT.give()
}

/// What every member who is not a holder reads under every list, always. Quick.
#[uniffi::export]
#[must_use]
pub fn parts_may_be_withheld() -> String {
    ::client::views::PARTS_MAY_BE_WITHHELD.to_owned()
}

/// What stands over every list of messages, and over every message that is written. Quick.
#[uniffi::export]
#[must_use]
pub fn not_for_emergencies() -> String {
    ::client::NOT_FOR_EMERGENCIES.to_owned()
}
