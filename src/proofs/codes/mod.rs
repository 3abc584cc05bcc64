//! The confirmation code of a new network (FLOWS.md 4): six digits, the same by SMS and by email, typed within 90
//! seconds in the browser for which it was made.
//!
//! It shows that the proven person also reads their messages, and must never be taken for a factor. A try is counted
//! before it is compared, in a transaction of its own; the counters outlive the code.

mod sending;
mod store;

use std::time::Duration;

pub(crate) use sending::{CodeRequest, CodeSending, NotSent, send};
pub(crate) use store::{CodeCheck, check, expire, use_up, waiting};

use super::failures::Subject;
use crate::directory::contacts::Contacts;
use crate::directory::people::{Person, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::settings::messages::SmsSettings;
use crate::platform::web::network::Network;

/// The lifetime of a code (FLOWS.md 4; NIST SP 800-63B-4 §3.1.3.1: at most ten minutes).
pub(crate) const LIVES: Duration = Duration::from_secs(90);
/// The most tries of one code.
pub(crate) const TRIES: i64 = 5;

/// The contacts to which a code can be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CodeContacts {
    /// The phone.
    pub(crate) phone: Option<PhoneNumber>,
    /// The email.
    pub(crate) email: Option<String>,
}

/// The purpose of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occupation {
    /// Signing in.
    SigningIn,
    /// Signing in with a forgotten password, for which a phone that an administrator set lately does not count.
    Recovering,
}

impl CodeContacts {
    /// The contacts of a person for a code now: the communication phone, if SMS reach it, and the communication email,
    /// otherwise the confirmed sign-in email.
    pub(crate) fn of(
        person: &Person,
        contacts: Contacts,
        sms: Option<&SmsSettings>,
        occupation: Occupation,
        now: Timestamp,
    ) -> Self {
        let phone = contacts.phone.filter(|phone| occupation == Occupation::SigningIn || phone.may_reset(now));
        let can_get_sms =
            |number: &PhoneNumber| number.takes_sms() && sms.is_some_and(|settings| settings.serves(number.country()));
        let confirmed = person.email_confirmed_at.map(|_| person.email.clone());
        Self { phone: phone.map(|phone| phone.number).filter(can_get_sms), email: contacts.email.or(confirmed) }
    }

    /// Whether there is neither phone nor email.
    pub(crate) fn is_empty(&self) -> bool {
        self.phone.is_none() && self.email.is_none()
    }
}

/// A code that was sent, valid or expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The remaining tries.
    pub(crate) tries_left: i64,
    /// The time at which it was sent.
    pub(crate) sent_at: Timestamp,
    /// The time at which it expires.
    pub(crate) expires_at: Timestamp,
    /// The identifier of its SMS.
    pub(crate) sms: Option<String>,
    /// The identifier of its email.
    pub(crate) email: Option<String>,
}

impl Waiting {
    /// Whether it is valid and has tries left.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        self.tries_left > 0 && now < self.expires_at
    }
}

/// The counters of a wrong code: the person, in any browser, and the network of the request.
pub(crate) fn subjects(person: PersonId, network: &Network) -> Vec<Subject> {
    vec![Subject::InARow(person), Subject::WithinADay(person), Subject::Network(network.clone())]
}

/// A phone as shown after a first proof: `+358 •• ••• 45 67`.
pub(crate) fn masked_phone(phone: &PhoneNumber) -> String {
    let readable = phone.readable();
    let (country, _) = readable.split_once(' ').unwrap_or((readable.as_str(), ""));
    let (one, two) = last_digits(phone);
    format!("{country} •• ••• {one} {two}")
}

/// The last four digits of a phone in two pairs, for reading aloud.
pub(crate) fn last_digits(phone: &PhoneNumber) -> (String, String) {
    let digits: Vec<char> = phone.digits().chars().rev().take(4).collect();
    let ends: Vec<char> = digits.into_iter().rev().collect();
    let (one, two) = ends.split_at(ends.len().min(2));
    (one.iter().collect(), two.iter().collect())
}

