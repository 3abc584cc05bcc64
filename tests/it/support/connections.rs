//! Connecting a phone in software: the code that a page draws, what the phone is asked, and its key.

use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;
use salpa::proofs::phones::SigningPurpose;
use serde_json::{Value, json};

use super::questions::{AskedOnPhone, PIN};
use super::{AppOnPhone, Browser, Page};

impl Browser {
    /// The text of the code of this moment, drawn by a page at a path.
    pub async fn set_up_code(&mut self, path: &str) -> String {
        let opened = self.post(&format!("{path}/open"), &[]).await;
        let code = opened.location().unwrap_or_else(|| panic!("{} {}", opened.status, opened.body));
        assert!(code.starts_with("https://id.kallio.example/app/connect#"), "{code}");
        code
    }
}

impl AppOnPhone {
    /// Reads a code that connects a phone.
    pub async fn read_set_up_code(&mut self, code: &str) -> Page {
        let body = json!({ "code": code, "version": self.version });
        self.browser.post_json("/app/connect", &body).await
    }

    /// The same, to the question whose phone it is to be.
    pub async fn scan_set_up_code(&mut self, code: &str) -> (AskedOnPhone, Page) {
        let answer = self.read_set_up_code(code).await;
        let next = answer.json()["next"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned();
        let page = self.browser.get(&next).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        (page.asked(), page)
    }

    /// The body with the key that a PIN makes, signed over what was asked and a number.
    pub fn new_key(&mut self, asked: &AskedOnPhone, number: &str) -> Value {
        let fields = asked.fields_with(number);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = self.sign(PIN, SigningPurpose::Connect, &asked.subject, &fields);
        let public_key = BASE64URL_NOPAD.encode(&self.public_key(PIN));
        json!({ "number": number, "signature": signature, "public_key": public_key, "version": self.version })
    }

    /// Types the number, and makes the PIN.
    pub async fn make_key(&mut self, asked: &AskedOnPhone, number: &str) -> Page {
        let body = self.new_key(asked, number);
        let answer = self.browser.post_json(&asked.path, &body).await;
        if let Some(id) = answer.json()["phone"].as_str() {
            id.clone_into(&mut self.id);
        }
        answer
    }

    /// Opens the app once the page elsewhere has added the phone.
    pub async fn open_connected(&mut self, asked: &AskedOnPhone) -> Page {
        self.browser.post(&format!("{}/open", asked.path), &[]).await
    }
}
