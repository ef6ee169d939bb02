//! A whole record as a folder that any program can read (ADR 0008).
//!
//! | in the folder | what |
//! | --- | --- |
//! | `README.txt`, `index.html` | for people |
//! | `fhir/<portal>/<Type>.ndjson` | current revisions, one line each: the exact bytes |
//! | `history/<portal>/<Type>.ndjson` | revisions before |
//! | `exact/<digest>.json` | the exact bytes of what cannot be one line |
//! | `files/` | attachments |
//! | `people/*.ndjson` | what people wrote and chose |
//! | `record/*.ndjson` | who showed what when, so that another record can be made of it |
//! | `manifest.json` | every file with its length and SHA-256 |
//!
//! It gives names and bytes to a [`Sink`] and takes them from a [`Source`]; it touches no disk itself.

mod error;
pub mod lines;
mod manifest;
mod names;
pub mod page;
mod read;
mod readme;
pub mod rows;
mod write;

pub use error::{Error, Fault};
pub use manifest::{FileEntry, Manifest};
pub use names::{Names, is_safe};
pub use read::{Archive, Source};
pub use readme::{Counts, readme};
pub use write::{Sink, Writer};

/// What [`Manifest::format`] says.
pub const FORMAT: &str = "wellkept export";
/// What [`Manifest::version`] says. Another version is refused.
pub const VERSION: u32 = 1;
/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";
