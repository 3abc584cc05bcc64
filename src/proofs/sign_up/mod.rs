//! The codes of an invitation (FLOWS.md 8): the sign-up code of its mail, and the six digits that follow it by SMS, from
//! the administrator, or on the screen of the phone.
//!
//! None of them proves a person: together they show that the invitee reads the mail and has the phone, and what that
//! opens is decided elsewhere. A try is counted before it is compared, in a transaction of its own; the counters outlive
//! the codes.

mod letters;
mod sending;
mod store;

use std::time::Duration;

pub(crate) use letters::{InvitationLetter, link_letter};
pub(crate) use sending::{SmsSending, send_sms};
pub(crate) use store::{check, check_digits, digits_until, make_digits, use_digits};

use super::failures::{Subject, TooEarly};
use crate::directory::invitations::{Invitation, InvitationId};
use crate::directory::people::PersonId;
use crate::platform::allowances::Allowance;
use crate::platform::hashing::{HashPool, TooBusy};
use crate::platform::random::{Random, normalise_readable};
use crate::platform::secret::Secret;
use crate::platform::web::network::Network;

/// The characters of a sign-up code.
const LENGTH: usize = 16;
/// Those by which an invitation is found: 25 bits, so that a million open invitations hardly ever share them. The other
/// eleven have 55.
const SELECTOR: usize = 5;
/// The characters of each group in which it is shown.
const GROUP: usize = 4;
/// The most tries of one code of six digits.
pub(crate) const TRIES: i64 = 5;
/// The sign-up codes that everybody together may try in an hour.
const OF_EVERYBODY: Allowance = Allowance { purpose: "sign-up.all", most: 100_000, within: Duration::from_hours(1) };
/// The wrong sign-up codes of everybody in an hour, beyond which the operator is told.
const BEFORE_ALARM: Allowance = Allowance { purpose: "sign-up.wrong", most: 1_000, within: Duration::from_hours(1) };
/// How often the operator is told.
const ALARM: Allowance = Allowance { purpose: "sign-up.alarm", most: 1, within: Duration::from_hours(1) };

/// A sign-up code, in the two parts in which it is looked up and compared.
#[derive(Clone, Debug)]
pub(crate) struct SignUpCode {
    selector: String,
    secret: Secret<String>,
}

impl SignUpCode {
    /// Reads a typed code: case, spaces and dashes do not matter. `None` for a text of another length.
    pub(crate) fn typed(text: &str) -> Option<Self> {
        let code = normalise_readable(text);
        let (selector, secret) = code.split_at_checked(SELECTOR)?;
        let is_whole = code.len() == LENGTH && code.is_ascii();
        is_whole.then(|| Self { selector: selector.to_owned(), secret: Secret::new(secret.to_owned()) })
    }

    /// The counters of a try: the codes that begin alike, and everybody in the network.
    pub(crate) fn subjects(&self, network: &Network) -> Vec<Subject> {
        vec![Subject::Selector(self.selector.clone()), Subject::TypingIn(network.clone())]
    }
}

/// The secret part of a new sign-up code, hashed before the transaction that stores it: a hash takes longer than a
/// transaction may.
#[derive(Clone, Debug)]
pub(crate) struct PreparedCode {
    secret: Secret<String>,
    hash: String,
}

impl PreparedCode {
    /// Makes one.
    ///
    /// # Errors
    /// [`TooBusy`].
    pub(crate) async fn new(random: &Random, hashing: &HashPool) -> Result<Self, TooBusy> {
        let secret = Secret::new(random.readable(LENGTH - SELECTOR));
        let hash = hashing.make(secret.clone()).await?;
        Ok(Self { secret, hash })
    }

    /// The hash to be stored.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// A part to find it by. Two calls give two.
    pub(crate) fn selector(random: &Random) -> String {
        random.readable(SELECTOR)
    }

    /// The whole code as the mail shows it.
    pub(crate) fn shown(&self, selector: &str) -> Secret<String> {
        let whole: Vec<char> = selector.chars().chain(self.secret.reveal().chars()).collect();
        let groups: Vec<String> = whole.chunks(GROUP).map(|group| group.iter().collect()).collect();
        Secret::new(groups.join(" "))
    }
}

/// The result of a typed sign-up code.
#[derive(Debug)]
pub(crate) enum SignUpCheck {
    /// It is the code of this invitation, open or over. The try counts as a failure until its success is recorded.
    Right(Box<Invitation>),
    /// No invitation has this code.
    Wrong,
    /// The network, or somebody with codes that begin alike, has failed too often.
    TooEarly(TooEarly),
    /// Everybody together has tried too often, or there is too much to hash.
    TooBusy(Duration),
}

/// The way in which six digits come to the invitee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DigitsOrigin {
    /// By SMS.
    Sms,
    /// From the administrator, who sees them once.
    Administrator,
    /// On the screen of the phone, to be typed where the link of the mail was opened.
    Screen,
}

