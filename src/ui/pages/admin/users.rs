//! Who has an account.

use super::parts::{AdminFrame, Choice, Choices, Common, Pager, Turn};
use crate::ui::{components::Field, paths, words::count};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersData {
    /// What every page has.
    pub common: Common,
    /// The part of an address that is searched for; empty: any.
    pub search: String,
    /// What is wrong with it; empty: nothing.
    pub search_error: String,
    /// Which accounts are shown.
    pub show: Vec<Choice>,
    /// In which order.
    pub sort: Vec<Choice>,
    /// The accounts.
    pub users: Vec<UserLine>,
    /// The ways on.
    pub turn: Turn,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserLine {
    /// Names it.
    pub uid: String,
    /// The address.
    pub email: String,
    /// In which state it is.
    pub state: State,
    /// CVs that are not in the trash.
    pub resumes: i32,
    /// When it was seen last, in words.
    pub seen: String,
    /// Since when there is one, in words.
    pub since: String,
}

/// In which state an account is, as far as it is not as most are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Whether it is that of an admin.
    pub is_admin: bool,
    /// Whether it is disabled.
    pub is_disabled: bool,
    /// Whether it can be entered with Google.
    pub has_google: bool,
}

/// The page.
#[component]
pub fn UsersPage(
    /// What it shows.
    data: UsersData,
) -> impl IntoView {
    let UsersData { common, search, search_error, show, sort, users, turn } = data;
    let empty = users.is_empty();
    view! {
        <AdminFrame common title="Users" here=paths::ADMIN_USERS>
            <form class="filters" role="search" method="post" action=paths::ADMIN_USERS>
                <Field id="q" name="q" label="Part of the address" kind="search" value=search error=search_error/>
                <Choices name="show" label="Show" choices=show/>
                <Choices name="sort" label="Order" choices=sort/>
                <button class="button">"Search"</button>
            </form>
            {if empty {
                view! { <p class="soft">"No account is like that."</p> }.into_any()
            } else {
                view! { <UserTable users/> }.into_any()
            }}
            <Pager turn/>
        </AdminFrame>
    }
    .into_any()
}

#[component]
fn UserTable(users: Vec<UserLine>) -> impl IntoView {
    view! {
        <table class="table lines">
            <caption class="visually-hidden">"Accounts"</caption>
            <thead>
                <tr>
                    <th scope="col">"Address"</th>
                    <th scope="col"><span class="visually-hidden">"State"</span></th>
                    <th scope="col">"CVs"</th>
                    <th scope="col">"Seen"</th>
                    <th scope="col">"Since"</th>
                </tr>
            </thead>
            <tbody>{users.into_iter().map(|user| view! { <UserRow user/> }).collect::<Vec<_>>()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn UserRow(user: UserLine) -> impl IntoView {
    let UserLine { uid, email, state, resumes, seen, since } = user;
    view! {
        <tr>
            <td class="lines__main"><a href=paths::admin_user(&uid)><bdi>{email}</bdi></a></td>
            <td><span class="cluster"><States state/></span></td>
            <td class="lines__number"><span class="only-wide">{resumes}</span><span class="only-phone">{count(resumes.into(), "CV", "CVs")}</span></td>
            <td><span class="only-phone">"Seen "</span>{seen}</td>
            <td><span class="only-phone">"Since "</span>{since}</td>
        </tr>
    }
    .into_any()
}

/// In which state an account is, as badges; nothing for most.
#[component]
pub fn States(
    /// The state.
    state: State,
) -> impl IntoView {
    let State { is_admin, is_disabled, has_google } = state;
    view! {
        {is_admin.then(|| view! { <span class="badge badge--accent">"Admin"</span> })}
        {is_disabled.then(|| view! { <span class="badge badge--warn">"Disabled"</span> })}
        {has_google.then(|| view! { <span class="badge">"Google"</span> })}
    }
    .into_any()
}
