//! Portals: what is held of them, finding one, and signing in.

use zeroize::Zeroizing;

use super::Field;
use crate::give::Give;

mirror! {
    /// The record at a glance.
    struct RecordStatus = client::Status {
        /// The record's id, in hex.
        record: String,
        /// The name that the holder gave.
        holder: String,
        /// What is held, by section.
        sections: Vec<SectionStatus>,
        /// The portals, those in use first.
        portals: Vec<PortalStatus>,
    }
}

mirror! {
    /// One section at a glance.
    struct SectionStatus = client::SectionStatus {
        /// Its name.
        section: String,
        /// Entries.
        entries: u64,
        /// Entries that this member has not read.
        unread: u64,
        /// Entries that were withdrawn.
        withdrawn: u64,
        /// Results that a laboratory flagged critical.
        critical: u64,
    }
}

mirror! {
    /// One portal at a glance.
    struct PortalStatus = client::PortalStatus {
        /// Its name.
        name: String,
        /// Its FHIR base address.
        issuer: String,
        /// The granted scopes.
        scopes: String,
        /// When it was connected (UTC seconds).
        connected: i64,
        /// When the access ends, where that is known (UTC seconds).
        ends: Option<i64>,
        /// When the connection was ended (UTC seconds).
        ended: Option<i64>,
        /// Whether it takes a new sign-in to go on: the portal asked for one, or the time that was given is over.
        sign_in_again: bool,
        /// Whether this device shows the portal with a key of its own who it is.
        signs: bool,
        /// When everything that it gives was last read (UTC seconds).
        as_of: Option<i64>,
        /// Each kind of data: when it was last read, and what was refused.
        slots: Vec<SlotStatus>,
        /// Entries that were not taken in, by reason: another person's, or unreadable. Their content was not kept.
        set_aside: Vec<SetAside>,
        /// What entries refer to and could not be followed.
        unfollowed: Vec<Unfollowed>,
    }
}

mirror! {
    /// One kind of data at one portal.
    struct SlotStatus = client::SlotStatus {
        /// Its name, such as `Observation/laboratory`.
        what: String,
        /// How many entries the last whole reading showed.
        count: Option<u64>,
        /// When it was last read to its end (UTC seconds).
        last_success: Option<i64>,
        /// When it was last tried (UTC seconds).
        last_try: i64,
        /// Why the last try gave nothing.
        refused: Option<String>,
        /// Asks for all of a type that others ask by category: when those worked, a refusal here is no loss.
        catch_all: bool,
    }
}

mirror! {
    /// References that could not be followed, those of one kind and reason together.
    struct Unfollowed = client::Unfollowed {
        /// The type that they refer to, or the server that they lead to.
        what: String,
        /// Why: made safe.
        reason: String,
        /// How many; of another server, one.
        count: u64,
    }
}

mirror! {
    /// What came of taking a list in.
    struct ListTaken = client::ListTaken {
        /// When it was made, as its maker says.
        as_of: Option<String>,
        /// Organisations that can be found now.
        organisations: u64,
        /// Entries that could not be read.
        unreadable: u64,
        /// Organisations without a way in that is active and secure (https).
        without_portal: u64,
        /// Organisations that are closed or have no name.
        not_organisations: u64,
        /// What is beyond the most that is taken.
        beyond: u64,
    }
}

mirror! {
    /// What a search found.
    struct PortalsFound = client::Found {
        /// When the list was made, as its maker says.
        as_of: Option<String>,
        /// Organisations in the list.
        organisations: u64,
        /// The ways in that fit, the best first.
        ways: Vec<WayIn>,
        /// Whether more fit than were asked for.
        more: bool,
    }
}

mirror! {
    /// One portal of one organisation.
    struct WayIn = client::WayIn {
        /// The organisation, as people know it.
        organisation: String,
        /// The portal's own name, where it has one.
        portal: Option<String>,
        /// For whom it is.
        description: Option<String>,
        /// The organisation that gives access, where it is another.
        through: Option<String>,
        /// Where the organisation is: the place that fits what was searched for.
        place: Option<String>,
        /// The portal's FHIR base address.
        address: String,
        /// Whether this app can read from it (FHIR R4, as far as the list says).
        readable: bool,
    }
}

mirror! {
    /// A sign-in that succeeded.
    struct SignIn = client::SignIn {
        /// The portal's name.
        portal: String,
        /// The patient there, as the portal names them.
        patient: String,
        /// More of the patient, in reading order; without the numbers that a passer-by should not read.
        fields: Vec<Field>,
        /// Why they are taken for this record's person.
        because: Vec<String>,
        /// When the access that was given ends, where that is known (Unix seconds).
        ends: Option<i64>,
    }
}

