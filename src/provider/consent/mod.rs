//! Consent: what a person lets an application of somebody else have. The operator's own applications are not
//! asked for; registering them was the consent. It is kept until the person takes it away, which ends every
//! grant of the application.

mod store;

use serde::{Deserialize, Serialize};

pub(crate) use store::{StoredConsent, list_of_person};
pub(super) use store::{find, in_force, keep};

use super::applications::{Application, ApplicationId};
use super::authorize::RequestedClaims;
use super::grants;
use crate::app::App;
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::web::page::Page;
use crate::platform::web::visit::Visit;
use crate::provider::applications::scopes::Scopes;

/// The data and scopes that an application may have of a person, or asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Permission {
    /// The scopes of its tokens.
    pub(crate) scope: Scopes,
    /// Single claims beyond those of the scopes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) claims: Vec<String>,
    /// The APIs that its tokens are for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) resources: Vec<String>,
}

impl Permission {
    /// The permission that a request asks for.
    pub(crate) fn asked(scope: &Scopes, claims: &RequestedClaims, resources: &[String]) -> Self {
        let mut single: Vec<_> = claims.id_token.iter().chain(&claims.userinfo).cloned().collect();
        single.sort_unstable();
        single.dedup();
        single.retain(|claim| !is_told_by(claim, scope));
        Self { scope: scope.clone(), claims: single, resources: resources.to_vec() }
    }

    /// Whether all that another one has is in this one.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        other.scope.are_within(&self.scope)
            && other.claims.iter().all(|claim| self.claims.contains(claim) || is_told_by(claim, &self.scope))
            && other.resources.iter().all(|resource| self.resources.contains(resource))
    }

    /// Both together.
    #[must_use]
    pub(crate) fn and(&self, other: &Self) -> Self {
        let joined = |one: &[String], other: &[String]| {
            let mut all = one.to_vec();
            all.extend(other.iter().filter(|new| !one.contains(new)).cloned());
            all
        };
        Self {
            scope: self.scope.and(&other.scope),
            claims: joined(&self.claims, &other.claims),
            resources: joined(&self.resources, &other.resources),
        }
    }

    /// Its contents, in words for the person.
    pub(crate) fn words(&self, page: &Page) -> Vec<String> {
        let has = |claims: &[&str]| self.claims.iter().any(|claim| claims.contains(&claim.as_str()));
        let mut words = vec![page.t("consent-who")];
        if self.scope.has("profile") || has(&PROFILE) {
            words.push(page.t("consent-profile"));
        }
        if self.scope.has("email") || has(&EMAIL) {
            words.push(page.t("consent-email"));
        }
        if self.scope.has("company") {
            words.push(page.t("consent-company"));
        }
        for scope in self.scope.iter().filter(|scope| !KNOWN.contains(scope)) {
            words.push(page.t1("consent-scope", "scope", scope));
        }
        for resource in &self.resources {
            words.push(page.t1("consent-resource", "resource", resource));
        }
        if self.scope.has("offline_access") {
            words.push(page.t("consent-offline"));
        }
        words
    }
}

/// The scopes that have words of their own.
const KNOWN: [&str; 5] = ["openid", "profile", "email", "company", "offline_access"];
/// Claims that are told of a profile.
const PROFILE: [&str; 5] = ["name", "given_name", "family_name", "locale", "updated_at"];
/// Claims that are told of an email.
const EMAIL: [&str; 3] = ["email", "email_verified", "preferred_username"];

fn is_told_by(claim: &str, scope: &Scopes) -> bool {
    (scope.has("profile") && PROFILE.contains(&claim)) || (scope.has("email") && EMAIL.contains(&claim))
}

/// How consent stands for what is about to be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Consented {
    /// The application is the operator's own.
    NotAsked,
    /// The person has given it earlier.
    Before,
    /// The person gives it now.
    Now(Permission),
}

/// Whether a person has to be asked; `None` where they do.
pub(super) fn stands(application: &Application, given: Option<&Permission>, asked: &Permission) -> Option<Consented> {
    if !application.profile.third_party {
        return Some(Consented::NotAsked);
    }
    given.filter(|given| given.covers(asked)).map(|_| Consented::Before)
}

/// Takes away what an application may have of a person, and ends all that it was granted. Tells whether there
/// was something.
pub async fn remove(app: &App, visit: &Visit, person: PersonId, application: ApplicationId) -> Result<bool, db::Error> {
    let (now, random) = (visit.now, app.random.clone());
    let mut entry = Entry::new(now, Event::ProviderConsentRemoved).person(person).application(application);
    entry.network = Some(visit.network.to_string());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                // The consent goes first: what is being granted at this moment waits for it, and finds none.
                if !store::remove(tx, person, application).await? {
                    return Ok(false);
                }
                grants::revoke_all(tx, person, application, now).await?;
                history::write(tx, &random, &entry).await?;
                Ok(true)
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::web::translations::Language;

    fn permission(scope: &str, claims: &[&str], resources: &[&str]) -> Permission {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let requested = RequestedClaims { id_token: owned(claims), userinfo: Vec::new() };
        Permission::asked(&Scopes::parse(scope).unwrap(), &requested, &owned(resources))
    }

    #[test]
    fn more_than_was_given_is_not_covered() {
        let given = permission("openid profile", &["email"], &["https://a.example/"]);
        assert!(given.covers(&permission("openid", &["given_name", "email"], &[])));
        assert!(given.covers(&given));
        for more in [
            permission("openid email", &[], &[]),
            permission("openid", &["email_verified"], &[]),
            permission("openid", &[], &["https://b.example/"]),
        ] {
            assert!(!given.covers(&more), "{more:?}");
            assert!(given.and(&more).covers(&more) && given.and(&more).covers(&given));
        }
    }

    #[test]
    fn a_claim_is_told_in_the_same_words_as_its_scope() {
        let page = Page::new(Language::English, "", "");
        for claim in ["email", "preferred_username"] {
            assert_eq!(
                permission("openid", &[claim], &[]).words(&page),
                permission("openid email", &[], &[]).words(&page)
            );
        }
        assert_eq!(
            permission("openid reports.read offline_access", &["name"], &["https://a.example/"]).words(&page).len(),
            5
        );
    }
}
