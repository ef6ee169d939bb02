use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use url::Url;

use crate::{Error, shell, tls};

/// An HTTP answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// One HTTP/1.1 request on a connection of its own, without TLS. Follows no redirects.
///
/// # Errors
/// [`Error::Network`] when the connection is refused or breaks off.
pub async fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply, Error> {
    request_with(None, method, url, headers, body).await
}

/// The same. An address of `https` must show a certificate by `root` (PEM), as [`crate::Running::root`] gives it.
///
/// # Errors
/// [`Error::Network`] when the connection is refused or breaks off, or the certificate is not accepted.
pub async fn request_with(
    root: Option<&str>,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Reply, Error> {
    let url = Url::parse(url).map_err(|_| Error::Page("not a URL".to_owned()))?;
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n");
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let stream = shell::connect(&format!("{host}:{port}")).await?;
    let answer = match (url.scheme(), root) {
        ("https", Some(root)) => exchange(tls::connect(stream, host, root).await?, &head, body).await?,
        ("https", None) => return Err(Error::Network(std::io::Error::other("no root certificate to trust"))),
        _ => exchange(stream, &head, body).await?,
    };
    parse(&answer).ok_or_else(|| Error::Network(std::io::Error::other("the answer broke off")))
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    head: &str,
    body: &[u8],
) -> Result<Vec<u8>, Error> {
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

fn parse(answer: &[u8]) -> Option<Reply> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let body = answer.get(end.checked_add(4)?..)?.to_vec();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let pairs = lines.filter_map(|line| line.split_once(':'));
    let headers =
        pairs.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect();
    let reply = Reply { status, headers, body };
    let announced = reply.header("content-length").map(str::parse::<usize>);
    let whole = announced.is_none_or(|length| length == Ok(reply.body.len()));
    (whole && reply.header("transfer-encoding").is_none()).then_some(reply)
}
