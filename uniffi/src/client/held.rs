//! The record that a [`Client`](super::Client) holds until it is locked.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use client::{Changes, Client, Connecting, Error, Network, Query};
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};

use crate::give::Give;
use crate::runtime::{on_thread, on_thread_async};
use crate::{HealthError, NetworkPort};

/// The record, and what goes on with it.
pub(crate) struct Held {
    client: Arc<RwLock<Option<Client>>>,
    locked: AtomicBool,
    /// The sign-in under way.
    pub signing_in: Mutex<Option<Connecting>>,
    /// One search at a time: those that were given up meanwhile are not begun.
    searching: Arc<Mutex<()>>,
    network: Arc<dyn NetworkPort>,
}

/// The record, held open.
pub(crate) struct Open(OwnedRwLockReadGuard<Option<Client>, Client>);

impl Open {
    pub fn client(&self) -> &Client {
        &self.0
    }
}

impl Held {
    pub fn new(client: Client, network: Arc<dyn NetworkPort>) -> Self {
        Self {
            client: Arc::new(RwLock::new(Some(client))),
            locked: AtomicBool::new(false),
            signing_in: Mutex::new(None),
            searching: Arc::new(Mutex::new(())),
            network,
        }
    }

    pub fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Acquire)
    }

    /// The record, as long as it is not locked.
    pub async fn open(&self) -> Result<Open, HealthError> {
        if self.is_locked() {
            return Err(Error::Locked.into());
        }
        let guard = self.client.clone().read_owned().await;
        let open = OwnedRwLockReadGuard::try_map(guard, Option::as_ref);
        open.map(Open).map_err(|_| Error::Locked.into())
    }

    /// Asks the record on a thread of the library, and gives what it says.
    pub async fn ask<A: Give<B>, B: Send + 'static>(
        &self,
        work: impl FnOnce(&Client) -> Result<A, Error> + Send + 'static,
    ) -> Result<B, HealthError> {
        let open = self.open().await?;
        on_thread(move || Ok(work(open.client())?.give())).await
    }

    /// The same for a search.
    pub async fn search<A: Give<B>, B: Send + 'static>(
        &self,
        work: impl FnOnce(&Client) -> Result<A, Error> + Send + 'static,
    ) -> Result<B, HealthError> {
        let turn = self.searching.clone().lock_owned().await;
        self.ask(move |client| {
            let _turn = turn;
            work(client)
        })
        .await
    }

    /// The same for what also asks a portal.
    pub async fn ask_portal<A: Give<B>, B: Send + 'static, F: Future<Output = Result<A, Error>>>(
        &self,
        work: impl FnOnce(Client) -> F + Send + 'static,
    ) -> Result<B, HealthError> {
        let open = self.open().await?;
        on_thread_async(move || async move {
            let made = work(open.client().clone()).await;
            drop(open);
            Ok(made?.give())
        })
        .await
    }

    /// What the network costs now, as the app says. On a thread of the library.
    pub fn cost(network: &dyn NetworkPort) -> Result<Network, Error> {
        network
            .cost()
            .map(Into::into)
            .map_err(|_| Error::Bug("the app could not tell the state of the network"))
    }

    pub fn network(&self) -> Arc<dyn NetworkPort> {
        self.network.clone()
    }

    /// Tells the record something that takes no time. Without one there is nobody to tell.
    pub fn tell(&self, word: impl FnOnce(&Client)) {
        if let Ok(guard) = self.client.try_read()
            && let Some(client) = guard.as_ref()
        {
            word(client);
        }
    }

    /// Word of what touches a view.
    pub async fn changes(&self, query: Option<&Query>) -> Result<Changes, HealthError> {
        Ok(self.open().await?.client().follow(query))
    }

    /// See [`super::Client::lock`].
    pub async fn lock(self: Arc<Self>) -> Result<(), HealthError> {
        self.tell(Client::stop_for_good);
        self.locked.store(true, Ordering::Release);
        on_thread_async(move || async move {
            *self.signing_in.lock().await = None;
            let mut held = self.client.write().await.take();
            // Whoever was given the record a moment ago gives it back.
            while let Some(Err(client)) = held.take().map(Client::lock) {
                held = Some(client);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Ok(())
        })
        .await
    }
}
