//! Reading loosely typed JSON: what is there in a usable form, or nothing.

use serde_json::Value;

use crate::Error;

/// Refuses nesting deeper than `limit` before anything recursive sees it. Gives how many members all objects have together, each
/// copy of a doubled one counted, when the bytes are JSON.
pub(crate) fn check_depth(bytes: &[u8], limit: usize) -> Result<usize, Error> {
    let (mut depth, mut members, mut rest) = (0usize, 0usize, bytes.iter());
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => skip_text(&mut rest),
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                if depth > limit {
                    return Err(Error::TooDeep { limit });
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' => members = members.saturating_add(1),
            _ => {}
        }
    }
    Ok(members)
}

/// To the end of a text that has begun.
fn skip_text(rest: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                rest.next();
            }
            _ => {}
        }
    }
}

/// How many members all objects within a value have together.
pub(crate) fn members(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        Value::Array(items) => items.iter().map(members).sum(),
        _ => 0,
    }
}

/// The bytes without a UTF-8 byte order mark.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// A primitive as text: a string, a number with its digits, a boolean. Nothing for blank text and for other types.
pub(crate) fn primitive(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// The member `key` as text, by [`primitive`].
pub(crate) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(primitive)
}

/// The member `key` as a list: an array's items without nulls; anything else, where an array was due, as one item.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let member = value.get(key);
    let (many, one) = match member {
        Some(Value::Array(items)) => (items.as_slice(), None),
        Some(Value::Null) | None => (&[][..], None),
        Some(one) => (&[][..], Some(one)),
    };
    many.iter().filter(|item| !item.is_null()).chain(one)
}

/// The member `key` as a list of texts.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    list(value, key).filter_map(primitive).collect()
}

/// The member `key` as people should see it: the sender's own rendering of it with the value behind it, else the value.
pub(crate) fn said(value: &Value, key: &str) -> Option<String> {
    let plain = text(value, key);
    match (crate::lens::rendered(value, key), plain) {
        (Some(rendered), Some(plain)) if rendered != plain => Some(format!("{rendered} ({plain})")),
        (Some(rendered), _) => Some(rendered),
        (None, plain) => plain,
    }
}

/// Texts joined by `between`; nothing when there are none.
pub(crate) fn joined(texts: impl IntoIterator<Item = String>, between: &str) -> Option<String> {
    let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    (!texts.is_empty()).then(|| texts.join(between))
}

/// The member whose name is `prefix` and a type (`valueQuantity` for `value`), with its full name.
pub(crate) fn choice<'a>(value: &'a Value, prefix: &str) -> Option<(&'a str, &'a Value)> {
    choices(value, prefix).next()
}

/// Every member whose name is `prefix` and a type. FHIR allows one; senders have sent more.
pub(crate) fn choices<'a>(value: &'a Value, prefix: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    value.as_object().into_iter().flatten().filter_map(move |(key, member)| {
        let kind = key.strip_prefix(prefix)?;
        (kind.starts_with(|c: char| c.is_ascii_uppercase()) && !member.is_null())
            .then_some((key.as_str(), member))
    })
}

/// The member `key` as a moment, whatever its precision.
pub(crate) fn time(value: &Value, key: &str) -> Option<crate::time::FhirTime> {
    text(value, key).map(crate::time::FhirTime::new)
}

/// The member `key` as true or false; `"true"` in words is tolerated.
pub(crate) fn boolean(value: &Value, key: &str) -> Option<bool> {
    match value.get(key)? {
        Value::Bool(yes) => Some(*yes),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Letters after which a text in a row is cut; the whole stays reachable in the resource.
pub(crate) const LONG: usize = 4_000;

/// At most `letters` letters, with a mark where it was cut.
pub(crate) fn clipped(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters).and_then(|(at, _)| text.get(..at)) {
        Some(head) => format!("{head} ... (more in the full text)"),
        None => text.to_owned(),
    }
}

/// Whether the member `key` holds a file's bytes rather than text.
pub(crate) fn is_base64(key: &str, text: &str) -> bool {
    matches!(key, "data" | "hash" | "valueBase64Binary")
        && text.len() >= 24
        && text.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'\r' | b'\n' | b'-' | b'_')
        })
}

