//! What the provider writes into the history.

use crate::platform::history::Event;

/// A code was given to an application.
pub const CODE_ISSUED: Event = Event("provider.code_issued");
/// An authorization request was answered with an error.
pub const REQUEST_REFUSED: Event = Event("provider.request_refused");
/// A code was exchanged for tokens.
pub const CODE_REDEEMED: Event = Event("provider.code_redeemed");
/// A code or refresh token came a second time; everything that it gave is revoked.
pub const TOKEN_REPLAYED: Event = Event("provider.token_replayed");
/// An application gave a token back.
pub const TOKEN_REVOKED: Event = Event("provider.token_revoked");
/// An application could not prove that it is itself. Told at most once a minute and application.
pub const CLIENT_REFUSED: Event = Event("provider.client_refused");
/// An application was told that a session ended.
pub const LOGOUT_TOLD: Event = Event("provider.logout_told");
/// An application could not be told that a session ended, and is not tried any more.
pub const LOGOUT_GIVEN_UP: Event = Event("provider.logout_given_up");
/// A signing key was made.
pub const KEY_MADE: Event = Event("provider.key_made");
/// An application was registered.
pub const APPLICATION_CREATED: Event = Event("provider.application_created");
/// An application was changed.
pub const APPLICATION_CHANGED: Event = Event("provider.application_changed");
/// An application was given a new secret.
pub const APPLICATION_SECRET_RENEWED: Event = Event("provider.application_secret_renewed");
/// An application was removed.
pub const APPLICATION_DELETED: Event = Event("provider.application_deleted");
/// A person let an application of somebody else have what it asked for.
pub const CONSENT_GIVEN: Event = Event("provider.consent_given");
/// A person took away what an application of somebody else had.
pub const CONSENT_REMOVED: Event = Event("provider.consent_removed");
/// A device asked to act for somebody.
pub const DEVICE_ASKED: Event = Event("provider.device_asked");
/// A person let a device act for them.
pub const DEVICE_ALLOWED: Event = Event("provider.device_allowed");
/// A person refused a device.
pub const DEVICE_REFUSED: Event = Event("provider.device_refused");
/// A device fetched its tokens.
pub const DEVICE_REDEEMED: Event = Event("provider.device_redeemed");
/// A code of a device was typed that none has. Told while the network may try.
pub const DEVICE_CODE_WRONG: Event = Event("provider.device_code_wrong");
/// The operator gave leave to register applications.
pub const REGISTRATION_TOKEN_MADE: Event = Event("provider.registration_token_made");
/// The operator took that leave back.
pub const REGISTRATION_TOKEN_REVOKED: Event = Event("provider.registration_token_revoked");
/// An application registered itself.
pub const APPLICATION_REGISTERED: Event = Event("provider.application_registered");
/// Somebody who is signed in was not let into an application.
pub const NOT_ADMITTED: Event = Event("provider.not_admitted");
