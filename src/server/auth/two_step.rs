//! Codes of an app (TOTP, RFC 6238) and recovery codes: how they are made, written and read.

use crate::{api::ApiError, server::fault::internal};
use fast_qr::{ECL, QRBuilder};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use time::OffsetDateTime;
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a secret: 160 bits, as RFC 4226 §4 has it.
pub const SECRET_BYTES: usize = 20;

/// Recovery codes of an account.
pub const RECOVERY_CODES: usize = 10;

/// Random bytes of a recovery code: 120 bits, which nobody guesses, however fast the hash (OWASP ASVS 5.0, 6.5.2, asks
/// for 112).
const RECOVERY_BYTES: usize = 15;

/// Crockford's digits: none that could be taken for another.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// As what an app lists the account.
const ISSUER: &str = "Vitae";

/// What somebody types as the second step.
#[derive(Clone, PartialEq, Eq)]
pub enum Typed {
    /// A code of their app: six digits.
    Code(String),
    /// A recovery code, as it is kept.
    Recovery([u8; 32]),
}

impl Typed {
    /// Reads what was typed; blanks and hyphens do not count.
    pub fn read(text: &str) -> Self {
        let typed: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(64).collect();
        if typed.len() <= 8 && typed.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Code(typed)
        } else {
            Self::Recovery(hash(&typed))
        }
    }

    /// Whether it is a recovery code, right or wrong.
    pub fn is_recovery(&self) -> bool {
        matches!(self, Self::Recovery(_))
    }
}

/// The step (the 30 seconds since 1970) of a code of a secret, if it is the code of now or of the step before or after.
/// Each is compared in the same time, whichever digits differ.
///
/// # Errors
/// [`ApiError::Internal`] for what is no secret.
pub fn step_of(secret: &[u8], code: &str, now: OffsetDateTime) -> Result<Option<i64>, ApiError> {
    let seconds = u64::try_from(now.unix_timestamp()).unwrap_or_default();
    let step = totp(secret, "")?.check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// What an app is given to make codes of.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret, in groups of four letters and digits.
    pub secret: String,
    /// The picture to be scanned.
    pub picture: Picture,
}

/// A QR code.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Squares on a side.
    pub size: usize,
    /// The dark ones, as an SVG path in units of a square.
    pub path: String,
}

/// What an app is given for the account of an address.
///
/// # Errors
/// [`ApiError::Internal`] for what is no secret.
pub fn enrolment(secret: &[u8], email: &str) -> Result<Enrolment, ApiError> {
    let totp = totp(secret, email)?;
    let letters: Vec<char> = totp.secret().to_base32().trim_end_matches('=').chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    let url = totp.to_url().map_err(|error| internal(&error))?;
    Ok(Enrolment { secret: groups.join(" "), picture: picture(&url)? })
}

fn totp(secret: &[u8], email: &str) -> Result<Totp, ApiError> {
    let builder = Builder::new().with_secret(Secret::from(secret)).with_issuer(Some(ISSUER)).with_account_name(email);
    builder.build().map_err(|error| internal(&error))
}

fn picture(text: &str) -> Result<Picture, ApiError> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|error| internal(&error))?;
    let mut path = String::new();
    for row in 0..code.size {
        for column in (0..code.size).filter(|column| code[row][*column].value()) {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{column} {row}h1v1h-1z");
        }
    }
    Ok(Picture { size: code.size, path })
}

/// New recovery codes of random bytes: as they are shown, once, and as they are kept.
pub fn recovery_codes(random: [[u8; RECOVERY_BYTES]; RECOVERY_CODES]) -> (Vec<String>, Vec<Vec<u8>>) {
    random.iter().map(recovery_code).map(|code| (grouped(&code), hash(&code).to_vec())).unzip()
}

/// 24 digits for 15 bytes, five bits each.
fn recovery_code(random: &[u8; RECOVERY_BYTES]) -> String {
    let number = random.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let digit = |index: u32| usize::try_from(number >> (5 * index) & 31).unwrap_or_default();
    (0..24).map(|index| char::from(DIGITS[digit(index)])).collect()
}

fn grouped(code: &str) -> String {
    let groups: Vec<&str> = (0..code.len()).step_by(4).map(|from| &code[from..from + 4]).collect();
    groups.join("-")
}

/// A recovery code as it is kept; letters that look like digits are taken for them.
fn hash(code: &str) -> [u8; 32] {
    let same = |letter: char| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    Sha256::digest(code.chars().map(same).collect::<String>()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc_and_of_the_steps_beside() {
        let at = |seconds| OffsetDateTime::from_unix_timestamp(seconds).expect("a time");
        let step = |code, now| step_of(SECRET, code, now).expect("a secret");
        assert_eq!(step("287082", at(59)), Some(1));
        assert_eq!(step("287082", at(89)), Some(1), "a step late");
        assert_eq!(step("287082", at(90)), None);
        assert_eq!(step("081804", at(1_111_111_109)), Some(37_037_036));
        for nonsense in ["", "28708", "2870822", "+28708", "２８７０８２"] {
            assert_eq!(step(nonsense, at(59)), None, "{nonsense}");
        }
        assert!(step_of(b"short", "287082", datetime!(2026-11-22 12:00 UTC)).is_err());
    }

    #[test]
    fn what_is_typed_is_a_code_or_a_recovery_code() {
        assert!(matches!(Typed::read(" 287 082 "), Typed::Code(code) if code == "287082"));
        let (shown, kept) = recovery_codes([[0xa5; RECOVERY_BYTES]; RECOVERY_CODES]);
        assert_eq!(shown[0].len(), 29);
        for typed in [shown[0].clone(), shown[0].to_uppercase(), shown[0].replace('-', " ")] {
            let Typed::Recovery(hash) = Typed::read(&typed) else { panic!("{typed} is a code") };
            assert_eq!(hash[..], kept[0][..], "{typed}");
        }
    }

    #[test]
    fn each_bit_of_a_recovery_code_counts() {
        let code = |byte: usize, bit: u32| {
            let mut random = [0; RECOVERY_BYTES];
            random[byte] = 1 << bit;
            recovery_code(&random)
        };
        let all: std::collections::BTreeSet<String> =
            (0..RECOVERY_BYTES).flat_map(|byte| (0..8).map(move |bit| code(byte, bit))).collect();
        assert_eq!(all.len(), 120);
        assert!(Typed::read("oooo-iiii-llll-0000") == Typed::read("0000-1111-1111-0000"));
    }

    #[test]
    fn an_app_is_given_a_picture_and_the_same_in_letters() {
        let enrolment = enrolment(SECRET, "ada@example.org").expect("a secret");
        assert_eq!(enrolment.secret, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(enrolment.picture.size >= 33 && enrolment.picture.path.starts_with("M0 0h1v1h-1z"));
    }
}
