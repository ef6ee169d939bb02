//! Staying up: syncing now and again, and as soon as the network returns.
//!
//! What each portal did last decides when it is asked again. That is kept in memory only: who starts the app anew, or asks for a
//! sync, wants one. What a portal itself asked for (`Retry-After`) lies with its cursors and holds across runs and restarts.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use portal::{Request, Response};
use statement::ConnectionId;
use store::ConnectionRow;

use crate::{Client, Error, Network, Reason, SyncReport, SyncedPortal};

/// Seconds between two syncs with a portal that is well.
const INTERVAL: i64 = 1_800;
/// The same over a network that costs money.
const METERED_INTERVAL: i64 = 7_200;
/// Seconds after which a portal that gave nothing is asked again; each further time twice as many.
const BACK_OFF: i64 = 60;
/// Seconds between two knocks while no portal can be reached. With the chance on top, less than a minute until one is heard.
const KNOCK: i64 = 20;
/// A device that slept wakes to a clock that went on: no wait is trusted for longer than this.
const NAP: i64 = 30;

/// What happens while a client watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchEvent {
    /// Portals were synced with.
    Synced(SyncReport),
    /// No portal can be reached: the network is waited for.
    NetworkLost,
    /// It is there again.
    NetworkReturned,
    /// The next sync is due then (Unix seconds).
    Next(i64),
}

/// When a portal is asked again.
#[derive(Debug, Clone, Copy, Default)]
struct Due {
    at: i64,
    failures: u32,
}

/// How a wait ended.
#[derive(PartialEq, Eq)]
enum Woken {
    Stopped,
    /// The host says that the network is there again.
    Returned,
    Over,
}

impl Client {
    /// Stays up and syncs: at once, then with each portal about every half an hour (over a metered network every two hours), with
    /// one that gave nothing after a minute, and ever less often, and with all of them within a minute of the network's return,
    /// which it finds out by itself where [`Client::network_returned`] does not tell it. Ends after [`Client::stop`].
    ///
    /// # Errors
    /// As [`Client::sync`].
    pub async fn watch(&self, network: Network, tell: impl Fn(&WatchEvent)) -> Result<(), Error> {
        self.go_on();
        let mut due: BTreeMap<ConnectionId, Due> = BTreeMap::new();
        let mut reason = Reason::Background { deadline: i64::MAX };
        loop {
            let now = self.now();
            let live = self.live()?;
            due.retain(|id, _| live.iter().any(|row| row.id == *id));
            let mut ready: BTreeSet<ConnectionId> = BTreeSet::new();
            let mut looks: Vec<i64> = Vec::new();
            for row in &live {
                // What may have been sent is looked for without waiting for the next whole sync.
                let look = self.acts_due(row)?;
                if due.get(&row.id).is_none_or(|due| due.at <= now) || look.is_some_and(|at| at <= now) {
                    ready.insert(row.id);
                }
                looks.extend(look.filter(|at| *at > now));
            }
            if !ready.is_empty() {
                let synced = self.sync_with(network, reason, Some(&ready), &|_| {}).await?;
                if self.is_stopped() {
                    return Ok(());
                }
                let unreached = synced.iter().all(|(_, portal)| portal.offline);
                for (id, portal) in &synced {
                    let failures = due.get(id).map_or(0, |due| due.failures);
                    due.insert(*id, self.again(portal, failures, network)?);
                }
                tell(&WatchEvent::Synced(SyncReport {
                    portals: synced.into_iter().map(|(_, it)| it).collect(),
                }));
                if unreached && !self.answers(&live).await {
                    tell(&WatchEvent::NetworkLost);
                    if self.wait_for_network().await? == Woken::Stopped {
                        return Ok(());
                    }
                    tell(&WatchEvent::NetworkReturned);
                    due.clear();
                    reason = Reason::NetworkReturned;
                    continue;
                }
            }
            let next = due.values().map(|due| due.at).chain(looks).min();
            let next = next.unwrap_or_else(|| self.now().saturating_add(INTERVAL));
            tell(&WatchEvent::Next(next));
            reason = Reason::Background { deadline: i64::MAX };
            match self.nap(next).await {
                Woken::Stopped => return Ok(()),
                Woken::Returned => {
                    due.clear();
                    reason = Reason::NetworkReturned;
                }
                Woken::Over => {}
            }
        }
    }

    /// The host saw the network return: who watches syncs at once.
    pub fn network_returned(&self) {
        self.inner.returned.notify_one();
    }

    /// When a portal is asked again after this sync.
    fn again(&self, portal: &SyncedPortal, failures: u32, network: Network) -> Result<Due, Error> {
        let usual = if network == Network::Metered { METERED_INTERVAL } else { INTERVAL };
        let failed = portal.offline || portal.down;
        let failures = if failed { failures.saturating_add(1) } else { 0 };
        let wait = match failures {
            0 => usual,
            n => BACK_OFF.saturating_mul(1 << (n - 1).min(10)).min(usual),
        };
        Ok(Due { at: self.now().saturating_add(wait).saturating_add(self.chance(wait)?), failures })
    }

    /// Up to half of a wait, so that many devices do not come at once.
    fn chance(&self, wait: i64) -> Result<i64, Error> {
        let random = i64::from(u32::from_le_bytes(self.inner.platform.random()?));
        Ok(random % (wait / 2).max(1))
    }

    /// Knocks until somebody answers.
    async fn wait_for_network(&self) -> Result<Woken, Error> {
        loop {
            let at = self.now().saturating_add(KNOCK).saturating_add(self.chance(KNOCK)?);
            match self.nap(at).await {
                Woken::Over if !self.answers(&self.live()?).await => {}
                woken => return Ok(woken),
            }
        }
    }

    /// Whether any of these portals answers at all. A redirect is what the sign-in page of a network sends.
    async fn answers(&self, portals: &[ConnectionRow]) -> bool {
        let base = portals.iter().filter_map(|row| portal::Base::parse(&row.issuer).ok());
        let knocks = base.filter_map(|base| Request::knock(&base));
        let answers = join_all(knocks.map(|knock| self.inner.platform.http.send(knock)));
        tokio::select! {
            answers = answers => answers.iter().flatten().any(|answer: &Response| !(300..400).contains(&answer.status)),
            () = self.stopped() => true,
        }
    }

    /// Waits until then, or until it is told something.
    async fn nap(&self, until: i64) -> Woken {
        let clock = &self.inner.platform.clock;
        loop {
            let now = self.now();
            if self.is_stopped() {
                return Woken::Stopped;
            }
            if now >= until {
                return Woken::Over;
            }
            tokio::select! {
                () = self.stopped() => return Woken::Stopped,
                () = self.inner.returned.notified() => return Woken::Returned,
                () = clock.sleep_until(until.min(now.saturating_add(NAP))) => {}
            }
        }
    }

    fn live(&self) -> Result<Vec<ConnectionRow>, Error> {
        let mut rows = self.inner.store.connections()?;
        rows.retain(|row| row.ended.is_none());
        Ok(rows)
    }
}
