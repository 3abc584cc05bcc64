//! Switching the company within a session, without a new sign-in, once everything is proven that the company asks for.
//! Earlier grants stay for the company that they were given for.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::who::{proven_for, signed_in};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::entrance;
use crate::directory::people::Person;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::platform::web::views::{Bolt, Door};
use crate::platform::web::visit::Visit;
use crate::sign_in::captions::Caption;
use crate::sign_in::company_views::{ChooseCompanyPage, CompanyOption};
use crate::sign_in::sessions;

const PATH: &str = "/account/company";

/// Shows the companies that the person can work in.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let person = signed_in(&app, &visit, PATH).await?.profile;
    page(&app, &visit, &person, false).await
}

/// Switches to a company.
pub(crate) async fn switch(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, PATH).await?;
    let person = who.profile.clone();
    let wanted = fields.field("company").parse::<CompanyId>().ok();
    let companies = entrance::companies_of(&app.db, person.id).await?;
    let Some(company) = wanted.filter(|wanted| companies.iter().any(|choice| choice.company == *wanted)) else {
        return page(&app, &visit, &person, true).await;
    };
    // The policy of the company may ask for more proofs; after them the person comes back and chooses again.
    proven_for(&app, &visit, company, PATH).await?;
    let (random, now) = (app.random.clone(), visit.now);
    let mut entry =
        Entry::new(now, Event::SessionCompanySwitched).person(person.id).session(who.session).company(company);
    entry.network = Some(visit.network.to_string());
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if sessions::choose_company(tx, who.session, who.person, company).await? {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(Redirect::to("/account?done=company").into_response())
}

async fn page(app: &App, visit: &Visit, person: &Person, nothing_chosen: bool) -> Result<Response, EarlyAnswer> {
    let page = Page::new(visit.language, app.settings.organisation.clone(), PATH);
    let companies = entrance::companies_of(&app.db, person.id).await?;
    let current = sessions::of_visit(app, visit).await?.and_then(|session| session.company);
    let mut door = Door::new(Caption::SignedIn, Some(page.t("account-title")));
    door.person = Some(super::frame::person(person));
    door.bolt = Bolt::Open;
    door.company = companies.iter().find(|choice| Some(choice.company) == current).map(|choice| choice.name.clone());
    let lead = if companies.is_empty() { "company-switch-none" } else { "company-switch-lead" };
    let option = |choice: entrance::CompanyChoice| CompanyOption {
        chosen: Some(choice.company) == current,
        value: choice.company.to_string(),
        name: choice.name,
    };
    let view = ChooseCompanyPage {
        door,
        title: page.t("company-switch-title"),
        lead: page.t(lead),
        action: PATH.to_owned(),
        options: companies.into_iter().map(option).collect(),
        error: nothing_chosen.then(|| page.t("company-unchosen")),
        page,
    };
    let status = if nothing_chosen { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(refusal::show(status, &view))
}
