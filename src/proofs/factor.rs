//! The table of factors: everything that the rest of the program needs to know about each factor. A new factor is a
//! variant, its row here and a room of its own; the compiler names every other place that has to change.
//! `docs/decisions/factors-are-data.md` is the recipe.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A way to prove a person. Second steps are in the order in which they are offered, the easiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// A password.
    Password,
    /// A phone: an installation of the phone app, by its key and PIN.
    Phone,
    /// Six digits of an authenticator app (TOTP).
    AuthenticatorApp,
    /// A passkey or security key that has verified its user.
    Passkey,
    /// A bank, a national eID, or the directory of a company.
    Identity,
    /// The recovery code.
    RecoveryCode,
    /// The confirmation code of a new network: a check beside the factors. A code by email is no factor (NIST
    /// SP 800-63B-4 §3.1.3.1), one by SMS is a restricted one, and the same code goes out by both.
    ConfirmationCode,
    /// A link by email or the recovery code, in place of a forgotten password. It is good only for setting a new one,
    /// and needs every other proof as well.
    PasswordReset,
}

/// The row of a factor.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none follows from another")]
pub struct FactorTraits {
    /// The forms in which it proves a person, the usual one first. The word of that one names the factor in the
    /// database, in the history, in addresses and in translation keys.
    pub(crate) forms: &'static [FactorForm],
    /// The kinds that it shows; none for a check that only stands beside other factors.
    pub(crate) shows: &'static [FactorKind],
    /// Whether it may be the only proof. A single proof of it may still be weakened: see [`Method::weakened`].
    pub stands_alone: bool,
    /// Whether another site cannot pass it on.
    pub(crate) resists_phishing: bool,
    /// Whether it shows that the network of the proof is the person's.
    pub(crate) confirms_network: bool,
    /// Whether it relies on a sign-in elsewhere: a bank, a national eID.
    pub(crate) is_external: bool,
    /// Whether it can be set up on the way in: in the browser that signs in, or from there.
    pub(crate) is_set_up_on_the_way: bool,
    /// The picture among the second steps; `None` for a factor that is no second step.
    pub(crate) second_step: Option<FactorIcon>,
}

/// A form of a factor, with its stored word and its names in tokens.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct FactorForm {
    /// The word that is stored. It never changes.
    pub(crate) word: &'static str,
    /// Its names in tokens (RFC 8176 §2).
    pub(crate) amr: &'static [&'static str],
}

/// The kind of thing that a factor shows. Something that the person *is* never stands for itself: it unlocks something
/// that they have (NIST SP 800-63B-4 §3.2.3), and counts like something that they know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// Something the person knows.
    Know,
    /// Something the person has.
    Have,
}

/// The picture of a second step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorIcon {
    /// A clock: a code that changes with time.
    Clock,
    /// A key.
    Key,
    /// A phone.
    Phone,
}

impl Factor {
    /// Every factor.
    pub const ALL: [Self; 8] = [
        Self::Password,
        Self::Phone,
        Self::AuthenticatorApp,
        Self::Passkey,
        Self::Identity,
        Self::RecoveryCode,
        Self::ConfirmationCode,
        Self::PasswordReset,
    ];

