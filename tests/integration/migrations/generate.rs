//! `migrate generate`: a migration after which the database is what the model says, and a way back.

use super::{
    changes::{COLUMNS, CONSTRAINTS, Change, INDEXES, OLD, ROUTINES, TABLES, TYPES},
    databases::{dump, options, reset, run, unordered, write_pair},
};
use sqlx::{Connection, PgConnection, PgPool, postgres::PgConnectOptions};
use std::{fs, path::Path};
use time::{OffsetDateTime, macros::datetime};
use vitae::server::ops::{
    migrate::{self, Backup, MigrationError, Source, downgrade, generate},
    schema::{SchemaError, mark::Mark, scratch::Scratch},
};

const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

/// A folder with one migration, which makes the old model, and the new model.
struct Project {
    folder: tempfile::TempDir,
    owner: PgConnectOptions,
}

/// What was written.
struct Pair {
    up: String,
    down: String,
    marks: Vec<Mark>,
}

impl Project {
    fn new(owner: PgConnectOptions, old: &str, new: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_pair(folder.path(), "20260101000000_old", old, "drop schema public cascade; create schema public");
        fs::write(folder.path().join("schema.sql"), new).expect("written");
        Self { folder, owner }
    }

    async fn generate(&self, message: &str, renames: &[&str]) -> Result<Option<Pair>, MigrationError> {
        let mut scratch = Scratch::open(&self.owner).await.expect("opened");
        let pair = self.generate_with(&mut scratch, message, renames).await;
        scratch.close().await.expect("closed");
        pair
    }

    async fn generate_with(
        &self,
        scratch: &mut Scratch,
        message: &str,
        renames: &[&str],
    ) -> Result<Option<Pair>, MigrationError> {
        let renames: Vec<_> = renames.iter().map(|rename| rename.parse().expect("a rename")).collect();
        let request = generate::Request { folder: self.folder.path(), message, renames: &renames, now: NOW };
        let read = |path: &Path| fs::read_to_string(path).expect("written");
        let generated = generate::generate_with(scratch, &request).await?;
        Ok(generated.map(|pair| Pair { up: read(&pair.up), down: read(&pair.down), marks: pair.marks }))
    }

    async fn source(&self) -> Source {
        Source::folder(self.folder.path()).await.expect("a folder of migrations")
    }
}

fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(OLD.to_owned(), |text, (find, put)| {
        assert!(text.contains(find), "'{find}' is not in the model");
        if find.is_empty() { format!("{text}{put}\n") } else { text.replace(find, put) }
    })
}

/// Generates each change, does it, takes it back; and asks `pg_dump` each time.
async fn there_and_back(pool: PgPool, changes: &[Change]) {
    let owner = options(&pool);
    let mut database = PgConnection::connect_with(&owner).await.expect("connected");
    let name = owner.get_database().expect("a name").replace("_sqlx_test", "model");
    run(&mut database, &format!("drop database if exists \"{name}\" with (force)")).await;
    run(&mut database, &format!("create database \"{name}\"")).await;
    let at_model = owner.clone().database(&name);
    let mut model = PgConnection::connect_with(&at_model).await.expect("connected");
    let mut before = Vec::new();
    let mut scratch = Scratch::open(&owner).await.expect("opened");
    for (what, edits) in changes {
        reset(&mut database).await;
        reset(&mut model).await;
        let new = edited(edits);
        let project = Project::new(owner.clone(), OLD, &new);
        migrate::apply(&owner, &project.source().await, None, Backup::Refuse("none")).await.expect("applied");
        if before.is_empty() {
            before = words(&dump(&owner));
        }

        let pair = match project.generate_with(&mut scratch, what, &[]).await {
            Ok(Some(pair)) => pair,
            other => panic!("{what}: {}", other.map_or_else(|error| error.to_string(), |_| "nothing changed".into())),
        };
        let source = project.source().await;
        let done = migrate::apply(&owner, &source, None, Backup::Refuse("none")).await;
        assert_eq!(done.map_err(|error| error.to_string()).map(|files| files.len()), Ok(1), "{what}:\n{}", pair.up);
        run(&mut model, &new).await;
        assert_eq!(words(&dump(&owner)), words(&dump(&at_model)), "{what}, up:\n{}", pair.up);

        let plan = downgrade::plan(&owner, &source, 1).await.expect("a plan");
        downgrade::run(&owner, &source, &plan, Backup::Refuse("none")).await.expect("taken back");
        assert_eq!(words(&dump(&owner)), before, "{what}, down:\n{}", pair.down);
    }
    scratch.close().await.expect("closed");
    model.close().await.expect("closed");
    run(&mut database, &format!("drop database \"{name}\"")).await;
}

