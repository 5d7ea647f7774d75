//! PostgreSQL: the pool, the one way to run a transaction, and (below) all the SQL there is.

pub mod accounts;
pub mod admin;
pub mod archives;
pub mod attempts;
pub mod erasure;
pub mod events;
pub mod google;
pub mod history;
pub mod mails;
pub mod resumes;
pub mod revisions;
pub mod room;
pub mod sessions;
pub mod takeout;
pub mod tokens;
pub mod two_step;
pub mod users;

use super::fault;
use futures::future::BoxFuture;
use sqlx::{
    PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// What can go wrong with the database, apart from "not there", which is `Ok(None)`.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It does not answer: down, starting, all connections busy for too long, or what is asked for held by somebody else
    /// for too long.
    #[error("the database does not answer: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// Whose it would be is gone, or on the way out.
    #[error("whose it would be is gone")]
    NobodyThere,
    /// What it would belong to was removed meanwhile.
    #[error("what it would belong to is gone: {0}")]
    NothingThere(#[source] sqlx::Error),
    /// A statement failed; a fault of ours.
    #[error("a statement failed: {0}")]
    Statement(#[source] sqlx::Error),
    /// A row holds what this build cannot read.
    #[error("{table} {id} cannot be read: {reason}")]
    Inconsistent {
        /// Which table.
        table: &'static str,
        /// Which row.
        id: i64,
        /// Why.
        reason: String,
    },
}

/// What passes by itself, by how its code begins: the server is going down or coming up, or the statement took too long
/// (57), the connection broke (08), it is out of resources (53), somebody held a lock for too long (55P03), two waited for
/// each other (40P01).
const PASSING: [&str; 5] = ["57", "08", "53", "55P03", "40P01"];

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let away = match &error {
            // What we write belongs to what was there a moment ago.
            sqlx::Error::Database(database) if database.is_foreign_key_violation() => {
                let of_somebody = database.constraint().is_some_and(|name| name.ends_with("_user_id_fkey"));
                return if of_somebody { Self::NobodyThere } else { Self::NothingThere(error) };
            }
            sqlx::Error::Database(database) => {
                database.code().is_some_and(|code| PASSING.iter().any(|begin| code.starts_with(begin)))
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => true,
            _ => false,
        };
        if away { Self::Unavailable(error) } else { Self::Statement(error) }
    }
}

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    pool: PgPool,
}

impl Database {
    /// A pool that connects when it is first used.
    pub fn lazy(options: PgConnectOptions, connections: u32, acquire: Duration) -> Self {
        // A statement that takes this long is a fault; a lock that is held this long, too.
        let options = options.application_name("vitae").options([
            ("statement_timeout", "15s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("timezone", "UTC"),
        ]);
        let pool =
            PgPoolOptions::new().max_connections(connections).acquire_timeout(acquire).connect_lazy_with(options);
        Self { pool }
    }

    /// For single statements.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Runs `work` in a transaction and commits it if `work` succeeds.
    ///
    /// All transactions go through here: a request may be cancelled at any await (the browser went away), and a pooled
    /// connection whose `begin` is cancelled is poisoned (sqlx #4393). So the work runs in a task of its own, to its
    /// end, whatever happens to the request; what it logs is still told as of that request.
    ///
    /// # Errors
    /// Those of `work`, and of the database.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut PgConnection) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let pool = self.pool.clone();
        let task = async move {
            let mut transaction = pool.begin().await.map_err(DbError::from)?;
            let value = work(&mut transaction).await?;
            transaction.commit().await.map_err(DbError::from)?;
            Ok(value)
        };
        match tokio::spawn(fault::as_of_now(task)).await {
            Ok(result) => result,
            Err(_) => Err(DbError::Unavailable(sqlx::Error::WorkerCrashed).into()),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
