//! The policy of a company.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::problem::Problem;
use super::reply::{Reply, etag_of};
use super::request::{IfMatch, JsonRequest, Path};
use super::scopes::Scope;
use super::whole_number;
use crate::administration;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::proofs::Method;
use crate::sign_in::adaptive::Sign;
use crate::sign_in::policies::{self, Policy};

/// The policy of a company for its people in every application, and for everybody in its own applications. Other
/// policies decide about absent fields. If several policies apply, the strictest value of each setting wins.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Policy)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompanyPolicy {
    /// When a second factor is needed: required, adaptive, optional, adaptive_and_optional or required_and_adaptive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) second_factor: Option<String>,
    /// The accepted methods, at least one; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) methods: Option<BTreeSet<String>>,
    /// The longest time that a session may be unused, in seconds: 60 to 3600.
    #[serde(default, deserialize_with = "whole_number::optional", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 3600)]
    pub(crate) idle_seconds: Option<u32>,
    /// The time for which a proof counts in all, in seconds: 900 to 86400.
    #[serde(default, deserialize_with = "whole_number::optional", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 900, maximum = 86400)]
    pub(crate) lifetime_seconds: Option<u32>,
    /// The time for which a proof is fresh enough for a sensitive act, in seconds: 60 to 3600.
    #[serde(default, deserialize_with = "whole_number::optional", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 3600)]
    pub(crate) fresh_seconds: Option<u32>,
    /// The days for which a browser may be remembered: 0 to 90.
    #[serde(default, deserialize_with = "whole_number::optional", skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 90)]
    pub(crate) remember_days: Option<u32>,
    /// The signs of something odd: new_network, new_browser, many_failures, long_absence, impossible_travel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signs: Option<BTreeSet<String>>,
    /// The days after which an absence is long: 1 to 365.
    #[serde(default, deserialize_with = "whole_number::optional", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 365)]
    pub(crate) absence_days: Option<u32>,
    /// The people who need a confirmation code in a network that they have not confirmed: nobody, external or everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) new_network_code: Option<String>,
    /// How many digits the number has that is typed on the phone to approve: 2 to 6.
    #[serde(default, deserialize_with = "whole_number::optional", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 2, maximum = 6)]
    pub(crate) approval_digits: Option<u32>,
}

impl From<Policy> for CompanyPolicy {
    fn from(policy: Policy) -> Self {
        let words = |signs: BTreeSet<Sign>| signs.into_iter().map(|sign| sign.as_str().to_owned()).collect();
        Self {
            second_factor: policy.second_factor.map(|it| it.as_str().to_owned()),
            methods: policy.methods.map(|methods| methods.iter().map(ToString::to_string).collect()),
            idle_seconds: policy.idle_seconds,
            lifetime_seconds: policy.lifetime_seconds,
            fresh_seconds: policy.fresh_seconds,
            remember_days: policy.remember_days,
            signs: policy.signs.map(words),
            absence_days: policy.absence_days,
            new_network_code: policy.new_network_code.map(|it| it.as_str().to_owned()),
            approval_digits: policy.approval_digits,
        }
    }
}

impl CompanyPolicy {
    /// The policy to store.
    fn read(self) -> Result<Policy, Problem> {
        // Nobody could sign in, not even the administrator who would have to change it back.
        if self.methods.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(Problem::invalid("methods must name at least one"));
        }
        let method = |word: &String| {
            word.parse::<Method>().map_err(|()| Problem::invalid(format!("methods: there is none called {word}")))
        };
        let methods =
            self.methods.as_ref().map(|words| words.iter().map(method).collect::<Result<_, _>>()).transpose()?;
        let second_factor = self.second_factor.as_deref().map(str::parse).transpose();
        let sign = |word: &String| {
            let known = Sign::ALL.into_iter().find(|sign| sign.as_str() == word);
            known.ok_or_else(|| Problem::invalid(format!("signs: there is none called {word}")))
        };
        let signs = self.signs.as_ref().map(|words| words.iter().map(sign).collect::<Result<_, _>>()).transpose()?;
        let new_network_code = self.new_network_code.as_deref().map(str::parse).transpose();
        let policy = Policy {
            second_factor: second_factor.map_err(|words| Problem::invalid(format!("second_factor {words}")))?,
            methods,
            idle_seconds: self.idle_seconds,
            lifetime_seconds: self.lifetime_seconds,
            fresh_seconds: self.fresh_seconds,
            remember_days: self.remember_days,
            signs,
            absence_days: self.absence_days,
            new_network_code: new_network_code
                .map_err(|words| Problem::invalid(format!("new_network_code {words}")))?,
            approval_digits: self.approval_digits,
        };
        if policy.is_sound() { Ok(policy) } else { Err(Problem::invalid("a number is out of its range")) }
    }
}

/// See the policy
///
/// The company's own settings; absent ones are left to the policies of applications.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/policy", tag = "Policies", operation_id = "see_policy",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    security(("oauth" = ["company:{company}:policies.read"])),
    responses((status = 200, description = "The company's own policy.", body = CompanyPolicy))
)]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::PoliciesRead).await?;
    let shown = CompanyPolicy::from(policies::of_company(&app.db, at.company.id).await?);
    Ok(Reply::ok(&shown)?.tagged(etag_of(&shown)).into_response())
}

/// Set the policy
///
/// Replaces the present one.
#[utoipa::path(
    put, path = "/api/v1/companies/{company}/policy", tag = "Policies", operation_id = "set_policy",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version that is to be changed."),
    ),
    request_body = CompanyPolicy, security(("oauth" = ["company:{company}:policies.write"])),
    responses((status = 200, description = "The policy as it is now.", body = CompanyPolicy))
)]
pub(super) async fn set(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
    version: IfMatch,
    request: JsonRequest<CompanyPolicy>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::PoliciesWrite).await?;
    let policy = request.body.read()?;
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            version.check(&CompanyPolicy::from(policies::of_company(&mut *tx, company).await?))?;
            administration::companies::set_policy(tx, &environment.context, None, &policy).await?;
            let shown = CompanyPolicy::from(policy);
            Ok(Reply::ok(&shown)?.tagged(etag_of(&shown)))
        })
    })
    .await
}