mirror_enum! {
    /// What became of registering this device.
    enum Registration = client::Registration {
        /// It was not asked for, or the portal registers no apps, or the portal knew this app from before.
        Unneeded,
        /// This device has a name and a key of its own at the portal now.
        Made,
        /// The portal refused, so the sign-in goes on under the app's usual name. It may not know that one either.
        Refused {
            /// In the portal's words, made safe.
            reason: String,
        },
    }
}

/// Entries of a portal that were not taken in, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SetAside {
    /// Why: another person's, or unreadable.
    pub reason: String,
    /// How many.
    pub count: u64,
}

impl Give<SetAside> for (String, u64) {
    fn give(self) -> SetAside {
        let (reason, count) = self;
        SetAside { reason, count }
    }
}

/// A private key that a person supplies.
#[derive(Clone, uniffi::Record)]
pub struct SuppliedKey {
    /// The name under which the portal knows it (`kid`).
    pub id: String,
    /// P-384, or RSA of at least 2048 bits; PKCS #8 or PKCS #1, DER or PEM.
    pub private_key: Vec<u8>,
}

impl SuppliedKey {
    fn take(self) -> client::SuppliedKey {
        client::SuppliedKey { id: self.id, private: Zeroizing::new(self.private_key) }
    }
}

/// How to show a portal who this app is.
#[derive(Clone, uniffi::Enum)]
pub enum AppIdentity {
    /// As the last time at this portal. The first time by a registration of this device's own, with a key that is made for
    /// it; where the portal registers no apps, by the name `otherwise`.
    Usual {
        /// The name under which the app is known at many portals.
        otherwise: String,
    },
    /// By a client id that the portal gave.
    Named {
        /// The client id.
        client_id: String,
        /// The key whose public half the portal has; none for a public client.
        key: Option<SuppliedKey>,
    },
    /// By a new registration of this device's own, or not at all.
    Registered {
        /// The key to register instead of one that is made for it.
        key: Option<SuppliedKey>,
    },
}

/// What it takes to begin a sign-in.
#[derive(Clone, uniffi::Record)]
pub struct NewConnection {
    /// The portal's FHIR base address.
    pub base: String,
    /// How to show the portal who this app is.
    pub app: AppIdentity,
    /// Where the browser returns to.
    pub redirect_uri: String,
    /// What to call the portal. Without it, what it was called before, else its host.
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// The person has looked, and says that an unsure match is the same person. A plain mismatch is refused all the same.
    #[uniffi(default = false)]
    pub same_person: bool,
}

impl NewConnection {
    pub(crate) fn take(self) -> client::NewConnection {
        let app = match self.app {
            AppIdentity::Usual { otherwise } => client::App::Usual { otherwise },
            AppIdentity::Named { client_id, key } => {
                client::App::Named { client_id, key: key.map(SuppliedKey::take) }
            }
            AppIdentity::Registered { key } => client::App::Registered { key: key.map(SuppliedKey::take) },
        };
        client::NewConnection {
            base: self.base,
            name: self.name,
            app,
            redirect_uri: self.redirect_uri,
            same_person: self.same_person,
        }
    }
}

/// A sign-in that has begun.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SignInPage {
    /// The portal's sign-in page, to be opened in the person's own browser.
    pub address: String,
    /// What became of registering this device.
    pub registration: Registration,
}

/// What came of an address with which a browser returned.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Returned {
    /// It was not the answer to this sign-in: keep waiting.
    NotForUs,
    /// The portal lets no app act there: it is asked once more, for reading alone. Open this page and keep waiting.
    ReadingOnly {
        /// The portal's words, made safe; may be empty.
        reason: String,
        /// The page to open now.
        address: String,
    },
    /// The portal is connected.
    Connected {
        /// What the portal shows.
        sign_in: SignIn,
    },
    /// The person at the portal may or may not be this record's. Nothing was taken in, the tokens were given back. When the
    /// person says that it is the same, connect again with `NewConnection.same_person`.
    Unsure {
        /// What agrees and what differs, for a screen.
        because: Vec<String>,
    },
    /// Another person: the portal belongs into another record. Nothing was taken in, the tokens were given back.
    AnotherPerson {
        /// What differs, for a screen.
        because: Vec<String>,
    },
}
