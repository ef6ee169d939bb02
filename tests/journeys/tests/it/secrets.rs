//! Control C9: a secret cannot be printed, copied by accident or written into a file, because its type has no such trait.

use std::fmt::{Debug, Display};

use serde::Serialize;

/// For a type with one of these traits more than one implementation fits, and naming `Poor<_>` for it does not compile: that this
/// file compiles is the proof.
trait Poor<Which> {
    fn in_traits() {}
}

impl<T> Poor<[(); 0]> for T {}
impl<T: Debug> Poor<[(); 1]> for T {}
impl<T: Display> Poor<[(); 2]> for T {}
impl<T: Clone> Poor<[(); 3]> for T {}
impl<T: Serialize> Poor<[(); 4]> for T {}

/// The same, but it may be copied on purpose: its key overwrites itself wherever it is dropped.
trait Mute<Which> {
    fn is_mute() {}
}

impl<T> Mute<[(); 0]> for T {}
impl<T: Debug> Mute<[(); 1]> for T {}
impl<T: Display> Mute<[(); 2]> for T {}
impl<T: Serialize> Mute<[(); 3]> for T {}

#[test]
fn c9_secrets_have_no_trait_that_lets_them_out() {
    <vault::SecretKey32 as Poor<_>>::in_traits();
    <vault::SecretBytes as Poor<_>>::in_traits();
    <vault::RecoveryKit as Poor<_>>::in_traits();
    <vault::SigningKey as Poor<_>>::in_traits();
    <portal::Tokens as Poor<_>>::in_traits();
    <portal::register::Registered as Poor<_>>::in_traits();
    <client::Unlock<'static> as Poor<_>>::in_traits();
    <client::Client as Mute<_>>::is_mute();
}
