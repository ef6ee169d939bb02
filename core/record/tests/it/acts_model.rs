//! The life of one act, step by step, against a small model of what may hold (hazard H1): never twice at the portal, never
//! said to be sent or refused while that is not known.

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use record::acts::{Attempts, Happened, Next, Portal, Standing, looked, next, outgoing};
use record::facts::Written;

use crate::acts::{COMPOSED, composed, event};
use crate::world::{PHONE, TABLET};

/// What becomes of one request.
#[derive(Clone, Copy, Debug)]
enum Net {
    Offline,
    Busy,
    Refused,
    Answered,
    AnswerLost,
    RequestLost,
    /// It is on its way for so many seconds more: less than a gateway holds it.
    Late(i64),
    /// The device dies after sending; the portal got it or not.
    Killed(bool),
}

#[derive(Clone, Copy, Debug)]
enum Person {
    Retry,
    Delete,
    Done,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Pass(i64),
    Run(Net),
    Says(Person),
}

/// Which of them a portal is.
#[derive(Clone, Copy, Debug)]
struct Kind {
    honours: bool,
    finds: bool,
}

impl Kind {
    fn rules(self) -> Portal {
        Portal { finds: self.finds, once: self.honours && self.finds }
    }
}

/// What truly happened, told apart from what the device knows.
#[derive(Clone, Debug)]
struct Truth {
    kind: Kind,
    now: i64,
    /// How often it was made there.
    made: u32,
    /// When requests that are still on their way arrive.
    on_their_way: Vec<i64>,
    /// A person wanted it sent again although nobody could tell.
    risked: bool,
    /// The portal said no, and meant it.
    refused: bool,
}

impl Truth {
    fn arrive(&mut self) {
        if self.made == 0 || !self.kind.honours {
            self.made += 1;
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.now += seconds;
        let (due, later): (Vec<i64>, Vec<i64>) = self.on_their_way.iter().partition(|at| **at <= self.now);
        self.on_their_way = later;
        due.iter().for_each(|_| self.arrive());
    }
}

struct Machine;

impl ReferenceStateMachine for Machine {
    type State = Kind;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Kind> {
        (any::<bool>(), any::<bool>()).prop_map(|(honours, finds)| Kind { honours, finds }).boxed()
    }

    fn transitions(_: &Kind) -> BoxedStrategy<Step> {
        let net = prop_oneof![
            2 => Just(Net::Offline),
            1 => Just(Net::Busy),
            1 => Just(Net::Refused),
            2 => Just(Net::Answered),
            3 => Just(Net::AnswerLost),
            3 => Just(Net::RequestLost),
            3 => (1_i64..590).prop_map(Net::Late),
            2 => any::<bool>().prop_map(Net::Killed),
        ];
        let person = prop_oneof![Just(Person::Retry), Just(Person::Delete), Just(Person::Done)];
        prop_oneof![
            4 => prop_oneof![0_i64..60, 60_i64..700, 700_i64..90_000].prop_map(Step::Pass),
            6 => net.prop_map(Step::Run),
            1 => person.prop_map(Step::Says),
        ]
        .boxed()
    }

    fn apply(state: Kind, _: &Step) -> Kind {
        state
    }
}

/// The device: facts, its own tries, and the portal that it talks to.
struct Device {
    facts: Vec<Written>,
    attempts: Attempts,
    truth: Truth,
    nonce: u8,
}

impl Device {
    fn standing(&self) -> Standing {
        outgoing(&self.facts).remove(0).standing
    }

    fn says(&mut self, happened: Happened) {
        let out = outgoing(&self.facts).remove(0);
        self.push(PHONE, happened, &out.replaced_by_the_device());
    }

    fn push(&mut self, device: statement::DeviceId, happened: Happened, replaces: &[record::facts::FactDigest]) {
        self.nonce += 1;
        self.facts.push(event(device, happened, self.truth.now, self.nonce, replaces));
    }

