//! The portal over TLS: a certificate made at the start, good or bad.
//!
//! TLS 1.2 and 1.3; rustls has no earlier version, so a portal of TLS 1.1 cannot be had here.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::serve::Listener;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

use crate::Error;

/// The certificate that a portal over TLS shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// For 127.0.0.1 and localhost, by the root of [`crate::Running::root`].
    Good,
    /// The same, but its time is over.
    Expired,
    /// By that root, for another host.
    OtherHost,
    /// By a root that nobody is told of.
    UnknownRoot,
    /// By itself.
    SelfSigned,
}

/// Connections that waited for their handshake and were given up beyond this many.
const WAITING: usize = 64;

/// What a portal shows, and the root that its visitors may trust.
#[derive(Clone)]
pub(crate) struct Shown {
    server: Arc<ServerConfig>,
    /// PEM.
    pub(crate) root: String,
}

impl Certificate {
    /// Every kind.
    pub const ALL: [Certificate; 5] = [
        Certificate::Good,
        Certificate::Expired,
        Certificate::OtherHost,
        Certificate::UnknownRoot,
        Certificate::SelfSigned,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Certificate::Good => "good",
            Certificate::Expired => "expired",
            Certificate::OtherHost => "other-host",
            Certificate::UnknownRoot => "unknown-root",
            Certificate::SelfSigned => "self-signed",
        }
    }

    pub(crate) fn make(self) -> Result<Shown, Error> {
        let (root, named) = root("Sandbox Root")?;
        let (unknown, _) = self::root("Nobody's Root")?;
        let key = KeyPair::generate().map_err(broken)?;
        let hosts = match self {
            Certificate::OtherHost => vec!["elsewhere.example".to_owned()],
            _ => vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
        };
        let mut wanted = CertificateParams::new(hosts).map_err(broken)?;
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        if self == Certificate::Expired {
            wanted.not_before = date_time_ymd(2020, 1, 1);
            wanted.not_after = date_time_ymd(2021, 1, 1);
        }
        let certificate = match self {
            Certificate::SelfSigned => wanted.self_signed(&key),
            Certificate::UnknownRoot => wanted.signed_by(&key, &unknown),
            _ => wanted.signed_by(&key, &root),
        };
        let certificate = certificate.map_err(broken)?.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let server = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(broken)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(broken)?;
        Ok(Shown { server: Arc::new(server), root: named })
    }
}

impl std::str::FromStr for Certificate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Certificate, Error> {
        let known = Certificate::ALL.into_iter().find(|certificate| certificate.name() == text);
        known.ok_or_else(|| Error::Unknown(text.to_owned()))
    }
}

/// Connections after their handshake. Those that fail in it are dropped.
pub(crate) struct TlsListener {
    ready: mpsc::Receiver<(server::TlsStream<TcpStream>, SocketAddr)>,
    local: SocketAddr,
}

impl TlsListener {
    /// Listens in a task of the runtime that this is called in.
    pub(crate) fn new(listener: TcpListener, shown: &Shown) -> io::Result<TlsListener> {
        let local = listener.local_addr()?;
        let (send, ready) = mpsc::channel(WAITING);
        let acceptor = TlsAcceptor::from(Arc::clone(&shown.server));
        tokio::spawn(async move {
            while let Ok((stream, from)) = listener.accept().await {
                let (send, acceptor) = (send.clone(), acceptor.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        let _portal_stopped = send.send((stream, from)).await;
                    }
                });
            }
        });
        Ok(TlsListener { ready, local })
    }
}

impl Listener for TlsListener {
    type Io = server::TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.local)
    }
}

/// A connection to a host, which must show a certificate by this root (PEM).
pub(crate) async fn connect(
    stream: TcpStream,
    host: &str,
    root: &str,
) -> Result<client::TlsStream<TcpStream>, Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root.as_bytes()).map_err(broken)?).map_err(broken)?;
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(broken)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(broken)?;
    Ok(TlsConnector::from(Arc::new(config)).connect(name, stream).await?)
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn root(name: &str) -> Result<(Issuer<'static, KeyPair>, String), Error> {
    let key = KeyPair::generate().map_err(broken)?;
    let mut wanted = CertificateParams::new(Vec::new()).map_err(broken)?;
    wanted.distinguished_name.push(DnType::CommonName, name);
    wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    wanted.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let pem = wanted.self_signed(&key).map_err(broken)?.pem();
    Ok((Issuer::new(wanted, key), pem))
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Network(io::Error::other(error.to_string()))
}
