//! Keys and seals as devices, people and strangers use them.
#![allow(clippy::disallowed_methods)] // tests read their own files

#[cfg(test)]
mod authority;
#[cfg(test)]
mod frozen;
#[cfg(test)]
mod wraps;
