//! The crate from outside: golden texts of every lens, bundles taken apart, hostile input.

mod bundles;
mod compare;
mod golden;
mod hostile;
mod references;
mod times;
