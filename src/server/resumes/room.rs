//! How many bytes one person may have: a save is never refused for them, but makes older autosaves go; what is to stay is
//! refused, in words, where there is no room for it.

use crate::server::{
    db::{DbError, room},
    fault::chain,
    request::Caller,
};

/// Makes place for a save of so many bytes, as far as autosaves of the caller may be thinned out for it. Before the save:
/// a browser that goes away afterwards must not leave more there than may be. It is saved whatever comes of this.
pub async fn make(caller: &Caller, bytes: i64) {
    if let Err(error) = thin(caller, caller.most().all.saturating_sub(bytes)).await {
        tracing::warn!(error = chain(&error), "autosaves could not be thinned out, which the next save tries again");
    }
}

async fn thin(caller: &Caller, most: i64) -> Result<(), DbError> {
    let (db, owner) = (&caller.state.db, caller.user.id);
    if room::used(db.pool(), owner).await? > most {
        db.transaction(move |connection| Box::pin(async move { room::keep(connection, owner, most).await })).await?;
    }
    Ok(())
}

/// Why something is refused that would stay.
pub fn none(most_bytes: i64) -> String {
    format!(
        "There is no room left for it: your CVs with all their versions, and your archived PDFs, may take {} MB. Delete \
         archived PDFs or move CVs to the trash to make place.",
        most_bytes / 1_000_000
    )
}