/// A dump in which the one check that PostgreSQL words in two ways is worded in one.
fn words(dump: &str) -> Vec<String> {
    let dump =
        dump.replace("ARRAY[('", "(ARRAY['").replace("'::character varying)::text, ('", "'::character varying, '");
    unordered(&dump.replace("'::character varying)::text])", "'::character varying])::text[])"))
}

#[sqlx::test(migrations = false)]
async fn columns(pool: PgPool) {
    there_and_back(pool, COLUMNS).await;
}

#[sqlx::test(migrations = false)]
async fn constraints(pool: PgPool) {
    there_and_back(pool, CONSTRAINTS).await;
}

#[sqlx::test(migrations = false)]
async fn indexes(pool: PgPool) {
    there_and_back(pool, INDEXES).await;
}

#[sqlx::test(migrations = false)]
async fn types_and_extensions(pool: PgPool) {
    there_and_back(pool, TYPES).await;
}

#[sqlx::test(migrations = false)]
async fn views_functions_and_triggers(pool: PgPool) {
    there_and_back(pool, ROUTINES).await;
}

#[sqlx::test(migrations = false)]
async fn tables_and_comments(pool: PgPool) {
    there_and_back(pool, TABLES).await;
}

#[sqlx::test(migrations = false)]
async fn one_column_is_one_column(pool: PgPool) {
    let new = edited(&[("name text,", "name text, profile_photo_url varchar(500),")]);
    let project = Project::new(options(&pool), OLD, &new);
    let pair = project.generate("Add profile photo to users", &[]).await.expect("generated").expect("a change");
    assert_eq!(
        pair.up,
        "-- Add profile photo to users\nalter table users add column profile_photo_url varchar(500);\n"
    );
    assert_eq!(
        pair.down,
        "-- vitae: loses data: the column users.profile_photo_url and what is in it\n\
         alter table users drop column profile_photo_url;\n"
    );
    let names: Vec<String> = project.source().await.ups().map(|up| up.description.to_string()).collect();
    assert_eq!(names, ["old", "add profile photo to users"]);
}

#[sqlx::test(migrations = false)]
async fn nothing_changed_writes_nothing(pool: PgPool) {
    // Other words for the same.
    let new = OLD
        .replace("timestamptz", "timestamp with time zone")
        .replace("id integer generated always as identity", "id int generated always as identity primary key")
        .replace("    constraint users_pkey primary key (id),\n", "")
        .replace("varchar(20)", "character varying (20)");
    let project = Project::new(options(&pool), OLD, &new);
    assert!(project.generate("Nothing", &[]).await.expect("compared").is_none());
    assert_eq!(fs::read_dir(project.folder.path()).expect("a folder").count(), 3);
}

