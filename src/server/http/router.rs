//! The one route table. The router is built from it, and so is the test of who may do what.

use super::{
    super::{
        fault::{self, RequestId},
        request::set_status,
        state::AppState,
    },
    accounts::{
        account, check_mail, confirm, delete, email, export, google, log_in, log_in_code, recovery, sign_up, two_step,
        verify,
    },
    admin, archive, assets, downloads, editor, forms, health, history, import,
    layers::{self, Parts},
    pictures, site,
};
use crate::{
    api::OnUnreadable,
    ui::{browser::http::BUILD, pages::frame},
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Method, StatusCode, request::Parts as RequestParts},
    response::IntoResponse,
    routing::{MethodRouter, get, post},
};
use bytes::Bytes;
use leptos::prelude::provide_context;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Somebody signed in, guests too; what belongs to another is not found.
    Owner,
    /// An admin who signed in lately; for everybody else it does not exist.
    Admin,
}

/// What a request to a route costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Nothing: it needs no database, and no session.
    Nothing,
    /// Nothing to speak of, or its caller is known.
    Little,
    /// A password to compare, a mail to send, a row for a stranger: no address may ask too often.
    Much,
    /// As much, and it takes a file.
    Upload,
}

/// One route.
pub struct Route {
    /// `GET` (and `HEAD`) or `POST`.
    pub method: Method,
    /// The address, with `{parameters}`.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// What a request costs.
    pub cost: Cost,
    handler: MethodRouter<AppState>,
}

fn route(method: Method, path: &'static str, access: Access, handler: MethodRouter<AppState>) -> Route {
    Route { method, path, access, cost: Cost::Little, handler }
}

