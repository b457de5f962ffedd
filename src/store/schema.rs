//! The schema: migrations, embedded. They are applied in order, each once, and never changed again.
//!
//! Each migration says from which version on a program can work with what it makes
//! (`readable_from`), so that daemons of two versions can share a database while they are
//! upgraded one after the other.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use super::error::{OpenError, StoreError};
use super::sql::{PerEngine, Tx};

/// A step of the schema.
struct Step {
    version: i64,
    description: &'static str,
    text: PerEngine,
    /// The least version that a program must know to work with it.
    readable_from: i64,
}

macro_rules! step {
    ($version:literal, $file:literal, $description:literal, readable_from $least:literal) => {
        Step {
            version: $version,
            description: $description,
            text: PerEngine {
                sqlite: include_str!(concat!("../../migrations/sqlite/", $file)),
                postgres: include_str!(concat!("../../migrations/postgres/", $file)),
            },
            readable_from: $least,
        }
    };
}

const STEPS: [Step; 22] = [
    step!(1, "0001_mail_loop.sql", "mail loop", readable_from 1),
    step!(2, "0002_leases.sql", "leases", readable_from 2),
    step!(3, "0003_status.sql", "status", readable_from 2),
    step!(4, "0004_trace.sql", "trace", readable_from 2),
    step!(5, "0005_health.sql", "health", readable_from 2),
    step!(6, "0006_restore.sql", "restore", readable_from 2),
    step!(7, "0007_proof.sql", "proof", readable_from 2),
    step!(8, "0008_tokens.sql", "tokens", readable_from 2),
    step!(9, "0009_later_proof.sql", "later proof", readable_from 2),
    step!(10, "0010_spam.sql", "spam", readable_from 2),
    step!(11, "0011_gate.sql", "gate", readable_from 2),
    step!(12, "0012_signature.sql", "signature", readable_from 2),
    step!(13, "0013_class.sql", "class", readable_from 2),
    step!(14, "0014_life.sql", "life", readable_from 14),
    step!(15, "0015_format.sql", "format", readable_from 14),
    step!(16, "0016_agents.sql", "agents", readable_from 16),
    step!(17, "0017_accounts.sql", "accounts", readable_from 17),
    step!(18, "0018_target.sql", "target", readable_from 18),
    step!(19, "0019_priority.sql", "priority", readable_from 16),
    step!(20, "0020_announcement.sql", "announcement", readable_from 16),
    step!(21, "0021_silence.sql", "silence", readable_from 21),
    step!(22, "0022_circle.sql", "circle", readable_from 21),
];

/// The version that this program makes.
pub const VERSION: i64 = 22;
/// The first version that keeps leases and says what it can be read from.
const WITH_LEASES: i64 = 2;

/// What a database's schema is to this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// The versions that were applied.
    applied: Vec<i64>,
    /// The least version that a program must know.
    readable_from: i64,
}

/// What has to be done before the database can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needed {
    /// Nothing.
    Nothing,
    /// Migrations that other daemons can live with.
    Migration,
    /// Migrations after which daemons of the version before cannot go on.
    Break,
}