    /// The row of the factor.
    pub const fn traits(self) -> &'static FactorTraits {
        use FactorKind::{Have, Know};
        match self {
            Self::Password => &FactorTraits {
                forms: &[FactorForm { word: "password", amr: &["pwd"] }],
                shows: &[Know],
                stands_alone: true,
                resists_phishing: false,
                confirms_network: false,
                is_external: false,
                is_set_up_on_the_way: false,
                second_step: None,
            },
            Self::Phone => &FactorTraits {
                // A key that the browser keeps, not hardware.
                forms: &[
                    FactorForm { word: "phone", amr: &["swk", "pin"] },
                    // By a code that the phone scanned from the screen of the browser.
                    FactorForm { word: "phone_qr", amr: &["swk", "pin"] },
                    // Both by a passkey in the place of the PIN. The key may be on several devices.
                    FactorForm { word: "phone_biometrics", amr: &["swk", "user"] },
                    FactorForm { word: "phone_qr_biometrics", amr: &["swk", "user"] },
                ],
                // It signs with a key that its PIN makes, or with a passkey that has verified its user.
                shows: &[Know, Have],
                stands_alone: true,
                // Somebody else's page can show a number or a code to type or to scan.
                resists_phishing: false,
                confirms_network: true,
                is_external: false,
                is_set_up_on_the_way: true,
                second_step: Some(FactorIcon::Phone),
            },
            Self::AuthenticatorApp => &FactorTraits {
                forms: &[FactorForm { word: "totp", amr: &["otp"] }],
                shows: &[Have],
                stands_alone: true,
                resists_phishing: false,
                confirms_network: true,
                is_external: false,
                is_set_up_on_the_way: true,
                second_step: Some(FactorIcon::Clock),
            },
            Self::Passkey => &FactorTraits {
                forms: &[
                    FactorForm { word: "passkey", amr: &["hwk", "user"] },
                    // A key that may be on several devices is not bound to hardware.
                    FactorForm { word: "synced_passkey", amr: &["swk", "user"] },
                ],
                // The key asks its user for a PIN, a finger or a face.
                shows: &[Know, Have],
                stands_alone: true,
                resists_phishing: true,
                confirms_network: true,
                is_external: false,
                is_set_up_on_the_way: true,
                second_step: Some(FactorIcon::Key),
            },
            Self::Identity => &FactorTraits {
                forms: &[
                    // RFC 8176 has no word for a bank or a national eID: it is several factors, elsewhere.
                    FactorForm { word: "identity", amr: &["mfa"] },
                    FactorForm { word: "identity_high", amr: &["mfa"] },
                    // Worth one proof, as the operator says of a directory: what it asked for there is not known.
                    FactorForm { word: "identity_one_proof", amr: &[] },
                ],
                shows: &[Know, Have],
                stands_alone: true,
                // Somebody else's page can lead to the bank, and be led back from it.
                resists_phishing: false,
                // FLOWS.md 4: a strong proof from elsewhere says nothing about this network.
                confirms_network: false,
                is_external: true,
                is_set_up_on_the_way: false,
                second_step: None,
            },
            Self::RecoveryCode => &FactorTraits {
                // A look-up secret that is used once; RFC 8176 has no closer word.
                forms: &[FactorForm { word: "recovery_code", amr: &["otp"] }],
                shows: &[Have],
                stands_alone: true,
                resists_phishing: false,
                confirms_network: true,
                is_external: false,
                is_set_up_on_the_way: false,
                second_step: None,
            },
            Self::ConfirmationCode => &FactorTraits {
                forms: &[
                    // Tokens must name the channel, SMS.
                    FactorForm { word: "confirmation_code", amr: &["sms"] },
                    FactorForm { word: "emailed_confirmation_code", amr: &["otp"] },
                ],
                shows: &[],
                stands_alone: false,
                resists_phishing: false,
                confirms_network: true,
                is_external: false,
                is_set_up_on_the_way: false,
                second_step: None,
            },
            Self::PasswordReset => &FactorTraits {
                forms: &[FactorForm { word: "password_reset", amr: &["otp"] }],
                shows: &[Know],
                stands_alone: false,
                resists_phishing: false,
                confirms_network: false,
                is_external: false,
                is_set_up_on_the_way: false,
                second_step: None,
            },
        }
    }

    /// The second steps that can be set up, in the order in which they are offered.
    pub fn second_steps() -> impl DoubleEndedIterator<Item = Self> {
        Self::ALL.into_iter().filter(|factor| factor.traits().second_step.is_some())
    }

    /// The factors that a policy may accept or not: those that prove a person by themselves.
    pub(crate) fn countable() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|factor| factor.proves_person() && factor.traits().stands_alone)
    }

    /// Its methods, one for each form.
    pub(crate) fn methods(self) -> impl Iterator<Item = Method> {
        let form = move |form| Method { factor: self, form, is_weakened: false };
        self.traits().forms.iter().map(form)
    }

    /// The word that names the factor.
    pub(crate) fn word(self) -> &'static str {
        self.traits().forms.first().map_or("", |form| form.word)
    }

    /// The translation key of one of its texts; of its name if `text` is empty.
    pub fn key(self, text: &str) -> String {
        let name = self.word().replace('_', "-");
        if text.is_empty() { format!("factor-{name}") } else { format!("factor-{name}-{text}") }
    }

    /// Whether it shows this kind, unless the proof is weakened.
    pub(crate) fn shows(self, kind: FactorKind) -> bool {
        self.traits().shows.contains(&kind)
    }

    /// Whether it shows both kinds.
    pub(crate) fn shows_both(self) -> bool {
        self.shows(FactorKind::Know) && self.shows(FactorKind::Have)
    }

    /// Whether it proves a person, alone or with another. A method that does not stands beside a factor, and changes
    /// neither the strength nor the time of the proof.
    pub(crate) fn proves_person(self) -> bool {
        !self.traits().shows.is_empty()
    }
}

