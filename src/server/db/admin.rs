//! What admins see of everybody, and do to accounts. Never the content of a CV.

pub mod accounts;
pub mod guests;
pub mod log;
pub mod mails;
pub mod overview;
pub mod users;

use super::DbError;
use sqlx::PgConnection;

/// Has the statements of this transaction planned for the values that they are run with. Lists have filters that are
/// mostly not set; a plan for all values alike would read the whole table.
///
/// # Errors
/// Those of the database.
pub async fn plan_for_values(connection: &mut PgConnection) -> Result<(), DbError> {
    sqlx::query!("set local plan_cache_mode = 'force_custom_plan'").execute(connection).await?;
    Ok(())
}
