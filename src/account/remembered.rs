//! Remembered browsers, in which the second step is not asked for each time: listed and removed.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::who::signed_in;
use super::{browsers, frame};
use crate::app::App;
use crate::directory::people::PersonId;
use crate::platform::db;
use crate::platform::web::cookies;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Texts;
use crate::platform::web::visit::Visit;
use crate::sign_in::cookies::REMEMBERED;
use crate::sign_in::notices::browser_in_words;
use crate::sign_in::remembered::{self, RememberedId};

use super::views::RememberedBrowser;

/// The remembered browsers of a person for the account page, the present one first.
pub(super) async fn list(
    app: &App,
    visit: &Visit,
    texts: Texts,
    person: PersonId,
) -> Result<Vec<RememberedBrowser>, Fault> {
    let found = remembered::of_person(&app.db, person, visit.now).await?;
    let mut listed: Vec<_> = found
        .into_iter()
        .map(|remembered| RememberedBrowser {
            id: remembered.id.to_string(),
            browser: browser_in_words(texts, &remembered.user_agent),
            device: browsers::device(&remembered.user_agent),
            since: frame::date(app, texts, remembered.made_at),
            until: frame::date(app, texts, remembered.expires_at),
            used: frame::date(app, texts, remembered.last_used_at),
            this_browser: visit.browser == Some(remembered.browser),
        })
        .collect();
    listed.sort_by_key(|remembered| !remembered.this_browser);
    Ok(listed)
}

/// Removes one remembered browser of the person.
pub async fn forget(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, EarlyAnswer> {
    let person = signed_in(&app, &visit, "/account").await?.profile;
    let forgotten: Result<bool, db::Error> = match id.parse::<RememberedId>() {
        Ok(id) => {
            let (random, whose, now) = (app.random.clone(), (person.id, id), visit.now);
            app.db.write(move |tx| Box::pin(async move { remembered::forget(tx, &random, whose, now).await })).await
        }
        Err(_) => Ok(false),
    };
    // Whether another person has such a browser is not shown.
    if !forgotten? {
        return Err(EarlyAnswer::not_found());
    }
    Ok(Redirect::to("/account?forgotten=1").into_response())
}

/// Removes every remembered browser of the person.
pub async fn forget_all(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let person = signed_in(&app, &visit, "/account").await?.profile;
    let (random, id, now) = (app.random.clone(), person.id, visit.now);
    let count: Result<u64, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move { remembered::forget_all(tx, &random, id, now, "forgotten by the person").await })
        })
        .await;
    let mut response = Redirect::to(&format!("/account?forgotten={}", count?)).into_response();
    cookies::clear(response.headers_mut(), REMEMBERED, app.settings.public_url.is_secure());
    Ok(response)
}
