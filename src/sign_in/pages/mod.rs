//! The pages of a sign-in: every `GET` shows the step that the decision names, and every `POST` answers one step and
//! sends the browser on. An answer to another step than the current one changes nothing, and the browser is shown the
//! current step.

mod access_pass;
mod approving;
mod asked_identity;
mod by_bank_id;
mod by_directory;
mod by_identity;
mod by_mobile_id;
mod by_password;
mod by_qr;
mod by_smart_id;
mod by_web_eid;
mod companies;
mod confirming;
mod connecting;
mod factors;
mod forgotten;
mod forgotten_phone;
mod identity_choice;
mod new_password;
mod passkeys;
mod recovering;
mod remembering;
mod set_up_link;
mod setting_up;
mod show;
mod sign_up_link;
mod ways;

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::request::Parts;

pub(crate) use access_pass::{begin as use_access_pass, show as access_pass};
pub(crate) use approving::{approval, ask_for_approval, wait_for_approval};
pub(crate) use by_bank_id::{cancel_order, collected, order, order_again, wait_for_order};
pub(crate) use by_identity::{identity_returned, link_unmatched, show_no_profile, show_unmatched, start_identity};
pub(crate) use by_mobile_id::{
    begin_mobile_id, mobile_id_fetched, mobile_id_form, mobile_id_stands, wait_for_mobile_id, withdraw_mobile_id,
};
pub(crate) use by_qr::{code_to_scan, draw_code, open_app, scanned, wait_for_scan};
pub(crate) use by_smart_id::{begin_smart_id, smart_id_fetched, smart_id_stands, wait_for_smart_id, withdraw_smart_id};
pub(crate) use by_web_eid::{card, card_shown};
pub(crate) use companies::choose_company;
pub(crate) use confirming::{confirmation_code, send_confirmation_code};
pub(crate) use connecting::{add_phone, draw_phone_code, open_on_this_device, wait_for_phone};
pub(crate) use factors::{code, password};
pub(crate) use forgotten::{
    choose_way, forgotten, link, recovery_code_for_password, recovery_code_page, sent, use_link,
};
pub(crate) use forgotten_phone::{ask_phone_again, forgotten_phone, phone_for_password, wait_for_phone_answer};
pub(crate) use identity_choice::choose_identity;
pub(crate) use new_password::new_password;
pub(crate) use passkeys::{add_passkey, challenge_for_new, give_challenge, passkey, passkey_challenge};
pub(crate) use recovering::recovery_code;
pub(crate) use set_up_link::{begin as use_set_up_link, show as show_set_up_link};
pub(crate) use setting_up::{authenticator, recovery_saved, second_step, terms};
pub(crate) use sign_up_link::{begin as use_sign_up_link, show as show_sign_up_link};
pub(crate) use ways::{use_factor, without_passkey};

use super::decide::{Chosen, Need, Refusal, Step, decide};
use super::facts::{self, FactQuery, FactSheet};
use super::finish::{NextPage, advance};
use super::situation::{self, Facts};
use super::{SignIn, SignInId, SignInState, store};
use crate::directory::announcements::{AnnouncementAudience, AnnouncementCache};
use crate::directory::companies::DirectoryUse;
use crate::directory::looks::LookCache;
use crate::directory::people::{self, Email, Person, PersonId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Source, Tx, Work};
use crate::platform::history;
use crate::platform::web::cookies;
use crate::platform::web::early::{EarlyAnswer, parameter};
use crate::platform::web::fault::Fault;
use crate::platform::web::page;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal::RefusalPage;
use crate::platform::web::visit::Visit;
use crate::proofs::{Factor, approvals, phone_set_up};
use crate::sign_in::cookies::SESSION;
use show::StepMessage;

/// A request to a sign-in in the browser that began it.
#[derive(Clone)]
pub(crate) struct SignInVisit {
    app: Core,
    visit: Visit,
    sign_in: SignIn,
    /// The facts that were read with the sign-in.
    sheet: Arc<FactSheet>,
    /// The look of the company at the door.
    look: Option<page::PageLook>,
}

impl<S> FromRequestParts<S> for SignInVisit
where
    S: Send + Sync,
    Core: FromRef<S>,
    LookCache: FromRef<S>,
    AnnouncementCache: FromRef<S>,
{
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, EarlyAnswer> {
        let app = Core::from_ref(state);
        let visit = Visit::from_request_parts(parts, state).await?;
        let unknown = || RefusalPage::new(StatusCode::NOT_FOUND, "expired");
        let id = parameter(parts, "id").await.map_err(|_| unknown())?;
        Self::of(app, visit, id, (&LookCache::from_ref(state), &AnnouncementCache::from_ref(state))).await
    }
}

