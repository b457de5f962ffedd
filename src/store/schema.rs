//! The migrations, embedded. They are applied in order, each once, and never changed again.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

/// Number, description and text of each migration.
const MIGRATIONS: [(i64, &str, &str); 1] =
    [(1, "mail loop", include_str!("../../migrations/sqlite/0001_mail_loop.sql"))];

/// Applies what is missing; refuses a database with migrations that this program does not know,
/// or that were changed since.
pub(super) fn migrator() -> Migrator {
    let migrations = MIGRATIONS.map(|(version, description, sql)| {
        Migration::new(
            version,
            Cow::Borrowed(description),
            MigrationType::Simple,
            AssertSqlSafe(sql).into_sql_str(),
            false,
        )
    });
    Migrator { migrations: Cow::Owned(migrations.to_vec()), ..Migrator::DEFAULT }
}
