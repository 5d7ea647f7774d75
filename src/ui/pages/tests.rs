//! Every page as HTML: what must hold for all of them.

use super::{
    archive::ArchivePage,
    delete::{DeleteData, DeletePage, GoodbyePage},
    error::{ErrorPage, Problem},
    export::{ExportData, ExportPage},
    frame::{Head, document},
    google::{GoogleProblemPage, KnownPage, LinkPage},
    history::{HistoryPage, VersionLine},
    home::{Excerpt, HomePage},
    log_in_code::{LogInCodeData, LogInCodePage},
    privacy::{Keeping, PrivacyPage},
    resumes::{CreateRefused, Happened, Imported, RenameRefused, ResumeCard, ResumesData, ResumesPage, TrashedCard},
    sign_in::{SignInData, SignInPage},
    templates::TemplatesPage,
    two_step::{QrPicture, Stage, TwoStepData, TwoStepPage, codes::RecoveryCodesPage},
};
use crate::api::archives::Archive;
use crate::ui::components::{NoticeKind, Who};
use leptos::{config::LeptosOptions, prelude::*};
use std::collections::BTreeSet;

const HOSTILE: &str = "\"></textarea><script>alert(1)</script>";

fn page(head: Head, view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(None);
    owner.with(|| document(LeptosOptions::builder().output_name("vitae").build(), head, view()).to_html())
}

fn guest() -> Who {
    Who { is_guest: true, is_admin: false, may_sign_up: true, until: Some(HOSTILE.into()) }
}

fn full_account() -> ResumesData {
    let card = |id| ResumeCard { id, name: HOSTILE.into(), revision: 3, edited: "yesterday".into(), archives: 2 };
    ResumesData {
        who: guest(),
        resumes: vec![card(1), card(2)],
        trashed: vec![TrashedCard { id: 3, name: HOSTILE.into(), until: "12 December".into() }],
        limit: 3,
        guest_waits: true,
        happened: Some(Happened::Deleted { id: 3, name: HOSTILE.into() }),
        create_refused: Some(CreateRefused { typed: HOSTILE.into(), sample: true, message: "Too long.".into() }),
        rename_refused: Some(RenameRefused { id: 2, typed: HOSTILE.into(), message: "Too long.".into() }),
        import: Some(Imported::Refused { message: HOSTILE.into(), details: vec![HOSTILE.into()] }),
        instead: None,
    }
}

/// As full as may be, and a file was refused that was to take the place of a CV.
fn in_place_of_an_empty_one() -> ResumesData {
    ResumesData { limit: 2, instead: Some(1), ..full_account() }
}

fn archive() -> Archive {
    Archive {
        uuid: "a".into(),
        name: HOSTILE.into(),
        revision: 1,
        created_at: "2026-11-22 10:31 UTC".into(),
        size_bytes: 84_321,
        sha256: "9f86d081".repeat(8),
        ready: true,
        warning: String::new(),
    }
}

fn not_found() -> AnyView {
    let Problem { status, title, message } = Problem::of(404);
    view! { <ErrorPage status title message request_id=None/> }.into_any()
}

