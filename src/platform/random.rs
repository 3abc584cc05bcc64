//! Randomness, and the tokens, codes and identifiers made from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use data_encoding::BASE64URL_NOPAD;

use super::secret::Secret;
use super::typed::plain;

/// Digits and letters without look-alikes (Crockford's: no I, L, O, U). 32 of them, 5 bits each.
const READABLE: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The generator of everything unpredictable (NIST SP 800-63B-4 §3.2.12).
#[derive(Clone, Debug, Default)]
pub struct Random {
    system: SystemRandom,
    /// A counter of identifiers, to order those of one instant.
    counter: Arc<AtomicU32>,
}

impl Random {
    /// A generator over the operating system's entropy.
    #[expect(clippy::disallowed_methods, reason = "the one source that everything random comes from")]
    pub fn new() -> Self {
        Self { system: SystemRandom::new(), counter: Arc::default() }
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// The operating system has no randomness: nothing after that could be trusted.
    #[expect(clippy::expect_used, reason = "without randomness no answer is safe to give")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.system.fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }

    /// The next number of the counter that all clones share.
    pub(crate) fn next(&self) -> u32 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// A 256-bit token in base64url, 43 characters: cookies, codes, refresh tokens.
    pub fn token(&self) -> Secret<String> {
        Secret::new(BASE64URL_NOPAD.encode(&self.bytes::<32>()))
    }

    /// Six digits, all codes equally likely.
    pub(crate) fn six_digits(&self) -> Secret<String> {
        // 2^64 is so large that the remainder of the division helps no guesser.
        Secret::new(format!("{:06}", u64::from_be_bytes(self.bytes()) % 1_000_000))
    }

    /// `length` characters for reading aloud and typing, 5 bits each.
    pub(crate) fn readable(&self, length: usize) -> String {
        (0..length)
            .map(|_| {
                let [byte] = self.bytes::<1>();
                READABLE.get(usize::from(byte & 31)).copied().map_or('0', char::from)
            })
            .collect()
    }
}

/// A typed code in its original form: upper case, letters and digits alone, look-alikes replaced.
pub fn normalise_readable(typed: &str) -> String {
    plain(typed)
        .chars()
        .filter(|character| character.is_alphanumeric())
        .map(|character| match character.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readable_code_is_read_back_however_it_is_typed() {
        assert_eq!(normalise_readable("k7qx-93tm pvdo"), "K7QX93TMPVD0");
        assert_eq!(normalise_readable("il"), "11");
        assert_eq!(normalise_readable("\u{feff}Ｋ７qx–۹3tm.\u{200b}"), "K7QX93TM");
    }

    #[test]
    fn tokens_hold_256_bits_and_differ() {
        let random = Random::new();
        let (one, other) = (random.token(), random.token());
        assert_eq!(one.reveal().len(), 43);
        assert_ne!(one.reveal(), other.reveal());
    }
}
