//! SMART on FHIR as state machines, without I/O.
//!
//! Each machine is asked what it wants (`next`, `poll`) and told what came of it (`receive`). Whoever drives it performs
//! the requests **without following redirects**, keeps `max_bytes`, and passes the time as Unix seconds and random bytes
//! as arguments.
//!
//! - [`brands`]: which portals there are, searched without a network (SMART App Launch 2.2, User-access Brands).
//! - [`register::Register`]: from a portal's address to a client id of this device's own (RFC 7591).
//! - [`connect::Connect`]: from a portal's address to [`Tokens`] and the Patient (SMART App Launch 2.2, standalone).
//! - [`fetch::Fetch`]: everything of that patient, page by page, resumable ([`plan`] says what is asked).
//! - [`abilities::Abilities`]: what can be done at a portal.
//! - [`slots::Find`]: free times, and the bodies that hold and book one.
//! - [`act::Perform`]: one try of one act (a message, a booking), or a look whether an earlier try was done.
//! - [`download::Download`]: files that resources point to, at the portal's own origin only.
//! - [`session`]: refresh with rotation, and revocation. Where the portal knows the app by a key of this device, a
//!   [`Signer`] signs; the key itself stays with whoever implements [`ClientKey`].

pub mod abilities;
pub mod act;
mod base;
pub mod brands;
pub mod connect;
mod cursor;
mod discovery;
pub mod download;
mod error;
pub mod fetch;
mod granted;
mod http;
mod key;
mod line;
pub mod plan;
pub mod register;
mod scopes;
pub mod session;
pub mod slots;
mod text;
mod tokens;

pub use base::Base;
pub use error::Error;
pub use http::{Failure, Method, Request, Response};
pub use key::{Alg, CannotSign, ClientAuth, ClientKey, PublicJwk, Signer};
pub use scopes::Scopes;
pub use text::clean;
pub use tokens::Tokens;
