//! The pages that connect a phone.

use askama::Template;

use super::question_views::{AnswerForm, ShownQuestion};
use super::views::AppFrame;
use crate::platform::web::page::Page;
use crate::platform::web::views::PersonLabel;

/// Asks whose phone it is to be, and makes its PIN.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/whose_phone.html")]
pub struct WhosePhonePage {
    /// The parts that every page has.
    pub page: Page,
    /// The facts for scripts.
    pub frame: AppFrame,
    /// The person whose phone it would be.
    pub person: PersonLabel,
    /// The page that drew the code.
    pub asked: ShownQuestion,
    /// How it is answered.
    pub form: AnswerForm,
    /// How long it still waits.
    pub seconds_left: i64,
    /// Until when, as a time of the day.
    pub until: String,
}

impl WhosePhonePage {
    /// The address to which the key is sent.
    pub(crate) fn create(&self) -> &str {
        &self.form.action
    }

    /// No challenge: the set-up itself is signed, once.
    pub(crate) fn challenge(&self) -> &'static str {
        ""
    }

    /// Whether something else of the page comes first.
    pub(crate) fn comes_later(&self) -> bool {
        true
    }
}

/// Waits for the page that drew the code.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/connecting.html")]
pub struct ConnectingPage {
    /// The parts that every page has.
    pub page: Page,
    /// The facts for scripts.
    pub frame: AppFrame,
    /// The path below which its forms go.
    pub path: String,
    /// The page to go on at, where it is one of this very browser.
    pub goes_on_at: Option<String>,
}

/// Offers to give a phone number.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/phone_number.html")]
pub struct PhoneNumberPage {
    /// The parts that every page has.
    pub page: Page,
    /// The facts for scripts.
    pub frame: AppFrame,
}
