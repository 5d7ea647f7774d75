//! How much a document takes as the database writes it: the text of PostgreSQL's type `jsonb`, with a blank after each
//! colon and comma, and every digit of a number (`5e-324` has 326 characters there).

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// Bytes of `value` as the text of `jsonb`, if that is `most` or less. Nothing is built, and what is larger is not read
/// to its end.
pub fn size(value: &impl Serialize, most: usize) -> Option<usize> {
    let mut counter = Counter { bytes: 0, most };
    value.serialize(&mut Serializer::with_formatter(&mut counter, Jsonb)).ok()?;
    Some(counter.bytes)
}

/// Counts what is written to it, up to the most that there may be.
struct Counter {
    bytes: usize,
    most: usize,
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len();
        if self.bytes > self.most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes what is as long as what PostgreSQL writes. Text is escaped in the same way by both.
struct Jsonb;

impl Formatter for Jsonb {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let mut text = Vec::with_capacity(24);
        CompactFormatter.write_f64(&mut text, value)?;
        let mut left = length(&String::from_utf8_lossy(&text));
        while left > 0 {
            let piece = left.min(DIGITS.len());
            writer.write_all(&DIGITS[..piece])?;
            left -= piece;
        }
        Ok(())
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin_array_value(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

/// Something to write in place of digits.
const DIGITS: [u8; 64] = [b'0'; 64];

/// Characters of a number of JSON as PostgreSQL's `numeric` writes it: no exponent, no sign of nothing, and as many
/// digits behind the point as the text has, exponent counted in.
fn length(text: &str) -> usize {
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.parse::<i32>().unwrap_or_default();
    let unsigned = number.trim_start_matches('-');
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let nothing = whole.bytes().chain(part.bytes()).take_while(|digit| *digit == b'0').count();
    let (before, behind) = (small(whole.len()) + exponent - small(nothing), small(part.len()) - exponent);
    let sign = usize::from(unsigned.len() < number.len() && nothing < whole.len() + part.len());
    let point = usize::from(behind > 0);
    sign + positive(before.max(1)) + point + positive(behind)
}

fn small(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn positive(count: i32) -> usize {
    usize::try_from(count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn numbers_have_all_their_digits() {
        for (number, text) in [
            (json!(0), "0"),
            (json!(-7), "-7"),
            (json!(u64::MAX), "18446744073709551615"),
            (json!(0.0), "0.0"),
            (json!(-0.0), "0.0"),
            (json!(-0.5), "-0.5"),
            (json!(1.5e-7), "0.00000015"),
            (json!(1e20), "100000000000000000000"),
            (json!(-1.25e20), "-125000000000000000000"),
        ] {
            assert_eq!(size(&number, 100), Some(text.len()), "{number}");
        }
        assert_eq!(size(&json!(5e-324), 1000), Some(326));
        assert_eq!(size(&json!(1e300), 1000), Some(301));
    }

    #[test]
    fn what_is_larger_than_the_most_is_not_counted_to_its_end() {
        let value: Value = json!({ "a": ["b", "\n\u{1}\u{7f}é"], "c": null });
        let text = r#"{"a": ["b", "\n\u0001é"], "c": null}"#.len() + "\u{7f}".len();
        assert_eq!(size(&value, text), Some(text));
        assert_eq!(size(&value, text - 1), None);
        assert_eq!(size(&vec![5e-324; 1_000_000], 1000), None);
    }
}