impl SignInVisit {
    /// A request to the sign-in of this identifier.
    ///
    /// # Errors
    /// There is none, it is another browser's, or its time is over.
    async fn of(
        app: Core,
        visit: Visit,
        id: SignInId,
        fronts: (&LookCache, &AnnouncementCache),
    ) -> Result<Self, EarlyAnswer> {
        let unknown = || RefusalPage::new(StatusCode::NOT_FOUND, "expired");
        let query = FactQuery { sign_in: Some(id), ..FactQuery::default() };
        let sheet = facts::read(&app.db, &visit, query).await?;
        let sign_in = sheet.sign_in.clone().ok_or_else(unknown)?;
        // The identifier in the URL is useless without the cookie of the browser that began.
        match visit.browser {
            None => return Err(RefusalPage::new(StatusCode::FORBIDDEN, "cookies").into()),
            Some(browser) if browser != sign_in.browser => {
                return Err(RefusalPage::new(StatusCode::FORBIDDEN, "other-browser").into());
            }
            Some(_) => {}
        }
        if !sign_in.ended && visit.now >= sign_in.expires_at {
            let mut refused = RefusalPage::new(StatusCode::GONE, "expired");
            refused.application.clone_from(&sign_in.names.application);
            refused.application_url.clone_from(&sign_in.names.application_url);
            return Err(refused.into());
        }
        let (look, notices) = front(&app, fronts, &sign_in, visit.now).await?;
        let visit = Visit { notices: [visit.notices.clone(), notices].concat(), ..visit };
        Ok(Self { app, visit, sign_in, sheet: Arc::new(sheet), look })
    }
}

/// The look and the announcements of the application's company. Before a first proof no other company may show by its
/// look or announcements who signs in.
async fn front(
    app: &Core,
    (looks, announcements): (&LookCache, &AnnouncementCache),
    sign_in: &SignIn,
    now: Timestamp,
) -> Result<(Option<page::PageLook>, Vec<page::PageNotice>), db::Error> {
    let Some(application) = sign_in.application else { return Ok((None, Vec::new())) };
    let Some(shown) = looks.of_application(&app.db, &application.to_string(), now).await? else {
        return Ok((None, Vec::new()));
    };
    let scopes = [AnnouncementAudience::Company(shown.company)];
    Ok((shown.worn(), announcements.shown(&app.db, &scopes, now).await?))
}

impl SignInVisit {
    /// The redirect to the page of the current step.
    fn to_current_step(&self) -> Response {
        Redirect::to(&format!("/sign-in/{}", self.sign_in.id)).into_response()
    }

    async fn facts(&self) -> Result<Facts, Fault> {
        let mut reader = self.app.db.reader().await?;
        let source = &mut Source::Reader(&mut reader);
        situation::of_sheet(&self.app, &self.visit, &self.sign_in, source, &self.sheet).await
    }

    /// The facts and their step; `None` if the sign-in has ended or is done.
    async fn step(&self) -> Result<(Facts, Step), Fault> {
        let facts = self.facts().await?;
        let step = decide(&facts.situation);
        Ok((facts, step))
    }

    /// The facts and the step, if an answer to such a step is possible now.
    ///
    /// # Errors
    /// The redirect to the page of the current step.
    async fn step_that(&self, is_wanted: impl FnOnce(&Step) -> bool + Send) -> Result<(Facts, Step), EarlyAnswer> {
        let (facts, step) = self.step().await?;
        if self.is_open() && is_wanted(&step) { Ok((facts, step)) } else { Err(self.to_current_step().into()) }
    }

