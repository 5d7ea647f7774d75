//! Passwords: which are accepted, and how they are kept.
//!
//! Kept as argon2id (RFC 9106) with 19 MiB, two passes and one lane, the first choice of OWASP's Password Storage Cheat
//! Sheet. Accepted as NIST SP 800-63B-4 has it: at least 15 characters where the password is all there is, any
//! characters, no rules of composition, none that is easily guessed.
//!
//! One password can be typed as different characters (é as one or as two, full-width letters of an input method): all
//! become the same (Unicode's NFKC, as NIST SP 800-63B-4 §3.1.1.2 has it) before they are hashed or compared.

use crate::{
    api::ApiError,
    domain::{account::EmailAddress, validate::FieldError},
    server::fault::internal,
};
use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHash, Version,
    password_hash::{
        self,
        phc::{Output, ParamsString, Salt},
    },
};
use std::{
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

/// Fewest characters of a new password.
pub const MIN_CHARS: usize = 15;

/// Most bytes; what is longer is no password that anybody typed.
const MAX_BYTES: usize = 1024;

/// Characters at either end that zxcvbn is given: what it does with signs that can stand for letters takes seconds for a
/// hundred of them.
const JUDGED_CHARS: usize = 20;

/// Checks at once; each takes 19 MiB and a processor for some 20 ms.
const AT_ONCE: usize = 2;

/// Who waits longer than this for their turn is told to try again.
const PATIENCE: Duration = Duration::from_secs(5);

static ARGON2: LazyLock<Argon2<'static>> = LazyLock::new(|| {
    let params = Params::new(19 * 1024, 2, 1, None).expect("these parameters are within the limits of RFC 9106");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
});

/// What is checked when there is no such account, so that it takes as long as if there were: the hash of nothing that
/// anybody can type.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| encoded(&[0xff; 32], &[0; 16], &mut Memory::new()).unwrap_or_default());

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
fn ends(text: &str) -> (&str, &str) {
    let first = text.char_indices().nth(JUDGED_CHARS).map_or(text, |(end, _)| &text[..end]);
    let last = text.char_indices().nth_back(JUDGED_CHARS - 1).map_or(text, |(start, _)| &text[start..]);
    (first, last)
}

/// What came of comparing a password with the one that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is another, or there is none.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, kept with parameters of an earlier day.
    RightButOld,
}

/// Judges, hashes and compares, a few at a time and off the threads that answer requests.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    memories: Arc<Mutex<Vec<Memory>>>,
}

/// What one hash at a time is worked out in. It is used again and again: an allocator that is asked for so much by one
/// thread after the other keeps a multiple of it.
type Memory = Vec<Block>;

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), memories: Arc::default() }
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

    /// The form in which a password is kept; `salt` is random.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`] if too many wait.
    pub async fn hash(&self, password: NewPassword, salt: [u8; 16]) -> Result<String, ApiError> {
        self.in_turn(move |memory| encoded(password.0.as_bytes(), &salt, memory))
            .await?
            .map_err(|error| internal(&error))
    }

    /// Compares what was typed with what is kept. Takes as long if nothing is.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`] if too many wait.
    pub async fn check(&self, typed: String, kept: Option<String>) -> Result<Verdict, ApiError> {
        self.in_turn(move |memory| verdict(&typed, kept.as_deref(), memory)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned());
        let Ok(Ok(turn)) = turn.await else { return Err(ApiError::RateLimited) };
        let memories = Arc::clone(&self.memories);
        let work = tokio::task::spawn_blocking(move || {
            let mut memory = lock(&memories).pop().unwrap_or_default();
            let done = work(&mut memory);
            lock(&memories).push(memory);
            drop(turn);
            done
        });
        work.await.map_err(|error| internal(&error))
    }
}

fn lock(memories: &Mutex<Vec<Memory>>) -> MutexGuard<'_, Vec<Memory>> {
    memories.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fills `out` with the hash.
fn fill(argon2: &Argon2<'_>, password: &[u8], salt: &[u8], out: &mut [u8], memory: &mut Memory) -> argon2::Result<()> {
    memory.resize(memory.len().max(argon2.params().block_count()), Block::new());
    argon2.hash_password_into_with_memory(password, salt, out, memory)
}

