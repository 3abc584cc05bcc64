//! Every event of the history, in one table: its name, what it is about, where it is listed and whether it tells of a
//! refusal. A name is stored and exported, so it never changes; a name that was given up stays readable.
//!
//! Longer than 500 lines because it is one table.

/// The subject of an entry, whose identifier the entry must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntrySubject {
    /// A person.
    Person,
    /// A company; of an act of the operator, every company.
    Company,
    /// An application.
    Application,
    /// A sign-in, whose person may be unknown.
    SignIn,
    /// The service itself.
    Service,
}

/// The group that an event is listed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Signing in and out.
    SignIns,
    /// Changes of a profile.
    Profiles,
    /// Acts of administrators.
    Administration,
    /// Acts of applications.
    Applications,
    /// Messages to people.
    Messages,
}

/// Whether an event tells of something that was done, or of something that was refused or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Refused,
}

/// The facts of an event, as its line in the table has them.
struct EventFacts {
    name: &'static str,
    subject: EntrySubject,
    group: Group,
    outcome: Outcome,
}

macro_rules! events {
    ($($(#[$doc:meta])+ $event:ident = $name:literal: $subject:ident, $group:ident, $outcome:ident;)+) => {
        /// An event, the occasion of an entry of the history.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Event {
            $($(#[$doc])+ $event,)+
        }

        impl Event {
            /// Every event.
            pub(crate) const ALL: &[Self] = &[$(Self::$event),+];

            const fn facts(self) -> EventFacts {
                match self {
                    $(Self::$event => EventFacts {
                        name: $name,
                        subject: EntrySubject::$subject,
                        group: Group::$group,
                        outcome: Outcome::$outcome,
                    },)+
                }
            }
        }
    };
}

events! {
    /// A sign-in that an application or a page of Salpa asked for.
    SignInBegun = "sign_in.begun": SignIn, SignIns, Done;
    /// The email of a sign-in.
    SignInIdentified = "sign_in.identified": SignIn, SignIns, Done;
    /// A factor was proven; the detail `method` names it.
    SignInProven = "sign_in.proven": SignIn, SignIns, Done;
    /// A proof that was wrong, or a sign-in that was refused.
    SignInNotProven = "sign_in.not_proven": SignIn, SignIns, Refused;
    /// A try that came before the wait after failures was over.
    SignInHeldBack = "sign_in.held_back": SignIn, SignIns, Refused;
    /// A passkey whose counter did not go forward: there may be a copy of it.
    SignInPasskeyMayBeCopied = "sign_in.passkey_may_be_copied": SignIn, SignIns, Refused;
    /// A second factor asked for because something is new or odd; the detail `signs` says what.
    SignInAskedForMore = "sign_in.asked_for_more": SignIn, SignIns, Done;
    /// A confirmation code sent because the network is new; the detail `ways` says by what.
    SignInCodeSent = "sign_in.code_sent": SignIn, SignIns, Done;
    /// A question to the person's phones.
    SignInPhonesAsked = "sign_in.phones_asked": SignIn, SignIns, Done;
    /// A code that a phone scanned from the screen of the browser.
    SignInScanned = "sign_in.scanned": SignIn, SignIns, Done;
    /// A question that a phone approved; the browser goes on with it.
    SignInApprovedOnPhone = "sign_in.approved_on_phone": SignIn, SignIns, Done;
    /// "This wasn't me" on a phone; the sign-in has ended.
    SignInRefusedOnPhone = "sign_in.refused_on_phone": SignIn, SignIns, Refused;
    /// A second step set up during a sign-in.
    SignInSecondStepSetUp = "sign_in.second_step_set_up": SignIn, SignIns, Done;
    /// A recovery code that the person confirmed as saved.
    SignInRecoveryCodeSaved = "sign_in.recovery_code_saved": SignIn, SignIns, Done;
    /// The terms and conditions accepted.
    SignInTermsAccepted = "sign_in.terms_accepted": SignIn, SignIns, Done;
    /// A bank, eID or directory that a person was sent to; the details `provider` and `name` name it.
    SignInIdentityAsked = "sign_in.identity_asked": SignIn, SignIns, Done;
    /// A bank, eID or directory linked to the profile; the detail `name` names it.
    SignInIdentityLinked = "sign_in.identity_linked": SignIn, SignIns, Done;
    /// A directory that was not linked to the profile, which belongs to nobody of its company.
    SignInIdentityNotLinked = "sign_in.identity_not_linked": SignIn, SignIns, Refused;
    /// A sign-in that satisfied the policy.
    SignInDone = "sign_in.done": SignIn, SignIns, Done;
    /// A way on asked for after a forgotten password; the detail `method` names it.
    SignInResetAsked = "sign_in.reset_asked": SignIn, SignIns, Done;
    /// A new password in place of a forgotten one.
    SignInPasswordReset = "sign_in.password_reset": SignIn, SignIns, Done;
    /// A session that ended; the detail `why` says by what.
    SessionEnded = "session.ended": Person, SignIns, Done;
    /// Another company chosen in a session.
    SessionCompanySwitched = "session.company_switched": Person, SignIns, Done;
    /// A browser remembered; the detail `days` says for how long.
    BrowserRemembered = "browser.remembered": Person, SignIns, Done;
    /// Remembered browsers forgotten; the detail `why` says by what.
    BrowserForgotten = "browser.forgotten": Person, SignIns, Done;
    /// A wrong PIN of a phone; the detail `left` says how many tries are left.
    PhonePinWrong = "phone.pin_wrong": Person, SignIns, Refused;
    /// A passkey that was refused in the place of the PIN of a phone; the detail `why` says why.
    PhonePasskeyRefused = "phone.passkey_refused": Person, SignIns, Refused;
    /// A phone that was closed after five wrong PINs.
    PhoneClosed = "phone.closed": Person, SignIns, Refused;
    /// The phone app locked; the detail `why` says by what.
    PhoneLocked = "phone.locked": Person, SignIns, Done;
    /// The phone app logged out on one phone.
    PhoneLoggedOut = "phone.logged_out": Person, SignIns, Done;
    /// A person whom the phone app is not open to.
    PhoneNotAdmitted = "phone.not_admitted": Person, SignIns, Refused;
    /// A page that refused; the details give the reason.
    Refused = "refused": Service, SignIns, Refused;
    /// An authenticator app connected.
    AccountAuthenticatorAdded = "account.authenticator_added": Person, Profiles, Done;
    /// An authenticator app renamed.
    AccountAuthenticatorNamed = "account.authenticator_named": Person, Profiles, Done;
    /// An authenticator app removed.
    AccountAuthenticatorRemoved = "account.authenticator_removed": Person, Profiles, Done;
    /// A passkey or security key added.
    AccountPasskeyAdded = "account.passkey_added": Person, Profiles, Done;
    /// A passkey renamed.
    AccountPasskeyNamed = "account.passkey_named": Person, Profiles, Done;
    /// A passkey removed.
    AccountPasskeyRemoved = "account.passkey_removed": Person, Profiles, Done;
    /// A linked bank, eID or directory removed.
    AccountIdentityRemoved = "account.identity_removed": Person, Profiles, Done;
    /// A phone added: the phone app signed in, with a PIN.
    PhoneAdded = "phone.added": Person, Profiles, Done;
    /// Another PIN of a phone, made after a full sign-in.
    PhonePinChanged = "phone.pin_changed": Person, Profiles, Done;
    /// Notifications turned on or off on a phone; the detail `notifications` says which.
    PhoneNotificationsSet = "phone.notifications_set": Person, Profiles, Done;
    /// A passkey put in the place of the PIN of a phone, or taken away; the detail `biometrics` says which.
    PhoneBiometricsSet = "phone.biometrics_set": Person, Profiles, Done;
    /// A phone renamed.
    PhoneNamed = "phone.named": Person, Profiles, Done;
    /// A phone removed.
    PhoneRemoved = "phone.removed": Person, Profiles, Done;
    /// Every phone and session logged out; the phone app is closed until an administrator opens it.
    PhoneLoggedOutEverywhere = "phone.logged_out_everywhere": Person, Profiles, Done;
    /// The phone app opened again, by an invitation.
    PhoneAppOpened = "phone.app_opened": Person, Profiles, Done;
    /// A temporary access pass given by an administrator.
    AccessPassGiven = "access_pass.given": Person, Profiles, Done;
    /// A temporary access pass used: the factors of before open nothing any more.
    AccessPassUsed = "access_pass.used": Person, Profiles, Done;
    /// A wrong temporary access pass.
    AccessPassNotProven = "access_pass.not_proven": Service, Profiles, Refused;
    /// A new recovery code in place of the old one.
    AccountRecoveryCodeMade = "account.recovery_code_made": Person, Profiles, Done;
    /// The recovery code removed by somebody else.
    AccountRecoveryCodeRemoved = "account.recovery_code_removed": Person, Profiles, Done;
    /// A new profile.
    PersonAdded = "person.added": Person, Profiles, Done;
    /// Another name.
    PersonNameChanged = "person.name_changed": Person, Profiles, Done;
    /// Another language of messages.
    PersonLanguageChanged = "person.language_changed": Person, Profiles, Done;
    /// A profile closed or opened by the operator.
    PersonStateSet = "person.state_set": Person, Profiles, Done;
    /// Waits after failures lifted.
    PersonUnlocked = "person.unlocked": Person, Profiles, Done;
    /// A password that the person changed.
    PersonPasswordChanged = "person.password_changed": Person, Profiles, Done;
    /// A password that the operator set.
    PersonPasswordSet = "person.password_set": Person, Profiles, Done;
    /// Every second step removed by somebody else.
    PersonSecondStepReset = "person.second_step_reset": Person, Profiles, Done;
    /// Sessions ended by somebody else.
    PersonSessionsEnded = "person.sessions_ended": Person, Profiles, Done;
    /// "This wasn't me"; the detail `what` names the message.
    PersonNotMe = "person.not_me": Person, Profiles, Refused;
    /// Another sign-in email asked for; it waits for its link.
    PersonEmailAsked = "person.email_asked": Person, Profiles, Done;
    /// Another sign-in email.
    PersonEmailChanged = "person.email_changed": Person, Profiles, Done;
    /// A sign-in email confirmed.
    PersonEmailConfirmed = "person.email_confirmed": Person, Profiles, Done;
    /// Another communication email asked for; it waits for its link.
    PersonCommunicationEmailAsked = "person.communication_email_asked": Person, Profiles, Done;
    /// Another communication email, or none any more.
    PersonCommunicationEmailChanged = "person.communication_email_changed": Person, Profiles, Done;
    /// Another communication phone asked for; it waits for its code.
    PersonCommunicationPhoneAsked = "person.communication_phone_asked": Person, Profiles, Done;
    /// Another communication phone, or none any more.
    PersonCommunicationPhoneChanged = "person.communication_phone_changed": Person, Profiles, Done;
    /// A communication phone confirmed by its code.
    PersonCommunicationPhoneConfirmed = "person.communication_phone_confirmed": Person, Profiles, Done;
    /// A wrong code for a communication phone.
    PersonCommunicationPhoneNotProven = "person.communication_phone_not_proven": Person, Profiles, Refused;
    /// A communication phone set by an administrator.
    PersonCommunicationPhoneSet = "person.communication_phone_set": Person, Profiles, Done;
    /// A known network forgotten.
    PersonNetworkForgotten = "person.network_forgotten": Person, Profiles, Done;
    /// A person made a user of a company.
    UserAdded = "user.added": Person, Administration, Done;
    /// The first message with its set-up link sent anew to a user.
    UserFirstMessageSent = "user.first_message_sent": Person, Administration, Done;
    /// A person who had a profile already accepted to be a user.
    UserAccepted = "user.accepted": Person, Administration, Done;
    /// A person who had a profile already declined to be a user.
    UserDeclined = "user.declined": Person, Administration, Done;
    /// Other roles of a user.
    UserRolesSet = "user.roles_set": Person, Administration, Done;
    /// A user locked, unlocked, removed or taken back.
    UserStateSet = "user.state_set": Person, Administration, Done;
    /// An invitation to the phone app sent; the detail `identity` says how the person's identity was verified.
    InvitationSent = "invitation.sent": Person, Administration, Done;
    /// An invitation cancelled; the detail `why` says so where its inviter may no longer invite.
    InvitationCancelled = "invitation.cancelled": Person, Administration, Done;
    /// A verification code shown to an administrator, to hand over in person.
    InvitationCodeMade = "invitation.code_made": Person, Administration, Done;
    /// The sign-up code of an invitation entered.
    InvitationEntered = "invitation.entered": Person, Administration, Done;
    /// The sign-up code of an invitation entered in another browser than its own, and refused there.
    InvitationTriedElsewhere = "invitation.tried_elsewhere": Person, Administration, Refused;
    /// A verification code sent to the phone of an invitee.
    InvitationSmsSent = "invitation.sms_sent": Person, Administration, Done;
    /// A wrong verification code of an invitee.
    InvitationNotVerified = "invitation.not_verified": Person, Administration, Refused;
    /// The verification code of an invitee was right; the detail `by` says whose it was.
    InvitationVerified = "invitation.verified": Person, Administration, Done;
    /// The phone app of an invitee set up.
    InvitationDone = "invitation.done": Person, Administration, Done;
    /// An invitation that was not used in time.
    InvitationExpired = "invitation.expired": Person, Administration, Done;
    /// Other data than those of the first invitation released by the operator.
    InvitationReleased = "invitation.released": Person, Administration, Done;
    /// The operator asked to release other data than those of the first invitation.
    InvitationReleaseAsked = "invitation.release_asked": Person, Administration, Done;
    /// The consent of the first of two of the operator's people.
    InvitationReleaseProposed = "invitation.release_proposed": Person, Administration, Done;
    /// A release that the operator declined.
    InvitationReleaseDeclined = "invitation.release_declined": Person, Administration, Refused;
    /// Many wrong sign-up codes: somebody may be guessing them. At most one entry an hour.
    InvitationGuessing = "invitation.guessing": Service, Administration, Refused;
    /// Another basic company.
    UserBasicCompanySet = "user.basic_company_set": Person, Administration, Done;
    /// Other access rights of a user.
    UserRightsSet = "user.rights_set": Person, Administration, Done;
    /// A ready-made profile given to a user.
    UserProfileGiven = "user.profile_given": Person, Administration, Done;
    /// A person put on the employee listing.
    EmployeeAdded = "employee.added": Person, Administration, Done;
    /// A national identifier entered for a person whose profile nobody has used yet, or removed.
    PersonIdentifierExpected = "person.identifier_expected": Person, Administration, Done;
    /// Other chargeable services of an employee.
    EmployeeServicesSet = "employee.services_set": Person, Administration, Done;
    /// A person taken off the employee listing.
    EmployeeRemoved = "employee.removed": Person, Administration, Done;
    /// A new company.
    CompanyAdded = "company.added": Company, Administration, Done;
    /// Other data of a company.
    CompanyChanged = "company.changed": Company, Administration, Done;
    /// A client company that an accounting office manages from now on.
    CompanyEngaged = "company.engaged": Company, Administration, Done;
    /// A client company that its accounting office manages no longer.
    CompanyDisengaged = "company.disengaged": Company, Administration, Done;
    /// The company whose administrators are the operator's people; the detail `consent` says how many release.
    CompanyOperatorChosen = "company.operator_chosen": Company, Administration, Done;
    /// A company whose administrators are no longer the operator's people.
    CompanyOperatorEnded = "company.operator_ended": Company, Administration, Done;
    /// An application opened to a company.
    CompanyApplicationOpened = "company.application_opened": Company, Administration, Done;
    /// An application closed to a company.
    CompanyApplicationClosed = "company.application_closed": Company, Administration, Done;
    /// Only attested security keys accepted.
    CompanyAttestedKeysRequired = "company.attested_keys_required": Company, Administration, Done;
    /// Any security key accepted again.
    CompanyAnyKeyTaken = "company.any_key_taken": Company, Administration, Done;
    /// A bank or eID lets people back into the phone app after *Log out from all devices*, or no longer; the detail
    /// `allowed` says which.
    CompanyPhoneAppByIdentitySet = "company.phone_app_by_identity_set": Company, Administration, Done;
    /// Another way for the people of a company to be led to its directory; the details say from which to which.
    CompanyDirectoryUseSet = "company.directory_use_set": Company, Administration, Done;
    /// A domain claimed for a company.
    CompanyDomainClaimed = "company.domain_claimed": Company, Administration, Done;
    /// A domain proved by its record, or its record found again.
    CompanyDomainProved = "company.domain_proved": Company, Administration, Done;
    /// A domain removed.
    CompanyDomainRemoved = "company.domain_removed": Company, Administration, Done;
    /// The record of a proved domain not found.
    CompanyDomainMissing = "company.domain_missing": Company, Administration, Refused;
    /// A domain proved no longer, because its record was missing too long.
    CompanyDomainLapsed = "company.domain_lapsed": Company, Administration, Refused;
    /// People looked up before they are imported; the detail `count` says how many.
    CompanyImportLookedAt = "company.import_looked_at": Company, Administration, Done;
    /// The users of a company downloaded.
    CompanyUsersExported = "company.users_exported": Company, Administration, Done;
    /// The history of a company downloaded.
    CompanyHistoryExported = "company.history_exported": Company, Administration, Done;
    /// Another look of a company.
    CompanyLookPublished = "company.look_published": Company, Administration, Done;
    /// The look of a company removed.
    CompanyLookRemoved = "company.look_removed": Company, Administration, Done;
    /// A token for a directory made.
    CompanyScimTokenMade = "company.scim_token_made": Company, Administration, Done;
    /// Another rule of a company about people whom a directory adds.
    CompanyScimTokenSet = "company.scim_token_set": Company, Administration, Done;
    /// A token for a directory revoked.
    CompanyScimTokenRevoked = "company.scim_token_revoked": Company, Administration, Done;
    /// A new ready-made profile.
    ProfileAdded = "profile.added": Company, Administration, Done;
    /// Another content of a ready-made profile.
    ProfileChanged = "profile.changed": Company, Administration, Done;
    /// A ready-made profile removed.
    ProfileRemoved = "profile.removed": Company, Administration, Done;
    /// A policy set; the detail `policy` is the whole of it.
    PolicySet = "policy.set": Company, Administration, Done;
    /// Other rights before whose use people are always asked; the detail `rights` has all of them.
    PolicyAskedBefore = "policy.asked_before": Company, Administration, Done;
    /// A new announcement.
    AnnouncementAdded = "announcement.added": Company, Administration, Done;
    /// Another text or time of an announcement.
    AnnouncementChanged = "announcement.changed": Company, Administration, Done;
    /// An announcement ended.
    AnnouncementEnded = "announcement.ended": Company, Administration, Done;
    /// Records imported; the details say which lines, and how many of each kind.
    DirectoryImported = "directory.imported": Service, Administration, Done;
    /// Everything that an application was granted by the people of a company ended.
    ApplicationAccessEnded = "application.access_ended": Application, Administration, Done;
    /// Other addresses of an application; the details say which, from what to what.
    ApplicationAddressesSet = "application.addresses_set": Application, Administration, Done;
    /// Access of an application to the administration API.
    ApplicationApiGranted = "application.api_granted": Application, Administration, Done;
    /// Access of an application to the administration API taken away.
    ApplicationApiRevoked = "application.api_revoked": Application, Administration, Done;
    /// An access right that an application knows.
    ApplicationRightDeclared = "application.right_declared": Application, Administration, Done;
    /// An access right that an application knows no longer.
    ApplicationRightUndeclared = "application.right_undeclared": Application, Administration, Done;
    /// An application registered by the operator.
    ProviderApplicationCreated = "provider.application_created": Application, Applications, Done;
    /// An application that registered itself.
    ProviderApplicationRegistered = "provider.application_registered": Application, Applications, Done;
    /// Another registration of an application.
    ProviderApplicationChanged = "provider.application_changed": Application, Applications, Done;
    /// A new secret of an application.
    ProviderApplicationSecretRenewed = "provider.application_secret_renewed": Application, Applications, Done;
    /// An application removed.
    ProviderApplicationDeleted = "provider.application_deleted": Application, Applications, Done;
    /// Permission to register applications.
    ProviderRegistrationTokenMade = "provider.registration_token_made": Service, Applications, Done;
    /// Permission to register applications revoked.
    ProviderRegistrationTokenRevoked = "provider.registration_token_revoked": Service, Applications, Done;
    /// New keys that an application publishes stand in the place of the ones before.
    ProviderKeysFetched = "provider.keys_fetched": Application, Applications, Done;
    /// The keys that an application publishes cannot be had, or cannot be used; once, when it begins.
    ProviderKeysNotFetched = "provider.keys_not_fetched": Application, Applications, Refused;
    /// A new signing key.
    ProviderKeyMade = "provider.key_made": Service, Applications, Done;
    /// A provider of identities added; the detail `name` names it.
    IdentityProviderAdded = "identity_provider.added": Service, Applications, Done;
    /// Other settings of a provider of identities.
    IdentityProviderChanged = "identity_provider.changed": Service, Applications, Done;
    /// A provider of identities turned on or off; the detail `state` says which.
    IdentityProviderStateSet = "identity_provider.state_set": Service, Applications, Done;
    /// Kept answers of a provider of identities exported; the detail `count` says how many.
    IdentityProviderEvidenceExported = "identity_provider.evidence_exported": Service, Applications, Done;
    /// A new key of this service at a provider of identities.
    IdentityProviderKeyMade = "identity_provider.key_made": Service, Applications, Done;
    /// A new key that signs push messages.
    PushKeyMade = "push.key_made": Service, Applications, Done;
    /// A new chain of seals over every entry as it was then.
    HistorySealedAnew = "history.sealed_anew": Service, Administration, Done;
    /// An authorization request answered with an error.
    ProviderRequestRefused = "provider.request_refused": Application, Applications, Refused;
    /// A person went back to the application that asked for a sign-in, or refused its device on the way.
    ProviderTurnedBack = "provider.turned_back": Application, Applications, Done;
    /// A person without access to an application.
    ProviderNotAdmitted = "provider.not_admitted": Person, Applications, Refused;
    /// Consent of a person to an application of somebody else.
    ProviderConsentGiven = "provider.consent_given": Person, Applications, Done;
    /// Consent of a person withdrawn.
    ProviderConsentRemoved = "provider.consent_removed": Person, Applications, Done;
    /// An authorization code.
    ProviderCodeIssued = "provider.code_issued": Person, Applications, Done;
    /// A code exchanged for tokens.
    ProviderCodeRedeemed = "provider.code_redeemed": Person, Applications, Done;
    /// A code or refresh token that came a second time; everything that it gave is revoked.
    ProviderTokenReplayed = "provider.token_replayed": Person, Applications, Refused;
    /// A token that its application revoked.
    ProviderTokenRevoked = "provider.token_revoked": Application, Applications, Done;
    /// Failed authentication of an application, at most one entry a minute and application.
    ProviderClientRefused = "provider.client_refused": Application, Applications, Refused;
    /// An application told that a session ended.
    ProviderLogoutTold = "provider.logout_told": Application, Applications, Done;
    /// An application that could not be told that a session ended.
    ProviderLogoutGivenUp = "provider.logout_given_up": Application, Applications, Refused;
    /// A device that asks to act for somebody.
    ProviderDeviceAsked = "provider.device_asked": Application, Applications, Done;
    /// A device allowed.
    ProviderDeviceAllowed = "provider.device_allowed": Person, Applications, Done;
    /// A device refused.
    ProviderDeviceRefused = "provider.device_refused": Person, Applications, Refused;
    /// A device that fetched its tokens.
    ProviderDeviceRedeemed = "provider.device_redeemed": Person, Applications, Done;
    /// An application that asks a person's phones; the detail `phones` says whether they were asked.
    ProviderBackchannelAsked = "provider.backchannel_asked": Application, Applications, Done;
    /// Such a request approved on a phone.
    ProviderBackchannelAllowed = "provider.backchannel_allowed": Person, Applications, Done;
    /// Such a request refused; the detail `why` says by what, if not by the person.
    ProviderBackchannelRefused = "provider.backchannel_refused": Person, Applications, Refused;
    /// An application that fetched its tokens after such a request.
    ProviderBackchannelRedeemed = "provider.backchannel_redeemed": Person, Applications, Done;
    /// A device code that nobody has.
    ProviderDeviceCodeWrong = "provider.device_code_wrong": Service, Applications, Refused;
    /// A message sent again by the operator.
    MessageRetried = "message.retried": Service, Messages, Done;
    /// A message that could not be sent; the detail `refused` says why.
    MessageGivenUp = "message.given_up": Service, Messages, Refused;
    /// An SMS over a limit; at most one entry a minute and limit.
    SmsRefused = "sms.refused": Service, Messages, Refused;
    /// A block of numbers with so many SMS that it looks like pumping; at most one entry an hour and block.
    SmsSpike = "sms.spike": Service, Messages, Refused;
}

/// Names of before one act had one name, as they stand in old entries.
const FORMER: [(&str, Event); 7] = [
    ("company.client_disengaged", Event::CompanyDisengaged),
    ("company.client_engaged", Event::CompanyEngaged),
    ("company.profile_added", Event::ProfileAdded),
    ("company.profile_changed", Event::ProfileChanged),
    ("company.profile_removed", Event::ProfileRemoved),
    ("person.renamed", Event::PersonNameChanged),
    ("user.sessions_ended", Event::PersonSessionsEnded),
];

impl Event {
    /// The event of a stored name, a former one included; `None` for a name that a newer version wrote.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let now = Self::ALL.iter().copied().find(|event| event.name() == name);
        now.or_else(|| FORMER.iter().find(|(former, _)| *former == name).map(|(_, event)| *event))
    }

    /// The name in the history, in exports and in the API.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The subject of its entry.
    pub(crate) const fn subject(self) -> EntrySubject {
        self.facts().subject
    }

    /// The group in which it is listed.
    pub(crate) const fn group(self) -> Group {
        self.facts().group
    }

    /// Whether it tells of something that was refused or failed.
    pub(crate) const fn is_refusal(self) -> bool {
        matches!(self.facts().outcome, Outcome::Refused)
    }

    /// The key of its words in `locales/`.
    pub(crate) fn key(self) -> String {
        format!("event-{}", self.name().replace(['.', '_'], "-"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::platform::web::translations::{Language, Texts};

    #[test]
    fn no_two_events_have_one_name() {
        let names: BTreeSet<_> = Event::ALL.iter().map(|event| event.name()).chain(FORMER.map(|it| it.0)).collect();
        assert_eq!(names.len(), Event::ALL.len() + FORMER.len());
    }

    #[test]
    fn every_event_has_its_words_in_every_language() {
        for language in Language::ALL {
            for event in Event::ALL {
                let words = Texts::new(language).text(&event.key());
                assert!(!words.starts_with('⟦'), "{} has no words in {}", event.key(), language.tag());
            }
        }
    }

    #[test]
    fn a_stored_name_is_read_back_and_a_former_name_is_the_event_of_today() {
        for event in Event::ALL {
            assert_eq!(Event::named(event.name()), Some(*event));
        }
        assert_eq!(Event::named("person.renamed"), Some(Event::PersonNameChanged));
        assert_eq!(Event::named("phone.exploded"), None);
    }

    #[test]
    fn lifting_a_wait_is_no_refusal() {
        assert!(!Event::PersonUnlocked.is_refusal());
        assert!(Event::SignInNotProven.is_refusal());
    }
}
