//! What a later version wrote, and this one takes along.

use std::fs;

use harness::{BEGINNING, Device};
use record::facts::{Fact, Later, Text};
use statement::body::Facts;
use statement::{Author, Section, chain, kind};
use store::{Commit, Store};
use vault::{SecretKey32, SigningKey, seal};

use super::{Folder, import};

/// {12: "calm", 300: [1, 2]}: fields of a fact that this version does not know.
const UNKNOWN: &[u8] = b"\xa2\x0c\x64calm\x19\x01\x2c\x82\x01\x02";

/// Writes on a closed device what a later version of the app would: a fact of an unknown kind, in an unknown section.
fn write_later(phone: &Device, author: impl FnOnce(&SigningKey) -> Author, section: &Section) {
    let key = phone.database_key();
    let own = seal::derive_device_key(&key).unwrap();
    let sealed = fs::read(phone.home().join("keychain/device")).unwrap();
    let plain = seal::open(&own, "device", &sealed).unwrap();
    // CBOR: a byte string of 32.
    let seed = plain.expose().windows(2).position(|two| two == [0x58, 0x20]).unwrap() + 2;
    let signing =
        SigningKey::from_seed(SecretKey32::try_from(&plain.expose()[seed..seed + 32]).unwrap()).unwrap();
    let author = author(&signing);
    let store = Store::open(&phone.database(), key.expose()).unwrap();
    let text = Text { salt: [4; 16], text: "felt light".to_owned() };
    let fact = Fact {
        kind: "mood".to_owned(),
        subjects: vec!["cohort:7".to_owned()],
        member: author.member,
        written_at: BEGINNING,
        nonce: [7; 16],
        replaces: Vec::new(),
        text: Some(text.id()),
        deleted: false,
        revisions: Vec::new(),
        body: None,
        later: Later::from_bytes(UNKNOWN).unwrap(),
    };
    let change = store.document(section).unwrap().write(&author.device, &[fact]).unwrap();
    let body = Facts::new(vec![change]).encode().unwrap();
    let payload = chain::next(None, &[]).payload(&author, section.clone(), kind::FACTS, body);
    let statement = (signing.sign(&payload).unwrap(), payload);
    store.commit(Commit { statements: vec![statement], texts: vec![text], ..Commit::default() }).unwrap();
}

/// The line of that fact, without the names that it has in one record only.
fn told(folder: &Folder) -> String {
    let lines = folder.lines("record/facts.ndjson");
    let line = lines.iter().find(|line| line["kind"] == "mood").expect("the fact");
    format!("{} {} {} {} {}", line["section"], line["subjects"], line["written"], line["text"], line["later"])
}

#[test]
fn c14_facts_of_an_unknown_kind_and_section_with_unknown_fields_leave_and_arrive() {
    let mut phone = Device::new("alice's phone");
    let (record, member) =
        (phone.client().record_id().parse().expect("a digest in hex"), phone.client().member());
    phone.close();
    let section = Section::new("genomics").unwrap();
    write_later(&phone, |key| Author { record, device: key.device_id(), member }, &section);
    phone.reopen();
    phone.client().write_note("beside it", None).unwrap();
    phone.client().rebuild(|_| {}).unwrap();
    assert!(phone.client().verify().unwrap().sound);
    let left = Folder::of(&phone);
    let unknown = data_encoding::HEXLOWER.encode(UNKNOWN);
    assert_eq!(told(&left), format!(r#""genomics" ["cohort:7"] {BEGINNING} "felt light" "{unknown}""#));

    let tablet = Device::new("alice's tablet");
    let imported = import(&tablet, &left.path()).unwrap();
    assert_eq!((imported.facts, &imported.digest), (2, &imported.expected));
    assert_eq!(told(&Folder::of(&tablet)), told(&left));
    tablet.client().rebuild(|_| {}).unwrap();
    assert!(tablet.client().verify().unwrap().sound);
    assert_eq!(told(&Folder::of(&tablet)), told(&left), "after its lists were made again");
}
