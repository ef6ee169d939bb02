//! Files that portals attach: what they are, their words, and HTML that is safe to show.
//!
//! | kind | words | HTML |
//! | --- | --- | --- |
//! | text, JSON | as they stand | - |
//! | HTML | of the cleaned HTML | cleaned |
//! | XML: CDA | of the cleaned HTML | sections in order, titles, text, tables |
//! | XML: other | the text between the tags | - |
//! | RTF | without control words and hidden parts | - |
//! | PDF | what its fonts say how to read; not of encrypted files, nor of pictures | - |
//!
//! Nothing here panics or runs for long on hostile input: a file is read in one pass, and what grows faster than the file
//! (nesting, decompression, repeated pages) has a cap. A panic of a library counts as a file that cannot be read.

mod cda;
mod clean;
mod decode;
mod kind;
mod markup;
mod pdf;
mod plain;
mod rtf;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use crate::Error;

pub use clean::inert;
pub use kind::{Kind, extension, media_type, safe, sniff};

/// The largest file that is read: 64 MiB.
pub const INPUT_LIMIT: usize = 64 * 1024 * 1024;
/// The most words that [`text`] gives: 1 MiB.
pub const TEXT_LIMIT: usize = 1024 * 1024;

/// The words of a file, for search: at most [`TEXT_LIMIT`], cut at the end. Nothing for a kind that has no words, and for a
/// file that has none.
pub fn text(bytes: &[u8], kind: Kind) -> Result<Option<String>, Error> {
    if bytes.len() > INPUT_LIMIT {
        return Err(Error::TooLarge { limit: INPUT_LIMIT });
    }
    let words = guarded(|| words(bytes, kind))??;
    Ok(words.filter(|text| !text.trim().is_empty()))
}

/// Readable HTML of an HTML or CDA file: a fragment without scripts, handlers, styles, forms, pictures, links and anything
/// else that loads or acts. Nothing for other kinds, for a file that is too large, and where nothing readable remains.
pub fn html(bytes: &[u8], kind: Kind) -> Option<String> {
    if bytes.len() > INPUT_LIMIT {
        return None;
    }
    guarded(|| readable(bytes, kind)).ok().flatten()
}

/// The narrative (`text.div`) of a resource, cleaned as [`html`] does.
pub fn narrative(resource: &Value) -> Option<String> {
    let div = resource.get("text")?.get("div")?.as_str()?;
    if div.len() > INPUT_LIMIT {
        return None;
    }
    guarded(|| clean::clean(div)).ok().flatten()
}

fn words(bytes: &[u8], kind: Kind) -> Result<Option<String>, Error> {
    let text = match kind {
        Kind::Text | Kind::Json => Some(plain::tidied(&decode::decoded(bytes, None))),
        Kind::Html => readable(bytes, kind).map(|html| markup::words(&html)),
        Kind::Xml => match readable(bytes, kind) {
            Some(html) => Some(markup::words(&html)),
            None => Some(cda::words(&decode::decoded(bytes, decode::xml_label(bytes)))),
        },
        Kind::Rtf => Some(rtf::words(bytes)?),
        Kind::Pdf => pdf::words(bytes)?,
        Kind::Png | Kind::Jpeg | Kind::Gif | Kind::Tiff | Kind::Dicom | Kind::Other => None,
    };
    Ok(text)
}

fn readable(bytes: &[u8], kind: Kind) -> Option<String> {
    match kind {
        Kind::Html => clean::clean(&decode::decoded(bytes, decode::html_label(bytes))),
        Kind::Xml => clean::clean(&cda::html(&decode::decoded(bytes, decode::xml_label(bytes)))?),
        _ => None,
    }
}

/// A panic of a library is an answer like any other: the file cannot be read.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Error::Unreadable)
}
