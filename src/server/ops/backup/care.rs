//! Archived objects are read again, those in the store and their copies, and either is mended from the other: a part of
//! them every day, or all, in bounded memory. What is nowhere whole is noted in the place of backups until it is found
//! whole again, or is no longer needed.

mod lost;
mod walk;

use super::{
    copies::{self, Copied, Form},
    manifest::Object,
    objects,
    place::Place,
};
use crate::server::{
    config::Settings,
    ops::{connect::Connection, sql},
    storage::Storage,
};
use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
pub(super) use lost::nothing_is_lost;
use lost::{Lost, part_of};
use sqlx::PgConnection;
use std::fmt;
use time::OffsetDateTime;
use walk::{Chunks, Rows};

/// So many keys are told; the others are counted.
const TOLD: usize = 50;

/// Parts of the whole: each object is read once in so many days.
pub(super) const PARTS: u8 = 7;

/// Which objects are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All.
    All,
    /// A seventh.
    Of(u8),
}

impl Part {
    /// The part of a day.
    pub fn of_day(now: OffsetDateTime) -> Self {
        let day = now.date().to_julian_day().rem_euclid(i32::from(PARTS));
        u8::try_from(day).map_or(Self::All, Self::Of)
    }

    fn has(self, key: &str) -> bool {
        self == Self::All || self == Self::Of(part_of(key))
    }
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Order {
    /// Which objects are read.
    pub part: Part,
    /// Whether damage is mended, or only told.
    pub mend: bool,
    /// The file with the secret key for encrypted copies, or empty.
    pub identity: String,
}

/// Keys of objects: the first of them, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Keys {
    count: usize,
    first: Vec<String>,
}

impl Keys {
    /// These.
    pub fn of(keys: &[String]) -> Self {
        Self { count: keys.len(), first: keys.iter().take(TOLD).cloned().collect() }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn add(&mut self, key: &str) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(key.to_owned());
        }
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.first.join(", "))?;
        match self.count.saturating_sub(self.first.len()) {
            0 => Ok(()),
            more => write!(formatter, " and {more} more"),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Objects of the store that were read.
    pub objects: usize,
    /// Copies that were read.
    pub copies: usize,
    /// What was mended from the other side.
    pub mended: Keys,
    /// What could be mended, and was not, because it was only to be looked at.
    pub damaged: Keys,
    /// What only an encrypted copy still has, whose secret key is not here.
    pub sealed: Keys,
    /// What is nowhere whole.
    pub lost: Keys,
    /// What is in the store and named by no row.
    pub orphans: Keys,
}

/// What was found out about one object or copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Whole,
    Mended,
    Damaged,
    Sealed,
    Lost,
    /// It was deleted meanwhile.
    Gone,
}

/// Where everything is.
struct Care<'a> {
    storage: Storage,
    place: &'a Place,
    form: Form,
    order: &'a Order,
    /// Whether this installation makes copies: of what a bucket has there are none.
    keeps_copies: bool,
    connection: &'a Connection,
}

/// Reads objects and their copies, and mends what can be.
///
/// # Errors
/// The database, the store or the place does not answer.
pub async fn look_after(
    settings: &Settings,
    connection: &Connection,
    place: &Place,
    order: &Order,
) -> anyhow::Result<Found> {
    let storage = Storage::open(&settings.storage, &settings.server.data_dir)?;
    let keeps_copies = storage.is_folder() && !place.is_the_store();
    let care = Care { storage, place, form: Form::of(settings), order, keeps_copies, connection };
    let mut live = sql::connect(&connection.owner).await?;
    let mut found = Found::default();
    let mut lost = Lost::read(place).await?;
    lost.begin(order.part);
    care.rows(&mut live, &mut found, &mut lost).await?;
    care.other_copies(&mut live, &mut found, &mut lost).await?;
    if order.part == Part::All {
        care.orphans(&mut live, &mut found).await?;
    }
    lost.write(place).await?;
    Ok(found)
}

