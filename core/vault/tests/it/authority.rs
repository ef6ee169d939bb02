//! Who may say what, and who is not believed.

use statement::body::Genesis;
use statement::{Author, DeviceId, MemberId, Payload, RecordId, Section, Signed, chain, kind};
use vault::{Authority, Error, RecoveryKit, SecretKey32, SigningKey, check_genesis, verify};

const ALICE: MemberId = MemberId::new([0xa1; 16]);
const BOB: MemberId = MemberId::new([0xb0; 16]);

fn kit() -> RecoveryKit {
    RecoveryKit::new(SecretKey32::new([0x11; 32]))
}

fn device(seed: u8) -> SigningKey {
    SigningKey::from_seed(SecretKey32::new([seed; 32])).unwrap()
}

fn founded() -> Signed {
    vault::genesis(&kit(), ALICE, device(1).device_id(), [3; 16], "Alice").unwrap()
}

fn note(key: &SigningKey, member: MemberId, record: RecordId) -> Payload {
    let author = Author { record, device: key.device_id(), member };
    chain::next(None, &[]).payload(&author, Section::JOURNAL, kind::FACTS, vec![0x80])
}

/// A genesis whose payload is changed and then rightly signed by the root.
fn forged(change: impl FnOnce(&mut Payload)) -> Result<(RecordId, Genesis), Error> {
    let mut payload = founded().payload().unwrap();
    change(&mut payload);
    check_genesis(&kit().root_key().unwrap().sign(&payload).unwrap())
}

fn with_body(change: impl FnOnce(&mut Genesis)) -> Result<(RecordId, Genesis), Error> {
    forged(|payload| {
        let mut body = Genesis::decode(&payload.body).unwrap();
        change(&mut body);
        payload.body = body.encode().unwrap();
    })
}

#[test]
fn a_record_is_named_by_its_genesis() {
    let (record, genesis) = check_genesis(&founded()).unwrap();
    assert_eq!(record, founded().digest().into());
    assert_eq!(genesis.root, kit().root_key().unwrap().device_id());
    assert_eq!((genesis.holder, genesis.device), (ALICE, device(1).device_id()));
    let other = vault::genesis(&kit(), ALICE, device(1).device_id(), [4; 16], "Alice").unwrap();
    assert_ne!(other.digest(), founded().digest());
}

#[test]
fn a_genesis_in_the_wrong_place_is_none() {
    assert!(forged(|_| ()).is_ok());
    let refused = |made| assert!(matches!(made, Err(Error::NotAGenesis(_))), "{made:?}");
    refused(forged(|payload| payload.kind = kind::FACTS.to_owned()));
    refused(forged(|payload| payload.rules = 2));
    refused(forged(|payload| payload.record = RecordId::new([1; 32])));
    refused(forged(|payload| payload.section = Section::JOURNAL));
    refused(forged(|payload| payload.number = 1));
    refused(forged(|payload| payload.previous = Some(founded().digest())));
    refused(forged(|payload| payload.clock = 2));
    refused(forged(|payload| payload.member = BOB));
    refused(with_body(|body| body.root = device(1).device_id()));
    refused(with_body(|body| body.holder = BOB));
    refused(with_body(|body| body.device = body.root));
}

#[test]
fn the_holders_first_device_writes_and_nobody_else_does() {
    let authority = Authority::new(&founded()).unwrap();
    let phone = device(1).device_id();
    let root = authority.genesis().root;
    let may = |device: &DeviceId, member: &MemberId, section: &Section, kind: &str| {
        authority.may_write(device, member, section, kind)
    };
    for section in Section::ALL {
        assert!(may(&phone, &ALICE, section, kind::PAGE));
        assert!(!may(&phone, &BOB, section, kind::PAGE), "the phone is not Bob's");
        assert!(!may(&device(2).device_id(), &ALICE, section, kind::PAGE));
        assert!(!may(&root, &ALICE, section, kind::FACTS), "the root writes no facts");
        assert!(!may(&phone, &ALICE, section, kind::GENESIS));
    }
    assert!(may(&root, &ALICE, &Section::CIRCLE, kind::GENESIS));
    assert!(!may(&root, &ALICE, &Section::RESULTS, kind::GENESIS));
    let tablet = device(2).device_id();
    let both = authority.clone().admitting(tablet, ALICE);
    assert!(both.may_write(&tablet, &ALICE, &Section::RESULTS, kind::PAGE));
    assert!(both.may_write(&phone, &ALICE, &Section::RESULTS, kind::PAGE));
    assert!(!both.may_write(&tablet, &BOB, &Section::RESULTS, kind::PAGE));
}

#[test]
fn a_statement_of_another_record_is_refused_and_one_without_right_is_kept() {
    let authority = Authority::new(&founded()).unwrap();
    let own = device(1).sign(&note(&device(1), ALICE, authority.record())).unwrap();
    assert!(authority.verify(&own).is_ok());
    let stranger = device(9).sign(&note(&device(9), BOB, authority.record())).unwrap();
    assert!(authority.verify(&stranger).is_ok());
    let elsewhere = device(1).sign(&note(&device(1), ALICE, RecordId::new([5; 32]))).unwrap();
    assert_eq!(authority.verify(&elsewhere), Err(Error::OtherRecord));
    let second = vault::genesis(&kit(), ALICE, device(1).device_id(), [4; 16], "Alice").unwrap();
    assert_eq!(authority.verify(&second), Err(Error::OtherRecord));
}

#[test]
fn nobody_signs_for_another_device() {
    let record = RecordId::new([5; 32]);
    let payload = note(&device(1), ALICE, record);
    assert!(matches!(device(2).sign(&payload), Err(Error::OtherDevice)));
    let foreign = device(2).sign(&note(&device(2), ALICE, record)).unwrap();
    let forged = Signed::new(payload.encode().unwrap(), *foreign.signature()).unwrap();
    assert_eq!(verify(&forged), Err(Error::BadSignature));
}

#[test]
fn no_other_suite_is_signed_or_believed() {
    let weaker = Payload { suite: 0, ..note(&device(1), ALICE, RecordId::new([5; 32])) };
    assert!(matches!(device(1).sign(&weaker), Err(Error::UnknownSuite(0))));
    let offered = Signed::new(weaker.encode().unwrap(), [0; 64]).unwrap();
    assert_eq!(verify(&offered), Err(Error::UnknownSuite(0)));
}

#[test]
fn keys_under_which_anything_verifies_are_refused() {
    // The neutral point: its signature (itself, 0) fits every message.
    let mut point = [0; 32];
    point[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    for sign in [0x00, 0x80] {
        point[31] = sign;
        let payload =
            Payload { device: DeviceId::new(point), ..note(&device(1), ALICE, RecordId::new([5; 32])) };
        let signed = Signed::new(payload.encode().unwrap(), signature).unwrap();
        assert_eq!(verify(&signed), Err(Error::BadKey));
    }
}

#[test]
fn a_name_over_the_cap_is_refused() {
    let name = "x".repeat(statement::limits::NAME + 1);
    let made = vault::genesis(&kit(), ALICE, device(1).device_id(), [3; 16], &name);
    assert!(matches!(made, Err(Error::Statement(_))));
}
