//! What the server gives the editor to begin with, and how it gets to the browser.

use super::previewing::Sheet;
use crate::{
    api::resumes::LoadedResume,
    domain::{
        json::{FromJson, objects},
        validate::FieldError,
    },
    ui::browser,
};
use leptos::prelude::*;
use serde::Serialize;

/// The `id` of the element that holds it as JSON.
const ELEMENT: &str = "given";

/// What the editor begins with.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// The CV.
    pub resume: LoadedResume,
    /// Its pages; none if they could not be drawn in time.
    pub sheets: Vec<Sheet>,
    /// Characters in them that no font has.
    pub missing: String,
    /// Fields that look half typed or mistaken.
    pub warnings: Vec<FieldError>,
    /// Until when a guest's CV is kept.
    pub kept_until: Option<String>,
}

objects! { Given { resume, sheets, missing, warnings, kept_until } }

impl Given {
    /// An element that shows nothing and holds it for the browser.
    pub fn script(&self) -> AnyView {
        // `<` could end the element; JSON can do without it.
        let json = serde_json::to_string(self).unwrap_or_default().replace('<', "\\u003c");
        view! { <script type="application/json" id=ELEMENT inner_html=json></script> }.into_any()
    }

    /// On the server, what the page was given; in the browser, what the server wrote.
    pub fn take() -> Self {
        use_context()
            .unwrap_or_else(|| Self::from_json(browser::json::read(&browser::text(ELEMENT)).unwrap_or_default()))
    }
}
