//! Every address of the site is made here.

use crate::api::ResumeId;

/// The landing page.
pub const HOME: &str = "/";
/// Makes a guest (POST).
pub const GUEST: &str = "/guest";
/// Ends the session (POST).
pub const LOGOUT: &str = "/logout";
/// Makes an account.
pub const SIGN_UP: &str = "/signup";
/// Signs in.
pub const LOG_IN: &str = "/login";
/// Asks for the second step of signing in.
pub const LOG_IN_CODE: &str = "/login/code";
/// Says that a mail is on its way.
pub const CHECK_MAIL: &str = "/check-mail";
/// Where links lead that show whose an address is.
pub const VERIFY: &str = "/verify-email";
/// Has a link sent to somebody who forgot their password.
pub const FORGOT: &str = "/forgot-password";
/// Where that link leads.
pub const RESET: &str = "/reset-password";
/// The account.
pub const ACCOUNT: &str = "/account";
/// Asks somebody who is signed in to show who they are.
pub const CONFIRM: &str = "/account/confirm";
/// The second step of signing in: turning it on and off.
pub const TWO_STEP: &str = "/account/two-step";
/// Takes everything out.
pub const EXPORT: &str = "/account/export";
/// Deletes the account and everything that belongs to it.
pub const DELETE_ACCOUNT: &str = "/account/delete";
/// Says that an account is deleted.
pub const GOODBYE: &str = "/goodbye";
/// For those who look after this installation.
pub const ADMIN: &str = "/admin";
/// Who has an account; POST searches.
pub const ADMIN_USERS: &str = "/admin/users";
/// Guests.
pub const ADMIN_GUESTS: &str = "/admin/guests";
/// Removes guests (POST).
pub const ADMIN_PURGE: &str = "/admin/guests/purge";
/// The queue of mails.
pub const ADMIN_MAILS: &str = "/admin/mails";
/// The audit log; POST filters it.
pub const ADMIN_LOG: &str = "/admin/log";
/// The audit log as a file.
pub const ADMIN_LOG_CSV: &str = "/admin/log.csv";
/// Changes the address of the account.
pub const CHANGE_EMAIL: &str = "/account/email";
/// Changes the password (POST).
pub const PASSWORD: &str = "/account/password";
/// Signs out everywhere else (POST).
pub const END_OTHERS: &str = "/account/sessions/end-others";
/// Takes the CVs of the guest who signed in into the account (POST).
pub const ADOPT: &str = "/account/guest";
/// Gives an account its first password (POST).
pub const FIRST_PASSWORD: &str = "/account/password/first";
/// Goes to Google to log in.
pub const GOOGLE: &str = "/auth/google";
/// Goes to Google to add it to the account.
pub const GOOGLE_LINK: &str = "/auth/google/link";
/// Goes to Google to show once more who one is.
pub const GOOGLE_CONFIRM: &str = "/auth/google/confirm";
/// Logs in first somebody whose address has an account.
pub const GOOGLE_KNOWN: &str = "/login/google";
/// Asks whether Google is to be added to the account; POST adds it.
pub const ACCOUNT_GOOGLE: &str = "/account/google";
/// Takes Google away from the account (POST).
pub const GOOGLE_UNLINK: &str = "/account/google/unlink";
/// The gallery of templates.
pub const TEMPLATES: &str = "/templates";
/// The CVs of the one signed in; POST makes one.
pub const RESUMES: &str = "/resumes";
/// All archived PDFs of the one signed in.
pub const ARCHIVE: &str = "/archive";
/// Makes a CV from a file (POST, multipart).
pub const IMPORT: &str = "/resumes/import";
/// What is kept and why.
pub const PRIVACY: &str = "/privacy";
/// The picture of the site in a tab.
pub const FAVICON: &str = "/favicon.svg";
/// The face of the interface, needed by every page.
pub const UI_FONT: &str = "/fonts/inter-latin.woff2";

/// The CVs, open where a file is imported in place of an empty CV.
pub fn resumes_instead(id: ResumeId) -> String {
    [RESUMES, "?instead=", &id.to_string(), "#import"].concat()
}

