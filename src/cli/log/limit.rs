//! A limit to what the log says of trouble: a fault that lasts says the same again and again, at
//! many desks at once, and a disk that is full of it is a second fault.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::event::Said;

/// For how long lines are counted.
pub(super) const WINDOW: Duration = Duration::from_mins(1);
/// Lines of one kind in that time, a kind being a place in the program that warns. One fault is met
/// in few places: a receive, a submit, an ingest loop, a lease.
const LINES: u64 = 20;

/// Counts warnings and errors by kind. What is handled is told line by line, however much it is.
#[derive(Clone, Default)]
pub(super) struct Limit {
    kinds: Arc<Mutex<HashMap<Identifier, Kind>>>,
}

/// Lines of one kind.
struct Kind {
    begun: Instant,
    lines: u64,
    /// The first that was left out.
    like: Option<String>,
}

impl Kind {
    fn new(now: Instant) -> Self {
        Self { begun: now, lines: 0, like: None }
    }

    /// Whether one more is told.
    fn admits(&mut self, now: Instant, say: impl FnOnce() -> String) -> bool {
        // What was left out must be said before it is forgotten.
        if self.is_over(now) && self.like.is_none() {
            *self = Self::new(now);
        }
        self.lines += 1;
        let is_told = self.lines <= LINES;
        if !is_told && self.like.is_none() {
            self.like = Some(say());
        }
        is_told
    }

    fn is_over(&self, now: Instant) -> bool {
        now.duration_since(self.begun) >= WINDOW
    }
}

impl Limit {
    /// How many lines of each kind were left out, and the first of them. They are not counted again.
    pub(super) fn left_out(&self, now: Instant) -> Vec<(u64, String)> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let told = kinds.values_mut().filter_map(|kind| {
            let left_out = (kind.lines.saturating_sub(LINES), kind.like.take()?);
            *kind = Kind { lines: LINES, ..Kind::new(kind.begun) };
            Some(left_out)
        });
        let told = told.collect();
        kinds.retain(|_, kind| !kind.is_over(now));
        told
    }
}

impl<S: Subscriber> Layer<S> for Limit {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let metadata = event.metadata();
        if *metadata.level() > Level::WARN {
            return true;
        }
        let now = Instant::now();
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = kinds.entry(metadata.callsite()).or_insert_with(|| Kind::new(now));
        kind.admits(now, || Said::of(event).line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_8_a_kind_of_trouble_is_told_twenty_times_a_minute() {
        let begun = Instant::now();
        let mut kind = Kind::new(begun);
        let mut told = |second| {
            let lines = (0..100).filter(|_| kind.admits(at(begun, second), || "like".to_owned()));
            lines.count()
        };
        assert_eq!((told(0), told(59)), (20, 0));
        // Not before it was said how many were left out.
        assert_eq!(told(60), 0);
        kind.like = None;
        assert!(kind.admits(at(begun, 60), String::new));
    }

    #[test]
    fn what_was_left_out_is_said_once() {
        let (limit, begun) = (Limit::default(), Instant::now());
        let subscriber = tracing_subscriber::layer::SubscriberExt::with(
            tracing_subscriber::registry(),
            limit.clone(),
        );
        tracing::subscriber::with_default(subscriber, || {
            for number in 0..25 {
                tracing::warn!(number, "trouble");
                tracing::info!("handled");
            }
        });
        assert_eq!(limit.left_out(begun), [(5, "trouble number=20".to_owned())]);
        assert_eq!(limit.left_out(begun), []);
        assert_eq!(limit.kinds.lock().unwrap().len(), 1);
        limit.left_out(at(begun, 61));
        assert_eq!(limit.kinds.lock().unwrap().len(), 0);
    }

    fn at(begun: Instant, second: u64) -> Instant {
        begun + Duration::from_secs(second)
    }
}
