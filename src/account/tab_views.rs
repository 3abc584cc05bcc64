//! The pages of the tabs beside *My sign-in*, and the small pages that change one thing.

use askama::Template;

use crate::account::views::RecentSignIn;
use crate::platform::web::page::Page;
use crate::platform::web::views::{Door, PersonLabel};

/// The tabs of the account pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Ways to sign in, sessions, recovery code, known networks.
    MySignIn,
    /// Name, sign-in email, language.
    BasicData,
    /// The email and phone for codes and notices.
    Communication,
    /// The events of the person's sign-ins.
    History,
}

impl Tab {
    /// Every tab, in order.
    pub(crate) const ALL: [Self; 4] = [Self::MySignIn, Self::BasicData, Self::Communication, Self::History];

    /// The translation key of its name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::MySignIn => "account-title",
            Self::BasicData => "account-tab-basic-data",
            Self::Communication => "account-tab-communication",
            Self::History => "account-tab-history",
        }
    }

    /// Its path.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::MySignIn => "/account",
            Self::BasicData => "/account/basic-data",
            Self::Communication => "/account/communication",
            Self::History => "/account/history",
        }
    }
}

/// The first letters of a person's first and last name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// *My basic data*.
#[derive(Debug, Clone, Template)]
#[template(path = "account/basic_data.html")]
pub struct OwnBasicDataPage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// Whether the sign-in email is confirmed.
    pub email_is_confirmed: bool,
    /// The email that waits for its link.
    pub email_asked: Option<String>,
    /// The tag of the language of messages.
    pub language: String,
}

/// *Communication*.
#[derive(Debug, Clone, Template)]
#[template(path = "account/communication.html")]
pub struct OwnCommunicationPage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The confirmed email.
    pub email: Option<String>,
    /// The email that waits for its link.
    pub email_asked: Option<String>,
    /// The phone.
    pub phone: Option<String>,
    /// The time from which the phone may reset factors, if an administrator set it lately.
    pub phone_resets_from: Option<String>,
    /// The phone that waits for its code.
    pub phone_asked: Option<String>,
}

/// *History*.
#[derive(Debug, Clone, Template)]
#[template(path = "account/history.html")]
pub struct OwnHistoryPage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The entries, newest first.
    pub recent: Vec<RecentSignIn>,
    /// The query key of the next page.
    pub older: Option<String>,
    /// Whether this is a later page than the first.
    pub is_later: bool,
}

/// The form of the password.
#[derive(Debug, Clone, Template)]
#[template(path = "account/password.html")]
pub struct PasswordChangePage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// Whether a shorter password is enough because there is a second factor.
    pub two_factor: bool,
    /// The reason for which the last one was refused, in words.
    pub error: Option<String>,
}

/// The form of an email: the one to sign in with, or the one for codes and notices.
#[derive(Debug, Clone, Template)]
#[template(path = "account/email.html")]
pub struct EmailChangePage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The title.
    pub title: String,
    /// The purpose, and the next step.
    pub lead: String,
    /// The path that the form posts to.
    pub action: String,
    /// The typed text.
    pub typed: String,
    /// Whether there is an email to remove.
    pub removable: bool,
    /// The error, in words.
    pub error: Option<String>,
}

/// The form of the phone.
#[derive(Debug, Clone, Template)]
#[template(path = "account/phone.html")]
pub struct PhonePage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The typed text.
    pub typed: String,
    /// The corrected number, as an offer.
    pub offered: Option<String>,
    /// Whether there is a phone to remove.
    pub removable: bool,
    /// The error, in words.
    pub error: Option<String>,
}

/// The form of the code that was sent to a phone.
#[derive(Debug, Clone, Template)]
#[template(path = "account/phone_code.html")]
pub struct PhoneCodePage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The phone that got the code.
    pub phone: String,
    /// Whether the code is still valid.
    pub is_open: bool,
    /// The error of the last try.
    pub error: Option<String>,
}

/// The page of a link that confirms an email. Only its button acts.
#[derive(Debug, Clone, Template)]
#[template(path = "account/confirm_email.html")]
pub struct ConfirmEmailPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The title.
    pub title: String,
    /// The subject of the link.
    pub lead: String,
    /// The address.
    pub email: String,
    /// The token of the link, in the action of the form.
    pub token: String,
}

/// The page of a link that says "this wasn't me". Only its button acts.
#[derive(Debug, Clone, Template)]
#[template(path = "account/not_me.html")]
pub struct NotMePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The event, in words.
    pub what: String,
    /// The effect of the button, in words.
    pub text: String,
    /// The time.
    pub time: String,
    /// The network; `None` for an act of the operator.
    pub network: Option<String>,
    /// The browser.
    pub browser: Option<String>,
    /// The token of the link, in the action of the form.
    pub token: String,
}

/// The page about a completed act, with the next step.
#[derive(Debug, Clone, Template)]
#[template(path = "account/done.html")]
pub struct DonePage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The act, in words.
    pub title: String,
    /// The consequences, in words.
    pub text: String,
    /// The label of the button; empty for none.
    pub label: String,
}
