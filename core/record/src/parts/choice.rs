use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;

use crate::facts::{Fact, FactDigest, Mark, Written, marks, standing};
use crate::sensitive::{Category, Settings};

/// The patient withholds what the fact names.
pub const KIND_WITHHOLD: &str = "withhold";
/// The patient lets carers see what the fact names.
pub const KIND_SHARE: &str = "share";

/// Before the name of what only follows what was chosen.
const FOLLOWS: &str = "with:";
const CATEGORY: &str = "category:";
const SCREENING: &str = "screening";

/// What a choice is about. In a fact a text of its own each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// One resource, by the patient's own word.
    Resource(ResourceKey),
    /// A resource that was withheld only because it refers to what is shared now: it goes along, until it refers to something
    /// else that is withheld. In a fact of kind [`KIND_WITHHOLD`]: it does not go along any more.
    Follower(ResourceKey),
    /// A kind of care, for the whole record.
    Category(Category),
    /// What is asked of everybody, for the whole record.
    Screening,
}

/// What the patient chose for one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// Withheld, whatever it says.
    Withhold,
    /// Open, whatever it says.
    Share,
    /// Open, as long as nothing in it and nothing that it refers to is withheld.
    Follow,
}

/// Everything that the patient chose, resolved: of two choices that knew nothing of each other, withholding wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// For single resources.
    pub resources: BTreeMap<ResourceKey, Choice>,
    /// For the record as a whole.
    pub settings: Settings,
}

impl Subject {
    /// What a text of a fact means; `None` for one of a later version.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if let Some(category) = text.strip_prefix(CATEGORY) {
            return Category::named(category).map(Self::Category);
        }
        if text == SCREENING {
            return Some(Self::Screening);
        }
        match text.strip_prefix(FOLLOWS) {
            Some(key) => key.parse().ok().map(Self::Follower),
            None => text.parse().ok().map(Self::Resource),
        }
    }

    /// The text of a fact.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Resource(key) => key.to_string(),
            Self::Follower(key) => format!("{FOLLOWS}{key}"),
            Self::Category(category) => format!("{CATEGORY}{}", category.name()),
            Self::Screening => SCREENING.to_owned(),
        }
    }

    fn follows(text: &str) -> bool {
        text.starts_with(FOLLOWS)
    }
}

impl Choices {
    /// What these facts come to, in any order and number. Give facts of their own authors only.
    #[must_use]
    pub fn of(facts: &[Written]) -> Self {
        Self::of_marks(marks(facts, KIND_WITHHOLD, KIND_SHARE, Mark::Put))
    }

    /// What these subjects come to, each with what holds for it.
    #[must_use]
    pub fn of_marks(marks: impl IntoIterator<Item = (String, Mark)>) -> Self {
        let mut choices = Self::default();
        for (text, mark) in marks {
            if let Some(subject) = Subject::read(&text) {
                choices.add(subject, mark);
            }
        }
        choices
    }

    fn add(&mut self, subject: Subject, mark: Mark) {
        match (subject, mark) {
            (Subject::Resource(key), Mark::Put) => drop(self.resources.insert(key, Choice::Withhold)),
            (Subject::Resource(key), Mark::Dropped) => drop(self.resources.insert(key, Choice::Share)),
            (Subject::Follower(_), Mark::Put) => {}
            (Subject::Follower(key), Mark::Dropped) => {
                self.resources.entry(key).or_insert(Choice::Follow);
            }
            (Subject::Category(category), Mark::Put) => drop(self.settings.withheld.insert(category)),
            (Subject::Category(category), Mark::Dropped) => drop(self.settings.open.insert(category)),
            (Subject::Screening, mark) => self.settings.screening_open = mark == Mark::Dropped,
        }
    }

    /// Which of the facts that stand a new choice about these subjects replaces: those that were made about nothing else. With
    /// the replaced one, what had gone along with it goes back to what it was.
    #[must_use]
    pub fn replaced(facts: &[Written], subjects: &BTreeSet<String>) -> Vec<FactDigest> {
        let replaces = |fact: &Fact| {
            let chosen: BTreeSet<&String> = fact.subjects.iter().filter(|s| !Subject::follows(s)).collect();
            let about = if chosen.is_empty() { fact.subjects.iter().collect() } else { chosen };
            !about.is_empty() && about.into_iter().all(|subject| subjects.contains(subject))
        };
        let standing = standing(facts, KIND_WITHHOLD, KIND_SHARE);
        standing.filter(|written| replaces(&written.fact)).map(|written| written.digest).collect()
    }
}

#[cfg(test)]
mod tests {
    use statement::{DeviceId, MemberId};

    use super::*;

