//! The sending of codes, by every open way and within limits.

use std::time::Duration;

use super::store::{self, CodeRecord};
use super::{CodeContacts, LIVES, subjects};
use crate::directory::people::Person;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::messages::{self, Message, sms};
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::platform::web::translations::{Language, Texts};
use crate::proofs::failures::{self, TooEarly};
use crate::proofs::{Factor, Occasion};

/// Codes for a person in an hour.
const OF_PERSON_HOURLY: Allowance = Allowance { purpose: "code.hour", most: 3, within: Duration::from_hours(1) };
/// Codes for a person in a day.
const OF_PERSON_DAILY: Allowance = Allowance { purpose: "code.day", most: 15, within: Duration::from_hours(24) };
/// Codes that one network may ask for in an hour, for anybody.
const OF_NETWORK: Allowance = Allowance { purpose: "code.network", most: 30, within: Duration::from_hours(1) };

/// A request for a code.
#[derive(Clone, Debug)]
pub(crate) struct CodeRequest {
    /// The person.
    pub(crate) person: Person,
    /// The contacts.
    pub(crate) code_contacts: CodeContacts,
    /// The sign-in and browser, outside which the code is not valid.
    pub(crate) occasion: Occasion,
    /// The network of the request, for the email.
    pub(crate) network: Network,
    /// The browser in words, for the email.
    pub(crate) browser: String,
    /// The time of the request.
    pub(crate) now: Timestamp,
}

/// The reason for which no code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSent {
    /// The limit of codes or tries is reached until this instant.
    Until(Timestamp),
    /// The limit of tries is reached, and no wait ends it.
    Closed,
    /// The person has no contact for a code.
    NoWay,
}

/// The result of a request. The transaction is committed in either case, because requests are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CodeSending {
    /// The code was sent by these channels, in their stored words: `sms`, `email`.
    Sent(Vec<&'static str>),
    /// No code was sent.
    NotSent(NotSent),
}

/// Sends a new code in place of an earlier one, in the transaction of its reason.
pub(crate) async fn send(tx: &mut Tx<'_>, app: &Core, wish: &CodeRequest) -> Result<CodeSending, Fault> {
    let (person, now) = (&wish.person, wish.now);
    let counted_for = subjects(person.id, &wish.network);
    if let Some(early) = failures::holds_back(tx, Factor::ConfirmationCode.into(), &counted_for, now).await? {
        return Ok(CodeSending::NotSent(held_back(early)));
    }
    let id = person.id.to_string();
    let taken = [(OF_PERSON_HOURLY, id.clone()), (OF_PERSON_DAILY, id), (OF_NETWORK, wish.network.to_string())];
    if let AllowanceAnswer::Exhausted(exhausted) = allowances::take_all(tx, &taken, now).await? {
        return Ok(CodeSending::NotSent(NotSent::Until(now.plus(exhausted.wait))));
    }
    let phone = match &wish.code_contacts.phone {
        None => None,
        Some(number) => {
            let request = sms::SmsRequest {
                person: Some(person.id.to_string()),
                number: number.clone(),
                network: Some(wish.network.clone()),
            };
            // The history has the reason if no SMS goes out. The email still does.
            sms::may_send(tx, app, request, now).await?.permit()
        }
    };
    if phone.is_none() && wish.code_contacts.email.is_none() {
        return Ok(CodeSending::NotSent(NotSent::NoWay));
    }
    let code = app.random.six_digits();
    let words = Words::of(app, wish, code.reveal());
    let mut sent = CodeRecord {
        code_hash: store::code_hash(app, (person.id, &wish.occasion), code.reveal()),
        sms: None,
        email: None,
    };
    let mut ways = Vec::new();
    if let Some(allowed) = phone {
        sent.sms = Some(messages::write_known(tx, app, &words.sms(allowed)).await?);
        ways.push("sms");
    }
    if let Some(email) = &wish.code_contacts.email {
        sent.email = Some(messages::write_known(tx, app, &words.mail(app, email)).await?);
        ways.push("email");
    }
    store::keep(tx, (person.id, &wish.occasion), &sent, now).await?;
    Ok(CodeSending::Sent(ways))
}

fn held_back(early: TooEarly) -> NotSent {
    if early.is_for_good() { NotSent::Closed } else { NotSent::Until(early.until) }
}

/// The texts of both messages.
struct Words<'w> {
    wish: &'w CodeRequest,
    language: Language,
    texts: Texts,
    code: &'w str,
    organisation: &'w str,
    host: &'w str,
}

impl<'w> Words<'w> {
    fn of(app: &'w Core, wish: &'w CodeRequest, code: &'w str) -> Self {
        let language = Language::parse_tag(&wish.person.language).unwrap_or(Language::English);
        Self {
            wish,
            language,
            texts: Texts::new(language),
            code,
            organisation: &app.settings.organisation,
            host: app.settings.public_url.host(),
        }
    }

    /// The last line binds the code to our origin, so that the phone's browser offers it nowhere else (origin-bound
    /// one-time codes).
    fn sms(&self, allowed: sms::SmsPermit) -> Message {
        let words = [("code", self.code), ("organisation", self.organisation)];
        let text = self.texts.text_with("message-new-network-sms", &words);
        Message::sms(self.language, allowed, &text, self.wish.now)
            .paragraphs(&format!("@{} #{}", self.host, self.code))
            .person(self.wish.person.id)
            .useful_until(self.wish.now.plus(LIVES))
    }

    fn mail(&self, app: &Core, to: &str) -> Message {
        let person = &self.wish.person;
        let words = [("name", person.given_name.as_str()), ("organisation", self.organisation)];
        let say = |key: &str| self.texts.text_with(key, &words);
        let place = app.places.described(self.wish.network.as_str(), self.language);
        let (network, browser) = (self.texts.text("mail-network"), self.texts.text("mail-browser"));
        Message::mail(self.language, to, &say("message-new-network-subject"), self.wish.now)
            .paragraphs(&say("message-new-network-text"))
            .code(&say("message-new-network-label"), self.code, &say("message-new-network-lives"))
            .facts(&[(&network, &place), (&browser, &self.wish.browser)])
            .note(&say("message-new-network-note"))
            .name(&person.name())
            .person(person.id)
            .useful_until(self.wish.now.plus(LIVES))
    }
}
