//! Writes the next migration from what changed in `schema.sql`.

use super::{
    super::schema::{
        SchemaError,
        catalog::Catalog,
        mark::Mark,
        read::read,
        rename::Rename,
        scratch::Scratch,
        script,
        write::{self, Written},
    },
    MigrationError, Source,
    check::{known, modelled, run_all},
};
use sqlx::{PgConnection, postgres::PgConnectOptions};
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};
use time::{OffsetDateTime, macros::format_description};

/// A migration that was written.
#[derive(Debug)]
pub struct Generated {
    /// The way up.
    pub up: PathBuf,
    /// The way back.
    pub down: PathBuf,
    /// What needs a look on the way up.
    pub marks: Vec<Mark>,
}

/// Both ways, as statements.
#[derive(Debug, Default)]
pub struct Ways {
    /// From the migrations to the model.
    pub up: Vec<Written>,
    /// And back.
    pub down: Vec<Written>,
}

/// What is to be written.
pub struct Request<'a> {
    /// The folder with the migrations and `schema.sql`.
    pub folder: &'a Path,
    /// What changed, in words: names the files.
    pub message: &'a str,
    /// What has another name now.
    pub renames: &'a [Rename],
    /// When: numbers the files.
    pub now: OffsetDateTime,
}

/// Writes the next pair of files; nothing if nothing changed.
///
/// Before that it is done, and taken back, in a scratch database, and both schemas are compared with what they should
/// be.
///
/// # Errors
/// Scratch databases cannot be made, a script does not run, `schema.sql` has what cannot be compared, or the files
/// cannot be written.
pub async fn generate(owner: &PgConnectOptions, request: &Request<'_>) -> Result<Option<Generated>, MigrationError> {
    let mut scratch = Scratch::open(owner).await?;
    let generated = generate_with(&mut scratch, request).await;
    let closed = scratch.close().await;
    let generated = generated?;
    closed?;
    Ok(generated)
}

/// The same with scratch databases that are there already.
///
/// # Errors
/// As [`generate`].
pub async fn generate_with(scratch: &mut Scratch, request: &Request<'_>) -> Result<Option<Generated>, MigrationError> {
    let source = Source::folder(request.folder).await?;
    let ways = ways(scratch, &source, request.renames).await?;
    if ways.up.is_empty() {
        return Ok(None);
    }
    write(request, &source, &ways).map(Some)
}

/// Writes a pair of files for what no schema shows, like filling a new column. They are for you to fill.
///
/// # Errors
/// The folder cannot be read, or the files cannot be written.
pub async fn empty(request: &Request<'_>) -> Result<Generated, MigrationError> {
    let source = Source::folder(request.folder).await?;
    write(request, &source, &Ways::default())
}

/// Finds both ways and proves them.
async fn ways(scratch: &mut Scratch, source: &Source, renames: &[Rename]) -> Result<Ways, MigrationError> {
    let mut connection = scratch.database().await?;
    run_all(&mut connection, source.ups()).await?;
    let before = snapshot(&mut connection, "the migrations").await?;
    let model = modelled(scratch, source).await?;
    if renames.is_empty() && before.same(&model) {
        scratch.give_back(connection, before);
        return Ok(Ways::default());
    }
    let up: Vec<Written> = renames.iter().map(Rename::up).collect();
    run(&mut connection, "renames", &up).await?;
    let start = snapshot(&mut connection, "the migrations").await?;
    let before = scratch.canonical(&before).await?;
    let from = scratch.canonical(&start).await?;
    let to = scratch.canonical(&model).await?;
    let changes = write::way(&from, &to).map_err(SchemaError::from)?;
    run(&mut connection, "the way up", &changes).await?;
    prove(scratch, &mut connection, &to, "the model").await?;

    let mut down = write::way(&to, &from).map_err(SchemaError::from)?;
    down.extend(renames.iter().rev().map(Rename::down));
    for statement in &mut down {
        // The previous release is the one that is to work after it.
        statement.marks.retain(|mark| !matches!(mark, Mark::Breaks(_)));
    }
    run(&mut connection, "the way down", &down).await?;
    prove(scratch, &mut connection, &before, "the old schema").await?;
    scratch.give_back(connection, before);
    Ok(Ways { up: [up, changes].concat(), down })
}

async fn snapshot(connection: &mut PgConnection, of: &'static str) -> Result<Catalog, SchemaError> {
    known(read(connection).await?, of)
}

/// Runs statements as a migration runs.
async fn run(connection: &mut PgConnection, name: &str, statements: &[Written]) -> Result<(), SchemaError> {
    let text = format!("begin;{}commit", write::script(statements));
    Ok(script::run(connection, name, &text).await?)
}

/// The database is what it should be.
async fn prove(
    scratch: &mut Scratch,
    connection: &mut PgConnection,
    expected: &Catalog,
    place: &'static str,
) -> Result<(), MigrationError> {
    let actual = snapshot(connection, place).await?;
    let actual = scratch.canonical(&actual).await?;
    let names = actual.differences(expected);
    if names.is_empty() { Ok(()) } else { Err(MigrationError::Astray { place, names }) }
}

fn write(request: &Request<'_>, source: &Source, ways: &Ways) -> Result<Generated, MigrationError> {
    let name = name(request.message)?;
    let version = version(request.now, source);
    let path = |ending: &str| request.folder.join(format!("{version}_{name}.{ending}"));
    let (up, down) = (path("up.sql"), path("down.sql"));
    let header = format!("-- {}\n", request.message.split_whitespace().collect::<Vec<_>>().join(" "));
    // A way back without a way there is passed over, so it is the one to be written first.
    save(&down, &write::script(&ways.down))?;
    save(&up, &format!("{header}{}", write::script(&ways.up)))?;
    let marks = ways.up.iter().flat_map(|statement| statement.marks.clone()).collect();
    Ok(Generated { up, down, marks })
}

fn save(path: &Path, text: &str) -> Result<(), MigrationError> {
    let failed = |source| MigrationError::File { path: path.display().to_string(), source };
    File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
}

/// `add_profile_photo_to_users`, from what the message says.
fn name(message: &str) -> Result<String, MigrationError> {
    let plain = |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { ' ' };
    let words: String = message.chars().map(plain).collect();
    let name = words.split_whitespace().collect::<Vec<_>>().join("_");
    if name.is_empty() { Err(MigrationError::NoName(message.to_owned())) } else { Ok(name) }
}

/// The time as a number, or the next number after the newest migration if that is later.
fn version(now: OffsetDateTime, source: &Source) -> i64 {
    let format = format_description!("[year][month][day][hour][minute][second]");
    let newest = source.ups().map(|migration| migration.version).max().unwrap_or(0);
    let number = now.format(format).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0);
    number.max(newest + 1)
}
