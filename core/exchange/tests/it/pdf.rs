//! PDFs: their words, and files that are made to do harm.

use std::io::Write;
use std::time::{Duration, Instant};

use exchange::Error;
use exchange::document::{Kind, sniff, text};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

const SOON: Duration = Duration::from_secs(20);

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn stream(extra: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{extra} /Length {}>>\nstream\n", content.len()).into_bytes();
    object.extend_from_slice(content);
    object.extend_from_slice(b"\nendstream");
    object
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").into_bytes()));
    let size = objects.len() + 1;
    file.extend(
        format!("trailer <</Size {size} /Root 1 0 R {trailer}>>\nstartxref\n{table}\n%%EOF\n").into_bytes(),
    );
    file
}

const FONT: &str = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>";

/// One page that shows `content`, with `more` objects from number 6 on.
fn page(content: Vec<u8>, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type /Catalog /Pages 2 0 R>>".to_vec(),
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>".to_vec(),
        b"<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>> /XObject <</X1 6 0 R>>>>>>".to_vec(),
        content,
        FONT.as_bytes().to_vec(),
    ];
    objects.extend_from_slice(more);
    pdf(&objects, "")
}

const REPORT: &[u8] = b"BT /F1 12 Tf 72 700 Td (Potassium) Tj 100 0 Td [(5.) -20 (9) -400 (mmol/L)] TJ 0 -14 Td (flag: high) Tj \
    1 0 0 1 72 600 Tm (37 \xb0C) Tj ET /X1 Do";

#[test]
fn the_words_of_a_report_are_found() {
    let form = stream("/Type /XObject /Subtype /Form", b"BT /F1 9 Tf (Dr. Adams) Tj ET");
    let file = page(stream("/Filter /FlateDecode", &packed(REPORT)), &[form]);
    assert_eq!(sniff(&file, None), Kind::Pdf);
    let words = text(&file, Kind::Pdf).unwrap().unwrap();
    assert_eq!(words, "Potassium 5.9 mmol/L\nflag: high\n37 °C\nDr. Adams");
}

#[test]
fn a_font_s_own_table_is_used() {
    let table = b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n<< /Registry (Adobe)\n\
        /Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
        1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n2 beginbfchar\n<0001> <004B>\n<0002> <03B2>\nendbfchar\n\
        endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
    let file = pdf(
        &[
            b"<</Type /Catalog /Pages 2 0 R>>".to_vec(),
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>".to_vec(),
            b"<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>".to_vec(),
            stream("", b"BT /F1 12 Tf <00010002> Tj ET"),
            b"<</Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 6 0 R>>".to_vec(),
            stream("", table),
        ],
        "",
    );
    assert_eq!(text(&file, Kind::Pdf).unwrap().unwrap(), "K\u{3b2}");
}

#[test]
fn an_encrypted_file_and_a_picture_have_no_words() {
    let mut file = page(stream("", REPORT), &[]);
    let at = file.windows(5).rposition(|part| part == b"/Root").unwrap();
    file.splice(at..at, b"/Encrypt 9 0 R ".iter().copied());
    assert_eq!(text(&file, Kind::Pdf), Ok(None));
    assert_eq!(text(&page(stream("", b"q /X1 Do Q"), &[]), Kind::Pdf), Ok(None));
}

#[test]
fn garbage_is_refused() {
    assert_eq!(text(b"%PDF-1.7 and nothing else", Kind::Pdf), Err(Error::Unreadable));
    assert_eq!(text(b"", Kind::Pdf), Err(Error::Unreadable));
    let deep = [b"%PDF-1.7\n1 0 obj ".to_vec(), b"[".repeat(1_000_000)].concat();
    assert!(text(&deep, Kind::Pdf).is_err());
}

/// Files that grow, each from a few kilobytes or by naming one thing many times.
#[test]
fn bombs_end_soon_and_small() {
    let zeros = packed(&vec![b' '; 200 * 1024 * 1024]);
    let twice = packed(&zeros);
    let shows = b"BT /F1 1 Tf (word ) Tj ET ".repeat(250_000);
    let itself = stream(
        "/Type /XObject /Subtype /Form /Resources <</XObject <</X1 6 0 R>>>>",
        b"/X1 Do /X1 Do /X1 Do /X1 Do /X1 Do",
    );
    let holder = |content: &[u8]| stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", content);
    let mut holders = vec![holder(&packed(&[b"1 0 ".to_vec(), vec![b'['; 7 * 1024 * 1024]].concat()))];
    holders.resize(200, holders[0].clone());
    let kids = "3 0 R ".repeat(100_000);
    let pages = pdf(
        &[
            b"<</Type /Catalog /Pages 2 0 R>>".to_vec(),
            format!("<</Type /Pages /Kids [{kids}] /Count 100000>>").into_bytes(),
            b"<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>".to_vec(),
            stream("/Filter /FlateDecode", &packed(&shows)),
            FONT.as_bytes().to_vec(),
        ],
        "",
    );
    let objects: Vec<u8> = (0..400_000).flat_map(|n| format!("{n} {} ", n * 2).into_bytes()).collect();
    let many = holder(&packed(&objects));
    let bombs: Vec<(&str, Vec<u8>)> = vec![
        ("one stream grows", page(stream("/Filter /FlateDecode", &zeros), &[])),
        ("twice packed", page(stream("/Filter [/FlateDecode /FlateDecode]", &twice), &[])),
        ("objects grow", page(stream("", REPORT), &holders)),
        ("many objects", page(stream("", REPORT), &[many])),
        ("a form shows itself", page(stream("", b"/X1 Do"), &[itself])),
        ("one page a hundred thousand times", pages),
        ("a table of letters grows", page(stream("", REPORT), &[stream("/Filter /FlateDecode", &zeros)])),
        ("arrays", page(stream("", &b"[ 1 ".repeat(1_000_000)), &[])),
        ("strings", page(stream("", &b"( ".repeat(1_000_000)), &[])),
        ("dictionaries", page(stream("", &b"<< /A ".repeat(1_000_000)), &[])),
        (
            "objects that refer to each other",
            page(b"5 0 R".to_vec(), &[b"7 0 R".to_vec(), b"6 0 R".to_vec()]),
        ),
    ];
    for (name, file) in bombs {
        let begun = Instant::now();
        let words = text(&file, Kind::Pdf);
        assert!(begun.elapsed() < SOON, "{name}: {:?}", begun.elapsed());
        assert!(words.ok().flatten().is_none_or(|words| words.len() <= 1024 * 1024), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_damaged_file_is_read_or_refused_and_never_panics(places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>()) {
        let form = stream("/Type /XObject /Subtype /Form", b"BT /F1 9 Tf (Dr. Adams) Tj ET");
        let mut file = page(stream("/Filter /FlateDecode", &packed(REPORT)), &[form]);
        for (place, byte) in places {
            let at = place.index(file.len());
            file[at] = byte;
        }
        let _ = text(&file, Kind::Pdf);
        file.truncate(cut.index(file.len()));
        let _ = text(&file, Kind::Pdf);
    }
}
