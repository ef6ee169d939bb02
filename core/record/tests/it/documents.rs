//! The guard on changes: what is refused, what waits, and what two tongues give.

use automerge::legacy::OpId;
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ObjType, ROOT, ScalarValue};
use record::Error;
use record::facts::{Document, Fact, KIND_NOTE, MAX_CHANGE, MAX_FACT, MAX_FACTS};
use statement::{DeviceId, Section};

use crate::world::*;

fn note(nonce: u8) -> Fact {
    let mut device = Device::new(PHONE, ALICE);
    Fact { nonce: [nonce; 16], ..device.fact(KIND_NOTE) }
}

fn new() -> Document {
    Document::new(Section::RESULTS)
}

fn refused(device: &DeviceId, change: &[u8]) -> Error {
    let mut document = new();
    let error = document.apply(device, change).expect_err("it is refused");
    assert!(document.facts().is_empty() && document.waiting() == 0);
    assert!(document.write(device, &[note(200)]).is_ok(), "the document is as before");
    error
}

/// A change that the crate would never write.
fn forged(actor: &DeviceId, edit: impl Fn(&mut AutoCommit)) -> Vec<u8> {
    let mut doc = AutoCommit::new().with_actor(ActorId::from(actor.as_bytes().as_slice()));
    edit(&mut doc);
    doc.commit_with(CommitOptions::default().with_time(0));
    doc.get_last_local_change().unwrap().raw_bytes().to_vec()
}

fn put(doc: &mut AutoCommit, fact: &Fact) {
    let (name, value) = (fact.digest().unwrap().to_string(), fact.encode().unwrap());
    doc.put(ROOT, name, ScalarValue::Bytes(value)).unwrap();
}

#[test]
fn facts_come_back_from_the_other_device_and_from_a_saved_document() {
    let (mut phone, mut tablet) = (new(), new());
    let many: Vec<_> = (0..50).map(note).collect();
    let change = phone.write(&PHONE, &many).unwrap();
    let seen = tablet.apply(&PHONE, &change).unwrap();
    assert_eq!(seen.len(), 50);
    assert_eq!(tablet.facts(), phone.facts());
    assert!(tablet.apply(&PHONE, &change).unwrap().is_empty(), "known already");
    let loaded = Document::load(&tablet.save().unwrap()).unwrap();
    assert_eq!((loaded.facts(), loaded.section()), (phone.facts(), &Section::RESULTS));
    assert!(Document::load(b"nonsense").is_err());
    assert!(new().save().and_then(|bytes| Document::load(&bytes)).unwrap().facts().is_empty());
}

#[test]
fn one_flipped_bit_is_refused() {
    let change = new().write(&PHONE, &[note(1), note(2)]).unwrap();
    assert_eq!(new().apply(&PHONE, &change).unwrap().len(), 2);
    for bit in 0..change.len() * 8 {
        let mut flipped = change.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(new().apply(&PHONE, &flipped).is_err(), "bit {bit}");
    }
    for length in 0..change.len() {
        assert!(new().apply(&PHONE, &change[..length]).is_err(), "cut at {length}");
    }
    assert!(new().apply(&PHONE, &[change.clone(), change].concat()).is_err());
}

