//! Named points on a message's way. With the feature `failpoints`, a test names one in
//! `TIDINGS_FAILPOINT` and the process dies there as by `kill -9`, or stands still as by
//! `kill -STOP`; without it nothing is compiled.

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
}

/// Every point, by the name that a test uses.
pub const POINTS: [(&str, Point); 13] = [
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
];

/// The process is at `point`.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub fn at(_point: Point) {}

/// The process is at `point`; dies there if that is the one named, on the visit that is named
/// after a colon (`accepted:3`, the first without). With `still:` before it, it stands still until
/// it is told to go on.
#[cfg(feature = "failpoints")]
pub fn at(point: Point) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static NAMED: LazyLock<Option<Named>> = LazyLock::new(named);
    static VISITS: AtomicU32 = AtomicU32::new(0);
    if let Some(named) = *NAMED
        && named.point == point
        && VISITS.fetch_add(1, Ordering::SeqCst) + 1 == named.visit
    {
        let me = rustix::process::getpid();
        let _ = rustix::process::kill_process(me, named.signal);
    }
}

/// What a test asks for.
#[cfg(feature = "failpoints")]
#[derive(Clone, Copy)]
struct Named {
    point: Point,
    visit: u32,
    signal: rustix::process::Signal,
}

#[cfg(feature = "failpoints")]
#[expect(clippy::disallowed_methods, reason = "a test names the point in the environment")]
fn named() -> Option<Named> {
    use rustix::process::Signal;

    let text = std::env::var("TIDINGS_FAILPOINT").ok()?;
    let (text, signal) = match text.strip_prefix("still:") {
        Some(text) => (text, Signal::STOP),
        None => (text.as_str(), Signal::KILL),
    };
    let (name, visit) = text.split_once(':').unwrap_or((text, "1"));
    let (_, point) = POINTS.iter().find(|(known, _)| *known == name)?;
    Some(Named { point: *point, visit: visit.parse().ok()?, signal })
}
