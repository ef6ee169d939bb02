//! Syncing, once or again and again.

use std::sync::Arc;

use super::{Client, Held};
use crate::give::Give;
use crate::{HealthError, Reason, SyncListener, SyncReport, WatchListener};

#[uniffi::export]
impl Client {
    /// Fetches what is new from every connected portal, all at once. One portal's trouble stops no other. A second sync waits for
    /// the first. The app is asked once, at its beginning, what the network costs. A cancelled sync is told to stop.
    ///
    /// Errors: only what stops all of it: the keychain, the disk, the database. A portal's trouble is in the report.
    #[uniffi::method(default(listener = None))]
    pub async fn sync(
        &self,
        reason: Reason,
        listener: Option<Arc<dyn SyncListener>>,
    ) -> Result<SyncReport, HealthError> {
        let network = self.held.network();
        let mut stopping = Stopping(Some(&self.held));
        let report = self
            .held
            .ask_portal(move |client| async move {
                let cost = Held::cost(network.as_ref())?;
                let progress = |progress: ::client::Progress| {
                    // What an app makes of it is no reason to end a sync.
                    let _ = listener.as_ref().map(|listener| listener.progress(progress.give()));
                };
                client.sync_on(cost, reason.into(), progress).await
            })
            .await;
        stopping.0 = None;
        report
    }

    /// Stays up and syncs: at once, then with each portal about every half an hour (over a metered network every two hours), and
    /// with all of them within a minute of the network's return. Ends after `stop`, or when it is cancelled. The app is asked once,
    /// at its beginning, what the network costs.
    #[uniffi::method(default(listener = None))]
    pub async fn watch(&self, listener: Option<Arc<dyn WatchListener>>) -> Result<(), HealthError> {
        let network = self.held.network();
        let mut stopping = Stopping(Some(&self.held));
        let done = self
            .held
            .ask_portal(move |client| async move {
                let cost = Held::cost(network.as_ref())?;
                let tell = |event: &::client::WatchEvent| {
                    let _ = listener.as_ref().map(|listener| listener.happened(event.clone().give()));
                };
                client.watch(cost, tell).await
            })
            .await;
        stopping.0 = None;
        done
    }

    /// How many bytes of files may be on this device without anybody's asking (512 MiB, unless this says otherwise). When a sync ends
    /// with more, those that were not looked at for longest make room.
    pub async fn keep_files_within(&self, bytes: u64) -> Result<(), HealthError> {
        self.held
            .ask(move |client| {
                client.keep_files_within(bytes);
                Ok(())
            })
            .await
    }
}

/// Tells what is under way to stop, when nobody waits for it any more.
struct Stopping<'a>(Option<&'a Held>);

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        if let Some(held) = self.0 {
            held.tell(::client::Client::stop);
        }
    }
}
