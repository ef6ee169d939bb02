//! The only doors to the outside: clock, random bytes, files, gzip, sockets.
#![allow(clippy::disallowed_methods, reason = "the sandbox is a server of the tests: it is its own shell")]

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use ring::rand::{SecureRandom, SystemRandom};

use crate::{Error, Source};

const MAX_BUNDLE: u64 = 512 * 1024 * 1024;

/// Runs on in real time from wherever it was last set, wrong by so many seconds.
pub(crate) struct Clock {
    set: Mutex<(i64, Instant)>,
    wrong: AtomicI64,
}

impl Clock {
    pub(crate) fn new(now: Option<i64>) -> Clock {
        let set = Mutex::new((now.unwrap_or_else(real_now), Instant::now()));
        Clock { set, wrong: AtomicI64::new(0) }
    }

    pub(crate) fn now(&self) -> i64 {
        let (base, since) = *self.set.lock().unwrap_or_else(PoisonError::into_inner);
        let real = base.saturating_add(i64::try_from(since.elapsed().as_secs()).unwrap_or(i64::MAX));
        real.saturating_add(self.wrong.load(Ordering::Relaxed))
    }

    pub(crate) fn set(&self, now: i64) {
        let real = now.saturating_sub(self.wrong.load(Ordering::Relaxed));
        *self.set.lock().unwrap_or_else(PoisonError::into_inner) = (real, Instant::now());
    }

    pub(crate) fn skew(&self, seconds: i64) {
        self.wrong.store(seconds, Ordering::Relaxed);
    }
}

fn real_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// 192 random bits in base64url.
pub(crate) fn random_name() -> Result<String, Error> {
    let mut bytes = [0; 24];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Error::Network(std::io::Error::other("no random bytes")))?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// A moment as HTTP writes it (RFC 9110, section 5.6.7).
pub(crate) fn http_date(now: i64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(u64::try_from(now).unwrap_or(0)))
}

/// The JSON bytes of a source, unzipped where it is gzipped.
pub(crate) fn read(source: &Source) -> Result<Vec<u8>, Error> {
    match source {
        Source::Bytes(bytes) => unzip(bytes),
        Source::File(path) => {
            let name = path.display().to_string();
            let bytes = std::fs::read(path).map_err(|source| Error::File { path: name, source })?;
            unzip(&bytes)
        }
    }
}

pub(crate) fn unzip(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.to_vec());
    }
    let mut out = Vec::new();
    let mut reader = flate2::read::GzDecoder::new(bytes).take(MAX_BUNDLE);
    reader.read_to_end(&mut out).map_err(|error| Error::NotABundle(error.to_string()))?;
    Ok(out)
}

pub(crate) fn bind(port: u16) -> Result<TcpListener, Error> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

pub(crate) async fn connect(address: &str) -> Result<tokio::net::TcpStream, Error> {
    Ok(tokio::net::TcpStream::connect(address).await?)
}
