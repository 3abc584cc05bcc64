//! Pages of the console that do not exist, for administrators of the company: they lead on to its sections.

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;

use super::gate::Console;
use super::views::Section;
use crate::app::App;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::page::Page;
use crate::platform::web::refusal::{RefusalMenu, RefusalPage};

/// The answer for an unknown address of a company.
pub(crate) async fn nothing(_: Console) -> EarlyAnswer {
    EarlyAnswer::not_found()
}

/// Adds the sections of the company to the refusal of something that is not there. For everybody else it stays as it
/// is.
pub(crate) async fn lead_on(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let kept = parts.clone();
    let mut response = next.run(Request::from_parts(kept, body)).await;
    let is_missing = |refused: &RefusalPage| refused.status == StatusCode::NOT_FOUND && refused.menu.is_none();
    if !response.extensions().get::<RefusalPage>().is_some_and(is_missing) {
        return response;
    }
    // Nobody but an administrator of the company learns that it exists.
    let Ok(console) = Console::from_request_parts(&mut parts, &app).await else { return response };
    let page = Page::new(console.visit.language, "", "");
    // The operator's own pages lead on by themselves.
    let sections = Section::of_company(false);
    let sections = sections.map(|section| (page.t(section.key()), console.path(section.path()))).collect();
    if let Some(refused) = response.extensions_mut().get_mut::<RefusalPage>() {
        refused.menu = Some(Box::new(RefusalMenu { name: console.company.name.clone(), sections }));
    }
    response
}
