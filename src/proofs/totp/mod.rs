//! Authenticator apps: six digits that change every 30 seconds (RFC 6238). A code is accepted once, with one step of
//! clock drift in either direction.

mod store;

use data_encoding::BASE32_NOPAD;
use totp_rs::{Algorithm, Builder, Totp};

pub(crate) use store::{MOST, TotpCheck, bring_back, check, connect, expire, find, opens, rename, sealed};
pub use store::{NewAuthenticator, add, of_person, remove, remove_since};

use super::SixDigits;
use crate::platform::clock::Timestamp;
use crate::platform::random::Random;
use crate::platform::secret::Secret;

/// Seconds of one step.
const STEP: u64 = 30;
/// The most steps of drift that are followed, so that a clock that is set right is always accepted again.
const MOST_DRIFT: i64 = 1;
/// Bytes of a seed: 160 bits, as RFC 4226 §4 recommends.
const SEED_LENGTH: usize = 20;
/// Bytes of the shortest imported seed.
const SHORTEST_SEED: usize = 10;

/// The secret that an authenticator app shares with the server.
#[derive(Clone, Debug)]
pub struct Seed(Secret<Vec<u8>>);

impl Seed {
    /// A new seed of 160 random bits.
    pub fn new(random: &Random) -> Self {
        Self(Secret::new(random.bytes::<SEED_LENGTH>().to_vec()))
    }

    /// The seed of stored bytes.
    pub(crate) fn from_bytes(bytes: Secret<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The seed of base32 text as apps and libraries write it: upper or lower case, in groups, with or without padding;
    /// `None` if it is not base32 or shorter than 80 bits. RFC 4226 (R6) wants 128 bits of a new seed, but shorter ones
    /// are in use already.
    pub fn from_base32(text: &str) -> Option<Self> {
        let letters: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
        let letters = letters.trim_end_matches('=').to_ascii_uppercase();
        let bytes = BASE32_NOPAD.decode(letters.as_bytes()).ok()?;
        (bytes.len() >= SHORTEST_SEED).then(|| Self(Secret::new(bytes)))
    }

    /// The bytes, for sealing.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.reveal()
    }

    /// The seed as people type it into an app.
    pub(crate) fn base32(&self) -> String {
        BASE32_NOPAD.encode(self.0.reveal())
    }

    /// The address in the QR code. Algorithm, digits and period are left out, because every app has the same defaults
    /// and the picture becomes coarser.
    pub(crate) fn address(&self, issuer: &str, account: &str) -> String {
        let encode =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let issuer = encode(&issuer.replace(':', " "));
        format!("otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}", encode(account), self.base32())
    }

    /// The step of a typed code, if it is the current one or a neighbour.
    pub(crate) fn step_of(&self, code: &SixDigits, now: Timestamp) -> Option<i64> {
        self.step_of_drifted(code, now, 0)
    }

    /// The same for an app whose clock was ahead by some steps at its last use (behind: negative). The window has the
    /// same width, around that app's clock.
    fn step_of_drifted(&self, code: &SixDigits, now: Timestamp, drift: i64) -> Option<i64> {
        let shift = drift.clamp(-MOST_DRIFT, MOST_DRIFT).checked_mul(i64::try_from(STEP).ok()?)?;
        let seconds = u64::try_from(now.seconds().checked_add(shift)?).ok()?;
        self.totp().check(code.as_str(), seconds).and_then(|step| i64::try_from(step).ok())
    }

    /// The steps by which a code is ahead of the server's clock (behind: negative).
    fn drift_of(step: i64, now: Timestamp) -> i64 {
        let current = i64::try_from(STEP).map_or(0, |length| now.seconds().div_euclid(length));
        step.saturating_sub(current).clamp(-MOST_DRIFT, MOST_DRIFT)
    }

    /// The code at an instant, for demonstrations and tests.
    pub fn code_at(&self, now: Timestamp) -> String {
        self.totp().generate(u64::try_from(now.seconds()).unwrap_or(0)).to_string()
    }

    fn totp(&self) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(STEP)
            .with_secret(self.0.reveal().clone())
            .build_noncompliant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the seed of its SHA-1 examples, whose eight-digit codes end in these six.
    #[test]
    fn codes_are_those_of_the_standard() {
        let seed = Seed::from_bytes(Secret::new(b"12345678901234567890".to_vec()));
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(seed.code_at(Timestamp::from_seconds(seconds)), code);
        }
    }

    #[test]
    fn one_step_of_drift_is_taken_either_way_and_no_more() {
        let seed = Seed::new(&Random::new());
        let made = Timestamp::from_seconds(3_000_000);
        let code: SixDigits = seed.code_at(made).parse().unwrap();
        let step = 100_000;
        for (seconds, expected) in [(-30, Some(step)), (0, Some(step)), (59, Some(step)), (-31, None), (60, None)] {
            let now = Timestamp::from_seconds(made.seconds() + seconds);
            assert_eq!(seed.step_of(&code, now), expected, "{seconds} seconds later");
        }
    }

    /// Made by Python: `base64.b32encode(bytes)` of 10, 15, 16 and 32 bytes, and grouped by hand.
    #[test]
    fn seeds_are_read_as_apps_and_libraries_write_them() {
        for (text, bytes) in [
            ("YZ7AXMRLL4J2GWXA", 10),
            ("SXQD64AY3PNV7JVI7A2AWF7I", 15),
            ("N2JOOOHS4LUK5UTH3ZHHNDWEAU======", 16),
            ("N2JOOOHS4LUK5UTH3ZHHNDWEAU", 16),
            ("w5ef grjd 65c4 vuvk 7jo2 hc5n rteu vsgd", 20),
            ("W5EF-GRJD-65C4-VUVK-7JO2-HC5N-RTEU-VSGD", 20),
            ("JQJFX4L3GW6F2FJG3VPB7Y4IJFSVNU3CB32ZZGP3BRBDMHSSQK4A====", 32),
        ] {
            assert_eq!(Seed::from_base32(text).map(|seed| seed.bytes().len()), Some(bytes), "{text}");
        }
        for wrong in ["", "====", "YZ7AXMRLL4J2GW", "YZ7AXMRLL4J2GWX1", "fdb9a2712091545df2249e78c9b6326ee59df733"] {
            assert!(Seed::from_base32(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_address_names_issuer_and_account() {
        let seed = Seed::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(
            seed.address("Kallio & Laine", "aino@kallio.example"),
            "otpauth://totp/Kallio%20%26%20Laine:aino%40kallio.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Kallio%20%26%20Laine"
        );
    }
}
