//! How much there is of everything, and what needs attention.

use super::parts::{AdminFrame, Common};
use crate::ui::{
    components::{Notice, NoticeKind},
    paths,
    words::{count, number, size},
};
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverviewData {
    /// What every page has.
    pub common: Common,
    /// Accounts.
    pub users: i64,
    /// Of these, made in the last seven days.
    pub new_users: i64,
    /// Of these, seen in the last seven days.
    pub seen_users: i64,
    /// Of these, disabled.
    pub disabled_users: i64,
    /// Of these, of admins.
    pub admins: i64,
    /// Guests.
    pub guests: i64,
    /// CVs.
    pub resumes: i64,
    /// Archived PDFs.
    pub archives: i64,
    /// Their bytes.
    pub archive_bytes: i64,
    /// Bytes of the database.
    pub database_bytes: i64,
    /// Mails that wait.
    pub mails: i64,
    /// Mails that were given up.
    pub failed_mails: i64,
    /// PDFs that the object store should have had long ago.
    pub late_archives: i64,
}

/// The page.
#[component]
pub fn OverviewPage(
    /// What it shows.
    data: OverviewData,
) -> impl IntoView {
    let of_users = format!("{} new and {} seen in the last 7 days", number(data.new_users), number(data.seen_users));
    let kinds = format!("{}, {} disabled", count(data.admins, "admin", "admins"), number(data.disabled_users));
    let waiting =
        if data.mails == 0 { "No mail waits".to_owned() } else { count(data.mails, "mail waits", "mails wait") };
    let failed = data.failed_mails + data.late_archives;
    view! {
        <AdminFrame common=data.common title="Overview" here=paths::ADMIN>
            <Attention failed_mails=data.failed_mails late_archives=data.late_archives/>
            <dl class="figures">
                <Figure name="Users" value=number(data.users) about=of_users more=kinds href=paths::ADMIN_USERS/>
                <Figure name="Guests" value=number(data.guests) about="Trying it without an account" href=paths::ADMIN_GUESTS/>
                <Figure name="CVs" value=number(data.resumes) about="Without those in the trash"/>
                <Figure name="Archived PDFs" value=number(data.archives) about=format!("{} in the object store", size(data.archive_bytes))/>
                <Figure name="Database" value=size(data.database_bytes) about="On disk, with its indexes"/>
                <Figure name="Failed jobs" value=number(failed) about=waiting href=paths::ADMIN_MAILS/>
            </dl>
        </AdminFrame>
    }
    .into_any()
}

#[component]
fn Figure(
    name: &'static str,
    #[prop(into)] value: String,
    #[prop(into)] about: String,
    #[prop(optional)] more: String,
    #[prop(optional)] href: &'static str,
) -> impl IntoView {
    let name = if href.is_empty() { name.into_any() } else { view! { <a href=href>{name}</a> }.into_any() };
    view! {
        <div class="figure">
            <dt>{name}</dt>
            <dd class="figure__value">{value}</dd>
            <dd class="figure__about">{about}</dd>
            {(!more.is_empty()).then(|| view! { <dd class="figure__about">{more}</dd> })}
        </div>
    }
    .into_any()
}

#[component]
fn Attention(failed_mails: i64, late_archives: i64) -> impl IntoView {
    let mails = (failed_mails > 0).then(|| {
        let given_up = count(failed_mails, "mail was given up.", "mails were given up.");
        view! { <p>{given_up}" "<a href=paths::ADMIN_MAILS>"See why, and send again or drop"</a></p> }
    });
    let archives = (late_archives > 0).then(|| {
        let late = count(late_archives, "PDF waits", "PDFs wait");
        view! { <p>{late}" for the object store for more than 15 minutes. They are kept in the database and tried again; check that the object store answers (/readyz)."</p> }
    });
    (failed_mails + late_archives > 0).then(|| view! { <Notice kind=NoticeKind::Warning>{mails}{archives}</Notice> })
}
