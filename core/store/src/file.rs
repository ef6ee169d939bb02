//! Files that resources point to or carry: what is kept of each, and what became of its address.

use fhir::{Digest, ResourceKey};
use statement::ConnectionId;
use zeroize::Zeroizing;

/// A file to keep.
#[derive(Clone, Debug)]
pub struct PutFile {
    /// SHA-256 of its plain bytes.
    pub digest: Digest,
    /// What it is by its content. Opaque here.
    pub kind: String,
    /// How many plain bytes it has.
    pub length: u64,
    /// Its words, as far as they could be got out of it.
    pub text: Option<String>,
    /// When it was last looked at, in Unix seconds.
    pub used: i64,
    /// Its bytes. `None`: it stands in a resource, and only its words are kept here.
    pub sealed: Option<SealedFile>,
    /// Where it came from.
    pub address: Option<Address>,
}

/// A file's bytes as they are to lie on the disk.
#[derive(Clone)]
pub struct SealedFile {
    /// Names it on the disk: random.
    pub name: [u8; 16],
    /// What it is sealed with: random, for this file alone.
    pub key: Zeroizing<[u8; 32]>,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// A file's bytes as they lie on the disk.
#[derive(Clone)]
pub struct HeldFile {
    /// What it is sealed with.
    pub key: Zeroizing<[u8; 32]>,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// SHA-256 of its plain bytes.
    pub digest: Digest,
    /// What it is by its content.
    pub kind: String,
    /// How many plain bytes it has.
    pub length: u64,
    /// Whether it stands in a resource.
    pub inline: bool,
    /// Whether its bytes are in the folder.
    pub held: bool,
    /// Whether it has words.
    pub has_text: bool,
    /// When it was last looked at, in Unix seconds.
    pub used: i64,
}

/// What became of the address of a file, at one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The connection.
    pub connection: ConnectionId,
    /// The address, as the resource says it.
    pub address: String,
    /// The file that came last. Committed as `None`, it keeps what is held.
    pub digest: Option<Digest>,
    /// What became of it.
    pub came: Came,
    /// In words, made safe by the caller: why there is none, or what does not fit what was said of it.
    pub reason: Option<String>,
    /// When it was last asked for, in Unix seconds.
    pub at: i64,
    /// The newest sighting of what pointed at it then, in Unix seconds by the portal's clock.
    pub seen: i64,
}

/// What became of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// A file came.
    Held,
    /// More than is fetched unasked.
    Large,
    /// More than is fetched at all.
    TooLarge,
    /// The portal said no, with this HTTP status; `None` when no request could be made of the address.
    Refused(Option<u16>),
    /// It did not work.
    Failed,
}

/// An address that has not been asked for since what points at it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedFile {
    /// The address, as the resource says it.
    pub address: String,
    /// What the resource says it is.
    pub content_type: Option<String>,
    /// How many bytes the resource says it has.
    pub size: Option<u64>,
    /// The newest sighting of what points at it.
    pub seen: i64,
    /// One of the resources that do.
    pub key: ResourceKey,
}

/// A file that stands in a resource and whose words are not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFile {
    /// The bytes of the resource that it stands in.
    pub resource: Digest,
    /// Where in it.
    pub path: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// What the resource says it is.
    pub content_type: Option<String>,
}

/// What [`Store::evict`](crate::Store::evict) took away, and what is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evicted {
    /// Files that were taken away.
    pub files: u64,
    /// Their plain bytes.
    pub bytes: u64,
    /// Plain bytes of the files that are left.
    pub left: u64,
}

impl std::fmt::Debug for HeldFile {
    /// No key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HeldFile({} bytes)", self.bytes.len())
    }
}

impl std::fmt::Debug for SealedFile {
    /// No key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedFile({} bytes)", self.bytes.len())
    }
}
