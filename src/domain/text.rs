//! Text from outside: how much of it fits, which characters, and which links.

mod uri;

pub use uri::ascii_href;

use super::validate::FieldError;
use serde::{Deserialize, Serialize};

/// Most bytes of a document as the database writes it ([`jsonb`](super::jsonb)).
pub const MAX_DOCUMENT_BYTES: usize = 256 * 1024;
/// Most characters in one field.
pub const MAX_FIELD_CHARS: usize = 5_000;
/// Most characters in all fields together.
pub const MAX_TEXT_CHARS: usize = 100_000;
/// Most pieces of differing style in one field; what follows is set plain.
pub const MAX_RUNS: usize = 200;
/// Most bullets of one entry or role.
pub const MAX_BULLETS: usize = 60;
/// Most roles of one entry.
pub const MAX_ROLES: usize = 40;
/// Most keywords of one entry, and tags of one bullet.
pub const MAX_KEYWORDS: usize = 100;
/// Most entries of one section.
pub const MAX_ENTRIES: usize = 100;
/// Most sections.
pub const MAX_SECTIONS: usize = 40;
/// Most accounts elsewhere.
pub const MAX_PROFILES: usize = 40;
/// Most levels of an unknown value that an import keeps.
pub const MAX_EXTRA_DEPTH: usize = 32;
/// Most characters of the name of a CV.
pub const MAX_NAME_CHARS: usize = 255;
/// Most characters of a link.
const MAX_HREF_CHARS: usize = 2_000;
/// Most combining marks on one letter: more of them only slow the typesetter down.
const MAX_MARKS: usize = 6;

/// What the owner calls a CV: 1 to 255 characters, without control characters, without blanks at either end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResumeName(String);

impl ResumeName {
    /// Trims and checks a name. The error names the field `name`.
    ///
    /// # Errors
    /// When nothing is left, it is too long, or it holds a control character.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let wrong = |message: &str| Err(FieldError { field: "name".into(), message: message.into() });
        if text.is_empty() {
            wrong("Give the CV a name.")
        } else if text.chars().count() > MAX_NAME_CHARS {
            wrong("A name has at most 255 characters.")
        } else if text.chars().any(char::is_control) {
            wrong("A name is one line of plain text.")
        } else {
            Ok(Self(text.into()))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ResumeName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|error| error.message)
    }
}

impl From<ResumeName> for String {
    fn from(name: ResumeName) -> Self {
        name.0
    }
}

/// Where a link of the document leads, if it may be one: http, https, mailto or tel, with a host or an address.
///
/// `github.com/janedev` gets its `https://`, `jane@example.org` its `mailto:`. Everything else (other schemes, relative
/// addresses, credentials, blanks and invisible characters that disguise a scheme) is no link: `None`.
pub fn safe_href(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_HREF_CHARS || text.chars().any(never_in_links) {
        return None;
    }
    let (scheme, rest) = match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) && !is_port(rest) => (scheme.to_ascii_lowercase(), rest),
        _ if is_email(text) => ("mailto".into(), text),
        _ => return bare_domain(text).then(|| join("https://", text)),
    };
    match scheme.as_str() {
        "http" | "https" => {
            let rest = rest.strip_prefix("//")?;
            let host = authority(rest);
            (!host.is_empty() && !host.starts_with([':', '.']) && !host.contains('@'))
                .then(|| join(&(scheme + "://"), rest))
        }
        "mailto" => is_email(rest.split('?').next().unwrap_or_default()).then(|| join("mailto:", rest)),
        "tel" => {
            (rest.contains(|c: char| c.is_ascii_digit()) && rest.chars().all(in_numbers)).then(|| join("tel:", rest))
        }
        _ => None,
    }
}

/// An address as it is printed: without scheme, `www.` and the slash at the end.
pub fn shown_url(text: &str) -> &str {
    let text = text.trim();
    let text = ["https://", "http://", "mailto:", "tel:"]
        .into_iter()
        .find_map(|scheme| {
            text.get(..scheme.len()).filter(|head| head.eq_ignore_ascii_case(scheme)).map(|_| &text[scheme.len()..])
        })
        .unwrap_or(text);
    let text = text.strip_prefix("www.").unwrap_or(text);
    text.strip_suffix('/').unwrap_or(text)
}

