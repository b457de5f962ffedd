//! What stands in the way of a desk's loops, for who looks from outside: the desk's holder tells it
//! with its lease.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// What stands in the way now, by the loop that met it.
#[derive(Debug, Default)]
pub struct Troubles {
    standing: Mutex<BTreeMap<String, String>>,
    changed: Notify,
}

/// Characters that are kept of one: servers may say much.
const TEXT_MAX: usize = 500;

impl Troubles {
    /// A loop could not do its work.
    pub fn met(&self, who: &str, what: &str) {
        let text: String = what.chars().take(TEXT_MAX).collect();
        let before = self.lock().insert(who.to_owned(), text.clone());
        if before != Some(text) {
            self.changed.notify_one();
        }
    }

    /// A loop could do its work.
    pub fn over(&self, who: &str) {
        if self.lock().remove(who).is_some() {
            self.changed.notify_one();
        }
    }

    /// All that stands in the way; `None` when nothing does.
    #[must_use]
    pub fn standing(&self) -> Option<String> {
        let standing = self.lock();
        let texts: Vec<&str> = standing.values().map(String::as_str).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    /// Waits until something else stands in the way than before.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_stands_in_the_way_is_told_until_it_is_over() {
        let troubles = Troubles::default();
        troubles.over("submit");
        assert_eq!(troubles.standing(), None);
        troubles.met("submit", "Cannot submit: refused");
        troubles.changed().await;
        troubles.met("receive INBOX", "Cannot read INBOX: gone");
        troubles.changed().await;
        let both = "Cannot read INBOX: gone; Cannot submit: refused";
        assert_eq!(troubles.standing().as_deref(), Some(both));
        troubles.over("receive INBOX");
        troubles.changed().await;
        troubles.met("submit", &"x".repeat(TEXT_MAX + 1));
        troubles.changed().await;
        assert_eq!(troubles.standing(), Some("x".repeat(TEXT_MAX)));
        troubles.over("submit");
        assert_eq!(troubles.standing(), None);
    }
}
