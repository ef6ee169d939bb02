//! What can go wrong, and what to do next.

use crate::exit::Exit;

/// Why a command could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The client says why.
    #[error(transparent)]
    Client(#[from] client::Error),
    /// What was typed cannot be done.
    #[error("{0}")]
    Usage(String),
    /// A file, a socket or a program failed.
    #[error("{0}")]
    System(String),
    /// Nothing, or more than one thing, is meant by what was typed.
    #[error("{0}")]
    Unfound(String),
    /// Ctrl-C.
    #[error("Stopped. Nothing was changed")]
    Stopped,
    /// Nobody reads on: the rest of the output is not wanted.
    #[error("nobody reads the output")]
    Closed,
}

impl Error {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Client(error) => exit_of(error),
            Self::Usage(_) => Exit::Usage,
            Self::System(_) => Exit::Mistake,
            Self::Unfound(_) => Exit::NotFound,
            Self::Stopped => Exit::Stopped,
            Self::Closed => Exit::Done,
        }
    }

    /// What to do about it, where the text does not say so itself.
    pub fn next_step(&self) -> Option<&'static str> {
        let Self::Client(error) = self else { return None };
        match error {
            client::Error::WrongPassphrase => {
                Some("If it is lost, open the record with the recovery kit: `--kit-file FILE`.")
            }
            client::Error::AlreadyThere => Some("`--record NAME` makes another one beside it."),
            client::Error::NoRecord => Some("Another one is opened with `--record NAME` or `--home DIR`."),
            client::Error::Offline { .. } => Some("`wellkept status` says what is held, and as of when."),
            client::Error::SignInAgain { .. } => {
                Some("Sign in again: `wellkept connect` and its name, which `wellkept portals` shows.")
            }
            client::Error::AppNotKnown { .. } => Some(
                "It may take a portal up to 12 hours to know a new registration or key: try again later. If it stays so, ask \
                 the portal for a client id (`--client-id ID`), or register this device anew (`--register`).",
            ),
            client::Error::NotRegistered { .. } => {
                Some("Ask the portal for a client id, then connect with `--client-id ID`.")
            }
            client::Error::NoList => Some(
                "Take one in with `wellkept portals import FILE`, or connect by the portal's address: `wellkept connect https://...`.",
            ),
            client::Error::Damaged(_) => Some(
                "`wellkept salvage` takes over what is whole of it, and keeps the damaged file. Where nothing can be taken over, put \
                 back a copy of the record's folder, or make a new record, import an export into it if there is one, and connect the \
                 portals again.",
            ),
            client::Error::OlderCopy => Some(
                "To go on in a new record: `wellkept export DIR`, `wellkept --record NAME init`, `wellkept --record NAME import DIR`; \
                 then connect the portals again, and remove DIR.",
            ),
            client::Error::NotFound => Some(
                "`wellkept timeline` and `wellkept search WORDS` list names; `wellkept portals` lists portals.",
            ),
            client::Error::Covered => Some("`--reveal` shows it this once; `wellkept reveal` for good."),
            client::Error::Ambiguous { .. } => Some(
                "Where two portals use the same name, write `address|Type|id`, the address being the portal's.",
            ),
            _ => None,
        }
    }
}

fn exit_of(error: &client::Error) -> Exit {
    use client::Error as E;
    match error {
        E::Locked | E::KeysLost | E::WrongPassphrase | E::WrongKit { .. } | E::TryAgainIn { .. } => {
            Exit::Locked
        }
        E::Offline { .. } | E::FileNotHere { .. } => Exit::Unreachable,
        E::SignInAgain { .. }
        | E::Refused { .. }
        | E::AppNotKnown { .. }
        | E::NotRegistered { .. }
        | E::FileRefused { .. } => Exit::Refused,
        E::Damaged(_) | E::NewerData | E::OlderCopy | E::NotTaken(_) => Exit::Unsound,
        E::NoRecord | E::AlreadyThere | E::InUse | E::NotEmpty => Exit::Occupied,
        E::NotFound | E::NoList | E::Ambiguous { .. } => Exit::NotFound,
        E::Invalid(_) | E::Covered => Exit::Usage,
        _ => Exit::Mistake,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_ends_with_the_code_that_help_lists() {
        let portal = || "Riverside".to_owned();
        let table = [
            (client::Error::Bug("x"), Exit::Mistake),
            (client::Error::OutOfSpace, Exit::Mistake),
            (client::Error::Invalid(String::new()), Exit::Usage),
            (client::Error::TryAgainIn { seconds: 30 }, Exit::Locked),
            (client::Error::Offline { portal: portal(), reason: String::new() }, Exit::Unreachable),
            (client::Error::SignInAgain { portal: portal() }, Exit::Refused),
            (client::Error::AppNotKnown { portal: portal(), reason: String::new() }, Exit::Refused),
            (client::Error::NotRegistered { portal: portal(), reason: String::new() }, Exit::Refused),
            (client::Error::NoList, Exit::NotFound),
            (client::Error::NewerData, Exit::Unsound),
            (client::Error::OlderCopy, Exit::Unsound),
            (client::Error::InUse, Exit::Occupied),
            (client::Error::Ambiguous { count: 2 }, Exit::NotFound),
        ];
        for (error, exit) in table {
            assert_eq!(Error::Client(error).exit(), exit);
        }
        assert_eq!(Error::Closed.exit(), Exit::Done);
        assert_eq!(Error::Stopped.exit(), Exit::Stopped);
    }
}
