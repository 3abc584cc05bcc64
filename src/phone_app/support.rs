//! The facts that support asks for: on the page of an error beside its identifier, in the history entry of it, and in the
//! settings.

use crate::platform::web::refusal::{DeviceDetail, DeviceDetails};
use crate::platform::web::translations::Texts;
use crate::proofs::phones::DeviceFacts;
use crate::sign_in::notices::browser_in_words;

/// The facts of a phone, as an error page and its history entry tell them. The entry has the browser by itself.
pub(super) fn details(facts: &DeviceFacts) -> DeviceDetails {
    let all = [
        ("app-support-device", "device", &facts.device),
        ("app-support-system", "system", &facts.system),
        ("app-support-version", "app_version", &facts.app_version),
    ];
    let told = all.into_iter().filter(|(.., value)| !value.is_empty());
    DeviceDetails(told.map(|(label, name, value)| DeviceDetail { label, name, value: value.clone() }).collect())
}

/// The facts of a phone with their labels, as the settings show them.
pub(super) fn lines(texts: Texts, facts: &DeviceFacts) -> Vec<(String, String)> {
    let DeviceDetails(told) = details(facts);
    let told = told.into_iter().map(|detail| (texts.text(detail.label), detail.value));
    told.chain([(texts.text("app-support-browser"), browser_in_words(texts, &facts.user_agent))]).collect()
}
