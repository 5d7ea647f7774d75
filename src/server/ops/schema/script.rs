//! A script as single statements, so that what fails can be named, and run on a connection.

use super::lexer::{Kind, pieces};
use sqlx::{AssertSqlSafe, PgConnection};

/// One statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// Without what stands before it, and without the semicolon.
    pub text: &'a str,
    /// Where it begins, counted from 1.
    pub line: usize,
    /// The comments between it and the one before.
    pub comments: Vec<&'a str>,
}

/// A statement that PostgreSQL refused, or the connection broke.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: {}", reason(.source))]
pub struct ScriptError {
    /// Which script.
    pub file: String,
    /// Where in it.
    pub line: usize,
    /// Why.
    pub source: sqlx::Error,
}

/// The statements of a script, in order.
pub fn statements(script: &str) -> Vec<Statement<'_>> {
    let mut cutter = Cutter::default();
    let mut at = 0;
    for piece in pieces(script) {
        let end = at + piece.text.len();
        cutter.take(script, piece.kind, at, end);
        at = end;
    }
    cutter.finish(script, at);
    cutter.found
}

/// Runs all statements of a script, one after the other.
///
/// # Errors
/// Names the file and line of the one that failed.
pub async fn run(connection: &mut PgConnection, file: &str, script: &str) -> Result<(), ScriptError> {
    for statement in statements(script) {
        sqlx::raw_sql(AssertSqlSafe(statement.text))
            .execute(&mut *connection)
            .await
            .map_err(|source| failed(file, &statement, source))?;
    }
    Ok(())
}

fn failed(file: &str, statement: &Statement<'_>, source: sqlx::Error) -> ScriptError {
    let position = match source.as_database_error().and_then(|error| {
        error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().and_then(sqlx::postgres::PgDatabaseError::position)
    }) {
        Some(sqlx::postgres::PgErrorPosition::Original(characters)) => characters,
        _ => 0,
    };
    // PostgreSQL counts characters from 1.
    let before = statement.text.chars().take(position.saturating_sub(1));
    let line = statement.line + before.filter(|char| *char == '\n').count();
    ScriptError { file: file.to_owned(), line, source }
}

/// What PostgreSQL said. Of values that do not fit (class 22) it quotes the value, which may be personal.
fn reason(source: &sqlx::Error) -> String {
    match source.as_database_error() {
        Some(error) if error.code().is_some_and(|code| code.starts_with("22")) => {
            format!("a row holds a value that does not fit (SQLSTATE {})", error.code().unwrap_or_default())
        }
        Some(error) => error.message().to_owned(),
        None => source.to_string(),
    }
}

/// Reads pieces and cuts where a statement ends: at a semicolon that is neither in brackets nor in a body of
/// `begin atomic … end` (psql goes by the same signs).
#[derive(Default)]
struct Cutter<'a> {
    found: Vec<Statement<'a>>,
    start: Option<usize>,
    comments: Vec<&'a str>,
    words: Vec<String>,
    brackets: usize,
    blocks: usize,
}

impl<'a> Cutter<'a> {
    fn take(&mut self, script: &'a str, kind: Kind, at: usize, end: usize) {
        let text = &script[at..end];
        match kind {
            Kind::Space => return,
            Kind::Comment => {
                if self.start.is_none() {
                    self.comments.push(text);
                }
                return;
            }
            Kind::Mark if text == ";" && self.brackets == 0 && self.blocks == 0 => return self.finish(script, at),
            Kind::Mark if text == "(" => self.brackets += 1,
            Kind::Mark if text == ")" => self.brackets = self.brackets.saturating_sub(1),
            Kind::Word if self.brackets == 0 => self.word(&text.to_ascii_lowercase()),
            _ => {}
        }
        self.start.get_or_insert(at);
    }

    fn word(&mut self, word: &str) {
        let routine = self.words.first().is_some_and(|first| first == "create")
            && self.words.iter().any(|word| word == "function" || word == "procedure");
        match word {
            "begin" if routine => self.blocks += 1,
            "case" if self.blocks > 0 => self.blocks += 1,
            "end" if self.blocks > 0 => self.blocks -= 1,
            // `create or replace function` is the longest beginning.
            _ if self.words.len() < 4 => self.words.push(word.to_owned()),
            _ => {}
        }
    }

    fn finish(&mut self, script: &'a str, end: usize) {
        if let Some(start) = self.start.take() {
            let line = script[..start].matches('\n').count() + 1;
            let comments = std::mem::take(&mut self.comments);
            self.found.push(Statement { text: script[start..end].trim_end(), line, comments });
        }
        self.words.clear();
        self.brackets = 0;
        self.blocks = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<&str> {
        statements(script).into_iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn semicolons_in_quotes_brackets_and_bodies_do_not_cut() {
        let function = "create or replace function f() returns int language sql begin atomic \
                        select case when true then 1 end; select 2; end";
        let rule = "create rule r as on insert to t do (select 1; select 2)";
        let block = "do $$ begin perform 1; end $$";
        assert_eq!(texts(&format!("{function};\n{rule}; {block};select ';'")), [function, rule, block, "select ';'"]);
    }

    #[test]
    fn begin_of_a_transaction_is_a_statement() {
        assert_eq!(texts("begin; select 1; end;"), ["begin", "select 1", "end"]);
    }

    #[test]
    fn lines_and_comments_are_known() {
        let found = statements("-- a\n-- b\nselect 1; -- c\n\nselect\n2");
        assert_eq!(found[0], Statement { text: "select 1", line: 3, comments: vec!["-- a", "-- b"] });
        assert_eq!(found[1], Statement { text: "select\n2", line: 5, comments: vec!["-- c"] });
    }

    #[test]
    fn a_script_of_comments_has_no_statement() {
        assert_eq!(texts("-- nothing\n;;"), Vec::<&str>::new());
    }
}
