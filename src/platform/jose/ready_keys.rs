//! A node's cache of private keys that are ready to be used. Reading an RSA key checks its arithmetic, which takes longer
//! than a signature; and a key never changes under its name, the thumbprint of RFC 7638. So an entry has no
//! age, as those of [`RowCache`](crate::platform::row_cache::RowCache) have.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::decrypting::DecryptingKey;
use super::pair::Pair;

/// The greatest number of keys of a use; beyond it, all are dropped. A provider has four at a time.
const MOST: usize = 1_000;

/// The keys of each use.
#[derive(Default)]
pub(crate) struct ReadyKeys {
    /// Those that sign.
    pub(crate) signing: KeyCache<Pair>,
    /// Those that are encrypted to.
    pub(crate) decrypting: KeyCache<DecryptingKey>,
}

/// Keys by name.
pub(crate) struct KeyCache<K>(Mutex<HashMap<String, Arc<K>>>);

impl<K> Default for KeyCache<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K> KeyCache<K> {
    /// The key of a name, read if it is not in memory.
    ///
    /// # Errors
    /// It cannot be read. Nothing is kept.
    pub(crate) fn get_or_read<E>(&self, id: &str, read: impl FnOnce() -> Result<K, E>) -> Result<Arc<K>, E> {
        if let Some(key) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(Arc::clone(key));
        }
        // Without the lock: reading takes milliseconds, and two that read the same key do no harm.
        let key = Arc::new(read()?);
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ready.len() >= MOST {
            ready.clear();
        }
        ready.insert(id.to_owned(), Arc::clone(&key));
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_once() {
        let keys = KeyCache::default();
        assert_eq!(keys.get_or_read("a", || Err("unreadable")), Err("unreadable"));
        assert_eq!(keys.get_or_read("a", || Ok::<_, &str>(1)), Ok(Arc::new(1)), "a failure is not kept");
        assert_eq!(keys.get_or_read("a", || Err("read again")), Ok(Arc::new(1)));
        assert_eq!(keys.get_or_read("b", || Ok::<_, &str>(2)), Ok(Arc::new(2)));
    }

    #[test]
    fn it_never_holds_more_than_the_most() {
        let keys = KeyCache::default();
        for number in 0..3 * MOST {
            keys.get_or_read(&number.to_string(), || Ok::<_, ()>(number)).unwrap();
        }
        assert!(keys.0.lock().unwrap().len() <= MOST);
    }
}
