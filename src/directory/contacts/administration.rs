//! The communication phone that a user administrator sets for another person (FLOWS.md 5).
//!
//! The act decides whether the administrator may (role, fresh proof). This module records who set it and when. Such a
//! phone gets sign-in codes at once, and resets nothing for three days ([`super::Phone::may_reset`]).

use super::{Phone, forget_phone_asked, of_person, store};
use crate::directory::companies::CompanyId;
use crate::directory::people::{self, PersonId};
use crate::directory::users::{self, MembershipState};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::phone_number::PhoneNumber;

/// A phone for another person.
#[derive(Clone, Debug)]
pub struct PhoneOfAnother {
    /// The person who gets it.
    pub person: PersonId,
    /// The administrator who sets it.
    pub administrator: PersonId,
    /// The company that they administer. It must be the person's basic company: a profile is one for all companies, and
    /// other companies' administrators do not change it.
    pub company: CompanyId,
    /// The number.
    pub phone: PhoneNumber,
}

/// The reason for refusing a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneRefusal {
    /// It would be the administrator's own phone; *My sign-in* sets that, with a code.
    Own,
    /// The person is no user of the company, or has another basic company.
    NotTheirCompany,
    /// It cannot receive SMS.
    NotMobile,
    /// The operator sends no SMS to that country.
    Country,
    /// The person has that phone already.
    Same,
}

/// The reason for which a phone is not set.
#[derive(Debug)]
pub enum PhoneChangeError {
    /// A rule refuses the phone.
    Refused(PhoneRefusal),
    /// The database failed.
    Fault(db::Error),
}

impl From<PhoneRefusal> for PhoneChangeError {
    fn from(refusal: PhoneRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<db::Error> for PhoneChangeError {
    fn from(error: db::Error) -> Self {
        Self::Fault(error)
    }
}

/// The record of a phone that was set. The person must be told in the same transaction, by
/// `sign_in::notices::tell_of_phone_set`.
#[must_use = "the person must be told: sign_in::notices::tell_of_phone_set"]
#[derive(Debug)]
pub struct PhoneRecord {
    wish: PhoneOfAnother,
    former: Option<Phone>,
}

impl PhoneRecord {
    /// The person who got it.
    pub(crate) fn person(&self) -> PersonId {
        self.wish.person
    }

    /// The administrator who set it.
    pub(crate) fn administrator(&self) -> PersonId {
        self.wish.administrator
    }

    /// The phone before.
    pub(crate) fn former(&self) -> Option<&Phone> {
        self.former.as_ref()
    }
}

/// The reason why a number can be nobody's communication phone.
pub fn unfit(app: &Core, phone: &PhoneNumber) -> Option<PhoneRefusal> {
    if !phone.takes_sms() {
        return Some(PhoneRefusal::NotMobile);
    }
    let is_served = app.settings.sms.as_ref().is_none_or(|sms| sms.serves(phone.country()));
    (!is_served).then_some(PhoneRefusal::Country)
}

/// Sets the communication phone of another person. The act of floor 6 has checked the administrator's role in
/// `wish.company` and a proof of the last minutes, writes the history, and passes the result to
/// `sign_in::notices::tell_of_phone_set`.
///
/// # Errors
/// A refusal changes nothing.
pub async fn set_phone_by_administrator(
    tx: &mut Tx<'_>,
    app: &Core,
    now: Timestamp,
    wish: PhoneOfAnother,
) -> Result<PhoneRecord, PhoneChangeError> {
    if wish.person == wish.administrator {
        return Err(PhoneRefusal::Own.into());
    }
    people::take_turns(tx, wish.person).await?;
    // Checked before anything is disclosed about the person.
    let companies = users::of_person(&mut *tx, wish.person).await?;
    let is_theirs =
        |user: &users::User| user.basic && user.company == wish.company && user.state != MembershipState::Removed;
    if !companies.iter().any(is_theirs) {
        return Err(PhoneRefusal::NotTheirCompany.into());
    }
    if let Some(unfit) = unfit(app, &wish.phone) {
        return Err(unfit.into());
    }
    let former = of_person(&mut *tx, wish.person).await?.phone;
    if former.as_ref().is_some_and(|former| former.number == wish.phone) {
        return Err(PhoneRefusal::Same.into());
    }
    if !store::set_phone_of_user(tx, &wish, now).await? {
        return Err(PhoneRefusal::NotTheirCompany.into());
    }
    // An unconfirmed number would replace the one just set.
    forget_phone_asked(tx, wish.person).await?;
    Ok(PhoneRecord { wish, former })
}
