//! Hashing of passwords on a bounded pool of threads at the lowest priority: at most one hash per core at once, and a
//! short queue. When the queue is full, a hash is refused at once ([`TooBusy`]).
//!
//! See docs/decisions/hashing-threads.md.

mod compute;
mod engines;
mod formats;
mod other_systems;
mod schemes;
mod workers;

use std::sync::Arc;

use self::compute::{Hash, Task};
pub(crate) use self::engines::{Argon2Engine, EngineChoice};
use self::engines::{Argon2Input, EngineChooser};
pub use self::formats::NotAHash;
use self::formats::{Scheme, StoredHash};
pub use self::schemes::Lot;
pub(crate) use self::schemes::SchemeCounts;
use self::schemes::Schemes;
use self::workers::Workers;
use crate::platform::clock::Stopwatch;
use crate::platform::metrics::Metrics;
use crate::platform::random::Random;
use crate::platform::secret::{Secret, equal_in_constant_time};
use crate::platform::settings::{PasswordHashCost, PasswordHashEngine};
use crate::platform::traces;
use crate::platform::web::fault::Fault;

/// Hashes that may wait, for each core. If a hash takes 30 ms, the last of them waits half a second.
const WAITING_PER_CORE: usize = 16;
/// The length of our own hashes in bytes (RFC 9106 §3.1).
const HASH_LENGTH: usize = 32;
/// The bytes of a secret that bcrypt reads.
const BCRYPT_BYTES: usize = 72;
/// The length of a salt in bytes (RFC 9106 §4).
const SALT_LENGTH: usize = 16;

/// The pool of hashing threads.
#[derive(Clone)]
pub struct HashPool {
    workers: Arc<Workers>,
    cost: PasswordHashCost,
    random: Random,
    /// The forms of the hashes in the database, so that an unknown email costs as much time as a known one.
    schemes: Arc<Schemes>,
    engines: EngineChooser,
    metrics: Metrics,
}

/// The result of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Another secret.
    Different,
    /// The same secret.
    Same,
    /// The same secret, but its hash has another cost or form than new hashes: it is to be made anew.
    SameButCheap,
}

/// The queue of hashes is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooBusy;

impl From<TooBusy> for Fault {
    fn from(_: TooBusy) -> Self {
        Self::unavailable("the queue of hashes is full")
    }
}

impl HashPool {
    /// Starts one thread per core.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub fn start(cost: PasswordHashCost, random: Random) -> std::io::Result<Self> {
        Self::start_with(cost, PasswordHashEngine::Auto, random)
    }

    /// The same with a chosen implementation of Argon2id.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub(crate) fn start_with(
        cost: PasswordHashCost,
        engine: PasswordHashEngine,
        random: Random,
    ) -> std::io::Result<Self> {
        let engines = EngineChooser::new(engine, cost, random.clone());
        let workers = Arc::new(Workers::start(WAITING_PER_CORE, &engines)?);
        Ok(Self { workers, cost, random, schemes: Arc::default(), engines, metrics: Metrics::default() })
    }

    /// The implementation of Argon2id that is used. It may first have to be chosen, which takes as long as two hashes.
    pub(crate) fn engine(&self) -> EngineChoice {
        self.engines.choice().clone()
    }

    /// Whether the fast implementation was found to differ from the reference.
    pub(crate) fn engines_differ(&self) -> bool {
        self.engines.made().is_some_and(|made| made.difference.is_some())
    }

    /// The same pool with metrics.
    #[must_use]
    pub(crate) fn counted(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Makes the stored hash of a secret that a person chose or types.
    ///
    /// # Errors
    /// [`TooBusy`] if the queue is full.
    pub async fn make(&self, secret: Secret<String>) -> Result<String, TooBusy> {
        let salt = self.random.bytes::<SALT_LENGTH>().to_vec();
        let scheme = Scheme::ours(self.cost);
        let hash = self.hash(Task { secret, salt: salt.clone(), scheme, length: HASH_LENGTH }).await;
        let hash = hash.as_ref().and_then(|hash| hash.get(..HASH_LENGTH)).ok_or(TooBusy)?.to_vec();
        Ok(StoredHash { scheme, salt, hash }.to_string())
    }

    /// Compares a secret with a stored hash. Without a hash it takes as long and never matches.
    ///
    /// # Errors
    /// [`TooBusy`] if the queue is full.
    pub async fn compare(&self, secret: Secret<String>, hash: Option<&str>) -> Result<Comparison, TooBusy> {
        self.compare_with(&[secret], hash, Scheme::ours(self.cost)).await
    }

    /// The same for a password, whose email may be unknown. `lot` chooses the form that an unknown email is compared in:
    /// the forms occur in the same proportions as in the database. `forms` are one password as several systems write
    /// it, ours first: each that is wrong costs a hash, of a stranger as of anybody.
    ///
    /// # Errors
    /// [`TooBusy`] if the queue is full.
    pub(crate) async fn compare_password(
        &self,
        forms: &[Secret<String>],
        hash: Option<&str>,
        lot: Lot,
    ) -> Result<Comparison, TooBusy> {
        self.compare_with(forms, hash, self.schemes.of_stranger(lot).unwrap_or(Scheme::ours(self.cost))).await
    }

    async fn compare_with(
        &self,
        forms: &[Secret<String>],
        hash: Option<&str>,
        stranger: Scheme,
    ) -> Result<Comparison, TooBusy> {
        let ours = Scheme::ours(self.cost);
        let stored = match hash {
            Some(text) => text.parse::<StoredHash>().map_err(|_| TooBusy)?,
            None => StoredHash::of_nobody(stranger, &self.random),
        };
        let (scheme, length) = (stored.scheme, stored.hash.len());
        for (place, form) in forms.iter().enumerate() {
            let task = Task { secret: form.clone(), salt: stored.salt.clone(), scheme, length };
            let made = self.hash(task).await.ok_or(TooBusy)?;
            if hash.is_none() || !made.get(..length).is_some_and(|made| equal_in_constant_time(made, &stored.hash)) {
                continue;
            }
            // bcrypt reads no further: which longer secret is the right one, it cannot tell. The hash stays.
            let is_cut_off = matches!(scheme, Scheme::Bcrypt { .. }) && form.reveal().len() >= BCRYPT_BYTES;
            let is_as_ours = scheme == ours && length == HASH_LENGTH && place == 0;
            return Ok(if is_as_ours || is_cut_off { Comparison::Same } else { Comparison::SameButCheap });
        }
        Ok(Comparison::Different)
    }

    async fn hash(&self, task: Task) -> Hash {
        let watch = Stopwatch::start();
        let hash = traces::within("hash", self.workers.hash(task)).await;
        self.metrics.hashed(hash.is_some().then(|| watch.elapsed()));
        hash
    }

    /// Updates the forms of the hashes in the database.
    pub(crate) fn learn(&self, mix: SchemeCounts) {
        self.schemes.learn(mix);
    }

    /// The number of hashes that wait for a thread.
    pub fn waiting(&self) -> usize {
        self.workers.waiting()
    }

    /// Whether the queue is full. Asked before a try is counted, so that our load costs nobody a try.
    pub(crate) fn is_full(&self) -> bool {
        self.workers.are_busy()
    }
}

