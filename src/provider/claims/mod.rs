//! The claims of tokens and answers about a person, a company and a sign-in.

pub mod access_token;
pub mod company_claims;
pub mod encryption;
pub mod id_token;
pub mod person_claims;
pub mod subjects;
pub mod userinfo;
