//! How hard one host is asked.

use crate::{
    Failure, Response,
    fetch::{Fault, IN_FLIGHT, Outcome},
    http,
};

/// After so many failures to get anything from the portal in a row the run ends.
pub(crate) const SILENT: u32 = 12;
/// After so many answers in a row that the portal had an error the run ends, when nothing came before them; also when something
/// did, if they say that nobody is behind the door (502, 503, 504).
const BROKEN: u32 = 24;
/// After so many answers in a row that were too large the run ends: they cost the person's money.
const FLOODS: u32 = 12;
/// Bytes of answers that are taken in one run.
const MOST_BYTES: u64 = 1 << 30;
/// Seconds for which one run goes on.
const LONGEST_RUN: i64 = 3_600;
/// The longest pause after failures, as a power of two of seconds.
const LONGEST_PAUSE: u32 = 4;

/// What it means when a portal gave nothing at all, or nothing but "too many requests".
pub(crate) fn silence(result: &Result<Response, Failure>) -> Option<Outcome> {
    match result {
        Err(failure @ (Failure::Network(_) | Failure::Unsent(_) | Failure::Timeout)) => {
            Some(failure.clone().into())
        }
        Ok(answer) if answer.status == 429 => Some(Fault::Busy.outcome("")),
        _ => None,
    }
}

/// What the answers so far ask for: when the next request may go, how often it is tried, and when there is no point in any.
pub(super) struct Pace {
    /// Nothing is sent before this instant.
    pub hold: i64,
    began: i64,
    bytes: u64,
    /// Failures to get anything, in a row.
    silent: u32,
    /// The same, and answers that the portal had an error.
    strikes: u32,
    /// Answers of a door with nobody behind it, in a row.
    doors: u32,
    /// Something that was asked for was answered.
    answered: bool,
    /// Answers that were too large, in a row.
    floods: u32,
    chance: Option<u64>,
}

impl Pace {
    pub fn new(began: i64) -> Self {
        Self {
            hold: i64::MIN,
            began,
            bytes: 0,
            silent: 0,
            strikes: 0,
            doors: 0,
            answered: false,
            floods: 0,
            chance: None,
        }
    }

    /// From here on waits are longer by up to half of themselves, so that many devices do not come back at once.
    pub fn jitter(&mut self, seed: u64) {
        self.chance = Some(seed);
    }

    /// Counts what came; `asks`: for data that was asked for, as opposed to tokens and the like, which others may answer. The run
    /// ends with what is returned.
    pub fn count(&mut self, result: &Result<Response, Failure>, now: i64, asks: bool) -> Option<Outcome> {
        self.bytes = self.bytes.saturating_add(match result {
            Ok(answer) => u64::try_from(answer.body.len()).unwrap_or(u64::MAX),
            Err(Failure::TooLarge) => http::PAGE as u64,
            Err(_) => 0,
        });
        self.floods += u32::from(matches!(result, Err(Failure::TooLarge)));
        let silence = silence(result);
        self.silent = if silence.is_some() { self.silent + 1 } else { 0 };
        let broken = match result {
            Ok(answer) => answer.status >= 500,
            Err(failure) => *failure == Failure::Garbled,
        };
        let failed = silence.is_some() || broken;
        let door = result.as_ref().is_ok_and(|answer| matches!(answer.status, 502..=504));
        self.doors = if door { self.doors + 1 } else { 0 };
        self.answered |= asks && !failed;
        self.strikes = if failed { self.strikes + 1 } else { 0 };
        if failed && self.strikes.is_multiple_of(ROUND) {
            let pause = 1_i64 << (self.strikes / ROUND).min(LONGEST_PAUSE);
            self.hold(now.saturating_add(pause), now);
        }
        match silence {
            Some(outcome) if self.silent >= SILENT => Some(outcome),
            _ if self.floods >= FLOODS => Some(flooded()),
            _ if broken && self.is_down() => Some(down(result)),
            _ => None,
        }
    }

    /// Whether there is no point in asking on: whatever is asked for, the portal has an error.
    fn is_down(&self) -> bool {
        let shut = self.doors >= if self.answered { BROKEN } else { SILENT };
        shut || (!self.answered && self.strikes >= BROKEN)
    }

    /// Counts whether what came was too much to be read. The run ends with what is returned.
    pub fn took(&mut self, too_large: bool) -> Option<Outcome> {
        self.floods = if too_large { self.floods + 1 } else { 0 };
        (self.floods >= FLOODS).then(flooded)
    }

    /// Why no more is asked in this run, once it has had enough.
    pub fn enough(&self, now: i64, resources: usize) -> Option<Outcome> {
        let over = self.bytes > MOST_BYTES
            || resources > super::MOST_RESOURCES
            || now.saturating_sub(self.began) > LONGEST_RUN;
        over.then(|| Fault::Enough.outcome(""))
    }

    /// Whether what fails is worth another try in this run. A portal that fails at everything is asked for each thing once.
    pub fn tries_again(&self) -> bool {
        self.strikes < 2 * ROUND
    }

