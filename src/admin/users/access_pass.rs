//! A temporary access pass for a user who has lost everything: asked for on a page of its own, and shown once.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::gate::FreshConsole;
use super::access_pass_views::{AskPassPage, GivenPassPage};
use super::managed::{ManagedUser, UserFrame, show_outcome};
use super::views::UserTab;
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::access_passes::GivenPass;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::refusal;

const PAGE: &str = "access-pass";

/// Asks whether to give a pass.
pub(crate) async fn ask(FreshConsole(console): FreshConsole, managed: ManagedUser) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_reach()?;
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::SignIn, PAGE).await?;
    let minutes = console.app.settings.access_pass_lifetime.as_secs() / 60;
    let lives = page.texts.count("admin-access-pass-lives", "minutes", i64::try_from(minutes).unwrap_or(i64::MAX));
    Ok(refusal::show(StatusCode::OK, &AskPassPage { lives, user, frame, page }))
}

/// Gives a pass, and shows it once.
pub(crate) async fn give(FreshConsole(console): FreshConsole, managed: ManagedUser) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_reach()?;
    let person = managed.member.person;
    let result = console.act(move |tx, context| Box::pin(acts::access_passes::give(tx, context, person))).await;
    let GivenPass { pass, until } = match result {
        Err(Stop::NotActive) => return show_outcome(&console, person, "sign-in", Err(Stop::NotActive)),
        result => result?,
    };
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::SignIn, PAGE).await?;
    let until = frame::when_within(&console, page.texts, until);
    let pass = pass.reveal().clone();
    Ok(refusal::show(StatusCode::OK, &GivenPassPage { pass, until, user, frame, page }))
}
