//! Events of a sign-in in the history.

use crate::platform::history::Event;

/// An application or the account pages asked for a sign-in.
pub(super) const BEGUN: Event = Event("sign_in.begun");
/// An email was typed.
pub(super) const IDENTIFIED: Event = Event("sign_in.identified");
/// A factor was proven. The detail `method` says which.
pub(super) const PROVEN: Event = Event("sign_in.proven");
/// A try failed, or the sign-in was refused.
pub(super) const NOT_PROVEN: Event = Event("sign_in.not_proven");
/// A try came too early after failures.
pub(super) const HELD_BACK: Event = Event("sign_in.held_back");
/// A passkey proved a person although its counter did not go forward: there may be a copy of it.
pub(super) const PASSKEY_MAY_BE_COPIED: Event = Event("sign_in.passkey_may_be_copied");
/// A second factor is asked for because something is new or odd. The detail `signs` says what.
pub(super) const ASKED_FOR_MORE: Event = Event("sign_in.asked_for_more");
/// A confirmation code went out, because the network is new. The detail `ways` says by what.
pub(super) const CODE_SENT: Event = Event("sign_in.code_sent");
/// A second step was set up.
pub(super) const SECOND_STEP_SET_UP: Event = Event("sign_in.second_step_set_up");
/// The person said that the recovery code is kept safe.
pub(super) const RECOVERY_CODE_SAVED: Event = Event("sign_in.recovery_code_saved");
/// The terms and conditions were accepted.
pub(super) const TERMS_ACCEPTED: Event = Event("sign_in.terms_accepted");
/// The policy was content, and the session began or went on.
pub(super) const DONE: Event = Event("sign_in.done");
/// Somebody forgot the password of an email and asked for a way on. The detail `method` says which.
pub(super) const RESET_ASKED: Event = Event("sign_in.reset_asked");
/// A new password was set in the place of a forgotten one.
pub(super) const PASSWORD_RESET: Event = Event("sign_in.password_reset");
/// A person said that something they were told of was not their doing. The detail `what` names it.
pub(super) const NOT_ME: Event = Event("person.not_me");
