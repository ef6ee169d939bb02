//! The record as a whole: leaving with it, taking it in, checking it, building its lists again.

use std::io::ErrorKind;
use std::sync::Arc;

use ::client::Error;
use ::client::platform::folder::{FolderSink, FolderSource};

use super::Client;
use crate::give::Give;
use crate::{Evicted, Exported, HealthError, Imported, StepListener, Verified, WholeStep};

#[uniffi::export]
impl Client {
    /// Writes the whole record into `folder`, which is made if it is not there and must be empty if it is. Nothing of it is
    /// encrypted. Without its manifest, which is written last, it is not whole.
    ///
    /// Errors: `NotWritten`, `OutOfSpace`; `Invalid` while the lists are being built again.
    #[uniffi::method(default(listener = None))]
    pub async fn export(
        &self,
        folder: String,
        listener: Option<Arc<dyn StepListener>>,
    ) -> Result<Exported, HealthError> {
        self.held
            .ask(move |client| {
                let mut sink = FolderSink::new(folder).map_err(|error| not_written(&error))?;
                client.export(&mut sink, |step| tell(listener.as_ref(), step.give()))
            })
            .await
    }

    /// Takes the export in `folder` into this record, which must be new and empty. A kill leaves the record empty or whole.
    ///
    /// Errors: `NotEmpty`; `NotTaken` for an export that is damaged, hostile or of another version: nothing was written then;
    /// `OutOfSpace`.
    #[uniffi::method(default(listener = None))]
    pub async fn import(
        &self,
        folder: String,
        listener: Option<Arc<dyn StepListener>>,
    ) -> Result<Imported, HealthError> {
        self.held
            .ask(move |client| {
                client.import(&mut FolderSource::new(folder), |step| tell(listener.as_ref(), step.give()))
            })
            .await
    }

    /// Checks every signature, every chain and every named digest, the file itself, and that rows equal a rebuild.
    ///
    /// Errors: `Damaged` when the record cannot be read through.
    pub async fn verify(&self) -> Result<Verified, HealthError> {
        self.held.ask(::client::Client::verify).await
    }

    /// Builds all lists again from what was said. The listener hears how much is left, as `WholeStep.all`.
    ///
    /// Errors: `OutOfSpace`, `Damaged`; what was said stays as it is.
    #[uniffi::method(default(listener = None))]
    pub async fn rebuild(&self, listener: Option<Arc<dyn StepListener>>) -> Result<(), HealthError> {
        let left = |left| WholeStep { doing: "Building the lists again".to_owned(), done: 0, all: left };
        self.held.ask(move |client| client.rebuild(|count| tell(listener.as_ref(), left(count)))).await
    }

    /// Takes files off this device, the least recently looked at first, until no more than `budget` bytes are left. Only what can
    /// be fetched again is taken; it stays listed, and is found by its words.
    pub async fn sweep(&self, budget: u64) -> Result<Evicted, HealthError> {
        self.held.ask(move |client| client.sweep(budget)).await
    }
}

/// What an app makes of it is no reason to end anything.
pub(super) fn tell(listener: Option<&Arc<dyn StepListener>>, step: WholeStep) {
    let _ = listener.map(|listener| listener.step(step));
}

fn not_written(error: &std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull => Error::OutOfSpace,
        ErrorKind::DirectoryNotEmpty => Error::NotWritten("the folder is not empty".to_owned()),
        kind => Error::NotWritten(kind.to_string()),
    }
}
