//! The envelope as strangers and as later versions meet it: frozen specimens, hostile bytes, caps.
#![allow(clippy::disallowed_methods)] // tests read their own files

#[cfg(test)]
mod frozen;
#[cfg(test)]
mod hostile;
