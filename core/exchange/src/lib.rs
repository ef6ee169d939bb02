//! Documents in and out of a record. Pure: bytes come in, bytes and words go out.
//!
//! - [`archive`] is a whole record as a folder that any program can read, and that a record can be made of again.
//! - [`calendar`] writes appointments for other calendars.
//! - [`document`] says what a file is by its content, finds its words for search, and makes readable HTML of it that
//!   neither runs nor loads anything. What portals send is hostile until it has come through here.

pub mod archive;
pub mod calendar;
pub mod document;
mod error;

pub use error::Error;