#[sqlx::test(migrations = false)]
async fn renames_happen_when_told(pool: PgPool) {
    let owner = options(&pool);
    let new = OLD
        .replace("users", "people")
        .replace("people_", "users_")
        .replace("users_email_key", "people_email_key")
        .replace("name text,", "full_name text,")
        .replace("u.name", "u.full_name")
        .replace("of name", "of full_name")
        .replace("'sad'", "'unhappy'")
        .replace("posts_user_id_idx", "posts_author_idx")
        .replace("users_touch", "people_touch")
        .replace("busy_authors", "writers")
        .replace("type mood", "type feeling")
        .replace(" mood not null", " feeling not null")
        .replace("moods mood[]", "moods feeling[]");
    let project = Project::new(owner.clone(), OLD, &new);
    let renames = [
        "users=people",
        "people.name=full_name",
        "constraint:people.users_email_key=people_email_key",
        "trigger:people.users_touch=people_touch",
        "index:posts_user_id_idx=posts_author_idx",
        "view:busy_authors=writers",
        "value:mood.sad=unhappy",
        "type:mood=feeling",
    ];
    let pair = project.generate("Users are people", &renames).await.expect("generated").expect("a change");
    assert_eq!(pair.up.matches("rename").count(), 8, "{}", pair.up);
    assert!(!pair.up.contains("drop") && !pair.up.contains("create"), "{}", pair.up);
    assert!(!pair.down.contains("drop") && !pair.down.contains("create"), "{}", pair.down);
    let broken: Vec<String> = pair.marks.iter().map(ToString::to_string).collect();
    assert_eq!(broken.len(), 6, "all but those of which no statement speaks: {broken:?}");
    assert_eq!(broken[1], "-- vitae: breaks the previous release: if it uses the column people.name");
    assert!(!pair.down.contains("breaks"), "{}", pair.down);

    migrate::apply(&owner, &project.source().await, None, Backup::Refuse("none")).await.expect("applied");
    assert!(dump(&owner).contains("CREATE TABLE public.people"));
}

#[sqlx::test(migrations = false)]
async fn rows_go_along(pool: PgPool) {
    let owner = options(&pool);
    let new = edited(&[
        ("age integer", "age text"),
        ("check (age > 0)", "check (age > '0')"),
        ("'ok', 'happy'", "'ok', 'fine', 'happy'"),
        ("default 'ok'", "default 'fine'"),
        ("title varchar(100)", "title varchar(9)"),
    ]);
    let project = Project::new(owner.clone(), OLD, &new);
    migrate::apply(&owner, &project.source().await, None, Backup::Refuse("none")).await.expect("applied");
    let mut database = PgConnection::connect_with(&owner).await.expect("connected");
    run(&mut database, "insert into users (email, age, mood, moods) values ('a@example.org', 41, 'happy', '{sad,ok}'); insert into posts (user_id, title) values (1, 'short')").await;
    project.generate("Ages are words", &[]).await.expect("generated").expect("a change");
    let source = project.source().await;
    migrate::apply(&owner, &source, None, Backup::Skip).await.expect("applied");
    let row: (String, String, String) =
        sqlx::query_as("select age, mood::text, moods::text from users").fetch_one(&mut database).await.expect("a row");
    assert_eq!(row, ("41".into(), "happy".into(), "{sad,ok}".into()));

    // A title that is too long stops the migration; it is not cut off.
    let plan = downgrade::plan(&owner, &source, 1).await.expect("a plan");
    downgrade::run(&owner, &source, &plan, Backup::Skip).await.expect("taken back");
    run(&mut database, "update posts set title = 'much too long a title'").await;
    let error = migrate::apply(&owner, &source, None, Backup::Skip).await.expect_err("too long").to_string();
    assert!(error.contains("ages_are_words.up.sql, line"), "{error}");
    let title: String = sqlx::query_scalar("select title from posts").fetch_one(&mut database).await.expect("a row");
    assert_eq!(title, "much too long a title");
}

