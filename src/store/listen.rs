//! Nudges from other processes. They may be lost; whoever waits for one waits for a period as well.

use sqlx::postgres::PgListener;

use super::error::StoreError;
use super::postgres::{self, CHANNEL};
use super::sql::Nudge;

/// Hears what other processes tell.
pub struct Listener(Inner);

enum Inner {
    /// A file tells nothing.
    Silent,
    Postgres(Box<PgListener>),
}

impl Listener {
    pub(super) fn silent() -> Self {
        Self(Inner::Silent)
    }

    pub(super) async fn postgres(pool: &sqlx::PgPool) -> Result<Self, StoreError> {
        // The pool that it is on would have one connection less for statements, and could not be
        // closed while somebody listens.
        let mut listener = PgListener::connect_with(&postgres::pool_of_one(pool)).await?;
        listener.listen(CHANNEL).await?;
        Ok(Self(Inner::Postgres(Box::new(listener))))
    }

    /// Waits for the next nudge; `None` when the connection was lost and made again: anything may
    /// have been told meanwhile.
    ///
    /// # Errors
    /// [`StoreError`]; this listener hears nothing any more.
    pub async fn heard(&mut self) -> Result<Option<Nudge>, StoreError> {
        match &mut self.0 {
            Inner::Silent => std::future::pending().await,
            Inner::Postgres(listener) => {
                let told = listener.try_recv().await?;
                Ok(told.and_then(|told| Nudge::parse(told.payload())))
            }
        }
    }
}
