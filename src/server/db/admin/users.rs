//! The list of accounts: searched, filtered, sorted, a page at a time.
//!
//! A page goes on after a row (keyset), so that the hundredth page costs as much as the first. Each order has an index.

use crate::server::db::DbError;
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// Which accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All.
    #[default]
    All,
    /// Those that can be used.
    Active,
    /// Those that an admin disabled.
    Disabled,
    /// Those of admins.
    Admins,
    /// Those that can be entered with Google.
    Google,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// By address.
    Address,
    /// Those seen last first.
    Seen,
    /// Those with the most CVs first.
    Resumes,
}

impl Show {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::All, Self::Active, Self::Disabled, Self::Admins, Self::Google];

    /// As it stands in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Admins => "admins",
            Self::Google => "google",
        }
    }
}

impl Sort {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Address, Self::Seen, Self::Resumes];

    /// As it stands in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Address => "address",
            Self::Seen => "seen",
            Self::Resumes => "cvs",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A part of the address, of three characters at least; empty: any address.
    pub search: String,
    /// Which accounts.
    pub show: Show,
    /// In which order.
    pub sort: Sort,
    /// The account after which the page goes on: `users.uid`. One that is gone begins at the beginning.
    pub after: Option<Uuid>,
    /// Most rows.
    pub most: i64,
}

/// An account in the list.
#[derive(Clone, Debug)]
pub struct Line {
    /// `users.uid`.
    pub uid: Uuid,
    /// The address.
    pub email: String,
    /// Whether it is that of an admin.
    pub is_admin: bool,
    /// Whether it is disabled.
    pub is_disabled: bool,
    /// Whether it can be entered with Google.
    pub has_google: bool,
    /// CVs that are not in the trash.
    pub resumes: i32,
    /// The day of its last request.
    pub last_seen_on: Date,
    /// When the row was made, as a guest perhaps.
    pub created_at: Option<OffsetDateTime>,
}

/// Where a page goes on.
#[derive(Debug)]
struct Cursor {
    id: i32,
    address: String,
    last_seen_on: Date,
    resumes: i32,
}

/// One statement for each order: an order that is chosen inside a statement would use no index.
macro_rules! rows {
    ($wanted:ident, [$($source:tt)+], $pieces:literal, $after:literal, $order:literal, $($key:expr),+) => {
        sqlx::query_as!(
            Line,
            r#"select uid, email, role = 'admin' as "is_admin!", disabled_at is not null as "is_disabled!",
                      google_id is not null as "has_google!", resume_count as resumes, last_seen_on, created_at
               from "# + $($source)+ + r#"
               where not is_guest and leaving_at is null
                 and ($1 = '' or strpos(lower(email), lower($1)) > 0)
                 and "# + $pieces + r#"
                 and ($2 <> 'active' or disabled_at is null)
                 and ($2 <> 'disabled' or disabled_at is not null)
                 and ($2 <> 'admins' or role = 'admin')
                 and ($2 <> 'google' or google_id is not null)
                 and "# + $after + " order by " + $order + " limit $3",
            $wanted.search,
            $wanted.show.as_str(),
            $wanted.most,
            $($key),+
        )
    };
}

/// The rows of a page. What many accounts have is found among the first of the order, without a look at the others;
/// what few have is found by the index of pieces, and quickly sorted.
macro_rules! page {
    ($connection:ident, $wanted:ident, $after:literal, $order:literal, $($key:expr),+) => {{
        let first = if $wanted.search.is_empty() {
            Vec::new()
        } else {
            let first = rows!(
                $wanted,
                [
                    "(select * from users where not is_guest and leaving_at is null and "
                        + $after
                        + " order by "
                        + $order
                        + " limit 2000) as users"
                ],
                "true",
                $after,
                $order,
                $($key),+
            );
            first.fetch_all(&mut *$connection).await?
        };
        if i64::try_from(first.len()) == Ok($wanted.most) {
            first
        } else {
            let pieces = rows!(
                $wanted,
                ["users"],
                "($1 = '' or address_pieces(lower(email)) @> address_pieces(lower($1)))",
                $after,
                $order,
                $($key.clone()),+
            );
            pieces.fetch_all(&mut *$connection).await?
        }
    }};
}

/// A page of the list.
///
/// # Errors
/// Those of the database.
pub async fn list(connection: &mut PgConnection, wanted: &Wanted) -> Result<Vec<Line>, DbError> {
    let cursor = match wanted.after {
        Some(uid) => cursor(&mut *connection, uid).await?,
        None => None,
    };
    let id = cursor.as_ref().map(|cursor| cursor.id);
    let rows = match wanted.sort {
        Sort::Newest => page!(connection, wanted, "($4::integer is null or id < $4)", "id desc", id),
        Sort::Address => {
            let address = cursor.map(|cursor| cursor.address);
            page!(connection, wanted, "($4::text is null or lower(email) > $4)", "lower(email)", address)
        }
        Sort::Seen => {
            let seen = cursor.map(|cursor| cursor.last_seen_on);
            page!(
                connection,
                wanted,
                "($4::integer is null or (last_seen_on, id) < ($5, $4))",
                "last_seen_on desc, id desc",
                id,
                seen
            )
        }
        Sort::Resumes => {
            let resumes = cursor.map(|cursor| cursor.resumes);
            page!(
                connection,
                wanted,
                "($4::integer is null or (resume_count, id) < ($5, $4))",
                "resume_count desc, id desc",
                id,
                resumes
            )
        }
    };
    Ok(rows)
}

async fn cursor(connection: &mut PgConnection, uid: Uuid) -> Result<Option<Cursor>, DbError> {
    let cursor = sqlx::query_as!(
        Cursor,
        r#"select id, lower(email) as "address!", last_seen_on, resume_count as resumes
           from users where uid = $1 and not is_guest"#,
        uid
    )
    .fetch_optional(connection)
    .await?;
    Ok(cursor)
}
