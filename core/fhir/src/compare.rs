//! What two revisions must share to be "the same" (decision 0001).

use serde_json::Value;

use crate::Digest;

/// Elements of R4 whose type is Attachment. `content` is one in Media only; elsewhere it is something else.
const ATTACHMENTS: [&str; 5] =
    ["attachment", "presentedForm", "photo", "contentAttachment", "valueAttachment"];

/// SHA-256 over the compact JSON of `value`, without what servers restamp.
pub(crate) fn digest(value: &Value) -> Digest {
    let mut out = Vec::with_capacity(2048);
    resource(value, &mut out);
    Digest::of(&out)
}

fn resource(value: &Value, out: &mut Vec<u8>) {
    let media = is_media(value);
    members(value, out, |key, member, out| {
        write_key(key, out);
        match key {
            "meta" if member.is_object() => meta(member, out),
            _ => any(member, is_attachment(key, media), out),
        }
    });
}

fn meta(value: &Value, out: &mut Vec<u8>) {
    members(value, out, |key, member, out| {
        if !matches!(key, "versionId" | "lastUpdated") {
            write_key(key, out);
            any(member, false, out);
        }
    });
}

fn any(value: &Value, attachment: bool, out: &mut Vec<u8>) {
    match value {
        Value::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                any(item, attachment, out);
            }
            out.push(b']');
        }
        Value::Object(_) => {
            let media = is_media(value);
            members(value, out, |key, member, out| {
                write_key(key, out);
                match member.as_str() {
                    Some(url) if attachment && key == "url" => write_text(without_query(url), out),
                    _ => any(member, is_attachment(key, media), out),
                }
            });
        }
        Value::String(text) => write_text(text, out),
        Value::Bool(yes) => out.extend_from_slice(if *yes { b"true" } else { b"false" }),
        other => out.extend_from_slice(other.to_string().as_bytes()),
    }
}

fn is_media(value: &Value) -> bool {
    value.get("resourceType").and_then(Value::as_str) == Some("Media")
}

fn is_attachment(key: &str, media: bool) -> bool {
    ATTACHMENTS.contains(&key) || (media && key == "content")
}

/// Writes an object; `each` writes key and value, or nothing to leave the member out.
fn members(value: &Value, out: &mut Vec<u8>, each: impl Fn(&str, &Value, &mut Vec<u8>)) {
    out.push(b'{');
    for (key, member) in value.as_object().into_iter().flatten() {
        let before = out.len();
        if out.last() != Some(&b'{') {
            out.push(b',');
        }
        let comma = out.len();
        each(key, member, out);
        if out.len() == comma {
            out.truncate(before);
        }
    }
    out.push(b'}');
}

fn write_key(key: &str, out: &mut Vec<u8>) {
    write_text(key, out);
    out.push(b':');
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    // Most texts stand in JSON as they are.
    if !text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    // Writing to a Vec cannot fail, and a str always serialises.
    let _ = serde_json::to_writer(out, text);
}

fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(path, _)| path)
}
