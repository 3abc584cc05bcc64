//! Argon2id, on threads of its own: at most one hash per core at once, at the lowest priority, with
//! its memory kept from hash to hash, and a short queue before it. When the queue is full the answer
//! is an honest "too much to do", never a longer wait.
//!
//! Kept memory makes a hash 1.4 to 2 times as fast, and the priority leaves the cores to whoever
//! only wants a token; see ARCHITECTURE.md. After some idle seconds the memory is given back.

mod workers;

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Params, Version};

use self::workers::{HASH_LENGTH, Task, Workers};
use crate::platform::random::Random;
use crate::platform::secret::{Secret, equal_in_constant_time};
use crate::platform::settings::PasswordHashCost;
use crate::platform::web::fault::Fault;

/// Hashes that may wait, for each core. At a hash of 30 ms the last of them waits half a second.
const WAITING_PER_CORE: usize = 16;
/// Bytes of a salt (RFC 9106 §4).
const SALT_LENGTH: usize = 16;

/// The threads that hash.
#[derive(Clone)]
pub struct HashPool {
    workers: Arc<Workers>,
    cost: PasswordHashCost,
    random: Random,
    /// A hash of nobody's password, so that a try for a stranger costs what everybody's costs.
    nobody: Arc<str>,
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It is another secret.
    Different,
    /// It is the same.
    Same,
    /// It is the same, and its hash is cheaper than hashes are made now: make a new one.
    SameButCheap,
}

/// So many hashes wait already that this one would wait too long.
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
    /// Where no thread can be started.
    pub fn start(cost: PasswordHashCost, random: Random) -> std::io::Result<Self> {
        let workers = Arc::new(Workers::start(WAITING_PER_CORE)?);
        let nobody = phc(cost, &random.bytes(), &random.bytes()).unwrap_or_default().into();
        Ok(Self { workers, cost, random, nobody })
    }

    /// What a hash costs.
    pub fn cost(&self) -> PasswordHashCost {
        self.cost
    }

    /// Makes the hash that is stored of a secret that a person chose or types.
    ///
    /// # Errors
    /// [`TooBusy`] where the queue is full.
    pub async fn make(&self, secret: Secret<String>) -> Result<String, TooBusy> {
        let salt = self.random.bytes();
        let hash = self.workers.hash(Task { secret, salt: salt.to_vec(), cost: self.cost }).await;
        hash.and_then(|hash| phc(self.cost, &salt, &hash)).ok_or(TooBusy)
    }

    /// Compares a secret with a stored hash or, where there is none, with nobody's, which takes as
    /// long and never matches.
    ///
    /// # Errors
    /// [`TooBusy`] where the queue is full.
    pub async fn compare(&self, secret: Secret<String>, hash: Option<&str>) -> Result<Comparison, TooBusy> {
        let stored = Stored::read(hash.unwrap_or(&self.nobody)).ok_or(TooBusy)?;
        let task = Task { secret, salt: stored.salt, cost: stored.cost };
        let made = self.workers.hash(task).await.ok_or(TooBusy)?;
        let is_same = equal_in_constant_time(&made, &stored.hash);
        Ok(match is_same && hash.is_some() {
            false => Comparison::Different,
            true if stored.cost == self.cost => Comparison::Same,
            true => Comparison::SameButCheap,
        })
    }

    /// Whether the queue is full. Asked before a try is counted, so that nobody pays for our load.
    pub fn is_full(&self) -> bool {
        self.workers.are_busy()
    }
}

/// A stored hash, taken apart.
struct Stored {
    cost: PasswordHashCost,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    fn read(text: &str) -> Option<Self> {
        let stored = PasswordHash::new(text).ok().filter(|stored| stored.algorithm == argon2::ARGON2ID_IDENT)?;
        let params = Params::try_from(&stored).ok()?;
        Some(Self {
            cost: PasswordHashCost { memory: params.m_cost(), passes: params.t_cost() },
            salt: stored.salt?.to_vec(),
            hash: stored.hash?.as_bytes().to_vec(),
        })
    }
}

/// The stored form: scheme, version, cost, salt and hash in one text.
fn phc(cost: PasswordHashCost, salt: &[u8; SALT_LENGTH], hash: &[u8; HASH_LENGTH]) -> Option<String> {
    let params = Params::new(cost.memory, cost.passes, 1, Some(HASH_LENGTH)).ok()?;
    let hash = PasswordHash {
        algorithm: argon2::ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(hash).ok()?),
    };
    Some(hash.to_string())
}

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
        for broken in ["", "plain", "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAA"] {
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
