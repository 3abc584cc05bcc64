//! The examination of the history by its seals: every entry and every seal of the newest chain is read once.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use jiff::tz::TimeZone;
use uuid::Uuid;

use super::{AT_ONCE, EntryHash, EntryKey, HistorySeal, PURPOSE, instant_of, store};
use crate::platform::clock::Timestamp;
use crate::platform::db::{Db, Error};
use crate::platform::secret::MasterKeys;

/// The seals of one statement.
const SEALS_AT_ONCE: i64 = 20;
/// An entry without a seal that is so much older than the newest seal was not there when it was made.
const LATE: Duration = Duration::from_hours(1);
/// The flaws that are told one by one.
const MOST_TOLD: usize = 10;
/// The tables whose changes the database itself refuses, each with its triggers.
const REFUSED: [(&str, [&str; 2]); 2] = [
    ("history", ["history_never_changes", "history_never_shrinks"]),
    ("history_seals", ["history_seals_never_change", "history_seals_never_shrink"]),
];

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryFlaw {
    /// An entry is not as it was sealed.
    Changed(String),
    /// An entry that was sealed is there no more.
    Removed(String),
    /// An entry is older than its commit.
    Backdated(String),
    /// A seal is not as it was made, or what it follows is not.
    SealBroken(i64),
    /// A seal is there no more.
    SealRemoved(i64),
    /// No seal from this one on is under a key of the settings.
    UnknownKey(i64),
    /// The database would not refuse a change.
    Unguarded(&'static str),
}

impl fmt::Display for HistoryFlaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(id) => write!(formatter, "the entry {} was changed", Dated(id)),
            Self::Removed(id) => write!(formatter, "the entry {} was removed", Dated(id)),
            Self::Backdated(id) => write!(formatter, "the entry {} was added later than it says", Dated(id)),
            Self::SealBroken(number) => write!(formatter, "seal {number} does not hold"),
            Self::SealRemoved(number) => write!(formatter, "seal {number} was removed"),
            Self::UnknownKey(number) => write!(
                formatter,
                "the seals from {number} on are under a key that is not in the settings; put the former secret_key \
                 into previous_secret_keys until the next seal"
            ),
            Self::Unguarded(trigger) => write!(formatter, "the trigger {trigger} is missing or switched off"),
        }
    }
}

/// An identifier with the instant that it tells.
struct Dated<'i>(&'i str);

impl fmt::Display for Dated<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)?;
        match instant_of(self.0).and_then(|instant| instant.in_zone(&TimeZone::UTC)) {
            Some(instant) => write!(formatter, " of {}", instant.strftime("%Y-%m-%d %H:%M:%S UTC")),
            None => Ok(()),
        }
    }
}

/// The findings of an examination.
#[derive(Clone, Debug, Default)]
pub struct HistoryExamination {
    /// Entries that were read.
    pub entries: usize,
    /// Those of them that no seal holds yet.
    pub waiting: usize,
    /// The newest seal, with its tag in hexadecimal digits.
    pub(crate) newest: Option<(i64, String)>,
    /// The first flaws.
    pub flaws: Vec<HistoryFlaw>,
    /// The number of further flaws.
    pub(crate) untold: usize,
}

impl HistoryExamination {
    fn add(&mut self, flaw: HistoryFlaw) {
        if self.flaws.len() < MOST_TOLD {
            self.flaws.push(flaw);
        } else {
            self.untold += 1;
        }
    }
}

/// Examines the whole history.
///
/// # Errors
/// The database fails.
pub async fn examine(db: &Db, keys: &MasterKeys, now: Timestamp) -> Result<HistoryExamination, Error> {
    let mut found = HistoryExamination::default();
    for (table, triggers) in REFUSED {
        let there = db.triggers_of(table).await?;
        let missing = triggers.into_iter().filter(|trigger| !there.iter().any(|name| name == trigger));
        missing.for_each(|trigger| found.add(HistoryFlaw::Unguarded(trigger)));
    }
    let newest = store::newest(db).await?;
    if let Some(newest) = &newest {
        found.newest = Some((newest.number, data_encoding::HEXLOWER.encode(&newest.tag)));
        examine_chain(db, keys, newest, &mut found).await?;
    }
    examine_entries(db, newest.as_ref(), now, &mut found).await?;
    Ok(found)
}

/// Each seal of the chain that the newest one belongs to.
async fn examine_chain(
    db: &Db,
    keys: &MasterKeys,
    newest: &HistorySeal,
    found: &mut HistoryExamination,
) -> Result<(), Error> {
    let mut expected = newest.begun;
    let mut before = Vec::new();
    // The first of the seals for which only a later one can vouch.
    let mut unknown = None;
    loop {
        let seals = store::seals(db, expected.saturating_sub(1), SEALS_AT_ONCE).await?;
        for seal in &seals {
            let follows = seal.number == expected;
            if !follows {
                found.add(HistoryFlaw::SealRemoved(expected));
            }
            let is_whole = seal.begun == newest.begun && (!follows || seal.digest == seal.digest_after(&before));
            match keys.has_tagged(PURPOSE, &seal.digest, &seal.tag) {
                Ok(true) if is_whole => unknown = None,
                Err(_) if is_whole => {
                    unknown.get_or_insert(seal.number);
                }
                _ => found.add(HistoryFlaw::SealBroken(seal.number)),
            }
            before.clone_from(&seal.digest);
            expected = seal.number.saturating_add(1);
        }
        if seals.is_empty() {
            break;
        }
    }
    if let Some(number) = unknown {
        found.add(HistoryFlaw::UnknownKey(number));
    }
    Ok(())
}

/// Each entry, beside the seals whose range it lies in.
async fn examine_entries(
    db: &Db,
    newest: Option<&HistorySeal>,
    now: Timestamp,
    found: &mut HistoryExamination,
) -> Result<(), Error> {
    let begun = newest.map_or(1, |newest| newest.begun);
    let is_late = |entry: &EntryHash| {
        let since = |end: Timestamp| instant_of(&entry.id).is_none_or(|instant| end.since(instant) > LATE);
        newest.is_some_and(|newest| since(newest.sealed_at.min(now)))
    };
    let mut expected: HashMap<EntryKey, [u8; 32]> = HashMap::new();
    let mut looked_at = HashSet::new();
    let mut after = String::new();
    loop {
        let page = store::hashes(db, &after, i64::try_from(AT_ONCE).unwrap_or(i64::MAX)).await?;
        let is_last = page.len() < AT_ONCE;
        let end = match page.last() {
            Some(last) if !is_last => last.id.clone(),
            _ => super::LAST.to_owned(),
        };
        for number in store::numbers_within(db, begun, &after, &end).await? {
            if looked_at.insert(number) {
                expected.extend(store::entries_of(db, number).await?.unwrap_or_default().iter());
            }
        }
        for entry in &page {
            found.entries += 1;
            match expected.remove(&entry.key()) {
                Some(hash) if hash == entry.hash => {}
                Some(_) => found.add(HistoryFlaw::Changed(entry.id.clone())),
                None if is_late(entry) => found.add(HistoryFlaw::Backdated(entry.id.clone())),
                None => found.waiting += 1,
            }
        }
        let end = super::key_of(&end);
        let mut removed: Vec<EntryKey> = expected.keys().filter(|key| is_last || **key <= end).copied().collect();
        removed.sort_unstable();
        for key in removed {
            expected.remove(&key);
            found.add(HistoryFlaw::Removed(Uuid::from_bytes(key).to_string()));
        }
        if is_last {
            return Ok(());
        }
        after = page.last().map(|last| last.id.clone()).unwrap_or_default();
    }
}