#[sqlx::test(migrations = false)]
async fn what_needs_a_look_is_marked(pool: PgPool) {
    let new = edited(&[
        ("    \"Order\" integer,\n", ""),
        ("title varchar(100)", "title varchar(50)"),
        ("name text,", "name text not null, motto text not null,"),
        ("check (age > 0)", "check (age > 1)"),
        ("created_at timestamptz", "created_at date"),
        ("", "create index users_age_idx on users (age);"),
        ("", "create unique index users_age_key on users (age);"),
        ("", "alter table posts add constraint posts_order_fkey foreign key (words) references users (id);"),
        ("create view authors", "create view writers"),
        ("from authors", "from writers"),
        ("view authors", "view writers"),
    ]);
    let project = Project::new(options(&pool), OLD, &new);
    let pair = project.generate("Marks", &[]).await.expect("generated").expect("a change");
    let marked = |sql: &str| {
        let lines: Vec<&str> = pair.up.lines().collect();
        let at = lines.iter().position(|line| line.starts_with(sql)).unwrap_or_else(|| panic!("{sql} in {}", pair.up));
        let marks = lines[..at].iter().rev().take_while(|line| line.starts_with("-- vitae: "));
        marks.map(|line| line.split(": ").nth(1).expect("a kind")).collect::<Vec<_>>()
    };
    assert_eq!(marked("alter table posts drop column \"Order\""), ["breaks the previous release", "loses data"]);
    assert_eq!(marked("alter table posts alter column title type"), ["locks", "may fail"]);
    assert_eq!(marked("alter table users alter column created_at type"), ["locks", "loses data"]);
    assert_eq!(marked("alter table users add column motto"), ["may fail"]);
    assert_eq!(marked("alter table users alter column name set not null"), ["locks", "may fail"]);
    assert_eq!(marked("alter table users add constraint users_age_check"), ["locks", "may fail"]);
    assert_eq!(marked("create index users_age_idx"), ["locks"]);
    assert_eq!(marked("create unique index users_age_key"), ["locks", "may fail"]);
    assert_eq!(marked("drop view authors"), ["breaks the previous release"]);
    assert_eq!(marked("alter table posts add constraint posts_order_fkey"), ["locks", "may fail"]);
    assert!(pair.up.contains("-- vitae: may fail: every row of posts must point at one of users\n"), "{}", pair.up);
    assert!(pair.up.contains("-- vitae: locks: posts and users, for writing"), "{}", pair.up);
    assert!(pair.down.contains("-- vitae: loses data: the column users.motto"), "{}", pair.down);
    assert!(!pair.down.contains("breaks"), "{}", pair.down);
}

#[sqlx::test(migrations = false)]
async fn what_is_null_in_every_row_cannot_fail(pool: PgPool) {
    let columns = "name text, code varchar(20), boss integer, rank integer, size integer not null default 0,";
    let new = edited(&[
        ("name text,", columns),
        ("", "alter table users add constraint users_code_key unique (code);"),
        ("", "alter table users add constraint users_code_check check (length(code) > 3 or code in ('a', 'b'));"),
        ("", "alter table users add constraint users_boss_fkey foreign key (boss) references users (id);"),
        ("", "create unique index users_rank_idx on users (rank, age);"),
        ("", "alter table users add constraint users_rank_check check (rank is not null or age > 3);"),
        ("", "alter table users add constraint users_size_check check (size > 0);"),
        ("", "create unique index users_size_idx on users (size);"),
        ("", "create unique index users_two_idx on users (boss) nulls not distinct;"),
    ]);
    let project = Project::new(options(&pool), OLD, &new);
    let pair = project.generate("Nulls", &[]).await.expect("generated").expect("a change");
    let fails = |name: &str| {
        let at = pair.up.find(&format!(" {name} ")).unwrap_or_else(|| panic!("{name} in {}", pair.up));
        let statement = pair.up[..at].rsplit("\n\n").next().expect("what stands before");
        statement.contains("-- vitae: may fail")
    };
    for cannot in ["users_code_key", "users_code_check", "users_boss_fkey", "users_rank_idx"] {
        assert!(!fails(cannot), "{cannot}: {}", pair.up);
    }
    for may in ["users_rank_check", "users_size_check", "users_size_idx", "users_two_idx"] {
        assert!(fails(may), "{may}: {}", pair.up);
    }
}