impl FromStr for Factor {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|factor| factor.word() == word).ok_or(())
    }
}

impl Serialize for Factor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Factor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(|()| serde::de::Error::custom("an unknown factor"))
    }
}

/// A factor in one of its forms, as it proved somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Method {
    factor: Factor,
    form: &'static FactorForm,
    is_weakened: bool,
}

impl Method {
    /// The factor in its usual form.
    pub(crate) fn of(factor: Factor) -> Self {
        Self::in_form(factor, 0)
    }

    /// A passkey, on one device or on several.
    pub fn passkey(synced: bool) -> Self {
        Self::in_form(Factor::Passkey, usize::from(synced))
    }

    /// A confirmation code, sent by SMS as well or by email alone.
    pub(crate) fn confirmation_code(by_sms: bool) -> Self {
        Self::in_form(Factor::ConfirmationCode, usize::from(!by_sms))
    }

    /// A phone that answered a question or was unlocked, by its PIN or by its passkey.
    pub(crate) fn phone(by_passkey: bool) -> Self {
        Self::in_form(Factor::Phone, if by_passkey { 2 } else { 0 })
    }

    /// A phone that scanned a code, and confirmed by its PIN or by its passkey.
    pub(crate) fn scanned_by_phone(by_passkey: bool) -> Self {
        Self::in_form(Factor::Phone, if by_passkey { 3 } else { 1 })
    }

    /// A bank or eID at the level *high*.
    pub(crate) fn identity_of_high_level() -> Self {
        Self::in_form(Factor::Identity, 1)
    }

    /// A provider whose answer is worth one proof.
    pub(crate) fn identity_of_one_proof() -> Self {
        Self::in_form(Factor::Identity, 2)
    }

    /// Whether it is an identity that shows one proof.
    pub(crate) fn is_one_proof(self) -> bool {
        self.form == Self::identity_of_one_proof().form
    }

    /// Whether a code of another screen may have been passed on to the person: it shows nothing about the network of the
    /// browser (FLOWS.md 4).
    pub(crate) fn is_scanned(self) -> bool {
        [false, true].into_iter().any(|by_passkey| self.form == Self::scanned_by_phone(by_passkey).form)
    }

    fn in_form(factor: Factor, at: usize) -> Self {
        const NAMELESS: &FactorForm = &FactorForm { word: "", amr: &[] };
        Self { factor, form: factor.traits().forms.get(at).unwrap_or(NAMELESS), is_weakened: false }
    }