impl Standing {
    /// Reads what was applied.
    pub(super) async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let mut standing = Self { applied: Vec::new(), readable_from: 0 };
        if tx.one(tx.text(HAS_MIGRATIONS), &[]).await?.integer("tables")? == 0 {
            return Ok(standing);
        }
        for row in tx.all(APPLIED, &[]).await? {
            standing.applied.push(row.integer("version")?);
        }
        if standing.has_leases() {
            let mut told = Vec::new();
            for row in tx.all(READABLE_FROM, &[]).await? {
                told.push(row.integer("version")?);
                standing.readable_from = standing.readable_from.max(row.integer("readable_from")?);
            }
            // What no program of ours has applied cannot be trusted to be readable.
            if standing.applied.iter().any(|version| !told.contains(version)) {
                standing.readable_from = i64::MAX;
            }
        } else {
            standing.readable_from = standing.applied.iter().copied().max().unwrap_or(0);
        }
        Ok(standing)
    }

    /// Whether there is no schema at all.
    pub(super) fn is_none(&self) -> bool {
        self.applied.is_empty()
    }

    /// Whether daemons say in it what they hold.
    pub(super) fn has_leases(&self) -> bool {
        self.applied.contains(&WITH_LEASES)
    }

    /// What has to be done.
    ///
    /// # Errors
    /// [`OpenError::Newer`] when a later program has left this one behind.
    pub(super) fn needed(&self) -> Result<Needed, OpenError> {
        if self.readable_from > VERSION {
            let newest = self.applied.iter().copied().max().unwrap_or(0);
            return Err(OpenError::Newer { newest, known: VERSION });
        }
        let mut missing = STEPS.iter().filter(|step| !self.applied.contains(&step.version));
        let Some(first) = missing.next() else { return Ok(Needed::Nothing) };
        let raises = |step: &Step| step.readable_from > self.readable_from;
        let breaks = raises(first) || missing.any(raises);
        Ok(if breaks && !self.is_none() { Needed::Break } else { Needed::Migration })
    }

    /// Whether a later program has applied what this one does not know, and can live with.
    fn is_ahead(&self) -> bool {
        self.applied.iter().any(|version| *version > VERSION)
    }
}

/// Applies what is missing; refuses what was changed since it was applied.
pub(super) fn migrator(standing: &Standing, text: impl Fn(PerEngine) -> &'static str) -> Migrator {
    let migrations = STEPS.map(|step| {
        Migration::new(
            step.version,
            Cow::Borrowed(step.description),
            MigrationType::Simple,
            AssertSqlSafe(text(step.text)).into_sql_str(),
            false,
        )
    });
    Migrator {
        migrations: Cow::Owned(migrations.to_vec()),
        ignore_missing: standing.is_ahead(),
        ..Migrator::DEFAULT
    }
}

const HAS_MIGRATIONS: PerEngine = PerEngine {
    sqlite: "select count(*) as tables from sqlite_schema where name = '_sqlx_migrations'",
    postgres: "
select count(*) as tables
  from information_schema.tables
 where table_schema = current_schema() and table_name = '_sqlx_migrations'",
};

const APPLIED: &str = "select version from _sqlx_migrations order by version";

const READABLE_FROM: &str = "select version, readable_from from schema_version";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_says_what_its_migration_writes() {
        let mut before = 0;
        for step in &STEPS {
            assert!(step.version > before, "{}", step.version);
            before = step.version;
            let row = format!("({}, {})", step.version, step.readable_from);
            // The table came with the second.
            let writer = STEPS.iter().find(|one| one.version == step.version.max(WITH_LEASES));
            for text in [writer.unwrap().text.sqlite, writer.unwrap().text.postgres] {
                assert!(text.contains(&row), "{row}");
            }
        }
        assert_eq!(STEPS.last().unwrap().version, VERSION);
    }

    #[test]
    fn flt_24_a_schema_is_used_as_far_as_it_is_readable() {
        check(&[], 0, Ok(Needed::Migration));
        check(&[1], 1, Ok(Needed::Break));
        check(&[1, 2], 2, Ok(Needed::Break));
        // The fourteenth gives statuses other names.
        for last in 3..14 {
            check(&versions(last), 2, Ok(Needed::Break));
        }
        // The sixteenth has notices that are not to be sent as they are.
        for last in 14..16 {
            check(&versions(last), 14, Ok(Needed::Break));
        }
        let newer = VERSION + 1;
        check(&versions(VERSION), 16, Ok(Needed::Nothing));
        check(&versions(newer), 16, Ok(Needed::Nothing));
        check(&versions(newer), newer, Err(newer));
        check(&[1, 2, 3, newer + 1], i64::MAX, Err(newer + 1));

        fn versions(last: i64) -> Vec<i64> {
            (1..=last).collect()
        }

        #[track_caller]
        fn check(applied: &[i64], readable_from: i64, expected: Result<Needed, i64>) {
            let standing = Standing { applied: applied.to_vec(), readable_from };
            let needed = standing.needed().map_err(|error| {
                let OpenError::Newer { newest, .. } = error else { panic!("{error}") };
                newest
            });
            assert_eq!(needed, expected, "{applied:?}");
        }
    }
}
