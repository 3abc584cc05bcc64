//! Who looks at the account pages, and whether they have just proven to be that person.

use axum::response::Response;
use http::StatusCode;

use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::Person;
use crate::platform::web::browser::Browser;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal::{RefusalPage, refuse};
use crate::platform::web::visit::Visit;
use crate::sign_in::{Answer, Beginning, CompanyWish, Demand, Refusal, SignedIn, answer, begin, fresh_for};

/// Who is signed in, or the answer that asks them to be and leads back to `return_to`.
pub(super) async fn signed_in(
    app: &App,
    visit: &Visit,
    return_to: &str,
) -> Result<Result<(SignedIn, Person), Response>, Fault> {
    with(app, visit, Demand::default(), return_to).await
}

/// Like [`signed_in`], of whoever has proven themselves a moment ago with all that the account asks of
/// them, by default in the last five minutes; the basic company may want it fresher. It asks for
/// just the proofs that are missing or stale: for what changes the ways to sign in (ASVS 7.5.1). Everybody else proves
/// themselves again and comes back to `return_to`, which must be a page and not a form's address.
pub(super) async fn proven_afresh(
    app: &App,
    visit: &Visit,
    return_to: &str,
) -> Result<Result<(SignedIn, Person), Response>, Fault> {
    let fresh = fresh_for(app, visit, None).await?;
    let demand = Demand { not_before: Some(visit.now.minus(fresh)), ..Demand::default() };
    with(app, visit, demand, return_to).await
}

/// Like [`signed_in`], of whoever has proven what a company asks of those who enter it.
pub(super) async fn proven_for(
    app: &App,
    visit: &Visit,
    company: CompanyId,
    return_to: &str,
) -> Result<Result<(SignedIn, Person), Response>, Fault> {
    let demand = Demand { company: CompanyWish::This(company), ..Demand::default() };
    with(app, visit, demand, return_to).await
}

async fn with(
    app: &App,
    visit: &Visit,
    demand: Demand,
    return_to: &str,
) -> Result<Result<(SignedIn, Person), Response>, Fault> {
    match answer(app, visit, None, &demand).await? {
        Answer::Satisfied(signed_in) => {
            let person = signed_in.profile.clone();
            Ok(Ok((signed_in, person)))
        }
        Answer::Asks => {
            let page = Page::new(visit.language, "", "");
            let beginning = Beginning {
                application: None,
                application_name: page.t("account-title"),
                company_name: None,
                application_url: Some("/account".to_owned()),
                demand,
                return_to: return_to.to_owned(),
                leaves_for: None,
            };
            Ok(Err(begin(app, visit, &Browser::of(visit, &app.random), beginning).await?))
        }
        Answer::Refused(refusal) => {
            let refused = match refusal {
                Refusal::NoMethodCounts => {
                    RefusalPage::new(StatusCode::FORBIDDEN, "methods")
                        .at(Page::new(visit.language, "", "").t("account-title"))
                }
                _ => RefusalPage::new(StatusCode::FORBIDDEN, "closed"),
            };
            Ok(Err(refuse(app, visit, refused).await))
        }
    }
}
