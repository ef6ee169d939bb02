//! Where the reading is gathered, and the path on which it is gathered.

use std::cmp::Reverse;
use std::fmt;

use serde_json::Value;

use super::table::{self, Row};
use super::words;
use super::{Effect, Notice, Reach, Reading};
use crate::json;

const MOST: usize = 200;
const LONGEST_PATH: usize = 200;
const LONGEST_VALUE: usize = 120;

/// The path from the resource to the place being read.
pub(super) struct Trail<'a> {
    root: &'a str,
    steps: Vec<Step<'a>>,
    pub(super) held: bool,
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Trail<'a> {
    pub(super) fn new(root: &'a str) -> Self {
        Trail { root, steps: Vec::new(), held: false }
    }

    pub(super) fn within<T>(&mut self, key: &'a str, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.stepping(Step::Key(key), inner)
    }

    pub(super) fn at<T>(&mut self, index: usize, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.stepping(Step::Index(index), inner)
    }

    pub(super) fn reach(&self) -> Reach {
        if self.held {
            Reach::Held
        } else if self.steps.iter().any(|step| matches!(step, Step::Index(_))) {
            Reach::Part
        } else {
            Reach::Whole
        }
    }

    /// Whether this is the resource's own `value[x]`.
    pub(super) fn is_own_value(&self) -> bool {
        matches!(self.steps.as_slice(), [Step::Key(key), _] if key.starts_with("value"))
    }

    fn stepping<T>(&mut self, step: Step<'a>, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.steps.push(step);
        let result = inner(self);
        self.steps.pop();
        result
    }
}

impl fmt::Display for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut path = self.root.to_owned();
        for step in &self.steps {
            match step {
                Step::Key(key) => {
                    path.push('.');
                    path.push_str(key);
                }
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
            if path.len() > LONGEST_PATH {
                break;
            }
        }
        f.write_str(&words::clean(&path, LONGEST_PATH))
    }
}

/// The reading as it grows.
#[derive(Default)]
pub(super) struct Notes {
    reading: Reading,
    full: bool,
    hushed: bool,
}

impl Notes {
    pub(super) fn add(&mut self, notice: Notice) {
        if !self.hushed {
            self.keep(notice);
        }
    }

    fn keep(&mut self, notice: Notice) {
        if self.reading.notices.len() < MOST {
            self.reading.notices.push(notice);
        } else {
            self.full = true;
        }
    }

    /// Adds what `row` says of `value` at the end of `trail`.
    pub(super) fn say(&mut self, trail: &Trail<'_>, reach: Reach, row: &Row, value: &str) {
        self.add(notice(trail, reach, row, value));
    }

    /// Marks the whole entry, and says why.
    pub(super) fn unreadable(&mut self, trail: &Trail<'_>, row: &Row, value: &str) {
        self.reading.unreadable = true;
        self.keep(notice(trail, Reach::Whole, row, value));
    }

    /// Appends to the words of the last notice.
    pub(super) fn append(&mut self, words: &str) {
        if let Some(last) = self.reading.notices.last_mut() {
            last.text.push_str(words);
        }
    }

    /// Other words for a notice upon the whole entry, where `words` has any.
    pub(super) fn reword(&mut self, words: impl Fn(&Notice) -> Option<String>) {
        for notice in self.reading.notices.iter_mut().filter(|notice| notice.reach == Reach::Whole) {
            if let Some(text) = words(notice) {
                notice.text = text;
            }
        }
    }

    pub(super) fn is_negated(&self) -> bool {
        self.reading.negated()
    }

    pub(super) fn last_effect(&self) -> Option<Effect> {
        self.reading.notices.last().map(|notice| notice.effect)
    }

    pub(super) fn count(&self) -> usize {
        self.reading.notices.len()
    }

    /// Whether `element` is stated and stands in no one's way.
    pub(super) fn is_in_order(&self, element: &str) -> bool {
        self.reading.notices.iter().any(|notice| notice.element == element && notice.effect == Effect::Ok)
    }

    /// Nothing reassuring beside a negation, and nothing at all beside a retraction, now and from here on.
    pub(super) fn hush(&mut self) {
        self.hushed = self.reading.retracted();
        let (retracted, negated) = (self.hushed, self.reading.negated());
        self.reading.notices.retain(|notice| match notice.effect {
            Effect::Retracted => !retracted || notice.reach == Reach::Whole,
            Effect::Ok => !retracted && !negated,
            _ => !retracted,
        });
    }

    pub(super) fn no_resource(mut self, value: &Value) -> Reading {
        let trail = Trail::new("resourceType");
        self.unreadable(&trail, table::get().any("(other)"), &words::received(value));
        self.into_reading()
    }

    /// More notices than can be kept: what was left out may matter, so the entry stays out of every rule.
    pub(super) fn into_reading(mut self) -> Reading {
        self.reading.unreadable |= self.full;
        gravest_first(&mut self.reading);
        self.reading
    }
}

/// At most 200, the gravest upon the whole entry first.
pub(super) fn gravest_first(reading: &mut Reading) {
    reading.notices.sort_by_key(|n| (Reverse(n.upon_whole()), n.reach, Reverse(n.effect)));
    reading.notices.truncate(MOST);
}

/// What is said of a member that comes twice.
pub(super) fn doubled(root: &str, path: &str, copies: &[Value]) -> Notice {
    let name = words::clean(path, LONGEST_PATH);
    let said: Vec<String> = copies.iter().filter_map(json::primitive).collect();
    Notice {
        element: words::clean(&format!("{root}.{path}"), LONGEST_PATH),
        value: words::clean(&said.join(" / "), LONGEST_VALUE),
        effect: Effect::Unknown,
        text: format!(
            "The portal states {name} more than once, and it cannot be told which one counts: ask there"
        ),
        reach: Reach::Whole,
    }
}

fn notice(trail: &Trail<'_>, reach: Reach, row: &Row, value: &str) -> Notice {
    Notice {
        element: trail.to_string(),
        value: value.to_owned(),
        effect: row.effect,
        text: row.words(value),
        reach,
    }
}