#[sqlx::test(migrations = false)]
async fn what_comes_is_there_before_what_goes(pool: PgPool) {
    let new = edited(&[("name text,", "full_name text,"), ("u.name", "u.full_name"), ("of name", "of full_name")]);
    let new = new.replace("create table posts", "create table articles").replace("posts_", "articles_");
    let new = new.replace("on posts", "on articles").replace("join posts", "join articles");
    let project = Project::new(options(&pool), OLD, &new);
    let pair = project.generate("Other names", &[]).await.expect("generated").expect("a change");
    for (way, first, then) in [
        (&pair.up, "add column full_name", "drop column name"),
        (&pair.up, "create table articles", "drop table posts"),
        (&pair.down, "add column name", "drop column full_name"),
        (&pair.down, "create table posts", "drop table articles"),
    ] {
        let at = |words: &str| way.find(words).unwrap_or_else(|| panic!("{words} in {way}"));
        assert!(at(first) < at(then), "{way}");
    }
}

#[sqlx::test(migrations = false)]
async fn what_is_not_understood_is_refused_by_name(pool: PgPool) {
    for (sql, name) in [
        ("create domain short as text check (length(value) < 9);", "domain short"),
        ("create table serials (id serial);", "sequence serials_id_seq"),
        ("create table parts (id integer) partition by range (id);", "partitioned table parts"),
        ("alter table users enable row level security;", "row security of table users"),
        ("create schema other;", "schema other"),
        ("create type pair as (a integer, b integer);", "composite type pair"),
        (
            "create aggregate total(integer) (sfunc = int4pl, stype = integer);",
            "aggregate or window function total(integer)",
        ),
        ("create rule quiet as on delete to users do instead nothing;", "rule quiet on users"),
        ("alter table users disable trigger users_touch;", "state of trigger users_touch on users"),
        ("create collation german (locale = 'C');", "collation german"),
        ("create statistics ages on age, mood from users;", "statistics object ages"),
        ("create operator === (leftarg = text, rightarg = text, function = texteq);", "operator ===(text,text)"),
        ("create cast (mood as bytea) with inout;", "cast from mood to bytea"),
        ("comment on column authors.email is 'where to';", "comment on column authors.email"),
        ("alter table users alter column name set storage external;", "storage of column users.name"),
        ("alter table users replica identity full;", "replica identity of table users"),
        ("alter table users cluster on users_pkey;", "order on disk of table users"),
    ] {
        let project = Project::new(options(&pool), OLD, &format!("{OLD}{sql}"));
        match project.generate("Nothing", &[]).await.map(|_| ()) {
            Err(MigrationError::Schema(SchemaError::Unknown { names, .. })) => {
                assert!(names.iter().any(|found| found.contains(name)), "{name} is not among {names:?}");
            }
            other => panic!("{sql}: {other:?}"),
        }
    }
}

#[sqlx::test(migrations = false)]
async fn a_model_that_does_not_run_is_named_with_its_line(pool: PgPool) {
    let project = Project::new(options(&pool), OLD, "create table a (\n    id integer,\n    b intger\n);\n");
    let error = project.generate("Nothing", &[]).await.map(|_| ()).expect_err("no such type").to_string();
    assert_eq!(error, "schema.sql, line 3: type \"intger\" does not exist");
    assert_eq!(leftovers(&pool).await, Vec::<String>::new());
}

#[sqlx::test(migrations = false)]
async fn what_a_killed_process_left_is_dropped(pool: PgPool) {
    let mut database = pool.acquire().await.expect("a connection");
    // No session ever has this number.
    run(&mut database, "create database vitae_scratch_1_0").await;
    assert_eq!(leftovers(&pool).await, ["vitae_scratch_1_0"]);
    Scratch::open(&options(&pool)).await.expect("opened").close().await.expect("closed");
    assert_eq!(leftovers(&pool).await, Vec::<String>::new());
}

/// Scratch databases of sessions that are gone.
async fn leftovers(pool: &PgPool) -> Vec<String> {
    let all = "select d.datname::text from pg_database d where d.datname like 'vitae\\_scratch\\_%' and not exists (
                   select from pg_stat_activity a where d.datname like 'vitae\\_scratch\\_' || a.pid || '\\_%')";
    sqlx::query_scalar(all).fetch_all(pool).await.expect("databases")
}
