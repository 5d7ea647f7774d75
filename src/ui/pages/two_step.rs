//! The second step of signing in: turning it on, its recovery codes, turning it off.

pub mod codes;
pub mod setting_up;

use self::setting_up::SettingUp;
use crate::ui::{
    components::{Field, Notice, NoticeKind, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TwoStepData {
    /// The one signed in.
    pub who: Who,
    /// How far it is.
    pub stage: Stage,
    /// What just happened.
    pub notice: Option<(NoticeKind, String)>,
    /// Whether what they look after requires it.
    pub required: bool,
    /// What is wrong with the code that was typed; empty: nothing.
    pub error: String,
}

/// How far it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Stage {
    /// It is off.
    #[default]
    Off,
    /// It is being set up.
    SettingUp {
        /// The picture to be scanned.
        picture: QrPicture,
        /// The same in letters, in groups of four.
        secret: String,
    },
    /// It is on.
    On {
        /// Since when: "3 March 2026".
        since: String,
        /// Recovery codes that were not used.
        codes: i64,
    },
}

/// A QR code.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct QrPicture {
    /// Squares on a side.
    pub size: usize,
    /// The dark ones, as an SVG path in units of a square.
    pub path: String,
}

/// The page.
#[component]
pub fn TwoStepPage(
    /// What it shows.
    data: TwoStepData,
) -> impl IntoView {
    let TwoStepData { who, stage, notice, required, error } = data;
    let required = required && !matches!(stage, Stage::On { .. });
    view! {
        <SiteFrame who=Some(who)>
            <div class="page page--narrow account">
                <h1>"Two-step verification"</h1>
                <p class="account__intro">
                    "After your password, Vitae asks for a code that an app on your phone makes. Somebody who gets hold of your password cannot log in with it alone."
                </p>
                {notice.map(|(kind, sentence)| view! { <Notice kind><p>{sentence}</p></Notice> })}
                {required.then(|| view! {
                    <Notice kind=NoticeKind::Warning><p>"Whoever looks after this installation must have two-step verification on. Turn it on to go on."</p></Notice>
                })}
                {match stage {
                    Stage::Off => view! { <Off/> }.into_any(),
                    Stage::SettingUp { picture, secret } => view! { <SettingUp picture secret error/> }.into_any(),
                    Stage::On { since, codes } => view! { <On since codes error/> }.into_any(),
                }}
                <p class="account__back"><a href=paths::ACCOUNT>"Back to your account"</a></p>
            </div>
        </SiteFrame>
    }
    .into_any()
}

#[component]
fn Off() -> impl IntoView {
    view! {
        <section class="account__part" aria-labelledby="off-title">
            <h2 id="off-title">"It is off"</h2>
            <p class="soft">
                "You need an app that makes such codes: the passwords of your phone, a password manager, or any authenticator app. It takes a minute, and you get recovery codes in case the phone is lost."
            </p>
            <form method="post" action=paths::TWO_STEP>
                <input type="hidden" name="deed" value="begin"/>
                <button class="button button--primary">"Set it up"</button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn On(since: String, codes: i64, error: String) -> impl IntoView {
    let left = match codes {
        0 => "You have no recovery codes left. Make new ones now: without them, a lost phone is a lost account."
            .to_owned(),
        1 => "You have one recovery code left. Make new ones soon; they replace it.".to_owned(),
        codes => format!(
            "You have {codes} recovery codes left. Each lets you in once when you do not have your app. New ones replace them."
        ),
    };
    view! {
        <section class="account__part" aria-labelledby="on-title">
            <h2 id="on-title">"It is on "<span class="badge badge--good">"since "{since}</span></h2>
            <p class="soft">{left}</p>
            <form method="post" action=paths::TWO_STEP>
                <input type="hidden" name="deed" value="new-codes"/>
                <button class="button">"Make new recovery codes"</button>
            </form>
        </section>
        <section class="account__part" aria-labelledby="turn-off-title">
            <h2 id="turn-off-title">"Turn it off"</h2>
            <p class="soft">"Your password alone lets you in then."</p>
            <form class="fields" method="post" action=paths::TWO_STEP>
                <input type="hidden" name="deed" value="turn-off"/>
                <Field
                    id="code"
                    name="code"
                    label="Code from your app, or a recovery code"
                    error
                    autocomplete="one-time-code"
                    required=true
                    max=40
                />
                <div><button class="button button--danger">"Turn two-step verification off"</button></div>
            </form>
        </section>
    }
    .into_any()
}
