//! Which passwords are accepted.
//!
//! As NIST SP 800-63B-4 has it: at least 15 characters where the password is all there is, any characters, no rules of
//! composition, none that is easily guessed.

use super::{MAX_BYTES, Passwords, same};
use crate::{
    api::ApiError,
    domain::{account::EmailAddress, validate::FieldError},
};
use zxcvbn::{Score, zxcvbn};

/// Fewest characters of a new password.
pub const MIN_CHARS: usize = 15;

/// Characters at either end that zxcvbn is given: what it does with signs that can stand for letters takes seconds for a
/// hundred of them.
pub(super) const JUDGED_CHARS: usize = 20;

/// A password that may be used for an account.
#[derive(Clone)]
pub struct NewPassword(String);

impl NewPassword {
    /// Checks a password. The error names the field `password`. It can take a processor for some 200 ms: requests have it
    /// done in [`Passwords::judge`].
    ///
    /// # Errors
    /// When it is too short, too long, or easily guessed, by its words or by the address of its account.
    pub fn parse(text: &str, email: &EmailAddress) -> Result<Self, FieldError> {
        let wrong = |message: String| Err(FieldError { field: "password".into(), message });
        let length = text.chars().count();
        if length < MIN_CHARS {
            wrong(format!("Use at least {MIN_CHARS} characters; this has {length}. A few words in a row do well."))
        } else if text.len() > MAX_BYTES {
            wrong(format!("Use at most {MAX_BYTES} characters."))
        } else if !is_hard(text, email) {
            wrong(
                "This password is a common one, or made of common ones. Use words that do not belong together.".into(),
            )
        } else {
            Ok(Self(same(text)))
        }
    }

    /// What is hashed.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Passwords {
    /// Checks a new password. Count the try before: it costs more than comparing one.
    ///
    /// # Errors
    /// Those of [`NewPassword::parse`]; [`ApiError::RateLimited`] if too many wait.
    pub async fn judge(&self, text: &str, email: &EmailAddress) -> Result<NewPassword, ApiError> {
        let (text, email) = (text.to_owned(), email.clone());
        let judged = self.in_turn(move |_| NewPassword::parse(&text, &email)).await?;
        Ok(judged?)
    }
}

/// Whether a password is hard to guess by its first or by its last characters.
fn is_hard(text: &str, email: &EmailAddress) -> bool {
    let address = email.as_str();
    let local = address.split('@').next().unwrap_or_default();
    let known = [address, local, "vitae"];
    let text = without(without(text.to_owned(), address), local);
    let (first, last) = ends(unit(&text));
    [first, last].into_iter().any(|part| zxcvbn(part, &known).score() >= Score::Three)
}

/// A text without a name that is as long as a password: at an end of the text there may be a part of it, which nobody
/// would know again.
fn without(text: String, name: &str) -> String {
    let (lower, name) = (text.to_lowercase(), name.to_lowercase());
    if name.chars().count() >= MIN_CHARS && lower.contains(&name) { lower.replace(&name, "") } else { text }
}

/// What a text repeats from its beginning to its end; all of it, if it repeats nothing. The ends are too short to show it.
fn unit(text: &str) -> &str {
    let repeats = |unit: &usize| text.get(*unit..).is_some_and(|rest| text.starts_with(rest));
    (1..=text.len() / 2).find(repeats).map_or(text, |unit| &text[..unit])
}

/// The first and the last characters of a text that are judged; they are the same, or overlap, if it is short.
pub(super) fn ends(text: &str) -> (&str, &str) {
    let first = text.char_indices().nth(JUDGED_CHARS).map_or(text, |(end, _)| &text[..end]);
    let last = text.char_indices().nth_back(JUDGED_CHARS - 1).map_or(text, |(start, _)| &text[start..]);
    (first, last)
}
