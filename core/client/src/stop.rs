//! Ending what is under way.

use tokio::sync::watch;

use crate::Client;

/// What is asked of a sync or a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    GoOn,
    End,
    /// Also what begins from now on.
    EndForGood,
}

/// The word, and who waits for it.
pub(crate) struct Stop(watch::Sender<Word>);

impl Stop {
    pub fn new() -> Self {
        Self(watch::Sender::new(Word::GoOn))
    }

    fn say(&self, word: Word) {
        self.0.send_if_modified(|held| {
            let changes = *held != Word::EndForGood && *held != word;
            if changes {
                *held = word;
            }
            changes
        });
    }
}

impl Client {
    /// Ends a sync or a watch that is under way as soon as nothing is lost by it. What is left is taken up the next time.
    pub fn stop(&self) {
        self.inner.stop.say(Word::End);
    }

    /// The same, and what begins from now on ends at once: the record is about to be locked, and a sync that was asked for a moment
    /// before must not hold it open.
    pub fn stop_for_good(&self) {
        self.inner.stop.say(Word::EndForGood);
    }

    /// Something begins that [`Client::stop`] ends.
    pub(crate) fn go_on(&self) {
        self.inner.stop.say(Word::GoOn);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        *self.inner.stop.0.borrow() != Word::GoOn
    }

    /// Returns when [`Client::stop`] was called.
    pub(crate) async fn stopped(&self) {
        // The sender lives as long as the client.
        let _ = self.inner.stop.0.subscribe().wait_for(|word| *word != Word::GoOn).await;
    }
}
