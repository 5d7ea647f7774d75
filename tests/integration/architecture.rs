//! The rings of the crate, held by reading it: who may use whom (see `src/lib.rs`).

use std::{fs, path::Path};

struct Source {
    path: String,
    text: String,
}

fn sources(folder: &str) -> Vec<Source> {
    fn walk(folder: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("inside").display().to_string();
                found.push(Source { path: name, text: fs::read_to_string(&path).expect("UTF-8") });
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} holds no source");
    found
}

/// Fails for each line of code (not of comments) in these sources that has one of the words.
fn forbid(sources: &[Source], words: &[&str], except: &[&str], reason: &str) {
    let found: Vec<String> = sources
        .iter()
        .filter(|source| !except.iter().any(|path| source.path.starts_with(path)))
        .flat_map(|source| {
            let code = source.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
            code.filter(|(_, line)| words.iter().any(|word| line.contains(word)))
                .map(|(number, line)| format!("{}:{}: {}", source.path, number + 1, line.trim()))
        })
        .collect();
    assert!(found.is_empty(), "{reason}:\n{}", found.join("\n"));
}

#[test]
fn the_domain_is_pure() {
    let words = [
        "leptos",
        "sqlx",
        "axum",
        "tokio",
        "crate::api",
        "crate::ui",
        "crate::server",
        "uuid::",
        "use time::",
        "regex",
        "std::fs",
        "std::env",
    ];
    forbid(&sources("src/domain"), &words, &[], "the domain knows nothing of the world");
}

#[test]
fn the_seam_uses_the_server_only_inside_bodies() {
    for source in sources("src/api") {
        for line in source.text.lines().filter(|line| line.contains("crate::server")) {
            assert!(line.starts_with("    "), "{}: `{line}` stands outside a body", source.path);
        }
    }
    forbid(&sources("src/api"), &["crate::ui"], &[], "the seam does not know who is in front of it");
}

#[test]
fn the_interface_does_not_use_the_server() {
    forbid(
        &sources("src/ui"),
        &["crate::server", "sqlx::", "axum::"],
        &[],
        "what people see is also compiled for browsers",
    );
}

#[test]
fn the_server_uses_the_interface_only_to_render_pages() {
    forbid(&sources("src/server"), &["crate::ui", "ui::"], &["src/server/http/"], "pages are rendered in http");
}

#[test]
fn components_know_no_pages_and_no_cvs() {
    forbid(
        &sources("src/ui/components"),
        &["ui::pages", "crate::api", "crate::domain"],
        &[],
        "components serve any page",
    );
}

#[test]
fn one_file_speaks_to_the_browser() {
    forbid(
        &sources("src/ui"),
        &["web_sys", "js_sys", "wasm_bindgen"],
        &["src/ui/browser"],
        "browser interfaces are in ui/browser",
    );
}

#[test]
fn sql_is_in_one_place() {
    let except = ["src/server/db/", "src/server/ops/", "src/server/postgres.rs", "src/server/http/health.rs"];
    forbid(&sources("src"), &["sqlx::query", "raw_sql("], &except, "statements are in server/db");
}

#[test]
fn transactions_go_through_the_helper() {
    forbid(&sources("src"), &[".begin()"], &["src/server/db.rs"], "a cancelled begin poisons its connection");
}

#[test]
fn features_are_chosen_in_few_places() {
    let except = ["src/lib.rs", "src/main.rs", "src/ui/browser"];
    forbid(
        &sources("src"),
        &["cfg(feature", "cfg!(feature", "cfg_attr(feature"],
        &except,
        "whole modules are chosen, in lib.rs",
    );
}

#[test]
fn statements_are_put_together_only_where_databases_are_made_and_changed() {
    let except = ["src/server/ops/", "src/server/postgres.rs"];
    forbid(
        &sources("src"),
        &["AssertSqlSafe", "raw_sql("],
        &except,
        "what the server runs is checked when it is built",
    );
}

/// T12: Vitae asks PostgreSQL, the object store, the mail server and Google, and opens no address that somebody typed.
#[test]
fn few_places_ask_other_machines() {
    let words =
        ["reqwest", "TcpStream", "UdpSocket", "hyper::client", "client::legacy", "lookup_host", "ToSocketAddrs"];
    let except = ["src/server/auth/google/http.rs", "src/server/ops/doctor/machine.rs"];
    forbid(&sources("src/server"), &words, &except, "the only web client is for Google, and the doctor's");
    forbid(&sources("src/server"), &["AmazonS3Builder"], &["src/server/storage.rs"], "one place knows S3");
    forbid(&sources("src/server"), &["SmtpTransport"], &["src/server/mail/transport.rs"], "one place knows SMTP");
}
