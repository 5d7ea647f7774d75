//! What holds in the database and the object store at any time, whatever has broken off.

use crate::support::TestApp;
use std::collections::HashSet;
use uuid::Uuid;
use vitae::server::storage::sha256_hex;

/// What must not be there, and how to count it.
const RULES: [(&str, &str); 9] = [
    (
        "an account that nobody can come into",
        "select count(*) from users where not is_guest and password_hash is null and google_id is null",
    ),
    (
        "an account that the log does not know",
        "select count(*) from users where not is_guest
         and (select count(*) from events where subject = uid and kind in ('signed-up', 'upgraded')) <> 1",
    ),
    (
        "a guest without a CV",
        "select count(*) from users where is_guest and not exists (select from resumes where user_id = users.id)",
    ),
    (
        "a session of somebody who does not exist, or of two",
        "select count(*) from sessions left join users on users.id = user_id
         where data -> 'user_id' is distinct from to_jsonb(user_id) or (user_id is not null and users.id is null)",
    ),
    (
        "somebody whose CVs are counted wrong",
        "select count(*) from users where resume_count <>
             (select count(*) from resumes where user_id = users.id and deleted_at is null)",
    ),
    (
        "a CV without the version that it shows",
        "select count(*) from resumes where not exists (
             select from resume_revisions as version where resume_id = resumes.id
             and version.revision = resumes.revision and version.document = json_content
         )",
    ),
    (
        "an archive that waits, with other bytes than its own",
        "select count(*) from archives where state = 'pending' and encode(sha256(pending_content), 'hex') <> sha256",
    ),
    (
        "a CV that shows an archive which is not ready",
        "select count(*) from resumes where s3_url is not null and not exists (
             select from archives where resume_id = resumes.id and state = 'ready'
             and right(s3_url, length(object_key)) = object_key
         )",
    ),
    (
        "a transaction that nobody ends",
        "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
    ),
];

/// What is wrong. Archives whose object was `seen` are not read again: objects do not change.
pub(super) async fn problems(app: &TestApp, seen: &mut HashSet<Uuid>) -> Vec<String> {
    let mut found = Vec::new();
    for (what, count) in RULES {
        let count: i64 = sqlx::query_scalar(count).fetch_one(&app.pool).await.expect(what);
        if count > 0 {
            found.push(format!("{what} ({count})"));
        }
    }
    // The objects of somebody on their way out go before their rows, which nobody can come to any more.
    let ready: Vec<(Uuid, String, String)> = sqlx::query_as(
        "select archives.uuid, object_key, sha256 from archives join users on users.id = user_id
         where state = 'ready' and leaving_at is null",
    )
    .fetch_all(&app.pool)
    .await
    .expect("rows");
    for (uuid, key, sha256) in ready {
        if seen.insert(uuid) && !app.state.storage.get(&key).await.is_ok_and(|bytes| sha256_hex(&bytes) == sha256) {
            found.push(format!("the archive {uuid} is ready and not in the store"));
        }
    }
    found
}
