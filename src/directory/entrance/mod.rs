//! Entering an application for a company: who may, and with which roles and rights.
//!
//! A user of a company enters an application that is open to the company and in which they have a right. A main user of
//! an accounting office also enters the applications of a client, with their rights in the office, while the office
//! manages the client and unless the client has locked them. Nobody enters anything without an active basic company.
//!
//! An application for employees is open to users of the companies to which it is open, and to the people on their employee
//! listings who have a chargeable service there. Nobody needs a right in it, and nobody enters it for a company that has
//! locked them as a user.

mod store;

pub(crate) use store::{
    choices, choices_of_employee, companies_of, entered, entered_as_employee, phone_app_standing, reach_of, standing,
    standing_of_employee,
};

use serde::Serialize;

use super::companies::CompanyId;
use super::users::{MembershipState, Role};

/// The greatest number of companies offered as a choice.
pub(crate) const MOST_CHOICES: usize = 500;

/// The entrances of a person to an application for users of companies, or for employees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entrances {
    /// Their basic company and whether they can enter it; `None` for a person who has never been a user.
    pub(crate) basic: Option<(CompanyId, MembershipState)>,
    /// Whether they are on an employee listing.
    pub(crate) is_employee: bool,
    /// Whether the application is for employees, too: for those with a chargeable service.
    pub(crate) takes_employees: bool,
    /// The companies for which they may enter. Of an office's many clients only enough to show that there is a choice,
    /// and those asked about.
    pub(crate) companies: Vec<CompanyId>,
}

/// How a person stands before the phone app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PhoneAppStanding {
    /// Their basic company and whether they can enter it; `None` for a person who has never been a user.
    pub(crate) basic: Option<(CompanyId, MembershipState)>,
    /// Whether they are an employee with a chargeable service.
    pub(crate) has_service: bool,
    /// The company on whose employee listing they are; of several, one that gives them a service, if any does.
    pub(crate) employer: Option<CompanyId>,
}

/// The reason why the phone app is not open to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhoneAppRefusal {
    /// They cannot enter their basic company any more, and so nothing.
    BasicCompanyRemoved,
    /// They are an employee without a chargeable service.
    NoService,
    /// They are neither a user nor an employee.
    Nobody,
}

impl PhoneAppStanding {
    /// Whether the phone app is open (FLOWS.md 6): to every user, and to every employee with a chargeable service.
    ///
    /// # Errors
    /// [`PhoneAppRefusal`].
    pub(crate) fn admits(&self) -> Result<(), PhoneAppRefusal> {
        match (self.basic, self.employer) {
            (Some((_, MembershipState::Active)), _) => Ok(()),
            // This holds with any rights that other companies give.
            (Some(_), _) => Err(PhoneAppRefusal::BasicCompanyRemoved),
            (None, _) if self.has_service => Ok(()),
            (None, Some(_)) => Err(PhoneAppRefusal::NoService),
            (None, None) => Err(PhoneAppRefusal::Nobody),
        }
    }

    /// The company that the app names: the basic one, or the employer.
    pub(crate) fn company(&self) -> Option<CompanyId> {
        self.basic.map(|(company, _)| company).or(self.employer)
    }
}

/// A company to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompanyChoice {
    /// The company.
    pub(crate) company: CompanyId,
    /// Its name.
    pub(crate) name: String,
}

/// Everything that is open to a person as a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PersonalReach {
    /// The applications in which they have a right, by their identifiers.
    pub(crate) applications: Vec<EnteredApplication>,
    /// The applications that are open to a company of theirs, be it as a user or as an employee with a chargeable service.
    /// They enter those of them that are for employees.
    pub(crate) as_employee: Vec<EnteredApplication>,
    /// Whether the person manages a company.
    pub(crate) manages: bool,
}

/// An application that is open to a person, with the companies for which they enter it as a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnteredApplication {
    /// The application.
    pub(crate) application: String,
    /// The number of companies.
    pub(crate) companies: i64,
    /// The name of the first of them.
    pub(crate) company: String,
}

/// The part of a person in an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CompanyAccess {
    /// The company.
    pub(crate) company: CompanyId,
    /// Its name.
    pub(crate) name: String,
    /// The person's roles there, including that of a main user of the managing office.
    pub(crate) roles: Vec<Role>,
    /// The rights that the application declares and the person has, in the order of their names.
    pub(crate) rights: Vec<String>,
    /// Those rights whose use needs a fresh proof, by the wish of the company.
    pub(crate) ask_before: Vec<String>,
}

/// The claim `company`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(crate) struct CompanyClaim {
    /// Its identifier.
    pub(crate) id: CompanyId,
    /// Its name.
    pub(crate) name: String,
}

impl CompanyAccess {
    /// The company as a claim.
    pub(crate) fn claim(&self) -> CompanyClaim {
        CompanyClaim { id: self.company, name: self.name.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company() -> CompanyId {
        uuid::Uuid::from_u128(1).to_string().parse().unwrap()
    }

    #[test]
    fn the_phone_app_is_open_to_users_and_to_employees_with_a_service() {
        let of = |basic: Option<MembershipState>, has_service, is_employee: bool| {
            let basic = basic.map(|state| (company(), state));
            PhoneAppStanding { basic, has_service, employer: is_employee.then(company) }.admits()
        };
        assert_eq!(of(Some(MembershipState::Active), false, false), Ok(()));
        assert_eq!(of(None, true, true), Ok(()));
        assert_eq!(of(None, false, true), Err(PhoneAppRefusal::NoService));
        assert_eq!(of(None, false, false), Err(PhoneAppRefusal::Nobody));
        for state in [MembershipState::Locked, MembershipState::Removed] {
            assert_eq!(
                of(Some(state), true, true),
                Err(PhoneAppRefusal::BasicCompanyRemoved),
                "whatever else they are"
            );
        }
    }
}
