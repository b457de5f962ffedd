//! Named points on a message's way. With the feature `failpoints`, a test names one in
//! `TIDINGS_FAILPOINT` and the process dies there as by `kill -9`, stands still as by `kill -STOP`,
//! or hangs; without it nothing is compiled.

use std::time::Duration;

/// A point on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The server has listed what is there.
    Listed,
    /// A batch is fetched, and nothing of it is stored.
    Fetched,
    /// A part of a large message is stored, and more is to come.
    PartStored,
    /// The spool's transaction is open and has rows.
    Spooling,
    /// The spool's transaction is committed: durable line 1.
    Spooled,
    /// A batch is parsed.
    Parsed,
    /// A message of a batch is decided and written, the batch is not committed.
    Decided,
    /// The batch is committed: durable line 2. Marks are owed.
    Committed,
    /// Marks are done on the server, and not in the store.
    Marked,
    /// Notices are claimed.
    Claimed,
    /// The submission server is connected.
    Connected,
    /// The server has taken a notice, the store does not know.
    Accepted,
    /// The outcome of a claim is committed.
    Settled,
    /// The copy of an answer is filed on the server, and not in the store.
    Filed,
    /// Numbers are taken in the database, and the file beside it does not say so.
    Raised,
    /// A restore is noticed and written, and not committed.
    Restoring,
    /// A piece of an import of accounts is committed.
    Staged,
}

/// Points that no mail passes.
pub const ELSEWHERE: [(&str, Point); 1] = [("staged", Point::Staged)];

/// Every point on a message's way, by the name that a test uses.
pub const POINTS: [(&str, Point); 16] = [
    ("listed", Point::Listed),
    ("fetched", Point::Fetched),
    ("part_stored", Point::PartStored),
    ("spooling", Point::Spooling),
    ("spooled", Point::Spooled),
    ("parsed", Point::Parsed),
    ("decided", Point::Decided),
    ("committed", Point::Committed),
    ("marked", Point::Marked),
    ("claimed", Point::Claimed),
    ("connected", Point::Connected),
    ("accepted", Point::Accepted),
    ("settled", Point::Settled),
    ("filed", Point::Filed),
    ("raised", Point::Raised),
    ("restoring", Point::Restoring),
];

/// The process is at `point`.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub fn at(_point: Point) {}

/// The process is at `point`; dies there if that is the one named, on the visit that is named
/// after a colon (`accepted:3`, the first without). With `:still` behind that (`accepted:1:still`)
/// it stands still until it is told to go on; with `:hang` it stays there for ever, and the thread
/// with it.
#[cfg(feature = "failpoints")]
pub fn at(point: Point) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static NAMED: LazyLock<Option<(Point, u32, Action)>> = LazyLock::new(named);
    static VISITS: AtomicU32 = AtomicU32::new(0);
    if let Some((named, visit, action)) = *NAMED
        && named == point
        && VISITS.fetch_add(1, Ordering::SeqCst) + 1 == visit
    {
        match action {
            Action::Signal(signal) => {
                let me = rustix::process::getpid();
                let _ = rustix::process::kill_process(me, signal);
            }
            Action::Hang => loop {
                std::thread::park();
            },
        }
    }
}

/// What happens at a point.
#[cfg(feature = "failpoints")]
#[derive(Clone, Copy)]
enum Action {
    Signal(rustix::process::Signal),
    Hang,
}

#[cfg(feature = "failpoints")]
#[expect(clippy::disallowed_methods, reason = "a test names the point in the environment")]
fn named() -> Option<(Point, u32, Action)> {
    use rustix::process::Signal;

    let text = std::env::var("TIDINGS_FAILPOINT").ok()?;
    let mut parts = text.split(':');
    let name = parts.next()?;
    let visit = parts.next().unwrap_or("1").parse().ok()?;
    let action = match parts.next() {
        None => Action::Signal(Signal::KILL),
        Some("still") => Action::Signal(Signal::STOP),
        Some("hang") => Action::Hang,
        Some(_) => return None,
    };
    let (_, point) = POINTS.iter().chain(&ELSEWHERE).find(|(known, _)| *known == name)?;
    Some((*point, visit, action))
}

/// How long a loop may be silent while it works.
#[cfg(not(feature = "failpoints"))]
#[inline]
#[must_use]
pub fn patience(allowed: Duration) -> Duration {
    allowed
}

/// How long a loop may be silent while it works: not longer than `TIDINGS_PATIENCE_MS`, since no
/// test waits for an hour.
#[cfg(feature = "failpoints")]
#[must_use]
pub fn patience(allowed: Duration) -> Duration {
    use std::sync::LazyLock;

    static MOST: LazyLock<Option<Duration>> = LazyLock::new(|| {
        #[expect(clippy::disallowed_methods, reason = "a test says it in the environment")]
        let text = std::env::var("TIDINGS_PATIENCE_MS").ok()?;
        Some(Duration::from_millis(text.parse().ok()?))
    });
    MOST.map_or(allowed, |most| most.min(allowed))
}
