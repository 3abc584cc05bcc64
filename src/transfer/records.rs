//! The records of an import or export. Each type is one kind of line; an unknown field is a mistake.

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
    Company(CompanyRecord),
    Engagement(EngagementRecord),
    Application(Box<ApplicationRecord>),
    CompanyApplication(CompanyApplicationRecord),
    Profile(ProfileRecord),
    Person(Box<PersonRecord>),
    User(UserRecord),
    Employee(EmployeeRecord),
}

impl Record {
    /// Every kind, in the order of an export: records stand after those that they refer to.
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

/// A company. Other records refer to it by its identifier or its business identifier.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyRecord {
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

/// The engagement of an accounting office with a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementRecord {
    pub(super) office: String,
    pub(super) client: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<Timestamp>,
}

/// An application.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationRecord {
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

/// An application that is open to a company.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyApplicationRecord {
    pub(super) company: String,
    /// Its `client_id` or its identifier.
    pub(super) application: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<Timestamp>,
    /// The policy of the company there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policy>,
    /// The names of the rights before whose use the company's people are asked again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) ask_before: Vec<String>,
}

/// A ready-made profile of rights.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<ProfileId>,
    /// Without it, the profile is for every company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) company: Option<String>,
    pub(super) name: String,
    pub(super) rights: Vec<Right>,
}

/// A person. Other records refer to them by their identifier or their sign-in email.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<PersonId>,
    pub(super) email: String,
    /// When the person confirmed the email. Without it, the email is not confirmed.
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
    /// Whether a second step was removed and nobody vouched for the person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) closed_to_resets: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact: Option<ContactRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password: Option<PasswordRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) authenticators: Vec<AuthenticatorRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) passkeys: Vec<PasskeyRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recovery_code: Option<RecoveryCodeRecord>,
}

fn english() -> String {
    "en".to_owned()
}

pub(super) fn active() -> String {
    "active".to_owned()
}

/// The addresses for codes and notices.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_confirmed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone_confirmed_at: Option<Timestamp>,
    /// When an administrator set the phone, if the person has not confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone_set_at: Option<Timestamp>,
}

/// The hash of a password: a text, or the two texts that Keycloak exports.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hash: Option<String>,
    #[serde(rename = "credentialData", skip_serializing_if = "Option::is_none")]
    pub(super) credential_data: Option<String>,
    #[serde(rename = "secretData", skip_serializing_if = "Option::is_none")]
    pub(super) secret_data: Option<String>,
    /// FusionAuth's name of the algorithm, with which the three fields after it come.
    #[serde(rename = "encryptionScheme", skip_serializing_if = "Option::is_none")]
    pub(super) encryption_scheme: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) factor: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) salt: Option<String>,
    /// The hash, as FusionAuth names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password: Option<String>,
    /// Whether the password is known to be long enough to be the only proof.
    #[serde(default)]
    pub(super) stands_alone: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed_at: Option<Timestamp>,
}

/// An authenticator app, with its seed in the clear, as other systems export it, or sealed, as this one does.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthenticatorRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<uuid::Uuid>,
    #[serde(default = "authenticator")]
    pub(super) name: String,
    /// In base32, hexadecimal digits, or as a whole `otpauth://` address. It is imported, and never exported.
    #[serde(skip_serializing)]
    pub(super) secret: Option<String>,
    /// The writing of the secret, if it is not one of these: `base64`, or `text` where its characters are the bytes.
    #[serde(skip_serializing)]
    pub(super) encoding: Option<String>,
    /// Keycloak's two texts in the place of all of it.
    #[serde(rename = "credentialData", skip_serializing)]
    pub(super) credential_data: Option<String>,
    #[serde(rename = "secretData", skip_serializing)]
    pub(super) secret_data: Option<String>,
    /// The form that app and other system agreed upon, where it is not SHA-1, six digits and 30 seconds. A sealed seed
    /// has it within.
    #[serde(skip_serializing)]
    pub(super) algorithm: Option<String>,
    #[serde(skip_serializing)]
    pub(super) digits: Option<u32>,
    #[serde(skip_serializing)]
    pub(super) period: Option<u32>,
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
pub(super) struct PasskeyRecord {
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
pub(super) struct RecoveryCodeRecord {
    pub(super) hash: String,
    pub(super) made_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) used_at: Option<Timestamp>,
}

/// A person's membership in a company.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserRecord {
    pub(super) company: String,
    pub(super) person: String,
    #[serde(default)]
    pub(super) roles: Vec<Role>,
    /// Without it, the company becomes the basic one of a person who has none yet.
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
    /// The typed data of a person who has not accepted yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) typed: Option<TypedPerson>,
}

/// The data that an administrator typed of a person who had a profile before. The company knows no more of them.
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
pub(super) struct EmployeeRecord {
    pub(super) company: String,
    pub(super) person: String,
    #[serde(default)]
    pub(super) services: Vec<ChargeableService>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<Timestamp>,
    /// The typed data of a person whom the company does not know yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) typed: Option<TypedPerson>,
}
