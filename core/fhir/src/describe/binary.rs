use serde_json::Value as Json;

use super::draft::Draft;
use super::fields::Fields;
use crate::lens::{Attachment, Binary};

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let file = Binary::read(value);
    fields.told(&["contentType", "securityContext", "data", "content"]);
    let kind = Attachment { content_type: file.content_type.clone(), ..Attachment::default() }.display();
    fields.put("Kind of file", Some(kind.clone()));
    fields.put("Size", Some(file.bytes.map_or_else(|| "content not given".to_owned(), size)));
    fields.reference("Belongs to", file.belongs_to.as_ref());
    let mut letters = kind.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>());
    Draft { title: first.map(|first| first + letters.as_str()), ..Draft::default() }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..=999 => format!("{bytes} bytes"),
        1_000..=999_999 => format!("about {} kB", bytes / 1_000),
        _ => format!("about {} MB", bytes / 1_000_000),
    }
}
