/// What is done to a seed: how, where, and with what.
pub type Change = (u8, u32, u16);

/// The most that an input grows to.
const MOST: usize = 64 * 1024;

/// Pieces of what is read: JSON, addresses, CBOR, and letters that act.
const WORDS: &[&[u8]] = &[
    b"null",
    b"true",
    b"{}",
    b"[]",
    b"[",
    b"{",
    b"\"",
    b"\\",
    b",",
    b":",
    b"}",
    b"]",
    b"-0",
    b"1e999",
    b"-1",
    b"9223372036854775808",
    b"18446744073709551616",
    b"0.1e-400",
    b"\"\"",
    b"\"\\u0000\"",
    b"\"\\ud800\"",
    b"\"\\u202e\"",
    b"\"$serde_json::private::Number\"",
    b"\"$serde_json::private::RawValue\"",
    b"\"resourceType\":\"Patient\",",
    b"\"id\":\"p1\",",
    b"\"id\":\"../..\",",
    b"\"status\":\"entered-in-error\",",
    b"\"subject\":{\"reference\":\"Patient/eve\"},",
    b"\"modifierExtension\":[{}],",
    b"\"contained\":[{}],",
    b"\"extension\":[{\"url\":\"x\",\"valueString\":\"y\"}],",
    b"\"link\":[{\"relation\":\"next\",\"url\":\"//evil.example/\"}],",
    b"\"value\":",
    b"\"issuer\":",
    b"&state=",
    b"state=",
    b"&code=x",
    b"&iss=https%3A%2F%2Fportal.example",
    b"%00",
    b"%ff",
    b"#",
    b"?",
    b"&",
    b"=",
    b"+",
    b"@",
    b"//",
    b"/../",
    b"javascript:",
    b"http://",
    b"https://",
    b"\\",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xc0\x80",
    b"\x9f",
    b"\xbf\xff",
    b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xf6",
    b"<script>",
    b"<![CDATA[",
    b"<div xmlns=\"http://www.w3.org/1999/xhtml\">",
    b"2026-02-30",
    b"0000",
    b"+14:00",
    b".",
    b"..",
];

/// A seed with changes.
pub fn changed(seeds: &[Vec<u8>], which: u16, changes: &[Change]) -> Vec<u8> {
    let seed = |which: u16| &seeds[usize::from(which) % seeds.len()];
    let mut bytes = seed(which).clone();
    for (how, place, with) in changes.iter().take(24) {
        let at = if bytes.is_empty() { 0 } else { *place as usize % (bytes.len() + 1) };
        let length = usize::from(*with) % 200;
        let end = (at + length).min(bytes.len());
        let word = WORDS[usize::from(*with) % WORDS.len()];
        match how % 12 {
            0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (with % 8)),
            1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = *with as u8),
            2 => bytes.insert(at, *with as u8),
            3 => drop(bytes.drain(at..end)),
            4 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
            5 if *with % 8 == 0 => bytes.truncate(at),
            5 | 6 => drop(bytes.splice(at..at, word.to_vec())),
            7 => drop(bytes.splice(at..end, word.to_vec())),
            8 => {
                let other = seed(*with);
                let from = *place as usize % (other.len() + 1);
                let piece = other[from..(from + 300).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            9 => value_replaced(&mut bytes, at, word),
            10 => member_doubled(&mut bytes, at, word),
            _ => {
                let piece = bytes[at..end.min(at + 20)].to_vec();
                bytes.splice(at..at, piece.repeat(usize::from(*with) % 300));
            }
        }
        bytes.truncate(MOST);
    }
    bytes
}

/// The JSON value after the next colon becomes another one.
fn value_replaced(bytes: &mut Vec<u8>, at: usize, word: &[u8]) {
    if let Some((_, value)) = member(bytes, at) {
        bytes.splice(value, word.iter().copied());
    }
}

/// The next JSON member comes twice, the first time with another value.
fn member_doubled(bytes: &mut Vec<u8>, at: usize, word: &[u8]) {
    if let Some((name, value)) = member(bytes, at) {
        let mut twice = bytes[name.start..value.start].to_vec();
        twice.extend(word);
        twice.push(b',');
        bytes.splice(name.start..name.start, twice);
    }
}

/// Where the next member's name and its value are, if the value is a text or a bare word.
fn member(bytes: &[u8], at: usize) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let colon = at + bytes.get(at..)?.windows(2).position(|two| two == b"\":")? + 1;
    let name = bytes[..colon - 1].iter().rposition(|byte| *byte == b'"')?;
    let start = colon + 1;
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']');
    let end = match bytes.get(start)? {
        b'"' => start + 2 + bytes[start + 1..].iter().position(|byte| *byte == b'"')?,
        _ => start + bytes[start..].iter().position(ends)?,
    };
    Some((name..colon, start..end))
}