    fn key(id: &str) -> ResourceKey {
        ResourceKey { issuer: "https://portal.example".into(), resource_type: "Claim".into(), id: id.into() }
    }

    fn chosen(id: &str) -> Subject {
        Subject::Resource(key(id))
    }

    fn follows(id: &str) -> Subject {
        Subject::Follower(key(id))
    }

    /// A choice made in knowledge of `known`.
    fn choose(known: &[Written], kind: &str, subjects: &[Subject]) -> Written {
        let subjects: Vec<String> = subjects.iter().map(Subject::text).collect();
        let replaces = Choices::replaced(known, &subjects.iter().cloned().collect());
        let nonce = [known.len() as u8 + if kind == KIND_SHARE { 100 } else { 0 }; 16];
        let fact = Fact {
            kind: kind.to_owned(),
            subjects,
            member: MemberId::new([1; 16]),
            written_at: 0,
            nonce,
            replaces,
            text: None,
            deleted: false,
            revisions: Vec::new(),
            body: None,
            later: crate::facts::Later::default(),
        };
        Written { digest: fact.digest().unwrap(), fact, device: DeviceId::new([1; 32]) }
    }

    fn of(facts: &[Written]) -> Vec<(String, Choice)> {
        Choices::of(facts).resources.into_iter().map(|(key, choice)| (key.id, choice)).collect()
    }

    fn is(id: &str, choice: Choice) -> (String, Choice) {
        (id.to_owned(), choice)
    }

    #[test]
    fn subjects_are_texts_and_back() {
        let all = [chosen("1"), follows("1"), Subject::Category(Category::Hiv), Subject::Screening];
        for subject in all {
            assert_eq!(Subject::read(&subject.text()), Some(subject));
        }
        assert_eq!(Subject::read("category:of-2031"), None);
        assert_eq!(Subject::read("something"), None);
    }

    #[test]
    fn h16_of_two_choices_that_knew_nothing_of_each_other_withholding_wins() {
        let (withhold, share) =
            (choose(&[], KIND_WITHHOLD, &[chosen("a")]), choose(&[], KIND_SHARE, &[chosen("a")]));
        assert_eq!(of(&[withhold.clone(), share.clone()]), [is("a", Choice::Withhold)]);
        assert_eq!(of(&[share.clone(), withhold.clone()]), [is("a", Choice::Withhold)]);
        let known = [withhold, share];
        let after = choose(&known, KIND_SHARE, &[chosen("a")]);
        assert_eq!(of(&[known.as_slice(), &[after]].concat()), [is("a", Choice::Share)]);
    }

    #[test]
    fn what_followed_a_choice_goes_back_with_it() {
        let mut facts = vec![choose(&[], KIND_SHARE, &[chosen("a"), follows("b"), follows("c")])];
        assert_eq!(of(&facts), [is("a", Choice::Share), is("b", Choice::Follow), is("c", Choice::Follow)]);
        facts.push(choose(&facts, KIND_WITHHOLD, &[follows("b")]));
        assert_eq!(of(&facts), [is("a", Choice::Share), is("c", Choice::Follow)], "b follows no more");
        facts.push(choose(&facts, KIND_SHARE, &[chosen("x"), follows("b")]));
        assert_eq!(of(&facts)[1], is("b", Choice::Follow), "and follows something else");
        facts.push(choose(&facts, KIND_WITHHOLD, &[chosen("a")]));
        assert_eq!(of(&facts), [is("a", Choice::Withhold), is("b", Choice::Follow), is("x", Choice::Share)]);
    }

    #[test]
    fn a_choice_about_one_of_several_leaves_the_others() {
        let mut facts = vec![choose(&[], KIND_SHARE, &[chosen("a"), chosen("b")])];
        facts.push(choose(&facts, KIND_WITHHOLD, &[chosen("a")]));
        assert_eq!(of(&facts), [is("a", Choice::Withhold), is("b", Choice::Share)]);
    }

    #[test]
    fn settings_of_the_record() {
        let mut facts = vec![choose(&[], KIND_SHARE, &[Subject::Category(Category::Mental), follows("a")])];
        facts.push(choose(&facts, KIND_SHARE, &[Subject::Screening]));
        let choices = Choices::of(&facts);
        assert!(choices.settings.open.contains(&Category::Mental) && choices.settings.screening_open);
        facts.push(choose(&facts, KIND_WITHHOLD, &[Subject::Category(Category::Mental)]));
        facts.push(choose(&facts, KIND_WITHHOLD, &[Subject::Screening]));
        let choices = Choices::of(&facts);
        assert_eq!((choices.settings.open.len(), choices.settings.screening_open), (0, false));
        assert!(choices.settings.withheld.contains(&Category::Mental) && choices.resources.is_empty());
    }
}
