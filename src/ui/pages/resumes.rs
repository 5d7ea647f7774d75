//! The CVs of the one signed in: make, import, copy, rename, throw away and bring back. Plain forms throughout.

pub mod card;
pub mod create;
pub mod notices;
pub mod trash;

use crate::api::ResumeId;
use crate::ui::components::{Icon, SiteFrame, Who};
use crate::ui::paths;
use card::Card;
use create::{CreateDialog, CreateInPlace, ImportInstead};
use leptos::prelude::*;
use notices::{GuestBanner, GuestWaits, ImportNotice, PageNotice};
use trash::Trash;

/// Everything that the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResumesData {
    /// The one signed in.
    pub who: Who,
    /// The CVs, the last edited first.
    pub resumes: Vec<ResumeCard>,
    /// What is in the trash, the last thrown away first.
    pub trashed: Vec<TrashedCard>,
    /// How many CVs the account may have.
    pub limit: u32,
    /// Whether CVs of a guest wait to be taken into the account.
    pub guest_waits: bool,
    /// What just happened, if anything did.
    pub happened: Option<Happened>,
    /// The new CV that was refused, if that is why the page is shown.
    pub create_refused: Option<CreateRefused>,
    /// The rename that was refused, if that is why the page is shown.
    pub rename_refused: Option<RenameRefused>,
    /// What became of an imported file, if there was one.
    pub import: Option<Imported>,
    /// The empty CV whose place a file is to take, if the page is shown for that.
    pub instead: Option<ResumeId>,
}

/// One CV.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResumeCard {
    /// Which one.
    pub id: ResumeId,
    /// What the owner calls it.
    pub name: String,
    /// The saved revision, for the address of the picture.
    pub revision: i32,
    /// When it was last edited, to stand after "Edited": "3 minutes ago".
    pub edited: String,
    /// How many PDFs of it are archived.
    pub archives: i64,
}

/// One CV in the trash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrashedCard {
    /// Which one.
    pub id: ResumeId,
    /// What the owner calls it.
    pub name: String,
    /// When it goes for good, to stand after "kept until": "22 December".
    pub until: String,
}

/// Something that the last form did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A CV went to the trash (`?deleted=ID`).
    Deleted {
        /// Which one.
        id: ResumeId,
        /// What it is called.
        name: String,
    },
    /// Anything else that worked, in a sentence.
    Done(String),
    /// Something that did not work, in a sentence.
    Failed(String),
}

/// A new CV that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateRefused {
    /// The name as typed.
    pub typed: String,
    /// Whether the sample was asked for.
    pub sample: bool,
    /// What is wrong with the name.
    pub message: String,
}

/// A rename that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenameRefused {
    /// Of which CV.
    pub id: ResumeId,
    /// The name as typed.
    pub typed: String,
    /// What is wrong with it.
    pub message: String,
}

/// What became of an imported file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It is a CV now.
    Done {
        /// Which one.
        id: ResumeId,
        /// What it is called.
        name: String,
        /// What was changed on the way in, a sentence each; empty: nothing.
        changes: Vec<String>,
    },
    /// It was an export of everything.
    Everything {
        /// How much of it is here now, in a sentence.
        sentence: String,
        /// What was left out, a sentence each; empty: nothing.
        left: Vec<String>,
    },
    /// It could not be read.
    Refused {
        /// Why, and what to do.
        message: String,
        /// Where in the file, a line each.
        details: Vec<String>,
    },
}

impl ResumesData {
    fn is_full(&self) -> bool {
        u32::try_from(self.resumes.len()).is_ok_and(|count| count >= self.limit)
    }

    /// The form of a new CV stands open on the page because what was sent was refused.
    fn creating(&self) -> bool {
        let refused = self.create_refused.is_some() || matches!(self.import, Some(Imported::Refused { .. }));
        refused && self.instead.is_none() && !self.is_full()
    }
}

/// The CVs of the one signed in.
#[component]
pub fn ResumesPage(
    /// Everything that it shows.
    data: ResumesData,
) -> impl IntoView {
    let full = data.is_full();
    let creating = data.creating();
    let open = creating || data.instead.is_some();
    let empty = data.resumes.is_empty();
    let ResumesData {
        who,
        resumes,
        trashed,
        limit,
        guest_waits,
        happened,
        create_refused,
        rename_refused,
        import,
        instead,
    } = data;
    let refused = match &import {
        Some(Imported::Refused { message, .. }) => message.clone(),
        _ => String::new(),
    };
    let cards = resumes.into_iter().map(|resume| {
        let refused = rename_refused.clone().filter(|refused| refused.id == resume.id);
        view! { <Card resume refused full/> }
    });
    let cards = cards.collect::<Vec<_>>();
    view! {
        <SiteFrame who=Some(who.clone())>
            <div class="page resumes">
                <GuestBanner who/>
                {guest_waits.then(|| view! { <GuestWaits/> })}
                <Title full limit open empty/>
                {happened.map(|happened| view! { <PageNotice happened/> })}
                {import.map(|imported| view! { <ImportNotice imported/> })}
                {match instead {
                    Some(id) => Some(view! { <ImportInstead id file_error=refused/> }.into_any()),
                    None if creating => {
                        Some(view! { <CreateInPlace refused=create_refused file_error=refused/> }.into_any())
                    }
                    None => None,
                }}
                {if empty && creating {
                    ().into_any()
                } else if empty {
                    view! { <NoResumes/> }.into_any()
                } else {
                    view! { <ul class="cv-list">{cards}</ul> }.into_any()
                }}
                <Trash trashed full/>
            </div>
            {(!full && !open).then(|| view! { <CreateDialog/> })}
        </SiteFrame>
    }
    .into_any()
}

#[component]
fn Title(
    full: bool,
    limit: u32,
    /// The form of a new CV stands open below.
    open: bool,
    /// The empty page has its own button for the next thing to do.
    empty: bool,
) -> impl IntoView {
    let class = if empty { "button" } else { "button button--primary" };
    view! {
        <header class="resumes__head">
            <h1>"Your CVs"</h1>
            {(full && !open)
                .then(|| {
                    view! {
                        <p class="resumes__full" id=create::IMPORT_PLACE>
                            {format!("{limit} of {limit} CVs. Move one to the trash to make place for another.")}
                        </p>
                    }
                })}
            {(!full && !open)
                .then(|| {
                    view! {
                        <button class=class popovertarget=create::DIALOG>
                            <Icon name="plus"/>
                            "New CV"
                        </button>
                    }
                })}
        </header>
    }
    .into_any()
}

/// An account without a CV.
#[component]
fn NoResumes() -> impl IntoView {
    view! {
        <section class="empty" aria-label="No CVs yet">
            <div class="sheet">
                <img src=paths::template_picture("plain") width="595" height="842" alt="A CV of one page, set by Vitae."/>
            </div>
            <div class="empty__words">
                <h2>"Your first CV starts with your name"</h2>
                <p class="soft">"Type, and the finished page follows from the first letter."</p>
                <form method="post" action=paths::RESUMES>
                    <input type="hidden" name="name" value="My CV"/>
                    <input type="hidden" name="from" value="empty"/>
                    <button class="button button--primary">"Start writing"</button>
                </form>
            </div>
        </section>
    }
    .into_any()
}
