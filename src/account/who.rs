//! The signed-in person of the account pages, with or without fresh proofs.

use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::visit::Visit;
use crate::sign_in::{CompanyWish, Demand, OwnPages, SignedIn, fresh_for};

/// The account pages, as a sign-in on the way names them.
const ACCOUNT: OwnPages = OwnPages { title: "account-title", path: "/account" };

/// The signed-in person.
///
/// # Errors
/// The redirect to a sign-in that leads back to `return_to`, or the refusal if a sign-in could not help.
pub(super) async fn signed_in(app: &App, visit: &Visit, return_to: &str) -> Result<SignedIn, EarlyAnswer> {
    ACCOUNT.enter(app, visit, Demand::default(), return_to).await
}

/// Like [`signed_in`], with fresh proofs of everything that the account asks for, for changes of the ways to sign in
/// (ASVS 7.5.1). A proof is fresh for five minutes, or less if the basic company wants it so.
///
/// # Errors
/// Those of [`signed_in`]. The sign-in asks only for the proofs that are missing or stale. `return_to` must be a page,
/// not the address of a form.
pub(super) async fn proven_afresh(app: &App, visit: &Visit, return_to: &str) -> Result<SignedIn, EarlyAnswer> {
    let fresh = fresh_for(app, visit, None).await?;
    let demand = Demand { not_before: Some(visit.now.minus(fresh)), ..Demand::default() };
    ACCOUNT.enter(app, visit, demand, return_to).await
}

/// Like [`signed_in`], with the proofs that a company asks for at its entrance.
///
/// # Errors
/// Those of [`signed_in`].
pub(super) async fn proven_for(
    app: &App,
    visit: &Visit,
    company: CompanyId,
    return_to: &str,
) -> Result<SignedIn, EarlyAnswer> {
    let demand = Demand { company: CompanyWish::This(company), ..Demand::default() };
    ACCOUNT.enter(app, visit, demand, return_to).await
}
