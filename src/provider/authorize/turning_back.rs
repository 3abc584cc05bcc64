//! Saying no: a person who came by mistake, or will not go on, goes back to the application from any page of the
//! sign-in that it asked for. It hears of that as of every other answer, in the response mode that it asked for.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::answer::{Answer, send};
use super::pages::{self, taken_up};
use super::request::OAuthError;
use super::{Asked, RequestId, store};
use crate::app::App;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal::refuse;
use crate::platform::web::views::WayBack;
use crate::platform::web::visit::Visit;
use crate::provider::applications::origin_or_scheme;
use crate::sign_in::{self, SignInId};

const TURNED_BACK: OAuthError = OAuthError { error: "access_denied", description: "the person has turned back" };

/// The way back to the application from a page that is about its kept request.
pub(super) fn way_back(id: RequestId, asked: &Asked) -> WayBack {
    WayBack {
        action: format!("/oauth/authorize/{id}/back"),
        hidden: Vec::new(),
        leaves_for: origin_or_scheme(&asked.destination.redirect_uri),
    }
}

/// `POST /oauth/authorize/{id}/back`: the person turns back. Only our own page may post this.
pub async fn turn_back(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Response, Fault> {
    let (application, asked, kept) = match taken_up(&app, &visit, &id).await? {
        Ok(taken_up) => taken_up,
        Err(refused) => return Ok(refuse(&app, &visit, refused).await),
    };
    let sign_in = fields.field("sign_in").parse::<SignInId>().ok();
    let return_to = format!("/oauth/authorize/{}", kept.id);
    let plain = pages::entry(&visit, &application, Event::ProviderTurnedBack).detail("application", &application.name);
    let (now, random, seen) = (visit.now, app.random.clone(), Arc::new(visit.clone()));
    let is_first = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if !store::answer(tx, kept.id, &kept.browser, now).await? {
                    return Ok(false);
                }
                let of_sign_in = match sign_in {
                    Some(id) => sign_in::give_up(tx, &seen, (id, &return_to), Event::ProviderTurnedBack).await?,
                    None => None,
                };
                history::write(tx, &random, &of_sign_in.unwrap_or(plain)).await?;
                Ok(true)
            })
        })
        .await?;
    if !is_first {
        return Ok(pages::answered(&app, &visit, &application).await);
    }
    send(&app, &visit, &application, &asked.destination, &Answer::Error(TURNED_BACK)).await
}
