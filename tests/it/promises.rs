//! Promises as data: a folder of `tests/promises` is a policy of `config/policies`, what happens to a ticket, and
//! what is promised then. `UPDATE=1` rewrites what is expected.

mod digest;
mod told;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tidings::config::Config;
use tidings::desk::level::LevelName;
use tidings::desk::priority::Priority;
use tidings::desk::promise::Promises;
use tidings::desk::silence::{Owed, Silence, Step as Rule};
use tidings::desk::target::clocks::{Clocks, Occurrence};
use tidings::desk::target::{Kind, State, Target};
use tidings::desk::ticket::Status;
use tidings::time::Timestamp;
use tidings::triage::late::{self, Telling};

use crate::support::desk::Desk;

/// A ticket's life.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Timeline {
    /// The name of a file in `config/policies`, without its ending.
    policy: String,
    level: String,
    priority: Option<String>,
    step: Vec<Step>,
}

/// What happens, and when: with the zone of the calendar, `2026-11-20T09:00[Europe/Berlin]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: String,
    /// `opened`, `asked`, `answered`, `worked`, `merged`, `takes in` the other ticket, `waits` for nothing but the
    /// time, a status, `level NAME` or `priority NAME`.
    does: String,
    #[serde(default)]
    ticket: Which,
}

/// Whose life it is.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Which {
    #[default]
    This,
    /// Another ticket of the same level, which this one may take in.
    Other,
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promises");
    let entries = std::fs::read_dir(root).unwrap();
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so in the environment")]
fn rewrites() -> bool {
    std::env::var_os("UPDATE").is_some()
}

