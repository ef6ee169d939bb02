use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::{Acts, Certificate, Error, Quirk, shell};

/// The client that is registered at every sandbox.
pub const CLIENT_ID: &str = "wellkept";
/// The password of `alice`, who is the first patient.
pub const ALICE_PASSWORD: &str = "alice-in-the-garden";
/// The password of `bob`, who may see the first patient as her proxy, and every further patient.
pub const BOB_PASSWORD: &str = "bob-in-the-kitchen";

/// What a sandbox is started with. `Config::default()` has no patient: give it at least one.
#[derive(Clone, Debug)]
pub struct Config {
    /// The loopback port; 0 takes any free one.
    pub port: u16,
    /// The portal's name, as its pages show it.
    pub name: String,
    /// Bundles with one or more patients each.
    pub patients: Vec<Source>,
    /// Bundles that the patients' bundles refer to: hospitals, practitioners.
    pub shared: Vec<Source>,
    /// What comes later, one bundle a stage, each at a call of [`crate::Running::later`].
    pub later: Vec<Source>,
    /// The misbehaviours that are switched on from the start.
    pub quirks: BTreeSet<Quirk>,
    /// The portal's clock at its start, in Unix seconds; it then runs on in real time. None: the real time.
    pub now: Option<i64>,
    /// Who may sign in. Empty: `alice` (the first patient) and `bob` (her proxy, and all further patients).
    pub users: Vec<User>,
    /// How long an access token lives, in seconds.
    pub access_lifetime: i64,
    /// How long an authorization code lives, in seconds.
    pub code_lifetime: i64,
    /// How long a connection lives where it has a fixed end (`fixed-end`), in seconds.
    pub connection_lifetime: i64,
    /// Serve over TLS, with this certificate; plain HTTP otherwise.
    pub tls: Option<Certificate>,
    /// A JWK Set: with it, the registered client has to sign (`private_key_jwt`); without, it is a public one.
    pub client_keys: Option<serde_json::Value>,
    /// What patients can do here, beside reading: nothing unless it is said.
    pub acts: Acts,
    /// The registered redirect URIs. On `127.0.0.1` and `[::1]` any port is accepted (RFC 8252 section 7.3).
    pub redirect_uris: Vec<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            port: 0,
            name: "Sandbox Hospital".to_owned(),
            patients: Vec::new(),
            shared: Vec::new(),
            later: Vec::new(),
            quirks: BTreeSet::new(),
            now: None,
            users: Vec::new(),
            access_lifetime: 3600,
            code_lifetime: 60,
            connection_lifetime: 4 * 3600,
            tls: None,
            client_keys: None,
            acts: Acts::default(),
            redirect_uris: vec!["http://127.0.0.1/callback".to_owned(), "http://[::1]/callback".to_owned()],
        }
    }
}

/// Where a bundle comes from. JSON or gzipped JSON: told apart by the bytes, not by the name.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// The bytes themselves.
    Bytes(Vec<u8>),
}

impl Source {
    /// The JSON bytes, unzipped where they are gzipped.
    ///
    /// # Errors
    /// The file cannot be read, or is no whole gzip file.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        shell::read(self)
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Source {
        Source::File(path)
    }
}

impl From<&str> for Source {
    fn from(path: &str) -> Source {
        Source::File(PathBuf::from(path))
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Source {
        Source::Bytes(bytes)
    }
}

impl From<&[u8]> for Source {
    fn from(bytes: &[u8]) -> Source {
        Source::Bytes(bytes.to_vec())
    }
}

/// One who may sign in at the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name typed into the sign-in page.
    pub name: String,
    /// The password typed into the sign-in page.
    pub password: String,
    /// The ids of the patients this user may see, in the order of the picker.
    pub patients: Vec<String>,
}
