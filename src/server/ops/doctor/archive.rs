//! Every archived PDF and every copy of it, read to its end.

use super::{
    super::{
        backup::{
            care::{self, Order},
            place::Place,
        },
        connect,
    },
    Finding,
};
use crate::server::config::Settings;
use anyhow::ensure;

/// Reads them as an order says, and tells what is wrong with them.
pub async fn archive(settings: &Settings, order: &Order) -> Finding {
    Finding::of("archive", look(settings, order).await)
}

async fn look(settings: &Settings, order: &Order) -> anyhow::Result<String> {
    let connection = connect::for_command(settings).await?;
    let found = care::look_after(settings, &connection, &Place::open(settings)?, order).await?;
    let faults = found.faults();
    let mended = if found.mended.is_empty() { String::new() } else { format!("; mended: {}", found.mended) };
    ensure!(faults.is_empty(), "{}{mended}", faults.join(". "));
    Ok(format!("{} archived PDFs and {} copies were read and are right{mended}", found.objects, found.copies))
}
