//! How a sync goes on, on standard error: bars on a terminal, else a line now and then.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::time::Duration;

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
                bar.set_message(match progress.files_total {
                    0 => format!("{} entries came", progress.entries),
                    total => {
                        format!("{} entries came, file {} of {total}", progress.entries, progress.files_done)
                    }
                });
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

/// Says that something goes on, as long as it lives: a sign that moves on a terminal, else a line.
pub struct Waiting(Option<ProgressBar>);

impl Waiting {
    /// Begins to say so.
    pub fn begin(what: &'static str) -> Self {
        if !io::stderr().is_terminal() {
            aside(&format!("{what} ..."));
            return Self(None);
        }
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Some(bar))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn plain(progress: &Progress) -> String {
    let Progress { portal, slots_done, slots_total, entries, .. } = progress;
    format!("{portal}: {slots_done} of {slots_total} kinds of data asked for, {entries} entries came")
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Shows how far an export or an import has come: a bar on a terminal, else a line for each part of it.
pub struct Steps {
    told: RefCell<&'static str>,
    bar: Option<ProgressBar>,
}

impl Steps {
    /// Nothing is shown yet.
    pub fn new() -> Self {
        let style = ProgressStyle::with_template("{prefix:12!} [{bar:24}] {pos}/{len}");
        let bar = io::stderr().is_terminal().then(|| match style {
            Ok(style) => ProgressBar::new(0).with_style(style.progress_chars("#>-")),
            Err(_) => ProgressBar::new(0),
        });
        Self { told: RefCell::default(), bar }
    }

    /// It has come this far.
    pub fn show(&self, step: &client::Step) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(step.doing);
            bar.set_length(step.all);
            bar.set_position(step.done);
        } else if *self.told.borrow() != step.doing {
            self.told.replace(step.doing);
            aside(&format!("{} ...", step.doing));
        }
    }

    /// Takes the bar away.
    pub fn done(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}
