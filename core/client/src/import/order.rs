//! Pages and listings in an order in which a new chain says them, so that each entry's history comes out the same.
//!
//! What counts of two sightings of one moment is the clock of the section that each was told in. A new chain counts anew, so
//! of one moment and entry what came later must come later again, and with a higher clock where it stands in another section.

use std::collections::BTreeMap;

use statement::Section;

/// A page or a listing to be said again.
pub(super) struct Event {
    pub(super) section: Section,
    pub(super) kind: &'static str,
    pub(super) body: Vec<u8>,
    pub(super) issuer: String,
    /// Its sighting.
    pub(super) at: i64,
    /// Its clock in the record that it comes from.
    pub(super) clock: u64,
    /// What decides between two of one clock.
    pub(super) tie: Vec<u8>,
    /// Type and id of the entries that it speaks of.
    pub(super) keys: Vec<(String, String)>,
}

/// An event in its place.
pub(super) struct Placed {
    pub(super) event: Event,
    /// Places in the list of events that must have lower clocks.
    pub(super) after: Vec<usize>,
}

/// The events in the order of their sightings, each with those before it that spoke of the same entry at the same moment in
/// another section.
pub(super) fn placed(mut events: Vec<Event>) -> Vec<Placed> {
    events.sort_by(|one, other| (one.at, one.clock, &one.tie).cmp(&(other.at, other.clock, &other.tie)));
    let mut last: BTreeMap<(String, String, String), (i64, usize)> = BTreeMap::new();
    let mut sections: Vec<Section> = Vec::with_capacity(events.len());
    let mut placed = Vec::with_capacity(events.len());
    for (place, mut event) in events.into_iter().enumerate() {
        let mut after = Vec::new();
        for (resource_type, id) in std::mem::take(&mut event.keys) {
            let before = last.insert((event.issuer.clone(), resource_type, id), (event.at, place));
            let tied = before.filter(|(at, _)| *at == event.at).map(|(_, before)| before);
            let elsewhere =
                tied.filter(|before| sections.get(*before).is_some_and(|section| *section != event.section));
            after.extend(elsewhere.filter(|before| !after.contains(before)));
        }
        sections.push(event.section.clone());
        placed.push(Placed { event, after });
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(section: &Section, at: i64, clock: u64, ids: &[&str]) -> Event {
        Event {
            section: section.clone(),
            kind: "page",
            body: vec![u8::try_from(clock).unwrap()],
            issuer: "https://portal.example".to_owned(),
            at,
            clock,
            tie: Vec::new(),
            keys: ids.iter().map(|id| ("Observation".to_owned(), (*id).to_owned())).collect(),
        }
    }

    #[test]
    fn what_came_later_comes_later_and_only_a_tie_in_another_section_is_named() {
        let events = vec![
            event(&Section::RESULTS, 20, 1, &["a"]),
            event(&Section::UNSORTED, 10, 9, &["a", "b"]),
            event(&Section::RESULTS, 10, 3, &["a", "c"]),
            event(&Section::RESULTS, 10, 12, &["a"]),
        ];
        let placed = placed(events);
        let order: Vec<(i64, u64)> = placed.iter().map(|p| (p.event.at, p.event.clock)).collect();
        assert_eq!(order, [(10, 3), (10, 9), (10, 12), (20, 1)]);
        let after: Vec<&[usize]> = placed.iter().map(|p| p.after.as_slice()).collect();
        assert_eq!(after, [&[][..], &[0], &[1], &[]]);
    }
}
