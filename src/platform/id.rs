//! Identifiers: UUIDs of version 7, so that rows are ordered by creation.

use super::clock::Timestamp;
use super::random::Random;

/// A version 7 UUID (RFC 9562 §5.7) of an instant, a counter and 42 random bits. The counter (§6.2, method 1) orders
/// the identifiers that one program makes within a millisecond.
pub(crate) fn new_uuid(now: Timestamp, random: &Random) -> uuid::Uuid {
    let milliseconds = u128::try_from(now.milliseconds()).unwrap_or(0) & ((1 << 48) - 1);
    let unpredictable = u64::from_be_bytes(random.bytes()) >> 22;
    let count_and_random = u128::from(random.next()) << 42 | u128::from(unpredictable);
    let (rand_a, rand_b) = (count_and_random >> 62, count_and_random & ((1 << 62) - 1));
    uuid::Uuid::from_u128(milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)
}

/// The least possible identifier of an instant, as text: every identifier below it is older.
pub(crate) fn earliest_of(instant: Timestamp) -> String {
    let milliseconds = u64::try_from(instant.milliseconds()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]).into_uuid().to_string()
}

/// Declares an identifier type, so that the compiler tells kinds of things apart.
#[macro_export]
macro_rules! identifier {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new identifier of the instant and random bytes.
            pub fn new(now: $crate::platform::clock::Timestamp, random: &$crate::platform::random::Random) -> Self {
                Self($crate::platform::id::new_uuid(now, random))
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<$name> for $crate::platform::db::Value<'_> {
            fn from(id: $name) -> Self {
                Self::Text(std::borrow::Cow::Owned(id.0.to_string()))
            }
        }

        impl $crate::platform::db::Column for $name {
            fn read(row: &$crate::platform::db::Row<'_>, index: usize) -> Result<Self, $crate::platform::db::Error> {
                $crate::platform::db::parsed(row, index)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_one_instant_keep_their_order() {
        let (random, now) = (Random::new(), Timestamp::from_seconds(1_781_015_527));
        let made: Vec<_> = (0..5000).map(|_| new_uuid(now, &random.clone())).collect();
        assert!(made.is_sorted());
        assert!(made.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
        let earlier = new_uuid(Timestamp::from_seconds(1_781_015_526), &random);
        assert!(made.iter().all(|id| earlier < *id));
    }

    #[test]
    fn identifiers_stand_in_the_order_of_time() {
        let (random, now) = (Random::new(), Timestamp::from_seconds(1_800_000_000));
        let later = Timestamp::from_milliseconds(now.milliseconds() + 1);
        let made = new_uuid(now, &random).to_string();
        assert!(earliest_of(now) <= made && made < earliest_of(later));
    }
}