#[test]
fn a_change_that_does_more_than_add_facts_is_refused() {
    let honest = forged(&PHONE, |doc| put(doc, &note(1)));
    assert_eq!(new().apply(&PHONE, &honest).unwrap().len(), 1, "the forge itself is sound");
    let value = note(1).encode().unwrap();
    let name = note(1).digest().unwrap().to_string();
    let forgeries: Vec<(&str, Vec<u8>)> = vec![
        (
            "another key",
            forged(&PHONE, |doc| doc.put(ROOT, "a".repeat(64), ScalarValue::Bytes(value.clone())).unwrap()),
        ),
        ("a short key", forged(&PHONE, |doc| doc.put(ROOT, "a", ScalarValue::Bytes(value.clone())).unwrap())),
        (
            "capitals",
            forged(&PHONE, |doc| {
                doc.put(ROOT, name.to_uppercase(), ScalarValue::Bytes(value.clone())).unwrap()
            }),
        ),
        ("a text", forged(&PHONE, |doc| doc.put(ROOT, &name, "text").unwrap())),
        ("a map", forged(&PHONE, |doc| drop(doc.put_object(ROOT, &name, ObjType::Map).unwrap()))),
        (
            "a list",
            forged(&PHONE, |doc| {
                let list = doc.put_object(ROOT, &name, ObjType::List).unwrap();
                doc.insert(&list, 0, ScalarValue::Bytes(value.clone())).unwrap();
            }),
        ),
        (
            "a counter",
            forged(&PHONE, |doc| {
                doc.put(ROOT, &name, ScalarValue::counter(1)).unwrap();
                doc.increment(ROOT, &name, 1).unwrap();
            }),
        ),
        ("an overwrite", {
            let mut change = Change::try_from(honest.as_slice()).unwrap().decode();
            let actor = ActorId::from(PHONE.as_bytes().as_slice());
            change.operations[0].pred = vec![OpId::new(1, &actor)].into();
            Change::from(change).raw_bytes().to_vec()
        }),
        (
            "a deletion",
            forged(&PHONE, |doc| {
                put(doc, &note(1));
                doc.commit();
                doc.delete(ROOT, &name).unwrap();
            }),
        ),
        ("a message", {
            let mut doc = AutoCommit::new().with_actor(ActorId::from(PHONE.as_bytes().as_slice()));
            put(&mut doc, &note(1));
            doc.commit_with(CommitOptions::default().with_message("hidden").with_time(0));
            doc.get_last_local_change().unwrap().raw_bytes().to_vec()
        }),
        ("a time", {
            let mut doc = AutoCommit::new().with_actor(ActorId::from(PHONE.as_bytes().as_slice()));
            put(&mut doc, &note(1));
            doc.commit_with(CommitOptions::default().with_time(1_700_000_000));
            doc.get_last_local_change().unwrap().raw_bytes().to_vec()
        }),
        ("nothing", {
            let mut doc = AutoCommit::new().with_actor(ActorId::from(PHONE.as_bytes().as_slice()));
            doc.empty_change(CommitOptions::default().with_time(0));
            doc.get_last_local_change().unwrap().raw_bytes().to_vec()
        }),
        ("a whole document", {
            let mut doc = AutoCommit::new().with_actor(ActorId::from(PHONE.as_bytes().as_slice()));
            put(&mut doc, &note(1));
            doc.save()
        }),
    ];
    for (what, change) in forgeries {
        assert!(matches!(refused(&PHONE, &change), Error::NotFacts(_)), "{what}");
    }
    assert_eq!(refused(&TABLET, &honest), Error::NotFacts("it is under another device's name"));
}

#[test]
fn a_compressed_change_is_refused_before_it_is_unpacked() {
    let plain = forged(&PHONE, |doc| (0..20).for_each(|n| put(doc, &note(n))));
    let mut change = Change::try_from(plain.as_slice()).unwrap();
    let packed = change.bytes().into_owned();
    assert!(packed.len() < plain.len());
    assert!(matches!(refused(&PHONE, &packed), Error::NotFacts(_)));
}

#[test]
fn caps_hold_on_both_sides() {
    let long = Fact { subjects: vec!["x".repeat(MAX_FACT)], ..note(1) };
    assert_eq!(new().write(&PHONE, &[long]), Err(Error::TooLarge { limit: MAX_FACT }));
    let many = vec![note(1); MAX_FACTS + 1];
    assert_eq!(new().write(&PHONE, &many), Err(Error::TooLarge { limit: MAX_FACTS }));
    let wide: Vec<_> =
        (0..5).map(|n| Fact { subjects: vec!["x".repeat(MAX_FACT - 200)], ..note(n) }).collect();
    assert_eq!(new().write(&PHONE, &wide), Err(Error::TooLarge { limit: MAX_CHANGE }));
    assert!(new().write(&PHONE, &wide[..3]).is_ok());
    assert_eq!(refused(&PHONE, &vec![0; MAX_CHANGE + 1]), Error::TooLarge { limit: MAX_CHANGE });
    let crowd = forged(&PHONE, |doc| {
        for n in 0..=MAX_FACTS as u64 {
            let mut fact = note(1);
            fact.nonce[..8].copy_from_slice(&n.to_le_bytes());
            put(doc, &fact);
        }
    });
    assert!(matches!(refused(&PHONE, &crowd), Error::NotFacts(_)));
}

#[test]
fn writing_what_is_there_already_is_refused_and_changes_nothing() {
    let mut document = new();
    document.write(&PHONE, &[note(1)]).unwrap();
    assert!(matches!(document.write(&PHONE, &[note(1)]), Err(Error::NotFacts(_))));
    assert!(matches!(document.write(&PHONE, &[]), Err(Error::NotFacts(_))));
    document.write(&PHONE, &[note(2)]).unwrap();
    assert_eq!(document.facts().len(), 2);
}

