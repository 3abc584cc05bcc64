//! What is looked at of a record before anything is written: a refusal names the reason, and never a value that
//! may be a secret.

use data_encoding::BASE64URL_NOPAD;

use super::super::records::{Application, Company, CompanyApplication, Contact, Password, Person};
use super::store;
use crate::app::App;
use crate::directory::companies::{CompanyId, NewCompany};
use crate::directory::people::{Email, NewPerson, PersonId, PersonState};
use crate::directory::rights::{MOST_RIGHTS, RightDeclaration};
use crate::platform::clock::Timestamp;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::translations::Language;
use crate::proofs::{passwords, totp};
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{self, ClientAuthentication, SecretHash};
use crate::sign_in::ApplicationId;
use crate::sign_in::policies::Policy;

/// Why a record is not taken, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused(pub(super) String);

impl Refused {
    pub(super) fn because(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// The most authenticator apps and passkeys of a person.
const MOST_FACTORS: usize = 20;

/// What was made of a person's record.
pub(super) struct CheckedPerson {
    pub(super) id: PersonId,
    pub(super) email: Email,
    pub(super) hash: Option<String>,
    pub(super) seeds: Vec<Vec<u8>>,
}

pub(super) fn person(app: &App, person: &Person, now: Timestamp) -> Result<CheckedPerson, Refused> {
    let email = Email::parse(&person.email).ok_or_else(|| Refused::because("email is no email address"))?;
    let names = NewPerson {
        email: email.clone(),
        given_name: person.given_name.clone(),
        family_name: person.family_name.clone(),
        language: person.language.clone(),
    };
    if !names.names_are_fine() {
        return Err(Refused::because("a given name of 1 to 100 characters is needed"));
    }
    if Language::parse_tag(&person.language).is_none() {
        return Err(Refused::because("language must be en or fi"));
    }
    if person.state.parse::<PersonState>().is_err() {
        return Err(Refused::because("state must be active or disabled"));
    }
    person.contact.as_ref().map_or(Ok(()), contact)?;
    let id = person.id.unwrap_or_else(|| PersonId::new(person.created_at.unwrap_or(now), &app.random));
    if id == PersonId::NOBODY {
        return Err(Refused::because("id is nobody's"));
    }
    let hash = person.password.as_ref().map(password).transpose()?;
    if let Some(code) = &person.recovery_code {
        let kept = passwords::imported(&code.hash).map_err(|error| Refused(format!("recovery_code: {error}")))?;
        if kept != code.hash {
            return Err(Refused::because("recovery_code: only hashes of this service are taken"));
        }
    }
    if person.authenticators.len() > MOST_FACTORS || person.passkeys.len() > MOST_FACTORS {
        return Err(Refused::because("more than 20 authenticators or passkeys"));
    }
    for passkey in &person.passkeys {
        let id = BASE64URL_NOPAD.decode(passkey.credential_id.as_bytes()).unwrap_or_default();
        if !(1..=1023).contains(&id.len()) || !passkey.credential.is_object() {
            return Err(Refused::because("passkeys: credential_id or credential is none"));
        }
    }
    let seeds = seeds(app, id, person)?;
    Ok(CheckedPerson { id, email, hash, seeds })
}

fn contact(contact: &Contact) -> Result<(), Refused> {
    if contact.email.as_deref().is_some_and(|email| Email::parse(email).is_none_or(|read| read.as_written() != email)) {
        return Err(Refused::because("contact: email is no email address"));
    }
    // As it is stored: E.164, without spaces.
    let is_number = |phone: &str| !phone.contains(char::is_whitespace) && PhoneNumber::parse(phone).is_ok();
    if contact.phone.as_deref().is_some_and(|phone| !is_number(phone)) {
        return Err(Refused::because("contact: phone is no phone number in international form"));
    }
    // What is not confirmed must not receive codes: without an instant there is nothing to keep.
    let pairs = [
        (contact.email.is_some(), contact.email_confirmed_at.is_some()),
        (contact.phone.is_some(), contact.phone_confirmed_at.or(contact.phone_set_at).is_some()),
    ];
    if pairs.iter().any(|(is_there, is_confirmed)| is_there != is_confirmed) {
        return Err(Refused::because("contact: email and phone each need the instant at which they were confirmed"));
    }
    Ok(())
}

fn password(password: &Password) -> Result<String, Refused> {
    let kept = match (&password.hash, &password.credential_data, &password.secret_data) {
        (Some(hash), None, None) => passwords::imported(hash),
        (None, Some(credential), Some(secret)) => passwords::imported_of_keycloak(credential, secret),
        _ => return Err(Refused::because("password needs either hash, or credentialData and secretData")),
    };
    kept.map_err(|error| Refused(format!("password: {error}")))
}

fn seeds(app: &App, id: PersonId, person: &Person) -> Result<Vec<Vec<u8>>, Refused> {
    let each = person.authenticators.iter().map(|authenticator| match (&authenticator.secret, &authenticator.sealed) {
        (Some(secret), None) => totp::Seed::from_base32(secret)
            .ok_or("authenticators: secret is no seed of 80 bits or more in base32")
            .and_then(|seed| {
                totp::sealed(&app.random, &app.master_keys, id, &seed).map_err(|_| "authenticators: there is no key")
            }),
        (None, Some(sealed)) => store::sealed(sealed)
            .filter(|sealed| totp::opens(&app.master_keys, id, sealed))
            .ok_or("authenticators: sealed does not open with the secret keys of the settings, for this id"),
        _ => Err("authenticators: either secret or sealed is needed"),
    });
    each.collect::<Result<_, _>>().map_err(Refused::because)
}

pub(super) fn company(company: &Company) -> Result<(), Refused> {
    let kind = company.kind.parse().map_err(|problem| Refused(format!("type {problem}")))?;
    let new = NewCompany {
        name: company.name.clone(),
        kind,
        contact_email: company.contact_email.clone(),
        contact_phone: company.contact_phone.clone(),
        business_id: company.business_id.clone(),
    };
    if !new.is_fine() {
        return Err(Refused::because("the name, a contact or the business identifier is empty or too long"));
    }
    policy(company.policy.as_ref())
}

/// A policy whose numbers are within their bounds, and names that rights may have.
pub(super) fn company_application(open: &CompanyApplication) -> Result<(), Refused> {
    policy(open.policy.as_ref())?;
    let is_fine = |name: &String| RightDeclaration { name: name.clone(), title: name.clone() }.is_fine();
    if open.ask_before.len() > MOST_RIGHTS || !open.ask_before.iter().all(is_fine) {
        return Err(Refused::because("ask_before: too many, or a name that no right has"));
    }
    Ok(())
}

/// A policy whose numbers are within their bounds, where there is one.
fn policy(policy: Option<&Policy>) -> Result<(), Refused> {
    if policy.is_none_or(Policy::is_sound) {
        Ok(())
    } else {
        Err(Refused::because("policy has a number that none may have"))
    }
}

pub(super) fn application(
    app: &App,
    record: &Application,
    company: Option<CompanyId>,
    now: Timestamp,
) -> Result<applications::Application, Refused> {
    fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value, name: &str) -> Result<T, Refused> {
        serde_json::from_value(value).map_err(|_| Refused(format!("{name} cannot be read")))
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
        scopes: Scopes::parse(&record.scopes).map_err(|_| Refused::because("scopes cannot be read"))?,
        audience: record.audience.clone(),
        id_token_algorithm: record
            .id_token_algorithm
            .parse()
            .map_err(|()| Refused::because("id_token_algorithm must be ES256 or RS256"))?,
        may_omit_pkce: record.may_omit_pkce,
        profile: read(profile, "profile")?,
        created_at,
        failure_told_at: None,
    };
    applications::check(&application).map_err(|mistakes| Refused::because(mistakes.to_string()))?;
    policy(record.policy.as_ref())?;
    if record.rights.iter().any(|right| !right.is_fine()) {
        return Err(Refused::because("rights: a name or title cannot be kept"));
    }
    Ok(application)
}
