//! Reading.

mod acts;
mod device;
mod export;
mod facts;
pub(crate) mod file;
pub(crate) mod log;
pub(crate) mod notes;
pub(crate) mod parts;
mod reach;
mod rows;
pub(crate) mod search;

use record::row::Row;
use statement::Section;

use crate::error::{Error, Result};

/// A section's name as it is stored.
pub(crate) fn section(name: &str) -> Result<Section> {
    Section::new(name).map_err(|_| Error::Unreadable("section"))
}

/// A number that was stored as a positive one.
pub(crate) fn counted(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| Error::Unreadable("number"))
}

/// The JSON of a row from what is stored.
pub(crate) fn unpacked(body: &[u8]) -> Result<Vec<u8>> {
    zstd::stream::decode_all(body).map_err(|_| Error::Unreadable("row"))
}

/// A row from what is stored.
pub(crate) fn shown(body: &[u8]) -> Result<Row> {
    serde_json::from_slice(&unpacked(body)?).map_err(|_| Error::Unreadable("row"))
}
