//! Finding secrets in bytes, whatever they are wrapped in.

use std::collections::BTreeMap;
use std::io::Read;

use data_encoding::{BASE64, BASE64URL, HEXLOWER};

/// The fewest bytes of an encoded secret that are looked for, so that chance does not find it.
const SHORTEST: usize = 9;
/// A compressed stream is read this far.
const INFLATED: u64 = 64 << 20;

/// Secrets in every form in which they are looked for.
#[derive(Default)]
pub struct Needles {
    /// By their first three bytes: the form in small letters, and what it is.
    forms: BTreeMap<[u8; 3], Vec<(Vec<u8>, String)>>,
}

impl Needles {
    /// Looks for a text from now on, also in small letters as an index might hold it.
    pub fn text(&mut self, name: &str, text: &str) {
        for text in [text.to_owned(), text.to_lowercase()] {
            self.bytes(name, text.as_bytes());
            let units = || text.encode_utf16();
            self.form(name, "UTF-16LE", units().flat_map(u16::to_le_bytes).collect());
            self.form(name, "UTF-16BE", units().flat_map(u16::to_be_bytes).collect());
            self.form(name, "address", text.replace(' ', "%20").into_bytes());
            self.form(name, "form field", text.replace(' ', "+").into_bytes());
        }
    }

    /// Looks for bytes from now on.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.form(name, "plain", bytes.to_vec());
        self.form(name, "hex", HEXLOWER.encode(bytes).into_bytes());
        let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
        self.form(name, "numbers", numbers.join(", ").into_bytes());
        for shift in 0..3 {
            // Without the letters that also depend on what stands before and after.
            let padded = [&[0; 2][..shift], bytes].concat();
            let before = (shift * 8).div_ceil(6);
            let after = padded.len() * 8 / 6;
            for (encoding, kind) in [(&BASE64, "base64"), (&BASE64URL, "base64url")] {
                let encoded = encoding.encode(&padded).into_bytes();
                self.form(name, kind, encoded[before..after].to_vec());
            }
        }
    }

    fn form(&mut self, name: &str, kind: &str, bytes: Vec<u8>) {
        let bytes = bytes.to_ascii_lowercase();
        assert!(bytes.len() >= SHORTEST, "{name} as {kind} is too short to be told from chance");
        let start = *bytes.first_chunk().unwrap();
        let forms = self.forms.entry(start).or_default();
        if !forms.iter().any(|(held, _)| *held == bytes) {
            forms.push((bytes, format!("{name} as {kind}")));
        }
    }

    /// Every secret in these bytes, and in what can be decompressed from any place in them.
    pub fn found_in(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = self.found_flat(bytes);
        for at in 0..bytes.len() {
            for (kind, inflated) in inflated(&bytes[at..]) {
                found.extend(self.found_flat(&inflated).into_iter().map(|what| format!("{what} in {kind}")));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    fn found_flat(&self, bytes: &[u8]) -> Vec<String> {
        let small = bytes.to_ascii_lowercase();
        let mut found = Vec::new();
        for (at, start) in small.windows(3).enumerate() {
            let start: &[u8; 3] = start.try_into().unwrap();
            let forms = self.forms.get(start).into_iter().flatten();
            found.extend(
                forms.filter(|(form, _)| small[at..].starts_with(form)).map(|(_, what)| what.clone()),
            );
        }
        found
    }
}

/// What a compressed stream that begins here holds, as far as it can be read.
fn inflated(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    let mut read = |kind, stream: &mut dyn Read| {
        let mut inflated = Vec::new();
        let _broken_off = stream.take(INFLATED).read_to_end(&mut inflated);
        if !inflated.is_empty() {
            found.push((kind, inflated));
        }
    };
    if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
        && let Ok(mut stream) = zstd::Decoder::with_buffer(bytes)
    {
        read("zstd", &mut stream);
    }
    if bytes.starts_with(&[0x1f, 0x8b, 8]) {
        read("gzip", &mut flate2::read::GzDecoder::new(bytes));
    }
    if matches!(bytes, [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..]) {
        read("zlib", &mut flate2::read::ZlibDecoder::new(bytes));
    }
    found
}

/// Each form, planted among other bytes, is found: else finding nothing would mean nothing.
#[test]
fn a_planted_secret_is_found_in_every_form() {
    let secret = "Marzipan-Lighthouse 77";
    let mut needles = Needles::default();
    needles.text("secret", secret);
    needles.bytes("key", &[7, 200, 3, 91, 14, 250, 33, 8, 77, 120, 2, 65]);
    let noise: Vec<u8> = (0..5000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert_eq!(needles.found_in(&noise), Vec::<String>::new());

    let utf16: Vec<u16> = secret.encode_utf16().collect();
    let sentence = format!("a note about {secret}, and more");
    let zstd = zstd::encode_all(sentence.as_bytes(), 3).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, sentence.as_bytes()).unwrap();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut zlib, sentence.as_bytes()).unwrap();
    let mut planted: Vec<(&str, Vec<u8>)> = vec![
        ("plain", sentence.clone().into_bytes()),
        ("plain", sentence.to_lowercase().into_bytes()),
        ("plain", sentence.to_uppercase().into_bytes()),
        ("UTF-16LE", utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
        ("UTF-16BE", utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
        ("hex", HEXLOWER.encode(sentence.as_bytes()).into_bytes()),
        ("hex", HEXLOWER.encode(sentence.as_bytes()).to_uppercase().into_bytes()),
        ("address", b"https://x.example/?note=a%20Marzipan-Lighthouse%2077".to_vec()),
        ("form field", b"note=a+Marzipan-Lighthouse+77".to_vec()),
        ("numbers", format!("{:?}", secret.as_bytes()).into_bytes()),
        ("zstd", zstd),
        ("gzip", gzip.finish().unwrap()),
        ("zlib", zlib.finish().unwrap()),
    ];
    for before in ["", "x", "xy"] {
        let text = format!("{before}{secret}?>~");
        planted.push(("base64", BASE64.encode(text.as_bytes()).into_bytes()));
        planted.push(("base64", BASE64URL.encode(text.to_lowercase().as_bytes()).into_bytes()));
    }
    for (kind, bytes) in planted {
        let whole = [&noise[..1234], &bytes, &noise[..777]].concat();
        let found = needles.found_in(&whole);
        assert!(found.iter().any(|what| what.contains(kind)), "{kind}: {found:?}");
    }
    let key = [&noise[..99], &[7, 200, 3, 91, 14, 250, 33, 8, 77, 120, 2, 65], &noise[..9]].concat();
    assert_eq!(needles.found_in(&key), ["key as plain"]);
}
