//! Questions of sign-ins elsewhere, on a phone in software.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use salpa::proofs::phones::SigningPurpose;
use serde_json::{Value, json};

use super::{AppOnPhone, Authenticator, Browser, Page};

/// The PIN of the phones that answer questions.
pub const PIN: &str = "294705";
const ANOTHER_PIN: &str = "583016";

/// The question of a page of the app.
#[derive(Clone, Debug)]
pub struct AskedOnPhone {
    /// The address that takes the answer.
    pub path: String,
    purpose: SigningPurpose,
    /// The question that is signed.
    pub subject: String,
    fields: Vec<(String, String)>,
}

impl AskedOnPhone {
    /// The value of a field that is signed.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// The fields that are signed, with a number.
    pub fn fields_with(&self, number: &str) -> Vec<(String, String)> {
        self.fields.iter().cloned().chain([("number".to_owned(), number.to_owned())]).collect()
    }

    /// The page of the question.
    pub fn page(&self) -> &str {
        self.path.rsplit_once('/').unwrap().0
    }
}

/// An attribute of a page, unescaped.
fn attribute(page: &Page, name: &str) -> Option<String> {
    let start = format!("{name}=\"");
    let at = page.body.find(&start)? + start.len();
    let value = page.body[at..].split('"').next()?;
    Some(
        value
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&"),
    )
}

impl Browser {
    /// Sends what a script of the app sends.
    pub async fn post_json(&mut self, path: &str, body: &Value) -> Page {
        let before = self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let page = self.send(Method::POST, path, body.to_string()).await;
        self.headers.remove(CONTENT_TYPE);
        assert!(before.is_none());
        page
    }
}

impl Page {
    /// The JSON of an answer to a script.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.body))
    }

    /// The question of a page of the app.
    pub fn asked(&self) -> AskedOnPhone {
        let of =
            |name: &str| attribute(self, name).unwrap_or_else(|| panic!("no {name}: {} {}", self.status, self.title()));
        let purpose = match of("data-purpose").as_str() {
            "approve" => SigningPurpose::Approve,
            "sign-in" => SigningPurpose::SignIn,
            "connect" => SigningPurpose::Connect,
            other => panic!("{other} is no purpose of a question"),
        };
        AskedOnPhone {
            path: of("id=\"answer\" method=\"post\" action"),
            purpose,
            subject: of("data-subject"),
            fields: serde_json::from_str(&of("data-fields")).unwrap(),
        }
    }
}

impl AppOnPhone {
    /// The path of the question that waits on the first page of the app.
    pub async fn waiting(&mut self) -> Option<String> {
        let home = self.browser.get("/app").await;
        attribute(&home, "class=\"waiting-card\" href")
    }

    /// Opens the question that waits.
    pub async fn question(&mut self) -> AskedOnPhone {
        let path = self.waiting().await.expect("a question waits");
        self.browser.get(&path).await.asked()
    }

    /// The body of an answer with a PIN and a number.
    fn body(&mut self, pin: &str, asked: &AskedOnPhone, number: &str) -> Value {
        let fields = asked.fields_with(number);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = self.sign(pin, asked.purpose, &asked.subject, &fields);
        json!({ "number": number, "signature": signature, "version": self.version })
    }

    /// The body of an answer with the right PIN and this number.
    pub fn answered(&mut self, asked: &AskedOnPhone, number: &str) -> Value {
        self.body(PIN, asked, number)
    }

    /// Answers with the right PIN and this number.
    pub async fn approve(&mut self, asked: &AskedOnPhone, number: &str) -> Page {
        let body = self.answered(asked, number);
        self.browser.post_json(&asked.path, &body).await
    }

    /// The body of an answer by a passkey with this number.
    pub fn confirmed_question(&self, device: &mut Authenticator, asked: &AskedOnPhone, number: &str) -> Value {
        let fields = asked.fields_with(number);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let assertion = self.confirmed(device, asked.purpose, (&asked.subject, &fields));
        json!({ "number": number, "assertion": assertion, "version": self.version })
    }

    /// Answers with a wrong PIN.
    pub async fn approve_with_a_wrong_pin(&mut self, asked: &AskedOnPhone, number: &str) -> Page {
        let body = self.body(ANOTHER_PIN, asked, number);
        self.browser.post_json(&asked.path, &body).await
    }

    /// "This wasn't me".
    pub async fn refuse(&mut self, asked: &AskedOnPhone) -> Page {
        self.browser.submit(&format!("{}/refuse", asked.page()), &[]).await
    }

    /// Types the PIN, if the app has lain unused.
    pub async fn unlock_again(&mut self) {
        if self.shows().await == "Enter your PIN" {
            self.unlock(PIN).await;
        }
    }
}
