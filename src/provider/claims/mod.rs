//! The claims of tokens and answers about a person, a company and a sign-in.

pub(crate) mod access_token;
pub(crate) mod company_claims;
pub mod encryption;
pub mod id_token;
pub(crate) mod person_claims;
pub(crate) mod subjects;
pub(crate) mod userinfo;
