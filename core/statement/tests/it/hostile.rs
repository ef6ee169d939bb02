//! Bytes from strangers and from the future.

use minicbor::Encoder;
use proptest::prelude::*;
use statement::body::{Connection, Facts, Genesis, Listing, Page, PageEntry};
use statement::{
    Author, ConnectionId, DeviceId, Digest, Error, Head, MemberId, Payload, RecordId, Section, Signed, chain,
    kind, limits,
};

fn note() -> Payload {
    let author = Author {
        record: RecordId::new([9; 32]),
        device: DeviceId::new([1; 32]),
        member: MemberId::new([0xa1; 16]),
    };
    chain::next(None, &[]).payload(&author, Section::RESULTS, kind::FACTS, vec![0x80])
}

fn page(entries: usize) -> Page {
    let entry = PageEntry {
        resource_type: "Observation".to_owned(),
        id: "hb-1".to_owned(),
        digest: Digest::new([1; 32]),
        comparison: Digest::new([2; 32]),
    };
    Page {
        connection: ConnectionId::new([0xc1; 16]),
        issuer: "https://portal.example/fhir".to_owned(),
        slot: "Observation/laboratory".to_owned(),
        sighting: -1,
        entries: vec![entry; entries],
    }
}

fn too_large(what: &'static str, most: usize) -> Error {
    Error::TooLarge { what, most: most as u64 }
}

#[test]
fn a_key_that_a_later_version_adds_is_skipped_and_its_bytes_survive() {
    let mut bytes = note().encode().unwrap();
    assert_eq!(bytes[0], 0xab, "a map of eleven: `previous` is absent");
    bytes[0] = 0xac;
    bytes.extend([0x18, 0x63, 0x9f, 0xa1, 0x61, 0x78, 0xf6, 0xff]); // 99: [_ {"x": null}]
    let signed = Signed::new(bytes.clone(), [7; 64]).unwrap();
    assert_eq!(signed.payload().unwrap(), note());
    let again = Signed::from_bytes(&signed.to_bytes()).unwrap();
    assert_eq!(again.payload_bytes(), bytes);
    assert_ne!(again.digest(), Signed::new(note().encode().unwrap(), [7; 64]).unwrap().digest());
}

#[test]
fn an_unknown_kind_section_and_rules_are_kept() {
    let later = Payload {
        rules: 2,
        section: Section::new("genome.withheld").unwrap(),
        kind: "epoch".to_owned(),
        ..note()
    };
    let read = Payload::decode(&later.encode().unwrap()).unwrap();
    assert_eq!(read, later);
    assert!(!read.is_understood());
}

#[test]
fn the_signature_is_not_part_of_the_name() {
    let bytes = note().encode().unwrap();
    let one = Signed::new(bytes.clone(), [1; 64]).unwrap();
    let two = Signed::new(bytes, [2; 64]).unwrap();
    assert_eq!(one.digest(), two.digest());
    assert_eq!(one.digest(), Digest::of(&[&one.to_sign()]));
}

#[test]
fn bytes_after_a_statement_are_refused() {
    let mut bytes = note().encode().unwrap();
    bytes.push(0);
    assert_eq!(Payload::decode(&bytes), Err(Error::Malformed("statement")));
}

#[test]
fn caps_hold_for_writing_and_for_reading() {
    let most = i64::MAX as u64;
    let long = |length| "x".repeat(length);
    let over = Payload { clock: most + 1, ..note() };
    assert_eq!(over.encode(), Err(Error::TooLarge { what: "clock", most }));
    let over = Payload { number: most + 1, ..note() };
    assert_eq!(over.encode(), Err(Error::TooLarge { what: "number", most }));
    let over = Payload { kind: long(limits::KIND + 1), ..note() };
    assert_eq!(over.encode(), Err(too_large("kind", limits::KIND)));
    let over = Payload { body: vec![0; limits::STATEMENT], ..note() };
    assert_eq!(over.encode(), Err(too_large("statement", limits::STATEMENT)));
    let over = Page { slot: long(limits::SLOT + 1), ..page(0) };
    assert_eq!(over.encode(), Err(too_large("slot", limits::SLOT)));
    let mut over = page(1);
    over.entries[0].id = long(limits::ID + 1);
    assert_eq!(over.encode(), Err(too_large("id", limits::ID)));

    let forged = minicbor::to_vec(&over).unwrap();
    assert_eq!(Page::decode(&forged), Err(too_large("id", limits::ID)));
    let forged = minicbor::to_vec(Payload { number: most + 1, ..note() }).unwrap();
    assert_eq!(Payload::decode(&forged), Err(Error::TooLarge { what: "number", most }));
    let forged = vec![0; limits::STATEMENT + 1];
    assert_eq!(Signed::from_bytes(&forged), Err(too_large("statement", limits::STATEMENT)));
    assert_eq!(Signed::from_bytes(&[0; 63]), Err(Error::Malformed("statement")));
}

