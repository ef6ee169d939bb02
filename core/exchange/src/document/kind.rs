//! What a file is: by its content first, by what was declared second.

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Plain text.
    Text,
    /// HTML, whole or a fragment.
    Html,
    /// Rich Text Format.
    Rtf,
    /// XML: a CDA document or another.
    Xml,
    /// PDF.
    Pdf,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// TIFF.
    Tiff,
    /// DICOM.
    Dicom,
    /// JSON.
    Json,
    /// Anything else, and anything whose content denies what was declared.
    Other,
}

/// How far into a file its kind is looked for.
const HEAD: usize = 8 * 1024;

/// Of so many bytes of a text one may be a control character that has no business there.
const STRAY: usize = 20;

/// Names of elements that only HTML begins with.
const HTML: &[&str] = &[
    "a",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "li",
    "link",
    "main",
    "meta",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "svg",
    "table",
    "tbody",
    "td",
    "title",
    "tr",
    "u",
    "ul",
];

/// What `bytes` are. `declared` is a media type; it decides only where the content leaves it open.
pub fn sniff(bytes: &[u8], declared: Option<&str>) -> Kind {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    signature(head).unwrap_or_else(|| match letters(head) {
        Some(text) => by_text(&text, declared),
        None => Kind::Other,
    })
}

/// Whether another program may be given a file of this kind as it came. HTML and XML can run scripts, RTF can carry
/// programs: those are shown by [`super::html`] and [`super::text`] only.
pub fn safe(kind: Kind) -> bool {
    match kind {
        Kind::Text
        | Kind::Pdf
        | Kind::Png
        | Kind::Jpeg
        | Kind::Gif
        | Kind::Tiff
        | Kind::Dicom
        | Kind::Json => true,
        Kind::Html | Kind::Rtf | Kind::Xml | Kind::Other => false,
    }
}

/// The media type that a file of this kind is sent with (IANA).
pub fn media_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text/plain",
        Kind::Html => "text/html",
        Kind::Rtf => "application/rtf",
        Kind::Xml => "application/xml",
        Kind::Pdf => "application/pdf",
        Kind::Png => "image/png",
        Kind::Jpeg => "image/jpeg",
        Kind::Gif => "image/gif",
        Kind::Tiff => "image/tiff",
        Kind::Dicom => "application/dicom",
        Kind::Json => "application/json",
        Kind::Other => "application/octet-stream",
    }
}

/// The end of a file's name, without the dot.
pub fn extension(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "txt",
        Kind::Html => "html",
        Kind::Rtf => "rtf",
        Kind::Xml => "xml",
        Kind::Pdf => "pdf",
        Kind::Png => "png",
        Kind::Jpeg => "jpg",
        Kind::Gif => "gif",
        Kind::Tiff => "tif",
        Kind::Dicom => "dcm",
        Kind::Json => "json",
        Kind::Other => "bin",
    }
}

fn signature(head: &[u8]) -> Option<Kind> {
    let begins = |with: &[u8]| head.starts_with(with);
    let near = head.get(..1024).unwrap_or(head);
    if begins(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Png)
    } else if begins(b"\xff\xd8\xff") {
        Some(Kind::Jpeg)
    } else if begins(b"GIF87a") || begins(b"GIF89a") {
        Some(Kind::Gif)
    } else if [&b"II*\0"[..], b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|with| begins(with)) {
        Some(Kind::Tiff)
    } else if head.get(128..132) == Some(b"DICM") {
        Some(Kind::Dicom)
    } else if near.windows(5).any(|part| part == b"%PDF-") {
        Some(Kind::Pdf)
    } else {
        None
    }
}

/// The head as text; nothing when it is not text.
fn letters(head: &[u8]) -> Option<String> {
    let marked = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let odd = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let odd = head.iter().filter(odd).count();
    // A stray bell or escape of a printer spoils no text; a zero, or many of them, are no text.
    let stray = !head.contains(&0) && odd.saturating_mul(STRAY) <= head.len();
    (marked || odd == 0 || stray).then(|| super::decode::decoded(head, None))
}

fn by_text(head: &str, declared: Option<&str>) -> Kind {
    let text = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let declared = declared.unwrap_or_default().to_ascii_lowercase();
    if text.starts_with("{\\rtf") {
        return Kind::Rtf;
    }
    if let Some(kind) = tagged(text) {
        return kind;
    }
    if text.starts_with('{') && text.trim_start_matches('{').trim_start().starts_with(['"', '}']) {
        return Kind::Json;
    }
    if declared.contains("html") {
        Kind::Html
    } else if declared.contains("xml") {
        Kind::Xml
    } else if declared.contains("json") && text.starts_with(['[', '{', '"']) {
        Kind::Json
    } else {
        Kind::Text
    }
}

