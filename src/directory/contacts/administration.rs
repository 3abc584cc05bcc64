//! A communication phone that a user administrator sets for somebody else (FLOWS.md 5).
//!
//! Whether somebody may do so (their role, and a fresh proof) is decided by the door that they come through.
//! Here it is kept who did it and when, and what such a phone is good for: codes of signing in at once, and
//! for three days nothing that resets anything ([`super::Phone::may_reset`]).

use super::{Phone, forget_phone_asked, of_person, store};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::{self, PersonId};
use crate::directory::users::{self, State};
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry, Event};
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::visit::Visit;

/// A user administrator set the communication phone of somebody else.
const PHONE_SET: Event = Event("person.communication_phone_set");

/// A phone for somebody else.
#[derive(Clone, Debug)]
pub struct PhoneOfAnother {
    /// Whose it is to be.
    pub person: PersonId,
    /// Who sets it.
    pub administrator: PersonId,
    /// The company that they administer. It must be the person's basic company: a profile is one for all
    /// companies, and no other company's administrator has a say in it.
    pub company: CompanyId,
    /// The number.
    pub phone: PhoneNumber,
}

/// Why a phone is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotSetPhone {
    /// It would be the administrator's own: theirs is set in *My sign-in*, with a code.
    Own,
    /// The person is no user there, or their basic company is another one.
    NotTheirCompany,
    /// It takes no SMS.
    NotMobile,
    /// The operator sends no SMS to that country.
    Country,
    /// The person has that phone already.
    Same,
}

/// That a phone was set. The person must be told of it, in the same transaction: `sign_in::notices` does so
/// with `tell_of_phone_set`, and there is nothing else to do with it.
#[must_use = "the person must be told: sign_in::notices::tell_of_phone_set"]
#[derive(Debug)]
pub struct PhoneSet {
    wish: PhoneOfAnother,
    former: Option<Phone>,
}

impl PhoneSet {
    /// Whose it is.
    pub fn person(&self) -> PersonId {
        self.wish.person
    }

    /// Who set it.
    pub fn administrator(&self) -> PersonId {
        self.wish.administrator
    }

    /// The phone before.
    pub fn former(&self) -> Option<&Phone> {
        self.former.as_ref()
    }
}

/// Why a number is nobody's communication phone here, whoever's it would be.
pub fn unfit(app: &App, phone: &PhoneNumber) -> Option<CannotSetPhone> {
    if !phone.takes_sms() {
        return Some(CannotSetPhone::NotMobile);
    }
    let is_served = app.settings.sms.as_ref().is_none_or(|sms| sms.serves(phone.country()));
    (!is_served).then_some(CannotSetPhone::Country)
}

/// Sets the communication phone of somebody else, and writes the history: who, whose, from where, when.
/// The caller has made sure that the administrator may (role in `wish.company`, a proof of the last minutes),
/// and hands what it gets to `sign_in::notices::tell_of_phone_set`.
///
/// # Errors
/// That it cannot be is an answer, and changes nothing.
pub async fn set_phone_by_administrator(
    tx: &mut Tx<'_>,
    app: &App,
    visit: &Visit,
    wish: PhoneOfAnother,
) -> Result<Result<PhoneSet, CannotSetPhone>, db::Error> {
    if wish.person == wish.administrator {
        return Ok(Err(CannotSetPhone::Own));
    }
    people::take_turns(tx, wish.person).await?;
    // Before anything else is said of the person.
    let companies = users::of_person(&mut *tx, wish.person).await?;
    let is_theirs = |user: &users::User| user.basic && user.company == wish.company && user.state != State::Removed;
    if !companies.iter().any(is_theirs) {
        return Ok(Err(CannotSetPhone::NotTheirCompany));
    }
    if let Some(unfit) = unfit(app, &wish.phone) {
        return Ok(Err(unfit));
    }
    let former = of_person(&mut *tx, wish.person).await?.phone;
    if former.as_ref().is_some_and(|former| former.number == wish.phone) {
        return Ok(Err(CannotSetPhone::Same));
    }
    if !store::set_phone_of_user(tx, &wish, visit.now).await? {
        return Ok(Err(CannotSetPhone::NotTheirCompany));
    }
    // A number that waits for its code would replace the one that was just set.
    forget_phone_asked(tx, wish.person).await?;
    let mut entry =
        Entry::new(visit.now, PHONE_SET).person(wish.person).actor(wish.administrator).company(wish.company);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    history::write(tx, &app.random, &entry).await?;
    Ok(Ok(PhoneSet { wish, former }))
}