    /// Nothing is sent before `at`, and a little.
    pub fn hold(&mut self, at: i64, now: i64) {
        let at = self.spread(at, now);
        self.hold = self.hold.max(at);
    }

    /// `at`, or a little later.
    pub fn spread(&mut self, at: i64, now: i64) -> i64 {
        let half = u64::try_from(at.saturating_sub(now)).unwrap_or(0) / 2;
        let Some(seed) = &mut self.chance else { return at };
        // splitmix64
        *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let more = (mixed ^ (mixed >> 31)) % (half + 1);
        at.saturating_add(i64::try_from(more).unwrap_or(0))
    }
}

fn down(result: &Result<Response, Failure>) -> Outcome {
    match result {
        Ok(answer) => Fault::Server.outcome(&format!("status {}, whatever was asked for", answer.status)),
        Err(_) => Fault::Server.outcome(http::GARBLED),
    }
}

fn flooded() -> Outcome {
    Fault::Stopped.outcome("its answers are too large")
}

/// As many as are under way at once.
const ROUND: u32 = IN_FLIGHT as u32;

#[cfg(test)]
mod tests {
    use super::*;

    fn broken() -> Result<Response, Failure> {
        Ok(Response { status: 500, headers: Vec::new(), body: Vec::new() })
    }

    fn good() -> Result<Response, Failure> {
        Ok(Response { status: 200, headers: Vec::new(), body: vec![0; 1 << 20] })
    }

    #[test]
    fn a_portal_that_fails_at_everything_is_given_time_and_one_that_answers_is_not() {
        let mut pace = Pace::new(0);
        let mut pauses = Vec::new();
        for _ in 0..23 {
            assert_eq!(pace.count(&broken(), 1_000, true), None, "it is not silent");
            pauses.push(pace.hold.max(1_000) - 1_000);
        }
        assert_eq!(pauses.iter().step_by(4).copied().collect::<Vec<_>>(), [0, 2, 4, 8, 16, 16]);
        assert!(!pace.tries_again());
        assert_eq!(pace.count(&broken(), 1_000, true), Some(down(&broken())), "nothing ever came");
        pace.count(&good(), 1_000, true);
        assert!(pace.tries_again());
    }

    #[test]
    fn a_door_with_nobody_behind_it_ends_the_run_and_a_few_broken_kinds_do_not() {
        let shut = || Ok(Response { status: 502, headers: Vec::new(), body: Vec::new() });
        let after = |pace: &mut Pace, what: &dyn Fn() -> Result<Response, Failure>| {
            (1..=60).find(|_| pace.count(&what(), 0, true).is_some())
        };
        assert_eq!(after(&mut Pace::new(0), &shut), Some(12));
        let mut pace = Pace::new(0);
        pace.count(&good(), 0, false);
        assert_eq!(after(&mut pace, &shut), Some(12), "tokens may come from elsewhere");
        let mut pace = Pace::new(0);
        pace.count(&good(), 0, true);
        assert_eq!(after(&mut pace, &shut), Some(24), "it went away in the middle");
        let mut pace = Pace::new(0);
        pace.count(&good(), 0, true);
        assert_eq!(after(&mut pace, &broken), None, "many kinds of data may be broken for themselves");
        assert_eq!(after(&mut Pace::new(0), &|| Err(Failure::Garbled)), Some(24));
    }

    #[test]
    fn waits_are_spread_by_up_to_half_and_never_shortened() {
        let (mut seen, mut pace) = (std::collections::BTreeSet::new(), Pace::new(0));
        assert_eq!(pace.spread(160, 100), 160, "without random bytes exactly as asked");
        for seed in 0..200 {
            pace.jitter(seed);
            let at = pace.spread(160, 100);
            assert!((160..=190).contains(&at), "{at}");
            seen.insert(at);
        }
        assert!(seen.len() > 20, "{seen:?}");
        assert_eq!(pace.spread(100, 100), 100);
    }

    #[test]
    fn one_run_takes_so_much_and_no_more() {
        let mut pace = Pace::new(0);
        for _ in 0..1_024 {
            assert_eq!((pace.count(&good(), 0, true), pace.enough(0, 0)), (None, None));
        }
        pace.count(&good(), 0, true);
        assert!(pace.enough(0, 0).is_some());
        let pace = Pace::new(0);
        assert!(pace.enough(3_600, super::super::MOST_RESOURCES).is_none());
        assert!(
            pace.enough(3_601, 0).is_some() && pace.enough(0, super::super::MOST_RESOURCES + 1).is_some()
        );
    }

    #[test]
    fn answers_that_are_too_large_again_and_again_end_the_run() {
        let mut pace = Pace::new(0);
        for _ in 0..11 {
            assert_eq!(pace.count(&Err(Failure::TooLarge), 0, true), None);
        }
        assert_eq!(pace.took(false), None, "one that can be read makes good for them");
        for _ in 0..11 {
            assert_eq!((pace.count(&good(), 0, true), pace.took(true)), (None, None));
        }
        assert_eq!(pace.count(&Err(Failure::TooLarge), 0, true), Some(flooded()));
    }
}