    /// The same method, unable to be the only proof if `is_weakened`: a short password (NIST SP 800-63B-4 §3.1.1.2:
    /// fewer than 15 characters), a passkey that may have been copied. If the factor shows both kinds, only the
    /// possession remains.
    #[must_use]
    pub(crate) fn weakened(self, is_weakened: bool) -> Self {
        Self { is_weakened: is_weakened && self.factor.traits().stands_alone, ..self }
    }

    /// The method with a stored word; `None` for an unknown word.
    pub(crate) fn from_stored(word: &str, stands_alone: bool) -> Option<Self> {
        let method = Factor::ALL.into_iter().flat_map(Factor::methods).find(|method| method.as_str() == word)?;
        Some(method.weakened(!stands_alone))
    }

    /// The factor.
    pub(crate) fn factor(self) -> Factor {
        self.factor
    }

    /// The word that is stored.
    pub(crate) fn as_str(self) -> &'static str {
        self.form.word
    }

    /// Its names in tokens (RFC 8176 §2).
    pub(crate) fn amr(self) -> &'static [&'static str] {
        self.form.amr
    }

    /// Whether it may be the only proof.
    pub(crate) fn stands_alone(self) -> bool {
        self.factor.traits().stands_alone && !self.is_weakened
    }

    /// Whether it shows this kind.
    pub(crate) fn shows(self, kind: FactorKind) -> bool {
        let is_left = !self.is_weakened || kind == FactorKind::Have || !self.factor.shows_both();
        // One proof elsewhere takes the place of a password, and nothing more.
        self.factor.shows(kind) && is_left && !(self.is_one_proof() && kind == FactorKind::Have)
    }

    /// Whether another site cannot pass it on.
    pub(crate) fn resists_phishing(self) -> bool {
        self.factor.traits().resists_phishing && !self.is_weakened
    }

    /// Whether it shows that the network of the proof is the person's: the code that is made for this, or a possession
    /// that is stronger than a code by SMS.
    pub(crate) fn confirms_network(self) -> bool {
        self.factor.traits().confirms_network && !self.is_weakened && !self.is_scanned()
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Ord for Method {
    /// The order of their words, in which sets of them are written.
    fn cmp(&self, other: &Self) -> Ordering {
        (self.as_str(), self.is_weakened).cmp(&(other.as_str(), other.is_weakened))
    }
}

impl PartialOrd for Method {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Method {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(|()| serde::de::Error::custom("an unknown method"))
    }
}

impl FromStr for Method {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::from_stored(word, true).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_names_one_form_of_one_factor_and_is_read_back() {
        let mut words = BTreeSet::new();
        for factor in Factor::ALL {
            assert_eq!(factor.word().parse(), Ok(factor));
            for form in factor.traits().forms {
                assert!(words.insert(form.word), "{} stands for two things", form.word);
                let method: Method = form.word.parse().unwrap();
                assert_eq!((method.factor(), method.as_str(), method.amr()), (factor, form.word, form.amr));
            }
        }
        assert_eq!(words.len(), 15, "what is stored is read for ever");
        assert!("carrier_pigeon".parse::<Method>().is_err());
    }

    #[test]
    fn a_weakened_proof_shows_less_and_is_stored_as_such() {
        let copy = Method::passkey(false).weakened(true);
        assert!(!copy.stands_alone() && !copy.resists_phishing() && !copy.confirms_network());
        assert!(copy.shows(FactorKind::Have) && !copy.shows(FactorKind::Know));
        let short = Method::of(Factor::Password).weakened(true);
        assert!(short.shows(FactorKind::Know) && !short.stands_alone());
        for method in [copy, short, Method::passkey(true), Method::confirmation_code(false)] {
            assert_eq!(Method::from_stored(method.as_str(), method.stands_alone()), Some(method));
        }
    }

    #[test]
    fn a_method_that_proves_nobody_never_stands_alone() {
        for factor in Factor::ALL.into_iter().filter(|factor| !factor.proves_person()) {
            assert!(!factor.traits().stands_alone && !factor.traits().resists_phishing);
        }
    }
}
