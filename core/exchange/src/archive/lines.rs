//! Resources as lines.

use std::borrow::Cow;

/// A resource's bytes as one line that says the same, and whether the line is the very bytes. Line breaks stand outside
/// strings in JSON; they become spaces.
pub fn line(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let breaks = |byte: &u8| matches!(byte, b'\n' | b'\r');
    if !bytes.iter().any(breaks) {
        return (Cow::Borrowed(bytes), true);
    }
    (Cow::Owned(bytes.iter().map(|byte| if breaks(byte) { b' ' } else { *byte }).collect()), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_without_a_line_break_are_the_line() {
        assert_eq!(line(b"{\"a\": 1}"), (Cow::Borrowed(&b"{\"a\": 1}"[..]), true));
    }

    #[test]
    fn bytes_with_line_breaks_say_the_same_on_one_line() {
        let bytes = b"{\r\n  \"a\": \"x\\ny\",\n \"b\": 1.50\n}\n";
        let (one, exact) = line(bytes);
        assert!(!exact && !one.contains(&b'\n') && !one.contains(&b'\r'));
        let read = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
        assert_eq!(read(&one), read(bytes));
    }
}
