//! Passwords: how they are kept and compared. Which are accepted is in `judge`.
//!
//! Kept as argon2id (RFC 9106) with 19 MiB, two passes and one lane, the first choice of OWASP's Password Storage Cheat
//! Sheet.
//!
//! One password can be typed as different characters (é as one or as two, full-width letters of an input method): all
//! become the same (Unicode's NFKC, as NIST SP 800-63B-4 §3.1.1.2 has it) before they are hashed or compared.

mod judge;

pub use judge::{MIN_CHARS, NewPassword};

use crate::{api::ApiError, server::fault::internal};
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

/// Most bytes; what is longer is no password that anybody typed.
const MAX_BYTES: usize = 1024;

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
    /// The form in which a password is kept; `salt` is random.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`] if too many wait.
    pub async fn hash(&self, password: NewPassword, salt: [u8; 16]) -> Result<String, ApiError> {
        self.in_turn(move |memory| encoded(password.as_bytes(), &salt, memory)).await?.map_err(|error| internal(&error))
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
mod tests;
