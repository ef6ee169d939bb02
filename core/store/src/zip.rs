//! zstd, with its tables kept from one text to the next: setting them up costs more than the work on a small one.

use std::cell::RefCell;
use std::io;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

use crate::read::decompressed;

/// Entries are of some kilobytes: higher levels take half as long again and save one byte in a hundred.
const LEVEL: i32 = 1;
/// After anything larger the tables are given back.
const LARGE: usize = 256 * 1024;
/// The longest text whose length is taken on trust from what is stored.
const TRUSTED: u64 = 64 * 1024 * 1024;

thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Bytes as one frame that states its length.
pub(crate) fn pack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let mut compressor = match kept.take() {
            Some(compressor) => compressor,
            None => Compressor::new(LEVEL)?,
        };
        let packed = compressor.compress(bytes)?;
        *kept = Some(compressor).filter(|_| bytes.len() <= LARGE);
        Ok(packed)
    })
}

/// The bytes of a frame that are `length` long at most.
pub(crate) fn unpack_within(frame: &[u8], length: usize) -> io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let mut decompressor = match kept.take() {
            Some(decompressor) => decompressor,
            None => Decompressor::new()?,
        };
        let bytes = decompressor.decompress(frame, length)?;
        *kept = Some(decompressor);
        Ok(bytes)
    })
}

/// The bytes of a frame that are `most` long at most. Whatever it declares, it takes no more memory than that, nor much more than there is.
pub(crate) fn unpack_at_most(frame: &[u8], most: u64) -> Option<Vec<u8>> {
    match usize::try_from(most) {
        Ok(length) if most <= TRUSTED => unpack_within(frame, length).ok(),
        _ => decompressed(frame, most),
    }
}

/// The bytes of a frame, as long as it says that they are, and no longer than anything that we keep.
pub(crate) fn unpack(frame: &[u8]) -> Option<Vec<u8>> {
    match get_frame_content_size(frame) {
        Ok(Some(length)) if length <= TRUSTED => unpack_at_most(frame, length),
        _ => decompressed(frame, TRUSTED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was_and_a_damaged_frame_does_not() {
        for length in [0, 1, 300, 5_000, LARGE + 1, 20] {
            let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n * n % 251).unwrap()).collect();
            let mut frame = pack(&bytes).unwrap();
            assert_eq!(unpack(&frame).unwrap(), bytes);
            assert_eq!(unpack_within(&frame, length).unwrap(), bytes);
            assert!(length == 0 || unpack_within(&frame, length - 1).is_err(), "no more than was asked for");
            let streamed = zstd::stream::encode_all(bytes.as_slice(), LEVEL).unwrap();
            assert_eq!(unpack(&streamed).unwrap(), bytes, "a frame of unknown length");
            frame.pop();
            assert!(unpack(&frame).is_none());
        }
    }
}