#[test]
fn changes_that_come_too_early_wait_for_what_they_rest_on() {
    let mut phone = new();
    let changes: Vec<_> = (0..5).map(|n| phone.write(&PHONE, &[note(n)]).unwrap()).collect();
    let mut tablet = new();
    for (n, change) in changes.iter().enumerate().skip(1).rev() {
        assert!(tablet.apply(&PHONE, change).unwrap().is_empty());
        assert_eq!(tablet.waiting(), 5 - n);
        tablet = Document::load(&tablet.save().unwrap()).unwrap();
    }
    assert!(tablet.facts().is_empty());
    assert_eq!(tablet.apply(&PHONE, &changes[0]).unwrap().len(), 5, "all that had waited");
    assert_eq!((tablet.waiting(), tablet.facts()), (0, phone.facts()));
}

#[test]
fn a_device_that_speaks_with_two_tongues_shows_the_same_to_all() {
    let mut phone = new();
    let common = phone.write(&PHONE, &[note(0)]).unwrap();
    let mut clone = Document::load(&phone.save().unwrap()).unwrap();
    let one = phone.write(&PHONE, &[note(1)]).unwrap();
    let two = clone.write(&PHONE, &[note(2)]).unwrap();
    let after_two = clone.write(&PHONE, &[note(3)]).unwrap();
    let mut tablet = Document::load(&clone.save().unwrap()).unwrap();
    let honest = tablet.write(&TABLET, &[note(4)]).unwrap();
    let said = [(PHONE, &common), (PHONE, &one), (PHONE, &two), (PHONE, &after_two), (TABLET, &honest)];
    let mut seen = Vec::new();
    for order in [[0, 1, 2, 3, 4], [0, 2, 3, 4, 1], [4, 3, 2, 1, 0], [3, 1, 0, 4, 2]] {
        let mut document = new();
        for n in order {
            document.apply(&said[n].0, said[n].1).unwrap();
            document = Document::load(&document.save().unwrap()).unwrap();
        }
        assert_eq!((document.waiting(), document.facts().len()), (0, 5));
        seen.push(document.facts());
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn numbers_that_do_not_follow_are_refused_and_cannot_exhaust_the_others() {
    let mut change = Change::try_from(new().write(&PHONE, &[note(1)]).unwrap().as_slice()).unwrap().decode();
    change.start_op = (u64::from(u32::MAX) - 1).try_into().unwrap();
    let far: Change = change.clone().into();
    assert!(matches!(refused(&PHONE, far.raw_bytes()), Error::NotFacts(_)));
    change.start_op = 1.try_into().unwrap();
    change.seq = 7;
    let skipped: Change = change.into();
    assert!(matches!(refused(&PHONE, skipped.raw_bytes()), Error::NotFacts(_)));
}

#[test]
fn a_fact_with_keys_of_a_later_version_survives_and_one_that_is_none_is_kept_unseen() {
    // {0: "note", 2: alice, 3: 5, 4: nonce, 99: "later"}
    let later = [
        b"\xa5\x00\x64note\x02\x50".as_slice(),
        &[0xa1; 16],
        b"\x03\x05\x04\x50",
        &[7; 16],
        b"\x18\x63\x65later",
    ]
    .concat();
    let fact = Fact::decode(&later).unwrap();
    assert_eq!((fact.kind.as_str(), fact.member, fact.written_at, fact.deleted), ("note", ALICE, 5, false));
    let name = |value: &[u8]| {
        let digest = statement::Digest::of(&[b"wellkept/fact/1\0", value]);
        digest.to_string()
    };
    let change = forged(&PHONE, |doc| {
        doc.put(ROOT, name(&later), ScalarValue::Bytes(later.clone())).unwrap();
        doc.put(ROOT, name(b"junk"), ScalarValue::Bytes(b"junk".to_vec())).unwrap();
    });
    let mut document = new();
    let seen = document.apply(&PHONE, &change).unwrap();
    assert_eq!((seen.len(), seen[0].digest.to_string()), (1, name(&later)));
    let saved = Document::load(&document.save().unwrap()).unwrap();
    assert_eq!(saved.facts(), seen, "under the digest of the bytes that were written");
}
