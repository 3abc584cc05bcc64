//! The words that users and employees are found by, and the keys by which lists of them are ordered.

mod store;

pub use store::{index, index_missing, index_person};

use crate::directory::search;
use crate::platform::phone_number::PhoneNumber;

/// The search words of a person: name, sign-in email, and phone with and without the country code.
pub fn found_by(name: &str, email: &str, phone: Option<&PhoneNumber>) -> Vec<Vec<u8>> {
    let national = phone.map(PhoneNumber::national_digits);
    let texts = [Some(name), Some(email), phone.map(PhoneNumber::digits), national.as_deref()];
    search::words(texts.into_iter().flatten())
}
