use thiserror::Error;

/// Why a portal could not be found or connected. The text holds nothing that came from a portal or a patient; what the portal
/// itself said is in [`Error::reason`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// Not an absolute https address (http is for this machine only), or with a query, a fragment or a password.
    #[error("this is not the secure address of a portal")]
    BadBase,
    /// The portal names an address of its own that is not https.
    #[error("the portal's {0} is not a secure address")]
    InsecureEndpoint(&'static str),
    /// The app's own redirect address cannot be used (RFC 8252: https, loopback http, or a reverse-DNS scheme).
    #[error("the app's return address cannot be used")]
    BadRedirectUri,
    /// Not reached. Not a rejection: try again later.
    #[error("the portal could not be reached")]
    Unreachable {
        /// What failed, in plain words.
        reason: String,
    },
    /// The portal answered with a redirect, which is never followed.
    #[error("the portal sent a redirect, which is not followed")]
    Redirected,
    /// Neither a SMART configuration nor OAuth addresses in a capability statement.
    #[error("this address does not offer sign-in for apps (SMART on FHIR)")]
    NotSmart,
    /// PKCE with S256 is not announced (SMART App Launch 2.2: servers SHALL).
    #[error("the portal does not offer the protection that sign-in needs (PKCE with S256)")]
    NoPkce,
    /// An address that is not the one this sign-in waits for. The machine goes on waiting.
    #[error("this is not the answer that the sign-in waits for")]
    NotForUs,
    /// `state` is missing, doubled or another. The machine goes on waiting.
    #[error("the answer does not belong to this sign-in")]
    WrongState,
    /// A second answer, or one before it was asked for.
    #[error("this sign-in is not waiting for an answer")]
    NotExpected,
    /// The answer names another issuer, or none where the portal promised one (RFC 9207).
    #[error("the answer came from another sign-in server")]
    WrongIssuer,
    /// The portal, or the person at the portal, said no.
    #[error("the portal did not give access")]
    Denied {
        /// In the portal's words, made safe.
        reason: String,
    },
    /// The portal does not give all that was asked for. The right to write was among it: the machine goes on, and has the
    /// sign-in page once more, without it.
    #[error("the portal does not give all that was asked for")]
    AskedTooMuch {
        /// In the portal's words, made safe.
        reason: String,
    },
    /// An HTTP status that ends the attempt.
    #[error("the portal answered with status {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// In the portal's words, made safe.
        reason: String,
    },
    /// The portal did not accept that it is this client, or knows no such client.
    #[error("the portal does not know this app")]
    NotThisClient {
        /// The HTTP status.
        status: u16,
        /// In the portal's words, made safe.
        reason: String,
    },
    /// An answer that is not what the standard says.
    #[error("the portal's answer could not be read: {0}")]
    Malformed(&'static str),
    /// Access was given, but not to any patient.
    #[error("the portal did not say which patient this is about")]
    NoPatient,
    /// The Patient resource is another than the one access was given to.
    #[error("the portal answered with another patient")]
    WrongPatient,
    /// The bytes are not tokens that this version can read.
    #[error("the kept sign-in cannot be read")]
    BadTokens,
    /// The device's key cannot be used now, is missing, or is another than the one that the portal knows.
    #[error("this device's key for the portal cannot be used now")]
    CannotSign,
    /// The portal does not let apps register themselves.
    #[error("the portal does not let apps register themselves")]
    NoRegistration,
    /// The portal did not register this app. Where the app has a name of its own there, that one may do.
    #[error("the portal did not register this app (status {status})")]
    NotRegistered {
        /// The HTTP status.
        status: u16,
        /// In the portal's words, made safe.
        reason: String,
    },
    /// The portal registered this app in a way that it cannot use. The registration was given back where that is possible.
    #[error("the portal registered this app in a way that it cannot use: {0}")]
    Unusable(&'static str),
    /// The bytes are not a registration that this version can read.
    #[error("the kept registration cannot be read")]
    BadRegistration,
    /// The bytes are not a list of portals that this version can read, or they are too large.
    #[error("this is not a list of portals")]
    BadDirectory,
}

impl Error {
    /// What the portal or the network said: plain, without control characters, at most 300 characters.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Unreachable { reason }
            | Self::Denied { reason }
            | Self::AskedTooMuch { reason }
            | Self::Refused { reason, .. }
            | Self::NotThisClient { reason, .. }
            | Self::NotRegistered { reason, .. } => Some(reason.as_str()).filter(|reason| !reason.is_empty()),
            _ => None,
        }
    }
}
