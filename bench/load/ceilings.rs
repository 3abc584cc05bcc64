//! The machine's limit for each part of the work alone: no service can be faster.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use argon2_rust::params::{Memory, TagLen};
use argon2_rust::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
    UnparsedPublicKey,
};
use salpa::platform::db::{self, Db, Reads, Value};
use salpa::platform::settings::PasswordHashCost;
use salpa::values;

use crate::machine::{cores, processor_time};
use crate::{Fault, Outcome};

/// As long as the signed part of an access token is, in bytes.
const SIGNED_LENGTH: usize = 600;

/// The cost of one part of the work when nothing else is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ceiling {
    /// How often it was done in a second, on all cores.
    pub(crate) rate: f64,
    /// The processor time of each, in seconds: it says the same on a machine that others use too.
    pub(crate) each: f64,
}

impl Ceiling {
    /// The better one of two measurements.
    pub(crate) fn or(self, other: Self) -> Self {
        if other.rate > self.rate { other } else { self }
    }
}

/// Argon2id alone, a thread on each core, with its memory kept: by the implementation that the service uses.
pub(crate) fn hashing(cost: PasswordHashCost, over: Duration) -> Outcome<Ceiling> {
    on_all_cores(over, || {
        let params = Params::builder()
            .memory(Memory::kib(u64::from(cost.memory)))
            .passes(cost.passes)
            .lanes(1)
            .threads(1)
            .tag_len(TagLen::bytes(32))
            .build()
            .map_err(|error| error.to_string())?;
        let mut hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hasher();
        Ok(move || {
            let mut output = [0; 32];
            let hashed = hasher.hash_into(b"correct horse battery staple", b"salt of sixteen.", &mut output);
            std::hint::black_box(output);
            hashed.map_err(|error| error.to_string().into())
        })
    })
}

/// ES256 alone, a thread on each core.
pub(crate) fn signing(over: Duration) -> Outcome<Ceiling> {
    on_all_cores(over, || {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let random = SystemRandom::new();
        let message = [b'e'; SIGNED_LENGTH];
        Ok(move || {
            std::hint::black_box(pair.sign(&random, &message)?);
            Ok(())
        })
    })
}

/// The verification of ES256 alone, of a key that comes with the message, a thread on each core.
pub(crate) fn verifying(over: Duration) -> Outcome<Ceiling> {
    on_all_cores(over, || {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let message = [b'e'; SIGNED_LENGTH];
        let signature = pair.sign(&SystemRandom::new(), &message)?;
        Ok(move || {
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
            Ok(std::hint::black_box(key.verify(&message, signature.as_ref()))?)
        })
    })
}

/// The private operation of RSA with 2048 bits alone, a thread on each core.
pub(crate) fn private_rsa(over: Duration) -> Outcome<Ceiling> {
    on_all_cores(over, || {
        let (pair, random) = (RsaKeyPair::generate(KeySize::Rsa2048)?, SystemRandom::new());
        let (message, mut signature) = ([b'e'; SIGNED_LENGTH], vec![0; pair.public_modulus_len()]);
        Ok(move || Ok(pair.sign(&RSA_PKCS1_SHA256, &random, &message, std::hint::black_box(&mut signature))?))
    })
}

/// Runs the same work on a thread of each core, and counts how often it was done.
pub(crate) fn on_all_cores<W, M>(over: Duration, make: M) -> Outcome<Ceiling>
where
    M: Fn() -> Outcome<W> + Sync,
    W: FnMut() -> Outcome<()>,
{
    let done = AtomicU64::new(0);
    let ended = AtomicBool::new(false);
    let begin = Instant::now();
    let before = processor_time(std::process::id())?;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores())
            .map(|_| {
                scope.spawn(|| {
                    let mut work = make()?;
                    while !ended.load(Ordering::Relaxed) {
                        work()?;
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok::<(), Fault>(())
                })
            })
            .collect();
        std::thread::sleep(over);
        ended.store(true, Ordering::Relaxed);
        for worker in workers {
            worker.join().map_err(|_| "a thread of the ceiling failed")??;
        }
        let took = processor_time(std::process::id())?.saturating_sub(before).as_secs_f64();
        let done = done.load(Ordering::Relaxed).max(1) as f64;
        Ok(Ceiling { rate: done / begin.elapsed().as_secs_f64(), each: took / done })
    })
}

