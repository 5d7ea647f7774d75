//! The log as a table for spreadsheets (CSV, RFC 4180).

use crate::server::db::admin::log::Entry;
use std::borrow::Cow;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

/// What the columns are called.
const HEAD: [&str; 7] = ["at", "event", "user", "user_address", "by", "by_address", "network"];

/// What makes a spreadsheet take a cell for a formula, if the cell begins with it (OWASP, "CSV Injection").
const FORMULAS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Lines of the log.
pub struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Default for Table {
    fn default() -> Self {
        Self { writer: csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()) }
    }
}

impl Table {
    /// A table that says first what its columns are.
    pub fn with_head() -> Self {
        let mut table = Self::default();
        table.write(HEAD.map(Cow::from));
        table
    }

    /// Adds a line.
    pub fn push(&mut self, entry: &Entry) {
        let at = entry.at.format(&Rfc3339).unwrap_or_default();
        let uid = |uid: Option<Uuid>| uid.map(|uid| uid.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        self.write(
            [
                at,
                entry.kind.clone(),
                uid(entry.subject),
                text(&entry.subject_email),
                uid(entry.actor),
                text(&entry.actor_email),
                text(&entry.network),
            ]
            .map(Cow::from),
        );
    }

    /// The text.
    pub fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner().unwrap_or_default()
    }

    fn write(&mut self, cells: [Cow<'_, str>; HEAD.len()]) {
        let cells = cells.map(harmless);
        self.writer.write_record(cells.iter().map(AsRef::<str>::as_ref)).expect("memory takes what is written to it");
    }
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: Cow<'_, str>) -> Cow<'_, str> {
    if cell.starts_with(FORMULAS) { format!("'{cell}").into() } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn entry(email: &str) -> Entry {
        Entry {
            id: 1,
            at: datetime!(2026-11-22 12:00:05.25 UTC),
            kind: "viewed".into(),
            network: Some("192.0.2.0/24".into()),
            subject: Some(Uuid::from_u128(1)),
            subject_email: Some(email.into()),
            actor: None,
            actor_email: None,
        }
    }

    #[test]
    fn a_cell_is_never_a_formula_and_never_breaks_its_line() {
        let mut table = Table::with_head();
        for email in [
            "ada@example.org",
            "=cmd|'/c calc'!A1@example.org",
            "+1@example.org",
            "-1@example.org",
            "@sum(1)",
            "\tx",
            "\rx",
            "\nx",
            "a \"quoted\", b\r\nc",
            "1=1@example.org",
        ] {
            table.push(&entry(email));
        }
        let text = String::from_utf8(table.into_bytes()).expect("UTF-8");
        insta::assert_snapshot!(text.replace("\r\n", "␍␊\n").replace('\r', "␍").replace('\t', "␉"), @r#"
        at,event,user,user_address,by,by_address,network␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,ada@example.org,,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,'=cmd|'/c calc'!A1@example.org,,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,'+1@example.org,,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,'-1@example.org,,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,'@sum(1),,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,'␉x,,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,"'␍x",,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,"'
        x",,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,"a ""quoted"", b␍␊
        c",,,192.0.2.0/24␍␊
        2026-11-22T12:00:05.25Z,viewed,00000000-0000-0000-0000-000000000001,1=1@example.org,,,192.0.2.0/24␍␊
        "#);
    }
}