fn every_page() -> Vec<(&'static str, String)> {
    let head = || Head::private("Page");
    let at_rest = ResumesData { who: guest(), resumes: full_account().resumes, limit: 3, ..ResumesData::default() };
    let full = ResumesData { limit: 2, ..full_account() };
    let excerpt = Excerpt { name: HOSTILE.into(), bullets: vec![HOSTILE.into()], ..Excerpt::default() };
    let keeping = Keeping {
        guest_days: 30,
        trash_days: 30,
        idle_days: 14,
        longest_days: 90,
        attempt_days: 2,
        backup_days: 186,
        google: true,
    };
    let problem = Problem::of(500);
    let typed = SignInData {
        email: HOSTILE.into(),
        next: HOSTILE.into(),
        problem: HOSTILE.into(),
        google: Some("/auth/google?next=%2Faccount".into()),
        done: HOSTILE.into(),
    };
    vec![
        ("home", page(head(), move || view! { <HomePage who=None guests_allowed=true excerpt/> }.into_any())),
        ("templates", page(head(), || view! { <TemplatesPage who=None guests_allowed=true/> }.into_any())),
        ("resumes", page(head(), move || view! { <ResumesPage data=at_rest/> }.into_any())),
        ("refused", page(head(), || view! { <ResumesPage data=full_account()/> }.into_any())),
        ("full", page(head(), move || view! { <ResumesPage data=full/> }.into_any())),
        ("instead", page(head(), || view! { <ResumesPage data=in_place_of_an_empty_one()/> }.into_any())),
        ("no resumes", page(head(), || view! { <ResumesPage data=ResumesData::default()/> }.into_any())),
        (
            "archive",
            page(head(), || {
                view! { <ArchivePage who=guest() resume=Some((1, HOSTILE.to_owned())) archives=vec![archive()] notice=None/> }
                    .into_any()
            }),
        ),
        (
            "whole archive",
            page(head(), || {
                let notice = Some((NoticeKind::Warning, HOSTILE.to_owned()));
                view! { <ArchivePage who=guest() resume=None archives=vec![archive()] notice/> }.into_any()
            }),
        ),
        (
            "history",
            page(head(), || {
                let version = VersionLine {
                    revision: 7,
                    what: "Written",
                    when: "2026-11-22 12:00 UTC".into(),
                    ago: "just now".into(),
                    is_current: false,
                };
                let notice = Some((NoticeKind::Good, HOSTILE.to_owned()));
                view! { <HistoryPage who=guest() id=1 name=HOSTILE.to_owned() versions=vec![version] notice/> }.into_any()
            }),
        ),
        (
            "error",
            page(head(), move || {
                let Problem { status, title, message } = problem;
                view! { <ErrorPage status title message request_id=Some(HOSTILE.to_owned())/> }.into_any()
            }),
        ),
        ("not found", page(head(), not_found)),
        ("sign in", page(head(), move || view! { <SignInPage who=None data=typed sign_ups=true/> }.into_any())),
        ("known", page(head(), || view! { <KnownPage who=Some(guest()) email=HOSTILE.to_owned()/> }.into_any())),
        (
            "link",
            page(head(), || {
                view! { <LinkPage who=guest() email=HOSTILE.to_owned() google=HOSTILE.to_owned()/> }.into_any()
            }),
        ),
        (
            "google",
            page(head(), || view! { <GoogleProblemPage who=None title="Title" message="Message."/> }.into_any()),
        ),
        (
            "privacy",
            page(head(), move || {
                view! { <PrivacyPage who=None keeping operator=Some(HOSTILE.to_owned())/> }.into_any()
            }),
        ),
    ]
    .into_iter()
    .chain(pages_of_accounts())
    .collect()
}

fn pages_of_accounts() -> Vec<(&'static str, String)> {
    let head = || Head::private("Page");
    let two_step = |stage| {
        let data = TwoStepData { stage, required: true, error: HOSTILE.into(), ..TwoStepData::default() };
        page(head(), move || view! { <TwoStepPage data/> }.into_any())
    };
    let picture = QrPicture { size: 33, path: "M0 0h1v1h-1z".into() };
    let code = |error: &str, recovery_error: &str| {
        let (error, recovery_error) = (error.to_owned(), recovery_error.to_owned());
        let data = LogInCodeData { next: HOSTILE.into(), error, recovery_error };
        page(head(), move || view! { <LogInCodePage who=None data/> }.into_any())
    };
    let delete = DeleteData { who: guest(), typed: HOSTILE.into(), error: HOSTILE.into(), ..DeleteData::default() };
    let export = ExportData { who: guest(), problem: HOSTILE.into(), ..ExportData::default() };
    let codes = vec!["0000-1111-2222-3333".to_owned()];
    vec![
        ("two-step off", two_step(Stage::Off)),
        ("two-step being set up", two_step(Stage::SettingUp { picture, secret: HOSTILE.into() })),
        ("two-step on", two_step(Stage::On { since: HOSTILE.into(), codes: 1 })),
        ("recovery codes", page(head(), || view! { <RecoveryCodesPage who=guest() codes done="Done."/> }.into_any())),
        ("code", code("", "")),
        ("wrong code", code(HOSTILE, "")),
        ("wrong recovery code", code("", HOSTILE)),
        ("delete", page(head(), move || view! { <DeletePage data=delete/> }.into_any())),
        ("goodbye", page(head(), || view! { <GoodbyePage backup_days=186/> }.into_any())),
        ("export", page(head(), move || view! { <ExportPage data=export/> }.into_any())),
    ]
}

