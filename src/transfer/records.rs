//! The records of an import or export. Each type is one kind of line; a field that is not known is a mistake.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::directory::companies::CompanyId;
use crate::directory::employees::ChargeableService;
use crate::directory::people::PersonId;
use crate::directory::rights::{ProfileId, Right, RightDeclaration};
use crate::directory::users::Role;
use crate::platform::clock::Timestamp;
use crate::sign_in::ApplicationId;
use crate::sign_in::policies::Policy;

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Record {
    Company(Company),
    Engagement(Engagement),
    Application(Box<Application>),
    CompanyApplication(CompanyApplication),
    Profile(Profile),
    Person(Box<Person>),
    User(User),
    Employee(Employee),
}

impl Record {
    /// Every kind, in the order in which they are exported: what is referred to stands first.
    pub(super) const KINDS: [&str; 8] =
        ["company", "engagement", "application", "company_application", "profile", "person", "user", "employee"];

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Company(_) => "company",
            Self::Engagement(_) => "engagement",
            Self::Application(_) => "application",
            Self::CompanyApplication(_) => "company_application",
            Self::Profile(_) => "profile",
            Self::Person(_) => "person",
            Self::User(_) => "user",
            Self::Employee(_) => "employee",
        }
    }
}

/// A tenant. Others refer to it by its identifier or by its business identifier.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Company {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<CompanyId>,
    pub(super) name: String,
    /// `business` or `accounting_office`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) business_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact_phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policy>,
}

/// An accounting office manages a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Engagement {
    pub(super) office: String,
    pub(super) client: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<Timestamp>,
}

/// A relying party.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Application {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<ApplicationId>,
    pub(super) client_id: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) company: Option<String>,
    /// Without it, the application needs a new secret before it can prove itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) authentication: Option<Value>,
    #[serde(default)]
    pub(super) redirect_uris: Vec<String>,
    #[serde(default)]
    pub(super) post_logout_redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) back_channel_logout_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) home_url: Option<String>,
    pub(super) grant_types: Vec<String>,
    pub(super) scopes: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audience: Option<String>,
    pub(super) id_token_algorithm: String,
    #[serde(default)]
    pub(super) may_omit_pkce: bool,
    #[serde(default)]
    pub(super) profile: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policy>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rights: Vec<RightDeclaration>,
}

/// An application is open to a company.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyApplication {
    pub(super) company: String,
    /// Its `client_id` or its identifier.
    pub(super) application: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<Timestamp>,
    /// What the company wants there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policy>,
    /// The names of the rights before whose use it wants its people asked again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ask_before: Vec<String>,
}

/// A ready-made profile of rights.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<ProfileId>,
    /// Without it: for every company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) company: Option<String>,
    pub(super) name: String,
    pub(super) rights: Vec<Right>,
}

/// A human being. Others refer to them by their identifier or by their sign-in email.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<PersonId>,
    pub(super) email: String,
    /// When the email was found to be theirs; without it, it is not confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_confirmed_at: Option<Timestamp>,
    pub(super) given_name: String,
    #[serde(default)]
    pub(super) family_name: String,
    #[serde(default = "english")]
    pub(super) language: String,
    #[serde(default = "active")]
    pub(super) state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) terms_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_sign_in_at: Option<Timestamp>,
    /// Whether a second step was removed without anybody vouching for them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) closed_to_resets: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact: Option<Contact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password: Option<Password>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) authenticators: Vec<Authenticator>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) passkeys: Vec<Passkey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recovery_code: Option<RecoveryCode>,
}

fn english() -> String {
    "en".to_owned()
}

pub(super) fn active() -> String {
    "active".to_owned()
}

/// Where codes and notices go.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contact {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_confirmed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone_confirmed_at: Option<Timestamp>,
    /// When somebody who administers their company set the phone, where they have not confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone_set_at: Option<Timestamp>,
}

/// The hash of a password: a text, or the two texts that Keycloak exports.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Password {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hash: Option<String>,
    #[serde(rename = "credentialData", skip_serializing_if = "Option::is_none")]
    pub(super) credential_data: Option<String>,
    #[serde(rename = "secretData", skip_serializing_if = "Option::is_none")]
    pub(super) secret_data: Option<String>,
    /// Whether it is known to be long enough to be the only proof.
    #[serde(default)]
    pub(super) stands_alone: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed_at: Option<Timestamp>,
}

/// An authenticator app, with its seed in the clear (as other systems export it) or sealed (as we do).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Authenticator {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<uuid::Uuid>,
    #[serde(default = "authenticator")]
    pub(super) name: String,
    /// In base32. Taken, never given.
    #[serde(skip_serializing)]
    pub(super) secret: Option<String>,
    /// In base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sealed: Option<String>,
    #[serde(default)]
    pub(super) last_step: i64,
    #[serde(default)]
    pub(super) drift: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_used_at: Option<Timestamp>,
}

fn authenticator() -> String {
    "Authenticator app".to_owned()
}

/// A passkey: the public half of a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passkey {
    pub(super) id: uuid::Uuid,
    /// In base64url.
    pub(super) credential_id: String,
    pub(super) name: String,
    pub(super) credential: Value,
    pub(super) sign_count: i64,
    pub(super) synced: bool,
    pub(super) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_used_at: Option<Timestamp>,
}

/// The hash of a recovery code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecoveryCode {
    pub(super) hash: String,
    pub(super) made_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) used_at: Option<Timestamp>,
}

/// A person's membership in a company.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    pub(super) company: String,
    pub(super) person: String,
    #[serde(default)]
    pub(super) roles: Vec<Role>,
    /// Without it: whether the person has no basic company yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) basic: Option<bool>,
    #[serde(default = "active")]
    pub(super) state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) profile: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rights: Vec<Right>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed_at: Option<Timestamp>,
    /// What was typed of somebody who has not accepted yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) typed: Option<TypedPerson>,
}

/// What an administrator typed of somebody who had a profile before: all that the company knows of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypedPerson {
    pub(super) email: String,
    pub(super) given_name: String,
    #[serde(default)]
    pub(super) family_name: String,
    #[serde(default)]
    pub(super) language: String,
}

/// A person on a company's employee listing.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Employee {
    pub(super) company: String,
    pub(super) person: String,
    #[serde(default)]
    pub(super) services: Vec<ChargeableService>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<Timestamp>,
    /// What was typed of somebody whom the company does not know yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) typed: Option<TypedPerson>,
}
