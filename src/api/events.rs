//! What the API writes into the history. The same act has the same name, by whatever door it was done.

use crate::platform::history::Event;

pub(super) const COMPANY_ADDED: Event = Event("company.added");
pub(super) const COMPANY_CHANGED: Event = Event("company.changed");
pub(super) const CLIENT_ENGAGED: Event = Event("company.client_engaged");
pub(super) const CLIENT_DISENGAGED: Event = Event("company.client_disengaged");
pub(super) const APPLICATION_OPENED: Event = Event("company.application_opened");
pub(super) const APPLICATION_CLOSED: Event = Event("company.application_closed");
pub(super) const PROFILE_ADDED: Event = Event("company.profile_added");
pub(super) const PROFILE_REMOVED: Event = Event("company.profile_removed");
pub(super) const POLICY_SET: Event = Event("policy.set");
pub(super) const PERSON_ADDED: Event = Event("person.added");
pub(super) const PERSON_RENAMED: Event = Event("person.renamed");
pub(crate) const EMAIL_CHANGED: Event = Event("person.email_changed");
pub(crate) const LANGUAGE_CHANGED: Event = Event("person.language_changed");
pub(super) const USER_ADDED: Event = Event("user.added");
pub(super) const USER_ROLES_SET: Event = Event("user.roles_set");
pub(super) const USER_STATE_SET: Event = Event("user.state_set");
pub(crate) const USER_RIGHTS_SET: Event = Event("user.rights_set");
pub(super) const EMPLOYEE_ADDED: Event = Event("employee.added");
pub(super) const EMPLOYEE_CHANGED: Event = Event("employee.services_set");
pub(super) const EMPLOYEE_REMOVED: Event = Event("employee.removed");
pub(super) const SESSIONS_ENDED: Event = Event("user.sessions_ended");
pub(crate) const SCIM_TOKEN_MADE: Event = Event("company.scim_token_made");
pub(crate) const SCIM_TOKEN_REVOKED: Event = Event("company.scim_token_revoked");
