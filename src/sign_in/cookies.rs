//! The cookies of people. That of the browser, by which it is recognised, is `platform::web::browser`'s.

use crate::platform::web::visit::Visit;

/// The session of a signed-in person.
pub const SESSION: &str = "salpa_session";
/// A remembered browser, which spares the second factor for some days.
pub(crate) const REMEMBERED: &str = "salpa_remembered";

/// The phone that a browser is, by which the phone app knows itself. It opens nothing without the PIN.
pub(crate) const PHONE: &str = "salpa_phone";

/// The SHA-256 of the cookie of a phone, if there is one.
pub(crate) fn phone(visit: &Visit) -> Option<[u8; 32]> {
    visit.cookies.hash(PHONE)
}

/// The SHA-256 of the session cookie, if there is one.
pub(crate) fn session(visit: &Visit) -> Option<[u8; 32]> {
    visit.cookies.hash(SESSION)
}

/// The SHA-256 of the cookie of a remembered browser, if there is one.
pub(crate) fn remembered(visit: &Visit) -> Option<[u8; 32]> {
    visit.cookies.hash(REMEMBERED)
}
