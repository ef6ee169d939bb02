//! Opening a record by passphrase, by kit, and not at all.

use proptest::prelude::*;
use vault::throttle::Attempts;
use vault::wrap::{self, Cost};
use vault::{Error, RecoveryKit, SecretKey32, derive_device_key, seal};

const PURPOSE: &str = "tokens";

fn key() -> SecretKey32 {
    SecretKey32::new([0x44; 32])
}

fn kit(byte: u8) -> RecoveryKit {
    RecoveryKit::new(SecretKey32::new([byte; 32]))
}

fn passphrase_wrap(passphrase: &str) -> Vec<u8> {
    wrap::with_passphrase(&key(), passphrase, [5; 16], [6; 12], Cost::LEAST).unwrap()
}

fn error(opened: Result<SecretKey32, Error>) -> Option<Error> {
    opened.err()
}

fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

#[test]
fn a_wrong_passphrase_is_told_apart_from_a_damaged_wrap() {
    let wrapped = passphrase_wrap("open sesame");
    let opened = wrap::open_passphrase(&wrapped, "open sesame").unwrap();
    assert_eq!(opened.expose(), key().expose());
    for wrong in ["Open sesame", "open sesame ", ""] {
        assert_eq!(error(wrap::open_passphrase(&wrapped, wrong)), Some(Error::WrongPassphrase));
    }
    for damaged in flips(&wrapped) {
        let opened = wrap::open_passphrase(&damaged, "open sesame");
        assert_eq!(error(opened), Some(Error::Damaged("wrap")));
    }
    for length in 0..wrapped.len() {
        let opened = wrap::open_passphrase(&wrapped[..length], "open sesame");
        assert_eq!(error(opened), Some(Error::Damaged("wrap")));
    }
    let longer = [wrapped.as_slice(), &[0]].concat();
    let opened = wrap::open_passphrase(&longer, "open sesame");
    assert_eq!(error(opened), Some(Error::Damaged("wrap")));
}

#[test]
fn a_wrong_kit_is_told_apart_from_a_damaged_wrap() {
    let wrapped = wrap::with_kit(&key(), &kit(1), [6; 12]).unwrap();
    assert_eq!(wrap::open_kit(&wrapped, &kit(1)).unwrap().expose(), key().expose());
    assert_eq!(error(wrap::open_kit(&wrapped, &kit(2))), Some(Error::WrongKit));
    for damaged in flips(&wrapped) {
        assert_eq!(error(wrap::open_kit(&damaged, &kit(1))), Some(Error::Damaged("wrap")));
    }
}

#[test]
fn one_wrap_is_not_taken_for_the_other() {
    let by_kit = wrap::with_kit(&key(), &kit(1), [6; 12]).unwrap();
    let opened = wrap::open_passphrase(&by_kit, "open sesame");
    assert_eq!(error(opened), Some(Error::Damaged("wrap")));
    let opened = wrap::open_kit(&passphrase_wrap("open sesame"), &kit(1));
    assert_eq!(error(opened), Some(Error::Damaged("wrap")));
}

#[test]
fn the_same_letters_typed_on_another_keyboard_open() {
    let wrapped = passphrase_wrap("Zo\u{eb}");
    assert!(wrap::open_passphrase(&wrapped, "Zoe\u{308}").is_ok());
    let opened = wrap::open_passphrase(&wrapped, "Zoe");
    assert_eq!(error(opened), Some(Error::WrongPassphrase));
}

#[test]
fn an_empty_passphrase_protects_nothing() {
    let made = wrap::with_passphrase(&key(), "", [5; 16], [6; 12], Cost::LEAST);
    assert_eq!(made, Err(Error::EmptyPassphrase));
}

#[test]
fn costs_out_of_bounds_are_neither_written_nor_opened() {
    let (least, most) = (Cost::LEAST, Cost::MOST);
    let low = [
        Cost { memory_kib: least.memory_kib - 1, ..least },
        Cost { passes: least.passes - 1, ..least },
        Cost { lanes: 0, ..least },
    ];
    let high = [
        Cost { memory_kib: most.memory_kib + 1, ..least },
        Cost { passes: most.passes + 1, ..least },
        Cost { lanes: most.lanes + 1, ..least },
        Cost { memory_kib: u32::MAX, passes: u32::MAX, lanes: u32::MAX },
    ];
    for cost in low {
        assert_eq!(made_and_opened(cost), [Some(Error::CostTooLow), Some(Error::CostTooLow)]);
    }
    for cost in high {
        assert_eq!(made_and_opened(cost), [Some(Error::CostTooHigh), Some(Error::CostTooHigh)]);
    }
    let default = Cost::default();
    assert_eq!((default.memory_kib, default.passes, default.lanes), (65_536, 3, 1));
}

