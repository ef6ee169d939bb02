//! Taking over what a damaged file still holds.

use std::path::Path;

use serde::Serialize;
use statement::Signed;
use store::Store;

use crate::unlock::key_of;
use crate::{Client, Error, Platform, Unlock};

/// What was taken over of a damaged file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Salvaged {
    /// Statements whose signatures hold.
    pub statements: u64,
    /// Contents of entries.
    pub contents: u64,
    /// Texts that people wrote.
    pub texts: u64,
    /// What could not be read, or was not genuine. [`Client::verify`] then names what is missing; a full sync brings again what
    /// portals still have.
    pub lost: u64,
    /// The name of the damaged file, beside the record.
    pub aside: String,
}

impl Client {
    /// Makes a new file of what can still be read of a damaged one, and puts the damaged one aside. The record is then opened as always.
    /// When statements of this device are lost, it opens as an older copy: to be read and exported, and no number is signed twice.
    ///
    /// # Errors
    /// As [`Client::open`]; [`Error::Damaged`] when nothing of it can be read. The file is then as it was.
    pub fn salvage(platform: &Platform, database: &Path, unlock: &Unlock<'_>) -> Result<Salvaged, Error> {
        if !Self::is_finished(platform, database)? {
            return Err(Error::NoRecord);
        }
        let key = key_of(platform, unlock)?;
        let taken = Store::salvage(database, key.expose(), is_signed)?;
        Ok(Salvaged {
            statements: taken.statements,
            contents: taken.resources,
            texts: taken.texts,
            lost: taken.lost,
            aside: taken.aside,
        })
    }
}

fn is_signed(signed: &Signed) -> bool {
    vault::verify(signed).is_ok() || vault::check_genesis(signed).is_ok()
}
