//! What the record means, as far as it can be told without guessing.
//!
//! Pure: it is given what `fhir` read, and answers in types; it never changes what a portal said. Where anything is
//! missing, unknown or could be read in two ways the answer is that it cannot be told.
//!
//! - [`range`] compares a number that the lab did not flag with the range that the lab stated (hazard H8).
//! - [`twins`] tells entries of two portals that are one thing, and whether they agree (hazard H10).

pub mod range;
pub mod twins;
