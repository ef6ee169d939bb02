use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

use super::MAX_FACT;
use crate::Error;

/// Keys of a fact that this version reads.
const KNOWN: std::ops::RangeInclusive<i64> = 0..=9;

/// What a later version says in a fact beside what this one reads: kept, and said again, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Later {
    /// Keys, and their values in CBOR.
    fields: Vec<(i64, Vec<u8>)>,
}

impl Later {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// CBOR: a map of its keys.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = header(self.fields.len());
        self.append(&mut bytes);
        bytes
    }

    /// Reads what [`Later::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`Error::Fact`] for what is no such map, or speaks of what this version reads; [`Error::TooLarge`] over [`MAX_FACT`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_FACT {
            return Err(Error::TooLarge { limit: MAX_FACT });
        }
        let all = fields(bytes).filter(|all| all.iter().all(|(key, _)| !KNOWN.contains(key)));
        all.map(|fields| Self { fields }).ok_or(Error::Fact)
    }

    /// What a fact's bytes say that this version does not read.
    pub(super) fn of(fact: &[u8]) -> Result<Self, Error> {
        let mut fields = fields(fact).ok_or(Error::Fact)?;
        fields.retain(|(key, _)| !KNOWN.contains(key));
        Ok(Self { fields })
    }

    /// The bytes of a fact, a map of few keys, with these beside them.
    pub(super) fn beside(&self, fact: Vec<u8>) -> Vec<u8> {
        let Some((first, rest)) = fact.split_first().filter(|_| !self.is_empty()) else { return fact };
        let mut bytes = header(usize::from(first & 0x1f).saturating_add(self.fields.len()));
        bytes.extend_from_slice(rest);
        self.append(&mut bytes);
        bytes
    }

    fn append(&self, bytes: &mut Vec<u8>) {
        for (key, value) in &self.fields {
            let mut key_of = Encoder::new(&mut *bytes);
            // A vector takes everything.
            let _ = key_of.i64(*key);
            bytes.extend_from_slice(value);
        }
    }
}

fn header(count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = Encoder::new(&mut bytes).map(u64::try_from(count).unwrap_or(u64::MAX));
    bytes
}

/// Keys and values of a map that is all there is.
fn fields(bytes: &[u8]) -> Option<Vec<(i64, Vec<u8>)>> {
    let mut from = Decoder::new(bytes);
    let count = from.map().ok()?;
    let mut fields = Vec::new();
    loop {
        let has_more = match count {
            Some(count) => u64::try_from(fields.len()).is_ok_and(|read| read < count),
            None => from.datatype().ok()? != Type::Break,
        };
        if !has_more {
            break;
        }
        let key = from.i64().ok()?;
        let begins = from.position();
        from.skip().ok()?;
        fields.push((key, bytes.get(begins..from.position())?.to_vec()));
    }
    if count.is_none() {
        from.skip().ok()?;
    }
    (from.position() == bytes.len()).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Fact, KIND_NOTE};

    fn plain() -> Fact {
        Fact {
            kind: KIND_NOTE.to_owned(),
            subjects: Vec::new(),
            member: statement::MemberId::new([1; 16]),
            written_at: 1,
            nonce: [1; 16],
            replaces: Vec::new(),
            text: None,
            deleted: false,
            revisions: Vec::new(),
            body: None,
            later: Later::default(),
        }
    }

    /// {10: "high", 300: [1, {2: 3}], -1: null}
    const SAID: &[u8] = b"\xa3\x0a\x64high\x19\x01\x2c\x82\x01\xa1\x02\x03\x20\xf6";

    #[test]
    fn c14_what_a_later_version_says_in_a_fact_is_read_and_said_again_byte_for_byte() {
        let later = Later::from_bytes(SAID).unwrap();
        assert_eq!(later.to_bytes(), SAID);
        let fact = Fact { later: later.clone(), ..plain() };
        let bytes = fact.encode().unwrap();
        assert_ne!(fact.digest().unwrap(), plain().digest().unwrap());
        assert_eq!(Fact::decode(&bytes).unwrap(), fact);
        assert_eq!(Fact::decode(&bytes).unwrap().encode().unwrap(), bytes);
        assert!(plain().later.is_empty() && plain().later.to_bytes() == [0xa0]);
        // Thirty keys need a longer header.
        let many = Later { fields: (10..40).map(|key| (key, vec![0xf6])).collect() };
        let fact = Fact { later: many, ..plain() };
        assert_eq!(Fact::decode(&fact.encode().unwrap()).unwrap(), fact);
    }

    #[test]
    fn what_is_no_such_map_is_refused() {
        for hostile in [
            &b""[..],
            b"\xa1\x0a",
            b"\xa1\x05\xf6",
            b"\xa0\x00",
            b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x80",
        ] {
            assert_eq!(Later::from_bytes(hostile), Err(Error::Fact), "{hostile:02x?}");
        }
        assert!(matches!(Later::from_bytes(&vec![0; MAX_FACT + 1]), Err(Error::TooLarge { .. })));
    }
}