/// Whether text has the shape of an e-mail address: something before the `@`, a domain with a dot after it.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let labels = domain.split('.').count();
    !local.is_empty()
        && local.len() <= 64
        && !local.split('.').any(str::is_empty)
        && local.chars().all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c))
        && labels >= 2
        && domain.split('.').all(is_label)
        && domain.len() <= 253
}

/// A line without the mark that made it a point of a list: "• Baked", "- Baked", "✓Baked". One mark goes, with the
/// blanks around what is left.
///
/// What also begins words and numbers is a mark only before a blank ("-40 %" and "*three*" are none), or only before the
/// tab that word processors put there ("o clock" and "1. FC Köln" are none).
pub fn without_list_mark(line: &str) -> &str {
    let line = line.trim();
    let mut rest = line.chars();
    let first = rest.next().unwrap_or_default();
    let rest = rest.as_str();
    let text = match first {
        '•' | '·' | '▪' | '◦' | '‣' | '●' | '○' | '■' | '□' | '➢' | '➤' | '►' | '▶' | '✓' | '✔' | '⁃' | '∙'
        | '\u{f0b7}' | '\u{f0a7}' => Some(rest.trim_start_matches('\u{fe0f}')),
        '-' | '–' | '—' | '*' => Some(rest).filter(|rest| rest.starts_with(char::is_whitespace)),
        'o' | '§' => Some(rest).filter(|rest| rest.starts_with('\t')),
        '0'..='9' => {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            rest.strip_prefix(['.', ')']).filter(|rest| rest.starts_with('\t'))
        }
        _ => None,
    };
    text.map_or(line, str::trim)
}

/// Text as the typesetter can take it: line ends are `\n`; control characters (but `\n` and `\t`), direction
/// overrides, invisible breaks, private use and noncharacters are gone; at most six marks on one letter.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut after_return = false;
    for c in text.chars() {
        let line_feed = c == '\n' && after_return;
        after_return = c == '\r';
        if line_feed {
            continue;
        }
        // Word ends a line within a paragraph with a vertical tab.
        let ends_line = matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let c = if ends_line { '\n' } else { c };
        if !is_printable(c) {
            continue;
        }
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks <= MAX_MARKS {
            out.push(c);
        }
    }
    out
}

/// [`clean`] text on one line, without blanks at either end.
pub fn clean_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_printable(c: char) -> bool {
    let code = u32::from(c);
    match c {
        '\n' | '\t' => true,
        // Soft hyphen, Arabic letter mark, zero-width space, marks and overrides of direction, byte order mark, tags.
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        // Private use, noncharacters.
        | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' => false,
        _ => !c.is_control() && code < 0xf_0000 && code & 0xfffe != 0xfffe,
    }
}

/// The blocks of combining marks that stack on a letter; not every mark there is, but all that stack without end.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'..='\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6ed}'
            | '\u{711}'
            | '\u{730}'..='\u{74a}'
            | '\u{900}'..='\u{903}'
            | '\u{93a}'..='\u{94f}'
            | '\u{e31}'
            | '\u{e34}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{302a}'..='\u{302f}'
            | '\u{3099}' | '\u{309a}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

fn never_in_links(c: char) -> bool {
    c.is_whitespace() || c == '\\' || !is_printable(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Whether what follows a colon is a port, so that `example.org:8080/x` is not the scheme `example.org`.
fn is_port(text: &str) -> bool {
    let port = authority(text);
    !port.is_empty() && port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit())
}

fn authority(text: &str) -> &str {
    text.split(['/', '?', '#']).next().unwrap_or_default()
}

fn bare_domain(text: &str) -> bool {
    let host = authority(text);
    let host = host.split_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host);
    let top = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.split('.').all(is_label)
        && top.chars().count() >= 2
        && !top.contains(|c: char| c.is_ascii_digit() && !top.starts_with("xn--"))
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

fn in_numbers(c: char) -> bool {
    c.is_ascii_digit() || "+-.()*#;=".contains(c) || c.is_ascii_alphabetic()
}

/// Puts the scheme before an address and writes the characters that no address holds as `%XX`.
fn join(scheme: &str, rest: &str) -> String {
    let mut out = String::with_capacity(scheme.len() + rest.len());
    out.push_str(scheme);
    for c in rest.chars() {
        match c {
            '"' => out.push_str("%22"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '`' => out.push_str("%60"),
            '{' => out.push_str("%7B"),
            '|' => out.push_str("%7C"),
            '}' => out.push_str("%7D"),
            '^' => out.push_str("%5E"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
