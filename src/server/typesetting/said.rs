//! What the typesetter says, for the log: where in a template, and in which words; never those of a CV.

use super::world::JobWorld;
use typst::diag::SourceDiagnostic;
use typst::{World as _, WorldExt as _};

/// More than this of a message is not kept.
const LONGEST: usize = 200;

/// Errors of a template: `margin.typ:55: type none has no method …`.
pub(super) fn of_template(world: &JobWorld, errors: &[SourceDiagnostic]) -> String {
    let said =
        |error: &SourceDiagnostic| format!("{}{}", place(world, error).unwrap_or_default(), impersonal(&error.message));
    errors.iter().take(3).map(said).collect::<Vec<_>>().join("; ")
}

/// Errors of what writes files.
pub(super) fn of_export(errors: &[SourceDiagnostic]) -> String {
    errors.iter().take(3).map(|error| impersonal(&error.message)).collect::<Vec<_>>().join("; ")
}

fn place(world: &JobWorld, error: &SourceDiagnostic) -> Option<String> {
    let source = world.source(error.span.id()?).ok()?;
    let line = source.lines().byte_to_line(world.range(error.span)?.start)?;
    Some(format!("{}:{}: ", source.id().vpath().get_without_slash(), line + 1))
}

/// A message without what it quotes, but for names of code. Text of a CV only ever stands in quotes.
fn impersonal(message: &str) -> String {
    let mut out = String::new();
    let mut rest = message;
    while let Some((before, after)) = rest.split_once(['`', '"', '“']) {
        out.push_str(before);
        let open = rest[before.len()..].chars().next().unwrap_or_default();
        let close = if open == '“' { '”' } else { open };
        // What holds quotes itself is given up as a whole.
        let (quoted, left) = after.split_once(close).unwrap_or((after, ""));
        let is_name = open == '`' && quoted.bytes().all(|b| b.is_ascii_lowercase() || b"-.".contains(&b));
        out.push_str(if is_name { quoted } else { "…" });
        if !is_name && quoted.contains(['`', '"', '“']) {
            rest = "";
            break;
        }
        rest = left;
    }
    out.push_str(rest);
    out.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { '…' }).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::impersonal;

    #[test]
    fn names_of_code_stay_and_text_goes() {
        assert_eq!(impersonal("type none has no method `at`"), "type none has no method at");
        let text = "PDF/A-2a error: the text `\"Jane Doe\"` could not be displayed with font `Page Serif`";
        assert_eq!(impersonal(text), "PDF/A-2a error: the text …");
        assert_eq!(impersonal("string is not valid (string is \"Jane Doe\")"), "string is not valid (string is …)");
        assert_eq!(impersonal("an unclosed \"Jane Doe"), "an unclosed …");
        assert_eq!(impersonal("`Jane`, “Doe”, 山田"), "…, …, ……");
    }
}
