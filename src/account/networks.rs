//! The networks from which the person has signed in: listed on *My sign-in* and removed one by one.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::views::KnownNetwork;
use super::who::signed_in;
use super::{events, frame};
use crate::app::App;
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::Form;
use crate::platform::web::translations::Texts;
use crate::platform::web::visit::Visit;
use crate::proofs::networks;

/// The networks of a person, the last used first.
pub(super) async fn list(
    app: &App,
    texts: Texts,
    person: PersonId,
    (here, now): (&str, Timestamp),
) -> Result<Vec<KnownNetwork>, db::Error> {
    let known = networks::list(&app.db, person, now).await?;
    let shown = |known: networks::StoredNetwork| KnownNetwork {
        this_network: known.network == here,
        confirmed: known.is_confirmed,
        used: frame::time(app, texts, known.last_seen_at),
        added: frame::date(app, texts, known.first_seen_at),
        network: known.network,
    };
    Ok(known.into_iter().map(shown).collect())
}

/// Removes a network, so that a sign-in from it counts as from a new one.
pub async fn forget(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, "/account").await?;
    let person = who.profile.clone();
    let network = fields.field("network").to_owned();
    // No network has a control character, and not every database accepts one in a text.
    if network.chars().any(char::is_control) {
        return Err(EarlyAnswer::not_found());
    }
    let random = app.random.clone();
    let entry = events::entry(&visit, &who, Event::PersonNetworkForgotten);
    let forgotten: Result<bool, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let forgotten = networks::forget(tx, person.id, &network).await?;
                if forgotten {
                    history::write(tx, &random, &entry.detail("forgotten", &network)).await?;
                }
                Ok(forgotten)
            })
        })
        .await;
    if forgotten? { Ok(Redirect::to("/account?done=network").into_response()) } else { Err(EarlyAnswer::not_found()) }
}
