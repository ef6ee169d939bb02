//! SMART on FHIR as state machines, without I/O.
//!
//! Each machine is asked what it wants (`next`, `poll`) and told what came of it (`receive`). Whoever drives it performs
//! the requests **without following redirects**, keeps `max_bytes`, and passes the time as Unix seconds and random bytes
//! as arguments.
//!
//! - [`connect::Connect`]: from a portal's address to [`Tokens`] and the Patient (SMART App Launch 2.2, standalone).
//! - [`fetch::Fetch`]: everything of that patient, page by page, resumable ([`plan`] says what is asked).
//! - [`session`]: refresh with rotation, and revocation.

mod base;
pub mod connect;
mod cursor;
mod discovery;
mod error;
pub mod fetch;
mod granted;
mod http;
pub mod plan;
mod scopes;
pub mod session;
mod text;
mod tokens;

pub use base::Base;
pub use error::Error;
pub use http::{Failure, Method, Request, Response};
pub use scopes::Scopes;
pub use text::clean;
pub use tokens::Tokens;