/// What writing at this cost says, and what opening a whole wrap says that somebody made at this cost.
fn made_and_opened(cost: Cost) -> [Option<Error>; 2] {
    let made = wrap::with_passphrase(&key(), "open sesame", [5; 16], [6; 12], cost);
    [made.err(), error(wrap::open_passphrase(&forged(cost), "open sesame"))]
}

fn forged(cost: Cost) -> Vec<u8> {
    let mut content = minicbor::Encoder::new(Vec::new());
    content.map(6).unwrap();
    content.u8(0).unwrap().bytes(&[6; 12]).unwrap();
    content.u8(1).unwrap().bytes(&[0; 48]).unwrap();
    content.u8(2).unwrap().bytes(&[5; 16]).unwrap();
    for (index, number) in [cost.memory_kib, cost.passes, cost.lanes].into_iter().enumerate() {
        content.u8(3 + u8::try_from(index).unwrap()).unwrap().u32(number).unwrap();
    }
    envelope(1, &content.into_writer())
}

fn envelope(format: u16, content: &[u8]) -> Vec<u8> {
    let parts: [&[u8]; 4] = [b"wellkept/wrap/check/1\0", &format.to_be_bytes(), b"passphrase\0", content];
    let check = statement::Digest::of(&parts);
    let mut to = minicbor::Encoder::new(Vec::new());
    to.map(4).unwrap().u8(0).unwrap().u16(format).unwrap();
    to.u8(1).unwrap().str("passphrase").unwrap();
    to.u8(2).unwrap().bytes(content).unwrap();
    to.u8(3).unwrap().bytes(check.as_ref()).unwrap();
    to.into_writer()
}

#[test]
fn a_wrap_of_a_later_version_is_said_to_be_one() {
    let opened = wrap::open_passphrase(&envelope(2, b"something new"), "open sesame");
    assert_eq!(error(opened), Some(Error::UnknownFormat { what: "wrap", found: 2 }));
}

#[test]
fn a_seal_opens_for_its_key_and_purpose_only() {
    let device = derive_device_key(&key()).unwrap();
    let sealed = seal::seal(&device, PURPOSE, [7; 12], b"refresh").unwrap();
    assert_eq!(seal::open(&device, PURPOSE, &sealed).unwrap().expose(), b"refresh");
    let refused = |opened: Result<vault::SecretBytes, Error>| opened.err();
    assert_eq!(refused(seal::open(&key(), PURPOSE, &sealed)), Some(Error::Sealed));
    assert_eq!(refused(seal::open(&device, "signing", &sealed)), Some(Error::Sealed));
    assert_eq!(refused(seal::open(&device, "", &sealed)), Some(Error::Sealed));
    for flipped in flips(&sealed) {
        assert!(seal::open(&device, PURPOSE, &flipped).is_err());
    }
    let empty = seal::seal(&device, PURPOSE, [8; 12], b"").unwrap();
    assert!(seal::open(&device, PURPOSE, &empty).unwrap().expose().is_empty());
}

#[test]
fn keys_for_different_uses_differ_and_are_the_ones_that_hkdf_gives() {
    // Computed apart from this code, with Python's hmac module, for 32 bytes of 0x11.
    let known = "8ff6021fbbf15f1338fca43b09ed4048130a48c2dd4826d604b894a813c0594e";
    let derived = derive_device_key(&SecretKey32::new([0x11; 32])).unwrap();
    assert_eq!(data_encoding::HEXLOWER.encode(derived.expose()), known);
    let known = "1d94a6c5f50efe80ebc7c99121099bf8db26b0a35ec8cc6aa60645067e63a593";
    let root = kit(0x11).root_key().unwrap();
    assert_eq!(data_encoding::HEXLOWER.encode(root.seed().expose()), known);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(wrap::open_passphrase(&bytes, "open sesame").is_err());
        prop_assert!(wrap::open_kit(&bytes, &kit(1)).is_err());
        prop_assert!(seal::open(&key(), PURPOSE, &bytes).is_err());
        let _ = Attempts::decode(&bytes);
        let _ = RecoveryKit::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn what_is_sealed_is_opened(plain in prop::collection::vec(any::<u8>(), 0..200), purpose in ".{0,20}") {
        let sealed = seal::seal(&key(), &purpose, [1; 12], &plain).unwrap();
        let opened = seal::open(&key(), &purpose, &sealed).unwrap();
        prop_assert_eq!(opened.expose(), plain.as_slice());
    }
}
