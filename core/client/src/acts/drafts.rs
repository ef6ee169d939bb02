//! What is being composed: on this device only, until it is queued.

use serde::{Deserialize, Serialize};
use store::{Commit, Draft};

use crate::{Client, Error};

/// The most that a draft may have, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Something that is being composed. What it is made of is its screen's own, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// Its name.
    pub id: String,
    /// When it was last changed (Unix seconds).
    pub changed: i64,
    /// What has been written so far.
    pub body: String,
}

impl Client {
    /// Keeps what is being composed, so that no kill loses it: a new draft, or what one says now. Gives its name.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::OutOfSpace`].
    pub fn keep_draft(&self, id: Option<&str>, body: &str) -> Result<String, Error> {
        if body.len() > LARGEST {
            return Err(Error::Invalid("The draft is too large to be kept".to_owned()));
        }
        let id = match draft_id(id)? {
            Some(id) => id,
            None => self.inner.platform.random()?,
        };
        let draft = Draft { id, changed: self.now(), body: body.to_owned() };
        self.inner.store.commit(Commit { drafts: vec![draft], ..Commit::default() })?;
        Ok(data_encoding::HEXLOWER.encode(&id))
    }

    /// The drafts of this device, the one that was changed last first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn drafts(&self) -> Result<Vec<DraftView>, Error> {
        let drafts = self.inner.store.drafts()?.into_iter();
        let view = |draft: Draft| DraftView {
            id: data_encoding::HEXLOWER.encode(&draft.id),
            changed: draft.changed,
            body: draft.body,
        };
        Ok(drafts.map(view).collect())
    }

    /// Forgets a draft.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn drop_draft(&self, id: &str) -> Result<(), Error> {
        let dropped_drafts = draft_id(Some(id))?.into_iter().collect();
        self.inner.store.commit(Commit { dropped_drafts, ..Commit::default() })?;
        Ok(())
    }
}

pub(super) fn draft_id(id: Option<&str>) -> Result<Option<[u8; 16]>, Error> {
    let Some(id) = id else { return Ok(None) };
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(id.as_bytes()).map_err(|_| Error::NotFound)?;
    bytes.try_into().map(Some).map_err(|_| Error::NotFound)
}