impl Care<'_> {
    /// What the rows name.
    async fn rows(&self, live: &mut PgConnection, found: &mut Found, lost: &mut Lost) -> anyhow::Result<()> {
        let mut rows = Rows::default();
        while let Some(page) = rows.next(live).await? {
            let page: Vec<Object> = page.into_iter().filter(|object| self.order.part.has(&object.key)).collect();
            let looking: Vec<_> = page.iter().map(|object| self.one(object)).collect();
            let mut looking = stream::iter(looking).buffered(objects::SIDE_BY_SIDE);
            for object in &page {
                let Some(state) = looking.next().await else { break };
                let (state, copies) = state.with_context(|| format!("{} cannot be looked after.", object.key))?;
                found.objects += 1;
                found.copies += copies;
                note(state, &object.key, found, lost);
            }
        }
        Ok(())
    }

    /// An object and its copies; answers how many of these were read.
    async fn one(&self, object: &Object) -> anyhow::Result<(State, usize)> {
        let is_whole = objects::is_whole(&self.storage, object).await?;
        let (mut whole, mut damaged) = (Vec::new(), Vec::new());
        if self.keeps_copies {
            for copy in copies::of(self.place, copies::archive_of(&object.key)).await? {
                if copy.is_whole(self.place).await? { whole.push(copy) } else { damaged.push(copy) }
            }
        }
        let read = whole.len() + damaged.len();
        let state = match (is_whole, whole.is_empty()) {
            (true, _) if damaged.is_empty() => State::Whole,
            (true, _) => self.mend_copies(object, &whole, &damaged).await?,
            (false, false) => self.mend_store(object, &whole).await?,
            (false, true) if self.is_in_use(&object.key).await? => State::Lost,
            (false, true) => State::Gone,
        };
        Ok((state, read))
    }

    async fn mend_copies(&self, object: &Object, whole: &[Copied], damaged: &[Copied]) -> anyhow::Result<State> {
        if !self.order.mend {
            return Ok(State::Damaged);
        }
        let Some(content) = objects::content_of(&self.storage, object).await? else { return Ok(State::Gone) };
        let made = match whole.first() {
            Some(whole) => whole.clone(),
            None => self.form.put(self.place, &object.key, content).await?,
        };
        objects::remove_but(self.place, &made, damaged).await?;
        Ok(State::Mended)
    }

    async fn mend_store(&self, object: &Object, whole: &[Copied]) -> anyhow::Result<State> {
        if !self.is_in_use(&object.key).await? {
            return Ok(State::Gone);
        }
        let content = objects::open_any(self.place, whole, &object.sha256, &self.order.identity).await?;
        let Some(content) = content else { return Ok(State::Sealed) };
        if !self.order.mend {
            return Ok(State::Damaged);
        }
        self.storage.put_verified(&object.key, content, &object.sha256).await?;
        // Its owner may just be deleting it: the object goes before the row.
        if self.is_in_use(&object.key).await? {
            return Ok(State::Mended);
        }
        self.storage.delete(&object.key).await?;
        Ok(State::Gone)
    }

    async fn is_in_use(&self, key: &str) -> anyhow::Result<bool> {
        objects::is_in_use(&mut sql::connect(&self.connection.owner).await?, key).await
    }

    /// Copies of what no row names any more: older backups need them.
    async fn other_copies(&self, live: &mut PgConnection, found: &mut Found, lost: &mut Lost) -> anyhow::Result<()> {
        let part = self.order.part;
        let copy = move |entry| Copied::parse(&entry).filter(|copy| part.has(&copy.archive));
        let listed = self.place.stream(copies::FOLDER);
        let listed = listed.try_filter_map(move |entry| std::future::ready(Ok(copy(entry))));
        let mut chunks = Chunks::new(Box::pin(listed));
        while let Some(chunk) = chunks.next().await? {
            let named = walk::named(live, chunk.iter().map(|copy| copy.archive.as_str())).await?;
            for copy in chunk.iter().filter(|copy| !named.contains(copy.archive.as_str())) {
                found.copies += 1;
                if !copy.is_whole(self.place).await? {
                    note(self.other(copy).await?, &copy.archive, found, lost);
                }
            }
        }
        Ok(())
    }

    /// What a damaged copy comes to, of which the store has nothing either.
    async fn other(&self, copy: &Copied) -> anyhow::Result<State> {
        if self.place.sha256_of(&copy.name).await?.is_none() {
            return Ok(State::Gone);
        }
        for other in copies::of(self.place, &copy.archive).await? {
            if other.name != copy.name && other.is_whole(self.place).await? {
                return Ok(State::Whole);
            }
        }
        Ok(State::Lost)
    }

    /// What is in the store and belongs to nobody.
    async fn orphans(&self, live: &mut PgConnection, found: &mut Found) -> anyhow::Result<()> {
        let mut chunks = Chunks::new(Box::pin(self.storage.keys().map_err(anyhow::Error::from)));
        while let Some(chunk) = chunks.next().await? {
            let named = walk::named(live, chunk.iter().map(|key| copies::archive_of(key))).await?;
            for key in chunk.iter().filter(|key| !named.contains(copies::archive_of(key))) {
                // It may have been deleted since it was listed.
                if self.storage.sha256_of(key).await?.is_some() {
                    found.orphans.add(key);
                }
            }
        }
        Ok(())
    }
}

fn note(state: State, key: &str, found: &mut Found, lost: &mut Lost) {
    match state {
        State::Whole | State::Gone => {}
        State::Mended => found.mended.add(key),
        State::Damaged => found.damaged.add(key),
        State::Sealed => {
            found.sealed.add(key);
            lost.add(key);
        }
        State::Lost => {
            found.lost.add(key);
            lost.add(key);
        }
    }
}

impl Found {
    /// Into the log, as loud as it is bad.
    pub fn tell(&self) {
        if !self.mended.is_empty() {
            tracing::warn!("Archived PDFs were damaged and are mended from the other side: {}", self.mended);
        }
        for words in self.faults() {
            tracing::error!("{words}");
        }
    }

    /// What is wrong, a sentence each, with what to do.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |keys: &Keys, words: &str| {
            if !keys.is_empty() {
                faults.push(format!("{} {words}: {keys}", keys.count()));
            }
        };
        fault(
            &self.lost,
            "archived PDFs are neither in the object store nor among the copies. Put them back from another place of \
             backups (objects/ in it), an older state of the disk or an older version of the bucket",
        );
        fault(
            &self.sealed,
            "archived PDFs are not in the object store, and their copies are encrypted. Bring them back with: \
             vitae doctor --archive --mend --identity FILE",
        );
        fault(
            &self.damaged,
            "archived PDFs are damaged, in the object store or among the copies. Mend them from the other side with: \
             vitae doctor --archive --mend",
        );
        fault(
            &self.orphans,
            "objects in the store are named by no row of the database. If they are of a database that a restore put \
             aside and that you may go back to, leave them; else remove them from the store",
        );
        faults
    }
}
