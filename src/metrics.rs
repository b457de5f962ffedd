//! What the daemon counts and measures, and how Prometheus reads it (`OpenMetrics` 1.0, text).
//!
//! A desk's loops count on its [`Tally`]. What the database knows is a [`Reading`], set when somebody
//! asks. Labels are a desk, a folder, and words of ours; never an address, a subject or an identifier
//! of a message, so that there are as many series as the configuration makes.

mod labels;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use labels::{Build, Cause, Decided, Desk, Folder, Queue, Refused, Side, shown};

/// All that one daemon counts.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    counted: Counted,
    read: Read,
    /// Taken while the gauges are set and written, so that nobody reads half of them.
    registry: Mutex<Registry>,
}

/// A histogram of a desk.
type Spans = Family<Desk, Histogram, fn() -> Histogram>;

/// What loops count.
struct Counted {
    fetched: Family<Desk, Counter>,
    decided: Family<Decided, Counter>,
    token_bad: Family<Desk, Counter>,
    sent: Family<Desk, Counter>,
    refused: Family<Refused, Counter>,
    operator_mails: Counter,
    receive_delay: Spans,
    decide_delay: Spans,
    send_delay: Spans,
    look: Spans,
    submission: Spans,
    write: Histogram,
}

/// What is set when somebody asks.
#[derive(Default)]
struct Read {
    waiting: Family<Queue, Gauge>,
    age: Family<Queue, Gauge<f64, AtomicU64>>,
    looked: Family<Folder, Gauge<f64, AtomicU64>>,
    trouble: Family<Side, Gauge>,
    wrong: Family<Cause, Gauge>,
    lease: Family<Desk, Gauge>,
    database: Gauge,
}

/// What one desk did since the start.
#[derive(Clone)]
pub struct Tally {
    desk: Desk,
    metrics: Metrics,
    decided: Arc<AtomicU64>,
}

/// How long something took, again and again.
#[derive(Clone, Debug)]
pub struct Timing(Histogram);

/// Whether a notice that was refused is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It is.
    Temporary,
    /// It is not.
    Permanent,
}

/// How it goes at one instant, beside what is counted.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The desks.
    pub desks: Vec<DeskReading>,
    /// Whether the database answers.
    pub database_up: bool,
}