#[test]
fn long_lists_stop_at_the_cap() {
    let full = page(limits::ENTRIES).encode().unwrap();
    assert_eq!(Page::decode(&full).unwrap().entries.len(), limits::ENTRIES);
    assert_eq!(page(limits::ENTRIES + 1).encode(), Err(too_large("entries", limits::ENTRIES)));
    let forged = minicbor::to_vec(page(limits::ENTRIES + 1)).unwrap();
    assert_eq!(Page::decode(&forged), Err(Error::Malformed("page")));

    let head = Head { device: DeviceId::new([1; 32]), number: 0, digest: Digest::new([2; 32]) };
    let crowd = Payload { heads: vec![head; limits::HEADS + 1], ..note() };
    assert_eq!(crowd.encode(), Err(too_large("heads", limits::HEADS)));
    let forged = minicbor::to_vec(&crowd).unwrap();
    assert_eq!(Payload::decode(&forged), Err(Error::Malformed("statement")));
}

#[test]
fn a_list_that_claims_to_be_endless_costs_nothing() {
    let mut forged = Encoder::new(Vec::new());
    forged.array(u64::MAX).unwrap();
    assert_eq!(Facts::decode(&forged.into_writer()), Err(Error::Malformed("facts")));
    let deep = vec![0x81; 1_000_000];
    assert_eq!(Facts::decode(&deep), Err(Error::Malformed("facts")));
    let mut skipped = Encoder::new(Vec::new());
    skipped.map(u64::MAX).unwrap().u8(99).unwrap();
    let mut skipped = skipped.into_writer();
    skipped.extend(deep);
    assert_eq!(Genesis::decode(&skipped), Err(Error::Malformed("genesis")));
}

#[test]
fn every_flipped_bit_makes_another_statement_or_none() {
    let signed = Signed::new(note().encode().unwrap(), [7; 64]).unwrap();
    let bytes = signed.to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let flipped = Signed::from_bytes(&flipped).unwrap();
        let same_name = flipped.digest() == signed.digest();
        assert_eq!(same_name, bit < 64 * 8, "bit {bit}");
        let _ = flipped.payload();
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Signed::from_bytes(&bytes).map(|signed| signed.payload());
        let _ = Payload::decode(&bytes);
        let _ = (Genesis::decode(&bytes), Connection::decode(&bytes), Page::decode(&bytes));
        let _ = (Listing::decode(&bytes), Facts::decode(&bytes));
    }

    #[test]
    fn arbitrary_maps_never_panic(keys in prop::collection::vec((0_u8..16, 0_u8..=255, any::<u8>()), 0..40)) {
        let mut bytes = vec![0xbf];
        for (key, head, tail) in keys {
            bytes.extend([key, head, tail]);
        }
        bytes.push(0xff);
        let _ = (Payload::decode(&bytes), Page::decode(&bytes), Listing::decode(&bytes));
    }

    #[test]
    fn what_is_written_is_read_back(
        number in 0..limits::NUMBER,
        clock in 0..limits::NUMBER,
        previous in any::<Option<[u8; 32]>>(),
        section in "[a-z.-]{1,32}",
        kind in ".{0,16}",
        body in prop::collection::vec(any::<u8>(), 0..64),
        heads in prop::collection::vec(any::<([u8; 32], u32, [u8; 32])>(), 0..4),
    ) {
        let heads = heads.into_iter().map(|(device, number, digest)| Head {
            device: device.into(),
            number: number.into(),
            digest: digest.into(),
        });
        let payload = Payload {
            number,
            clock,
            previous: previous.map(Digest::new),
            section: Section::new(&section).unwrap(),
            kind,
            body,
            heads: heads.collect(),
            ..note()
        };
        prop_assert_eq!(Payload::decode(&payload.encode().unwrap()), Ok(payload));
    }
}
