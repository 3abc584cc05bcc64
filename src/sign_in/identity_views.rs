//! The pages of a sign-in by a bank, a national eID or the directory of a company.

use askama::Template;

use crate::platform::web::page::Page;
use crate::platform::web::views::Door;

/// The choice of a bank or eID.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/choose_identity.html")]
pub struct ChooseIdentityPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The methods under their headings.
    pub groups: Vec<IdentityGroupView>,
    /// The sentence about the last try.
    pub said: Option<String>,
}

/// Methods under one heading.
#[derive(Debug, Clone)]
pub struct IdentityGroupView {
    /// The key of the heading.
    pub title: &'static str,
    /// Whether they stand in three columns; otherwise in two.
    pub is_wide: bool,
    /// The methods.
    pub methods: Vec<IdentityChoice>,
}

/// One method.
#[derive(Debug, Clone)]
pub struct IdentityChoice {
    /// Its name.
    pub name: String,
    /// Whether its provider did not answer of late.
    pub is_slow: bool,
    /// The provider, in the address of the form.
    pub provider: String,
    /// Its word there.
    pub method: String,
}

/// The directory of a company that people are led to.
#[derive(Debug, Clone)]
pub struct DirectoryOffer {
    /// The name of the company.
    pub company: String,
    /// Its methods, one for most.
    pub choices: Vec<IdentityChoice>,
}

/// The way to the directory of a company, before the password or in its place.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/company_directory.html")]
pub struct CompanyDirectoryPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The typed email; empty where a session names the person.
    pub email: String,
    /// The directory.
    pub offer: DirectoryOffer,
    /// Whether another way is offered.
    pub has_other_ways: bool,
    /// Whether it goes on by itself.
    pub goes_at_once: bool,
}

/// An identity that nobody is known by.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/unmatched_identity.html")]
pub struct UnmatchedIdentityPage {
    /// The parts that every page has.
    pub page: Page,
    /// The door.
    pub door: Door,
    /// The identifier of the sign-in.
    pub sign_in: String,
    /// The bank or eID.
    pub name: String,
    /// The beginning of the identifier; empty where it means nothing to people.
    pub masked: String,
    /// The company whose directory it is: only its people link it.
    pub company: Option<String>,
}