fn values_of<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_page_has_one_first_heading_and_one_main() {
    for (name, html) in every_page() {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
    }
}

#[test]
fn no_page_but_the_editor_has_a_script_and_what_people_type_makes_none() {
    for (name, html) in every_page() {
        assert!(!html.contains("<script"), "{name}");
        assert!(!html.contains("<style"), "{name}");
    }
}

#[test]
fn what_is_named_by_id_is_there_once() {
    for (name, html) in every_page() {
        let ids = values_of(&html, "id");
        let unique: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: an id stands twice");
        for attribute in ["for", "aria-describedby", "aria-labelledby", "popovertarget"] {
            for id in values_of(&html, attribute).into_iter().flat_map(str::split_whitespace) {
                assert!(unique.contains(id), "{name}: {attribute} names {id}, which is not there");
            }
        }
    }
}

#[test]
fn what_was_typed_is_kept_when_it_is_refused() {
    let html = page(Head::private("Page"), || {
        let typed = "a name that was too long".to_owned();
        let create_refused = Some(CreateRefused { typed, sample: false, message: "Too long.".into() });
        let data = ResumesData { limit: 3, create_refused, ..ResumesData::default() };
        view! { <ResumesPage data/> }.into_any()
    });
    assert!(html.contains("value=\"a name that was too long\""));
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("aria-describedby=\"new-name-hint new-name-error\""));
}

#[test]
fn a_full_account_cannot_be_asked_for_more() {
    let data = ResumesData { limit: 2, create_refused: None, rename_refused: None, import: None, ..full_account() };
    let html = page(Head::private("Page"), move || view! { <ResumesPage data/> }.into_any());
    assert!(html.contains("2 of 2 CVs"));
    assert!(html.contains("id=\"import\""), "whoever is led to the import reads why there is none");
    assert!(!html.contains("/duplicate\""));
    assert!(!html.contains("new-cv"));
}

#[test]
fn in_place_of_an_empty_cv_a_full_account_takes_a_file() {
    let html = page(Head::private("Page"), || view! { <ResumesPage data=in_place_of_an_empty_one()/> }.into_any());
    assert!(html.contains("action=\"/resumes/import?instead=1\""));
    assert!(html.contains("aria-describedby=\"import-hint import-error\""));
    assert!(!html.contains("2 of 2 CVs") && !html.contains("new-cv"));
}

#[test]
fn only_what_may_be_found_is_left_to_crawlers() {
    let private = page(Head::private("Your CVs"), not_found);
    let public = page(Head::public("Vitae", "A CV builder."), not_found);
    assert!(private.contains("content=\"noindex\"") && private.contains("<title>Your CVs – Vitae</title>"));
    assert!(!public.contains("noindex") && public.contains("<title>Vitae</title>"));
}

#[test]
fn a_page_without_its_database_asks_for_itself_again() {
    assert_eq!(Problem::of(503).head().refresh, Some(5));
    assert_eq!(Problem::of(500).head().refresh, None);
}
