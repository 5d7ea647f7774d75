//! Sessions in our own PostgreSQL table.
//!
//! Two things that the usual store does not do: the id is stored hashed, so that a copy of the table opens nothing;
//! and a save only updates, so that a request under way while somebody signs out does not bring the session back.

use super::session::GUEST_IDLE;
use crate::server::{
    clock::Clock,
    db::{
        Database, DbError,
        sessions::{self, SessionRow},
    },
};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Key of the user's id in a session.
pub(super) const USER_ID: &str = "user_id";

/// The store.
#[derive(Clone, Debug)]
pub struct PostgresSessionStore {
    db: Database,
    clock: Clock,
}

impl PostgresSessionStore {
    /// A store in this database.
    pub fn new(db: Database, clock: Clock) -> Self {
        Self { db, clock }
    }
}

#[async_trait]
impl SessionStore for PostgresSessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let row = to_row(record, self.clock.now())?;
        while !sessions::insert(self.db.pool(), &hash(record.id), user_id(record), &row).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let row = to_row(record, self.clock.now())?;
        sessions::update(self.db.pool(), &hash(record.id), user_id(record), &row).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = sessions::find(self.db.pool(), &hash(*id), self.clock.now()).await.map_err(backend)?;
        row.map(|row| {
            let data = serde_json::from_value(row.data).map_err(|error| Error::Decode(error.to_string()))?;
            Ok(Record { id: *id, data, expiry_date: row.expires_at })
        })
        .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sessions::delete(self.db.pool(), &hash(*id)).await.map_err(backend)
    }
}

/// It is over when nobody has used it for so long, by our own clock.
fn to_row(record: &Record, now: OffsetDateTime) -> Result<SessionRow> {
    let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
    Ok(SessionRow { data, expires_at: now + GUEST_IDLE })
}

fn user_id(record: &Record) -> Option<i32> {
    record.data.get(USER_ID)?.as_i64()?.try_into().ok()
}

/// What names a session in the table.
pub(super) fn hash(id: Id) -> [u8; 32] {
    Sha256::digest(id.0.to_le_bytes()).into()
}

fn backend(error: DbError) -> Error {
    Error::Backend(error.to_string())
}
