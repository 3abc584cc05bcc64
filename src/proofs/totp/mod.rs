//! Authenticator apps: six digits that change every 30 seconds (RFC 6238), and what other systems agreed upon with
//! theirs. A code is taken once, with one step of clock drift either way.

mod encodings;
mod form;
mod store;

use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

pub(crate) use encodings::SeedEncoding;
pub(crate) use form::CodeForm;
pub(crate) use form::UnfitForm;

pub(crate) use store::{MOST, TotpCheck, bring_back, check, connect, expire, find, opens, rename, sealed};
pub use store::{NewAuthenticator, add, of_person, remove, remove_since};

use super::AppCode;
use crate::platform::clock::Timestamp;
use crate::platform::random::Random;
use crate::platform::secret::Secret;

/// The most steps that an app is followed: so a clock that is set right is always taken again.
const MOST_DRIFT: i64 = 1;
/// Bytes of a seed: 160 bits, as RFC 4226 §4 recommends.
const SEED_LENGTH: usize = 20;
/// Bytes of the shortest imported seed.
const SHORTEST_SEED: usize = 10;
/// The fewest characters that are taken for hexadecimal digits: of as many letters of base32, hardly ever all are.
const SHORTEST_HEXADECIMAL: usize = 2 * SHORTEST_SEED;

/// The secret that an authenticator app shares with the server, and the form of its codes.
#[derive(Clone, Debug)]
pub struct Seed {
    secret: Secret<Vec<u8>>,
    form: CodeForm,
}

impl Seed {
    /// A new seed of 160 random bits.
    pub fn new(random: &Random) -> Self {
        Self { secret: Secret::new(random.bytes::<SEED_LENGTH>().to_vec()), form: CodeForm::USUAL }
    }

    /// The seed of stored bytes.
    pub(crate) fn from_bytes(bytes: Secret<Vec<u8>>) -> Self {
        match CodeForm::split(bytes.reveal()) {
            Some((form, secret)) => Self { secret: Secret::new(secret.to_vec()), form },
            None => Self { secret: bytes, form: CodeForm::USUAL },
        }
    }

