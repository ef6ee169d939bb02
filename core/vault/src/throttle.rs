//! How long to wait before the next passphrase. Five tries are free; then 30 seconds, doubling to an hour.
//!
//! Count first, try after: store [`Attempts::failed`] *before* the passphrase is tried and [`Attempts::cleared`] when it was right, so
//! that killing the app in between costs a try and does not save one. Setting the clock back starts the wait anew; setting it forward
//! shortens it, which only a clock that the person cannot set could prevent. The cost of Argon2id is what protects a stolen file; this
//! protects a phone in somebody's hand.
//!
//! Form: CBOR map {0: format 1, 1: failures, 2: last try in Unix seconds}.

use crate::{Error, cbor};
use minicbor::{Decode, Encode};

const FORMAT: u16 = 1;
const WHAT: &str = "count of tries";
const FREE: u32 = 5;
const FIRST: i64 = 30;
const LONGEST: i64 = 3_600;

/// The tries since the last right passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// How many.
    pub failures: u32,
    /// When the last one was, in Unix seconds.
    pub last_try: i64,
}

/// What [`Attempts::wait`] finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Seconds until the next try; 0 when it may be made now.
    pub seconds: i64,
    /// What to store in place of what was read: the same, but when the clock was set back.
    pub attempts: Attempts,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Stored {
    #[n(0)]
    format: u16,
    #[n(1)]
    failures: u32,
    #[n(2)]
    last_try: i64,
}

impl Attempts {
    /// How long to wait from `now` (Unix seconds). A clock behind the last try counts as the last try: the whole delay runs from `now`.
    pub fn wait(&self, now: i64) -> Wait {
        let attempts = Self { failures: self.failures, last_try: self.last_try.min(now) };
        let since = now.saturating_sub(attempts.last_try);
        let seconds = attempts.delay().saturating_sub(since).max(0);
        Wait { seconds, attempts }
    }

    /// One more try at `now`. Stored before the try is made.
    pub fn failed(&self, now: i64) -> Self {
        Self { failures: self.failures.saturating_add(1), last_try: now }
    }

    /// After a right passphrase.
    pub fn cleared() -> Self {
        Self::default()
    }

    /// What to assume when the stored count is there but cannot be read: the free tries are used up, just now.
    pub fn unreadable(now: i64) -> Self {
        Self { failures: FREE, last_try: now }
    }

    /// The stored form.
    pub fn encode(&self) -> Vec<u8> {
        let stored = Stored { format: FORMAT, failures: self.failures, last_try: self.last_try };
        // Nothing in these three numbers can fail to be written; if it did, no bytes are read back as `unreadable`.
        cbor::write(&stored, WHAT).unwrap_or_default()
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`Error::Damaged`] or [`Error::UnknownFormat`]; [`Attempts::unreadable`] says how to go on.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let stored: Stored = cbor::read(bytes, FORMAT, WHAT)?;
        Ok(Self { failures: stored.failures, last_try: stored.last_try })
    }

    fn delay(&self) -> i64 {
        let Some(doublings) = self.failures.checked_sub(FREE) else {
            return 0;
        };
        let factor = 1_i64.checked_shl(doublings.min(30)).unwrap_or(1);
        FIRST.saturating_mul(factor).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_783_000_000;

    fn after(failures: u32) -> Attempts {
        Attempts { failures, last_try: NOW }
    }

    #[test]
    fn five_tries_are_free_and_then_it_doubles_to_an_hour() {
        let mut attempts = Attempts::cleared();
        let mut delays = Vec::new();
        for _ in 0..14 {
            delays.push(attempts.wait(NOW).seconds);
            attempts = attempts.failed(NOW);
        }
        assert_eq!(delays, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(after(u32::MAX).wait(NOW).seconds, 3_600);
        assert_eq!(after(u32::MAX).failed(NOW), after(u32::MAX));
    }

    #[test]
    fn waiting_makes_the_rest_shorter() {
        assert_eq!(after(6).wait(NOW + 1).seconds, 59);
        assert_eq!(after(6).wait(NOW + 59).seconds, 1);
        assert_eq!(after(6).wait(NOW + 60).seconds, 0);
        assert_eq!(after(6).wait(NOW + 1).attempts, after(6));
    }

    #[test]
    fn a_clock_set_back_gives_the_full_delay_from_now() {
        let back = NOW - 86_400;
        let wait = after(7).wait(back);
        assert_eq!(wait.seconds, 120);
        assert_eq!(wait.attempts, Attempts { failures: 7, last_try: back });
        // From there it runs by the clock as it is now, and ends.
        assert_eq!(wait.attempts.wait(back + 100).seconds, 20);
        assert_eq!(wait.attempts.wait(back + 120).seconds, 0);
    }

    #[test]
    fn a_killed_app_forgets_nothing() {
        let stored = after(8).encode();
        let read = Attempts::decode(&stored).unwrap();
        assert_eq!(read, after(8));
        assert_eq!(read.wait(NOW).seconds, 240);
    }

    #[test]
    fn a_count_that_cannot_be_read_is_no_way_around_it() {
        assert_eq!(Attempts::decode(b""), Err(Error::Damaged(WHAT)));
        assert_eq!(Attempts::unreadable(NOW).wait(NOW).seconds, 30);
        let mut later = after(1).encode();
        later[2] = 2;
        let refused = Error::UnknownFormat { what: WHAT, found: 2 };
        assert_eq!(Attempts::decode(&later), Err(refused));
    }

    proptest! {
        #[test]
        fn no_clock_makes_it_longer_than_an_hour_or_negative(failures: u32, last_try: i64, now: i64) {
            let attempts = Attempts { failures, last_try };
            let wait = attempts.wait(now);
            prop_assert!((0..=3_600).contains(&wait.seconds));
            prop_assert!(wait.attempts.last_try <= now);
            prop_assert_eq!(Attempts::decode(&attempts.encode()), Ok(attempts));
        }
    }
}
