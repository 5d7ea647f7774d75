//! A server from its settings: every part started in order, and stopped in the opposite one.

use super::{
    auth::{google::Google, passwords::Passwords},
    clock::Clock,
    config::Settings,
    data_dir,
    db::Database,
    http::{
        assets::Assets,
        bodies,
        door::{self, Door},
        pace, router, serve, uploads,
    },
    in_force, jobs,
    ledger::Ledger,
    mail::{self, Mailer},
    ops::{
        backup,
        connect::{self, Connection},
        migrate::{self, Backup, Source},
        progress::Progress,
    },
    state::{AppState, Flag},
    storage::Storage,
    turns::Turns,
    typesetting::{self, Typesetter},
    writing::Writing,
};
use anyhow::Context;
use futures::FutureExt;
use leptos::config::LeptosOptions;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};

/// Pictures of CVs that are made for one person at once: half of what the typesetter takes from one, so that they hold up
/// neither a preview nor a PDF.
const PICTURES_AT_ONCE: usize = 2;

/// Runs the server until it is told to stop (SIGTERM, SIGINT).
///
/// # Errors
/// Something that the server needs cannot be had; the error says what and what to do.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    data_dir::make(&settings.server.data_dir)?;
    let connection = connect::for_server(&settings).await?;
    if connect::may_be_overheard(&connection.options) {
        tracing::warn!("{}", connect::OVERHEARD);
    }
    let db = Database::lazy(
        connection.options.clone(),
        settings.database.connections,
        Duration::from_secs(settings.database.acquire_seconds),
    );
    let state = state(settings, db, Clock::System, std::env::current_exe()?)?;
    let app = router::router(&state)?;
    let address = state.settings.site().site_addr;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "The address {address} cannot be used; perhaps another server has it. Choose one with LEPTOS_SITE_ADDR."
        )
    })?;
    if state.settings.may_be_overheard() {
        tracing::warn!("PUBLIC_URL is plain http: cookies can be read on the way; put a proxy with TLS in front");
    }
    let _in_force = in_force::announce(&state.settings);
    let door = Door::new(door::PER_ADDRESS, &state.settings.server.trusted_proxies);
    let drain = Duration::from_secs(state.settings.server.drain_seconds);
    // The database may be away, or have to be backed up and migrated first. Whoever asks meanwhile is told to wait.
    tokio::select! {
        () = serve::serve(listener, app, door, stop_signal(state.stopping.clone(), drain)?) => {}
        failed = work(&state, &connection) => failed?,
    }
    tracing::info!("stopping");
    state.db.close().await;
    drop(connection.private);
    Ok(())
}

/// What a server does besides answering: it brings the database up to date, opens, and then does its jobs until this is
/// dropped.
///
/// # Errors
/// The database cannot be brought up to date.
async fn work(state: &AppState, connection: &Connection) -> anyhow::Result<()> {
    let progress = Progress::to_log();
    let backup = || backup::before_migration(&state.settings, connection, Clock::System.now(), &progress).boxed();
    let migrated = migrate::apply_when_up(&connection.owner, &Source::embedded(), Backup::Take(&backup)).await;
    migrated.context("The database could not be brought up to date.")?;
    state.ready.set();
    tracing::info!("Vitae is at {}", state.settings.public_url());
    let mut jobs = JoinSet::new();
    jobs.spawn(jobs::run(state.clone()));
    jobs.spawn(mail::run(state.clone()));
    while let Some(ended) = jobs.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a job of the server broke off; restart the server to have it done again");
        }
    }
    std::future::pending().await
}

/// The parts of a server with this database, which is not ready yet; `program` is `vitae` itself, for the processes that
/// set pages.
///
/// # Errors
/// The object store or the typesetter cannot be had.
pub fn state(settings: Settings, db: Database, clock: Clock, program: PathBuf) -> anyhow::Result<AppState> {
    let pace = Arc::new(pace::pace(&settings)?);
    let mailer = Mailer::new(&settings)?;
    let storage = Storage::open(&settings.storage, &settings.server.data_dir)?;
    let ledger = Ledger::open(&settings)?;
    let typesetter = Typesetter::start(typesetting::Settings {
        workers: settings.typesetting_workers(),
        program,
        wall_clock: Duration::from_secs(settings.typesetting.seconds),
        memory: typesetting::WORKER_MEMORY,
    })?;
    let google = Google::open(&settings.google, &settings.public_url())?;
    let assets: &'static Assets = Box::leak(Box::new(Assets::load()));
    let site = settings.site();
    let leptos_options = LeptosOptions::builder()
        .output_name(site.output_name.as_str())
        .site_root(site.site_root.as_str())
        .site_pkg_dir(site.site_pkg_dir.as_str())
        .site_pkg_url(assets.pkg_url())
        .site_addr(site.site_addr)
        .build();
    Ok(AppState {
        ready: Flag::default(),
        stopping: Flag::default(),
        told_of_proxy: Flag::default(),
        health: Arc::default(),
        settings: Arc::new(settings),
        leptos_options,
        db,
        storage,
        ledger,
        typesetter,
        clock,
        mailer,
        passwords: Passwords::default(),
        google,
        writing: Arc::new(Writing::default()),
        pace,
        assets,
        template_pictures: Arc::default(),
        picture_turns: Arc::new(Turns::new(PICTURES_AT_ONCE)),
        upload_places: Arc::new(Turns::new(uploads::AT_ONCE)),
        body_places: Arc::new(Turns::new(bodies::AT_ONCE)),
        imports: Arc::new(tokio::sync::Semaphore::new(super::state::IMPORTS_AT_ONCE)),
    })
}

/// Done when the process is to take no more connections: for those at the keyboard (SIGINT) at once, for those who run it
/// (SIGTERM) after `drain`, so that who balances load hears of it and looks elsewhere first.
fn stop_signal(stopping: Flag, drain: Duration) -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        let draining = async {
            terminate.recv().await;
            stopping.set();
            tokio::time::sleep(drain).await;
        };
        tokio::select! {
            () = draining => {}
            _ = interrupt.recv() => {}
        }
    })
}