/// All routes, but for the server functions, which register themselves under `/api`.
pub fn routes() -> Vec<Route> {
    use Access::{Admin, Owner, Public};
    use admin::{guests, log, mails, only, overview, user, users};
    let show = |path, access, handler| route(Method::GET, path, access, handler);
    let act = |path, access, handler| route(Method::POST, path, access, handler);
    let costly = |path, access, handler| Route { cost: Cost::Much, ..act(path, access, handler) };
    let free = |path, handler| Route { cost: Cost::Nothing, ..show(path, Public, handler) };
    vec![
        show("/", Public, get(site::home)),
        show("/templates", Public, get(site::templates)),
        show("/templates/{id}/page.svg", Public, get(pictures::template)),
        show("/privacy", Public, get(site::privacy)),
        costly("/guest", Public, post(site::guest)),
        act("/logout", Public, post(site::logout)),
        show("/login", Public, get(log_in::show)),
        costly("/login", Public, post(log_in::submit)),
        show("/login/code", Public, get(log_in_code::show)),
        costly("/login/code", Public, post(log_in_code::submit)),
        show("/signup", Public, get(sign_up::show)),
        costly("/signup", Public, post(sign_up::submit)),
        show("/check-mail", Public, get(check_mail::show)),
        show("/verify-email", Public, get(verify::show)),
        costly("/verify-email", Public, post(verify::submit)),
        show("/forgot-password", Public, get(recovery::show_forgot)),
        costly("/forgot-password", Public, post(recovery::submit_forgot)),
        show("/reset-password", Public, get(recovery::show_reset)),
        costly("/reset-password", Public, post(recovery::submit_reset)),
        show("/account", Owner, get(account::show)),
        show("/account/confirm", Owner, get(confirm::show)),
        costly("/account/confirm", Owner, post(confirm::submit)),
        show("/account/email", Owner, get(email::show)),
        costly("/account/email", Owner, post(email::submit)),
        show("/account/two-step", Owner, get(two_step::show)),
        costly("/account/two-step", Owner, post(two_step::submit)),
        costly("/account/password", Owner, post(account::change_password)),
        costly("/account/password/first", Owner, post(account::set_password)),
        show("/auth/google", Public, get(google::enter)),
        show("/auth/google/link", Owner, get(google::link_begin)),
        show("/auth/google/confirm", Owner, get(google::confirm)),
        show("/auth/google/callback", Public, get(google::callback)),
        show("/login/google", Public, get(google::known)),
        show("/account/google", Owner, get(google::ask)),
        act("/account/google", Owner, post(google::link)),
        act("/account/google/unlink", Owner, post(google::unlink)),
        act("/account/sessions/end-others", Owner, post(account::end_others)),
        act("/account/sessions/{session}/end", Owner, post(account::end_session)),
        act("/account/guest", Owner, post(account::adopt)),
        show("/account/export", Owner, get(export::show)),
        costly("/account/export", Owner, post(export::submit)),
        show("/account/delete", Owner, get(delete::show)),
        act("/account/delete", Owner, post(delete::submit)),
        show("/goodbye", Public, get(delete::goodbye)),
        show("/resumes", Owner, get(forms::list)),
        act("/resumes", Owner, post(forms::create)),
        Route { cost: Cost::Upload, ..act("/resumes/import", Owner, post(import::submit)) },
        show("/resumes/{id}", Owner, get(editor::show)),
        act("/resumes/{id}/rename", Owner, post(forms::rename)),
        act("/resumes/{id}/duplicate", Owner, post(forms::duplicate)),
        act("/resumes/{id}/delete", Owner, post(forms::delete)),
        act("/resumes/{id}/restore", Owner, post(forms::restore)),
        show("/resumes/{id}/resume.pdf", Owner, get(downloads::pdf)),
        show("/resumes/{id}/resume.json", Owner, get(downloads::json)),
        show("/resumes/{id}/page.png", Owner, get(downloads::thumbnail)),
        show("/resumes/{id}/history", Owner, get(history::show)),
        show("/resumes/{id}/history/{revision}/resume.pdf", Owner, get(history::pdf)),
        act("/resumes/{id}/history/{revision}/restore", Owner, post(history::restore)),
        show("/resumes/{id}/archive", Owner, get(archive::show)),
        act("/resumes/{id}/archive", Owner, post(archive::create)),
        show("/archive", Owner, get(archive::show_all)),
        show("/archive/{uuid}/resume.pdf", Owner, get(downloads::archived)),
        act("/archive/{uuid}/delete", Owner, post(archive::delete)),
        show("/admin", Admin, only(get(overview::show))),
        show("/admin/users", Admin, only(get(users::show))),
        act("/admin/users", Admin, post(users::search)),
        show("/admin/users/{uid}", Admin, only(get(user::show))),
        act("/admin/users/{uid}/disable", Admin, only(post(user::disable))),
        act("/admin/users/{uid}/enable", Admin, only(post(user::enable))),
        act("/admin/users/{uid}/end-sessions", Admin, only(post(user::end_sessions))),
        act("/admin/users/{uid}/send-reset", Admin, only(post(user::send_reset))),
        act("/admin/users/{uid}/end-two-step", Admin, only(post(user::end_two_step))),
        act("/admin/users/{uid}/grant-admin", Admin, only(post(user::grant_admin))),
        act("/admin/users/{uid}/revoke-admin", Admin, only(post(user::revoke_admin))),
        act("/admin/users/{uid}/delete", Admin, only(post(user::delete))),
        show("/admin/guests", Admin, only(get(guests::show))),
        act("/admin/guests/purge", Admin, only(post(guests::purge))),
        show("/admin/mails", Admin, only(get(mails::show))),
        act("/admin/mails/{id}/retry", Admin, only(post(mails::retry))),
        act("/admin/mails/{id}/drop", Admin, only(post(mails::drop))),
        show("/admin/log", Admin, only(get(log::show))),
        act("/admin/log", Admin, post(log::filter)),
        show("/admin/log.csv", Admin, only(get(log::export))),
        free("/livez", get(health::livez)),
        free("/readyz", get(health::readyz)),
        free("/pkg/{hash}/{file}", get(assets::packed)),
        free("/fonts/{file}", get(assets::font)),
        free("/icons.svg", get(assets::top_level)),
        free("/favicon.svg", get(assets::top_level)),
        free("/robots.txt", get(assets::top_level)),
    ]
}

/// The whole application.
///
/// # Errors
/// The public address is not one.
pub fn router(state: &AppState) -> anyhow::Result<Router> {
    let mut parts = Parts {
        free: Router::new(),
        plain: Router::new().route("/api/{*function}", post(server_function)).fallback(not_found),
        costly: Router::new().route("/api/log_in", post(server_function)),
        uploads: Router::new(),
    };
    for Route { path, cost, handler, .. } in routes() {
        let part = match cost {
            Cost::Nothing => &mut parts.free,
            Cost::Little => &mut parts.plain,
            Cost::Much => &mut parts.costly,
            Cost::Upload => &mut parts.uploads,
        };
        *part = std::mem::take(part).route(path, handler);
    }
    layers::wrap(parts, state)
}

/// The body is read before, so that one that is too large is refused as such.
async fn server_function(State(state): State<AppState>, parts: RequestParts, body: Bytes) -> impl IntoResponse {
    let request = Request::from_parts(parts, Body::from(body));
    let build = [(BUILD, frame::build(&state.leptos_options))];
    let id = fault::request_id();
    let context = move || {
        provide_context(state.clone());
        provide_context(RequestId(id.clone()));
        provide_context(OnUnreadable(set_status));
    };
    (build, leptos_axum::handle_server_fns_with_context(context, request).await)
}

async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}
