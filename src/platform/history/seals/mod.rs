//! Seals of the history: they show who changed the database past this program.
//!
//! A seal lists entries by identifier and hash. Its digest covers the digest of the seal before it, and its tag is the
//! HMAC of that digest under the master key, which the database does not hold. So the newest seal vouches for every
//! entry before it, whatever key the older ones were made under. Sealing happens beside the requests: a sign-in has no
//! statement more. An entry that was committed late is in a later seal; nothing rests on the order of clocks.
//!
//! A seal is never changed or removed, and a node never seals on top of one that it cannot vouch for.

mod examination;
mod store;

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use aws_lc_rs::digest;
use uuid::Uuid;

pub use examination::{HistoryExamination, HistoryFlaw, examine};

use crate::platform::clock::Timestamp;
use crate::platform::db::{Db, Error};
use crate::platform::id::earliest_of;
use crate::platform::secret::{CannotOpen, MasterKeys};

/// The entries of one statement, and at least so many of a seal while more are there.
const AT_ONCE: usize = 500;
/// The age, below the newest sealed entry, at which an entry may still have been committed after it.
const OVERLAP: Duration = Duration::from_mins(15);
/// The same at a start, for a clock that was put right while nobody sealed.
const OVERLAP_AT_START: Duration = Duration::from_hours(24);
/// The purpose of the tags.
const PURPOSE: &str = "seal of the history";
/// The bytes of an entry within a seal: 16 of its identifier, 32 of its hash.
const ENTRY_BYTES: usize = 48;

/// One entry, as it is sealed.
#[derive(Clone, Debug)]
struct EntryHash {
    id: String,
    hash: [u8; 32],
}

impl EntryHash {
    fn key(&self) -> EntryKey {
        key_of(&self.id)
    }
}

/// The bytes of an entry's identifier. Identifiers that this program did not make may be of another form.
type EntryKey = [u8; 16];

fn key_of(id: &str) -> EntryKey {
    if let Ok(id) = Uuid::parse_str(id) {
        return id.into_bytes();
    }
    let mut key = [0; 16];
    let hash = digest::digest(&digest::SHA256, id.as_bytes());
    key.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    key
}

/// The entries of a seal: [`ENTRY_BYTES`] of each.
#[derive(Clone, Debug, Default)]
struct SealedEntries(Vec<u8>);

impl SealedEntries {
    fn of(entries: &[EntryHash]) -> Self {
        Self(entries.iter().flat_map(|entry| [entry.key().as_slice(), &entry.hash].concat()).collect())
    }

    fn iter(&self) -> impl Iterator<Item = (EntryKey, [u8; 32])> + '_ {
        self.0.chunks_exact(ENTRY_BYTES).filter_map(|entry| {
            let (key, hash) = entry.split_at_checked(16)?;
            Some((key.try_into().ok()?, hash.try_into().ok()?))
        })
    }
}

/// One seal.
#[derive(Clone, Debug)]
struct HistorySeal {
    number: i64,
    begun: i64,
    sealed_at: Timestamp,
    first: String,
    last: String,
    entries: SealedEntries,
    digest: Vec<u8>,
    tag: Vec<u8>,
}

impl HistorySeal {
    /// The digest that the seal must have after the one with the digest `before`; the first of a chain follows none.
    fn digest_after(&self, before: &[u8]) -> Vec<u8> {
        let mut context = digest::Context::new(&digest::SHA256);
        for number in [self.number, self.begun, self.sealed_at.milliseconds()] {
            context.update(&number.to_be_bytes());
        }
        let before = if self.number == self.begun { &[] } else { before };
        for bytes in [self.first.as_bytes(), self.last.as_bytes(), before, &self.entries.0] {
            context.update(&bytes.len().to_be_bytes());
            context.update(bytes);
        }
        context.finish().as_ref().to_vec()
    }
}

/// The reason why nothing is sealed.
#[derive(Debug)]
pub enum SealingStop {
    /// The database failed.
    Database(Error),
    /// The newest seal is under a key that the settings do not have.
    UnknownKey(i64),
    /// The newest seal was not made by this program, or changed.
    Broken(i64),
    /// A seal that this node made or saw is there no more, or another stands in its place.
    Vanished(i64),
}

impl fmt::Display for SealingStop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(formatter),
            Self::UnknownKey(number) => write!(
                formatter,
                "seal {number} is under a key that is not in the settings; put the former secret_key into \
                 previous_secret_keys"
            ),
            Self::Broken(number) => write!(formatter, "seal {number} does not hold; run: salpa doctor"),
            Self::Vanished(number) => {
                write!(formatter, "seal {number} was changed or removed since this node saw it; run: salpa doctor")
            }
        }
    }
}

