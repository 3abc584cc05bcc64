//! The threads that compute hashes, and the short queue before them.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::compute::{Hash, Task, compute};
use super::engines::{Argon2Memory, EngineChooser};

/// How long an idle worker keeps its memory.
const KEEPS_MEMORY_FOR: Duration = Duration::from_secs(10);
/// The lowest priority (`nice`).
const LOWEST_PRIORITY: i32 = 19;

/// One thread for each core, at the lowest priority.
pub(super) struct Workers {
    queue: Arc<Queue>,
    /// The largest number of waiting jobs.
    limit: usize,
}

#[derive(Default)]
struct Queue {
    jobs: Mutex<Jobs>,
    /// Signalled when a job arrives, and when the pool ends.
    change: Condvar,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<HashJob>,
    is_over: bool,
}

struct HashJob {
    task: Task,
    answer: oneshot::Sender<Hash>,
}

impl Workers {
    /// Starts the threads.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub(super) fn start(waiting_per_core: usize, engines: &EngineChooser) -> std::io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        // Dropped on an error, it ends the threads that are already there.
        let workers = Self { queue: Arc::default(), limit: cores * waiting_per_core };
        for _ in 0..cores {
            let (queue, engines) = (Arc::clone(&workers.queue), engines.clone());
            thread::Builder::new().name("salpa-hash".to_owned()).spawn(move || work(&queue, &engines))?;
        }
        Ok(workers)
    }

    /// Whether the queue is full.
    pub(super) fn are_busy(&self) -> bool {
        self.waiting() >= self.limit
    }

    /// The number of jobs that wait for a worker.
    pub(super) fn waiting(&self) -> usize {
        self.queue.jobs().waiting.len()
    }

    /// Hashes; `None` if the queue is full or the parameters are invalid.
    pub(super) async fn hash(&self, task: Task) -> Hash {
        let (answer, hash) = oneshot::channel();
        self.queue.add(HashJob { task, answer }, self.limit)?;
        hash.await.ok().flatten()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.queue.jobs().is_over = true;
        self.queue.change.notify_all();
    }
}

impl Queue {
    /// The jobs. Nothing is computed, and no memory given back, under this lock: a thread of the lowest priority may be
    /// suspended while it holds it.
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` if the queue is full.
    fn add(&self, job: HashJob, limit: usize) -> Option<()> {
        let mut jobs = self.jobs();
        if jobs.waiting.len() >= limit {
            return None;
        }
        jobs.waiting.push_back(job);
        drop(jobs);
        self.change.notify_one();
        Some(())
    }

    /// Waits for a job, up to `timeout`; `None` at the timeout and at the end of the pool.
    fn next(&self, timeout: Duration) -> Option<HashJob> {
        let is_idle = |jobs: &mut Jobs| jobs.waiting.is_empty() && !jobs.is_over;
        let waited = self.change.wait_timeout_while(self.jobs(), timeout, is_idle);
        let (mut jobs, _) = waited.unwrap_or_else(PoisonError::into_inner);
        jobs.waiting.pop_front()
    }
}

fn work(queue: &Queue, engines: &EngineChooser) {
    // Without the priority the hashes are still right; they only take more time from others.
    let _ = rustix::process::nice(LOWEST_PRIORITY);
    // Before the first hash, and while nobody waits for one.
    let engine = engines.choice().engine;
    let mut memory = Argon2Memory::default();
    while !queue.jobs().is_over {
        match queue.next(KEEPS_MEMORY_FOR) {
            // A request that has been given up needs no answer.
            Some(job) if job.answer.is_closed() => {}
            Some(HashJob { task, answer }) => {
                let hash = compute(&task, &mut memory, engine);
                drop(task);
                let _ = answer.send(hash);
            }
            None => memory.clear(),
        }
    }
}
