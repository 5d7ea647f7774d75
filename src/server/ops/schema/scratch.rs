//! Scratch databases: made beside the one in use, and dropped afterwards.

use super::{SchemaError, catalog::Catalog, read::read, script, write};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// Names of scratch databases begin so; the number of the server process that made them follows, and a count.
const PREFIX: &str = "vitae_scratch_";

/// By this name the session that made scratch databases is known, so that theirs are not taken for leftovers.
const SESSION: &str = "vitae scratch";

/// The right to make scratch databases, until it is closed.
pub struct Scratch {
    owner: PgConnectOptions,
    keeper: PgConnection,
    prefix: String,
    names: Vec<String>,
    canon: Option<(PgConnection, Catalog)>,
    known: Vec<(Catalog, Catalog)>,
}

impl Scratch {
    /// Connects, and drops what an earlier process left when it was killed.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn open(owner: &PgConnectOptions) -> Result<Self, SchemaError> {
        let mut keeper = owner.clone().application_name(SESSION).connect().await?;
        let pid = sqlx::query_scalar!(r#"select pg_backend_pid() as "pid!""#).fetch_one(&mut keeper).await?;
        let prefix = format!("{PREFIX}{pid}_");
        let mut scratch =
            Self { owner: owner.clone(), keeper, prefix, names: Vec::new(), canon: None, known: Vec::new() };
        for name in scratch.leftovers().await? {
            scratch.drop_database(&name).await?;
        }
        Ok(scratch)
    }

    /// A new, empty database.
    ///
    /// # Errors
    /// The role may not make one, or the database does not answer.
    pub async fn database(&mut self) -> Result<PgConnection, SchemaError> {
        let name = format!("{}{}", self.prefix, self.names.len());
        let create = format!("create database {name} template template0");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut self.keeper).await.map_err(refused)?;
        self.names.push(name.clone());
        Ok(self.owner.clone().database(&name).connect().await?)
    }

    /// The schema as PostgreSQL words it when it reads what it wrote: expressions change once on that way
    /// (`x in ('a', 'b')` over a `varchar`), and only then can they be compared as text.
    ///
    /// # Errors
    /// The database does not answer; or the schema cannot be written.
    pub async fn canonical(&mut self, catalog: &Catalog) -> Result<Catalog, SchemaError> {
        if let Some((_, words)) = self.known.iter().find(|(read, _)| read.same(catalog)) {
            return Ok(words.clone());
        }
        let (mut connection, current) = match self.canon.take() {
            Some(canon) => canon,
            None => (self.database().await?, Catalog::default()),
        };
        let words = rewrite(&mut connection, &current, catalog).await?;
        self.canon = Some((connection, words.clone()));
        self.known.push((catalog.clone(), words.clone()));
        Ok(words)
    }

    /// Takes over a database of its own that is not needed any more, with the schema it has, for [`Self::canonical`].
    pub fn reuse(&mut self, connection: PgConnection, catalog: Catalog) {
        self.canon = Some((connection, catalog));
    }

    /// Drops all its databases.
    ///
    /// # Errors
    /// The database does not answer. What is left is dropped the next time.
    pub async fn close(mut self) -> Result<(), SchemaError> {
        if let Some((connection, _)) = self.canon.take() {
            connection.close().await?;
        }
        for name in std::mem::take(&mut self.names) {
            self.drop_database(&name).await?;
        }
        Ok(self.keeper.close().await?)
    }

    async fn leftovers(&mut self) -> Result<Vec<String>, sqlx::Error> {
        // A session with the number in the name that goes by the name of these is still at work.
        sqlx::query_scalar!(
            r#"select d.datname::text as "name!" from pg_database d
               where d.datname ~ ('^' || $1 || '\d+_\d+$') and not exists (
                   select from pg_stat_activity a where a.pid <> pg_backend_pid() and a.application_name = $2
                     and d.datname ~ ('^' || $1 || a.pid || '_'))"#,
            PREFIX,
            SESSION
        )
        .fetch_all(&mut self.keeper)
        .await
    }

    async fn drop_database(&mut self, name: &str) -> Result<(), sqlx::Error> {
        let drop = format!("drop database if exists {name} with (force)");
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut self.keeper).await?;
        Ok(())
    }
}

/// Empties a database with the schema `current`, writes another schema into it and reads it again.
async fn rewrite(connection: &mut PgConnection, current: &Catalog, catalog: &Catalog) -> Result<Catalog, SchemaError> {
    let empty = Catalog::default();
    for (from, to) in [(current, &empty), (&empty, catalog)] {
        let text = write::script(&write::way(from, to)?);
        script::run(connection, "the schema as it was read", &format!("begin;\n{text}commit;")).await?;
    }
    let again = read(connection).await?;
    let lost = again.without_expressions().differences(&catalog.without_expressions());
    if lost.is_empty() { Ok(again) } else { Err(SchemaError::Lost(lost)) }
}

fn refused(error: sqlx::Error) -> SchemaError {
    // 42501: insufficient_privilege.
    let denied = error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42501"));
    if denied { SchemaError::NotAllowed } else { SchemaError::Database(error) }
}
