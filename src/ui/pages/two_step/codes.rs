//! New recovery codes, which are shown once.

use crate::ui::{
    components::{Notice, NoticeKind, SiteFrame, Who},
    paths,
};
use leptos::prelude::*;

/// The codes, to be kept in a safe place.
#[component]
pub fn RecoveryCodesPage(
    /// The one signed in.
    who: Who,
    /// The codes.
    codes: Vec<String>,
    /// What was done, in a sentence.
    done: &'static str,
) -> impl IntoView {
    let file = file(&codes);
    let lines = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> });
    view! {
        <SiteFrame who=Some(who)>
            <div class="page page--narrow account">
                <h1>"Your recovery codes"</h1>
                <div class="recovery-codes__done not-printed"><Notice kind=NoticeKind::Good><p>{done}</p></Notice></div>
                <p class="account__intro">
                    "Keep these where you keep important papers, not on the phone with your app. Each lets you into your account once. "
                    <strong>"They are not shown again."</strong>
                </p>
                <ol class="recovery-codes">{lines.collect::<Vec<_>>()}</ol>
                <div class="cluster not-printed">
                    <a class="button" href=file download="vitae-recovery-codes.txt">"Save as a file"</a>
                    <button class="button" type="button" data-print="" hidden>"Print"</button>
                    <a class="button button--primary" href=paths::TWO_STEP>"I have kept them"</a>
                </div>
            </div>
        </SiteFrame>
    }
    .into_any()
}

/// The codes as a file inside its own address: nothing is asked of the server, and it works without a script.
fn file(codes: &[String]) -> String {
    let mut address = String::from("data:text/plain;charset=utf-8,Recovery%20codes%20for%20Vitae%0A%0A");
    for code in codes {
        address.push_str(code);
        address.push_str("%0A");
    }
    address
}