/// How it goes with one desk. What is not known is not there.
#[derive(Clone, Debug, Default)]
pub struct DeskReading {
    /// Its name.
    pub desk: Box<str>,
    /// Whether it is this daemon's.
    pub lease_held: bool,
    /// How many wait, by queue.
    pub waiting: Vec<(&'static str, i64)>,
    /// How long the oldest has waited, by queue.
    pub ages: Vec<(&'static str, Duration)>,
    /// When each folder was last looked through, in seconds since 1970.
    pub looks: Vec<(Box<str>, i64)>,
    /// Whether this daemon has trouble, by side.
    pub troubles: Vec<(&'static str, bool)>,
    /// Whether something is wrong, by cause.
    pub wrong: Vec<(&'static str, bool)>,
}

/// The form of the text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From the mail server's to our spool: seconds where the server tells of new mail, a period where it
/// is asked, hours after an outage.
const RECEIVE_DELAY: [f64; 6] = [1.0, 5.0, 30.0, 120.0, 600.0, 3_600.0];
const DECIDE_DELAY: [f64; 6] = [0.1, 0.5, 2.0, 10.0, 60.0, 600.0];
const SEND_DELAY: [f64; 6] = [1.0, 5.0, 30.0, 120.0, 900.0, 7_200.0];
const LOOK: [f64; 6] = [0.05, 0.25, 1.0, 5.0, 30.0, 300.0];
const SUBMISSION: [f64; 6] = [0.05, 0.25, 1.0, 5.0, 30.0, 300.0];
const WRITE: [f64; 6] = [0.002, 0.01, 0.05, 0.25, 1.0, 10.0];

impl Metrics {
    /// Nothing is counted yet. `start` is the process's, in seconds since 1970.
    #[must_use]
    pub fn new(start: i64) -> Self {
        let counted = Counted {
            fetched: Family::default(),
            decided: Family::default(),
            token_bad: Family::default(),
            sent: Family::default(),
            refused: Family::default(),
            operator_mails: Counter::default(),
            receive_delay: Family::new_with_constructor(|| Histogram::new(RECEIVE_DELAY)),
            decide_delay: Family::new_with_constructor(|| Histogram::new(DECIDE_DELAY)),
            send_delay: Family::new_with_constructor(|| Histogram::new(SEND_DELAY)),
            look: Family::new_with_constructor(|| Histogram::new(LOOK)),
            submission: Family::new_with_constructor(|| Histogram::new(SUBMISSION)),
            write: Histogram::new(WRITE),
        };
        let (read, mut registry) = (Read::default(), Registry::default());
        let begun: Gauge = Gauge::default();
        begun.set(start);
        registry.register(
            "process_start_time_seconds",
            "When the process started, since 1970",
            begun,
        );
        let ours = registry.sub_registry_with_prefix("tidings");
        // A gauge, for readers of Prometheus' older format know no info.
        let build: Family<Build, Gauge> = Family::default();
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION") }).set(1);
        ours.register("build_info", "The program", build);
        counted.register(ours);
        read.register(ours);
        Self(Arc::new(Inner { counted, read, registry: Mutex::new(registry) }))
    }

    /// What a desk counts on. Its series begin at 0 with this, and go on if the desk is started anew.
    #[must_use]
    pub fn tally(&self, desk: &str) -> Tally {
        let desk = Desk { desk: shown(desk) };
        let counted = &self.0.counted;
        drop(counted.fetched.get_or_create(&desk));
        drop(counted.token_bad.get_or_create(&desk));
        drop(counted.sent.get_or_create(&desk));
        for class in [Refusal::Temporary, Refusal::Permanent] {
            drop(counted.refused.get_or_create(&Refused { desk: desk.desk.clone(), class }));
        }
        let spans = [
            &counted.receive_delay,
            &counted.decide_delay,
            &counted.send_delay,
            &counted.look,
            &counted.submission,
        ];
        for family in spans {
            drop(family.get_or_create(&desk));
        }
        Tally { desk, metrics: self.clone(), decided: Arc::default() }
    }

    /// How long write transactions take.
    #[must_use]
    pub fn writes(&self) -> Timing {
        Timing(self.0.counted.write.clone())
    }

    /// A mail to the operator went out.
    pub fn operator_told(&self) {
        self.0.counted.operator_mails.inc();
    }

    /// Everything, as text.
    ///
    /// # Errors
    /// Never in practice: text is written into memory.
    pub fn text(&self, reading: &Reading) -> Result<String, fmt::Error> {
        let registry = self.0.registry.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.read.set(reading);
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

impl Counted {
    fn register(&self, registry: &mut Registry) {
        registry.register("fetched", "Messages fetched into the spool", self.fetched.clone());
        registry.register(
            "decided",
            "Messages decided, by verdict and by the kind of their writer",
            self.decided.clone(),
        );
        let help = "Tokens and Message-IDs in messages that look like ours and are not";
        registry.register("token_bad", help, self.token_bad.clone());
        registry.register("sent", "Notices that a server took", self.sent.clone());
        registry.register(
            "refused",
            "Notices that a server refused, or lost: to be tried again (temporary) or never",
            self.refused.clone(),
        );
        registry.register(
            "operator_mails",
            "Mails to the operator that a server took",
            self.operator_mails.clone(),
        );
        let spans = [
            ("receive_delay_seconds", "From the mail server's to our spool", &self.receive_delay),
            ("decide_delay_seconds", "From the spool to the decision", &self.decide_delay),
            ("send_delay_seconds", "From the making of a notice to its sending", &self.send_delay),
            ("look_duration_seconds", "Looks at folders, with what was fetched", &self.look),
            ("submission_duration_seconds", "Submissions of one notice", &self.submission),
        ];
        for (name, help, family) in spans {
            registry.register(name, help, family.clone());
        }
        registry.register(
            "write_transaction_duration_seconds",
            "Write transactions that were committed",
            self.write.clone(),
        );
    }
}

impl Read {
    fn register(&self, registry: &mut Registry) {
        let help = "Messages undecided or held, notices due or dead";
        registry.register("waiting", help, self.waiting.clone());
        let help = "How long the oldest has waited; 0 when none does";
        registry.register("oldest_age_seconds", help, self.age.clone());
        let help = "When a folder was last looked through, since 1970";
        registry.register("last_look_timestamp_seconds", help, self.looked.clone());
        let help = "Whether this daemon has trouble with a server of the desk, or the database";
        registry.register("trouble", help, self.trouble.clone());
        let help = "Whether something is wrong, as tidings status says";
        registry.register("wrong", help, self.wrong.clone());
        let help = "Whether the desk is worked on by this daemon";
        registry.register("lease_held", help, self.lease.clone());
        let help = "Whether the database answers this daemon";
        registry.register("database_up", help, self.database.clone());
    }

    fn set(&self, reading: &Reading) {
        self.waiting.clear();
        self.age.clear();
        self.looked.clear();
        self.trouble.clear();
        self.wrong.clear();
        self.lease.clear();
        self.database.set(i64::from(reading.database_up));
        for one in &reading.desks {
            let desk = || shown(&one.desk);
            for (queue, count) in &one.waiting {
                self.waiting.get_or_create(&Queue { desk: desk(), queue }).set(*count);
            }
            for (queue, age) in &one.ages {
                self.age.get_or_create(&Queue { desk: desk(), queue }).set(age.as_secs_f64());
            }
            for (folder, at) in &one.looks {
                let label = Folder { desk: desk(), folder: shown(folder) };
                // Whole seconds since 1970 are exact in a double for as long as it matters.
                let seconds = Duration::from_secs(u64::try_from(*at).unwrap_or(0)).as_secs_f64();
                self.looked.get_or_create(&label).set(seconds);
            }
            for (side, stands) in &one.troubles {
                self.trouble.get_or_create(&Side { desk: desk(), side }).set(i64::from(*stands));
            }
            for (cause, stands) in &one.wrong {
                self.wrong.get_or_create(&Cause { desk: desk(), cause }).set(i64::from(*stands));
            }
            let lease = self.lease.get_or_create(&Desk { desk: desk() });
            lease.set(i64::from(one.lease_held));
        }
    }
}

impl Tally {
    fn counted(&self) -> &Counted {
        &self.metrics.0.counted
    }

    /// Messages were fetched into the spool.
    pub fn fetched(&self, count: usize) {
        self.counted().fetched.get_or_create(&self.desk).inc_by(count as u64);
    }

    /// A message that had come this long after the mail server took it was spooled.
    pub fn spooled_after(&self, delay: Duration) {
        self.observe(&self.counted().receive_delay, delay);
    }

    /// A message was decided, so long after it was spooled where that is known.
    pub fn decided(&self, verdict: &'static str, class: &'static str, delay: Option<Duration>) {
        let label = Decided { desk: self.desk.desk.clone(), verdict, class };
        self.counted().decided.get_or_create(&label).inc();
        self.decided.fetch_add(1, Ordering::Relaxed);
        if let Some(delay) = delay {
            self.observe(&self.counted().decide_delay, delay);
        }
    }

    /// A message had so many tokens that are none.
    pub fn bad_tokens(&self, count: usize) {
        self.counted().token_bad.get_or_create(&self.desk).inc_by(count as u64);
    }

    /// A server took a notice, so long after it was made.
    pub fn sent(&self, delay: Duration) {
        self.counted().sent.get_or_create(&self.desk).inc();
        self.observe(&self.counted().send_delay, delay);
    }

    /// A server did not take a notice.
    pub fn refused(&self, class: Refusal) {
        let label = Refused { desk: self.desk.desk.clone(), class };
        self.counted().refused.get_or_create(&label).inc();
    }

    /// A look took so long.
    pub fn looked(&self, span: Duration) {
        self.observe(&self.counted().look, span);
    }

    /// A submission took so long, however it ended.
    pub fn submitted(&self, span: Duration) {
        self.observe(&self.counted().submission, span);
    }

    /// How many were fetched, decided and sent.
    #[must_use]
    pub fn totals(&self) -> [u64; 3] {
        let fetched = self.counted().fetched.get_or_create(&self.desk).get();
        let sent = self.counted().sent.get_or_create(&self.desk).get();
        [fetched, self.decided.load(Ordering::Relaxed), sent]
    }

    fn observe(&self, family: &Spans, span: Duration) {
        family.get_or_create(&self.desk).observe(span.as_secs_f64());
    }
}

impl Timing {
    /// It took so long.
    pub fn observe(&self, span: Duration) {
        self.0.observe(span.as_secs_f64());
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tally({})", self.desk.desk)
    }
}

#[cfg(test)]
mod tests;
