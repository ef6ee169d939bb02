//! A record on this machine, with a network whose distance is set and whose bytes are counted.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use client::platform::Http;
use client::platform::files::FileKeychain;
use client::platform::http::ReqwestHttp;
use client::platform::keys::SoftwareKeys;
use client::platform::system::{SystemClock, SystemRandomBytes};
use client::{App, Client, NewConnection, Platform, Returned, Unlock};
use portal::{Failure, Request, Response};
use sandbox::{ALICE_PASSWORD, CLIENT_ID, driver};

use crate::Any;

const KIT: &str = "kit";

/// Real HTTP to a portal that far away.
pub struct Far {
    http: ReqwestHttp,
    rtt: Duration,
    requests: AtomicU64,
    bytes: AtomicU64,
    keep: Option<PathBuf>,
}

impl Far {
    pub fn new(rtt: u64, keep: Option<&Path>) -> Result<Self, Any> {
        let http = ReqwestHttp::new().map_err(|failure| format!("no HTTP: {failure:?}"))?;
        let (requests, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self { http, rtt: Duration::from_millis(rtt), requests, bytes, keep: keep.map(Path::to_path_buf) })
    }

    /// How many requests were sent, and the bytes of the answers' bodies, so far.
    pub fn counts(&self) -> (f64, f64) {
        (self.requests.load(Ordering::Relaxed) as f64, self.bytes.load(Ordering::Relaxed) as f64)
    }
}

#[async_trait]
impl Http for Far {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        tokio::time::sleep(self.rtt).await;
        let is_page = request.url.path().contains("/fhir/") || request.url.query().is_some();
        let answer = self.http.send(request).await?;
        let nth = self.requests.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(answer.body.len() as u64, Ordering::Relaxed);
        if let Some(folder) = self.keep.as_ref().filter(|_| is_page && answer.status == 200) {
            fs::write(folder.join(format!("{nth:06}.json")), &answer.body)
                .map_err(|error| Failure::Network(error.to_string()))?;
        }
        Ok(answer)
    }
}

/// A new record, connected to the portal; opened without a passphrase afterwards.
pub async fn connected(home: &Path, http: Arc<Far>, portal: &str) -> Result<Client, Any> {
    let (client, kit) =
        Client::init(platform(home, http), &database(home), "alice", "correct horse battery staple")?;
    fs::write(home.join(KIT), kit.words()?.join(" "))?;
    let asked = NewConnection {
        base: portal.to_owned(),
        name: None,
        app: App::Named { client_id: CLIENT_ID.to_owned(), key: None },
        redirect_uri: "http://127.0.0.1:49152/callback".to_owned(),
        same_person: false,
    };
    let mut connecting = client.connect(asked).await?;
    let back = driver::sign_in(connecting.address(), "alice", ALICE_PASSWORD, None).await?;
    match connecting.redirected(&back).await? {
        Returned::Connected(_) => {}
        other => return Err(format!("not connected: {other:?}").into()),
    }
    drop(connecting);
    Ok(client)
}

/// Opens the record with its kit: nothing is derived from a passphrase.
pub fn open(home: &Path, http: Arc<Far>) -> Result<Client, Any> {
    let kit = fs::read_to_string(home.join(KIT))?;
    Ok(Client::open(platform(home, http), &database(home), &Unlock::Kit(&kit))?)
}

fn platform(home: &Path, http: Arc<Far>) -> Platform {
    Platform {
        clock: Arc::new(SystemClock::new()),
        random: Arc::new(SystemRandomBytes::new()),
        http,
        keychain: Arc::new(FileKeychain::new(home.join("keychain"))),
        keys: Arc::new(SoftwareKeys::new()),
    }
}

fn database(home: &Path) -> PathBuf {
    home.join("record.db")
}
