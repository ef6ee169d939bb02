//! Records on disk: alice has a phone and a tablet, bob is the caregiver.

mod exchange;
mod files;
mod search;
mod specimen;
mod whole;
mod words;
mod world;
mod zz;
