//! One opened record.

mod acting;
pub mod door;
mod held;
mod reading;
mod signing_in;
mod syncing;
mod whole;
mod writing;

use std::sync::Arc;

pub(crate) use held::Held;

use crate::give::Give;
use crate::{HealthError, NetworkPort, Subscription, Wanted};

/// One opened record. Every call that asks the record or a portal is asynchronous and runs on threads of the library.
///
/// A call that is cancelled before its turn came is not begun. One that is under way goes on to its end by itself, so that
/// nothing is left half done at a portal; a sync or a watch is then told to stop.
#[derive(uniffi::Object)]
pub struct Client {
    held: Arc<Held>,
}

impl Client {
    fn of(client: ::client::Client, network: Arc<dyn NetworkPort>) -> Arc<Self> {
        Arc::new(Self { held: Arc::new(Held::new(client, network)) })
    }
}

#[uniffi::export]
impl Client {
    /// Closes the record and overwrites what opened it. Subscriptions end with `Locked`, as does every later call; a sign-in
    /// under way is dropped. What is under way is told to end, and waited for. Locking twice is no error.
    ///
    /// An app that wants to go on syncing in the background does not call this: it gates its screens instead.
    pub async fn lock(&self) -> Result<(), HealthError> {
        self.held.clone().lock().await
    }

    /// Whether `lock` was called. Quick.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.held.is_locked()
    }

    /// Follows a view. Quick: nothing is read before the first `next`.
    ///
    /// A subscription ends when it is ended, when it is freed, or when the record is locked.
    #[must_use]
    pub fn observe(&self, wanted: Wanted) -> Arc<Subscription> {
        Subscription::of(self.held.clone(), wanted)
    }

    /// How many subscriptions were not freed yet, with the calls that are under way: none, once screens have gone. Quick.
    #[must_use]
    pub fn alive(&self) -> u64 {
        Arc::strong_count(&self.held).saturating_sub(1).give()
    }

    /// Ends a sync or a watch that is under way as soon as nothing is lost by it. What is left is taken up the next time. Quick.
    pub fn stop(&self) {
        self.held.tell(::client::Client::stop);
    }

    /// The app saw the network return: who watches syncs at once. Quick.
    pub fn network_returned(&self) {
        self.held.tell(::client::Client::network_returned);
    }
}
