//! The tables `two_step` and `recovery_codes`: the second step of signing in.

use super::DbError;
use sqlx::{PgConnection, PgExecutor, PgPool};
use time::OffsetDateTime;

/// The second step of an account, asked for or being set up.
#[derive(Clone)]
pub struct TwoStep {
    /// What codes are made of.
    pub secret: Vec<u8>,
    /// Since when it is asked for.
    pub confirmed_at: Option<OffsetDateTime>,
    /// Recovery codes that were not used.
    pub codes: i64,
}

/// The second step of an account.
///
/// # Errors
/// Those of the database.
pub async fn find(pool: &PgPool, owner: i32) -> Result<Option<TwoStep>, DbError> {
    let row = sqlx::query_as!(
        TwoStep,
        r#"select secret, confirmed_at,
                  (select count(*) from recovery_codes where recovery_codes.user_id = $1) as "codes!"
           from two_step where user_id = $1"#,
        owner
    )
    .fetch_optional(pool)
    .await?;
    Ok(row)
}

/// Whether an account asks for a second step.
///
/// # Errors
/// Those of the database.
pub async fn is_on(pool: &PgPool, owner: i32) -> Result<bool, DbError> {
    let on = sqlx::query_scalar!(
        r#"select exists (select from two_step where user_id = $1 and confirmed_at is not null) as "on!""#,
        owner
    )
    .fetch_one(pool)
    .await?;
    Ok(on)
}

/// Begins to set it up, or begins again; one that is on stays as it is.
///
/// # Errors
/// Those of the database.
pub async fn begin(
    connection: &mut PgConnection,
    owner: i32,
    secret: &[u8],
    now: OffsetDateTime,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into two_step (user_id, secret, created_at) values ($1, $2, $3)
         on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at
         where two_step.confirmed_at is null",
        owner,
        secret,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives setting it up up.
///
/// # Errors
/// Those of the database.
pub async fn cancel(connection: &mut PgConnection, owner: i32) -> Result<(), DbError> {
    sqlx::query!("delete from two_step where user_id = $1 and confirmed_at is null", owner).execute(connection).await?;
    Ok(())
}

/// Turns on what was set up with this secret, with the step of the code that showed that it works; answers whether it
/// was still waiting for that.
///
/// # Errors
/// Those of the database.
pub async fn confirm(
    connection: &mut PgConnection,
    owner: i32,
    secret: &[u8],
    step: i64,
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    let result = sqlx::query!(
        "update two_step set confirmed_at = $4, last_step = $3
         where user_id = $1 and secret = $2 and confirmed_at is null",
        owner,
        secret,
        step,
        now
    )
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Uses a code up; answers whether it, or a later one, was not used before: of two who send one code at once, one does.
///
/// # Errors
/// Those of the database.
pub async fn use_step(executor: impl PgExecutor<'_>, owner: i32, step: i64) -> Result<bool, DbError> {
    let result = sqlx::query!(
        "update two_step set last_step = $2
         where user_id = $1 and confirmed_at is not null and (last_step is null or last_step < $2)",
        owner,
        step
    )
    .execute(executor)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Uses a recovery code up; answers whether there was such a one.
///
/// # Errors
/// Those of the database.
pub async fn use_code(executor: impl PgExecutor<'_>, owner: i32, code_hash: &[u8]) -> Result<bool, DbError> {
    let result = sqlx::query!("delete from recovery_codes where user_id = $1 and code_hash = $2", owner, code_hash)
        .execute(executor)
        .await?;
    Ok(result.rows_affected() == 1)
}

/// Replaces all recovery codes.
///
/// # Errors
/// Those of the database.
pub async fn replace_codes(
    connection: &mut PgConnection,
    owner: i32,
    hashes: &[Vec<u8>],
    now: OffsetDateTime,
) -> Result<(), DbError> {
    sqlx::query!("delete from recovery_codes where user_id = $1", owner).execute(&mut *connection).await?;
    sqlx::query!(
        "insert into recovery_codes (user_id, code_hash, created_at) select $1, unnest($2::bytea[]), $3",
        owner,
        hashes,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the second step away, with its recovery codes.
///
/// # Errors
/// Those of the database.
pub async fn remove(connection: &mut PgConnection, owner: i32) -> Result<(), DbError> {
    sqlx::query!("delete from recovery_codes where user_id = $1", owner).execute(&mut *connection).await?;
    sqlx::query!("delete from two_step where user_id = $1", owner).execute(connection).await?;
    Ok(())
}
