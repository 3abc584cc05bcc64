//! Invitations of users to the phone app (FLOWS.md 8): the data of each, its state, and its steps as the inviter sees them.
//!
//! An invitation counts for the data that it was sent with: nothing that is changed later reaches another mailbox or
//! phone by it. Its code alone opens nothing. The codes themselves are checked in `proofs::sign_up`.

pub(crate) mod releases;
mod store;

use std::str::FromStr;
use std::time::Duration;

pub(crate) use store::{
    add, count_sms, end, enter, expire, extend, find, first_data, keep_first_data, make, note, of_selector, of_user,
    open_of_person, overdue, release, remind, steps, to_remind, verify,
};

use super::companies::CompanyId;
use super::people::{Person, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::phone_number::PhoneNumber;

crate::identifier! {
    /// Identifies an invitation.
    InvitationId
}

/// The lifetime of an invitation (FLOWS.md 8).
pub(crate) const LIVES: Duration = Duration::from_hours(24);
/// The most SMS of an invitation: the first one, and two that the invitee asks for.
pub(crate) const MOST_SMS: i64 = 3;
/// The time before the end of an invitation at which its inviter is told that it still waits.
const REMINDS_BEFORE: Duration = Duration::from_hours(4);
/// The time for which an ended invitation is kept for its timeline.
pub(crate) const KEPT: Duration = Duration::from_hours(90 * 24);

/// The way in which an inviter has verified the identity of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdentityCheck {
    /// A passport or another identity document was seen.
    Document,
    /// The inviter knows the person.
    Known,
    /// A video call.
    VideoCall,
    /// The directory of the company vouches for the person, by a rule of the company.
    Directory,
}

impl IdentityCheck {
    const ALL: [Self; 4] = [Self::Document, Self::Known, Self::VideoCall, Self::Directory];
    /// The ways that an inviter chooses from, in the order of the form.
    pub(crate) const CHOSEN: [Self; 3] = [Self::Document, Self::Known, Self::VideoCall];

    /// The way of a word that an inviter chose.
    pub(crate) fn chosen(word: &str) -> Option<Self> {
        Self::CHOSEN.into_iter().find(|one| one.as_str() == word)
    }

    /// The stored word, also in forms and in the history.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Known => "known",
            Self::VideoCall => "video_call",
            Self::Directory => "directory",
        }
    }

    /// The translation key of its name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Document => "invitation-identity-document",
            Self::Known => "invitation-identity-known",
            Self::VideoCall => "invitation-identity-video-call",
            Self::Directory => "invitation-identity-directory",
        }
    }
}

impl FromStr for IdentityCheck {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or("is no way to verify an identity")
    }
}

/// The data of a person that an invitation counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvitedData {
    /// The given name.
    pub(crate) given_name: String,
    /// The family name, or empty.
    pub(crate) family_name: String,
    /// The sign-in email.
    pub(crate) email: String,
    /// The communication phone, in its international form.
    pub(crate) phone: Option<String>,
}

impl InvitedData {
    /// The data of a person now.
    pub(crate) fn of(person: &Person, phone: Option<&PhoneNumber>) -> Self {
        Self {
            given_name: person.given_name.clone(),
            family_name: person.family_name.clone(),
            email: person.email.clone(),
            phone: phone.map(|phone| phone.as_str().to_owned()),
        }
    }

    /// Given and family name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }

    /// The phone as people of its country write it; `None` without one.
    pub(crate) fn readable_phone(&self) -> Option<String> {
        self.phone.as_deref().and_then(|phone| PhoneNumber::parse(phone).ok()).map(|phone| phone.readable())
    }

    /// The words for what differs from the data of the first invitation. A phone where there was none before takes
    /// nobody's place.
    pub(crate) fn changes_since(&self, first: &Self) -> Vec<&'static str> {
        let phone_differs = first.phone.is_some() && first.phone != self.phone;
        [
            ("name", self.name() != first.name()),
            ("email", self.email.to_lowercase() != first.email.to_lowercase()),
            ("phone", phone_differs),
        ]
        .into_iter()
        .filter_map(|(word, differs)| differs.then_some(word))
        .collect()
    }
}

/// The state of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvitationState {
    /// Sent; its code was not entered yet.
    Sent,
    /// The sign-up code was entered in a browser, which alone goes on.
    Entered(BrowserHash),
    /// The six digits were right, in the same browser.
    Verified(BrowserHash),
    /// The person has made a password by the link of the invitation.
    ProfileMade(BrowserHash),
    /// It is over.
    Ended(InvitationEnd),
}

/// The hash of a browser's token, as stored.
pub(crate) type BrowserHash = [u8; 32];

/// The end of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvitationEnd {
    /// The phone app was set up.
    Done,
    /// An administrator cancelled it, or its inviter may no longer invite.
    Cancelled,
    /// A newer invitation took its place.
    Replaced,
    /// It was not used in time.
    Expired,
}

