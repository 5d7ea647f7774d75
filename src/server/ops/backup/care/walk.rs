//! Long lists, a piece at a time, so that memory stays flat whatever there is.

use super::super::manifest::Object;
use crate::server::ops::sql;
use futures::{Stream, TryStreamExt};
use sqlx::{PgConnection, Row};
use std::{collections::HashSet, pin::Pin};
use uuid::Uuid;

/// So many are in memory at once.
const PIECE: usize = 500;

/// The archived objects that rows name, but for those of people on their way out, in order of their keys.
#[derive(Default)]
pub(super) struct Rows {
    last: String,
}

impl Rows {
    /// The next piece, if there is one.
    pub(super) async fn next(&mut self, connection: &mut PgConnection) -> sqlx::Result<Option<Vec<Object>>> {
        let query = format!(
            "select object_key, sha256, size from public.archives join public.users on users.id = archives.user_id
             where state = 'ready' and leaving_at is null and object_key > {} order by object_key limit {PIECE}",
            sql::literal(&self.last)
        );
        let rows = sql::all(connection, query).await?;
        let object = |row: &sqlx::postgres::PgRow| {
            Ok(Object { key: row.try_get(0)?, sha256: row.try_get(1)?, size: row.try_get(2)? })
        };
        let objects = rows.iter().map(object).collect::<sqlx::Result<Vec<Object>>>()?;
        let Some(last) = objects.last() else { return Ok(None) };
        self.last.clone_from(&last.key);
        Ok(Some(objects))
    }
}

/// Those of some folders of objects, `pdf/{owner}/{archive}`, whose archive has a row, ready or not.
pub(super) async fn named<'a>(
    connection: &mut PgConnection,
    folders: impl Iterator<Item = &'a str>,
) -> sqlx::Result<HashSet<&'a str>> {
    let known = |folder: &'a str| Some((folder.rsplit('/').next()?.parse::<Uuid>().ok()?, folder));
    let folders: Vec<(Uuid, &str)> = folders.filter_map(known).collect();
    let uuids: Vec<String> = folders.iter().map(|(uuid, _)| sql::literal(&uuid.to_string())).collect();
    let query = format!("select uuid from public.archives where uuid = any (array[{}]::uuid[])", uuids.join(", "));
    let rows = sql::all(connection, query).await?;
    let there = rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<HashSet<Uuid>>>()?;
    Ok(folders.into_iter().filter(|(uuid, _)| there.contains(uuid)).map(|(_, folder)| folder).collect())
}

/// What a stream gives, in pieces.
pub(super) struct Chunks<'a, T> {
    stream: Pin<Box<dyn Stream<Item = anyhow::Result<T>> + Send + 'a>>,
}

impl<'a, T> Chunks<'a, T> {
    pub(super) fn new(stream: Pin<Box<dyn Stream<Item = anyhow::Result<T>> + Send + 'a>>) -> Self {
        Self { stream }
    }

    /// The next piece, if there is one.
    pub(super) async fn next(&mut self) -> anyhow::Result<Option<Vec<T>>> {
        let mut piece = Vec::new();
        while piece.len() < PIECE
            && let Some(next) = self.stream.try_next().await?
        {
            piece.push(next);
        }
        Ok((!piece.is_empty()).then_some(piece))
    }
}
