//! FHIR R4 resources kept verbatim, and the tolerant lenses that read them.
//!
//! A [`Resource`] owns the exact bytes that a portal sent and their parsed form. Lenses ([`lens`]) read what they can
//! and never reject; [`describe`] makes of any resource what one row of a list needs; [`lens::generic`] reaches
//! everything that no lens knows.

pub mod attachment;
pub mod bundle;
mod compare;
pub mod decimal;
pub mod describe;
mod digest;
mod doubled;
mod error;
mod json;
pub mod lens;
pub mod modifiers;
pub mod reference;
mod resource;
pub mod systems;
pub mod text;
pub mod time;

pub use digest::{Digest, ResourceKey};
pub use error::Error;
pub use resource::{Limits, Resource};
