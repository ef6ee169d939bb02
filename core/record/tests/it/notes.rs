use std::collections::BTreeSet;

use fhir::Digest;
use record::facts::{self, Fact, FactDigest, KIND_NOTE, KIND_READ, Text, of_their_own};
use statement::{MemberId, Section};

use crate::world::*;

const RESULTS: Section = Section::RESULTS;

fn edit(device: &mut Device, of: &[FactDigest]) -> FactDigest {
    let fact = Fact { replaces: of.to_vec(), ..device.fact(KIND_NOTE) };
    device.write(&RESULTS, fact)
}

fn delete(device: &mut Device, of: &[FactDigest]) -> FactDigest {
    let fact = Fact { replaces: of.to_vec(), deleted: true, ..device.fact(KIND_NOTE) };
    device.write(&RESULTS, fact)
}

fn pair() -> (Device, Device) {
    (Device::new(PHONE, ALICE), Device::new(TABLET, BOB))
}

fn meet(one: &mut Device, other: &mut Device) {
    one.receive(&other.record);
    other.receive(&one.record);
    assert_eq!(one.record.notes(), other.record.notes());
}

#[test]
fn an_edit_replaces_what_it_names_and_the_note_keeps_its_name() {
    let (mut phone, _) = pair();
    let first = edit(&mut phone, &[]);
    let second = edit(&mut phone, &[first]);
    let third = edit(&mut phone, &[second]);
    let notes = phone.record.notes();
    assert_eq!(notes.len(), 1);
    assert_eq!((notes[0].root, notes[0].conflict, notes[0].deleted), (first, false, false));
    assert_eq!(notes[0].versions.iter().map(|v| v.fact).collect::<Vec<_>>(), [third]);
    assert_eq!(notes[0].history.len(), 3);
    assert!(phone.record.facts()[0].fact.is_about(&key("Observation", "hb")));
}

#[test]
fn two_edits_of_one_note_are_both_kept_and_one_that_names_both_settles_it() {
    let (mut phone, mut tablet) = pair();
    let first = edit(&mut phone, &[]);
    meet(&mut phone, &mut tablet);
    let (hers, his) = (edit(&mut phone, &[first]), edit(&mut tablet, &[first]));
    meet(&mut phone, &mut tablet);
    let note = phone.record.notes().remove(0);
    assert!(note.conflict && !note.deleted);
    let versions: BTreeSet<_> = note.versions.iter().map(|v| v.fact).collect();
    assert_eq!(versions, BTreeSet::from([hers, his]));
    let settled = edit(&mut tablet, &[hers, his]);
    meet(&mut phone, &mut tablet);
    let note = phone.record.notes().remove(0);
    assert_eq!((note.root, note.conflict, note.versions.len()), (first, false, 1));
    assert_eq!(note.versions[0].fact, settled);
}

#[test]
fn a_deletion_removes_what_it_names_and_an_edit_made_without_knowing_of_it_survives() {
    let (mut phone, mut tablet) = pair();
    let first = edit(&mut phone, &[]);
    meet(&mut phone, &mut tablet);
    let edited = edit(&mut tablet, &[first]);
    delete(&mut phone, &[first]);
    assert!(phone.record.notes()[0].deleted && phone.record.notes()[0].versions.is_empty());
    meet(&mut phone, &mut tablet);
    let note = phone.record.notes().remove(0);
    assert_eq!((note.conflict, note.deleted), (true, false));
    assert_eq!(note.versions.iter().map(|v| v.fact).collect::<Vec<_>>(), [edited]);
}

#[test]
fn unknown_kinds_of_fact_are_kept_and_neither_shown_nor_believed() {
    let (mut phone, mut tablet) = pair();
    let note = edit(&mut phone, &[]);
    let strange = Fact { replaces: vec![note], deleted: true, ..phone.fact("from-2031") };
    let strange = phone.write(&RESULTS, strange);
    meet(&mut phone, &mut tablet);
    tablet.record.reopen();
    assert!(tablet.record.facts().iter().any(|w| w.digest == strange));
    let notes = tablet.record.notes();
    assert_eq!((notes.len(), notes[0].deleted), (1, false));
}

#[test]
fn h15_one_members_reading_clears_nothing_for_another_and_a_correction_is_new_again() {
    let (mut phone, mut tablet) = pair();
    let (seen, corrected) = (Digest([7; 32]), Digest([8; 32]));
    let read = Fact { revisions: vec![seen], ..phone.fact(KIND_READ) };
    phone.write(&RESULTS, read);
    meet(&mut phone, &mut tablet);
    let all = tablet.record.facts();
    assert_eq!(facts::read_marks(&all, &ALICE), BTreeSet::from([seen]));
    assert!(facts::read_marks(&all, &BOB).is_empty());
    assert!(!facts::read_marks(&all, &ALICE).contains(&corrected));
}

#[test]
fn h15_nobody_reads_or_writes_in_anothers_name() {
    let (mut phone, mut tablet) = pair();
    let note = edit(&mut phone, &[]);
    meet(&mut phone, &mut tablet);
    let forged_mark = Fact { member: ALICE, revisions: vec![Digest([7; 32])], ..tablet.fact(KIND_READ) };
    tablet.write(&RESULTS, forged_mark);
    let forged_edit = Fact { member: ALICE, replaces: vec![note], deleted: true, ..tablet.fact(KIND_NOTE) };
    tablet.write(&RESULTS, forged_edit);
    let member_of = |device: &statement::DeviceId| (*device == PHONE).then_some(ALICE).or(Some(BOB));
    let honest = of_their_own(tablet.record.facts(), member_of);
    assert!(facts::read_marks(&honest, &ALICE).is_empty());
    assert!(!facts::notes(&honest)[0].deleted, "the earlier version returns");
    let nobody = |device: &statement::DeviceId| (*device == PHONE).then_some(ALICE);
    assert_eq!(of_their_own(tablet.record.facts(), nobody).len(), 1);
}

#[test]
fn a_text_is_named_by_its_salt_too_and_read_back() {
    let text = |salt, words: &str| Text { salt: [salt; 16], text: words.to_owned() };
    assert_ne!(text(1, "yes").id(), text(2, "yes").id());
    let note = text(1, "Ask about iron — fasting?");
    assert_eq!(Text::decode(&note.encode().unwrap()).unwrap(), note);
    assert!(!format!("{note:?}").contains("iron"));
    assert!(text(1, &"a".repeat(facts::MAX_TEXT + 1)).encode().is_err());
    assert!(Text::decode(b"\xa0").is_err());
}

#[test]
fn notes_that_name_what_never_came_still_show_and_a_ring_cannot_lock_up() {
    let (mut phone, _) = pair();
    let orphan = edit(&mut phone, &[FactDigest::new([9; 32])]);
    let notes = phone.record.notes();
    assert_eq!((notes[0].root, notes[0].versions.len()), (orphan, 1));
    // Two facts that replace each other cannot be made; what would be if they could must end all the same.
    let mut written = phone.record.facts();
    let mut other = written[0].clone();
    other.digest = FactDigest::new([9; 32]);
    other.fact.replaces = vec![orphan];
    written.push(other);
    assert!(facts::notes(&written).iter().all(|note| note.versions.is_empty()));
    assert_eq!(MemberId::new([0xa1; 16]), ALICE);
}
