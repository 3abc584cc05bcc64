//! The signed-in person of the account pages, with or without fresh proofs.

use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::visit::Visit;
use crate::sign_in::{CompanyWish, Demand, OwnPages, SignedIn, fresh_for};

/// The account pages, as a sign-in on the way names them.
const ACCOUNT: OwnPages = OwnPages { title: "account-title", path: "/account" };

/// The longest typed text that is kept in an address, in characters.
const LONGEST_KEPT: usize = 254;

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
    let act = Some(act_of(return_to).to_owned());
    let demand = Demand { not_before: Some(visit.now.minus(fresh)), act, ..Demand::default() };
    ACCOUNT.enter(app, visit, demand, return_to).await
}

/// Like [`proven_afresh`], for a form whose fields a sign-in on the way brings back to its page.
///
/// # Errors
/// Those of [`proven_afresh`].
pub(super) async fn proven_for_form(
    app: &App,
    visit: &Visit,
    page: &str,
    (field, typed): (&str, &str),
) -> Result<SignedIn, EarlyAnswer> {
    let typed: String = typed.chars().take(LONGEST_KEPT).collect();
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(field, &typed).finish();
    proven_afresh(app, visit, &format!("{page}?{query}")).await
}

/// The translation key of the act that a page asks fresh proofs for, by its path.
fn act_of(return_to: &str) -> &'static str {
    let path = return_to.split('?').next().unwrap_or_default();
    match path.strip_prefix("/account/").unwrap_or_default() {
        "password" => "step-up-own-password",
        "email" => "step-up-own-email",
        "communication-email" | "communication-phone" | "communication-phone/code" => "step-up-own-contact",
        "recovery-code" => "step-up-own-recovery-code",
        _ => "step-up-own-methods",
    }
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
