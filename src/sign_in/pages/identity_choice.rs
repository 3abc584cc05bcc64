//! The choice of a bank or eID.

use axum::response::Response;
use http::StatusCode;
use url::Url;

use super::by_identity::takes_identity;
use super::{SignInVisit, show};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::security::allow_form_action;
use crate::proofs::identity_providers::{self, IdentityMethod, IdentityProvider, MethodGroup};
use crate::sign_in::identity_views::{ChooseIdentityPage, IdentityChoice, IdentityGroupView};

/// Shows the banks and eID.
pub(crate) async fn choose_identity(visitor: SignInVisit, UrlQuery(said): UrlQuery) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.step_that(takes_identity).await?;
    let providers = visitor.all_offered(&facts).await?;
    let groups = groups(&visitor, &providers);
    if groups.is_empty() {
        return Ok(visitor.to_current_step());
    }
    let page = show::page(&visitor);
    let view = ChooseIdentityPage {
        door: show::unproven(&visitor),
        sign_in: visitor.sign_in.id.to_string(),
        groups,
        said: (said.field("said") == "cancelled").then(|| page.t("identity-cancelled")),
        page,
    };
    let mut response = show::answer(&visitor, StatusCode::OK, &view);
    for origin in providers.iter().filter_map(origin) {
        allow_form_action(&mut response, &origin);
    }
    Ok(response)
}

/// The origin of the page that a provider's people are sent to.
pub(super) fn origin(provider: &IdentityProvider) -> Option<String> {
    let address = Url::parse(&provider.settings.endpoints.as_ref()?.authorization).ok()?;
    Some(address.origin().ascii_serialization())
}

/// The methods of all providers under their headings, in the order of the providers.
fn groups(visitor: &SignInVisit, providers: &[IdentityProvider]) -> Vec<IdentityGroupView> {
    let headings = [
        (MethodGroup::FinnishBank, "identity-finnish-banks", true),
        (MethodGroup::Other, "identity-other", false),
        (MethodGroup::Company, "identity-companies", false),
    ];
    let methods = |group| -> Vec<IdentityChoice> {
        let of = |provider: &IdentityProvider| -> Vec<IdentityChoice> {
            let in_group = provider.settings.methods.iter().filter(|method| method.group == group);
            in_group.map(|method| choice(visitor, provider, method)).collect()
        };
        providers.iter().flat_map(of).collect()
    };
    let group = |(group, title, is_wide)| IdentityGroupView { title, is_wide, methods: methods(group) };
    headings.into_iter().map(group).filter(|group| !group.methods.is_empty()).collect()
}

/// A method of a provider, for a button.
pub(super) fn choice(visitor: &SignInVisit, provider: &IdentityProvider, method: &IdentityMethod) -> IdentityChoice {
    IdentityChoice {
        name: method.name.clone(),
        is_slow: identity_providers::is_troubled(&visitor.app, provider.id, visitor.visit.now),
        provider: provider.id.to_string(),
        method: method.id.clone(),
    }
}
