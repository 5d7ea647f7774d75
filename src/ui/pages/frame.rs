//! The HTML document around every page.

use crate::ui::paths;
use leptos::{config::LeptosOptions, prelude::*};

/// What a page says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Of the window and in search results; " – Vitae" is added unless it begins with "Vitae".
    pub title: String,
    /// One sentence for search results; empty: none.
    pub description: String,
    /// Whether the editor is on it: only then the scripts are loaded.
    pub editor: bool,
    /// Whether the script for comfort is loaded: the page has passwords to type, or something to print.
    pub comfort: bool,
    /// Whether crawlers may keep it.
    pub index: bool,
    /// The page asks for itself again after so many seconds.
    pub refresh: Option<u32>,
}

impl Head {
    /// A page that is nobody else's business: not for crawlers, no scripts.
    pub fn private(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// A page that anybody may find.
    pub fn public(title: impl Into<String>, description: impl Into<String>) -> Self {
        Self { title: title.into(), description: description.into(), index: true, ..Self::default() }
    }

    /// The editor.
    pub fn editor(title: impl Into<String>) -> Self {
        Self { title: title.into(), editor: true, ..Self::default() }
    }

    /// The same page, with the script for comfort.
    #[must_use]
    pub fn with_comfort(self) -> Self {
        Self { comfort: true, ..self }
    }

    fn full_title(&self) -> String {
        if self.title.starts_with("Vitae") { self.title.clone() } else { format!("{} – Vitae", self.title) }
    }
}

/// A whole HTML document: `<!DOCTYPE html>` to `</html>`.
pub fn document(options: LeptosOptions, head: Head, body: AnyView) -> impl IntoView {
    let title = head.full_title();
    let build = head.editor.then(|| build(&options));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-build=build>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{title}</title>
                {(!head.description.is_empty())
                    .then(|| view! { <meta name="description" content=head.description/> })}
                {(!head.index).then(|| view! { <meta name="robots" content="noindex"/> })}
                {head.refresh.map(|seconds| view! { <meta http-equiv="refresh" content=seconds.to_string()/> })}
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#f7f5f1" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#16181c" media="(prefers-color-scheme: dark)"/>
                <link rel="preload" href=paths::UI_FONT r#as="font" r#type="font/woff2" crossorigin=""/>
                <link rel="stylesheet" href=file(&options, &format!("{}.css", options.output_name))/>
                {(!head.editor).then(|| view! { <link rel="stylesheet" href=file(&options, "pages.css")/> })}
                <link rel="icon" href=paths::FAVICON r#type="image/svg+xml"/>
                {head.comfort.then(|| view! { <script src=file(&options, "comfort.js") defer></script> })}
                {head.editor.then(|| view! { <HydrationScripts options islands=true/> })}
            </head>
            <body>
                <a class="skip-link" href="#content">"Skip to the content"</a>
                {body}
            </body>
        </html>
    }
    .into_any()
}

/// Names what the browser's half was built from, so that the editor notices when the server is a later one.
pub fn build(options: &LeptosOptions) -> String {
    options.pkg_url_path().to_owned()
}

/// Address of a file beside the browser's half. The folder it is in changes its name with its content.
fn file(options: &LeptosOptions, name: &str) -> String {
    format!("/{}/{name}", options.pkg_url_path())
}
