//! The life of one act on two devices, step by step, against a small model of what truly happened (hazard H1): never twice at the
//! portal, never said to be sent or refused while that is not known.

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use record::acts::{Attempts, Happened, Next, Outgoing, Portal, Standing, looked, next, outgoing};
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
    /// It is on its way for so many seconds more: less than a gateway holds it, or longer than any should.
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
    /// The phone, which is to do it, has a network of this kind.
    Run(Net),
    /// The tablet has one too, and a connection of its own.
    TabletRuns,
    /// A person says so at the tablet, by what that knows.
    Says(Person),
    /// Statements are exchanged.
    Meet,
}

/// Which of them a portal is.
#[derive(Clone, Copy, Debug)]
struct Kind {
    honours: bool,
    finds: bool,
    /// It keeps a free time until it is booked, and the act takes one.
    holds: bool,
}

impl Kind {
    fn rules(self) -> Portal {
        Portal { finds: self.finds, once: self.honours && self.finds && !self.holds, holds: self.holds }
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
    /// A request was on its way for longer than a portal is searched for it, where it is then sent again under its condition: until
    /// it arrives, nobody can know of it.
    very_late: bool,
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
        let kinds = (any::<bool>(), any::<bool>(), any::<bool>());
        kinds.prop_map(|(honours, finds, holds)| Kind { honours, finds, holds }).boxed()
    }

    fn transitions(_: &Kind) -> BoxedStrategy<Step> {
        let net = prop_oneof![
            2 => Just(Net::Offline),
            1 => Just(Net::Busy),
            1 => Just(Net::Refused),
            2 => Just(Net::Answered),
            3 => Just(Net::AnswerLost),
            3 => Just(Net::RequestLost),
            3 => prop_oneof![1_i64..590, 600_i64..5_000].prop_map(Net::Late),
            2 => any::<bool>().prop_map(Net::Killed),
        ];
        let person = prop_oneof![Just(Person::Retry), Just(Person::Delete), Just(Person::Done)];
        prop_oneof![
            4 => prop_oneof![0_i64..60, 60_i64..700, 600_i64..3_000, 700_i64..90_000].prop_map(Step::Pass),
            6 => net.prop_map(Step::Run),
            1 => Just(Step::TabletRuns),
            2 => Just(Step::Meet),
            2 => person.prop_map(Step::Says),
        ]
        .boxed()
    }

    fn apply(state: Kind, _: &Step) -> Kind {
        state
    }
}

/// The phone and the tablet, each with what it holds, and the portal that they talk to.
struct Home {
    phone: Vec<Written>,
    tablet: Vec<Written>,
    attempts: Attempts,
    truth: Truth,
    nonce: u8,
}

fn of(facts: &[Written]) -> Outgoing {
    outgoing(facts).remove(0)
}

impl Home {
    fn says(&mut self, happened: Happened) {
        let replaces = of(&self.phone).replaced_by_the_device();
        self.nonce += 1;
        self.phone.push(event(PHONE, happened, self.truth.now, self.nonce, &replaces));
    }

    fn meet(&mut self) {
        for (one, other) in [(0, 1), (1, 0)] {
            let all = [self.phone.clone(), self.tablet.clone()];
            let held: Vec<_> = all[other].iter().map(|w| w.digest).collect();
            let new = all[one].iter().filter(|w| !held.contains(&w.digest)).cloned();
            if other == 0 { self.phone.extend(new) } else { self.tablet.extend(new) }
        }
        assert_eq!(outgoing(&self.phone), outgoing(&self.tablet), "both see the same");
    }

    fn tablet_runs(&self) {
        let tries = Attempts::default();
        let decided = next(&of(&self.tablet), &TABLET, &tries, self.truth.kind.rules(), self.truth.now);
        assert_eq!(decided, Next::Rest, "another device's act");
    }

