//! The list of accounts.
//!
//! What is searched for is a part of an address, and nothing personal may stand in the address of a page (it is kept in
//! histories and logs). So it is sent by POST and kept in the session, where it can be reloaded, paged and come back
//! to; the rest of what is asked for stands in the address.

use super::{
    super::{
        super::{
            admin::{Admin, users},
            auth::session::store_fault,
            db::admin::users::{Line, Show, Sort, Wanted},
        },
        pages::{Failure, render},
        words,
    },
    Desk, ROWS, choices, common,
};
use crate::{
    api::ApiError,
    ui::{
        pages::{
            admin::{
                parts::Turn,
                users::{State, UserLine, UsersData, UsersPage},
            },
            frame::Head,
        },
        paths,
    },
};
use axum::{
    Form,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;
use time::OffsetDateTime;
use tower_sessions::Session;
use uuid::Uuid;

/// Key in the session of what is searched for.
const SEARCH: &str = "admin_search";

/// Most characters that are searched for: those of an address.
const LONGEST: usize = 255;

/// Fewest characters that are searched for: those that the index has.
const SHORTEST: usize = 3;

/// What is asked for, but for the search.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    fn show(&self) -> Show {
        Show::ALL.into_iter().find(|show| show.as_str() == self.show).unwrap_or_default()
    }

    fn sort(&self) -> Sort {
        Sort::ALL.into_iter().find(|sort| sort.as_str() == self.sort).unwrap_or_default()
    }
}

/// A page of the list.
pub(in super::super) async fn show(
    Desk(admin): Desk,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let search: String = session.get(SEARCH).await.map_err(store_fault)?.unwrap_or_default();
    page(&admin, &session, &asked, StatusCode::OK, UsersData { search, ..UsersData::default() }).await
}

/// What is searched for, and how it is shown.
#[derive(Deserialize)]
pub(in super::super) struct SearchForm {
    #[serde(default)]
    q: String,
    #[serde(flatten)]
    asked: Asked,
}

/// Searches. What names an account in the log leads to its page.
pub(in super::super) async fn search(
    Desk(admin): Desk,
    session: Session,
    Form(SearchForm { q, asked }): Form<SearchForm>,
) -> Result<Response, Failure> {
    let typed: String = q.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
    if let Ok(uid) = Uuid::try_parse(&typed) {
        return Ok(Redirect::to(&paths::admin_user(&uid.to_string())).into_response());
    }
    if (1..SHORTEST).contains(&typed.chars().count()) {
        let search_error = "Type at least three characters.".into();
        let data = UsersData { search: typed, search_error, ..UsersData::default() };
        return page(&admin, &session, &asked, StatusCode::UNPROCESSABLE_ENTITY, data).await;
    }
    remember(&session, typed).await?;
    Ok(Redirect::to(&address(asked.show(), asked.sort(), "")).into_response())
}

async fn page(
    admin: &Admin,
    session: &Session,
    asked: &Asked,
    status: StatusCode,
    data: UsersData,
) -> Result<Response, Failure> {
    let (show, sort, after) = (asked.show(), asked.sort(), Uuid::try_parse(&asked.after).ok());
    // What is too short to be searched for is not.
    let search = if data.search_error.is_empty() { data.search.clone() } else { String::new() };
    let (lines, more) = users::list(admin, Wanted { search, show, sort, after, most: ROWS }).await?;
    let next = lines.last().filter(|_| more).map(|last| address(show, sort, &last.uid.to_string()));
    let now = admin.caller.state.clock.now();
    let data = UsersData {
        common: common(admin, session).await?,
        show: choices(Show::ALL.map(|show| (show.as_str(), label_of(show).into())), show.as_str()),
        sort: choices(Sort::ALL.map(|sort| (sort.as_str(), order_of(sort).into())), sort.as_str()),
        users: lines.into_iter().map(|line| user(line, now)).collect(),
        turn: Turn { first: after.map(|_| address(show, sort, "")), next },
        ..data
    };
    Ok(render(&admin.caller.state, status, Head::private("Users"), || view! { <UsersPage data/> }))
}

async fn remember(session: &Session, search: String) -> Result<(), ApiError> {
    if search.is_empty() {
        session.remove::<String>(SEARCH).await.map_err(store_fault)?;
        return Ok(());
    }
    session.insert(SEARCH, search).await.map_err(store_fault)
}

fn address(show: Show, sort: Sort, after: &str) -> String {
    let show = if show == Show::default() { "" } else { show.as_str() };
    let sort = if sort == Sort::default() { "" } else { sort.as_str() };
    paths::asked(paths::ADMIN_USERS, &[("show", show), ("sort", sort), ("after", after)])
}

fn user(line: Line, now: OffsetDateTime) -> UserLine {
    UserLine {
        uid: line.uid.to_string(),
        email: line.email,
        state: State { is_admin: line.is_admin, is_disabled: line.is_disabled, has_google: line.has_google },
        resumes: line.resumes,
        seen: words::day(line.last_seen_on, now.date()),
        since: line.created_at.map(words::date).unwrap_or_default(),
    }
}

fn label_of(show: Show) -> &'static str {
    match show {
        Show::All => "All accounts",
        Show::Active => "Not disabled",
        Show::Disabled => "Disabled",
        Show::Admins => "Admins",
        Show::Google => "With Google",
    }
}

fn order_of(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "Newest first",
        Sort::Address => "By address",
        Sort::Seen => "Seen last first",
        Sort::Resumes => "Most CVs first",
    }
}
