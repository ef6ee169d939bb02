//! Caps on what is read and written. Both sides use the same ones, so that no device writes what another refuses.

use crate::Error;
use minicbor::{Decode, Decoder, decode};

/// A whole statement, in bytes.
pub const STATEMENT: usize = 16 * 1024 * 1024;
/// Entries of a page, missing ids of a listing, changes of a facts body.
pub const ENTRIES: usize = 100_000;
/// Heads of other chains named by one statement.
pub const HEADS: usize = 10_000;
/// A statement's kind, in bytes.
pub const KIND: usize = 64;
/// A resource's type, in bytes.
pub const TYPE: usize = 64;
/// A resource's or a patient's id, in bytes. FHIR allows 64; servers do not keep to it.
pub const ID: usize = 1_024;
/// A portal's address, in bytes.
pub const ISSUER: usize = 2_048;
/// The name of a slot of the fetch plan, in bytes.
pub const SLOT: usize = 1_024;
/// A person's or a portal's name, in bytes.
pub const NAME: usize = 1_024;
/// The largest number and the largest clock: what a signed 64-bit column holds.
pub const NUMBER: u64 = i64::MAX as u64;

/// Decodes a whole byte string, or says that `what` is not readable. Bytes after the value are refused.
pub(crate) fn decode_all<'b, T: Decode<'b, ()>>(bytes: &'b [u8], what: &'static str) -> Result<T, Error> {
    at_most(bytes.len(), STATEMENT, what)?;
    let mut decoder = Decoder::new(bytes);
    let value = decoder.decode().map_err(|_| Error::Malformed(what))?;
    if decoder.position() == bytes.len() { Ok(value) } else { Err(Error::Malformed(what)) }
}

/// Encodes a value that has been checked against its caps.
pub(crate) fn encode_all<T: minicbor::Encode<()>>(value: &T, what: &'static str) -> Result<Vec<u8>, Error> {
    let bytes = minicbor::to_vec(value).map_err(|_| Error::Malformed(what))?;
    at_most(bytes.len(), STATEMENT, what)?;
    Ok(bytes)
}

pub(crate) fn at_most(size: usize, most: usize, what: &'static str) -> Result<(), Error> {
    if size <= most {
        return Ok(());
    }
    Err(Error::TooLarge { what, most: most as u64 })
}

pub(crate) fn number_at_most(number: u64, what: &'static str) -> Result<(), Error> {
    if number <= NUMBER {
        return Ok(());
    }
    Err(Error::TooLarge { what, most: NUMBER })
}

/// A list of heads: stops at the cap, so that a small lie about a length costs nothing.
pub(crate) fn heads<'b, Ctx, T: Decode<'b, Ctx>>(
    decoder: &mut Decoder<'b>,
    context: &mut Ctx,
) -> Result<Vec<T>, decode::Error> {
    list(decoder, context, HEADS)
}

/// A list of entries, likewise.
pub(crate) fn entries<'b, Ctx, T: Decode<'b, Ctx>>(
    decoder: &mut Decoder<'b>,
    context: &mut Ctx,
) -> Result<Vec<T>, decode::Error> {
    list(decoder, context, ENTRIES)
}

fn list<'b, Ctx, T: Decode<'b, Ctx>>(
    decoder: &mut Decoder<'b>,
    context: &mut Ctx,
    most: usize,
) -> Result<Vec<T>, decode::Error> {
    let mut values = Vec::new();
    for value in decoder.array_iter_with(context)? {
        if values.len() == most {
            return Err(decode::Error::message("too many"));
        }
        values.push(value?);
    }
    Ok(values)
}