/// What the first tag says. XHTML is HTML.
fn tagged(text: &str) -> Option<Kind> {
    let mut rest = text;
    let mut xml = false;
    loop {
        let tail = rest.trim_start().strip_prefix('<')?;
        let (opened, end) = match () {
            () if tail.starts_with("!--") => (true, "-->"),
            () if tail.starts_with('?') => (true, "?>"),
            () if is_doctype(tail) => {
                let named = tail.split_whitespace().nth(1).unwrap_or_default();
                return Some(if named.to_ascii_lowercase().starts_with("html") {
                    Kind::Html
                } else {
                    Kind::Xml
                });
            }
            () => (false, ""),
        };
        if !opened {
            let name: String = tail.chars().take_while(|c| c.is_alphanumeric() || *c == ':').collect();
            return match name.to_ascii_lowercase() {
                name if HTML.contains(&name.as_str()) => Some(Kind::Html),
                name if name.is_empty() && !xml => None,
                _ if tail.starts_with(char::is_alphabetic) || xml => Some(Kind::Xml),
                _ => None,
            };
        }
        xml |= tail.starts_with("?xml");
        rest = match tail.split_once(end) {
            Some((_, after)) => after,
            None => return Some(if xml { Kind::Xml } else { Kind::Html }),
        };
    }
}

fn is_doctype(tail: &str) -> bool {
    tail.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("!doctype"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_and_a_label_that_it_denies_does_not() {
        let html = Some("text/html");
        assert_eq!(sniff(b"%PDF-1.7\n", html), Kind::Pdf);
        assert_eq!(sniff(b"\n junk before %PDF-1.4", Some("text/plain")), Kind::Pdf);
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n...", html), Kind::Png);
        assert_eq!(sniff(b"\xff\xd8\xff\xe0", None), Kind::Jpeg);
        assert_eq!(sniff(b"GIF89a", None), Kind::Gif);
        assert_eq!(sniff(b"II*\0....", None), Kind::Tiff);
        assert_eq!(sniff(&[&[0; 128][..], b"DICM"].concat(), None), Kind::Dicom);
        assert_eq!(sniff(b"MZ\x90\0\x03", Some("application/pdf")), Kind::Other);
        assert_eq!(sniff(b"PK\x03\x04", Some("text/plain")), Kind::Other);
    }

    #[test]
    fn html_under_another_name_is_still_html() {
        for page in [
            "<!DOCTYPE html><p>a",
            "  \n<HTML>",
            "<?xml version='1.0'?>\n<!-- x --><html/>",
            "<script>alert(1)</script>",
            "<svg onload=alert(1)>",
            "\u{feff}<div>",
            "<!-- never closed",
        ] {
            assert_eq!(sniff(page.as_bytes(), Some("text/plain")), Kind::Html, "{page}");
        }
        assert_eq!(sniff(b"words <b>and</b> tags", Some("text/html; charset=utf-8")), Kind::Html);
    }

    #[test]
    fn a_stray_control_character_makes_no_page_another_kind_of_file() {
        let bell = b"<html><body><p>Potassium 4.1\x07 mmol/L</p></body></html>";
        assert_eq!(sniff(bell, Some("text/html")), Kind::Html);
        assert_eq!(sniff(bell, None), Kind::Html);
        assert_eq!(
            sniff(b"Discharge note\x07: rest, fluids, and call us if it gets worse.", None),
            Kind::Text
        );
        assert_eq!(sniff(b"MZ\x90\x01\x03\x04\x02\x05 many of them", Some("text/html")), Kind::Other);
        assert_eq!(sniff(b"<html>\0 a zero is in no text, however long it is</html>", None), Kind::Other);
    }

    #[test]
    fn text_that_looks_a_little_like_something_else_is_text() {
        for text in ["< 5 mmol/L", "<5", "Hb {note}", "[see note] a", "K+ > 5 & rising", ""] {
            assert_eq!(sniff(text.as_bytes(), None), Kind::Text, "{text}");
            assert_eq!(sniff(text.as_bytes(), Some("text/plain")), Kind::Text, "{text}");
        }
    }

    #[test]
    fn xml_json_and_rtf() {
        assert_eq!(sniff(b"<?xml version=\"1.0\"?><ClinicalDocument/>", Some("text/html")), Kind::Xml);
        assert_eq!(sniff(b"<n1:ClinicalDocument xmlns:n1='urn:hl7-org:v3'>", None), Kind::Xml);
        assert_eq!(sniff(b"<!DOCTYPE note [<!ENTITY a 'b'>]><note/>", None), Kind::Xml);
        assert_eq!(sniff(b"{\"resourceType\": \"Bundle\"}", None), Kind::Json);
        assert_eq!(sniff(b"[1, 2]", Some("application/json")), Kind::Json);
        assert_eq!(sniff(b"{\\rtf1\\ansi", Some("text/plain")), Kind::Rtf);
        let wide: Vec<u8> = "\u{feff}<html>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(sniff(&wide, None), Kind::Html);
    }

    #[test]
    fn only_what_cannot_run_is_given_to_other_programs() {
        let unsafe_kinds = [Kind::Html, Kind::Rtf, Kind::Xml, Kind::Other];
        assert!(unsafe_kinds.iter().all(|kind| !safe(*kind)));
        assert!(safe(Kind::Pdf) && safe(Kind::Text));
        assert_eq!(extension(Kind::Other), "bin");
    }
}
