//! Size, depth and work: hostile files end soon, and say no more than they may.

use std::time::{Duration, Instant};

use exchange::Error;
use exchange::document::{INPUT_LIMIT, Kind, TEXT_LIMIT, html, safe, sniff, text};
use proptest::prelude::*;

const KINDS: &[Kind] = &[
    Kind::Text,
    Kind::Html,
    Kind::Rtf,
    Kind::Xml,
    Kind::Pdf,
    Kind::Png,
    Kind::Jpeg,
    Kind::Gif,
    Kind::Tiff,
    Kind::Dicom,
    Kind::Json,
    Kind::Other,
];

/// Generous: what is guarded against takes minutes to days.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn what_nests_repeats_or_never_ends_is_soon_done() {
    let million = 1_000_000;
    let wide = |part: &str| part.repeat(million).into_bytes();
    let section = |inside: String| {
        format!(
            "<ClinicalDocument><component><section><text>{inside}</text></section></component></ClinicalDocument>"
        )
    };
    let hostile: Vec<(Kind, Vec<u8>)> = vec![
        (Kind::Html, wide("<div>")),
        (Kind::Html, wide("<b><p>")),
        (Kind::Html, wide("<a href='x'>")),
        (Kind::Html, wide("<table><tr><td>")),
        (Kind::Html, wide("</p>")),
        (Kind::Html, wide("<!--")),
        (Kind::Html, wide("<p title=\"")),
        (Kind::Html, format!("<p {}>x", "a=1 ".repeat(million)).into_bytes()),
        (Kind::Html, wide("<script></scrip")),
        (Kind::Html, wide("&amp;")),
        (Kind::Html, wide("<")),
        (Kind::Html, wide("<select><option>")),
        (Kind::Xml, section("<content>".repeat(million)).into_bytes()),
        (Kind::Xml, section("<table><tr><td>".repeat(million)).into_bytes()),
        (Kind::Xml, section("<caption>x</caption>".repeat(million)).into_bytes()),
        (Kind::Xml, section(format!("<content {}/>", "a='1' ".repeat(million))).into_bytes()),
        (Kind::Xml, section("<![CDATA[".repeat(million)).into_bytes()),
        (Kind::Xml, wide("<a>")),
        (Kind::Rtf, format!("{{\\rtf1 {}", "{\\b x}".repeat(million)).into_bytes()),
        (Kind::Rtf, format!("{{\\rtf1 {}", "{\\pict ".repeat(million)).into_bytes()),
        (Kind::Rtf, format!("{{\\rtf1 {}", "\\bin2147483647 ".repeat(million)).into_bytes()),
        (Kind::Rtf, format!("{{\\rtf1 {}", "\\'".repeat(million)).into_bytes()),
        (Kind::Text, wide("\u{202e} a\n")),
        (Kind::Json, wide("[{\"a\":")),
    ];
    for (kind, bytes) in hostile {
        let begun = Instant::now();
        let words = text(&bytes, kind);
        let shown = html(&bytes, kind);
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert!(begun.elapsed() < SOON, "{head}: {:?}", begun.elapsed());
        assert!(words.ok().flatten().is_none_or(|words| words.len() <= TEXT_LIMIT), "{head}");
        assert!(shown.is_none_or(|html| html.len() < 32 * 1024 * 1024), "{head}");
    }
}

#[test]
fn a_file_over_the_cap_is_refused() {
    let large = vec![b'a'; INPUT_LIMIT + 1];
    assert_eq!(text(&large, Kind::Text), Err(Error::TooLarge { limit: INPUT_LIMIT }));
    assert_eq!(html(&large, Kind::Html), None);
    let words = text(&large[1..], Kind::Text).unwrap().unwrap();
    assert!(words.len() <= TEXT_LIMIT && words.len() > TEXT_LIMIT - 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_under_any_label_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), declared in "[a-z/+]{0,20}") {
        let kind = sniff(&bytes, Some(&declared));
        for kind in KINDS.iter().chain([&kind]) {
            let _ = (text(&bytes, *kind), html(&bytes, *kind), safe(*kind));
        }
    }

    #[test]
    fn any_markup_is_read_without_a_panic(markup in "[<>/!?a-z\"'= \\[\\]&;#\\\\{}0-9\u{e9}\u{1f600}-]{0,300}") {
        for kind in KINDS {
            let _ = (text(markup.as_bytes(), *kind), html(markup.as_bytes(), *kind));
        }
    }
}