    /// The person of the facts.
    ///
    /// # Errors
    /// The redirect to the page of the current step, if there is none.
    fn person_of<'f>(&self, facts: &'f Facts) -> Result<&'f Person, EarlyAnswer> {
        facts.person.as_ref().ok_or_else(|| self.to_current_step().into())
    }

    /// Does something in the person's turn, and takes the sign-in on to its next page.
    async fn advance_after<W>(&self, person: Option<PersonId>, work: W) -> Result<Response, EarlyAnswer>
    where
        W: for<'t> FnOnce(&'t mut Tx<'_>, &'t mut Self) -> Work<'t, (), Fault> + Clone + Send + 'static,
    {
        let mut visitor = self.clone();
        let next = self
            .app
            .db
            .write::<_, Fault, _>(move |tx| {
                Box::pin(async move {
                    if let Some(person) = person {
                        people::take_turns(tx, person).await?;
                    }
                    work(&mut *tx, &mut visitor).await?;
                    advance(tx, &visitor.app, &visitor.visit, &visitor.sign_in).await
                })
            })
            .await?;
        Ok(self.go(&next))
    }

    /// Whether the sign-in still accepts answers.
    fn is_open(&self) -> bool {
        !self.sign_in.ended && !matches!(self.sign_in.state, SignInState::Entered { .. })
    }

    /// Sends the browser on after a proof was recorded.
    fn go(&self, next: &NextPage) -> Response {
        let secure = self.app.settings.public_url.is_secure();
        let (mut response, secret) = match next {
            NextPage::Page => return self.to_current_step(),
            NextPage::Out(secret) => (Redirect::to(&self.sign_in.return_to).into_response(), secret),
            NextPage::Welcome(secret) => (self.to_current_step(), secret),
        };
        cookies::set(response.headers_mut(), SESSION, secret.reveal(), None, secure);
        response
    }

    async fn refuse(&self, facts: &Facts, refusal: Refusal) -> Result<Response, EarlyAnswer> {
        let (status, key) = match refusal {
            Refusal::ProfileClosed => (StatusCode::FORBIDDEN, "closed"),
            Refusal::SomeoneElse => (StatusCode::FORBIDDEN, "someone-else"),
            Refusal::StrengthUnreachable => (StatusCode::FORBIDDEN, "strength"),
            Refusal::NoMethodCounts => (StatusCode::FORBIDDEN, "methods"),
            Refusal::BasicCompanyRemoved => (StatusCode::FORBIDDEN, "basic-company"),
            Refusal::OnlyEmployee => (StatusCode::FORBIDDEN, "employee"),
            Refusal::NoService => (StatusCode::FORBIDDEN, "employee-service"),
            Refusal::NoRight => (StatusCode::FORBIDDEN, "no-access"),
            Refusal::NoContact => (StatusCode::FORBIDDEN, "no-contact"),
            Refusal::ClosedToResets => (StatusCode::FORBIDDEN, "closed-to-resets"),
        };
        let mut refused = RefusalPage::new(status, key);
        refused.application.clone_from(&self.sign_in.names.application);
        refused.application_url.clone_from(&self.sign_in.names.application_url);
        refused.entry = Some(Box::new(self.sign_in.entry(&self.visit, Event::SignInNotProven)));
        refused.help = show::way_back(self).map(|way_back| Box::new(way_back.into()));
        if let (Refusal::NoContact | Refusal::ClosedToResets, Some(person)) = (refusal, &facts.person) {
            refused.contact = confirming::administrator(self, person, &show::page(self)).await?;
        }
        Err(refused.into())
    }
}

/// Shows the current step. Of a password, the directory of the company of the email may come first, unless the person wants
/// another way.
pub(crate) async fn current(visitor: SignInVisit, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    if visitor.sign_in.ended {
        return approving::finished(&visitor).await;
    }
    if let SignInState::Entered { .. } = visitor.sign_in.state {
        let facts = visitor.facts().await?;
        return Ok(show::welcome(&visitor, facts.person.as_ref(), second_step_of(&facts)));
    }
    let (facts, step) = visitor.step().await?;
    match step {
        // Another tab has signed in meanwhile, or the policy is satisfied now.
        Step::Done(_) | Step::NotAdmitted(..) => {
            let person = facts.person.as_ref().map(|person| person.id);
            visitor.advance_after(person, |_, _| Box::pin(async { Ok(()) })).await
        }
        Step::Refused(refusal) => visitor.refuse(&facts, refusal).await,
        step => {
            if matches!(step, Step::Prove(Factor::Password, _))
                && query.field("way") != "own"
                && let Some(realm) = visitor.home_realm(&facts).await?.filter(by_directory::HomeRealm::leads)
            {
                return Ok(by_directory::page(&visitor, &realm, (false, query.field("way") == "directory")));
            }
            show::step(&visitor, &facts, &step, StepMessage::Nothing).await
        }
    }
}

/// The second step that was set up on the way, beside the password.
fn second_step_of(facts: &Facts) -> Option<Factor> {
    let given = facts.situation.proofs.iter().filter(|proof| proof.in_this_sign_in);
    let given: Vec<Factor> = given.map(|proof| proof.method.factor()).collect();
    // A passkey replaces an app that was connected before it.
    Factor::second_steps().rev().find(|factor| given.contains(factor))
}

