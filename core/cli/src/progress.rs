//! How a sync goes on, on standard error: bars on a terminal, else a line now and then.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};

use client::Progress;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::out::aside;
use crate::safe::inert;

/// Shows how far each portal's sync has come.
pub struct Bars {
    shown: RefCell<BTreeMap<String, Shown>>,
    bars: Option<MultiProgress>,
}

enum Shown {
    Bar(ProgressBar),
    /// Quarters that were told.
    Told(usize),
}

impl Bars {
    /// Nothing is shown yet.
    pub fn new() -> Self {
        let bars = io::stderr().is_terminal().then(MultiProgress::new);
        Self { shown: RefCell::default(), bars }
    }

    /// One portal has come this far.
    pub fn show(&self, progress: &Progress) {
        let mut shown = self.shown.borrow_mut();
        let entry = shown.entry(progress.portal.clone()).or_insert_with(|| self.begin(&progress.portal));
        match entry {
            Shown::Bar(bar) => {
                bar.set_length(number(progress.slots_total));
                bar.set_position(number(progress.slots_done));
                bar.set_message(format!("{} entries came", progress.entries));
            }
            Shown::Told(told) => {
                let quarters =
                    progress.slots_done.saturating_mul(4).checked_div(progress.slots_total).unwrap_or(0);
                if quarters > *told {
                    *told = quarters;
                    aside(&plain(progress));
                }
            }
        }
    }

    /// Takes the bars away.
    pub fn done(&self) {
        if let Some(bars) = &self.bars {
            // A terminal that is gone needs no cleaning.
            let _ = bars.clear();
        }
    }

    fn begin(&self, portal: &str) -> Shown {
        let Some(bars) = &self.bars else { return Shown::Told(0) };
        let style = ProgressStyle::with_template("{prefix:24!} [{bar:24}] {pos}/{len} asked for, {msg}");
        let bar = bars.add(ProgressBar::new(0)).with_prefix(inert(portal));
        Shown::Bar(match style {
            Ok(style) => bar.with_style(style.progress_chars("#>-")),
            Err(_) => bar,
        })
    }
}

fn plain(progress: &Progress) -> String {
    let Progress { portal, slots_done, slots_total, entries } = progress;
    format!("{portal}: {slots_done} of {slots_total} kinds of data asked for, {entries} entries came")
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
