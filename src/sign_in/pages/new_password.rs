//! A new password in place of a forgotten one, after all other proofs that the decision wants. It ends every other
//! session.

use axum::response::Response;
use http::StatusCode;

use super::{Facts, SignInVisit, show};
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::proofs::{self, Factor, failures, passwords};
use crate::sign_in::captions::Caption;
use crate::sign_in::decide::{Step, decide};
use crate::sign_in::finish::{NextPage, advance};
use crate::sign_in::forgotten_views::NewPasswordPage;
use crate::sign_in::new_password::{Reason, chosen};
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::{signing_up, situation, start_over, store};

/// The form of a new password.
pub(super) fn page(visitor: &SignInVisit, facts: &Facts, status: StatusCode, reason: Option<Reason>) -> Response {
    let page = show::page(visitor);
    let view = NewPasswordPage {
        door: show::door(visitor, Caption::SigningIn, facts.person.as_ref()),
        sign_in: visitor.sign_in.id.to_string(),
        email: facts.person.as_ref().map(|person| person.email.clone()).unwrap_or_default(),
        two_factor: facts.has_second_factor(),
        error: reason.map(|reason| page.t(reason.key())),
        page,
    };
    show::answer(visitor, status, &view)
}

/// Sets a new password.
///
/// # Errors
/// The hashing room is full, or the database fails.
pub(crate) async fn new_password(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.step_that(|step| *step == Step::NewPassword).await?;
    let person = visitor.person_of(&facts)?;
    let password = chosen(&visitor.app, person, fields.field("password"), facts.has_second_factor())
        .map_err(|reason| page(&visitor, &facts, StatusCode::UNPROCESSABLE_ENTITY, Some(reason)))?;
    let stands_alone = password.stands_alone();
    let hash = visitor.app.hashing.make(password.into_secret()).await?;
    let (work, person) = (visitor.clone(), person.id);
    let next = visitor
        .app
        .db
        .write(move |tx| Box::pin(async move { set(tx, &work, person, (&hash, stands_alone)).await }))
        .await?;
    Ok(visitor.go(&next))
}

async fn set(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    person: PersonId,
    password: (&str, bool),
) -> Result<NextPage, Fault> {
    let SignInVisit { app, visit, sign_in, .. } = visitor;
    people::take_turns(tx, person).await?;
    let facts = situation::of_sign_in(app, visit, sign_in, &mut Source::Transaction(tx)).await?;
    if decide(&facts.situation) != Step::NewPassword {
        return Ok(NextPage::Page);
    }
    // The proof in place of the forgotten password is used up here. Of simultaneous answers one sets the password.
    if !store::forget_proof(tx, sign_in.id, Factor::PasswordReset).await? {
        return Ok(NextPage::Page);
    }
    let had_one = proofs::kept_by(&mut *tx, person).await?.iter().any(|kept| kept.factor == Factor::Password);
    start_over(tx, app, visit, (person, None), "the password was reset").await?;
    failures::forget_method(tx, person, Factor::Password.into()).await?;
    let proven = passwords::set_anew(tx, person, password, (visitor.occasion(), visit.now)).await?;
    // The first password of a person replaces nothing that they could be warned of.
    let event = if had_one { Event::SignInPasswordReset } else { Event::PersonPasswordSet };
    history::write(tx, &app.random, &sign_in.entry(visit, event).person(person)).await?;
    if had_one {
        tell(tx, app, visit, person, &Notice::PasswordReset).await?;
    }
    if !store::record(tx, &proven).await? {
        return Err(Fault::new("a sign-in ended while its password was set"));
    }
    if !had_one {
        signing_up::profile_made(tx, app, visit, person).await?;
    }
    advance(tx, app, visit, sign_in).await
}
