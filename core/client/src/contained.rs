//! A panic over what somebody sent is held to what was sent (control C15).

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does `work` on all of `items`. When it panics, those with which it panics alone are left out, and it is done on the rest. Gives
/// what it made, and the places of those that were left out; `None` when it panics all the same.
pub(crate) fn on_sound<T: Clone, R>(items: &[T], work: impl Fn(&[T]) -> R) -> Option<(R, Vec<usize>)> {
    let tried = |items: &[T]| catch_unwind(AssertUnwindSafe(|| work(items))).ok();
    if let Some(made) = tried(items) {
        return Some((made, Vec::new()));
    }
    let alone = |item: &T| tried(std::slice::from_ref(item)).is_some();
    let left_out: Vec<usize> =
        items.iter().enumerate().filter(|(_, item)| !alone(item)).map(|(place, _)| place).collect();
    let rest = items.iter().enumerate().filter(|(place, _)| !left_out.contains(place));
    let rest: Vec<T> = rest.map(|(_, item)| item.clone()).collect();
    tried(&rest).map(|made| (made, left_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c15_one_that_panics_is_left_out_and_the_others_come_in() {
        let sum = |items: &[i32]| {
            assert!(!items.contains(&13), "a bug that one of them brings out");
            items.iter().sum::<i32>()
        };
        assert_eq!(on_sound(&[1, 2, 3], sum), Some((6, vec![])));
        assert_eq!(on_sound(&[1, 13, 3, 13], sum), Some((4, vec![1, 3])));
        assert_eq!(on_sound(&[13], sum), Some((0, vec![0])));
        let together = |items: &[i32]| assert!(items.len() < 2, "a bug that no one of them brings out");
        assert_eq!(on_sound(&[1, 2], together), None);
    }
}
