//! Control C9: a secret cannot be printed, copied by accident or written into a file, because its type has no such trait.

use std::fmt::{Debug, Display};
use std::process::Command;

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

const SWITCH: &str = "WELLKEPT_TEST_PANICS";
const CANARY: &str = "zinfandel-heliotrope";

/// The process in which libraries panic over words of the person. Does nothing by itself.
#[test]
fn victim() {
    if std::env::var_os(SWITCH).is_none() {
        return;
    }
    client::platform::system::quiet_panics();
    let own = std::panic::catch_unwind(|| panic!("it reads {CANARY}"));
    let of_a_library = std::thread::spawn(|| CANARY.parse::<u8>().map_err(|_| CANARY).unwrap()).join();
    assert!(own.is_err() && of_a_library.is_err());
    crate::child::say("both were caught");
}

#[test]
fn c9_what_a_panic_says_stays_inside_and_its_place_is_told() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "secrets::victim", "--nocapture", "--test-threads=1"]);
    let output = command.env(SWITCH, "1").env("RUST_BACKTRACE", "full").output().unwrap();
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(output.status.success() && said[0].contains("both were caught"), "{said:?}");
    assert!(said.iter().all(|said| !said.contains(CANARY)), "{said:?}");
    assert_eq!(said[1].matches("A mistake inside Wellkept, at ").count(), 2, "{said:?}");
    assert!(said[1].contains("secrets.rs:"), "{said:?}");
    let terminal = std::fs::read_to_string(crate::root().join("core/cli/src/main.rs")).unwrap();
    let main = terminal.split("fn main()").nth(1).unwrap();
    assert!(
        main.lines().nth(1).unwrap().contains("quiet_panics()"),
        "the terminal does so before anything else"
    );
}
