//! The checks of a record before anything is written. A refusal names the reason, and never a value that may be a secret.

use data_encoding::BASE64URL_NOPAD;

use super::super::records::{
    ApplicationRecord, AuthenticatorRecord, CompanyApplicationRecord, CompanyRecord, ContactRecord, PasswordRecord,
    PersonRecord, TypedPerson,
};
use super::store;
use crate::app::App;
use crate::directory::companies::{CompanyId, NewCompany};
use crate::directory::people::{Email, NewPerson, PersonId, PersonState};
use crate::directory::rights::{MOST_RIGHTS, RightDeclaration};
use crate::platform::clock::Timestamp;
use crate::platform::hashing;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::translations::Language;
use crate::proofs::{passwords, totp};
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{self, ClientAuthentication, SecretHash};
use crate::sign_in::ApplicationId;
use crate::sign_in::policies::Policy;

/// The reason for which a record is not taken, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordRefusal(pub(super) String);

impl RecordRefusal {
    pub(super) fn because(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// The most authenticator apps and passkeys of a person.
const MOST_FACTORS: usize = 20;

/// The record of a person, with the parts of it that are stored in another form.
pub(super) struct CheckedPerson {
    /// The record, without the fields that cannot be taken.
    pub(super) record: PersonRecord,
    /// The identifier of the record, or a new one.
    pub(super) id: PersonId,
    pub(super) email: Email,
    /// The hash of the password, in the form that this service verifies.
    pub(super) hash: Option<String>,
    /// The sealed seeds of the authenticator apps, in their order.
    pub(super) seeds: Vec<Vec<u8>>,
    /// The reasons for which fields were left out.
    pub(super) left_out: Vec<RecordRefusal>,
}

/// The check of a person. Without an email, a name or a state that can be kept there is nobody to take. Of the rest, one
/// field keeps nobody out: it is left out and told.
pub(super) fn person(app: &App, person: &PersonRecord, now: Timestamp) -> Result<CheckedPerson, RecordRefusal> {
    let email = Email::parse(&person.email).ok_or_else(|| RecordRefusal::because("email is no email address"))?;
    let names = NewPerson {
        email: email.clone(),
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        language: person.language.clone(),
    };
    if !names.names_are_fine() {
        return Err(RecordRefusal::because("a given name of 1 to 100 characters is needed"));
    }
    if person.state.parse::<PersonState>().is_err() {
        return Err(RecordRefusal::because("state must be active or disabled"));
    }
    let id = person.id.unwrap_or_else(|| PersonId::new(person.created_at.unwrap_or(now), &app.random));
    if id == PersonId::NOBODY {
        return Err(RecordRefusal::because("id is nobody's"));
    }
    if person.authenticators.len() > MOST_FACTORS || person.passkeys.len() > MOST_FACTORS {
        return Err(RecordRefusal::because("more than 20 authenticators or passkeys"));
    }
    // A fault of the settings, not of the record: with the right key, the same line comes in whole.
    let sealed = person.authenticators.iter().filter_map(|one| store::sealed(one.sealed.as_deref()?));
    if !sealed.into_iter().all(|sealed| totp::opens(&app.master_keys, id, &sealed)) {
        return Err(RecordRefusal::because(
            "authenticators: sealed does not open with the secret keys of the settings, for this id",
        ));
    }
    let mut kept = person.clone();
    let mut left_out = Vec::new();
    if Language::parse_tag(&kept.language).is_none() {
        Language::English.tag().clone_into(&mut kept.language);
        left_out.push(RecordRefusal::because("language must be en or fi; en was taken"));
    }
    if let Some(Err(refused)) = kept.contact.as_ref().map(contact) {
        kept.contact = None;
        left_out.push(refused);
    }
    let hash = match kept.password.as_ref().map(password) {
        Some(Ok(hash)) => Some(hash),
        Some(Err(refused)) => {
            left_out.push(refused);
            None
        }
        None => None,
    };
    if let Some(code) = &kept.recovery_code
        && !hashing::is_of_our_form(&code.hash)
    {
        kept.recovery_code = None;
        left_out.push(RecordRefusal::because("recovery_code: only hashes of this service are taken"));
    }
    let factors = (kept.passkeys.len(), kept.authenticators.len());
    kept.passkeys.retain(|passkey| {
        let id = BASE64URL_NOPAD.decode(passkey.credential_id.as_bytes()).unwrap_or_default();
        (1..=1023).contains(&id.len()) && passkey.credential.is_object()
    });
    if kept.passkeys.len() < factors.0 {
        left_out.push(RecordRefusal::because("passkeys: credential_id or credential is none"));
    }
    let mut seeds = Vec::new();
    kept.authenticators.retain(|authenticator| match sealed_seed(app, id, authenticator) {
        Ok(sealed) => {
            seeds.push(sealed);
            true
        }
        Err(reason) => {
            left_out.push(RecordRefusal(format!("authenticators: {reason}")));
            false
        }
    });
    // A second step that did not come along is none that a mailbox may make up for.
    kept.closed_to_resets |= factors != (kept.passkeys.len(), kept.authenticators.len());
    Ok(CheckedPerson { record: kept, id, email, hash, seeds, left_out })
}

fn contact(contact: &ContactRecord) -> Result<(), RecordRefusal> {
    if contact.email.as_deref().is_some_and(|email| Email::parse(email).is_none_or(|read| read.as_written() != email)) {
        return Err(RecordRefusal::because("contact: email is no email address"));
    }
    // As it is stored: E.164, without spaces.
    let is_number = |phone: &str| !phone.contains(char::is_whitespace) && PhoneNumber::parse(phone).is_ok();
    if contact.phone.as_deref().is_some_and(|phone| !is_number(phone)) {
        return Err(RecordRefusal::because("contact: phone is no phone number in international form"));
    }
    // An unconfirmed address or number must not receive codes. Without an instant there is nothing to keep.
    let pairs = [
        (contact.email.is_some(), contact.email_confirmed_at.is_some()),
        (contact.phone.is_some(), contact.phone_confirmed_at.or(contact.phone_set_at).is_some()),
    ];
    if pairs.iter().any(|(is_there, is_confirmed)| is_there != is_confirmed) {
        return Err(RecordRefusal::because(
            "contact: email and phone each need the instant at which they were confirmed",
        ));
    }
    Ok(())
}

fn password(password: &PasswordRecord) -> Result<String, RecordRefusal> {
    let fusionauth = match (&password.encryption_scheme, password.factor, &password.salt, &password.password) {
        (Some(scheme), Some(factor), Some(salt), Some(hash)) => Some((scheme, factor, salt, hash)),
        (None, None, None, None) => None,
        _ => return Err(RecordRefusal::because("password needs encryptionScheme, factor, salt and password together")),
    };
    let kept = match (&password.hash, &password.credential_data, &password.secret_data, fusionauth) {
        (Some(hash), None, None, None) => passwords::imported(hash),
        (None, Some(credential), Some(secret), None) => passwords::imported_of_keycloak(credential, secret),
        (None, None, None, Some((scheme, factor, salt, hash))) => {
            passwords::imported_of_fusionauth(scheme, factor, salt, hash)
        }
        _ => {
            let words = "password needs either hash, or credentialData and secretData, or the fields of FusionAuth";
            return Err(RecordRefusal::because(words));
        }
    };
    kept.map_err(|error| RecordRefusal(format!("password: {error}")))
}

/// The data of a person whom a company does not know yet.
pub(super) fn typed(typed: &TypedPerson) -> Result<NewPerson, RecordRefusal> {
    Ok(NewPerson {
        email: Email::parse(&typed.email).ok_or_else(|| RecordRefusal::because("typed has no email address"))?,
        given_name: typed.given_name.clone(),
        family_name: typed.family_name.clone(),
        language: typed.language.clone(),
    })
}

/// The seed of an authenticator app as it is stored.
fn sealed_seed(app: &App, id: PersonId, authenticator: &AuthenticatorRecord) -> Result<Vec<u8>, &'static str> {
    const UNFIT: &str = "codes have 6 to 8 digits, a period of 15 to 120 seconds, and SHA1, SHA256 or SHA512";
    const NONE: &str = "secret is no seed of 80 bits or more in base32 or hexadecimal digits";
    let AuthenticatorRecord { secret, sealed, algorithm, digits, period, encoding, .. } = authenticator;
    let of_keycloak = authenticator.credential_data.as_deref().zip(authenticator.secret_data.as_deref());
    let keep = |seed| totp::sealed(&app.random, &app.master_keys, id, &seed).map_err(|_| "there is no key");
    if let (Some((credential, secret)), None, None) = (of_keycloak, secret, sealed) {
        let seed = totp::Seed::of_keycloak(credential, secret).map_err(|_| UNFIT)?;
        return keep(seed.ok_or("secretData has no seed of 80 bits or more")?);
    }
    match (secret, sealed) {
        (Some(secret), None) => {
            let encoding = encoding.as_deref().map(str::parse::<totp::SeedEncoding>).transpose()?;
            let mut seed = match encoding {
                Some(encoding) => {
                    totp::Seed::of_encoding(secret, encoding).ok_or("secret is no seed in that encoding")?
                }
                None => totp::Seed::imported(secret).map_err(|_| UNFIT)?.ok_or(NONE)?,
            };
            let given = [algorithm.is_some(), digits.is_some(), period.is_some()];
            if given.contains(&true) {
                let form = totp::CodeForm::USUAL.with_algorithm(algorithm.as_deref().unwrap_or("SHA1"));
                let form = form.and_then(|form| form.with_digits(digits.unwrap_or(6)));
                let form = form.and_then(|form| form.with_period(period.unwrap_or(30)));
                seed = seed.of_form(form.map_err(|_| UNFIT)?);
            }
            keep(seed)
        }
        (None, Some(sealed)) => store::sealed(sealed).ok_or("sealed is no Base64"),
        _ => Err("either secret, or sealed, or credentialData and secretData are needed"),
    }
}

pub(super) fn company(company: &CompanyRecord) -> Result<(), RecordRefusal> {
    let kind = company.kind.parse().map_err(|problem| RecordRefusal(format!("type {problem}")))?;
    let new = NewCompany {
        name: company.name.clone(),
        kind,
        contact_email: company.contact_email.clone(),
        contact_phone: company.contact_phone.clone(),
        business_id: company.business_id.clone(),
    };
    if !new.is_fine() {
        return Err(RecordRefusal::because("the name, a contact or the business identifier is empty or too long"));
    }
    policy(company.policy.as_ref())
}

/// Accepts a policy whose numbers are within their bounds, and names that rights may have.
pub(super) fn company_application(open: &CompanyApplicationRecord) -> Result<(), RecordRefusal> {
    policy(open.policy.as_ref())?;
    let is_fine = |name: &String| RightDeclaration { name: name.clone(), title: name.clone() }.is_fine();
    if open.ask_before.len() > MOST_RIGHTS || !open.ask_before.iter().all(is_fine) {
        return Err(RecordRefusal::because("ask_before: too many, or a name that no right has"));
    }
    Ok(())
}

/// Accepts a policy whose numbers are within their bounds, and the lack of one.
fn policy(policy: Option<&Policy>) -> Result<(), RecordRefusal> {
    if policy.is_none_or(Policy::is_sound) {
        Ok(())
    } else {
        Err(RecordRefusal::because("policy has a number that none may have"))
    }
}

pub(super) fn application(
    app: &App,
    record: &ApplicationRecord,
    company: Option<CompanyId>,
    now: Timestamp,
) -> Result<applications::Application, RecordRefusal> {
    fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value, name: &str) -> Result<T, RecordRefusal> {
        serde_json::from_value(value).map_err(|_| RecordRefusal(format!("{name} cannot be read")))
    }
    let authentication = match &record.authentication {
        Some(value) => read(value.clone(), "authentication")?,
        None => ClientAuthentication::Secret { hash: SecretHash::of(app.random.token().reveal()) },
    };
    let created_at = record.created_at.unwrap_or(now);
    let profile = if record.profile.is_null() { serde_json::json!({}) } else { record.profile.clone() };
    let application = applications::Application {
        id: record.id.unwrap_or_else(|| ApplicationId::new(created_at, &app.random)),
        client_id: record.client_id.clone(),
        name: record.name.clone(),
        company,
        authentication,
        redirect_uris: record.redirect_uris.clone(),
        post_logout_redirect_uris: record.post_logout_redirect_uris.clone(),
        back_channel_logout_uri: record.back_channel_logout_uri.clone(),
        home_url: record.home_url.clone(),
        grant_types: read(serde_json::json!(record.grant_types), "grant_types")?,
        scopes: Scopes::parse(&record.scopes).map_err(|_| RecordRefusal::because("scopes cannot be read"))?,
        audience: record.audience.clone(),
        id_token_algorithm: record
            .id_token_algorithm
            .parse()
            .map_err(|()| RecordRefusal::because("id_token_algorithm must be ES256 or RS256"))?,
        may_omit_pkce: record.may_omit_pkce,
        profile: read(profile, "profile")?,
        created_at,
        failure_told_at: None,
    };
    applications::check(&application).map_err(|mistakes| RecordRefusal::because(mistakes.to_string()))?;
    policy(record.policy.as_ref())?;
    if record.rights.iter().any(|right| !right.is_fine()) {
        return Err(RecordRefusal::because("rights: a name or title cannot be kept"));
    }
    Ok(application)
}
