//! What every request can use.

use super::{
    auth::{google::Google, passwords::Passwords},
    clock::Clock,
    config::Settings,
    db::Database,
    http::{assets::Assets, health::Health, pace::Pace, pictures::TemplatePictures},
    ledger::Ledger,
    mail::Mailer,
    storage::Storage,
    turns::Turns,
    typesetting::Typesetter,
    writing::Writing,
};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::Semaphore;

/// Files that are imported at a time.
pub const IMPORTS_AT_ONCE: usize = 2;

/// Something that becomes so once. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Flag(Arc<AtomicBool>);

impl Flag {
    /// It is so now; answers whether it was not before.
    pub fn set(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// Whether it is so.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The parts of a running server; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Whether the schema is up to date, so that requests can be answered: until then the server only says that it is not
    /// ready.
    pub ready: Flag,
    /// Whether it was told to stop and answers a little longer, for those who do not know it yet.
    pub stopping: Flag,
    /// Whether the log says already that requests come by a proxy that nobody trusts.
    pub told_of_proxy: Flag,
    /// What its parts last said of themselves.
    pub health: Arc<Health>,
    /// The settings.
    pub settings: Arc<Settings>,
    /// What Leptos wants to know.
    pub leptos_options: LeptosOptions,
    /// PostgreSQL.
    pub db: Database,
    /// The object store.
    pub storage: Storage,
    /// Who asked to be forgotten.
    pub ledger: Ledger,
    /// The typesetter.
    pub typesetter: Typesetter,
    /// What time it is.
    pub clock: Clock,
    /// Sends mail.
    pub mailer: Mailer,
    /// Hashes and compares passwords.
    pub passwords: Passwords,
    /// Google, if people may log in with it.
    pub google: Option<Google>,
    /// How fast one person may write.
    pub writing: Arc<Writing>,
    /// How often one address may ask for what costs much.
    pub pace: Arc<Pace>,
    /// The files of the site.
    pub assets: &'static Assets,
    /// Pictures of the templates.
    pub template_pictures: Arc<TemplatePictures>,
    /// Turns at pictures of CVs.
    pub picture_turns: Arc<Turns>,
    /// Places for forms with files, of each person.
    pub upload_places: Arc<Turns>,
    /// Places for what is sent with other requests, of each address.
    pub body_places: Arc<Turns<IpAddr>>,
    /// Turns at importing files: what is in one takes much room for a moment.
    pub imports: Arc<Semaphore>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}
