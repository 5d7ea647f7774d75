//! The program `vitae`: see `vitae --help`.

#[cfg(feature = "ssr")]
fn main() -> std::process::ExitCode {
    vitae::server::cli::run()
}

#[cfg(not(feature = "ssr"))]
fn main() {}
