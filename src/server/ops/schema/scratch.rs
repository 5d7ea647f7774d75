//! Scratch databases: made beside the one in use, and dropped afterwards.

use super::{SchemaError, catalog::Catalog, read::read, script, write};
use crate::server::ops::sql;
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// Names of scratch databases begin so; the number of the server process that made them follows, and a count.
const PREFIX: &str = "vitae_scratch_";

/// By this name the session that made scratch databases is known, so that theirs are not taken for leftovers.
const SESSION: &str = "vitae scratch";

/// What PostgreSQL answers when a name is taken, and when somebody may not (its appendix A).
const DUPLICATE_DATABASE: &str = "42P04";
const INSUFFICIENT_PRIVILEGE: &str = "42501";

/// The right to make scratch databases, until it is closed.
pub struct Scratch {
    owner: PgConnectOptions,
    keeper: PgConnection,
    prefix: String,
    tried: usize,
    names: Vec<String>,
    idle: Vec<(PgConnection, Catalog)>,
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
        let mut scratch = Self {
            owner: owner.clone(),
            keeper,
            prefix,
            tried: 0,
            names: Vec::new(),
            idle: Vec::new(),
            known: Vec::new(),
        };
        for name in scratch.leftovers().await? {
            sql::drop_scratch(&mut scratch.keeper, &name).await;
        }
        Ok(scratch)
    }

    /// An empty database: a new one, or one that was given back.
    ///
    /// # Errors
    /// The role may not make one, or the database does not answer.
    pub async fn database(&mut self) -> Result<PgConnection, SchemaError> {
        if let Some((mut connection, catalog)) = self.idle.pop() {
            change(&mut connection, &catalog, &Catalog::default()).await?;
            return Ok(connection);
        }
        let name = self.create().await?;
        self.names.push(name.clone());
        Ok(self.owner.clone().database(&name).connect().await?)
    }

    /// A name may be that of a leftover which could not be dropped.
    async fn create(&mut self) -> Result<String, SchemaError> {
        loop {
            let name = format!("{}{}", self.prefix, self.tried);
            self.tried += 1;
            match sql::run(&mut self.keeper, format!("create database {name} template template0")).await {
                Err(error) if has_code(&error, DUPLICATE_DATABASE) => {}
                made => return made.map(|()| name).map_err(refused),
            }
        }
    }

    /// Takes a database of its own back, with the schema it has.
    pub fn give_back(&mut self, connection: PgConnection, catalog: Catalog) {
        self.idle.push((connection, catalog));
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
        let mut connection = self.database().await?;
        change(&mut connection, &Catalog::default(), catalog).await?;
        let words = read(&mut connection).await?;
        self.give_back(connection, words.clone());
        let lost = words.without_expressions().differences(&catalog.without_expressions());
        if !lost.is_empty() {
            return Err(SchemaError::Lost(lost));
        }
        self.known.push((catalog.clone(), words.clone()));
        Ok(words)
    }

    /// Drops all its databases.
    ///
    /// # Errors
    /// The database does not answer. What is left is dropped the next time.
    pub async fn close(mut self) -> Result<(), SchemaError> {
        for (connection, _) in std::mem::take(&mut self.idle) {
            connection.close().await?;
        }
        for name in std::mem::take(&mut self.names) {
            sql::drop_scratch(&mut self.keeper, &name).await;
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
}

/// Changes the schema of a database.
async fn change(connection: &mut PgConnection, from: &Catalog, to: &Catalog) -> Result<(), SchemaError> {
    let text = write::script(&write::way(from, to)?);
    Ok(script::run(connection, "the schema as it was read", &format!("begin;\n{text}commit;")).await?)
}

fn refused(error: sqlx::Error) -> SchemaError {
    if has_code(&error, INSUFFICIENT_PRIVILEGE) { SchemaError::NotAllowed } else { SchemaError::Database(error) }
}

fn has_code(error: &sqlx::Error, code: &str) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some(code))
}
