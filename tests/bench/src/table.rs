//! Figures of several runs as one table: the median, and how far it spreads.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use crate::Any;

/// Steps in the order in which they were measured, each with its figures.
pub struct Table {
    /// Who does the work.
    who: &'static str,
    steps: Vec<String>,
    client: Figures,
    floor: Figures,
}

type Figures = BTreeMap<(String, String), Vec<f64>>;

impl Table {
    /// For whoever does the work beside the floor.
    pub fn of(who: &'static str) -> Self {
        Self { who, steps: Vec::new(), client: Figures::new(), floor: Figures::new() }
    }

    /// One more run of the client's step.
    pub fn put(&mut self, step: &str, costs: Map<String, Value>) {
        if !self.steps.iter().any(|known| known == step) {
            self.steps.push(step.to_owned());
        }
        add(&mut self.client, step, costs);
    }

    /// One more run of the floor's same step.
    pub fn floor(&mut self, step: &str, costs: Map<String, Value>) {
        add(&mut self.floor, step, costs);
    }
}

fn add(figures: &mut Figures, step: &str, costs: Map<String, Value>) {
    for (name, figure) in costs {
        figures.entry((step.to_owned(), name)).or_default().extend(figure.as_f64());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| step | figure | {} | least to most | floor | ratio |\n| --- | --- | --- | --- | --- | --- |",
            self.who
        )?;
        for step in &self.steps {
            for ((_, name), figures) in self.client.iter().filter(|((of, _), _)| of == step) {
                let client = median(figures);
                let floor = self.floor.get(&(step.clone(), name.clone())).map(|figures| median(figures));
                let ratio = floor.filter(|floor| *floor > 0.0).map(|floor| format!("{:.2}", client / floor));
                let (floor, ratio) = (floor.map(number).unwrap_or_default(), ratio.unwrap_or_default());
                let (least, most) = spread(figures);
                let (client, least, most) = (number(client), number(least), number(most));
                writeln!(f, "| {step} | {name} | {client} | {least} to {most} | {floor} | {ratio} |")?;
            }
        }
        Ok(())
    }
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn spread(figures: &[f64]) -> (f64, f64) {
    let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
    (least, figures.iter().copied().fold(0.0, f64::max))
}

fn number(figure: f64) -> String {
    match figure {
        whole if whole.fract() == 0.0 => format!("{whole:.0}"),
        large if large >= 100.0 => format!("{large:.0}"),
        middle if middle >= 10.0 => format!("{middle:.1}"),
        small => format!("{small:.3}"),
    }
}

/// What machine this is and how busy it is, in a line.
pub fn machine() -> Result<String, Any> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let models = || processors.lines().filter_map(|line| line.strip_prefix("model name"));
    let model = models().next().map(|line| line.trim_start_matches([' ', '\t', ':'])).unwrap_or("unknown");
    let load = fs::read_to_string("/proc/loadavg")?;
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    let day = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
    Ok(format!(
        "{} x {model}; load {} (1, 5, 15 minutes); day {day} since 1970.",
        models().count(),
        load.join(" ")
    ))
}
