//! Where the browser returns to: a listener on 127.0.0.1 that takes one path and answers one plain page.
#![allow(clippy::disallowed_methods, reason = "the terminal's shell listens for its own browser")]

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::error::Error;

/// How long a person has for signing in.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// How long one connection has for its request.
const REQUEST: Duration = Duration::from_secs(10);
/// The most bytes of a request.
const LONGEST: usize = 16 * 1024;
/// The most connections at once.
const MOST: usize = 16;
const PATH: &str = "/callback";

/// A listener that hands on the addresses with which a browser returns. Stops when dropped.
pub struct Loopback {
    port: u16,
    returned: mpsc::Receiver<String>,
    deadline: Instant,
    serving: JoinHandle<()>,
}

impl Loopback {
    /// Listens on any free port.
    pub async fn bind() -> Result<Self, Error> {
        let failed =
            |error: std::io::Error| Error::System(format!("No port of this device could be opened: {error}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let (tell, returned) = mpsc::channel(MOST);
        let serving = tokio::spawn(serve(listener, port, tell));
        Ok(Self { port, returned, deadline: Instant::now() + PATIENCE, serving })
    }

    /// The address to return to (RFC 8252 section 7.3).
    pub fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// The next whole address with which a browser returned. Strangers that call do not lengthen the wait.
    pub async fn next(&mut self) -> Result<String, Error> {
        match timeout_at(self.deadline, self.returned.recv()).await {
            Ok(Some(address)) => Ok(address),
            _ => Err(Error::System("Nobody signed in within 15 minutes. Nothing was changed".to_owned())),
        }
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, port: u16, tell: mpsc::Sender<String>) {
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        // A connection that fails before it is taken says nothing about the next one.
        let Ok((stream, _)) = listener.accept().await else { continue };
        let tell = tell.clone();
        tokio::spawn(async move {
            let _ = timeout(REQUEST, answer(stream, port, &tell)).await;
            drop(place);
        });
    }
}

async fn answer(mut stream: TcpStream, port: u16, tell: &mpsc::Sender<String>) -> std::io::Result<()> {
    let asked = match read(&mut stream).await? {
        Some(head) => ask(&head, port),
        None => Asked::Other("400 Bad Request"),
    };
    let (status, page) = match &asked {
        Asked::Returned(_) => ("200 OK", RETURNED),
        Asked::Other(status) => (*status, NOTHING),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'\r\n\r\n",
        page.len()
    );
    stream.write_all(format!("{head}{page}").as_bytes()).await?;
    stream.shutdown().await?;
    if let Asked::Returned(address) = asked {
        let _ = tell.send(address).await;
    }
    Ok(())
}

const RETURNED: &str = "<!doctype html><html lang=\"en\"><title>Wellkept</title>\
    <p>You can close this window. What came of the sign-in stands in the terminal.</p></html>\n";
const NOTHING: &str =
    "<!doctype html><html lang=\"en\"><title>Wellkept</title><p>There is nothing here.</p></html>\n";

/// The head of a request; `None` when it is longer than we read, or breaks off.
async fn read(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut part = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut part).await?;
        head.extend_from_slice(part.get(..count).unwrap_or_default());
        if count == 0 || head.len() > LONGEST {
            return Ok(None);
        }
    }
    Ok(String::from_utf8(head).ok())
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// The whole address.
    Returned(String),
    /// The status of the answer.
    Other(&'static str),
}

fn ask(head: &str, port: u16) -> Asked {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target, version) = (words.next(), words.next(), words.next());
    let (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0")) = (method, target, version) else {
        return Asked::Other("400 Bad Request");
    };
    let host =
        lines.filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("host"));
    // Another name for this address is another site's page trying its luck.
    if host.is_none_or(|(_, host)| host.trim() != format!("127.0.0.1:{port}")) {
        return Asked::Other("421 Misdirected Request");
    }
    if method != "GET" {
        return Asked::Other("405 Method Not Allowed");
    }
    let path = target.split('?').next().unwrap_or_default();
    if path != PATH || !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Asked::Other("404 Not Found");
    }
    Asked::Returned(format!("http://127.0.0.1:{port}{target}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:4000\r\n\r\n")
    }

    #[test]
    fn only_the_path_of_the_sign_in_is_taken() {
        let whole = "http://127.0.0.1:4000/callback?code=a&state=b".to_owned();
        assert_eq!(ask(&get("/callback?code=a&state=b"), 4000), Asked::Returned(whole));
        for foreign in ["/favicon.ico", "/", "/callback/x?code=a", "http://127.0.0.1:4000/callback"] {
            assert_eq!(ask(&get(foreign), 4000), Asked::Other("404 Not Found"), "{foreign}");
        }
    }

    #[test]
    fn another_host_method_or_language_is_turned_away() {
        let head = get("/callback?code=a");
        assert_eq!(
            ask(&head.replace("127.0.0.1", "evil.example"), 4000),
            Asked::Other("421 Misdirected Request")
        );
        assert_eq!(ask(&head.replace("Host", "Hast"), 4000), Asked::Other("421 Misdirected Request"));
        assert_eq!(ask(&head.replace("GET", "POST"), 4000), Asked::Other("405 Method Not Allowed"));
        assert_eq!(ask("\u{16}\u{3}\u{1}", 4000), Asked::Other("400 Bad Request"));
    }

    #[tokio::test]
    async fn an_idle_connection_and_a_long_one_do_not_keep_the_browser_out() {
        let mut loopback = Loopback::bind().await.unwrap();
        let at = (Ipv4Addr::LOCALHOST, loopback.port);
        let _idle = TcpStream::connect(at).await.unwrap();
        let mut long = TcpStream::connect(at).await.unwrap();
        let endless = "x".repeat(LONGEST + 4096);
        let _ = long.write_all(endless.as_bytes()).await;

        let mut browser = TcpStream::connect(at).await.unwrap();
        let request = get("/callback?state=1").replace("4000", &loopback.port.to_string());
        browser.write_all(request.as_bytes()).await.unwrap();
        let mut page = String::new();
        browser.read_to_string(&mut page).await.unwrap();
        assert!(
            page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("You can close this window"),
            "{page}"
        );
        assert_eq!(loopback.next().await.unwrap(), format!("{}?state=1", loopback.redirect_uri()));
    }
}