/// Makes a CV from a file in place of an empty one (POST, multipart).
pub fn import_instead(id: ResumeId) -> String {
    format!("{IMPORT}?instead={id}")
}

/// One icon of the sprite.
pub fn icon(name: &str) -> String {
    format!("/icons.svg#{name}")
}

/// The editor.
pub fn editor(id: ResumeId) -> String {
    format!("/resumes/{id}")
}

/// The PDF of the saved CV.
pub fn pdf(id: ResumeId) -> String {
    format!("/resumes/{id}/resume.pdf")
}

/// A picture of the first page of the saved CV. Each revision has its address, so that nowhere an older one is shown.
pub fn thumbnail(id: ResumeId, revision: i32) -> String {
    format!("/resumes/{id}/page.png?revision={revision}")
}

/// The saved CV as JSON Resume.
pub fn json_resume(id: ResumeId) -> String {
    format!("/resumes/{id}/resume.json")
}

/// Gives a CV another name (POST).
pub fn rename(id: ResumeId) -> String {
    format!("/resumes/{id}/rename")
}

/// Makes a copy (POST).
pub fn duplicate(id: ResumeId) -> String {
    format!("/resumes/{id}/duplicate")
}

/// Puts a CV into the trash (POST).
pub fn delete(id: ResumeId) -> String {
    format!("/resumes/{id}/delete")
}

/// Takes a CV out of the trash (POST).
pub fn restore(id: ResumeId) -> String {
    format!("/resumes/{id}/restore")
}

/// The archived PDFs of a CV; POST archives one.
pub fn archive(id: ResumeId) -> String {
    format!("/resumes/{id}/archive")
}

/// The versions of a CV.
pub fn history(id: ResumeId) -> String {
    format!("/resumes/{id}/history")
}

/// The PDF of a version.
pub fn version_pdf(id: ResumeId, revision: i32) -> String {
    format!("/resumes/{id}/history/{revision}/resume.pdf")
}

/// Makes an earlier version the newest (POST).
pub fn restore_version(id: ResumeId, revision: i32) -> String {
    format!("/resumes/{id}/history/{revision}/restore")
}

/// One archived PDF.
pub fn archived_pdf(uuid: &str) -> String {
    format!("/archive/{uuid}/resume.pdf")
}

/// Deletes an archived PDF (POST).
pub fn delete_archived(uuid: &str) -> String {
    format!("/archive/{uuid}/delete")
}

/// Asks somebody who is signed in to show who they are, and leads on to a page of ours.
pub fn confirm(next: &str) -> String {
    format!("{CONFIRM}?next={next}")
}

/// Asks for the second step of signing in, and leads on to a page of ours.
pub fn log_in_code(next: &str) -> String {
    format!("{LOG_IN_CODE}?next={next}")
}

/// One account, for an admin.
pub fn admin_user(uid: &str) -> String {
    format!("{ADMIN_USERS}/{uid}")
}

/// Does something to an account (POST): "disable".
pub fn admin_deed(uid: &str, deed: &str) -> String {
    format!("{ADMIN_USERS}/{uid}/{deed}")
}

/// Does something with a mail that waits (POST): "retry", "drop".
pub fn admin_mail(id: i64, handling: &str) -> String {
    format!("{ADMIN_MAILS}/{id}/{handling}")
}

/// A page with what it is asked for: parts of a query that need no escaping; those that are empty are left out.
pub fn asked(page: &str, query: &[(&str, &str)]) -> String {
    let parts = query.iter().filter(|(_, value)| !value.is_empty());
    let parts: Vec<String> = parts.map(|(name, value)| format!("{name}={value}")).collect();
    if parts.is_empty() { page.to_owned() } else { format!("{page}?{}", parts.join("&")) }
}

/// Ends one session (POST).
pub fn end_session(name: &str) -> String {
    format!("/account/sessions/{name}/end")
}

/// A picture of a template, set with a sample.
pub fn template_picture(template: &str) -> String {
    format!("/templates/{template}/page.svg")
}
