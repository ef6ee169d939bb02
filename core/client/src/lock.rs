//! Forgetting everything that opened a record: the strict mode.

use std::sync::Arc;

use crate::Client;

impl Client {
    /// Closes the record and overwrites what opened it: this device's signing key, the key of its sealed secrets, and SQLCipher's
    /// own keys. Nothing is synced until [`Client::open`]. What is under way is told to end, as by [`Client::stop_for_good`].
    ///
    /// What screens were given is the host's: views, texts and files are ordinary memory. A host whose global allocator overwrites
    /// what is freed, and that has called [`crate::platform::system::wipe_memory`] before it opened the record, leaves none of it behind.
    ///
    /// A host that wants to go on syncing in the background does not call this: it gates its screens instead.
    ///
    /// # Errors
    /// Gives the client back while something else holds the record: a clone, a subscription, a sign-in, a sync. Nothing is closed then, and nothing
    /// is synced any more.
    pub fn lock(self) -> Result<(), Self> {
        self.stop_for_good();
        match Arc::try_unwrap(self.inner) {
            Ok(inner) => {
                drop(inner);
                Ok(())
            }
            Err(inner) => Err(Self { inner }),
        }
    }
}
