//! Logging in where one is: the session is over, the text is not.

use super::{closures::act, controls::WordButton, state::EditorState};
use crate::{
    api::accounts::LogIn,
    ui::{browser, call::call, components::Icon, paths},
};
use leptos::{prelude::*, task::spawn_local};

/// Asks for address and password, then saves what waits.
#[component]
pub fn SignIn() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let problem = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let log_in = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        let function = LogIn { email: browser::value("log-in-email"), password: browser::value("log-in-password") };
        spawn_local(async move {
            let answer = call(function).await;
            busy.set(false);
            match answer {
                Ok(true) => state.save_now(),
                Ok(false) => problem
                    .set("Your account asks for a code. Open the login page, log in there, then try again.".into()),
                Err(error) => problem.set(error.to_string()),
            }
        });
    };
    let field = |id: &'static str, kind: &'static str, label: &'static str, autocomplete: &'static str| {
        view! {
            <div class="field">
                <label class="field__label" for=id>{label}</label>
                <input class="input" id=id type=kind autocomplete=autocomplete/>
            </div>
        }
        .into_any()
    };
    let try_again = act(move || state.save_now());
    view! {
        <form class="notice notice--warn" on:submit=log_in>
            <Icon name="lock"/>
            <div class="notice__body">
                <p role="alert">"You are logged out. Your text is kept in this browser: log in and it is saved."</p>
                <div class="fields fields--two">
                    {field("log-in-email", "email", "E-mail", "username")}
                    {field("log-in-password", "password", "Password", "current-password")}
                </div>
                <p class="field__error" role="alert">{problem}</p>
                <div class="notice__row">
                    <button class="button button--small button--primary" disabled=busy>"Log in and save"</button>
                    <a class="button button--small" href=paths::LOG_IN target="_blank">"Open the login page"</a>
                    <WordButton label="Try again" act=try_again/>
                </div>
            </div>
        </form>
    }
    .into_any()
}
