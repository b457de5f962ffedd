//! What stands in the way of a desk's holder, told by it for who looks from outside.

use super::error::StoreError;
use super::lease::{self, Hold};
use super::sql::{Row, Tx, values};
use crate::time::Timestamp;

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where, and of which kind.
    pub kind: Kind,
    /// What it is, for people.
    pub what: String,
    /// Since when, without a pause.
    pub since: Timestamp,
}

/// Where trouble is, and whether a person has to do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The mail server is away, or a folder of it cannot be read.
    Imap,
    /// The mail server refuses the login.
    ImapLogin,
    /// The submission server is away.
    Smtp,
    /// The submission server refuses the login.
    SmtpLogin,
    /// The holder's own clock is not to be believed.
    Clock,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Imap, Self::ImapLogin, Self::Smtp, Self::SmtpLogin, Self::Clock];

    /// The word for it in the store and for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::ImapLogin => "imap_login",
            Self::Smtp => "smtp",
            Self::SmtpLogin => "smtp_login",
            Self::Clock => "clock",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Notes all that stands in the way of who holds a desk, one of a kind at the most. What stood there
/// before stands since then. Of a desk that is another's nothing is noted.
///
/// # Errors
/// [`StoreError`].
pub async fn tell(tx: &mut Tx, hold: &Hold, standing: &[Trouble]) -> Result<(), StoreError> {
    if !lease::is_ours(tx, hold).await? {
        return Ok(());
    }
    let desk = hold.desk();
    let known = list(tx, desk).await?;
    for one in &known {
        if !standing.iter().any(|trouble| trouble.kind == one.kind) {
            tx.execute(OVER, values![desk, one.kind.as_str()]).await?;
        }
    }
    for trouble in standing {
        let (kind, what) = (trouble.kind.as_str(), trouble.what.as_str());
        match known.iter().find(|one| one.kind == trouble.kind) {
            None => tx.execute(MET, values![desk, kind, what, trouble.since]).await?,
            Some(one) if one.what != what => tx.execute(SAID, values![desk, kind, what]).await?,
            Some(_) => 0,
        };
    }
    Ok(())
}

/// What stands in the way of a desk's holder.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, desk: &str) -> Result<Vec<Trouble>, StoreError> {
    tx.all(LIST, values![desk]).await?.iter().map(read).collect()
}

/// A desk has another holder, in whose way nothing stands yet.
pub(super) async fn forget(tx: &mut Tx, desk: &str) -> Result<(), StoreError> {
    tx.execute(FORGET, values![desk]).await.map(drop)
}

fn read(row: &Row) -> Result<Trouble, StoreError> {
    Ok(Trouble {
        kind: row.parsed("kind", Kind::parse)?,
        what: row.text("what")?,
        since: Timestamp::from_us(row.integer("since_us")?),
    })
}

const LIST: &str = "
select kind, what, since_us from trouble where desk = $1 order by kind";

const MET: &str = "
insert into trouble (desk, kind, what, since_us) values ($1, $2, $3, $4)";

const SAID: &str = "
update trouble set what = $3 where desk = $1 and kind = $2";

const OVER: &str = "
delete from trouble where desk = $1 and kind = $2";

const FORGET: &str = "
delete from trouble where desk = $1";