/// An email as shown after a first proof: `a••••••••n@kallio.example`. The number of dots is the same for every email.
pub(crate) fn masked_email(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    let last = local.chars().last().filter(|_| local.chars().count() > 3).map(String::from).unwrap_or_default();
    format!("{first}••••••••{last}@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::contacts::{Origin, Phone, RESETS_NOTHING_FOR};
    use crate::directory::people::PersonState;
    use crate::platform::secret::Secret;
    use crate::platform::settings::messages::SmsBody;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn person(is_confirmed: bool) -> Person {
        Person {
            id: PersonId::NOBODY,
            email: "aino.virtanen@kallio.example".to_owned(),
            given_name: "Aino".to_owned(),
            family_name: "Virtanen".to_owned(),
            language: "en".to_owned(),
            state: PersonState::Active,
            terms_version: None,
            created_at: NOW,
            changed_at: NOW,
            email_confirmed_at: is_confirmed.then_some(NOW),
            closed_to_resets: false,
        }
    }

    fn sms(countries: &[&str]) -> SmsSettings {
        SmsSettings {
            url: "https://sms.example".parse().unwrap(),
            from: String::new(),
            user: String::new(),
            secret: Secret::new(String::new()),
            header: None,
            body: SmsBody::Form(Vec::new()),
            countries: countries.iter().map(|country| (*country).to_owned()).collect(),
            hourly: 1,
            daily: 1,
            prefix_hourly: 1,
        }
    }

    fn contacts(email: Option<&str>, phone: Option<&str>) -> Contacts {
        let phone = phone.map(|phone| Phone { number: PhoneNumber::parse(phone).unwrap(), origin: Origin::Confirmed });
        Contacts { email: email.map(str::to_owned), phone }
    }

    fn code_contacts(person: &Person, contacts: Contacts, sms: Option<&SmsSettings>) -> (bool, Option<String>) {
        let code_contacts = CodeContacts::of(person, contacts, sms, Occupation::SigningIn, NOW);
        (code_contacts.phone.is_some(), code_contacts.email)
    }

    #[test]
    fn one_contact_that_is_up_to_date_is_enough_and_none_is_none() {
        let (finnish, aino) = (sms(&["FI"]), person(true));
        let own = Some(aino.email.clone());
        assert_eq!(code_contacts(&aino, contacts(None, None), Some(&finnish)), (false, own.clone()));
        let other = contacts(Some("aino@posti.example"), Some("+358401234567"));
        assert_eq!(code_contacts(&aino, other, Some(&finnish)), (true, Some("aino@posti.example".to_owned())));
        let unconfirmed = person(false);
        let phone = || contacts(None, Some("+358401234567"));
        assert_eq!(code_contacts(&unconfirmed, phone(), Some(&finnish)), (true, None));
        assert_eq!(code_contacts(&unconfirmed, phone(), Some(&sms(&["SE"]))), (false, None), "no SMS go there");
        assert_eq!(code_contacts(&unconfirmed, contacts(None, Some("+35893101691")), Some(&finnish)), (false, None));
        let nothing = CodeContacts::of(&unconfirmed, phone(), None, Occupation::SigningIn, NOW);
        assert!(nothing.is_empty());
    }

    #[test]
    fn a_phone_that_an_administrator_set_lately_helps_to_sign_in_and_not_to_recover() {
        let finnish = sms(&["FI"]);
        let mut contacts = contacts(None, Some("+358401234567"));
        if let Some(phone) = &mut contacts.phone {
            phone.origin = Origin::SetByAdministrator { administrator: PersonId::NOBODY, at: NOW };
        }
        let is_reached = |occupation, now| {
            CodeContacts::of(&person(false), contacts.clone(), Some(&finnish), occupation, now).phone.is_some()
        };
        assert!(is_reached(Occupation::SigningIn, NOW) && !is_reached(Occupation::Recovering, NOW));
        let later = NOW.plus(RESETS_NOTHING_FOR);
        assert!(!is_reached(Occupation::Recovering, later.minus(Duration::from_millis(1))));
        assert!(is_reached(Occupation::Recovering, later));
    }

    #[test]
    fn contacts_are_shown_only_as_far_as_their_owner_knows_them() {
        let phone = PhoneNumber::parse("+358405554217").unwrap();
        assert_eq!(masked_phone(&phone), "+358 •• ••• 42 17");
        assert_eq!(masked_email("aino.virtanen@kallio.example"), "a••••••••n@kallio.example");
        assert_eq!(masked_email("ai@kallio.example"), "a••••••••@kallio.example");
        assert_eq!(masked_email("\u{e4}@x.example"), "\u{e4}••••••••@x.example");
    }

    #[test]
    fn a_code_is_open_for_ninety_seconds_and_five_tries() {
        let code = Waiting { tries_left: 1, sent_at: NOW, expires_at: NOW.plus(LIVES), sms: None, email: None };
        assert!(code.is_open(NOW) && code.is_open(NOW.plus(Duration::from_millis(89_999))));
        assert!(!code.is_open(NOW.plus(Duration::from_secs(90))));
        assert!(!Waiting { tries_left: 0, ..code }.is_open(NOW));
    }
}
