//! Words that go through several runs of rich text.

use super::{CLOSE, Kept, OPEN};
use serde_json::{Map, Value, json};
use std::ops::Range;

/// Runs of rich text, and where each stands in the whole.
pub(super) struct Runs(Vec<(Range<usize>, Map<String, Value>)>);

impl Runs {
    /// Puts runs one after the other.
    pub(super) fn of(runs: Vec<Value>) -> Self {
        let mut at = 0;
        let placed = runs.into_iter().filter_map(|run| {
            let Value::Object(fields) = run else { return None };
            let start = at;
            at += fields.get("t").and_then(Value::as_str).map_or(0, str::len);
            Some((start..at, fields))
        });
        Self(placed.collect())
    }

    /// The runs that lie in a part of the whole, by number, with the part that each has of it.
    fn within(&self, part: &Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> {
        let cut = self.0.iter().map(|(place, _)| place.start.max(part.start)..place.end.min(part.end));
        cut.enumerate().filter(|(_, cut)| cut.start < cut.end).collect::<Vec<_>>().into_iter()
    }

    fn run(&self, number: usize, text: String) -> Value {
        let mut run = self.0.get(number).map(|(_, run)| run.clone()).unwrap_or_default();
        run.insert("t".into(), text.into());
        Value::Object(run)
    }

    /// Adds a part of the whole, as the runs are that lie in it.
    pub(super) fn plain(&self, text: &str, part: Range<usize>, out: &mut Vec<(usize, Value)>) {
        for (number, cut) in self.within(&part) {
            self.push(number, &text[cut], out);
        }
    }

    /// Adds a word between marks.
    pub(super) fn word(&self, text: &str, word: &Kept, out: &mut Vec<(usize, Value)>) {
        let written = |cut| {
            let mut part = String::new();
            word.write(text, cut, &mut part);
            part
        };
        let parts: Vec<_> = self.within(&word.place).map(|(number, cut)| (number, written(cut))).collect();
        if let [(number, part)] = parts.as_slice() {
            self.push(*number, &format!("{OPEN}{part}{CLOSE}"), out);
        } else {
            let parts: Vec<_> = parts.into_iter().map(|(number, part)| self.run(number, part)).collect();
            // Not the number of a run, so that nothing is added to it.
            out.push((usize::MAX, json!({ "w": parts })));
        }
    }

    /// Adds text of a run: to what there is of it, if that is the last.
    fn push(&self, number: usize, text: &str, out: &mut Vec<(usize, Value)>) {
        match out.last_mut() {
            Some((last, Value::Object(run))) if *last == number => {
                let before = run.get("t").and_then(Value::as_str).unwrap_or_default();
                let whole = [before, text].concat();
                run.insert("t".into(), whole.into());
            }
            _ => out.push((number, self.run(number, text.into()))),
        }
    }
}