    fn run(&mut self, net: Net) {
        for _ in 0..8 {
            let out = outgoing(&self.facts).remove(0);
            match next(&out, &self.attempts, self.truth.kind.rules(), self.truth.now) {
                Next::Rest | Next::Wait { .. } | Next::Ask => return,
                Next::Unsure => self.says(Happened::Unsure { reason: String::new() }),
                Next::NotSent => self.says(Happened::NotSent),
                Next::Look if matches!(net, Net::Offline | Net::Killed(_)) => return,
                Next::Look if self.truth.made > 0 => self.says(Happened::Sent { resource: None }),
                Next::Look => self.attempts.looks = looked(&self.attempts, self.truth.now),
                Next::Send => {
                    let now = self.truth.now;
                    let tries = self.attempts.tries + 1;
                    self.attempts = Attempts { tries, looks: 0, last_try: now, not_before: now };
                    self.says(Happened::Attempting);
                    self.sent(net);
                    if !matches!(net, Net::AnswerLost | Net::RequestLost | Net::Late(_)) {
                        return;
                    }
                }
            }
        }
    }

    fn sent(&mut self, net: Net) {
        match net {
            Net::Offline | Net::Busy => self.says(Happened::NotSent),
            Net::Refused => {
                // A portal that has it already says so.
                let had = self.truth.made > 0 && self.truth.kind.honours;
                self.truth.refused = !had;
                let happened = match had {
                    true => Happened::Sent { resource: None },
                    false => Happened::Failed { reason: String::new() },
                };
                self.says(happened);
            }
            Net::Answered => {
                self.truth.arrive();
                self.says(Happened::Sent { resource: None });
            }
            Net::AnswerLost => self.truth.arrive(),
            Net::RequestLost => {}
            Net::Late(seconds) => self.truth.on_their_way.push(self.truth.now + seconds),
            Net::Killed(arrived) => {
                if arrived {
                    self.truth.arrive();
                }
            }
        }
    }

    fn person(&mut self, person: Person) {
        let out = outgoing(&self.facts).remove(0);
        let happened = match (person, &out.standing) {
            (Person::Retry, Standing::Failed { .. } | Standing::Queued) => Happened::Again,
            (Person::Retry, Standing::Unsure { .. }) => {
                self.truth.risked = true;
                Happened::Again
            }
            (Person::Delete, Standing::Queued | Standing::Failed { .. }) => Happened::Deleted,
            (Person::Done, Standing::Unsure { .. } | Standing::Queued) => Happened::DoneByHand,
            _ => return,
        };
        self.push(TABLET, happened, &out.replaced_by_a_person());
    }
}

struct Story;

impl StateMachineTest for Story {
    type SystemUnderTest = Device;
    type Reference = Machine;

    fn init_test(kind: &Kind) -> Device {
        let truth = Truth {
            kind: *kind,
            now: COMPOSED,
            made: 0,
            on_their_way: Vec::new(),
            risked: false,
            refused: false,
        };
        Device { facts: vec![composed()], attempts: Attempts::default(), truth, nonce: 1 }
    }

    fn apply(mut device: Device, _: &Kind, step: Step) -> Device {
        match step {
            Step::Pass(seconds) => device.truth.pass(seconds),
            Step::Run(net) => device.run(net),
            Step::Says(person) => device.person(person),
        }
        device
    }

    fn check_invariants(device: &Device, _: &Kind) {
        let truth = &device.truth;
        let may_be_there = truth.made > 0 || !truth.on_their_way.is_empty();
        if !truth.risked {
            assert!(truth.made <= 1, "twice at the portal");
            match device.standing() {
                Standing::Queued | Standing::Deleted => assert!(!may_be_there, "it is there, and said to wait"),
                Standing::Failed { .. } => assert!(!may_be_there && truth.refused, "refused, and there"),
                _ => {}
            }
        }
        if matches!(device.standing(), Standing::Sent { .. }) {
            assert!(truth.made >= 1, "said to be sent, and nowhere");
        }
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
    #[test]
    fn h1_an_act_goes_out_at_most_once_and_is_never_silently_unknown(sequential 1..40 => Story);
}
