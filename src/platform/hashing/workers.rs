//! The threads that compute hashes: one for each core, at the lowest priority, with their memory
//! kept from hash to hash.
//!
//! A thread of the lowest priority can be put aside for tens of milliseconds at any instruction. Were it
//! to hold a lock then, whoever wants that lock would wait as long: a storm of passwords would slow down
//! everybody through the queue that they share, or the allocator. So a worker touches nothing that
//! others wait for. It has a desk of its own, and a clerk of ordinary priority puts work on it, takes
//! results from it, and does all the talking.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::pbkdf2;
use rustix::thread::{Pid, gettid};
use thread_priority::ThreadPriority;
use thread_priority::unix::{
    NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::formats::{Digest, LONGEST_HASH, Scheme, in_crypt_order};
use super::neighbours::Neighbours;
use super::shifts::Shifts;
use crate::platform::secret::Secret;

/// How long a worker keeps its memory with nothing to do.
const KEEPS_MEMORY_FOR: Duration = Duration::from_secs(10);
/// The lowest priority there is (`nice`).
const LOWEST_PRIORITY: i32 = 19;
/// Bytes of a hash (RFC 9106 §3.1).
pub(super) const HASH_LENGTH: usize = 32;

/// A hash; `None` where the parameters are none. Those that are shorter end in zeroes.
pub(super) type Hash = Option<[u8; LONGEST_HASH]>;

/// A secret to hash, with how.
pub(super) struct Task {
    pub(super) secret: Secret<String>,
    pub(super) salt: Vec<u8>,
    pub(super) scheme: Scheme,
    /// Bytes that are wanted, up to [`LONGEST_HASH`].
    pub(super) length: usize,
}

struct Job {
    task: Task,
    place: oneshot::Sender<Hash>,
}

/// The workers and the short queue before them.
pub(super) struct Workers {
    jobs: Option<Sender<Job>>,
    waiting: Arc<AtomicUsize>,
    limit: usize,
    clerk: Thread,
}

impl Workers {
    /// Starts one worker for each core, and their clerk.
    pub(super) fn start(waiting_per_core: usize) -> std::io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (jobs, queue) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let limit = cores * waiting_per_core;
        let neighbours = Neighbours::new(Handle::try_current().ok(), cores);
        let clerk = {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("salpa-hash-desk".to_owned()).spawn(move || {
                let clerk = thread::current();
                let workers: std::io::Result<Vec<_>> = (0..cores).map(|_| Worker::start(&clerk)).collect();
                // Without a single worker every job is dropped, and whoever waits for it hears so.
                serve(&queue, (&waiting, limit), workers.unwrap_or_default(), neighbours);
            })?
        };
        Ok(Self { jobs: Some(jobs), waiting, limit, clerk: clerk.thread().clone() })
    }

    /// Whether the queue is full.
    pub(super) fn are_busy(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= self.limit
    }

    /// How many hashes wait for a worker.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Hashes; `None` where the queue is full, or the parameters are none.
    pub(super) async fn hash(&self, task: Task) -> Hash {
        let taken = |waiting| (waiting < self.limit).then_some(waiting + 1);
        self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).ok()?;
        let (place, answer) = oneshot::channel();
        self.jobs.as_ref()?.send(Job { task, place }).ok()?;
        self.clerk.unpark();
        answer.await.ok().flatten()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // The end of the queue tells the clerk to go home.
        self.jobs = None;
        self.clerk.unpark();
    }
}

/// The clerk: hands out what waits and hands back what is done, until nobody can bring work any more.
fn serve(
    queue: &Receiver<Job>,
    (waiting, limit): (&AtomicUsize, usize),
    mut workers: Vec<Worker>,
    mut neighbours: Neighbours,
) {
    if workers.is_empty() {
        return;
    }
    let mut shifts = Shifts::new();
    loop {
        workers.iter_mut().for_each(Worker::hand_back);
        let at_work = workers.iter().filter(|worker| !worker.is_free()).count();
        let room = neighbours.room(waiting.load(Ordering::Relaxed), limit).saturating_sub(at_work);
        for worker in workers.iter_mut().filter(|worker| worker.is_free()).take(room) {
            while worker.is_free() {
                match queue.try_recv() {
                    Ok(job) => {
                        waiting.fetch_sub(1, Ordering::Relaxed);
                        worker.take(job);
                    }
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return,
                }
            }
        }
        let thread_of = |worker: &Worker| worker.desk.thread.get().copied();
        match &mut shifts {
            Some(shifts) if neighbours.are_crowded() => {
                let at_work = workers.iter().filter(|worker| !worker.is_free()).filter_map(thread_of);
                thread::park_timeout(shifts.turn(at_work));
            }
            Some(shifts) => {
                shifts.end(workers.iter().filter_map(thread_of));
                thread::park();
            }
            None => thread::park(),
        }
    }
}

/// A worker as its clerk sees it.
struct Worker {
    desk: Arc<Desk>,
    place: Option<oneshot::Sender<Hash>>,
    thread: JoinHandle<()>,
}

impl Worker {
    fn start(clerk: &Thread) -> std::io::Result<Self> {
        let desk = Arc::new(Desk {
            turn: AtomicU8::new(CLERK),
            papers: Mutex::new(Papers { task: None, hash: None }),
            thread: OnceLock::new(),
        });
        let (own, clerk) = (Arc::clone(&desk), clerk.clone());
        let thread = thread::Builder::new().name("salpa-hash".to_owned()).spawn(move || work(&own, &clerk))?;
        Ok(Self { desk, place: None, thread })
    }

