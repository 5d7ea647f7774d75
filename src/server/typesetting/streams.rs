//! Ends the streams of a PDF so that nobody can be wrong about where they end.
//!
//! Between the data of a stream and `endstream` stands an end of line that is no part of the data. Typst writes a line
//! feed. One stream in 256 ends with a carriage return by chance, and a reader that looks back from `endstream` takes
//! the two for one end of line: the data are a byte shorter for it than the stream says, which PDF/A does not allow.
//! After such data another carriage return is put, so that the end of line is of both.

const END: &[u8] = b"\r\nendstream\n";

/// The PDF with all its streams ended so. The lengths of streams stay; what lies behind moves, and the table says so.
pub(super) fn ended(pdf: Vec<u8>) -> Vec<u8> {
    let places: Vec<usize> =
        pdf.windows(END.len()).enumerate().filter(|(_, bytes)| *bytes == END).map(|(at, _)| at).collect();
    if places.is_empty() {
        return pdf;
    }
    let moved = with_returns(&pdf, &places);
    moved.unwrap_or(pdf)
}

/// Nothing if the PDF is not as Typst writes them: a table of fixed width, then the trailer.
fn with_returns(pdf: &[u8], places: &[usize]) -> Option<Vec<u8>> {
    let start = last(pdf, b"startxref\n")?;
    let digits = pdf[start..].iter().position(|byte| *byte == b'\n')?;
    let table: usize = std::str::from_utf8(&pdf[start..start + digits]).ok()?.parse().ok()?;
    let (objects, rest) = pdf.split_at_checked(table)?;
    let entries = rest.strip_prefix(b"xref\n")?;
    let behind = |offset: usize| offset + places.iter().filter(|place| **place < offset).count();
    let mut out = Vec::with_capacity(pdf.len() + places.len());
    let mut at = 0;
    for place in places {
        out.extend_from_slice(objects.get(at..*place)?);
        out.push(b'\r');
        at = *place;
    }
    out.extend_from_slice(&objects[at..]);
    out.extend_from_slice(b"xref\n");
    let first = entries.iter().position(|byte| *byte == b'\n')? + 1;
    let trailer = last(entries, b"trailer\n")? - b"trailer\n".len();
    out.extend_from_slice(entries.get(..first)?);
    for entry in entries.get(first..trailer)?.chunks(20) {
        let (offset, kind) = entry.split_at_checked(10)?;
        let offset: usize = std::str::from_utf8(offset).ok()?.parse().ok()?;
        let offset = if kind.contains(&b'n') { behind(offset) } else { offset };
        out.extend_from_slice(format!("{offset:010}").as_bytes());
        out.extend_from_slice(kind);
    }
    out.extend_from_slice(pdf.get(table + b"xref\n".len() + trailer..start)?);
    out.extend_from_slice(behind(table).to_string().as_bytes());
    out.extend_from_slice(&pdf[start + digits..]);
    Some(out)
}

/// Behind the last place where these bytes stand.
fn last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|window| window == needle).map(|at| at + needle.len())
}

#[cfg(test)]
mod tests {
    use super::ended;
    use std::fmt::Write as _;

    /// A PDF with these streams, as Typst writes it.
    fn pdf(streams: &[&str]) -> Vec<u8> {
        let mut pdf = String::from("%PDF-1.7\n");
        let mut table = String::from("0000000000 65535 f\r\n");
        for (number, data) in (1..).zip(streams) {
            write!(table, "{:010} 00000 n\r\n", pdf.len()).expect("memory");
            let length = data.len();
            write!(pdf, "{number} 0 obj\n<</Length {length}>>\nstream\n{data}\nendstream\nendobj\n").expect("memory");
        }
        let (count, at) = (streams.len() + 1, pdf.len());
        format!("{pdf}xref\n0 {count}\n{table}trailer\n<</Size {count}>>\nstartxref\n{at}\n%%EOF").into_bytes()
    }

    #[test]
    fn a_stream_that_ends_in_a_return_gets_another_and_the_table_follows() {
        let before = pdf(&["abc", "ab\r", "a\rb", "\r"]);
        let after = ended(before.clone());
        assert_eq!(after.len(), before.len() + 2);
        let text = String::from_utf8(after).expect("ASCII");
        assert_eq!(text.matches("\r\r\nendstream").count(), 2);
        let offsets: Vec<usize> = text
            .split("\r\n")
            .filter_map(|line| line.strip_suffix(" 00000 n"))
            .filter_map(|offset| offset[offset.len() - 10..].parse().ok())
            .collect();
        assert_eq!(offsets.len(), 4);
        for (number, offset) in (1..).zip(offsets) {
            assert!(text[offset..].starts_with(&format!("{number} 0 obj\n")), "object {number}");
        }
        let start =
            text.rsplit("startxref\n").next().and_then(|rest| rest.lines().next()).and_then(|line| line.parse().ok());
        assert!(start.is_some_and(|start: usize| text[start..].starts_with("xref\n")));
    }

    #[test]
    fn others_are_left_as_they_are() {
        for bytes in [pdf(&["abc", "a\rb"]), b"\r\nendstream\n".to_vec(), Vec::new()] {
            assert_eq!(ended(bytes.clone()), bytes);
        }
    }
}
