//! Who somebody is: the address that an account is known by.

use super::{text::is_email, validate::FieldError};

/// Most characters of an address (`users.email`).
const MAX_CHARS: usize = 255;

/// The domain of the addresses that guests have; no mail can be sent there (RFC 2606).
const GUESTS: &str = "@guest.invalid";

/// An e-mail address as its owner writes it, without blanks at either end. Two that differ in upper and lower case
/// alone are one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Trims and checks an address. The error names the field `email`.
    ///
    /// # Errors
    /// When it does not look like an address that mail could be sent to.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let wrong = |message: &str| Err(FieldError { field: "email".into(), message: message.into() });
        if text.is_empty() {
            wrong("Type your e-mail address.")
        } else if text.chars().count() > MAX_CHARS {
            wrong("An e-mail address has at most 255 characters.")
        } else if !is_email(text) || text.to_ascii_lowercase().ends_with(GUESTS) {
            wrong("This does not look like an e-mail address. Type it as in name@example.org.")
        } else {
            Ok(Self(text.into()))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_trimmed_and_kept_as_written() {
        assert_eq!(EmailAddress::parse(" Ada@Example.org ").map(|email| email.0), Ok("Ada@Example.org".into()));
    }

    #[test]
    fn what_no_mail_could_be_sent_to_is_refused_at_its_field() {
        let long = format!("{}@example.org", "a".repeat(300));
        for text in ["", "ada", "ada@", "@example.org", "a b@example.org", "x@guest.invalid", "x@GUEST.invalid", &long]
        {
            assert_eq!(EmailAddress::parse(text).expect_err(text).field, "email", "{text}");
        }
    }
}