impl InvitationState {
    /// The stored word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Entered(_) => "entered",
            Self::Verified(_) => "verified",
            Self::ProfileMade(_) => "made",
            Self::Ended(InvitationEnd::Done) => "done",
            Self::Ended(InvitationEnd::Cancelled) => "cancelled",
            Self::Ended(InvitationEnd::Replaced) => "replaced",
            Self::Ended(InvitationEnd::Expired) => "expired",
        }
    }

    /// The state of a stored word. `None` for an unknown word, and for a state that lacks its browser.
    fn stored(word: &str, browser: Option<BrowserHash>) -> Option<Self> {
        Some(match word {
            "sent" => Self::Sent,
            "entered" => Self::Entered(browser?),
            "verified" => Self::Verified(browser?),
            "made" => Self::ProfileMade(browser?),
            "done" => Self::Ended(InvitationEnd::Done),
            "cancelled" => Self::Ended(InvitationEnd::Cancelled),
            "replaced" => Self::Ended(InvitationEnd::Replaced),
            "expired" => Self::Ended(InvitationEnd::Expired),
            _ => return None,
        })
    }
}

/// An invitation.
#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    /// Its identifier.
    pub(crate) id: InvitationId,
    /// The company that invites.
    pub(crate) company: CompanyId,
    /// The invited person.
    pub(crate) person: PersonId,
    /// The person who sent it; `None` where a program did.
    pub(crate) inviter: Option<PersonId>,
    /// The sender, as the mail named it.
    pub(crate) inviter_name: String,
    /// The way in which the inviter verified the identity of the person.
    pub(crate) identity_check: IdentityCheck,
    /// The data that it counts for.
    pub(crate) data: InvitedData,
    /// Its state. An open one may have expired: see [`Invitation::stands`].
    state: InvitationState,
    /// The browser in which its code was entered.
    browser: Option<BrowserHash>,
    /// The SMS that were sent for it.
    sms_sent: i64,
    /// When it was sent.
    pub(crate) sent_at: Timestamp,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    /// The hash of the secret part of its code.
    pub(crate) secret_hash: String,
}

impl Invitation {
    /// Its state at an instant.
    pub(crate) fn stands(&self, now: Timestamp) -> InvitationState {
        match self.state {
            InvitationState::Ended(end) => InvitationState::Ended(end),
            _ if now >= self.expires_at => InvitationState::Ended(InvitationEnd::Expired),
            open => open,
        }
    }

    /// Whether it can still be used.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        !matches!(self.stands(now), InvitationState::Ended(_))
    }

    /// Whether a browser is the one in which its code was entered, also after its end.
    pub(crate) fn is_bound_to(&self, browser: &BrowserHash) -> bool {
        self.browser.as_ref() == Some(browser)
    }

    /// The SMS that the invitee may still ask for.
    pub(crate) fn sms_left(&self) -> i64 {
        (MOST_SMS - self.sms_sent).max(0)
    }

    /// The phone that SMS go to.
    pub(crate) fn phone(&self) -> Option<PhoneNumber> {
        self.data.phone.as_deref().and_then(|phone| PhoneNumber::parse(phone).ok())
    }
}

/// An invitation to be stored.
#[derive(Clone, Debug)]
pub(crate) struct NewInvitation<'n> {
    /// Its identifier.
    pub(crate) id: InvitationId,
    /// The company that invites.
    pub(crate) company: CompanyId,
    /// The invited person.
    pub(crate) person: PersonId,
    /// The person who sends it; `None` where a program does.
    pub(crate) inviter: Option<PersonId>,
    /// The sender, as the mail names it.
    pub(crate) inviter_name: &'n str,
    /// The way in which the inviter verified the identity of the person.
    pub(crate) identity_check: IdentityCheck,
    /// The data that it counts for.
    pub(crate) data: &'n InvitedData,
    /// The part of its code that it is found by.
    pub(crate) selector: &'n str,
    /// The hash of the rest.
    pub(crate) secret_hash: &'n str,
}

/// A step of an invitation, on its timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvitationStep {
    /// The mail was written.
    Sent,
    /// Its page was opened.
    Opened,
    /// The sign-up code was entered.
    Entered,
    /// The code was entered in another browser, too, and refused there.
    TriedElsewhere,
    /// An SMS was written. The detail is its message.
    SmsSent,
    /// No SMS could be sent. The detail is the reason.
    SmsNotSent,
    /// An administrator took a verification code to hand over. The detail is their name.
    CodeMade,
    /// The six digits were right.
    Verified,
    /// The mail with the link to make a password was written.
    LinkSent,
    /// A password was made.
    ProfileMade,
    /// The phone app was set up.
    Done,
    /// It was cancelled. The detail is the name of the person who did.
    Cancelled,
    /// A newer one took its place.
    Replaced,
    /// It was not used in time.
    Expired,
    /// Its inviter was reminded.
    Reminded,
}

