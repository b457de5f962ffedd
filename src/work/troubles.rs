//! What stands in the way of a desk's loops, for who looks from outside: the desk's holder tells it
//! with its lease.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::store::trouble::{Kind, Trouble};
use crate::time::Timestamp;

/// What stands in the way now, by the loop that met it.
#[derive(Debug, Default)]
pub struct Troubles {
    standing: Mutex<BTreeMap<String, Met>>,
    changed: Notify,
}

#[derive(Clone, Debug)]
struct Met {
    kind: Kind,
    what: String,
    since: Instant,
}

/// Characters that are kept of one: servers may say much.
const TEXT_MAX: usize = 500;

impl Troubles {
    /// A loop could not do its work; whether that is news.
    pub fn met(&self, who: &str, kind: Kind, what: &str) -> bool {
        let what: String = what.chars().take(TEXT_MAX).collect();
        let mut standing = self.lock();
        let before = standing.get(who).filter(|met| met.kind == kind);
        let (since, is_news) = match before {
            Some(met) => (met.since, met.what != what),
            None => (Instant::now(), true),
        };
        standing.insert(who.to_owned(), Met { kind, what, since });
        if is_news {
            self.changed.notify_one();
        }
        is_news
    }

    /// A loop could do its work.
    pub fn over(&self, who: &str) {
        if self.lock().remove(who).is_some() {
            self.changed.notify_one();
        }
    }

    /// All that stands in the way, one of a kind. Several loops that meet the same kind make one.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Vec<Trouble> {
        self.standing_at(now, Instant::now())
    }

    fn standing_at(&self, now: Timestamp, instant: Instant) -> Vec<Trouble> {
        let standing = self.lock();
        let of_kind = |kind| {
            let met = || standing.values().filter(move |met| met.kind == kind);
            let since = met().map(|met| met.since).min()?;
            let texts: Vec<&str> = met().map(|met| met.what.as_str()).collect();
            let since = now.before(instant.duration_since(since));
            Some(Trouble { kind, what: texts.join("; "), since })
        };
        Kind::ALL.into_iter().filter_map(of_kind).collect()
    }

    /// Waits until something else stands in the way than before.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Met>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Several in one line, for people; `None` when there is none.
#[must_use]
pub fn in_words(troubles: &[Trouble]) -> Option<String> {
    let texts: Vec<&str> = troubles.iter().map(|trouble| trouble.what.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_772_442_000);

    fn words(troubles: &Troubles) -> Option<String> {
        in_words(&troubles.standing(NOW))
    }

    #[tokio::test]
    async fn what_stands_in_the_way_is_told_until_it_is_over() {
        let troubles = Troubles::default();
        troubles.over("submit");
        assert_eq!(words(&troubles), None);
        troubles.met("submit", Kind::Smtp, "Cannot submit: refused");
        troubles.changed().await;
        let first = Instant::now();
        troubles.met("receive INBOX", Kind::Imap, "Cannot read INBOX: gone");
        troubles.changed().await;
        let both = "Cannot read INBOX: gone; Cannot submit: refused";
        assert_eq!(words(&troubles).as_deref(), Some(both));
        troubles.met("submit", Kind::Smtp, "Cannot submit: away");
        troubles.met("receive Other", Kind::Imap, "Cannot read Other: gone");
        // Said otherwise, it stands since it was met first.
        let later = troubles.standing_at(NOW, first + Duration::from_secs(9));
        let smtp = later.iter().find(|one| one.kind == Kind::Smtp).unwrap();
        assert!(NOW.since(smtp.since) >= Duration::from_secs(9), "{smtp:?}");
        assert_eq!((later.len(), smtp.what.as_str()), (2, "Cannot submit: away"));
        assert_eq!(later[0].what, "Cannot read INBOX: gone; Cannot read Other: gone");
        troubles.met("submit", Kind::SmtpLogin, "Cannot submit: refused");
        let kinds: Vec<_> = troubles.standing(NOW).iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [Kind::Imap, Kind::SmtpLogin]);
        troubles.over("receive INBOX");
        troubles.over("receive Other");
        troubles.met("submit", Kind::Smtp, &"x".repeat(TEXT_MAX + 1));
        assert_eq!(words(&troubles), Some("x".repeat(TEXT_MAX)));
        troubles.over("submit");
        assert_eq!(words(&troubles), None);
    }
}
