//! The home realm: an email at a domain that a company has proved leads to the directory of that company. The domain alone
//! decides, so that a stranger's email is led as a person's is. A person whose company lets people in by its directory alone
//! is led there after a proof, too, whatever their email.

use axum::response::Response;
use http::StatusCode;

use super::{Facts, SignInVisit, identity_choice, show};
use crate::directory::companies::{CompanyId, DirectoryUse};
use crate::directory::domains::{self, DomainName, DomainRealm};
use crate::directory::people::{Email, PersonId};
use crate::platform::db::{self, Tx};
use crate::platform::web::security::allow_form_action;
use crate::proofs::identity_providers::{self, IdentityProvider, ProviderState};
use crate::sign_in::decide::DirectoryRule;
use crate::sign_in::identity_views::{CompanyDirectoryPage, DirectoryOffer, IdentityChoice};
use crate::sign_in::{SignInState, facts};

/// The company whose directory people with an email are led to, and its directories that are offered.
pub(super) struct HomeRealm {
    company: DomainRealm,
    directories: Vec<IdentityProvider>,
}

impl HomeRealm {
    /// Whether the directory comes before the page of the password.
    pub(super) fn leads(&self) -> bool {
        self.company.directory_use != DirectoryUse::Offered
    }

    /// The buttons, for a page.
    pub(super) fn offer(&self, visitor: &SignInVisit) -> DirectoryOffer {
        let methods = |directory: &IdentityProvider| -> Vec<IdentityChoice> {
            directory
                .settings
                .methods
                .iter()
                .map(|method| identity_choice::choice(visitor, directory, method))
                .collect()
        };
        let choices = self.directories.iter().flat_map(methods).collect();
        DirectoryOffer { company: self.company.name.clone(), choices }
    }

    /// Lets the forms of a page lead to the directories.
    pub(super) fn allow_forms(&self, response: &mut Response) {
        for origin in self.directories.iter().filter_map(identity_choice::origin) {
            allow_form_action(response, &origin);
        }
    }
}

impl SignInVisit {
    /// The home realm of the email that was typed, or of the person whom the session names; none while an identity waits
    /// to be linked, because the profile is proven then.
    pub(super) async fn home_realm(&self, facts: &Facts) -> Result<Option<HomeRealm>, db::Error> {
        let company = match (&self.sign_in.state, &facts.person) {
            _ if self.sign_in.demand.links_identity => None,
            // Of a typed email it was read with everything else.
            (SignInState::Identified { .. }, _) => self.sheet.realm.clone(),
            (_, Some(person)) => match Email::parse(&person.email) {
                Some(email) => domains::realm(&self.app.db, &DomainName::of_email(&email)).await?,
                None => None,
            },
            (_, None) => None,
        };
        match company {
            Some(company) => self.realm_at(company).await,
            None => Ok(None),
        }
    }

    async fn realm_at(&self, company: DomainRealm) -> Result<Option<HomeRealm>, db::Error> {
        let directories = identity_providers::of_company(&self.app.db, company.company).await?;
        Ok(Some(HomeRealm { company, directories }).filter(|realm| !realm.directories.is_empty()))
    }

    /// The realm of the company that lets the person in by its directory alone.
    pub(super) async fn realm_alone(&self, facts: &Facts) -> Result<Option<HomeRealm>, db::Error> {
        let rule = facts.situation.claimant().map(|claimant| claimant.directory);
        let Some(DirectoryRule::Alone { company }) = rule else { return Ok(None) };
        match domains::realm_of_company(&self.app.db, company).await? {
            Some(company) => self.realm_at(company).await,
            None => Ok(None),
        }
    }

    /// Whether this sign-in, as far as it has come, means the people who are known by a provider: everybody, or the people
    /// of the company whose directory it is.
    pub(super) async fn means_people_of(&self, facts: &Facts, provider: &IdentityProvider) -> Result<bool, db::Error> {
        let Some(company) = provider.settings.company else { return Ok(true) };
        if self.sheet.application_company == Some(company) {
            return Ok(true);
        }
        let is_its = |realm: Option<HomeRealm>| realm.is_some_and(|realm| realm.company.company == company);
        Ok(is_its(self.home_realm(facts).await?) || is_its(self.realm_alone(facts).await?))
    }

    /// The providers that are offered in this sign-in, as far as it has come.
    pub(super) async fn all_offered(&self, facts: &Facts) -> Result<Vec<IdentityProvider>, db::Error> {
        let meant: Vec<CompanyId> = [self.home_realm(facts).await?, self.realm_alone(facts).await?]
            .into_iter()
            .flatten()
            .map(|realm| realm.company.company)
            .chain(self.sheet.application_company)
            .collect();
        let mut providers = identity_providers::in_use(&self.app.db).await?;
        providers.retain(|provider| provider.settings.company.is_none_or(|company| meant.contains(&company)));
        Ok(providers)
    }

    /// A provider that is offered in every sign-in.
    pub(super) async fn offered_to_all(
        &self,
        id: identity_providers::IdentityProviderId,
    ) -> Result<Option<IdentityProvider>, db::Error> {
        let found = identity_providers::find(&self.app.db, id).await?;
        Ok(found.filter(|provider| provider.state == ProviderState::On && !provider.is_of_a_company()))
    }

    /// A provider that is offered in this sign-in.
    pub(super) async fn offered_to(
        &self,
        facts: &Facts,
        id: identity_providers::IdentityProviderId,
    ) -> Result<Option<IdentityProvider>, db::Error> {
        let found = identity_providers::find(&self.app.db, id).await?;
        match found.filter(|provider| provider.state == ProviderState::On) {
            Some(provider) if self.means_people_of(facts, &provider).await? => Ok(Some(provider)),
            _ => Ok(None),
        }
    }
}

/// The page that leads to the directory of a company. It goes on by itself right after the email; a person who comes back
/// from there presses the button.
pub(super) fn page(visitor: &SignInVisit, realm: &HomeRealm, (is_alone, at_once): (bool, bool)) -> Response {
    let email = match &visitor.sign_in.state {
        SignInState::Identified { email, .. } => email.clone(),
        SignInState::Asking { .. } | SignInState::Entered { .. } => String::new(),
    };
    let view = CompanyDirectoryPage {
        door: show::unproven(visitor),
        page: show::page(visitor),
        sign_in: visitor.sign_in.id.to_string(),
        email,
        offer: realm.offer(visitor),
        has_other_ways: !is_alone,
        goes_at_once: at_once,
    };
    let mut response = show::answer(visitor, StatusCode::OK, &view);
    realm.allow_forms(&mut response);
    response
}

/// Whether a provider of a company, or of none, may vouch for a person: of one whose company lets people in by its directory
/// alone, that directory may.
pub(super) async fn may_vouch(tx: &mut Tx<'_>, of: Option<CompanyId>, person: PersonId) -> Result<bool, db::Error> {
    let alone = facts::directory_alone(&mut *tx, person).await?;
    Ok(alone.is_none_or(|company| of == Some(company)))
}
