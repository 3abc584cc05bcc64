//! A node's cache of rows that appear on every page and rarely change, for a few seconds. Limited in number and age, by
//! the instant of the request, so that a test clock moves it too.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::clock::Timestamp;

/// The lifetime of an entry.
pub(crate) const FOR: Duration = Duration::from_secs(5);
/// The greatest number of entries; beyond it, all are dropped.
const MOST: usize = 10_000;

/// Values by key, each with the instant of its reading. A clone is the same memory.
#[derive(Clone, Debug)]
pub(crate) struct RowCache<K, V>(Arc<Mutex<HashMap<K, (Timestamp, V)>>>);

impl<K, V> Default for RowCache<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash, V: Clone> RowCache<K, V> {
    /// The value of a key, if it is fresh. A value from the future, read before the clock was set back, is stale as
    /// well.
    pub fn find(&self, key: &K, now: Timestamp) -> Option<V> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, value) = kept.get(key)?;
        (*at <= now && now.since(*at) < FOR).then(|| value.clone())
    }

    /// Stores a value.
    pub fn keep(&self, key: K, value: V, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, (now, value));
    }

    /// Drops everything, after a change on this node: the administrator looks at it next.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_entries_and_those_of_the_future_are_not_used() {
        let (kept, now) = (RowCache::default(), Timestamp::from_seconds(1000));
        kept.keep("a", 1, now);
        assert_eq!(kept.find(&"a", now.plus(Duration::from_secs(4))), Some(1));
        assert_eq!(kept.find(&"a", now.plus(FOR)), None);
        assert_eq!(kept.find(&"a", now.minus(Duration::from_millis(1))), None);
        kept.forget();
        assert_eq!(kept.find(&"a", now), None);
    }

    #[test]
    fn it_never_holds_more_than_the_most() {
        let (kept, now) = (RowCache::default(), Timestamp::from_seconds(1000));
        for key in 0..3 * MOST {
            kept.keep(key, (), now);
        }
        assert!(kept.0.lock().unwrap().len() <= MOST);
    }
}
