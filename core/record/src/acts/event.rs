use minicbor::{Decode, Encode};

use super::ActId;
use crate::Error;

/// What happened to an act. In CBOR a map with the integer keys shown; unknown keys are skipped.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Event {
    /// The act.
    #[n(0)]
    pub act: ActId,
    /// What happened.
    #[n(1)]
    pub happened: Happened,
}

/// What happened. The last three before [`Happened::Held`] are said by a person, the others by the device that does the act.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Happened {
    /// The device is about to send it: from here on it may be at the portal.
    #[n(0)]
    Attempting,
    /// The portal has it.
    #[n(1)]
    Sent {
        /// The resource there, as `issuer|type|id`, where it is known.
        #[n(0)]
        resource: Option<String>,
    },
    /// It cannot be told whether the portal has it.
    #[n(2)]
    Unsure {
        /// Why, in words.
        #[n(0)]
        reason: String,
    },
    /// The portal will not do it, and did not.
    #[n(3)]
    Failed {
        /// The portal's own words.
        #[n(0)]
        reason: String,
    },
    /// It is certain that the portal has it not: it waits again.
    #[n(4)]
    NotSent,
    /// It is to be sent all the same: after a failure, or because it had waited for long.
    #[n(5)]
    Again,
    /// The person says that it was done.
    #[n(6)]
    DoneByHand,
    /// The person does not want it any more.
    #[n(7)]
    Deleted,
    /// The portal keeps the time for a while; it is not booked.
    #[n(8)]
    Held {
        /// The id of the appointment that is held.
        #[n(0)]
        appointment: String,
        /// Until when (Unix seconds), where the portal said so.
        #[n(1)]
        until: Option<i64>,
    },
}

impl Event {
    /// The event's bytes: the body of its fact.
    ///
    /// # Errors
    /// [`Error::Fact`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        minicbor::to_vec(self).map_err(|_| Error::Fact)
    }

    /// Reads an event.
    ///
    /// # Errors
    /// [`Error::Fact`]: also for what this version does not know.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        minicbor::decode(bytes).map_err(|_| Error::Fact)
    }
}

impl Happened {
    /// Whether only the device that does the act can know it.
    pub(super) fn is_of_the_device(&self) -> bool {
        matches!(
            self,
            Self::Attempting
                | Self::Sent { .. }
                | Self::Unsure { .. }
                | Self::Failed { .. }
                | Self::NotSent
                | Self::Held { .. }
        )
    }
}