#[test]
fn each_promise_is_what_its_policy_says() {
    let mut wrong = Vec::new();
    let folders = folders();
    assert!(folders.len() >= 20, "{}", folders.len());
    for folder in folders {
        let found = lived(&folder);
        let file = folder.join("promised.txt");
        if rewrites() {
            std::fs::write(&file, found).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            let name = folder.display();
            wrong.push(format!("{name}\n--- expected\n{expected}--- found\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_policy_is_a_configuration_and_takes_its_accounts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/policies");
    let files = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let (accounts, policies): (Vec<_>, Vec<_>) =
        files.partition(|path| path.to_string_lossy().ends_with(".accounts.toml"));
    assert_eq!((policies.len(), accounts.len()), (5, 2));
    for policy in &policies {
        Config::load(policy).unwrap();
    }
    for file in accounts {
        let policy = file.with_extension("").with_extension("toml");
        let text = std::fs::read_to_string(policy).unwrap();
        let desk = Desk::with_config(&text.replace("/var/lib/tidings", "state"));
        let file = file.to_str().unwrap();
        let ran = desk.run(&["account", "import", file]);
        assert_eq!(ran.code, Some(0), "{file}: {}{}", ran.stdout, ran.stderr);
    }
}

fn lived(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("timeline.toml")).unwrap();
    let timeline: Timeline =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/policies");
    let config = Config::load(&root.join(&timeline.policy).with_extension("toml")).unwrap();
    let mut life = Life::begin(config, &timeline);
    let mut shown = String::new();
    for step in &timeline.step {
        life.take(step, &mut shown);
    }
    shown
}

struct Life {
    config: Config,
    level: LevelName,
    priority: Priority,
    status: Status,
    clocks: Clocks,
    silence: Option<Silence>,
    other: Clocks,
    other_status: Status,
}

impl Life {
    fn begin(config: Config, timeline: &Timeline) -> Self {
        let default = config.priorities.default().clone();
        Self {
            level: LevelName::parse(&timeline.level).unwrap(),
            priority: timeline
                .priority
                .as_deref()
                .map_or(default, |text| config.priorities.find(text).unwrap().clone()),
            config,
            status: Status::New,
            clocks: Clocks::default(),
            silence: None,
            other: Clocks::default(),
            other_status: Status::New,
        }
    }

    fn promises(&self) -> &Promises {
        let level = self.config.levels.iter().find(|level| level.name == self.level).unwrap();
        level.service.at(&self.priority)
    }

    /// Tells what is due by then, as the daemon does, and then does it.
    fn take(&mut self, step: &Step, shown: &mut String) {
        let at: jiff::Zoned = step.at.parse().unwrap();
        let now = Timestamp::from_us(at.timestamp().as_microsecond());
        self.tell(now, shown);
        let whose = if step.ticket == Which::Other { "the other: " } else { "" };
        writeln!(shown, "{} {whose}{}", at.strftime("%a %Y-%m-%d %H:%M %Z"), step.does).unwrap();
        let occurrence = match step.does.as_str() {
            "opened" => Some(Occurrence::Opened),
            "asked" => Some(Occurrence::Asked),
            "answered" => Some(Occurrence::Answered),
            "worked" => Some(Occurrence::Worked),
            "merged" => Some(Occurrence::Merged),
            "takes in" => Some(Occurrence::TookIn(self.other.clone())),
            "waits" => None,
            word => Some(self.changed(word, step.ticket, now)),
        };
        let kinds = Kind::ALL.map(|kind| {
            let promised = |level: &tidings::desk::level::Level| level.service.promises(kind);
            self.config.levels.iter().any(promised).then_some(kind)
        });
        let kinds: Vec<_> = kinds.into_iter().flatten().collect();
        if let Some(occurrence) = occurrence {
            let promises = self.promises().clone();
            let clocks = match step.ticket {
                Which::This => &mut self.clocks,
                Which::Other => &mut self.other,
            };
            clocks.follow(&occurrence, now, &kinds, &promises);
        }
        let clocks = if step.ticket == Which::Other { &self.other } else { &self.clocks };
        for target in &clocks.targets {
            self.show(target, now, shown);
        }
    }

    fn changed(&mut self, does: &str, ticket: Which, now: Timestamp) -> Occurrence {
        if let Some(name) = does.strip_prefix("level ") {
            self.level = LevelName::parse(name).unwrap();
            return Occurrence::Regraded;
        }
        if let Some(name) = does.strip_prefix("priority ") {
            self.priority = self.config.priorities.find(name).unwrap().clone();
            return Occurrence::Regraded;
        }
        let to = Status::parse(does).unwrap();
        match ticket {
            Which::This => self.moved(to, now),
            Which::Other => {
                Occurrence::Moved { from: std::mem::replace(&mut self.other_status, to), to }
            }
        }
    }

    fn moved(&mut self, to: Status, now: Timestamp) -> Occurrence {
        let owed = match to {
            Status::Pending => Some(Owed::Answer),
            Status::Resolved => Some(Owed::Nothing),
            Status::New | Status::Open | Status::Waiting | Status::Closed => None,
        };
        let begun = |owed| Silence { owed, since: now, reminded: 0, lowered: None, acted: None };
        self.silence = owed.map(begun);
        Occurrence::Moved { from: std::mem::replace(&mut self.status, to), to }
    }

    /// What a rule of the desk does before anything of a promise is told; whether one did.
    fn rule(&mut self, until: Timestamp, shown: &mut String) -> bool {
        let rules = self.config.desks[0].silence.clone();
        let hours = self.promises().hours.clone();
        let Some(silence) = &self.silence else { return false };
        let tells = self.clocks.targets.iter().filter_map(Target::next).min();
        let due = rules
            .next(silence, &hours)
            .filter(|due| due.at <= until && tells.is_none_or(|tells| due.at <= tells));
        let Some(due) = due else { return false };
        let after = rules.after(silence, due.step, due.at, &hours);
        let (word, occurrence) = match due.step {
            Rule::Remind => ("reminded".to_owned(), None),
            Rule::LowerPriority => {
                let lower = self.config.priorities.less_urgent(&self.priority).cloned();
                self.priority = lower.unwrap_or_else(|| self.priority.clone());
                (format!("priority {}", self.priority), Some(Occurrence::Regraded))
            }
            Rule::Resolve => ("resolved".to_owned(), Some(self.moved(Status::Resolved, due.at))),
            Rule::Close => ("closed".to_owned(), Some(self.moved(Status::Closed, due.at))),
        };
        if let Rule::Remind | Rule::LowerPriority = due.step {
            self.silence = Some(after);
        }
        writeln!(shown, "{} rule: {word}", self.instant(due.at)).unwrap();
        if let Some(occurrence) = occurrence {
            let promises = self.promises().clone();
            self.clocks.follow(&occurrence, due.at, &Kind::ALL, &promises);
        }
        true
    }

    /// Each thing at the very instant at which the daemon notices it.
    fn tell(&mut self, until: Timestamp, shown: &mut String) {
        loop {
            if self.rule(until, shown) {
                continue;
            }
            let all = self.clocks.targets.iter().enumerate();
            let next = all.filter_map(|(index, target)| Some((target.next()?, index)));
            let Some((at, index)) = next.min().filter(|(at, _)| *at <= until) else { return };
            let target = &self.clocks.targets[index];
            let telling = late::telling(target, at).unwrap();
            let word = match telling {
                Telling::Breach => "broken",
                Telling::Warning => "warned",
                Telling::Call => "called",
            };
            writeln!(shown, "{} {}: {word}", self.instant(at), target.kind).unwrap();
            self.clocks.targets[index] = late::told(target, telling, at);
        }
    }

    fn show(&self, target: &Target, now: Timestamp, shown: &mut String) {
        let due = target.due.map_or_else(|| "never".to_owned(), |due| self.instant(due));
        let what = match target.state {
            State::Running if target.due.is_none() => return,
            State::Running => format!("due {due}"),
            State::Paused(_) => "stands".to_owned(),
            State::Met(at) if at == now && target.is_late(now) => {
                format!("met late, was due {due}")
            }
            State::Met(at) if at == now && target.breached.is_some() => {
                "met in time, and is said to be broken".to_owned()
            }
            State::Met(at) if at == now => "met".to_owned(),
            State::Void(at) if at == now => "not awaited".to_owned(),
            State::Met(_) | State::Void(_) => return,
        };
        writeln!(shown, "    {}: {what}", target.kind).unwrap();
    }

    fn instant(&self, at: Timestamp) -> String {
        let at = jiff::Timestamp::from_microsecond(at.as_us()).unwrap();
        let zone = self.promises().hours.zone().clone();
        at.to_zoned(zone).strftime("%a %Y-%m-%d %H:%M %Z").to_string()
    }
}
