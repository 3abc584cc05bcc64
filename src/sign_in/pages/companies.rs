//! The choice of the company for which an application is entered.

use axum::response::Response;
use http::StatusCode;

use super::show;
use super::{Facts, SignInVisit, Step, StepMessage, store};
use crate::directory::companies::CompanyId;
use crate::directory::entrance;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::Form;
use crate::sign_in::captions::Caption;
use crate::sign_in::company_views::{ChooseCompanyPage, CompanyOption};

/// The page of the choice.
pub(super) async fn page(
    visitor: &SignInVisit,
    facts: &Facts,
    status: StatusCode,
    said: &StepMessage,
) -> Result<Response, EarlyAnswer> {
    let page = show::page(visitor);
    let application = visitor.sign_in.application.map(|id| id.to_string()).unwrap_or_default();
    let choices = match &facts.person {
        Some(person) if visitor.sign_in.demand.employees_too => {
            entrance::choices_of_employee(&visitor.app.db, person.id, &application).await?
        }
        Some(person) => entrance::choices(&visitor.app.db, person.id, &application).await?,
        None => Vec::new(),
    };
    let chosen = facts.session.as_ref().and_then(|session| session.company);
    let option = |choice: entrance::CompanyChoice| CompanyOption {
        chosen: Some(choice.company) == chosen,
        value: choice.company.to_string(),
        name: choice.name,
    };
    let mut door = show::door(visitor, Caption::SigningIn, facts.person.as_ref());
    // The application's own company is not the one to choose.
    door.company = None;
    let view = ChooseCompanyPage {
        door,
        title: page.t("company-title"),
        lead: page.t("company-lead"),
        action: format!("/sign-in/{}/company", visitor.sign_in.id),
        options: choices.into_iter().map(option).collect(),
        error: (*said == StepMessage::NothingIsChosen).then(|| page.t("company-unchosen")),
        page,
    };
    Ok(show::answer(visitor, status, &view))
}

/// Records the chosen company. One that the person may not enter counts as no choice.
pub(crate) async fn choose_company(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| *step == Step::ChooseCompany).await?;
    let person = visitor.person_of(&facts)?.id;
    let application = visitor.sign_in.application.map(|id| id.to_string()).unwrap_or_default();
    let chosen = fields.field("company").parse::<CompanyId>().ok();
    let may_enter = match chosen {
        Some(company) if visitor.sign_in.demand.employees_too => {
            let access = entrance::entered_as_employee(&visitor.app.db, company, person, &application).await?;
            access.map(|_| company)
        }
        Some(company) => entrance::entered(&visitor.app.db, company, person, &application).await?.map(|_| company),
        None => None,
    };
    let Some(company) = may_enter else {
        return show::step(&visitor, &facts, &step, StepMessage::NothingIsChosen).await;
    };
    visitor
        .advance_after(Some(person), move |tx, visitor| {
            Box::pin(async move {
                // The decision is made again, because the chosen company may be closed by now.
                if store::choose_company(tx, visitor.sign_in.id, company).await? {
                    visitor.sign_in.company = Some(company);
                }
                Ok(())
            })
        })
        .await
}
