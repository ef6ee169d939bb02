use crate::Error;
use minicbor::{Decode, Decoder, Encode};

#[derive(Decode)]
#[cbor(map)]
struct Format {
    #[n(0)]
    format: u16,
}

/// Reads a map whose key 0 is its format. The format is looked at first, since another one may have another shape.
pub fn read<'b, T: Decode<'b, ()>>(bytes: &'b [u8], format: u16, what: &'static str) -> Result<T, Error> {
    let found = read_any::<Format>(bytes, what)?.format;
    if found != format {
        return Err(Error::UnknownFormat { what, found });
    }
    read_any(bytes, what)
}

/// Reads one value and nothing after it.
pub fn read_any<'b, T: Decode<'b, ()>>(bytes: &'b [u8], what: &'static str) -> Result<T, Error> {
    let mut decoder = Decoder::new(bytes);
    match decoder.decode() {
        Ok(value) if decoder.position() == bytes.len() => Ok(value),
        _ => Err(Error::Damaged(what)),
    }
}

pub fn write<T: Encode<()>>(value: &T, what: &'static str) -> Result<Vec<u8>, Error> {
    minicbor::to_vec(value).map_err(|_| Error::Damaged(what))
}
