//! The words of a PDF, as far as its fonts say how to read them.
//!
//! The file is parsed by a library with caps on nesting and on what one stream may grow to. Over all of it there are budgets,
//! as a small file may name the same stream a thousand times. Not read: encrypted files, pictures of text, annotations.

mod fonts;
mod load;
mod show;

use lopdf::Document;

use super::plain::Words;
use crate::Error;

/// Pages that are read.
const PAGES: usize = 2_000;

/// The words, page by page. Nothing for an encrypted file.
pub(super) fn words(bytes: &[u8]) -> Result<Option<String>, Error> {
    let Some(document) = load::load(bytes)? else { return Ok(None) };
    Ok(Some(read(&document)))
}

fn read(document: &Document) -> String {
    let mut words = Words::default();
    let mut reader = show::Reader::new(document);
    for page in document.page_iter().take(PAGES) {
        reader.page(page, &mut words);
        words.line();
        if words.is_full() || reader.is_spent() {
            break;
        }
    }
    words.into_text()
}
