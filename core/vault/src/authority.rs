use crate::{Error, RecoveryKit, verify};
use statement::body::Genesis;
use statement::{Author, DeviceId, MemberId, Payload, RecordId, Section, Signed, chain, kind};
use std::collections::BTreeSet;

/// Who may say what in one record.
///
/// For now: the holder's first device, which the genesis names, may write everything but a genesis. Statements that admit further
/// devices, grants and revocations come with sharing; until then [`Authority::admitting`] stands for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    record: RecordId,
    genesis: Genesis,
    devices: BTreeSet<(DeviceId, MemberId)>,
}

/// Makes a record's first statement: the holder's first device, under the root key of the kit.
///
/// # Errors
/// [`Error::Statement`] for a name over [`statement::limits::NAME`] bytes.
pub fn genesis(
    kit: &RecoveryKit,
    holder: MemberId,
    device: DeviceId,
    nonce: [u8; 16],
    name: &str,
) -> Result<Signed, Error> {
    let root_key = kit.root_key()?;
    let root = root_key.device_id();
    let body = Genesis { root, holder, device, nonce, name: name.to_owned() };
    let author = Author { record: RecordId::ZERO, device: root, member: holder };
    let first = chain::next(None, &[]);
    let payload = first.payload(&author, Section::CIRCLE, kind::GENESIS, body.encode()?);
    root_key.sign(&payload)
}

/// The record and what its first statement says, if it is signed by the root that it names and is in the root's first place.
///
/// # Errors
/// [`Error::NotAGenesis`] with what is amiss, or those of [`verify`].
pub fn check_genesis(signed: &Signed) -> Result<(RecordId, Genesis), Error> {
    let payload = verify(signed)?;
    check_place(&payload)?;
    let body = Genesis::decode(&payload.body)?;
    if body.root != payload.device {
        return Err(Error::NotAGenesis("signed by another key than its root"));
    }
    if body.holder != payload.member {
        return Err(Error::NotAGenesis("spoken by another than the holder"));
    }
    if body.device == body.root {
        return Err(Error::NotAGenesis("the root is no device"));
    }
    Ok((signed.digest().into(), body))
}

impl Authority {
    /// The authority that a record's first statement founds.
    ///
    /// # Errors
    /// Those of [`check_genesis`].
    pub fn new(genesis: &Signed) -> Result<Self, Error> {
        let (record, genesis) = check_genesis(genesis)?;
        let devices = BTreeSet::from([(genesis.device, genesis.holder)]);
        Ok(Self { record, genesis, devices })
    }

    /// The same, with one more device of a member. Only tests of two devices use it, until statements admit devices.
    pub fn admitting(mut self, device: DeviceId, member: MemberId) -> Self {
        self.devices.insert((device, member));
        self
    }

    /// The record.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// What the record's first statement says.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Whether what this device of this member says in this section counts. Statements that do not count are kept and not shown.
    pub fn may_write(&self, device: &DeviceId, member: &MemberId, section: &Section, kind: &str) -> bool {
        if kind == kind::GENESIS {
            let root = (&self.genesis.root, &self.genesis.holder);
            return root == (device, member) && *section == Section::CIRCLE;
        }
        self.devices.contains(&(*device, *member))
    }

    /// The payload, if the signature is right and the statement is of this record. Asks nothing about the right to say it.
    ///
    /// # Errors
    /// [`Error::OtherRecord`], or those of [`verify`].
    pub fn verify(&self, signed: &Signed) -> Result<Payload, Error> {
        let payload = verify(signed)?;
        let is_genesis = RecordId::from(signed.digest()) == self.record;
        if payload.record != self.record && !is_genesis {
            return Err(Error::OtherRecord);
        }
        Ok(payload)
    }
}

fn check_place(payload: &Payload) -> Result<(), Error> {
    let wrong = |what| Err(Error::NotAGenesis(what));
    if payload.kind != kind::GENESIS {
        return wrong("another kind");
    }
    if !payload.is_understood() {
        return wrong("unknown rules");
    }
    if payload.record != RecordId::ZERO {
        return wrong("it names a record");
    }
    if payload.section != Section::CIRCLE {
        return wrong("another section");
    }
    if payload.number != 0 || payload.previous.is_some() || !payload.heads.is_empty() {
        return wrong("not in the first place");
    }
    if payload.clock != 1 {
        return wrong("its clock is not 1");
    }
    Ok(())
}
