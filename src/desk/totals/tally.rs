//! One group of tickets, counted and summed up.

use std::time::Duration;

use super::Handled;

/// Tickets of one group, counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    tickets: u64,
    responses: Spans,
    resolutions: Spans,
    kept: u64,
    broken: u64,
    rated: u64,
    stars: u64,
}

/// What a group came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Tickets.
    pub tickets: u64,
    /// From the requester's first word to the first public answer, of those that were answered.
    pub first_response: Option<Spread>,
    /// From the first message to the end, of those that are over.
    pub resolution: Option<Spread>,
    /// Promises that were kept.
    pub kept: u64,
    /// Promises that were broken.
    pub broken: u64,
    /// What requesters thought of it, of those who said so.
    pub rated: Option<Rated>,
}

/// How times are spread, to the second.
///
/// The percentiles are those of the nearest rank: the smallest of the times that are there such that so many
/// percent of them are not longer. So each is a time that somebody waited, and the median of two is the shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// How many there are, at least one.
    pub count: u64,
    /// Half of them are not longer.
    pub median: Duration,
    /// Nine of ten are not longer.
    pub ninetieth: Duration,
}

/// What requesters thought of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rated {
    /// How many have said so, at least one.
    pub count: u64,
    /// The mean of their stars, in hundredths: from 100 to 500.
    pub hundredths: u16,
}

/// Times in seconds, 136 years at most: four bytes each, as there may be millions.
#[derive(Clone, Debug, Default)]
struct Spans(Vec<u32>);

impl Tally {
    pub(super) fn add(&mut self, ticket: &Handled) {
        self.tickets += 1;
        if let (Some(asked), Some(answered)) = (ticket.asked, ticket.answered) {
            self.responses.add(answered.since(asked));
        }
        if let Some(over) = ticket.over {
            self.resolutions.add(over.since(ticket.began));
        }
        self.kept += ticket.kept;
        self.broken += ticket.broken;
        if let Some(stars) = ticket.stars {
            self.rated += 1;
            self.stars += u64::from(stars);
        }
    }

    /// Counts what another has counted, too.
    pub(super) fn absorb(&mut self, other: Self) {
        self.tickets += other.tickets;
        self.responses.absorb(other.responses);
        self.resolutions.absorb(other.resolutions);
        self.kept += other.kept;
        self.broken += other.broken;
        self.rated += other.rated;
        self.stars += other.stars;
    }

    pub(super) fn summary(&mut self) -> Summary {
        let mean = (self.stars * 100 + self.rated / 2).checked_div(self.rated);
        let hundredths = mean.and_then(|mean| u16::try_from(mean).ok());
        Summary {
            tickets: self.tickets,
            first_response: self.responses.spread(),
            resolution: self.resolutions.spread(),
            kept: self.kept,
            broken: self.broken,
            rated: hundredths.map(|hundredths| Rated { count: self.rated, hundredths }),
        }
    }
}

impl Spans {
    fn add(&mut self, span: Duration) {
        self.0.push(u32::try_from(span.as_secs()).unwrap_or(u32::MAX));
    }

    fn absorb(&mut self, mut other: Self) {
        // The larger one is not copied.
        if self.0.len() < other.0.len() {
            std::mem::swap(&mut self.0, &mut other.0);
        }
        self.0.append(&mut other.0);
    }

    fn spread(&mut self) -> Option<Spread> {
        let (median, ninetieth) = (self.percentile(50)?, self.percentile(90)?);
        Some(Spread { count: self.0.len() as u64, median, ninetieth })
    }

    /// That of the nearest rank, from 1 to 100 percent; in linear time.
    fn percentile(&mut self, percent: usize) -> Option<Duration> {
        let rank = (self.0.len() * percent).div_ceil(100);
        let (_, found, _) = self.0.select_nth_unstable(rank.checked_sub(1)?);
        Some(Duration::from_secs(u64::from(*found)))
    }
}
