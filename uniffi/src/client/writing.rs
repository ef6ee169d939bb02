//! What people write and choose: notes, what was read, covers, parts.

use super::Client;
use crate::{HealthError, Hide, PartChange};

#[uniffi::export]
impl Client {
    /// Writes a note, about an entry or about the record as a whole. Gives its id.
    ///
    /// Errors: `Invalid` for an empty note, `NotFound`, `Ambiguous`, `OutOfSpace`.
    #[uniffi::method(default(about = None))]
    pub async fn write_note(&self, text: String, about: Option<String>) -> Result<String, HealthError> {
        self.held.ask(move |client| client.write_note(&text, about.as_deref())).await
    }

    /// Changes a note. What stood before stays in its history; two changes made apart are both kept.
    pub async fn edit_note(&self, id: String, text: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.edit_note(&id, &text)).await
    }

    /// Removes a note. Its words are dropped from this device, and from every other that hears of it.
    pub async fn delete_note(&self, id: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.delete_note(&id)).await
    }

    /// Says that this member has read the current revision of these entries. Clears nothing for anybody else.
    pub async fn mark_read(&self, references: Vec<String>) -> Result<(), HealthError> {
        self.held.ask(move |client| client.mark_read(&references)).await
    }

    /// Covers these on this member's own screens, on every device of theirs.
    ///
    /// Errors: `Invalid` for an unknown category or section; `NotFound`, `Ambiguous`.
    pub async fn hide(&self, what: Vec<Hide>) -> Result<(), HealthError> {
        self.held.ask(move |client| client.hide(&taken(what))).await
    }

    /// Takes these covers away for good. Marks nothing as read.
    ///
    /// Errors: as `hide`; `Invalid` for what is not covered by itself.
    pub async fn reveal(&self, what: Vec<Hide>) -> Result<(), HealthError> {
        self.held.ask(move |client| client.reveal(&taken(what))).await
    }

    /// Takes all covers of this member away. Gives how many there were.
    pub async fn reveal_all(&self) -> Result<u64, HealthError> {
        self.held.ask(::client::Client::reveal_all).await
    }

    /// Withholds these entries from carers, and what refers to them. Nothing changes on one's own screens.
    pub async fn withhold(&self, references: Vec<String>) -> Result<PartChange, HealthError> {
        self.held.ask(move |client| client.withhold(&references)).await
    }

    /// Lets carers see these entries, and what was withheld only because it refers to them.
    pub async fn share(&self, references: Vec<String>) -> Result<PartChange, HealthError> {
        self.held.ask(move |client| client.share(&references)).await
    }

    /// Withholds everything that speaks of this kind of care, as is usual, and routine screening for it.
    ///
    /// Errors: `Invalid` for a name that is none; `OutOfSpace`.
    pub async fn withhold_category(&self, name: String) -> Result<PartChange, HealthError> {
        self.held.ask(move |client| client.withhold_category(&name)).await
    }

    /// Lets carers see what is withheld only because it speaks of this kind of care, and what comes later.
    pub async fn share_category(&self, name: String) -> Result<PartChange, HealthError> {
        self.held.ask(move |client| client.share_category(&name)).await
    }

    /// Withholds what is asked of everybody, such as a questionnaire on mood, as is usual.
    pub async fn withhold_screening(&self) -> Result<PartChange, HealthError> {
        self.held.ask(::client::Client::withhold_screening).await
    }

    /// Lets carers see what is asked of everybody.
    pub async fn share_screening(&self) -> Result<PartChange, HealthError> {
        self.held.ask(::client::Client::share_screening).await
    }

    /// Whether `purge` would do it, without doing it.
    pub async fn check_purge(&self, reference: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.check_purge(&reference)).await
    }

    /// Drops the bytes of a withdrawn entry and of all its earlier revisions, on this device at once and on the others when they
    /// hear of it; a later sync does not bring them back.
    ///
    /// Errors: `Invalid` for an entry that was not withdrawn; those of `show`.
    pub async fn purge(&self, reference: String) -> Result<(), HealthError> {
        self.held.ask(move |client| client.purge(&reference)).await
    }
}

fn taken(what: Vec<Hide>) -> Vec<::client::Hide> {
    what.into_iter().map(Into::into).collect()
}
