//! What a page shows: the operators that show text and those that move to another place.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::fonts::{Fonts, dictionary};
use crate::document::plain::Words;

/// What the content of one page or form may unpack to.
const CONTENT: usize = 8 * 1024 * 1024;
/// What all content that is read may come to.
const ALL: usize = 32 * 1024 * 1024;
/// Operators that are read.
const STEPS: usize = 4_000_000;
/// Forms within each other.
const FORMS: usize = 6;
/// A move within a line that parts two words, in thousandths of the letter size.
const GAP: f32 = -180.0;

pub(super) struct Reader<'a> {
    document: &'a Document,
    fonts: Fonts<'a>,
    bytes: usize,
    steps: usize,
}

/// Where text is shown.
#[derive(Default)]
struct Place {
    font: Option<usize>,
    height: Option<f32>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, fonts: Fonts::default(), bytes: ALL, steps: STEPS }
    }

    /// Whether no more work will be done on this file.
    pub(super) fn is_spent(&self) -> bool {
        self.bytes == 0 || self.steps == 0
    }

    pub(super) fn page(&mut self, page: ObjectId, words: &mut Words) {
        let Ok((own, shared)) = self.document.get_page_resources(page) else { return };
        let shared = shared.iter().filter_map(|id| self.document.get_dictionary(*id).ok());
        let resources: Vec<&'a Dictionary> = own.into_iter().chain(shared).collect();
        match self.document.get_page_content_with_limit(page, CONTENT.min(self.bytes)) {
            Ok(content) => self.show(&content, &resources, 0, words),
            Err(_) => self.bytes = self.bytes.saturating_sub(CONTENT),
        }
    }

    fn show(&mut self, content: &[u8], resources: &[&'a Dictionary], level: usize, words: &mut Words) {
        self.bytes = self.bytes.saturating_sub(content.len().max(1));
        let mut place = Place::default();
        for operation in Content::decode_iter(content) {
            let Ok(operation) = operation else { return };
            self.steps = self.steps.saturating_sub(1);
            if self.is_spent() || words.is_full() {
                return;
            }
            self.step(&operation, resources, level, &mut place, words);
        }
    }

    fn step(
        &mut self,
        operation: &Operation,
        resources: &[&'a Dictionary],
        level: usize,
        place: &mut Place,
        words: &mut Words,
    ) {
        let operands = operation.operands.as_slice();
        match operation.operator.as_str() {
            "Tf" => {
                let name = operands.first().and_then(|name| name.as_name().ok());
                place.font = name.and_then(|name| self.fonts.find(self.document, resources, name));
            }
            "Tj" | "TJ" => operands.iter().for_each(|operand| self.said(operand, place, words)),
            "'" | "\"" => {
                words.line();
                operands.iter().for_each(|operand| self.said(operand, place, words));
            }
            "T*" | "ET" => words.line(),
            "Td" | "TD" => match operands.get(1).and_then(number) {
                Some(down) if down != 0.0 => words.line(),
                _ => words.space(),
            },
            "Tm" => {
                let height = operands.get(5).and_then(number);
                if height == place.height {
                    words.space()
                } else {
                    words.line()
                }
                place.height = height;
            }
            "Do" if level < FORMS => self.form(operands, resources, level, words),
            _ => {}
        }
    }

    fn said(&self, operand: &Object, place: &Place, words: &mut Words) {
        match operand {
            Object::String(bytes, _) => {
                if let Some(text) = self.fonts.letters(place.font, bytes) {
                    words.push(&text);
                }
            }
            Object::Array(parts) => {
                for part in parts {
                    match part {
                        Object::String(..) => self.said(part, place, words),
                        _ if number(part).is_some_and(|by| by < GAP) => words.space(),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// A form: content with resources of its own, shown where it is named.
    fn form(&mut self, operands: &[Object], resources: &[&'a Dictionary], level: usize, words: &mut Words) {
        let Some(stream) = operands.first().and_then(|name| self.stream(name.as_name().ok()?, resources))
        else {
            return;
        };
        let limit = CONTENT.min(self.bytes);
        let Ok(content) = stream.get_plain_content_with_limit(limit) else {
            self.bytes = self.bytes.saturating_sub(limit);
            return;
        };
        let own = stream.dict.get(b"Resources").ok().and_then(|own| dictionary(self.document, own));
        let inner: Vec<&'a Dictionary> =
            own.into_iter().chain(resources.iter().copied()).take(FORMS + 2).collect();
        self.show(&content, &inner, level + 1, words);
    }

    fn stream(&self, name: &[u8], resources: &[&'a Dictionary]) -> Option<&'a Stream> {
        let object = resources.iter().find_map(|resources| {
            dictionary(self.document, resources.get(b"XObject").ok()?)?.get(name).ok()
        })?;
        let stream = match object {
            Object::Reference(id) => self.document.get_object(*id).ok()?.as_stream().ok()?,
            other => other.as_stream().ok()?,
        };
        let is_form = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Form");
        is_form.then_some(stream)
    }
}

fn number(object: &Object) -> Option<f32> {
    object.as_float().ok()
}
