//! The facade: one record behind clock, random, HTTP and keychain.