/// Whether both implementations of Argon2id compute the same of a password, a salt and a cost (KiB, passes, lanes), or
/// both refuse it: for fuzzing.
pub fn engines_agree(password: &[u8], salt: &[u8], [memory, passes, lanes]: [u32; 3], length: usize) -> bool {
    engines::agree(&Argon2Input { password, salt, memory, passes, lanes, ..Argon2Input::default() }, length)
}

/// The stored form of an imported hash.
///
/// # Errors
/// The reason for refusing it.
pub fn imported(text: &str) -> Result<String, NotAHash> {
    Ok(text.parse::<StoredHash>()?.to_string())
}

/// The same for a password as Keycloak exports it.
///
/// # Errors
/// The reason for refusing it.
pub fn imported_of_keycloak(credential_data: &str, secret_data: &str) -> Result<String, NotAHash> {
    Ok(StoredHash::of_keycloak(credential_data, secret_data)?.to_string())
}

/// The same for a password as FusionAuth exports it.
///
/// # Errors
/// The reason for refusing it.
pub(crate) fn imported_of_fusionauth(scheme: &str, factor: u32, salt: &str, hash: &str) -> Result<String, NotAHash> {
    Ok(other_systems::of_fusionauth(scheme, factor, salt, hash)?.to_string())
}

/// The scheme of a stored hash, as the table of passwords has it; `None` for hashes of our own form.
pub(crate) fn foreign_scheme(hash: &str) -> Option<String> {
    let scheme = hash.parse::<StoredHash>().ok()?.scheme;
    let is_ours = matches!(scheme, Scheme::Argon2 { id: true, first_version: false, lanes: 1, .. });
    if is_ours { None } else { serde_json::to_string(&scheme).ok() }
}

/// Whether a text is a stored hash as this service makes them.
pub(crate) fn is_of_our_form(text: &str) -> bool {
    imported(text).is_ok_and(|stored| stored == text) && foreign_scheme(text).is_none()
}

#[cfg(test)]
mod foreign_tests;
#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PasswordHashCost = PasswordHashCost { memory: 64, passes: 1 };

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_hash_recognises_its_secret_and_no_other() {
        let pool = HashPool::start(CHEAP, Random::new()).unwrap();
        let hash = pool.make(secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert_eq!(pool.compare(secret("correct horse"), Some(&hash)).await, Ok(Comparison::Same));
        assert_eq!(pool.compare(secret("correct house"), Some(&hash)).await, Ok(Comparison::Different));
        assert_eq!(pool.compare(secret("correct horse"), None).await, Ok(Comparison::Different));
    }

    #[tokio::test]
    async fn a_hash_that_was_made_cheaply_is_to_be_made_anew() {
        let before = HashPool::start(CHEAP, Random::new()).unwrap();
        let hash = before.make(secret("correct horse")).await.unwrap();
        let now = HashPool::start(PasswordHashCost { memory: 128, passes: 1 }, Random::new()).unwrap();
        assert_eq!(now.compare(secret("correct horse"), Some(&hash)).await, Ok(Comparison::SameButCheap));
    }

    #[tokio::test]
    async fn a_hash_that_cannot_be_read_lets_nobody_in() {
        let pool = HashPool::start(CHEAP, Random::new()).unwrap();
        for broken in ["", "plain", "$argon2d$v=19$m=64,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAA"] {
            assert_eq!(pool.compare(secret(""), Some(broken)).await, Err(TooBusy), "{broken}");
        }
    }

    #[tokio::test]
    async fn when_the_queue_is_full_the_answer_is_honest() {
        let pool = HashPool::start(PasswordHashCost::DEFAULT, Random::new()).unwrap();
        let many: Vec<_> = (0..500)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.make(secret("x")).await })
            })
            .collect();
        let mut refused = 0;
        for one in many {
            refused += usize::from(one.await.unwrap() == Err(TooBusy));
        }
        assert!(refused > 0, "five hundred hashes at once cannot all be taken");
        assert!(refused < 500, "the first of them are hashed");
    }
}
