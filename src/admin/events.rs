//! What the console writes into the history, under the names that the operator's commands have for the same acts.
//! Each entry names the company and who did it.

use crate::platform::history::Event;

/// Somebody became a user.
pub(super) const USER_ADDED: Event = Event("user.added");
/// A user has other roles.
pub(super) const ROLES_SET: Event = Event("user.roles_set");
/// A user was locked, unlocked, removed or taken back.
pub(super) const STATE_SET: Event = Event("user.state_set");
/// Another company is the basic company of a user.
pub(super) const BASIC_COMPANY_SET: Event = Event("user.basic_company_set");
/// A user may do other things in an application.
pub(super) const RIGHTS_SET: Event = Event("user.rights_set");
/// A user was given a ready-made profile.
pub(super) const PROFILE_GIVEN: Event = Event("user.profile_given");
/// A person's name was corrected.
pub(super) const NAME_CHANGED: Event = Event("person.name_changed");
/// The language of messages to a person is another one.
pub(super) const LANGUAGE_CHANGED: Event = Event("person.language_changed");
/// A person's second factor was removed.
pub(super) const SECOND_STEP_RESET: Event = Event("person.second_step_reset");
/// Sessions of a person were ended.
pub(super) const SESSIONS_ENDED: Event = Event("person.sessions_ended");
/// The users of a company were exported.
pub(super) const USERS_EXPORTED: Event = Event("company.users_exported");
/// A person was put on the employee listing.
pub(super) const EMPLOYEE_ADDED: Event = Event("employee.added");
/// An employee has other chargeable services.
pub(super) const SERVICES_SET: Event = Event("employee.services_set");
/// A person was taken off the employee listing.
pub(super) const EMPLOYEE_REMOVED: Event = Event("employee.removed");
