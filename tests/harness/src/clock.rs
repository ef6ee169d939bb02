use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use client::platform::Clock;

/// A clock that stands still until it is turned; waiting turns it.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that shows `now` (Unix seconds).
    #[must_use]
    pub fn new(now: i64) -> Self {
        Self(AtomicI64::new(now))
    }

    /// Turns it by `seconds`, backwards too.
    pub fn turn(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    async fn sleep_until(&self, at: i64) {
        // A breath, so that answers under way may come in first.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        self.0.fetch_max(at, Ordering::SeqCst);
    }
}
