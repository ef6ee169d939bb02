//! Bounds on a change chunk before Automerge decodes it: a few bytes of run lengths could otherwise stand for billions of
//! operations, and a compressed chunk for gigabytes. Layout: Automerge's binary format, change chunks.

use super::{MAX_CHANGE, MAX_FACTS};
use crate::Error;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE_CHUNK: u8 = 1;
/// The only columns that puts at the root need: id in the upper bits, type in the lower three.
const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_META: u64 = 0x56;
const VALUE: u64 = 0x57;
const PREDECESSORS: u64 = 0x70;
const PUT: u64 = 1;
const BYTES: u64 = 7;
const KEY_LENGTH: u64 = 64;

/// Refuses what is not an uncompressed change of at most [`MAX_FACTS`] puts of byte strings under keys of 64 letters at
/// the root, or what carries anything beside (a message, other actors, trailing bytes).
pub(super) fn check(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > MAX_CHANGE {
        return Err(Error::TooLarge { limit: MAX_CHANGE });
    }
    read(bytes).ok_or(Error::NotFacts("it is not a list of new facts"))
}

fn read(bytes: &[u8]) -> Option<()> {
    let mut from = Reader(bytes);
    (from.take(4)? == MAGIC).then_some(())?;
    from.take(4)?;
    (from.take(1)? == [CHANGE_CHUNK]).then_some(())?;
    (from.unsigned()? == from.0.len() as u64).then_some(())?;
    let dependencies = from.unsigned()?;
    (dependencies <= bytes.len() as u64 / 32).then_some(())?;
    from.take(dependencies.checked_mul(32)?)?;
    let actor = from.unsigned()?;
    from.take(actor)?;
    from.unsigned()?; // sequence number
    from.unsigned()?; // first operation
    from.signed()?; // time
    let (message, other_actors) = (from.unsigned()?, from.unsigned()?);
    (message == 0 && other_actors == 0).then_some(())?;
    columns(&mut from)?;
    from.0.is_empty().then_some(())
}

fn columns(from: &mut Reader<'_>) -> Option<()> {
    let mut lengths = Vec::new();
    for _ in 0..from.unsigned().filter(|count| *count <= 16)? {
        let (column, length) = (from.unsigned()?, from.unsigned()?);
        lengths.last().is_none_or(|(last, _)| *last < column).then_some(())?;
        lengths.push((column, length));
    }
    let [mut keys, mut inserts, mut puts, mut values, mut predecessors] = [None; 5];
    let (mut meta, mut raw) = (0, 0);
    for (column, length) in lengths {
        let mut data = Reader(from.take(length)?);
        match column {
            KEY => keys = Some(data.texts()?),
            INSERT => inserts = Some(data.all_false()?),
            ACTION => puts = Some(data.runs(|action| (action == PUT).then_some(0))?.0),
            VALUE_META => {
                let (count, bytes) = data.runs(|meta| (meta % 16 == BYTES).then_some(meta / 16))?;
                (values, meta) = (Some(count), bytes);
            }
            VALUE => raw = length,
            PREDECESSORS => predecessors = Some(data.runs(|count| (count == 0).then_some(0))?.0),
            _ => (length == 0).then_some(())?,
        }
    }
    let puts = puts.filter(|count| (1..=MAX_FACTS as u64).contains(count));
    let whole = puts.is_some() && meta == raw && [keys, inserts, values, predecessors] == [puts; 4];
    whole.then_some(())
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// LEB128.
    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let mut value = 0i64;
        for shift in (0..63).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let unused = 64 - (shift + 7);
                return Some(value << unused >> unused);
            }
        }
        None
    }

    /// A run-length column of numbers: how many, and the sum of what `of` makes of each. Nulls are refused.
    fn runs(&mut self, of: impl Fn(u64) -> Option<u64>) -> Option<(u64, u64)> {
        let (mut count, mut sum) = (0u64, 0u64);
        while !self.0.is_empty() {
            let run = self.signed()?;
            let (times, numbers) = if run > 0 { (run.unsigned_abs(), 1) } else { (1, run.unsigned_abs()) };
            (run != 0 && run.unsigned_abs() <= MAX_FACTS as u64).then_some(())?;
            for _ in 0..numbers {
                sum = of(self.unsigned()?)?.checked_mul(times)?.checked_add(sum)?;
            }
            count = count.checked_add(run.unsigned_abs())?;
        }
        Some((count, sum))
    }

    /// A run-length column of keys: how many. No key may be repeated.
    fn texts(&mut self) -> Option<u64> {
        let mut count = 0u64;
        while !self.0.is_empty() {
            let run = self.signed()?;
            (run < 0 || run == 1).then_some(())?;
            for _ in 0..run.unsigned_abs() {
                (self.unsigned()? == KEY_LENGTH).then_some(())?;
                self.take(KEY_LENGTH)?;
            }
            count = count.checked_add(run.unsigned_abs())?;
        }
        Some(count)
    }

    /// A column of booleans that are all false: one run.
    fn all_false(&mut self) -> Option<u64> {
        let count = self.unsigned()?;
        self.0.is_empty().then_some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_bytes_that_stand_for_billions_of_operations_are_refused() {
        // The action column: a run of 2^40 puts.
        let mut run = Reader(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x01]);
        assert_eq!(run.runs(|_| Some(0)), None);
        let mut honest = Reader(&[0x03, 0x01]);
        assert_eq!(honest.runs(|_| Some(0)), Some((3, 0)));
    }

    #[test]
    fn numbers_are_read_as_written() {
        assert_eq!(Reader(&[0xe5, 0x8e, 0x26]).unsigned(), Some(624_485));
        assert_eq!(Reader(&[0x7f]).signed(), Some(-1));
        assert_eq!(Reader(&[0x80, 0x7f]).signed(), Some(-128));
        assert_eq!(Reader(&[0xff, 0xff]).unsigned(), None);
        assert_eq!(Reader(&[0xff; 12]).unsigned(), None);
    }
}