impl From<Error> for SealingStop {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// A node's part in sealing. It remembers the newest seal that it saw, so that the removal of the newest ones does not
/// go unseen.
#[derive(Debug, Default)]
pub struct HistorySealer {
    seen: Option<(i64, Vec<u8>)>,
}

impl HistorySealer {
    /// Seals what no seal holds yet, and returns the number of its entries. Of nodes that do it at once, one goes on.
    ///
    /// # Errors
    /// The newest seal cannot be vouched for.
    pub async fn seal(&mut self, db: &Db, keys: &MasterKeys, now: Timestamp) -> Result<usize, SealingStop> {
        let overlap = if self.seen.is_some() { OVERLAP } else { OVERLAP_AT_START };
        if let Some((number, tag)) = self.seen.take()
            && store::tag(db, number).await?.is_none_or(|stored| stored != tag)
        {
            return Err(SealingStop::Vanished(number));
        }
        let newest = store::newest(db).await?;
        if let Some(newest) = &newest {
            match keys.has_tagged(PURPOSE, &newest.digest, &newest.tag) {
                Ok(true) if newest.digest == newest.digest_after(&before_of(db, newest).await?) => {}
                Ok(_) => return Err(SealingStop::Broken(newest.number)),
                Err(CannotOpen) => return Err(SealingStop::UnknownKey(newest.number)),
            }
        }
        let from = match &newest {
            None => String::new(),
            Some(newest) => {
                let last = store::last_sealed(db, newest.begun).await?;
                let last = last.and_then(|id| instant_of(&id)).unwrap_or(now);
                earliest_of(last.min(now).minus(overlap))
            }
        };
        let begun = newest.as_ref().map_or(1, |newest| newest.begun);
        let mut sealed = HashSet::new();
        for number in store::numbers_within(db, begun, &from, LAST).await? {
            let entries = store::entries_of(db, number).await?.unwrap_or_default();
            sealed.extend(entries.iter().map(|(key, _)| key));
        }
        let mut chain = Chain { newest, begun, now };
        let count = chain.extend(db, keys, &from, &sealed).await?;
        self.seen = chain.newest.map(|newest| (newest.number, newest.tag));
        Ok(count)
    }
}

/// Begins a new chain over every entry as it is now, for an operator who has looked into what did not hold. The former
/// seals stay, and count no more.
///
/// # Errors
/// The database failed, or there is no key.
pub async fn seal_anew(db: &Db, keys: &MasterKeys, now: Timestamp) -> Result<usize, SealingStop> {
    let newest = store::newest(db).await?;
    let begun = newest.as_ref().map_or(1, |newest| newest.number.saturating_add(1));
    Chain { newest, begun, now }.extend(db, keys, "", &HashSet::new()).await
}

/// The digest of the seal before another one; empty if there is none.
async fn before_of(db: &Db, seal: &HistorySeal) -> Result<Vec<u8>, Error> {
    let before = store::seals(db, seal.number.saturating_sub(2), 1).await?;
    Ok(before.into_iter().find(|before| before.number < seal.number).map(|before| before.digest).unwrap_or_default())
}

/// Sorts after every identifier that this program makes.
const LAST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// The instant of an identifier.
fn instant_of(id: &str) -> Option<Timestamp> {
    let milliseconds = Uuid::parse_str(id).ok()?.as_u128() >> 80;
    i64::try_from(milliseconds).ok().map(Timestamp::from_milliseconds)
}

/// A chain of seals, to be extended.
struct Chain {
    newest: Option<HistorySeal>,
    begun: i64,
    now: Timestamp,
}

impl Chain {
    /// Seals every entry from an identifier on that is not sealed.
    async fn extend(
        &mut self,
        db: &Db,
        keys: &MasterKeys,
        from: &str,
        sealed: &HashSet<EntryKey>,
    ) -> Result<usize, SealingStop> {
        let (mut count, mut after, mut waiting) = (0, from.to_owned(), Vec::new());
        loop {
            let page = store::hashes(db, &after, i64::try_from(AT_ONCE).unwrap_or(i64::MAX)).await?;
            let is_last = page.len() < AT_ONCE;
            if let Some(last) = page.last() {
                after.clone_from(&last.id);
            }
            waiting.extend(page.into_iter().filter(|entry| !sealed.contains(&entry.key())));
            if waiting.len() >= AT_ONCE || (is_last && !waiting.is_empty()) {
                let seal = self.next(keys, &waiting)?;
                if !store::add(db, seal.clone()).await? {
                    return Ok(count);
                }
                let tag = data_encoding::HEXLOWER.encode(&seal.tag);
                tracing::info!(number = seal.number, entries = waiting.len(), tag, "sealed the history");
                count += waiting.len();
                self.newest = Some(seal);
                waiting.clear();
            }
            if is_last {
                return Ok(count);
            }
        }
    }

    fn next(&self, keys: &MasterKeys, entries: &[EntryHash]) -> Result<HistorySeal, SealingStop> {
        let id = |entry: Option<&EntryHash>| entry.map(|entry| entry.id.clone()).unwrap_or_default();
        let before = self.newest.as_ref();
        let mut seal = HistorySeal {
            number: before.map_or(1, |before| before.number.saturating_add(1)),
            begun: self.begun,
            sealed_at: self.now,
            first: id(entries.first()),
            last: id(entries.last()),
            entries: SealedEntries::of(entries),
            digest: Vec::new(),
            tag: Vec::new(),
        };
        seal.digest = seal.digest_after(before.map_or(&[], |before| before.digest.as_slice()));
        seal.tag = keys.tag(PURPOSE, &seal.digest).map_err(|CannotOpen| SealingStop::UnknownKey(seal.number))?;
        Ok(seal)
    }
}
