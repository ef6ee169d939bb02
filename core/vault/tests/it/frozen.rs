//! One specimen of every persisted shape, made once and opened for ever.

use statement::body::{Connection, Facts, Listing, MissingEntry, Page, PageEntry};
use statement::chain::{self, ChainHead};
use statement::{Author, ConnectionId, DeviceId, Digest, MemberId, Payload, Section, Signed, kind};
use std::path::PathBuf;
use vault::throttle::Attempts;
use vault::wrap::{self, Cost};
use vault::{Authority, RecoveryKit, SecretKey32, SigningKey, derive_device_key, seal};

const ALICE: MemberId = MemberId::new([0xa1; 16]);
const GENERAL: ConnectionId = ConnectionId::new([0xc1; 16]);
const ISSUER: &str = "https://portal.example/fhir";
const SLOT: &str = "Observation/laboratory";
const PASSPHRASE: &str = "correct horse b\u{e4}ttery staple";

/// The committed bytes. `make` is what today's code writes: it fills a missing file under `UPDATE_GOLDEN=1`, and must equal the
/// committed one. A file that exists is never written.
fn frozen(name: &str, make: &[u8]) -> Vec<u8> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors");
    let path = PathBuf::from(directory).join(format!("{name}.hex"));
    if !path.exists() && std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, format!("{}\n", data_encoding::HEXLOWER.encode(make))).unwrap();
    }
    let hex = std::fs::read_to_string(path).unwrap();
    let bytes = data_encoding::HEXLOWER.decode(hex.trim().as_bytes()).unwrap();
    assert_eq!(bytes, make, "{name}: today's code writes something else");
    bytes
}

fn kit() -> RecoveryKit {
    RecoveryKit::new(SecretKey32::new([0x11; 32]))
}

fn phone() -> SigningKey {
    SigningKey::from_seed(SecretKey32::new([0x22; 32])).unwrap()
}

fn genesis() -> Signed {
    vault::genesis(&kit(), ALICE, phone().device_id(), [0x33; 16], "Alice Ames").unwrap()
}

fn author() -> Author {
    Author { record: genesis().digest().into(), device: phone().device_id(), member: ALICE }
}

fn head(signed: &Signed) -> ChainHead {
    ChainHead::of(signed.digest(), &signed.payload().unwrap())
}

fn connection() -> Signed {
    let body = Connection {
        connection: GENERAL,
        issuer: ISSUER.to_owned(),
        name: "General Hospital".to_owned(),
        patient: "alice-1".to_owned(),
        member: ALICE,
    };
    let link = chain::next(None, &[head(&genesis())]);
    let body = body.encode().unwrap();
    phone().sign(&link.payload(&author(), Section::CIRCLE, kind::CONNECTION, body)).unwrap()
}

fn page() -> Signed {
    let entry = |resource_type: &str, id: &str, digest, comparison| PageEntry {
        resource_type: resource_type.to_owned(),
        id: id.to_owned(),
        digest: Digest::new([digest; 32]),
        comparison: Digest::new([comparison; 32]),
    };
    let body = Page {
        connection: GENERAL,
        issuer: ISSUER.to_owned(),
        slot: SLOT.to_owned(),
        sighting: 1_783_000_000,
        entries: vec![
            entry("Observation", "hb-1", 0xd1, 0xe1),
            entry("DiagnosticReport", "~000102030405060708090a0b0c0d0e0f", 0xd2, 0xe2),
        ],
    };
    result(None, &[], kind::PAGE, body.encode().unwrap())
}

fn listing() -> Signed {
    let body = Listing {
        connection: GENERAL,
        issuer: ISSUER.to_owned(),
        slot: SLOT.to_owned(),
        sighting: 1_783_086_400,
        missing: vec![MissingEntry { resource_type: "Observation".to_owned(), id: "hb-1".to_owned() }],
    };
    result(Some(head(&page())), &[], kind::LISTING, body.encode().unwrap())
}

fn facts() -> Signed {
    let other = |device, number, clock| ChainHead {
        device: DeviceId::new([device; 32]),
        number,
        digest: Digest::new([device; 32]),
        clock,
    };
    let body = Facts::new(vec![b"first change".to_vec(), b"second change".to_vec()]);
    let others = [other(0xb0, 3, 41), other(0x0b, 7, 8)];
    result(Some(head(&listing())), &others, kind::FACTS, body.encode().unwrap())
}

