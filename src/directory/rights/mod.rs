//! Access rights: which applications are open to a company, what rights each knows, what a user may do,
//! and the ready-made profiles of rights.
//!
//! A right belongs to an application. The right [`USE`] opens the application; every other is one that
//! the application declares, and opens it, too. What an application declares no more opens nothing.

mod store;

pub use store::{
    add_asked_before, add_profile, applications_of, ask_before, asked_before, change_profile, close_to,
    count_with_right, declare, declared, declared_of_company, find_profile, forget_application, give_profile, holders,
    is_open_to, may_use, of_user, open_to, profiles, remove_profile, set_of_user, undeclare,
};

use serde::{Deserialize, Serialize};

use super::companies::CompanyId;

crate::identifier! {
    /// Identifies a ready-made profile of rights.
    ProfileId
}

/// The right to use an application at all. No application declares it.
pub const USE: &str = "use";
/// The longest name and title of a right, in characters.
const LONGEST: usize = 80;
/// The most rights that one user has in one company.
pub const MOST_RIGHTS: usize = 500;

/// A right in an application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Right {
    /// The identifier of the application. Text, for applications are a floor above.
    pub application: String,
    /// [`USE`], or a name that the application declares.
    pub name: String,
}

impl Right {
    /// The right to use an application.
    pub fn to_use(application: &impl ToString) -> Self {
        Self { application: application.to_string(), name: USE.to_owned() }
    }
}

/// A right that an application knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// As the application reads it in a token: letters, digits, `.`, `_`, `:` and `-`.
    pub name: String,
    /// As administrators read it.
    pub title: String,
}

impl Declared {
    /// Whether the name and the title can be kept.
    pub fn is_fine(&self) -> bool {
        let is_word = |character: char| character.is_ascii_alphanumeric() || "._:-".contains(character);
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST;
        self.name != USE
            && fits(&self.name)
            && self.name.chars().all(is_word)
            && fits(&self.title)
            && !self.title.chars().any(char::is_control)
    }
}

/// Rights that are given together, under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Never changes.
    pub id: ProfileId,
    /// The company that it is for; `None` for every company.
    pub company: Option<CompanyId>,
    /// Its name, which stands as the role of who was given it.
    pub name: String,
    /// What it gives.
    pub rights: Vec<Right>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_right_is_a_word_of_its_own() {
        let right = |name: &str, title: &str| Declared { name: name.to_owned(), title: title.to_owned() };
        assert!(right("pay_slips.own", "Own pay slips").is_fine());
        let long = "a".repeat(LONGEST + 1);
        for (name, title) in
            [(USE, "Use"), ("", "A"), ("a b", "A"), ("a", " "), (&long, "A"), ("a", &long), ("a", "\n")]
        {
            assert!(!right(name, title).is_fine(), "{name} {title}");
        }
    }
}
