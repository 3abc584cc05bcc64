//! The pages of questions of sign-ins elsewhere.

use askama::Template;

use super::views::AppFrame;
use crate::platform::web::page::Page;
use crate::platform::web::views::Contact;

/// The question that waits, on the first page.
#[derive(Debug, Clone, Default)]
pub struct WaitingCard {
    /// The identifier of the question that is shown; empty where none waits.
    pub awaited: String,
    /// The question.
    pub question: Option<WaitingQuestion>,
}

/// One question that waits.
#[derive(Debug, Clone)]
pub struct WaitingQuestion {
    /// The application.
    pub application: String,
    /// The browser and its place.
    pub line: String,
    /// The path of its page.
    pub path: String,
    /// How long it still waits.
    pub seconds_left: i64,
    /// How long it waits in all, in seconds.
    pub lives: i64,
    /// Until when, as a time of the day.
    pub until: String,
}

/// Asks about a sign-in elsewhere.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/question.html")]
pub struct QuestionPage {
    /// The parts that every page has.
    pub page: Page,
    /// The facts for scripts.
    pub frame: AppFrame,
    /// The question in words.
    pub title: String,
    /// The sign-in that is asked about.
    pub asked: ShownQuestion,
    /// How it is answered.
    pub form: AnswerForm,
    /// How long it still waits.
    pub seconds_left: i64,
    /// Until when, as a time of the day.
    pub until: String,
    /// Warnings, each a sentence or two.
    pub warnings: Vec<String>,
    /// The sentence that asks to look before answering.
    pub check: Option<String>,
}

/// Asks about a request of an application.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/request.html")]
pub struct ApplicationRequestPage {
    /// The parts that every page has.
    pub page: Page,
    /// The facts for scripts.
    pub frame: AppFrame,
    /// The application.
    pub application: String,
    /// Its company; empty where it has none.
    pub company: String,
    /// Its words; empty for none.
    pub message: String,
    /// When it asked.
    pub time: String,
    /// How it is answered.
    pub form: AnswerForm,
    /// How long it still waits.
    pub seconds_left: i64,
    /// Until when, as a time of the day.
    pub until: String,
}

/// The facts of a question, as they are shown.
#[derive(Debug, Clone)]
pub struct ShownQuestion {
    /// The application.
    pub application: String,
    /// The company; empty where none is concerned.
    pub company: String,
    /// The host that the browser is at, where that is compared.
    pub address: Option<String>,
    /// The place; empty where it is unknown.
    pub place: String,
    /// The network.
    pub network: String,
    /// Whether that is new.
    pub is_new_network: bool,
    /// The browser in words.
    pub browser: String,
    /// When it was asked.
    pub time: String,
}

/// How a question is answered.
#[derive(Debug, Clone)]
pub struct AnswerForm {
    /// The address that takes the signature.
    pub action: String,
    /// The address of "This wasn't me".
    pub refuse: String,
    /// The purpose of the signature.
    pub purpose: &'static str,
    /// The question that is signed.
    pub subject: String,
    /// The fields that are signed before the number, as a list of pairs in JSON.
    pub fields: String,
    /// How many digits are typed; 0 for none.
    pub digits: u32,
    /// The label of their field.
    pub number_label: String,
    /// The button.
    pub button: String,
}

impl AnswerForm {
    /// The digits that are still to be typed, for each number of them, as the script shows it: one text a number.
    pub fn hints(&self, page: &Page) -> String {
        let hint = |digits: u32| page.texts.count("approval-number-hint", "digits", i64::from(digits));
        let hints: Vec<String> = (1..=self.digits).map(hint).collect();
        serde_json::to_string(&hints).unwrap_or_default()
    }
}

/// The scanner.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/scan.html")]
pub struct ScanPage {
    /// The parts that every page has.
    pub page: Page,
    /// The facts for scripts.
    pub frame: AppFrame,
    /// The address to which the code is sent that the camera has read.
    pub action: &'static str,
    /// The sentence below the title.
    pub lead: String,
    /// The key of where the camera is allowed on this system.
    pub camera_key: &'static str,
}

/// A question that can be answered no more.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/question_over.html")]
pub struct QuestionOverPage {
    /// The parts that every page has.
    pub page: Page,
    /// The facts for scripts.
    pub frame: AppFrame,
    /// The title.
    pub title: String,
    /// The sentence below it; empty where the title says it all.
    pub text: String,
}

/// After "This wasn't me": what happened, and what to do.
#[derive(Debug, Clone, Template)]
#[template(path = "phone_app/stopped.html")]
pub struct StoppedPage {
    /// The parts that every page has.
    pub page: Page,
    /// The facts for scripts.
    pub frame: AppFrame,
    /// The application.
    pub application: String,
    /// The place, the browser and the time.
    pub happened: String,
    /// The contact who looks after users.
    pub administrator: Option<Contact>,
}