/// Takes the email.
pub(crate) async fn email(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let takes_email = |step: &Step| matches!(step, Step::Identify | Step::Prove(Factor::Password, _));
    let (facts, _) = visitor.step_that(takes_email).await?;
    if facts.situation.proofs.iter().any(|proof| proof.in_this_sign_in) {
        return Ok(visitor.to_current_step());
    }
    let typed = fields.field("email").trim();
    let Some(email) = Email::parse(typed) else {
        let said =
            if typed.is_empty() { StepMessage::EmailIsEmpty } else { StepMessage::EmailIsNone(typed.to_owned()) };
        return show::step(&visitor, &facts, &Step::Identify, said).await;
    };
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let person = people::find_by_email(visitor.app.db.gathered(), &email).await?;
    let identified = SignInState::Identified {
        email: email.as_written().to_owned(),
        person: person.map(|person| person.id),
        chosen: Chosen::Nothing,
    };
    let mut changed = visitor.sign_in.clone();
    changed.state = identified.clone();
    let entry = changed.entry(&visitor.visit, Event::SignInIdentified);
    let directory_use = identify(&visitor, identified, entry).await?;
    // Right after the email the way to the directory goes on by itself, for everybody's email at its domain.
    if directory_use != DirectoryUse::Offered && !visitor.sign_in.demand.links_identity {
        return Ok(Redirect::to(&format!("/sign-in/{}?way=directory", visitor.sign_in.id)).into_response());
    }
    Ok(visitor.to_current_step())
}

/// Goes one step back: from connecting to the choice, from the recovery code to the authenticator app, and from the
/// factors to the email, which removes the proofs.
pub(crate) async fn back(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (_, step) = visitor.step().await?;
    let to = match (&visitor.sign_in.state, step) {
        (
            SignInState::Identified { email, person, .. },
            Step::SetUp(_, Need::Required) | Step::Prove(Factor::RecoveryCode, _),
        ) => SignInState::Identified { email: email.clone(), person: *person, chosen: Chosen::Nothing },
        (SignInState::Identified { .. } | SignInState::Asking { .. }, Step::Prove(_, _)) => {
            SignInState::Asking { not_of_session: true }
        }
        _ => return Ok(visitor.to_current_step()),
    };
    let (id, from) = (visitor.sign_in.id, visitor.sign_in.state.clone());
    visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if store::change(tx, id, &from, &to).await? {
                    // Secrets shown to one person are not shown to the next in the same browser.
                    store::forget_set_up(tx, (id, store::SetUp::Authenticator)).await?;
                    store::forget_set_up(tx, (id, store::SetUp::RecoveryCode)).await?;
                    phone_set_up::withdraw(tx, id.into()).await?;
                    if matches!(to, SignInState::Asking { .. }) {
                        store::forget_proofs(tx, id).await?;
                        approvals::withdraw(tx, id.into()).await?;
                    }
                }
                Ok::<(), db::Error>(())
            })
        })
        .await?;
    Ok(visitor.to_current_step())
}

/// Leaves the page that says that the person is in.
pub async fn open(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    if visitor.sign_in.ended || !matches!(visitor.sign_in.state, SignInState::Entered { .. }) {
        return Ok(visitor.to_current_step());
    }
    let (id, state, now) = (visitor.sign_in.id, visitor.sign_in.state.clone(), visitor.visit.now);
    let ended: Result<bool, db::Error> =
        visitor.app.db.write(move |tx| Box::pin(async move { store::end(tx, id, &state, now).await })).await;
    if ended? { Ok(Redirect::to(&visitor.sign_in.return_to).into_response()) } else { Ok(visitor.to_current_step()) }
}

/// Moves the sign-in to a typed email, and tells how its domain leads to a directory.
async fn identify(visitor: &SignInVisit, to: SignInState, entry: history::Entry) -> Result<DirectoryUse, Fault> {
    let (id, from, random) = (visitor.sign_in.id, visitor.sign_in.state.clone(), visitor.app.random.clone());
    let led: Result<Option<DirectoryUse>, db::Error> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let led = store::identify(tx, id, &from, &to).await?;
                if led.is_some() {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(led)
            })
        })
        .await;
    Ok(led?.unwrap_or_default())
}

/// Moves the sign-in to another state. If another tab was faster, nothing changes and the current step is shown.
async fn change(visitor: &SignInVisit, to: SignInState) -> Result<(), Fault> {
    let (id, from) = (visitor.sign_in.id, visitor.sign_in.state.clone());
    let changed: Result<bool, db::Error> =
        visitor.app.db.write(move |tx| Box::pin(async move { store::change(tx, id, &from, &to).await })).await;
    changed?;
    Ok(())
}
