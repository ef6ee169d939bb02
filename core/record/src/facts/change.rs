//! One change of the document, looked over before Automerge may apply it.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{Change, ChangeHash, ExpandedChange, ScalarValue};
use statement::DeviceId;

use super::fact::{FactDigest, digest};
use super::{MAX_FACT, guard};
use crate::Error;

/// A change that holds new facts of one device and nothing else.
#[derive(Clone)]
pub(super) struct Incoming {
    pub(super) change: Change,
    pub(super) device: DeviceId,
    pub(super) facts: Vec<(FactDigest, Vec<u8>)>,
}

impl Incoming {
    /// Checks a change as ADR 0001 says: only puts at the root, each key the digest of its value, no predecessors, under
    /// the writing device's own actor; and that no bit was flipped.
    pub(super) fn read(device: &DeviceId, bytes: &[u8]) -> Result<Self, Error> {
        guard::check(bytes)?;
        let (change, decoded) = guarded(|| decode(bytes))??;
        if decoded.actor_id.to_bytes() != device.as_bytes() {
            return Err(Error::NotFacts("it is under another device's name"));
        }
        if decoded.time != 0 || decoded.message.is_some() || !decoded.extra_bytes.is_empty() {
            return Err(Error::NotFacts("it carries something beside facts"));
        }
        let facts: Vec<_> = decoded.operations.into_iter().map(fact).collect::<Result<_, _>>()?;
        let names: BTreeSet<_> = facts.iter().map(|(name, _)| *name).collect();
        if facts.is_empty() || names.len() != facts.len() {
            return Err(Error::NotFacts("it is empty or repeats itself"));
        }
        Ok(Self { change, device: *device, facts })
    }

    pub(super) fn hash(&self) -> ChangeHash {
        self.change.hash()
    }
}

/// Runs what might panic on bytes that it did not foresee.
pub(super) fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Error::SetAside)
}

fn decode(bytes: &[u8]) -> Result<(Change, ExpandedChange), Error> {
    let change = Change::try_from(bytes).map_err(|_| Error::NotFacts("it cannot be decoded"))?;
    let hash = change.hash();
    // Reading a lone change does not compare its checksum: the first four bytes of its hash.
    if hash.0.get(..4) != bytes.get(4..8) {
        return Err(Error::NotFacts("it is damaged"));
    }
    let decoded = change.decode();
    Ok((change, decoded))
}

fn fact(op: Op) -> Result<(FactDigest, Vec<u8>), Error> {
    let put_at_root = op.obj == ObjectId::Root && op.pred.is_empty() && !op.insert;
    let (true, Key::Map(key), OpType::Put(ScalarValue::Bytes(value))) = (put_at_root, op.key, op.action)
    else {
        return Err(Error::NotFacts("it does more than add"));
    };
    if value.len() > MAX_FACT {
        return Err(Error::TooLarge { limit: MAX_FACT });
    }
    let name = digest(&value);
    if name.to_string() != key.as_str() {
        return Err(Error::NotFacts("a fact is not under its own digest"));
    }
    Ok((name, value))
}
