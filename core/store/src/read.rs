//! Reading.

mod acts;
mod device;
mod export;
mod facts;
pub(crate) mod file;
pub(crate) mod log;
pub(crate) mod notes;
pub(crate) mod parts;
mod reach;
mod rows;
pub(crate) mod search;
pub(crate) mod snippet;
pub(crate) mod threads;

use std::io::Read;

use record::row::Row;
use statement::Section;

use crate::error::{Error, Result};
use crate::zip;

/// A section's name as it is stored.
pub(crate) fn section(name: &str) -> Result<Section> {
    Section::new(name).map_err(|_| Error::Unreadable("section"))
}

/// A number that was stored as a positive one.
pub(crate) fn counted(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(|_| Error::Unreadable("number"))
}

/// The JSON of a row from what is stored.
pub(crate) fn unpacked(body: &[u8]) -> Result<Vec<u8>> {
    zip::unpack(body).ok_or(Error::Unreadable("row"))
}

/// What compressed bytes hold, if it is not more than `most`. Takes as much memory as there is, whatever they declare.
pub(crate) fn decompressed(compressed: &[u8], most: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut decoder = zstd::stream::read::Decoder::new(compressed).ok()?;
    decoder.window_log_max(WINDOW).ok()?;
    decoder.take(most.saturating_add(1)).read_to_end(&mut bytes).ok()?;
    u64::try_from(bytes.len()).is_ok_and(|length| length <= most).then_some(bytes)
}

/// What level 3 of compression ever asks for: 8 MiB, with room for later levels.
const WINDOW: u32 = 25;

/// A row from what is stored.
pub(crate) fn shown(body: &[u8]) -> Result<Row> {
    serde_json::from_slice(&unpacked(body)?).map_err(|_| Error::Unreadable("row"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a test looks at how much memory it took")]
    use super::*;

    /// A frame that declares 4 GiB, or any length, and holds little.
    fn declaring(length: u64, held: usize) -> Vec<u8> {
        let mut bytes = zstd::bulk::compress(&vec![7; held], 3).unwrap();
        // Descriptor: the content size in eight bytes, one segment. What follows the header stays as it was.
        let header = 4 + 1 + if held < 256 { 1 } else { 2 };
        let rest = bytes.split_off(header);
        bytes.truncate(4);
        bytes.push(0b1110_0000);
        bytes.extend(length.to_le_bytes());
        bytes.extend(rest);
        bytes
    }

    #[test]
    fn c15_a_length_that_is_only_declared_takes_no_memory() {
        let honest = zstd::bulk::compress(&[7; 100], 3).unwrap();
        assert_eq!(decompressed(&honest, 100).unwrap(), [7; 100]);
        assert_eq!(decompressed(&honest, 99), None, "more than allowed");
        assert_eq!(
            decompressed(&declaring(4 << 30, 100), 8 << 30),
            None,
            "a window of four gigabytes is refused"
        );
        let bomb = zstd::bulk::compress(&vec![0; 300 << 20], 3).unwrap();
        assert!(bomb.len() < 100_000);
        assert_eq!(decompressed(&bomb, 1 << 20), None);
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        if let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
            let most: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
            assert!(most < 600 * 1024, "{most} kB");
        }
    }
}