fn result(own: Option<ChainHead>, others: &[ChainHead], kind: &str, body: Vec<u8>) -> Signed {
    let link = chain::next(own.as_ref(), others);
    phone().sign(&link.payload(&author(), Section::RESULTS, kind, body)).unwrap()
}

fn statements() -> [(&'static str, Signed); 5] {
    [
        ("genesis", genesis()),
        ("connection", connection()),
        ("page", page()),
        ("listing", listing()),
        ("facts", facts()),
    ]
}

#[test]
fn statements_verify() {
    let authority = Authority::new(&genesis()).unwrap();
    for (name, signed) in statements() {
        let bytes = frozen(&format!("statement/{name}"), &signed.to_bytes());
        let payload = authority.verify(&Signed::from_bytes(&bytes).unwrap()).unwrap();
        assert_eq!(payload.kind, name);
        let Payload { device, member, section, kind, .. } = &payload;
        assert!(authority.may_write(device, member, section, kind), "{name}");
    }
}

#[test]
fn one_flipped_bit_and_a_statement_is_refused() {
    for (name, signed) in statements() {
        let bytes = signed.to_bytes();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = Signed::from_bytes(&flipped).map(|signed| vault::verify(&signed));
            assert!(!matches!(read, Ok(Ok(_))), "{name}, bit {bit}");
        }
    }
}

#[test]
fn passphrase_wrap() {
    let key = SecretKey32::new([0x44; 32]);
    let made = wrap::with_passphrase(&key, PASSPHRASE, [0x55; 16], [0x66; 12], Cost::LEAST).unwrap();
    let bytes = frozen("vault/passphrase-wrap", &made);
    let opened = wrap::open_passphrase(&bytes, PASSPHRASE).unwrap();
    assert_eq!(opened.expose(), &[0x44; 32]);
}

#[test]
fn kit_wrap() {
    let made = wrap::with_kit(&SecretKey32::new([0x44; 32]), &kit(), [0x66; 12]).unwrap();
    let bytes = frozen("vault/kit-wrap", &made);
    assert_eq!(wrap::open_kit(&bytes, &kit()).unwrap().expose(), &[0x44; 32]);
}

#[test]
fn kit_words() {
    // The words are persisted on paper: their bytes are frozen as text in hexadecimal.
    let words = kit().words().unwrap().join(" ");
    let bytes = frozen("vault/kit-words", words.as_bytes());
    let read = RecoveryKit::parse(std::str::from_utf8(&bytes).unwrap()).unwrap();
    assert_eq!(read.root_key().unwrap().device_id(), kit().root_key().unwrap().device_id());
}

#[test]
fn sealed_secret() {
    let key = derive_device_key(&SecretKey32::new([0x44; 32])).unwrap();
    let made = seal::seal(&key, "device signing key", [0x77; 12], &[0x22; 32]).unwrap();
    let bytes = frozen("vault/sealed", &made);
    let opened = seal::open(&key, "device signing key", &bytes).unwrap();
    assert_eq!(opened.expose(), [0x22; 32]);
}

#[test]
fn sealed_file() {
    let (key, about) = (SecretKey32::new([0x55; 32]), [0x66; 32]);
    let made = seal::seal_about(&key, "file/1", &about, [0x77; 12], b"a visit note").unwrap();
    let bytes = frozen("vault/sealed-file", &made);
    assert_eq!(seal::open_about(&key, "file/1", &about, &bytes).unwrap().expose(), b"a visit note");
    assert!(seal::open_about(&key, "file/1", &[0x67; 32], &bytes).is_err(), "about something else");
    assert!(seal::open_about(&key, "file/2", &about, &bytes).is_err(), "for something else");
    assert!(seal::open(&key, "file/1", &bytes).is_err(), "about nothing");
    assert!(seal::open_about(&SecretKey32::new([0x54; 32]), "file/1", &about, &bytes).is_err());
}

#[test]
fn throttle() {
    let attempts = Attempts { failures: 7, last_try: 1_783_000_000 };
    let bytes = frozen("vault/throttle", &attempts.encode());
    assert_eq!(Attempts::decode(&bytes).unwrap(), attempts);
}
