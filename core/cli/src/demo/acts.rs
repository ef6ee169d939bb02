//! What the demo does at its portals: a message and a booking, made with no network.

use sandbox::{Answer, Running};

use super::portals;
use super::terminal::Terminal;
use crate::error::Error;
use crate::exit::Exit;

const HOSPITAL: &str = "Riverside Hospital";

/// Composes offline, lets the network return, and lets the clinic answer.
pub fn run(terminal: &Terminal<'_>, hospital: &Running, chain: &Running) -> Result<(), Error> {
    terminal.step(
        "Free times at the hospital, as it shows them to this person. Only such a time can be booked.",
        || terminal.types(&["appointments", "find", HOSPITAL, "--limit", "3"], Exit::Done),
    )?;
    terminal.step(
        "The network is gone. A message is written and a time is taken all the same: both wait, and say so.",
        || {
            hospital.stop();
            chain.stop();
            let words = "Since Tuesday I feel dizzy when I get up. Is that the new tablets?";
            let to = portals::doctor(hospital);
            let send = ["message", "send", HOSPITAL, words, "--to", &to, "--subject", "Dizziness"];
            terminal.types(&send, Exit::Done)?;
            terminal.types(&["appointments", "book", "1", "--reason", "Dizziness"], Exit::Done)
        },
    )?;
    terminal.step("The network returns. The next sync sends each of them, once.", || {
        portals::again(hospital)?;
        portals::again(chain)?;
        terminal.types(&["sync"], Exit::Done)?;
        terminal.types(&["outbox"], Exit::Done)
    })?;
    terminal.step("The clinic answers, and the answer comes in with the next sync.", || {
        let sent = portals::sent_message(hospital);
        let words = "It may be. Please measure your blood pressure and write to me again.".to_owned();
        portals::answer(hospital, &sent, Answer::Reply { text: words })?;
        terminal.types(&["sync"], Exit::Done)?;
        terminal.types(&["message", "show", &sent], Exit::Done)
    })
}
