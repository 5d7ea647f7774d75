//! A new database to put a dump into, by a role of its own that owns nothing else, so that nothing in a dump reaches
//! further.

use super::super::{
    programs::database,
    sql::{self, literal, quoted},
};
use anyhow::Context;
use rand::RngExt as _;
use sqlx::{PgConnection, Row, postgres::PgConnectOptions};

/// The longest name that PostgreSQL keeps whole, in bytes.
const LONGEST_NAME: usize = 63;

/// A new database and its role, which have the same name.
#[derive(Debug)]
pub struct Scratch {
    /// Their name.
    pub name: String,
    /// To connect as the role, which may do nothing outside of the database.
    pub restricted: PgConnectOptions,
    /// To connect as the owner of the application's database.
    pub owner: PgConnectOptions,
}

impl Scratch {
    /// Makes the database, after removing those that a killed process left behind. The caller has the lock on
    /// [`sql::lock`], so nobody is using them.
    ///
    /// # Errors
    /// The owner may not make databases and roles, or the server does not answer.
    pub async fn make(owner: &PgConnectOptions, beside: &mut PgConnection) -> anyhow::Result<Self> {
        let base = database(owner);
        let end = format!("{:08x}", rand::rng().random::<u32>());
        let name = named(&base, "_scratch_", &end);
        remove_left_behind(beside, name.trim_end_matches(&end)).await?;
        let password = format!("{:032x}", rand::rng().random::<u128>());
        let scratch = Self {
            restricted: owner.clone().username(&name).password(&password).database(&name),
            owner: owner.clone().database(&name),
            name,
        };
        let made = scratch.create(beside, &base, &password).await;
        made.with_context(|| {
            format!(
                "A new database for the restore cannot be made. The role '{0}' must be allowed to: \
                 alter role {0} createdb createrole",
                owner.get_username()
            )
        })?;
        Ok(scratch)
    }

    async fn create(&self, beside: &mut PgConnection, base: &str, password: &str) -> anyhow::Result<()> {
        let name = quoted(&self.name);
        let role = format!(
            "create role {name} login nosuperuser nocreatedb nocreaterole noreplication password {}",
            literal(password)
        );
        sql::run(beside, role).await?;
        let made = async {
            // To hand the database to a role one must be a member of it.
            sql::run(beside, format!("grant {name} to current_user")).await?;
            let locale = locale_of(beside, base).await?;
            sql::run(
                beside,
                format!("create database {name} owner {name} template template0 encoding 'UTF8' {locale}"),
            )
            .await?;
            sql::run(beside, format!("revoke all on database {name} from public")).await
        };
        if let Err(error) = made.await {
            let _ = drop_role(beside, &self.name).await;
            return Err(error.into());
        }
        Ok(())
    }

    /// Gives everything in the database to the owner and removes the role, and with it all that a dump may have granted
    /// to it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn adopt(&self, beside: &mut PgConnection) -> anyhow::Result<()> {
        let name = quoted(&self.name);
        let mut inside = sql::connect(&self.owner).await?;
        sql::run(&mut inside, format!("reassign owned by {name} to current_user; drop owned by {name}")).await?;
        sqlx::Connection::close(inside).await?;
        sql::run(
            beside,
            format!(
                "alter database {name} owner to current_user; grant connect, temporary on database {name} to public"
            ),
        )
        .await?;
        drop_role(beside, &self.name).await?;
        Ok(())
    }

    /// Removes the database and the role. What cannot be removed now, [`Scratch::make`] tries again.
    pub async fn remove(self, beside: &mut PgConnection) {
        remove(beside, &self.name).await;
    }
}

/// `{base}{kind}{end}`, with the base cut such that the end always fits.
pub(super) fn named(base: &str, kind: &str, end: &str) -> String {
    let mut room = LONGEST_NAME - kind.len() - end.len();
    while !base.is_char_boundary(room.min(base.len())) {
        room -= 1;
    }
    format!("{}{kind}{end}", &base[..room.min(base.len())])
}

async fn remove_left_behind(beside: &mut PgConnection, prefix: &str) -> sqlx::Result<()> {
    let prefix = literal(prefix);
    let query = format!(
        "select datname::text from pg_database where starts_with(datname::text, {prefix})
         union select rolname::text from pg_roles where starts_with(rolname::text, {prefix})"
    );
    for row in sql::all(beside, query).await? {
        remove(beside, row.try_get(0)?).await;
    }
    Ok(())
}

/// What is left over stops nobody.
async fn remove(beside: &mut PgConnection, name: &str) {
    sql::drop_scratch(beside, name).await;
    if let Err(error) = drop_role(beside, name).await {
        tracing::debug!(%error, "the role '{name}' is left to the next proof or restore");
    }
}

async fn drop_role(beside: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    sql::run(beside, format!("drop role if exists {}", quoted(name))).await
}

/// The locale of the application's database, or that of the server if there is none.
async fn locale_of(beside: &mut PgConnection, base: &str) -> sqlx::Result<String> {
    let query = format!("select datcollate::text, datctype::text from pg_database where datname = {}", literal(base));
    let rows = sql::all(beside, query).await?;
    let Some(row) = rows.first() else { return Ok(String::new()) };
    let (collate, ctype): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    Ok(format!("lc_collate {} lc_ctype {}", literal(&collate), literal(&ctype)))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn names_are_never_longer_than_postgresql_keeps() {
        assert_eq!(named("vitae", "_scratch_", "0123abcd"), "vitae_scratch_0123abcd");
        let long = named(&"ä".repeat(40), "_scratch_", "0123abcd");
        assert!(long.len() <= 63 && long.ends_with("ä_scratch_0123abcd"), "{long}");
    }
}