impl InvitationStep {
    const ALL: [Self; 15] = [
        Self::Sent,
        Self::Opened,
        Self::Entered,
        Self::TriedElsewhere,
        Self::SmsSent,
        Self::SmsNotSent,
        Self::CodeMade,
        Self::Verified,
        Self::LinkSent,
        Self::ProfileMade,
        Self::Done,
        Self::Cancelled,
        Self::Replaced,
        Self::Expired,
        Self::Reminded,
    ];

    /// The stored word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Opened => "opened",
            Self::Entered => "entered",
            Self::TriedElsewhere => "tried_elsewhere",
            Self::SmsSent => "sms_sent",
            Self::SmsNotSent => "sms_not_sent",
            Self::CodeMade => "code_made",
            Self::Verified => "verified",
            Self::LinkSent => "link_sent",
            Self::ProfileMade => "made",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Replaced => "replaced",
            Self::Expired => "expired",
            Self::Reminded => "reminded",
        }
    }
}

impl FromStr for InvitationStep {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|step| step.as_str() == text).ok_or("is no step of an invitation")
    }
}

/// A step that was taken.
#[derive(Clone, Debug)]
pub(crate) struct StepTaken {
    /// The step.
    pub(crate) step: InvitationStep,
    /// When.
    pub(crate) at: Timestamp,
    /// More of it: see [`InvitationStep`].
    pub(crate) detail: Option<String>,
    /// The network of the invitee.
    pub(crate) network: Option<String>,
    /// The browser of the invitee, as it calls itself.
    pub(crate) user_agent: Option<String>,
}

impl StepTaken {
    /// A step of which only the instant is known.
    pub(crate) fn new(step: InvitationStep, at: Timestamp) -> Self {
        Self { step, at, detail: None, network: None, user_agent: None }
    }

    /// The same with its detail.
    #[must_use]
    pub(crate) fn detail(self, detail: &str) -> Self {
        Self { detail: Some(detail.to_owned()), ..self }
    }

    /// The same with the place of the invitee.
    #[must_use]
    pub(crate) fn from(self, network: &str, user_agent: &str) -> Self {
        Self { network: Some(network.to_owned()), user_agent: Some(user_agent.to_owned()), ..self }
    }
}

/// The data of the first invitation of a person, or as they were released.
#[derive(Clone, Debug)]
pub(crate) struct FirstData {
    /// The data.
    pub(crate) data: InvitedData,
    /// When they were first used.
    pub(crate) at: Timestamp,
    /// When the operator released them.
    pub(crate) released_at: Option<Timestamp>,
}

/// The instant at which the inviter is told that an invitation still waits.
pub(crate) fn reminds_at(expires_at: Timestamp) -> Timestamp {
    expires_at.minus(REMINDS_BEFORE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(given_name: &str, email: &str, phone: Option<&str>) -> InvitedData {
        InvitedData {
            given_name: given_name.to_owned(),
            family_name: "Raman".to_owned(),
            email: email.to_owned(),
            phone: phone.map(str::to_owned),
        }
    }

    #[test]
    fn a_change_of_name_email_or_phone_is_one_and_a_first_phone_is_none() {
        let first = data("Priya", "priya@raman.example", Some("+447700900142"));
        assert_eq!(first.changes_since(&first), Vec::<&str>::new());
        let spelled = data("Priya", "Priya@Raman.example", Some("+447700900142"));
        assert_eq!(spelled.changes_since(&first), Vec::<&str>::new());
        let other = data("Priyanka", "other@raman.example", Some("+358401234567"));
        assert_eq!(other.changes_since(&first), ["name", "email", "phone"]);
        let without = data("Priya", "priya@raman.example", None);
        assert_eq!(without.changes_since(&first), ["phone"], "a phone that is taken away opens the way to another");
        assert_eq!(first.changes_since(&without), Vec::<&str>::new());
    }

    #[test]
    fn every_state_and_step_is_read_back_as_it_was_stored() {
        let browser = [7; 32];
        for state in [
            InvitationState::Sent,
            InvitationState::Entered(browser),
            InvitationState::Verified(browser),
            InvitationState::ProfileMade(browser),
            InvitationState::Ended(InvitationEnd::Done),
            InvitationState::Ended(InvitationEnd::Cancelled),
            InvitationState::Ended(InvitationEnd::Replaced),
            InvitationState::Ended(InvitationEnd::Expired),
        ] {
            assert_eq!(InvitationState::stored(state.as_str(), Some(browser)), Some(state));
        }
        assert_eq!(InvitationState::stored("entered", None), None, "a state without its browser is none");
        assert_eq!(InvitationState::stored("open", Some(browser)), None);
        for step in InvitationStep::ALL {
            assert_eq!(step.as_str().parse(), Ok(step));
        }
        for check in IdentityCheck::ALL {
            assert_eq!(check.as_str().parse(), Ok(check));
        }
    }
}
