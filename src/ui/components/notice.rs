//! Notices: what happened, above the thing that it happened to.

use super::Icon;
use leptos::{children::ViewFn, prelude::*};

/// What a notice is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something to know.
    #[default]
    Info,
    /// It worked.
    Good,
    /// Something to act on, nothing lost.
    Warning,
    /// It did not work.
    Danger,
}

impl NoticeKind {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "notice",
            Self::Good => "notice notice--good",
            Self::Warning => "notice notice--warn",
            Self::Danger => "notice notice--danger",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "check",
            Self::Warning => "clock",
            Self::Danger => "alert",
        }
    }

    /// Only a failure interrupts somebody who listens to the page.
    fn role(self) -> &'static str {
        if self == Self::Danger { "alert" } else { "status" }
    }
}

/// A notice with its icon, its words and perhaps something to do.
#[component]
pub fn Notice(
    /// What it is about.
    #[prop(optional)]
    kind: NoticeKind,
    /// Buttons at the end.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=kind.class() role=kind.role()>
            <Icon name=kind.icon()/>
            <div class="notice__body">{children()}</div>
            {actions.map(|actions| view! { <div class="notice__actions">{actions.run()}</div> })}
        </div>
    }
    .into_any()
}
