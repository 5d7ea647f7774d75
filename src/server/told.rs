//! What is told of a file: not without end, whatever it is made of.

/// Most lines.
const LINES: usize = 100;

/// Most characters of one.
const LINE: usize = 300;

/// Lines that are told, with an end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told(Vec<String>);

impl Told {
    /// Tells this too; of the first that is too much, that there was more.
    pub fn add(&mut self, line: &str) {
        match self.0.len() {
            told if told < LINES => self.0.push(line.chars().take(LINE).collect()),
            LINES => self.0.push("And more of the same kind.".into()),
            _ => {}
        }
    }

    /// The lines.
    pub fn into_lines(self) -> Vec<String> {
        self.0
    }
}

impl FromIterator<String> for Told {
    fn from_iter<I: IntoIterator<Item = String>>(lines: I) -> Self {
        let mut told = Self::default();
        lines.into_iter().take(LINES + 1).for_each(|line| told.add(&line));
        told
    }
}
