//! Access rights: the applications open to a company, the rights that each declares, the rights of a user, and
//! ready-made profiles of rights.
//!
//! A right belongs to an application. The right [`USE`] opens the application; so does every right that the application
//! declares. A right that is no longer declared opens nothing.

mod store;

pub(crate) use store::people_with_rights;
pub use store::{
    add_asked_before, add_profile, applications_of, ask_before, asked_before, change_profile, clear_profile_name,
    close_to, count_with_right, declare, declared, declared_of_company, find_profile, forget_application, give_profile,
    holders, is_open_to, may_use, of_user, open_to, profiles, remove_profile, set_of_user, undeclare,
};

use serde::{Deserialize, Serialize};

use super::companies::CompanyId;
use crate::platform::one_line::is_line;

crate::identifier! {
    /// Identifies a ready-made profile of rights.
    ProfileId
}

/// The right to use an application. No application declares it.
pub const USE: &str = "use";
/// The longest name or title of a right, in characters.
const LONGEST: usize = 80;
/// The greatest number of rights of one user in one company.
pub(crate) const MOST_RIGHTS: usize = 500;
/// The most bytes of a request that lists as many, with the longest names, as JSON or as a form.
pub(crate) const RIGHTS_BODY_LIMIT: usize = 128 * 1024;

/// A right in an application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Right {
    /// The identifier of the application, as text, because applications are a floor above.
    pub application: String,
    /// [`USE`], or a declared name.
    pub name: String,
}

impl Right {
    /// The right to use an application.
    pub fn to_use(application: &impl ToString) -> Self {
        Self { application: application.to_string(), name: USE.to_owned() }
    }
}

/// A declared right of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightDeclaration {
    /// The name in tokens: letters, digits, `.`, `_`, `:` and `-`.
    pub name: String,
    /// The title for administrators.
    pub title: String,
}

impl RightDeclaration {
    /// Whether name and title have an accepted form.
    pub(crate) fn is_fine(&self) -> bool {
        let is_word = |character: char| character.is_ascii_alphanumeric() || "._:-".contains(character);
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST;
        self.name != USE && fits(&self.name) && self.name.chars().all(is_word) && is_line(&self.title, LONGEST)
    }
}

/// Rights that are given together, under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyMadeProfile {
    /// The identifier; it never changes.
    pub id: ProfileId,
    /// The company that may give it; `None` for every company.
    pub(crate) company: Option<CompanyId>,
    /// Its name, shown as the role of users who have it.
    pub name: String,
    /// Its rights.
    pub rights: Vec<Right>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_right_is_a_word_of_its_own() {
        let right = |name: &str, title: &str| RightDeclaration { name: name.to_owned(), title: title.to_owned() };
        assert!(right("pay_slips.own", "Own pay slips").is_fine());
        let long = "a".repeat(LONGEST + 1);
        for (name, title) in
            [(USE, "Use"), ("", "A"), ("a b", "A"), ("a", " "), (&long, "A"), ("a", &long), ("a", "\n")]
        {
            assert!(!right(name, title).is_fine(), "{name} {title}");
        }
    }
}
