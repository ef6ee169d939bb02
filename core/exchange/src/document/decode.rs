//! Bytes to letters: a byte order mark, else valid UTF-8, else the declared character set, else Windows-1252.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How far into a file its character set is looked for.
const HEAD: usize = 1024;

/// The bytes as text. Never fails: a byte that says nothing becomes U+FFFD.
pub(super) fn decoded(bytes: &[u8], label: Option<&'static Encoding>) -> String {
    if let Some((marked, _)) = Encoding::for_bom(bytes) {
        return marked.decode(bytes).0.into_owned();
    }
    // A head cut within a letter is UTF-8 all the same.
    let mistake = std::str::from_utf8(bytes).err();
    if mistake.is_none_or(|mistake| mistake.error_len().is_none()) {
        return UTF_8.decode_without_bom_handling(bytes).0.into_owned();
    }
    label.unwrap_or(WINDOWS_1252).decode_without_bom_handling(bytes).0.into_owned()
}

/// The character set in `<?xml encoding="...">`.
pub(super) fn xml_label(bytes: &[u8]) -> Option<&'static Encoding> {
    labelled(bytes, "encoding=")
}

/// The character set in `<meta charset="...">` or `content="...; charset=..."`.
pub(super) fn html_label(bytes: &[u8]) -> Option<&'static Encoding> {
    labelled(bytes, "charset=").or_else(|| xml_label(bytes))
}

fn labelled(bytes: &[u8], before: &str) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, after) = head.split_once(before)?;
    let name = after.trim_start_matches(['"', '\'']).split(['"', '\'', '>', ' ', ';', '?', '/']).next()?;
    Encoding::for_label(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_then_utf_8_then_the_label_then_windows_1252() {
        assert_eq!(decoded("\u{feff}é".as_bytes(), Some(WINDOWS_1252)), "é");
        assert_eq!(decoded("é".as_bytes(), Some(WINDOWS_1252)), "é");
        assert_eq!(decoded(b"37 \xb0C \x80", None), "37 °C €");
        let cyrillic = b"<?xml version='1.0' encoding='windows-1251'?>\xcf\xf0";
        assert!(decoded(cyrillic, xml_label(cyrillic)).ends_with("Пр"));
        let page = b"<meta http-equiv=x content='text/html; charset=iso-8859-2'>\xb1";
        assert!(decoded(page, html_label(page)).ends_with('ą'));
    }

    #[test]
    fn wide_letters_need_a_mark() {
        let wide: Vec<u8> = "\u{feff}Grüße".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&wide, None), "Grüße");
    }
}