/// Durable transactions alone, of the shape of a refresh (read the token, use it once, write its
/// successor), by as many callers at once as the service has connections: transactions per second.
pub(crate) fn transactions(url: &str, callers: usize, over: Duration) -> Outcome<f64> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(cores()).enable_all().build()?;
    runtime.block_on(async {
        let db = Db::open(url).await?;
        set_up(&db).await?;
        let begin = Instant::now();
        let tasks: Vec<_> = (0..callers).map(|caller| tokio::spawn(chain(db.clone(), caller, begin + over))).collect();
        let mut done = 0;
        for task in tasks {
            done += task.await??;
        }
        let rate = done as f64 / begin.elapsed().as_secs_f64();
        clean_up(&db).await?;
        Ok(rate)
    })
}

/// Whether a server waits for a standby before it answers a commit.
pub(crate) async fn has_synchronous_standby(url: &str) -> Outcome<bool> {
    let db = Db::open(url).await?;
    let sql = "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')";
    Ok(db.one(sql, &[], |row| row.get(0)).await?)
}

async fn set_up(db: &Db) -> Result<(), db::Error> {
    db.write(|tx| {
        Box::pin(async move {
            // A run that was broken off leaves it behind.
            tx.execute("DROP TABLE IF EXISTS bench_tokens", &[]).await?;
            tx.execute(
                "CREATE TABLE bench_tokens (token_hash BYTEA PRIMARY KEY, grant_id TEXT NOT NULL, \
                 created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT)",
                &[],
            )
            .await?;
            tx.execute("CREATE INDEX bench_tokens_by_grant ON bench_tokens (grant_id)", &[]).await?;
            Ok(())
        })
    })
    .await
}

async fn clean_up(db: &Db) -> Result<(), db::Error> {
    db.write(|tx| Box::pin(async move { tx.execute("DROP TABLE bench_tokens", &[]).await.map(|_| ()) })).await
}

/// One chain of tokens, each used once for the next, until the time is over. Tells how many.
async fn chain(db: Db, caller: usize, until: Instant) -> Result<u64, db::Error> {
    let grant = format!("grant {caller}");
    let random = SystemRandom::new();
    let mut token = [0_u8; 32];
    fill(&random, &mut token)?;
    insert(&db, token, &grant).await?;
    let mut done = 0;
    while Instant::now() < until {
        let mut next = [0_u8; 32];
        fill(&random, &mut next)?;
        exchange(&db, token, next, &grant).await?;
        token = next;
        done += 1;
    }
    Ok(done)
}

fn fill(random: &SystemRandom, bytes: &mut [u8; 32]) -> Result<(), db::Error> {
    random.fill(bytes).map_err(|_| db::Error::Fault("no randomness".to_owned()))
}

const INSERT: &str =
    "INSERT INTO bench_tokens (token_hash, grant_id, created_at, expires_at, used_at) VALUES (?1, ?2, ?3, ?4, NULL)";

async fn insert(db: &Db, token: [u8; 32], grant: &str) -> Result<(), db::Error> {
    let grant = grant.to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(INSERT, values![token.as_slice(), grant.as_str(), 1_i64, 2_i64]).await.map(|_| ())
        })
    })
    .await
}

async fn exchange(db: &Db, token: [u8; 32], next: [u8; 32], grant: &str) -> Result<(), db::Error> {
    let grant = grant.to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            let found: Option<String> = tx
                .optional(
                    "SELECT grant_id FROM bench_tokens WHERE token_hash = ?1 AND used_at IS NULL",
                    &[Value::from(token.as_slice())],
                    |row| row.get(0),
                )
                .await?;
            let used = tx
                .use_once(
                    "UPDATE bench_tokens SET used_at = ?2 WHERE token_hash = ?1 AND used_at IS NULL",
                    values![token.as_slice(), 1_i64],
                )
                .await?;
            if found.is_none() || !used {
                return Err(db::Error::Fault("a token of the bench is gone".to_owned()));
            }
            tx.execute(INSERT, values![next.as_slice(), grant.as_str(), 1_i64, 2_i64]).await.map(|_| ())
        })
    })
    .await
}