/// A hash as it is kept (PHC string format), with the parameters of now.
fn encoded(password: &[u8], salt: &[u8], memory: &mut Memory) -> password_hash::Result<String> {
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    fill(&ARGON2, password, salt, &mut out, memory)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(ARGON2.params())?,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(&out)?),
    };
    Ok(hash.to_string())
}

/// Whether a hash is that of a password; compared in the same time, wherever they differ.
fn is_of(kept: &PasswordHash, password: &[u8], memory: &mut Memory) -> Option<bool> {
    let (salt, expected) = (kept.salt.as_ref()?, kept.hash.as_ref()?);
    let algorithm = Algorithm::try_from(kept.algorithm.as_str()).ok()?;
    let version = Version::try_from(kept.version?).ok()?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(kept).ok()?);
    let mut out = vec![0; expected.len()];
    fill(&argon2, password, salt, &mut out, memory).ok()?;
    Some(out.ct_eq(expected.as_bytes()).into())
}

/// The one form of what can be typed in several.
fn same(text: &str) -> String {
    text.nfkc().collect()
}

fn verdict(typed: &str, kept: Option<&str>, memory: &mut Memory) -> Verdict {
    let known = kept.is_some();
    let typed = if typed.len() > MAX_BYTES { String::new() } else { same(typed) };
    let Ok(kept) = PasswordHash::new(kept.unwrap_or(&NOBODY)) else { return Verdict::Wrong };
    let right = is_of(&kept, typed.as_bytes(), memory).unwrap_or(false);
    let current = ParamsString::try_from(ARGON2.params()).is_ok_and(|params| params == kept.params);
    match (known && right, current) {
        (false, _) => Verdict::Wrong,
        (true, true) => Verdict::Right,
        (true, false) => Verdict::RightButOld,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::PasswordHasher;

    /// More than 64 characters.
    const LONG: &str = "Zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich, und die Füchse sehen ihnen zu";

    fn check(typed: &str, kept: Option<&str>) -> Verdict {
        verdict(typed, kept, &mut Memory::new())
    }

    fn email() -> EmailAddress {
        EmailAddress::parse("ada.lovelace@example.org").expect("an address")
    }

    #[test]
    fn passphrases_of_any_characters_are_accepted() {
        for text in
            ["correct horse battery staple", "ein Fahrstuhl für Öltanker", "七転び八起き、それでも前へ進むのだ", LONG]
        {
            assert!(NewPassword::parse(text, &email()).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_easily_guessed_is_refused_at_its_field() {
        let long = "a ".repeat(600);
        for text in [
            "",
            "short",
            "password1234567",
            "passwordpassword",
            "qwertyuiopasdfgh",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345",
            "password123456789",
            "ada.lovelace@example.org",
            &long,
        ] {
            let Err(error) = NewPassword::parse(text, &email()) else { panic!("{text} was accepted") };
            assert_eq!(error.field, "password");
        }
    }

    /// All that zxcvbn takes for letters: the longer it is, the longer it takes.
    const SIGNS: &str = "@4({[<369!1|0$57+%2";

    #[test]
    fn no_more_than_the_ends_of_a_long_password_are_judged() {
        let signs = SIGNS.repeat(53);
        for text in [signs.as_str(), LONG, "", SIGNS, &"七転び八起き".repeat(9)] {
            let (first, last) = ends(text);
            assert!(text.starts_with(first) && text.ends_with(last), "{text}");
            for part in [first, last] {
                assert_eq!(part.chars().count(), text.chars().count().min(JUDGED_CHARS), "{text}");
            }
        }
        let weak = "password".repeat(4);
        for text in [format!("{LONG}{weak}"), format!("{weak}{LONG}")] {
            assert!(NewPassword::parse(&text, &email()).is_ok(), "{text}");
        }
        for text in [weak, "password123456".repeat(3), "password123456password123456pass".into()] {
            assert!(NewPassword::parse(&text, &email()).is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_is_no_password_however_long_it_is() {
        let address = "robert.longname.of.somewhere@subdomain.example.org";
        let email = EmailAddress::parse(address).expect("an address");
        for text in [
            address.to_owned(),
            address.to_uppercase(),
            format!("{address}1"),
            format!("1{address}"),
            address.repeat(2),
            "Robert.Longname.of.Somewhere".into(),
        ] {
            assert!(NewPassword::parse(&text, &email).is_err(), "{text}");
        }
        assert!(NewPassword::parse(&format!("{address} correct horse battery staple"), &email).is_ok());
    }

    #[tokio::test]
    async fn judging_refuses_what_parsing_refuses() {
        let passwords = Passwords::default();
        assert!(passwords.judge(LONG, &email()).await.is_ok());
        let refused = passwords.judge("passwordpassword", &email()).await;
        assert!(matches!(refused, Err(ApiError::Invalid(errors)) if errors[0].field == "password"));
    }

    #[test]
    fn the_limits_of_length_are_exact_and_nothing_is_cut_off() {
        let of_bytes = |bytes: usize| format!("{LONG}{}", "x".repeat(bytes - LONG.len()));
        assert!(NewPassword::parse("kqzvfwjxhpbmrt", &email()).is_err(), "14");
        assert!(NewPassword::parse("kqzvfwjxhpbmrtd", &email()).is_ok(), "15");
        assert!(NewPassword::parse(&of_bytes(MAX_BYTES), &email()).is_ok());
        assert!(NewPassword::parse(&of_bytes(MAX_BYTES + 1), &email()).is_err());
        let longest = of_bytes(MAX_BYTES);
        let hash = ARGON2.hash_password_with_salt(same(&longest).as_bytes(), &[7; 16]).expect("a hash").to_string();
        assert_eq!(check(&longest, Some(&hash)), Verdict::Right);
        let other = format!("{}y", of_bytes(MAX_BYTES - 1));
        assert_eq!(check(&other, Some(&hash)), Verdict::Wrong, "the last character counts");
        assert_eq!(check(&format!("{longest}x"), Some(&hash)), Verdict::Wrong);
    }

    #[test]
    fn a_password_opens_its_own_lock_only() {
        let hash = encoded(b"correct horse battery staple", &[7; 16], &mut Memory::new()).expect("a hash");
        assert_eq!(
            hash,
            ARGON2.hash_password_with_salt(b"correct horse battery staple", &[7; 16]).expect("theirs").to_string()
        );
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(check("correct horse battery staple", Some(&hash)), Verdict::Right);
        assert_eq!(check("Correct horse battery staple", Some(&hash)), Verdict::Wrong);
        assert_eq!(check("correct horse battery staple", None), Verdict::Wrong);
        assert_eq!(check("", Some("nonsense")), Verdict::Wrong);
    }

    #[tokio::test]
    async fn one_password_may_be_typed_in_several_ways() {
        let passwords = Passwords::default();
        let (composed, decomposed) =
            ("b\u{e9}b\u{e9} mange trois tr\u{e8}fles", "be\u{301}be\u{301} mange trois tre\u{300}fles");
        let full_width = "\u{ff42}\u{e9}b\u{e9} mange trois tr\u{e8}fles";
        for chosen in [composed, decomposed, full_width] {
            let password = NewPassword::parse(chosen, &email()).expect("a good password");
            let kept = passwords.hash(password, [7; 16]).await.expect("hashed");
            for typed in [composed, decomposed, full_width] {
                let verdict = passwords.check(typed.into(), Some(kept.clone())).await.expect("checked");
                assert_eq!(verdict, Verdict::Right, "{chosen} as {typed}");
            }
            let other = passwords.check("bebe mange trois trefles".into(), Some(kept)).await.expect("checked");
            assert_eq!(other, Verdict::Wrong);
        }
    }

    #[test]
    fn weaker_parameters_are_noticed() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).expect("valid"));
        let hash = weak.hash_password_with_salt(b"correct horse battery staple", &[7; 16]).expect("a hash").to_string();
        assert_eq!(check("correct horse battery staple", Some(&hash)), Verdict::RightButOld);
    }
}
