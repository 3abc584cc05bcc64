//! The form of hash that an unknown email is compared with. A bcrypt hash takes another time than one of ours: if every
//! unknown email were compared at our cost, the time would disclose the imported ones. So unknown emails are spread
//! over the forms in the database, in the same proportions, and the same email always gets the same form.

use std::sync::{PoisonError, RwLock};

use super::HASH_LENGTH;
use super::formats::{Scheme, StoredHash};
use crate::platform::random::Random;
use crate::platform::secret::MasterKeys;

/// The number drawn for an email: the same each time, and unpredictable without the master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot(u64);

impl Lot {
    /// The lot of an email, in its compared form.
    pub fn of(keys: &MasterKeys, email: &str) -> Self {
        let hash = keys.keyed_hash("password hash of a stranger", email);
        Self(u64::from_be_bytes(hash.first_chunk().copied().unwrap_or_default()))
    }
}

/// The number of passwords, and of those in imported forms.
#[derive(Clone, Debug, Default)]
pub(crate) struct SchemeCounts {
    pub(crate) all: u64,
    pub(crate) foreign: Vec<(Scheme, u64)>,
}

/// The forms of the hashes in the database.
#[derive(Default)]
pub(super) struct Schemes(RwLock<SchemeCounts>);

impl Schemes {
    pub(super) fn learn(&self, mix: SchemeCounts) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = mix;
    }

    /// The form for an unknown email; `None` for our own.
    pub(super) fn of_stranger(&self, lot: Lot) -> Option<Scheme> {
        let mix = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // A number from none to all, as evenly as the lot is drawn.
        let mut place = u64::try_from((u128::from(lot.0) * u128::from(mix.all)) >> 64).ok()?;
        for (scheme, count) in &mix.foreign {
            match place.checked_sub(*count) {
                Some(rest) => place = rest,
                None => return Some(*scheme),
            }
        }
        None
    }
}

impl StoredHash {
    /// A random hash, which matches no password.
    pub(super) fn of_nobody(scheme: Scheme, random: &Random) -> Self {
        let length = match scheme {
            Scheme::Bcrypt { .. } | Scheme::BcryptOf { .. } => 23,
            Scheme::Sha512Crypt { .. } | Scheme::Firescrypt { .. } => 64,
            Scheme::Sha256Crypt { .. } => 32,
            Scheme::Phpass { .. } => 16,
            Scheme::SaltedSha { digest } => usize::try_from(digest.length()).unwrap_or(HASH_LENGTH),
            Scheme::Pbkdf2 { length, .. } => usize::from(length),
            Scheme::Argon2 { .. } | Scheme::Scrypt { .. } => HASH_LENGTH,
        };
        let (salt, hash) = (random.bytes::<16>().to_vec(), random.bytes::<64>());
        Self { scheme, salt, hash: hash.get(..length).unwrap_or(&hash).to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_spread_like_people_and_stay_where_they_are() {
        let (schemes, keys) = (Schemes::default(), MasterKeys::new(&[crate::platform::secret::Secret::new([7; 32])]));
        let lots: Vec<_> = (0..1000).map(|number| Lot::of(&keys, &format!("{number}@kallio.example"))).collect();
        let count = |wanted| lots.iter().filter(|lot| schemes.of_stranger(**lot) == wanted).count();
        assert_eq!(count(None), 1000);
        let (bcrypt, scrypt) = (Scheme::Bcrypt { cost: 10 }, Scheme::Scrypt { log_n: 14, r: 8, p: 1 });
        schemes.learn(SchemeCounts { all: 10, foreign: vec![(bcrypt, 5), (scrypt, 2)] });
        for (scheme, share) in [(Some(bcrypt), 500), (Some(scrypt), 200), (None, 300)] {
            assert!(count(scheme).abs_diff(share) < 60, "{scheme:?}: {} of 1000", count(scheme));
        }
        assert_eq!(lots[7], Lot::of(&keys, "7@kallio.example"));
        schemes.learn(SchemeCounts { all: 10, foreign: vec![(bcrypt, 10)] });
        assert_eq!(count(Some(bcrypt)), 1000);
    }
}
