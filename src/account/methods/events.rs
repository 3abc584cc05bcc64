//! Events of the methods in the history. The detail `name` says what the person calls the method.

use crate::platform::history::Event;

/// A passkey or security key was added.
pub(super) const PASSKEY_ADDED: Event = Event("account.passkey_added");
/// A passkey was given another name.
pub(super) const PASSKEY_NAMED: Event = Event("account.passkey_named");
/// A passkey was removed.
pub(super) const PASSKEY_REMOVED: Event = Event("account.passkey_removed");
/// An authenticator app was connected.
pub(super) const AUTHENTICATOR_ADDED: Event = Event("account.authenticator_added");
/// An authenticator app was given another name.
pub(super) const AUTHENTICATOR_NAMED: Event = Event("account.authenticator_named");
/// An authenticator app was removed.
pub(super) const AUTHENTICATOR_REMOVED: Event = Event("account.authenticator_removed");
/// A new recovery code took the place of the old one.
pub(super) const RECOVERY_CODE_MADE: Event = Event("account.recovery_code_made");
