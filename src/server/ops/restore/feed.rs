//! A dump, line by line into psql: in a fence of our own, so that nothing in it is a command to psql.

use super::super::{
    backup::file,
    programs::{Programs, Running},
};
use anyhow::{Context, bail};
use rand::RngExt as _;
use sqlx::postgres::PgConnectOptions;
use std::{
    io::{self, BufRead, BufWriter, Read, Write},
    path::Path,
    process::Stdio,
};

/// Longer lines come in pieces, so that memory stays flat.
const PIECE: u64 = 64 * 1024;

/// Whose dump it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Made by `vitae backup create`: without owners and rights.
    Ours,
    /// Made by a plain `pg_dump`: who owned what is left out.
    Foreign,
}

/// Puts a dump into a database, in one transaction. Blocks.
///
/// # Errors
/// A statement fails, or there is something in it that a dump of a database of ours does not have. Nothing is in the
/// database then.
pub fn feed(programs: &Programs, into: &PgConnectOptions, dump: &Path, origin: Origin) -> anyhow::Result<()> {
    let mut psql = programs.command("psql", into);
    psql.args(["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]);
    // What a statement was about may be personal.
    psql.args(["--set=VERBOSITY=terse", "--set=SHOW_CONTEXT=never"]);
    psql.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut running = Running::start("psql", psql)?;
    let stdin = running.child.stdin.take().context("psql takes no input.")?;
    let mut target = BufWriter::with_capacity(1 << 18, stdin);
    let key = format!("{:032x}", rand::rng().random::<u128>());
    let copied = file::open(dump).and_then(|mut source| copy(&mut source, &mut target, &key, origin));
    match copied {
        Ok(()) => {
            drop(target);
            running.finish()
        }
        // psql ended before it had everything: what it says is why.
        Err(error) if is_broken_pipe(&error) => running.finish().and(Err(error)),
        Err(error) => {
            // Before the input ends: at its end, psql would commit what it has.
            let _ = running.stop();
            Err(error)
        }
    }
    .context("The dump cannot be restored.")
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Where in a dump a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first statement.
    Beginning,
    /// Among statements.
    Statements,
    /// Among the rows of a table.
    Rows,
}

/// Copies the statements, in a fence with a key that the dump cannot know: within it, psql takes no commands.
fn copy(source: &mut impl BufRead, target: &mut impl Write, key: &str, origin: Origin) -> anyhow::Result<()> {
    writeln!(target, "\\restrict {key}")?;
    let mut filter = Filter { at: At::Beginning, fence: None, origin };
    let (mut piece, mut starts) = (Vec::new(), true);
    loop {
        piece.clear();
        if source.take(PIECE).read_until(b'\n', &mut piece)? == 0 {
            break;
        }
        if !starts || filter.keeps(&piece)? {
            target.write_all(&piece)?;
        }
        starts = piece.ends_with(b"\n");
    }
    if filter.at == At::Rows {
        bail!("The dump ends in the middle of a table.");
    }
    writeln!(target, "\\unrestrict {key}")?;
    Ok(target.flush()?)
}

struct Filter {
    at: At,
    /// The last line of the dump's own fence, which would open ours.
    fence: Option<Vec<u8>>,
    origin: Origin,
}

impl Filter {
    /// Whether a line (or the beginning of a long one) goes on to psql.
    fn keeps(&mut self, line: &[u8]) -> anyhow::Result<bool> {
        if self.at == At::Rows {
            if line == b"\\.\n" {
                self.at = At::Statements;
            }
            return Ok(true);
        }
        if self.at == At::Beginning && !line.starts_with(b"--") && line != b"\n" {
            if let Some(key) = line.strip_prefix(b"\\restrict ") {
                self.fence = Some([b"\\unrestrict ", key].concat());
                return Ok(false);
            }
            self.at = At::Statements;
        }
        if self.fence.as_deref() == Some(line) {
            return Ok(false);
        }
        if line.starts_with(b"COPY ") && line.ends_with(b" FROM stdin;\n") {
            self.at = At::Rows;
        }
        if self.origin == Origin::Foreign {
            return keeps_of_foreign(line);
        }
        Ok(true)
    }
}

/// Owners and rights are those of this server, not of the one that was dumped.
fn keeps_of_foreign(line: &[u8]) -> anyhow::Result<bool> {
    if line.starts_with(b"INSERT INTO ") {
        // Rows could then have lines that look like statements.
        bail!("The dump was made with --inserts. Make it without: pg_dump DATABASE | gzip > FILE");
    }
    if line.starts_with(b"CREATE DATABASE ") || line.starts_with(b"\\connect") {
        bail!(
            "The dump was made with --create, or of a whole server. Make it of one database: pg_dump DATABASE | gzip"
        );
    }
    let statement = line.strip_suffix(b";\n").unwrap_or_default();
    let owner = statement.starts_with(b"ALTER ") && find(statement, b" OWNER TO ");
    let rights =
        [&b"GRANT "[..], b"REVOKE ", b"ALTER DEFAULT PRIVILEGES "].iter().any(|word| statement.starts_with(word));
    Ok(!owner && !rights)
}

fn find(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(dump: &str, origin: Origin) -> anyhow::Result<String> {
        let mut fed = Vec::new();
        copy(&mut dump.as_bytes(), &mut fed, "KEY", origin)?;
        Ok(String::from_utf8(fed)?)
    }

    #[test]
    fn the_fence_of_the_dump_is_replaced_by_ours() {
        let dump = "--\n-- a dump\n--\n\n\\restrict abc\n\nselect 1;\n\\! ls\n\\unrestrict abc\n\n";
        let expected = "\\restrict KEY\n--\n-- a dump\n--\n\n\nselect 1;\n\\! ls\n\n\\unrestrict KEY\n";
        assert_eq!(fed(dump, Origin::Ours).expect("fed"), expected);
    }

    #[test]
    fn only_the_first_fence_counts() {
        let dump = "select 1;\n\\restrict abc\n\\unrestrict abc\n\\! ls\n";
        assert!(fed(dump, Origin::Ours).expect("fed").contains("\\restrict abc\n\\unrestrict abc\n"));
    }

    #[test]
    fn rows_go_through_as_they_are() {
        let rows = "COPY public.a (b) FROM stdin;\nGRANT all;\nINSERT INTO x\n\\restrict x\n\\N\n\\.\n";
        for origin in [Origin::Ours, Origin::Foreign] {
            assert_eq!(fed(rows, origin).expect("fed"), format!("\\restrict KEY\n{rows}\\unrestrict KEY\n"));
        }
        assert!(fed("COPY public.a (b) FROM stdin;\n1\n", Origin::Ours).is_err(), "cut off");
    }

    #[test]
    fn long_lines_are_not_looked_into() {
        let long = format!("COPY public.a (b) FROM stdin;\n{}\n\\.\n", "\\.".repeat(100_000));
        assert_eq!(fed(&long, Origin::Ours).expect("fed").len(), long.len() + 30);
    }

    #[test]
    fn owners_of_other_servers_are_left_out() {
        let dump = "CREATE TABLE a ();\nALTER TABLE public.a OWNER TO ann;\nGRANT SELECT ON TABLE public.a TO bob;\nALTER TABLE ONLY a ADD x int;\n";
        let kept = "\\restrict KEY\nCREATE TABLE a ();\nALTER TABLE ONLY a ADD x int;\n\\unrestrict KEY\n";
        assert_eq!(fed(dump, Origin::Foreign).expect("fed"), kept);
        assert!(fed("INSERT INTO a VALUES (1);\n", Origin::Foreign).is_err());
        assert!(fed("CREATE DATABASE a;\n", Origin::Foreign).is_err());
    }
}