    /// The bytes, to be sealed: the secret, and before it the form, where that is not the usual one.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.form.prefix().as_slice(), self.secret.reveal()].concat())
    }

    /// The same seed with codes of another form.
    #[must_use]
    pub(crate) fn of_form(self, form: CodeForm) -> Self {
        Self { form, ..self }
    }

    /// Reads a seed as another system exports it: base32, hexadecimal digits, or the whole address that an app reads
    /// from a QR code, with the form that it tells.
    ///
    /// # Errors
    /// [`UnfitForm`] for an address whose codes no app here shows; `Ok(None)` for no seed.
    pub fn imported(text: &str) -> Result<Option<Self>, UnfitForm> {
        let text = text.trim();
        if text.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("otpauth://")) {
            return Self::of_address(text);
        }
        // Some write hexadecimal digits in groups, or with colons between the bytes.
        let digits: String = text.chars().filter(|it| !it.is_whitespace() && !matches!(it, ':' | '-')).collect();
        let is_hexadecimal = digits.len() >= SHORTEST_HEXADECIMAL && digits.len().is_multiple_of(2);
        let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok().filter(|_| is_hexadecimal);
        let secret = bytes.map(|bytes| Self { secret: Secret::new(bytes), form: CodeForm::USUAL });
        Ok(secret.or_else(|| Self::from_base32(text)))
    }

    fn of_address(text: &str) -> Result<Option<Self>, UnfitForm> {
        let Ok(address) = url::Url::parse(text) else { return Ok(None) };
        if address.host_str() != Some("totp") {
            return Err(UnfitForm);
        }
        let (mut seed, mut form) = (None, CodeForm::USUAL);
        for (name, value) in address.query_pairs() {
            match name.as_ref() {
                "secret" => seed = Self::from_base32(&value),
                "algorithm" => form = form.with_algorithm(&value)?,
                "digits" => form = form.with_digits(value.parse().map_err(|_| UnfitForm)?)?,
                "period" => form = form.with_period(value.parse().map_err(|_| UnfitForm)?)?,
                _ => {}
            }
        }
        Ok(seed.map(|seed| seed.of_form(form)))
    }

    /// The seed of base32 text as apps and libraries write it: upper or lower case, in groups, with or without padding;
    /// `None` if it is not base32 or shorter than 80 bits. RFC 4226 (R6) wants 128 bits of a new seed, but shorter ones
    /// are in use already.
    pub fn from_base32(text: &str) -> Option<Self> {
        let letters: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
        let letters = letters.trim_end_matches('=').to_ascii_uppercase();
        let bytes = BASE32_NOPAD.decode(letters.as_bytes()).ok()?;
        (bytes.len() >= SHORTEST_SEED).then(|| Self { secret: Secret::new(bytes), form: CodeForm::USUAL })
    }

    /// The seed as people type it into an app.
    pub(crate) fn base32(&self) -> String {
        BASE32_NOPAD.encode(self.secret.reveal())
    }

    /// The address in the QR code. Algorithm, digits and period are left out, because every app has the same defaults
    /// and the picture becomes coarser.
    pub(crate) fn address(&self, issuer: &str, account: &str) -> String {
        let encode =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let issuer = encode(&issuer.replace(':', " "));
        format!("otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}", encode(account), self.base32())
    }

    /// The step whose code was typed, if it is the current one or a neighbour.
    pub(crate) fn step_of(&self, code: &AppCode, now: Timestamp) -> Option<i64> {
        self.step_of_drifted(code, now, 0)
    }

    /// The same for an app whose clock was ahead by some steps when it was used last (behind: negative).
    /// The window stays as wide: it only stands where that app's clock is.
    fn step_of_drifted(&self, code: &AppCode, now: Timestamp, drift: i64) -> Option<i64> {
        let shift = drift.clamp(-MOST_DRIFT, MOST_DRIFT).checked_mul(self.form.period())?;
        let seconds = u64::try_from(now.seconds().checked_add(shift)?).ok()?;
        self.totp().check(code.as_str(), seconds).and_then(|step| i64::try_from(step).ok())
    }

    /// The number of the step that an instant lies in.
    fn step_at(&self, now: Timestamp) -> i64 {
        now.seconds().div_euclid(self.form.period())
    }

    /// The latest step whose code can be taken now, by an app whose clock is as far ahead as any is followed.
    fn latest_step(&self, now: Timestamp) -> i64 {
        self.step_at(now).saturating_add(2 * MOST_DRIFT)
    }

    /// By how many steps a code is ahead of the server's clock (behind: negative).
    fn drift_of(&self, step: i64, now: Timestamp) -> i64 {
        step.saturating_sub(self.step_at(now)).clamp(-MOST_DRIFT, MOST_DRIFT)
    }

    /// The code at an instant, for demonstrations and tests.
    pub fn code_at(&self, now: Timestamp) -> String {
        self.totp().generate(u64::try_from(now.seconds()).unwrap_or(0)).to_string()
    }

    fn totp(&self) -> Totp {
        Builder::new()
            .with_algorithm(self.form.algorithm())
            .with_digits(self.form.digits())
            .with_skew(1)
            .with_step_duration(self.form.period().unsigned_abs())
            .with_secret(self.secret.reveal().clone())
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
        let code: AppCode = seed.code_at(made).parse().unwrap();
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
            assert_eq!(Seed::from_base32(text).map(|seed| seed.secret.reveal().len()), Some(bytes), "{text}");
        }
        for wrong in ["", "====", "YZ7AXMRLL4J2GW", "YZ7AXMRLL4J2GWX1", "fdb9a2712091545df2249e78c9b6326ee59df733"] {
            assert!(Seed::from_base32(wrong).is_none(), "{wrong}");
        }
    }

    /// RFC 6238, appendix B: its examples of SHA-1, SHA-256 and SHA-512, with eight digits.
    #[test]
    fn the_form_that_another_system_agreed_upon_with_an_app_is_kept() {
        let seeds = [
            ("SHA1", "12345678901234567890".to_owned(), "94287082"),
            ("SHA256", "12345678901234567890123456789012".to_owned(), "46119246"),
            ("SHA512", "1234567890".repeat(6) + "1234", "90693936"),
        ];
        let at = Timestamp::from_seconds(59);
        for (algorithm, secret, code) in seeds {
            let base32 = BASE32_NOPAD.encode(secret.as_bytes());
            let address =
                format!("otpauth://totp/X:a%40b.example?secret={base32}&issuer=X&algorithm={algorithm}&digits=8");
            let seed = Seed::imported(&address).unwrap().unwrap();
            assert_eq!(seed.code_at(at), code, "{algorithm}");
            let stored = Seed::from_bytes(Secret::new(seed.to_bytes().to_vec()));
            assert_eq!((stored.code_at(at), stored.form), (code.to_owned(), seed.form), "and as it is stored");
            let short = seed.of_form(CodeForm::USUAL.with_period(60).unwrap());
            let minute = Timestamp::from_seconds(59 + 60);
            assert_ne!(short.code_at(at), short.code_at(minute));
            assert_eq!(short.code_at(at), short.code_at(Timestamp::from_seconds(0)), "one code a minute");
        }
    }

    #[test]
    fn seeds_are_read_in_every_writing_and_codes_of_no_app_are_refused() {
        let bytes = |text: &str| Seed::imported(text).unwrap().map(|seed| seed.secret.reveal().clone());
        let django = "fdb9a2712091545df2249e78c9b6326ee59df733";
        assert_eq!(bytes(django), HEXLOWER_PERMISSIVE.decode(django.as_bytes()).ok());
        assert_eq!(bytes(&django.to_uppercase()), bytes(django));
        assert_eq!(bytes("FD:B9:A2:71:20:91:54:5d:f2:24:9e:78:c9:b6:32:6e:e5:9d:f7:33"), bytes(django));
        assert_eq!(bytes("fdb9a271 2091545d f2249e78 c9b6326e e59df733"), bytes(django));
        assert_eq!(bytes(" w5ef grjd 65c4 vuvk 7jo2 hc5n rteu vsgd ").map(|bytes| bytes.len()), Some(20));
        assert_eq!(
            bytes("OTPAUTH://totp/X?secret=W5EFGRJD65C4VUVK7JO2HC5NRTEUVSGD").map(|bytes| bytes.len()),
            Some(20)
        );
        for none in ["", "fdb9a2712091545d", "otpauth://totp/X", "otpauth://totp/X?secret=1", "no seed"] {
            assert_eq!(bytes(none), None, "{none}");
        }
        for unfit in
            ["hotp/X?counter=1&", "totp/X?digits=5&", "totp/X?period=1&", "totp/X?algorithm=MD5&", "totp/X?digits=x&"]
        {
            let address = format!("otpauth://{unfit}secret=W5EFGRJD65C4VUVK7JO2HC5NRTEUVSGD");
            assert!(Seed::imported(&address).is_err(), "{address}");
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