impl DigitsOrigin {
    const ALL: [Self; 3] = [Self::Sms, Self::Administrator, Self::Screen];

    fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Administrator => "administrator",
            Self::Screen => "screen",
        }
    }

    /// The lifetime: ten minutes (NIST SP 800-63B-4 §3.1.3.1, §4.1.2.2), or the twelve hours of FLOWS.md 8 for what is
    /// handed over in person.
    pub(crate) fn lives(self) -> Duration {
        match self {
            Self::Sms | Self::Screen => Duration::from_mins(10),
            Self::Administrator => Duration::from_hours(12),
        }
    }
}

impl std::str::FromStr for DigitsOrigin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == text).ok_or("is no origin of six digits")
    }
}

/// The question that six digits answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DigitsQuestion {
    /// Whether the invitee has the phone or was spoken to: the digits of the SMS or of the administrator.
    Verification,
    /// Whether the reader of the mail has the phone in front of them.
    SamePerson,
}

impl DigitsQuestion {
    /// The digits that answer it. The statements have room for two.
    fn origins(self) -> [DigitsOrigin; 2] {
        match self {
            Self::Verification => [DigitsOrigin::Sms, DigitsOrigin::Administrator],
            Self::SamePerson => [DigitsOrigin::Screen, DigitsOrigin::Screen],
        }
    }
}

/// The result of typed digits.
#[derive(Debug)]
pub(crate) enum DigitsCheck {
    /// They match. They count as wrong until [`use_digits`] takes them.
    Right(DigitsMatch),
    /// They are others.
    Wrong {
        /// The tries that are left.
        tries_left: i64,
    },
    /// There are none that can be tried.
    Over,
    /// The person or the network has failed too often.
    TooEarly(TooEarly),
}

/// Matching digits that are not used up yet. Only [`check_digits`] makes it.
#[derive(Clone, Debug)]
pub(crate) struct DigitsMatch {
    invitation: InvitationId,
    origin: DigitsOrigin,
    code_hash: [u8; 32],
}

impl DigitsMatch {
    /// The way in which they came.
    pub(crate) fn origin(&self) -> DigitsOrigin {
        self.origin
    }
}

/// The counters of wrong digits: the person, whatever the invitation and the code, and the network of the request.
pub(crate) fn digits_subjects(person: PersonId, network: &Network) -> Vec<Subject> {
    vec![Subject::InARow(person), Subject::WithinADay(person), Subject::Network(network.clone())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::settings::PasswordHashCost;

    #[test]
    fn a_sign_up_code_is_read_however_it_is_typed_and_only_whole() {
        let code = SignUpCode::typed(" h4tk-9wqm p7rd\n3nvx ").unwrap();
        assert_eq!((code.selector.as_str(), code.secret.reveal().as_str()), ("H4TK9", "WQMP7RD3NVX"));
        assert_eq!(format!("{code:?}").matches("***").count(), 1, "the secret part does not print");
        let look_alike = SignUpCode::typed("olik 9wqm p7rd 3nvx").unwrap();
        assert_eq!(look_alike.selector, "011K9");
        for other in ["", "H4TK 9WQM P7RD 3NV", "H4TK 9WQM P7RD 3NVX 0", "ÄÄTK 9WQM P7RD 3NVX", "ß".repeat(16).as_str()]
        {
            assert!(SignUpCode::typed(other).is_none(), "{other}");
        }
    }

    #[tokio::test]
    async fn a_new_code_has_sixteen_characters_in_four_groups_and_is_read_back() {
        let random = Random::new();
        let pool = HashPool::start(PasswordHashCost { memory: 64, passes: 1 }, random.clone()).unwrap();
        let prepared = PreparedCode::new(&random, &pool).await.unwrap();
        let selector = PreparedCode::selector(&random);
        let shown = prepared.shown(&selector);
        let groups: Vec<usize> = shown.reveal().split(' ').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4, 4]);
        let typed = SignUpCode::typed(shown.reveal()).unwrap();
        assert_eq!((&typed.selector, typed.secret.reveal()), (&selector, prepared.secret.reveal()));
        assert!(prepared.hash().starts_with("$argon2id$"), "and the rest is hashed slowly");
    }

    #[test]
    fn the_digits_of_the_screen_answer_another_question_than_those_of_the_phone() {
        let answers = |question: DigitsQuestion, origin| question.origins().contains(&origin);
        assert!(!answers(DigitsQuestion::SamePerson, DigitsOrigin::Sms));
        assert!(!answers(DigitsQuestion::SamePerson, DigitsOrigin::Administrator));
        assert!(!answers(DigitsQuestion::Verification, DigitsOrigin::Screen));
        for origin in DigitsOrigin::ALL {
            assert_eq!(origin.as_str().parse(), Ok(origin));
        }
    }
}