/// The text of XHTML without tags and comments, with the common entities read and spaces folded.
pub(crate) fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    // Whether the next word stands apart from what is there.
    let mut apart = true;
    while let Some((text, tail)) = rest.split_once('<') {
        apart = push_words(text, apart, &mut out);
        apart |= !is_within_a_word(tail);
        rest = match tail.strip_prefix("!--") {
            Some(comment) => comment.split_once("-->").map_or("", |(_, after)| after),
            None => after_tag(after_code(tail)),
        };
    }
    push_words(rest, apart, &mut out);
    out
}

/// A tag that only changes how letters look: `<b>Kleb</b>siella` is one word. Not `<sup>`: 10<sup>5</sup> is not 105.
fn is_within_a_word(tail: &str) -> bool {
    let name = tail.strip_prefix('/').unwrap_or(tail);
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    ["a", "b", "em", "font", "i", "mark", "small", "span", "strong", "u"]
        .iter()
        .any(|own| name.eq_ignore_ascii_case(own))
}

/// The end tag of a script or a style sheet that `tail` begins with: what is in it is nobody's words. Without an end tag nothing
/// is left. Any other tail as it is.
fn after_code(tail: &str) -> &str {
    let begins = |word: &str| {
        let name = tail.get(..word.len()).is_some_and(|name| name.eq_ignore_ascii_case(word));
        name && !tail
            .get(word.len()..)
            .is_some_and(|more| more.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    let Some(word) = ["script", "style"].into_iter().find(|word| begins(word)) else { return tail };
    let end = format!("</{word}");
    let at = tail
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| tail.get(*at..at + end.len()).is_some_and(|here| here.eq_ignore_ascii_case(&end)));
    at.and_then(|at| tail.get(at + 1..)).unwrap_or_default()
}

/// What follows the tag that `tail` begins in; a `>` within quotes does not end it. A lone `<` is dropped.
fn after_tag(tail: &str) -> &str {
    if !tail.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return tail;
    }
    let mut quote = None;
    for (at, letter) in tail.char_indices() {
        match quote {
            Some(mark) if mark == letter => quote = None,
            Some(_) => {}
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None if letter == '>' => return tail.get(at + 1..).unwrap_or(""),
            None => {}
        }
    }
    // Never closed, or a quote never closed: end at the first `>` if there is one.
    tail.split_once('>').map_or("", |(_, after)| after)
}

/// Whether what comes next stands apart.
fn push_words(text: &str, mut apart: bool, out: &mut String) -> bool {
    apart |= text.starts_with(char::is_whitespace);
    for word in text.split_whitespace() {
        if apart && !out.is_empty() {
            out.push(' ');
        }
        push_entities(word, out);
        apart = true;
    }
    match text {
        "" => apart,
        text => text.ends_with(char::is_whitespace),
    }
}

fn push_entities(word: &str, out: &mut String) {
    let mut rest = word;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        match tail.split_once(';').and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((letter, after)) => {
                out.push(letter);
                rest = after;
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| !letter.is_control())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_tags;

    #[test]
    fn what_a_script_says_is_nobodys_words() {
        let heavy = "<div>Heavy growth<script type='a'>document.write(\"NORMAL\")</SCRIPT> of a germ</div>";
        assert_eq!(without_tags(heavy).trim(), "Heavy growth of a germ");
        assert_eq!(
            without_tags("before<style>p { color: red }</style>after").replace(' ', ""),
            "beforeafter"
        );
        assert_eq!(without_tags("kept<script>never closed, all of it code").trim(), "kept");
        assert_eq!(without_tags("<scripture>a word</scripture>").trim(), "a word");
        assert_eq!(
            without_tags("<p><b>Kleb</b>siella</p><p>10<sup>5</sup> <i>CFU</i></p>."),
            "Klebsiella 10 5 CFU ."
        );
        assert_eq!(without_tags("1 < 2 and <b>3</b>").split_whitespace().last(), Some("3"));
    }
}