    fn is_free(&self) -> bool {
        self.place.is_none()
    }

    fn take(&mut self, job: Job) {
        // A browser that has gone away needs no answer.
        if job.place.is_closed() {
            return;
        }
        self.desk.papers().task = Some(job.task);
        self.place = Some(job.place);
        self.desk.turn.store(WORKER, Ordering::Release);
        self.thread.thread().unpark();
    }

    fn hand_back(&mut self) {
        if self.desk.turn.load(Ordering::Acquire) != CLERK {
            return;
        }
        if let Some(place) = self.place.take() {
            let mut papers = self.desk.papers();
            papers.task = None;
            let _ = place.send(papers.hash.take());
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.desk.turn.store(NOBODY, Ordering::Release);
        self.thread.thread().unpark();
    }
}

/// The place where a worker and the clerk exchange work. Each has it alone in its turn, so that nobody ever waits for
/// the lock; it is there for the compiler.
struct Desk {
    turn: AtomicU8,
    papers: Mutex<Papers>,
    /// Its worker.
    thread: OnceLock<Pid>,
}

/// The clerk's turn: the worker has nothing to do, or is done.
const CLERK: u8 = 0;
/// The worker's turn: there is a task.
const WORKER: u8 = 1;
/// The worker goes home.
const NOBODY: u8 = 2;

struct Papers {
    task: Option<Task>,
    hash: Hash,
}

impl Desk {
    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn work(desk: &Desk, clerk: &Thread) {
    // Where the priority cannot be lowered, hashing is right all the same, only less polite.
    let _ = rustix::process::nice(LOWEST_PRIORITY);
    let _ = give_way();
    let _ = desk.thread.set(gettid());
    let mut memory: Vec<Block> = Vec::new();
    loop {
        match desk.turn.load(Ordering::Acquire) {
            WORKER => {
                {
                    let papers = &mut *desk.papers();
                    papers.hash = papers.task.as_ref().and_then(|task| compute(task, &mut memory));
                }
                // A worker that is to stop was told so meanwhile.
                let _ = desk.turn.compare_exchange(WORKER, CLERK, Ordering::Release, Ordering::Relaxed);
                // The call to this task may have come when the worker was at it already.
                thread::park_timeout(Duration::ZERO);
                clerk.unpark();
            }
            NOBODY => return,
            _ => {
                thread::park_timeout(KEEPS_MEMORY_FOR);
                if desk.turn.load(Ordering::Acquire) == CLERK {
                    memory = Vec::new();
                }
            }
        }
    }
}

/// Below the lowest `nice` there is the policy of what runs when nothing else wants to: whoever wakes up
/// takes the core at once, and does not wait for the end of a time slice.
fn give_way() -> Result<(), thread_priority::Error> {
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy)
}

/// Computes a hash. Only Argon2's memory is kept: what people bring along in other forms is computed once
/// for each of them, and replaced.
fn compute(task: &Task, memory: &mut Vec<Block>) -> Hash {
    let mut hash = [0; LONGEST_HASH];
    let output = hash.get_mut(..task.length)?;
    let (secret, salt) = (task.secret.reveal().as_bytes(), task.salt.as_slice());
    match task.scheme {
        Scheme::Argon2 { .. } => argon2(task, output, memory)?,
        Scheme::Scrypt { log_n, r, p } => {
            scrypt::scrypt(secret, salt, &scrypt::Params::new(log_n, r, p).ok()?, output).ok()?;
        }
        Scheme::Bcrypt { cost } => {
            // bcrypt reads 72 bytes, of which the last of a shorter password is its end (as in C).
            let mut key = Zeroizing::new([0; 72]);
            let taken = secret.len().min(key.len());
            key.get_mut(..taken)?.copy_from_slice(secret.get(..taken)?);
            let key = key.get(..(taken + 1).min(72))?;
            let computed = bcrypt::bcrypt(cost, salt.try_into().ok()?, key);
            output.copy_from_slice(computed.get(..task.length)?);
        }
        Scheme::Pbkdf2 { digest, iterations, .. } => {
            let algorithm = match digest {
                Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
            };
            pbkdf2::derive(algorithm, NonZeroU32::new(iterations)?, salt, secret, output);
        }
        Scheme::Sha512Crypt { rounds } => {
            let computed = sha_crypt::sha512_crypt(secret, salt, sha_crypt::Params::new(rounds).ok()?);
            output.copy_from_slice(in_crypt_order(&computed).get(..task.length)?);
        }
    }
    Some(hash)
}

fn argon2(task: &Task, output: &mut [u8], memory: &mut Vec<Block>) -> Option<()> {
    let Scheme::Argon2 { id, first_version, memory: size, passes, lanes } = task.scheme else { return None };
    let params = Params::new(size, passes, lanes, Some(output.len())).ok()?;
    memory.resize(params.block_count(), Block::default());
    let algorithm = if id { Algorithm::Argon2id } else { Algorithm::Argon2i };
    let version = if first_version { Version::V0x10 } else { Version::V0x13 };
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(task.secret.reveal().as_bytes(), &task.salt, output, memory.as_mut_slice())
        .ok()
}
