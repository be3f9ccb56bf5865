//! What is told while a command runs: on standard error, never in the result.

use std::cell::RefCell;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle as BarStyle};

use crate::cli::voice::note;
use crate::outputs::wording::{Lang, phrases as say, room_word};
use crate::planning::{Observer, Step};
use crate::solver::ProgressSink;

/// Steps of the search's bar.
const BAR_STEPS: u64 = 1_000;

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ProgressStyle {
    /// A bar on a terminal, nothing elsewhere.
    #[default]
    Auto,
    /// A line now and then.
    Plain,
    /// One JSON object per line.
    Json,
    /// Nothing.
    None,
}

/// Tells how a day comes along, and remembers how long each room took.
pub(crate) struct Narrator {
    style: ProgressStyle,
    lang: Lang,
    rooms: RefCell<Vec<(&'static str, Instant)>>,
    bar: RefCell<Option<ProgressBar>>,
}

impl Narrator {
    pub(crate) fn new(style: ProgressStyle, lang: Lang) -> Self {
        let style = match style {
            ProgressStyle::Auto if !std::io::stderr().is_terminal() => ProgressStyle::None,
            other => other,
        };
        Self { style, lang, rooms: RefCell::new(Vec::new()), bar: RefCell::new(None) }
    }

    /// A room begins its work.
    pub(crate) fn room(&self, name: &'static str) {
        self.rooms.borrow_mut().push((name, Instant::now()));
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
        match self.style {
            ProgressStyle::Plain if !name.is_empty() => {
                note!("{} …", room_word(self.lang, name));
            }
            ProgressStyle::Json if !name.is_empty() => {
                note!("{}", serde_json::json!({ "room": name }));
            }
            _ => {}
        }
    }

    /// The work is done; prints how long each room took when asked.
    pub(crate) fn finish(&self, timings: bool) {
        self.room("");
        if !timings {
            return;
        }
        for pair in self.rooms.borrow().windows(2) {
            let ((name, from), (_, to)) = (pair[0], pair[1]);
            let milliseconds = (to - from).as_secs_f64() * 1_000.0;
            note!("{name:<10} {milliseconds:>8.0} ms  {}", room_word(self.lang, name));
        }
    }
}

impl Observer for Narrator {
    fn begins(&self, step: Step) {
        self.room(match step {
            Step::Addresses => "address",
            Step::Stops => "stops",
            Step::Ways => "network",
            Step::Clusters => "territory",
            Step::Search => "solver",
            Step::Check => "check",
            Step::Done => "done",
        });
    }

    fn search_progress(&self) -> Option<ProgressSink> {
        match self.style {
            ProgressStyle::None => None,
            ProgressStyle::Auto => Some(self.bar_sink()),
            ProgressStyle::Plain | ProgressStyle::Json => Some(line_sink(self.style, self.lang)),
        }
    }
}

impl Narrator {
    fn bar_sink(&self) -> ProgressSink {
        let searching = room_word(self.lang, "solver");
        let left = say::TIME_LEFT.of(self.lang);
        let template =
            format!("{searching} {{bar:30}} {{percent:>3}} % · {left} {{eta}} · {{msg}}");
        let bar = ProgressBar::new(BAR_STEPS);
        if let Ok(style) = BarStyle::with_template(&template) {
            bar.set_style(style);
        }
        *self.bar.borrow_mut() = Some(bar.clone());
        Arc::new(move |progress| {
            bar.set_position((progress.fraction * BAR_STEPS as f64) as u64);
            bar.set_message(format!("{}", progress.cost.value()));
        })
    }
}

/// A line every two seconds.
fn line_sink(style: ProgressStyle, lang: Lang) -> ProgressSink {
    let last = std::sync::Mutex::new(Duration::ZERO);
    Arc::new(move |progress| {
        let Ok(mut last) = last.lock() else { return };
        if progress.elapsed < *last + Duration::from_secs(2) {
            return;
        }
        *last = progress.elapsed;
        let (percent, cost) = (progress.fraction * 100.0, progress.cost.value());
        if style == ProgressStyle::Json {
            let line = serde_json::json!({
                "elapsed_s": progress.elapsed.as_secs_f64(),
                "fraction": progress.fraction,
                "iterations": progress.iterations,
                "cost": cost,
                "unserved": progress.unserved,
            });
            note!("{line}");
        } else {
            let percent = format!("{percent:>5.1}");
            let (cost, n) = (cost.to_string(), progress.iterations.to_string());
            note!("{}", say::SEARCH_LINE.with(lang, &[&percent, &cost, &n]));
        }
    })
}
