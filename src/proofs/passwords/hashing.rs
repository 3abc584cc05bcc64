//! Argon2id, on threads of its own: at most one hash per core at once, at the lowest priority, with
//! its memory kept from hash to hash, and a short queue before it. When the queue is full the answer
//! is an honest "too much to do", never a longer wait.
//!
//! Kept memory makes a hash 1.4 to 2 times as fast, and the priority leaves the cores to whoever
//! only wants a token; see ARCHITECTURE.md. After some idle seconds the memory is given back.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use thread_priority::ThreadPriority;
use thread_priority::unix::{
    NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use tokio::sync::oneshot;

use crate::platform::random::Random;
use crate::platform::secret::{Secret, equal_in_constant_time};
use crate::platform::settings::PasswordHashCost;

/// Hashes that may wait, for each core. At a hash of 30 ms the last of them waits half a second.
const WAITING_PER_CORE: usize = 16;
/// How long a thread keeps its memory with nothing to do.
const KEEPS_MEMORY_FOR: Duration = Duration::from_secs(10);
/// The lowest priority there is (`nice`).
const LOWEST_PRIORITY: i32 = 19;
/// Bytes of a hash and of its salt (RFC 9106 §3.1 and §4).
const HASH_LENGTH: usize = 32;
const SALT_LENGTH: usize = 16;

/// The threads that hash.
#[derive(Clone)]
pub struct HashPool {
    queue: Arc<Queue>,
    cost: PasswordHashCost,
    random: Random,
    /// A hash of nobody's password, so that a try for a stranger costs what everybody's costs.
    nobody: Arc<str>,
}

struct Queue {
    jobs: Mutex<VecDeque<Job>>,
    arrived: Condvar,
    limit: usize,
}

struct Job {
    work: Work,
    place: oneshot::Sender<Option<Answer>>,
}

enum Work {
    Make { secret: Secret<String>, salt: [u8; SALT_LENGTH], cost: PasswordHashCost },
    Compare { secret: Secret<String>, hash: Arc<str>, cost: PasswordHashCost },
}

enum Answer {
    Made(String),
    Compared(Comparison),
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

impl HashPool {
    /// Starts one thread per core.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(cost: PasswordHashCost, random: Random) -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let queue = Arc::new(Queue {
            jobs: Mutex::new(VecDeque::new()),
            arrived: Condvar::new(),
            limit: cores * WAITING_PER_CORE,
        });
        for _ in 0..cores {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new().name("salpa-hash".to_owned()).spawn(move || work_off(&queue))?;
        }
        let nobody = phc(cost, &random.bytes(), &random.bytes()).unwrap_or_default().into();
        Ok(Self { queue, cost, random, nobody })
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
        match self.run(Work::Make { secret, salt: self.random.bytes(), cost: self.cost }).await? {
            Answer::Made(hash) => Ok(hash),
            Answer::Compared(_) => Err(TooBusy),
        }
    }

    /// Compares a secret with a stored hash or, where there is none, with nobody's, which takes as
    /// long and never matches.
    ///
    /// # Errors
    /// [`TooBusy`] where the queue is full.
    pub async fn compare(&self, secret: Secret<String>, hash: Option<&str>) -> Result<Comparison, TooBusy> {
        let real = hash.is_some();
        let hash = hash.map_or_else(|| Arc::clone(&self.nobody), Arc::from);
        match self.run(Work::Compare { secret, hash, cost: self.cost }).await? {
            Answer::Compared(comparison) if real => Ok(comparison),
            Answer::Compared(_) => Ok(Comparison::Different),
            Answer::Made(_) => Err(TooBusy),
        }
    }

    /// Whether the queue is full. Asked before a try is counted, so that nobody pays for our load.
    pub fn is_full(&self) -> bool {
        self.queue.jobs.lock().unwrap_or_else(PoisonError::into_inner).len() >= self.queue.limit
    }

    async fn run(&self, work: Work) -> Result<Answer, TooBusy> {
        let (place, answer) = oneshot::channel();
        {
            let mut jobs = self.queue.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            if jobs.len() >= self.queue.limit {
                return Err(TooBusy);
            }
            jobs.push_back(Job { work, place });
        }
        self.queue.arrived.notify_one();
        answer.await.ok().flatten().ok_or(TooBusy)
    }
}

/// Below the lowest `nice` there is the policy of what runs when nothing else wants to: whoever wakes up
/// takes the core at once, and does not wait for the end of a time slice.
fn give_way() -> Result<(), thread_priority::Error> {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy)
}

fn work_off(queue: &Queue) {
    // Where the priority cannot be lowered, hashing is right all the same, only less polite.
    let _ = rustix::process::nice(LOWEST_PRIORITY);
    let _ = give_way();
    let mut memory: Vec<Block> = Vec::new();
    loop {
        let job = {
            let mut jobs = queue.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                if let Some(job) = jobs.pop_front() {
                    break job;
                }
                let (woken, waited) =
                    queue.arrived.wait_timeout(jobs, KEEPS_MEMORY_FOR).unwrap_or_else(PoisonError::into_inner);
                jobs = woken;
                if waited.timed_out() {
                    memory = Vec::new();
                }
            }
        };
        // A browser that has gone away needs no answer.
        if !job.place.is_closed() {
            let answer = hash(job.work, &mut memory);
            let _ = job.place.send(answer);
        }
    }
}

fn hash(work: Work, memory: &mut Vec<Block>) -> Option<Answer> {
    match work {
        Work::Make { secret, salt, cost } => {
            let output = argon2id(cost, secret.reveal().as_bytes(), &salt, memory)?;
            phc(cost, &salt, &output).map(Answer::Made)
        }
        Work::Compare { secret, hash, cost } => {
            let stored = PasswordHash::new(&hash).ok().filter(|stored| stored.algorithm == argon2::ARGON2ID_IDENT)?;
            let params = Params::try_from(&stored).ok()?;
            let stored_cost = PasswordHashCost { memory: params.m_cost(), passes: params.t_cost() };
            let output = argon2id(stored_cost, secret.reveal().as_bytes(), &stored.salt?, memory)?;
            let same = equal_in_constant_time(&output, stored.hash?.as_bytes());
            Some(Answer::Compared(match same {
                false => Comparison::Different,
                true if stored_cost == cost => Comparison::Same,
                true => Comparison::SameButCheap,
            }))
        }
    }
}

fn argon2id(cost: PasswordHashCost, secret: &[u8], salt: &[u8], memory: &mut Vec<Block>) -> Option<[u8; HASH_LENGTH]> {
    let params = Params::new(cost.memory, cost.passes, 1, Some(HASH_LENGTH)).ok()?;
    memory.resize(params.block_count(), Block::default());
    let mut output = [0; HASH_LENGTH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(secret, salt, &mut output, memory.as_mut_slice())
        .ok()?;
    Some(output)
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