    fn run(&mut self, net: Net) {
        for _ in 0..8 {
            let out = of(&self.phone);
            match next(&out, &PHONE, &self.attempts, self.truth.kind.rules(), self.truth.now) {
                Next::Rest | Next::Wait { .. } | Next::Ask => return,
                Next::Unsure => self.says(Happened::Unsure { reason: String::new() }),
                Next::NotSent => self.says(Happened::NotSent),
                Next::Look if matches!(net, Net::Offline | Net::Killed(_)) => return,
                Next::Look if self.truth.made > 0 => self.says(Happened::Sent { resource: None }),
                Next::Look => self.attempts.looks = looked(&self.attempts, self.truth.now),
                Next::Hold => {
                    if !self.held(net) {
                        return;
                    }
                }
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

    /// Whether the time is kept now, and known to be.
    fn held(&mut self, net: Net) -> bool {
        let until = Some(self.truth.now + 300);
        match net {
            Net::Answered => self.says(Happened::Held { appointment: "8".to_owned(), until }),
            Net::Refused => {
                self.truth.refused = true;
                self.says(Happened::Failed { reason: String::new() });
            }
            // Whatever became of it, nothing is booked by it, and it may be asked for again.
            _ => self.attempts.not_before = self.truth.now + 60,
        }
        matches!(net, Net::Answered)
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
            Net::Late(seconds) => {
                self.truth.very_late |= seconds >= 600 && self.truth.kind.rules().once;
                self.truth.on_their_way.push(self.truth.now + seconds);
            }
            Net::Killed(arrived) => {
                if arrived {
                    self.truth.arrive();
                }
            }
        }
    }

    fn person(&mut self, person: Person) {
        let out = of(&self.tablet);
        let happened = match (person, &out.standing) {
            (Person::Retry, Standing::Failed { .. } | Standing::Queued | Standing::Held { .. }) => {
                Happened::Again
            }
            (Person::Retry, Standing::Unsure { .. }) => {
                self.truth.risked = true;
                Happened::Again
            }
            (Person::Delete, Standing::Queued | Standing::Held { .. } | Standing::Failed { .. }) => {
                Happened::Deleted
            }
            (Person::Done, Standing::Unsure { .. } | Standing::Queued | Standing::Held { .. }) => {
                Happened::DoneByHand
            }
            _ => return,
        };
        self.nonce += 1;
        let replaces = out.replaced_by_a_person();
        self.tablet.push(event(TABLET, happened, self.truth.now, self.nonce, &replaces));
    }
}

struct Story;

impl StateMachineTest for Story {
    type SystemUnderTest = Home;
    type Reference = Machine;

    fn init_test(kind: &Kind) -> Home {
        let truth = Truth {
            kind: *kind,
            now: COMPOSED,
            made: 0,
            on_their_way: Vec::new(),
            risked: false,
            refused: false,
            very_late: false,
        };
        let act = vec![composed()];
        Home { phone: act.clone(), tablet: act, attempts: Attempts::default(), truth, nonce: 1 }
    }

    fn apply(mut home: Home, _: &Kind, step: Step) -> Home {
        match step {
            Step::Pass(seconds) => home.truth.pass(seconds),
            Step::Run(net) => home.run(net),
            Step::TabletRuns => home.tablet_runs(),
            Step::Says(person) => home.person(person),
            Step::Meet => home.meet(),
        }
        home
    }

    fn check_invariants(home: &Home, _: &Kind) {
        let truth = &home.truth;
        let may_be_there = truth.made > 0 || !truth.on_their_way.is_empty();
        if !truth.risked {
            assert!(truth.made <= 1, "twice at the portal");
            let known = !truth.very_late;
            match of(&home.phone).standing {
                Standing::Queued | Standing::Held { .. } | Standing::Deleted if known => {
                    assert!(!may_be_there, "it is there, and said to wait")
                }
                Standing::Failed { .. } if known => {
                    assert!(!may_be_there && truth.refused, "refused, and there")
                }
                _ => {}
            }
        }
        for facts in [&home.phone, &home.tablet] {
            if matches!(of(facts).standing, Standing::Sent { .. }) {
                assert!(truth.made >= 1, "said to be sent, and nowhere");
            }
        }
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn h1_an_act_goes_out_at_most_once_and_is_never_silently_unknown(sequential 1..40 => Story);
}
