//! *Always ask before*: the rights for whose use the company wants a fresh proof of people who are signed in already.
//! Applications declare the rights, guard their use and ask (RFC 9470); the claim `ask_before` lists them.

use axum::response::Response;
use http::StatusCode;

use super::views::{AskBeforePage, AskBeforeRight};
use super::{CompanyGate, Section};
use crate::admin::{applications, frame};
use crate::administration;
use crate::directory::companies::CompanyId;
use crate::directory::rights::{self, RIGHTS_BODY_LIMIT, Right, RightDeclaration};
use crate::platform::db::{self, Reader};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;

/// The page's path within the company.
const PAGE: &str = "policies/ask-before";

/// The titles of the rights that need a fresh proof, by application.
pub(super) async fn titles(reader: &mut Reader, company: CompanyId) -> Result<Vec<String>, db::Error> {
    let ask_before = rights::asked_before(&mut *reader, company).await?;
    let declared = rights::declared_of_company(&mut *reader, company).await?;
    let of = |application, RightDeclaration { name, title }| (Right { application, name }, title);
    let titles = declared.into_iter().map(|(application, right)| of(application, right));
    Ok(titles.filter(|(right, _)| ask_before.contains(right)).map(|(_, title)| title).collect())
}

/// The word of a right in the form.
fn word(application: &str, name: &str) -> String {
    format!("{application} {name}")
}

/// The words of the form.
fn chosen(fields: &Parameters) -> Vec<&str> {
    fields.iter().filter(|(name, _)| *name == "right").map(|(_, value)| value).collect()
}

/// Shows the rights of the company's applications with those that are chosen.
pub async fn choose(gate: CompanyGate, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let console = gate.back_to(&path_of(&query)).enter_afresh().await?;
    let (page, frame) = frame::page(&console, Section::Policies, PAGE).await?;
    let mut reader = console.app.db.reader().await?;
    let ask_before = rights::asked_before(&mut reader, console.company.id).await?;
    let declared = rights::declared_of_company(&mut reader, console.company.id).await?;
    let known = applications::of_company(&mut reader, console.company.id).await?;
    drop(reader);
    // After a proof on the way the form is as it was sent.
    let words: Vec<String> = if is_complete(&query) {
        chosen(&query).into_iter().map(str::to_owned).collect()
    } else {
        ask_before.iter().map(|right| word(&right.application, &right.name)).collect()
    };
    let of_application = |id: &str| -> Vec<_> {
        let of_it = declared.iter().filter(|(application, _)| application == id);
        of_it
            .map(|(application, right)| {
                let word = word(application, &right.name);
                AskBeforeRight { on: words.contains(&word), title: right.title.clone(), word }
            })
            .collect()
    };
    let applications = known
        .into_iter()
        .map(|known| (known.application.name.clone(), of_application(&known.application.id.to_string())))
        .filter(|(_, rights)| !rights.is_empty())
        .collect();
    let view = AskBeforePage { applications, frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Whether the choice was sent to its end: in a form that was cut off, the missing boxes would count as unticked.
fn is_complete(fields: &Parameters) -> bool {
    fields.field("complete") == "1"
}

/// The path of the page, with the choice if one was sent.
fn path_of(fields: &Parameters) -> String {
    if !is_complete(fields) {
        return PAGE.to_owned();
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for right in chosen(fields) {
        query.append_pair("right", right);
    }
    format!("{PAGE}?{}", query.append_pair("complete", "1").finish())
}

/// Saves the choice.
pub async fn save(gate: CompanyGate, Form(fields): Form<RIGHTS_BODY_LIMIT>) -> Result<Response, EarlyAnswer> {
    let console = gate.back_to(&path_of(&fields)).enter_afresh().await?;
    if !is_complete(&fields) {
        return Err(EarlyAnswer::bad_request());
    }
    let wanted: Vec<String> = chosen(&fields).into_iter().map(str::to_owned).collect();
    let result = console.act(move |tx, context| {
        Box::pin(async move {
            let is_chosen = |application: &str, name: &str| wanted.contains(&word(application, name));
            administration::companies::ask_before(tx, context, is_chosen).await
        })
    });
    result.await?;
    Ok(console.go_to("policies?done=asked"))
}
