//! A SMART on FHIR R4 portal on loopback: real sign-in pages, real OAuth, real paging, and switchable quirks.
//!
//! It takes patient bundles as Synthea writes them and serves every resource byte for byte the same in a search
//! and in a read, so that what a client keeps can be compared with [`Running::served`]. It shares no code with
//! the product: what the product gets wrong, this does not get wrong in the same way.
//!
//! ```no_run
//! # async fn story() -> Result<(), sandbox::Error> {
//! let hospital = sandbox::Sandbox::start(sandbox::demo_data::hospital())?;
//! let authorize = format!("{}?response_type=code&...", hospital.authorize_url());
//! let redirect = sandbox::driver::sign_in(&authorize, "alice", sandbox::ALICE_PASSWORD, None).await?;
//! hospital.evolve(sandbox::Step::ALL)?;
//! hospital.stop();
//! # Ok(()) }
//! ```

mod acts;
mod config;
mod cut;
pub mod demo_data;
pub mod driver;
mod error;
mod evolve;
mod lab_chain;
mod later;
pub mod messy;
mod portal;
mod quirk;
mod server;
mod shell;
mod tls;
mod world;

pub use acts::{Acts, Answer, Appointments, Created, Messages, Refills, Way};
pub use config::{ALICE_PASSWORD, BOB_PASSWORD, CLIENT_ID, Config, Source, User};
pub use error::Error;
pub use evolve::{Change, Step};
pub use lab_chain::lab_chain_of;
pub use later::Later;
pub use portal::log::Logged;
pub use quirk::{About, Acting, Fetching, Hostile, Often, Quirk};
pub use server::{Running, Sandbox};
pub use tls::Certificate;
pub use world::Served;
