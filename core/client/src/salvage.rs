//! Taking over what a damaged file still holds.

use std::cell::Cell;
use std::path::Path;

use serde::Serialize;
use statement::Signed;
use store::{Store, Taking};
use vault::seal;

use crate::export::Step;
use crate::unlock::key_of;
use crate::{Client, Error, Platform, Unlock, heads};

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
    /// As [`Client::open`]; [`Error::Damaged`] when nothing of it can be read, or not its first statement. The file is then as it was.
    pub fn salvage(
        platform: &Platform,
        database: &Path,
        unlock: &Unlock<'_>,
        mut progress: impl FnMut(Step),
    ) -> Result<Salvaged, Error> {
        if !Self::is_finished(platform, database)? {
            return Err(Error::NoRecord);
        }
        let key = key_of(platform, unlock)?;
        let salt = heads::salt(platform, &seal::derive_device_key(&key)?)?;
        let begins = Cell::new(false);
        let is_signed = |signed: &Signed| {
            let is_first = vault::check_genesis(signed).is_ok();
            begins.set(begins.get() || is_first);
            is_first || vault::verify(signed).is_ok()
        };
        let taken = Store::salvage(database, key.expose(), salt, is_signed, |taking| progress(step(taking)));
        let taken = taken.map_err(|error| match error {
            store::Error::NotOpened => Error::Damaged("nothing of it can be read any more".to_owned()),
            other => other.into(),
        })?;
        if !begins.get() {
            return Err(Error::Damaged(
                "its first statement, on which all others rest, cannot be read".to_owned(),
            ));
        }
        let taken = taken.put_in_place()?;
        Ok(Salvaged {
            statements: taken.statements,
            contents: taken.resources,
            texts: taken.texts,
            lost: taken.lost,
            aside: taken.aside,
        })
    }

    /// Whether a part of the record's file cannot be read, or is not what it should be. Reads all of it.
    ///
    /// # Errors
    /// Those that tell of no damage, such as [`Error::InUse`].
    pub fn is_damaged(&self) -> Result<bool, Error> {
        Ok(self.inner.store.is_damaged()?)
    }
}

fn step(taking: Taking) -> Step {
    let doing = match taking.what {
        "pages" => "looking",
        "statement" => "statements",
        "resource" => "contents",
        "text" => "texts",
        _ => "the rest",
    };
    Step { doing, done: taking.done, all: taking.all }
}
