//! The sign-in by Mobile-ID: a form for the phone number and the personal code, and a page that shows four digits and waits. It
//! is counted who asks and for whom, so that nobody's phone rings without end at the will of strangers.

use axum::Json;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::HEXLOWER;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::by_identity::{enter, takes_identity};
use super::{Facts, SignInVisit, confirming, show};
use crate::platform::allowances::Allowance;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::held;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal::RefusalPage;
use crate::proofs::identities::{self, NewIdentityQuestion, QuestionSecrets};
use crate::proofs::identity_providers::estonia::mobile_id::{
    self, ASKED_EVERY, CustomerMistake, MobileIdLook, MobileIdSession, MobileIdStanding, TypedCustomer,
};
use crate::proofs::identity_providers::{IdentityMethod, IdentityProvider, ProviderCall, ProviderKind, WrongAnswer};
use crate::sign_in::mobile_id_views::{MobileIdFormPage, MobileIdPage, MobileIdView};
use crate::sign_in::qr_views::TimeLeft;

/// The requests that a sign-in may send.
const PER_SIGN_IN: Allowance =
    Allowance { purpose: "mobile_id_sign_in", most: 5, within: std::time::Duration::from_mins(30) };
/// The requests that a network may send: an office comes at nine o'clock.
const PER_NETWORK: Allowance =
    Allowance { purpose: "mobile_id_network", most: 60, within: std::time::Duration::from_mins(10) };
/// The requests that may be sent to one person, whoever sends them.
const PER_PERSON: Allowance =
    Allowance { purpose: "mobile_id_person", most: 3, within: std::time::Duration::from_mins(10) };
/// The same in a day.
const PER_PERSON_A_DAY: Allowance =
    Allowance { purpose: "mobile_id_person_a_day", most: 15, within: std::time::Duration::from_hours(24) };

/// The provider and the method in an address.
#[derive(Deserialize)]
pub(crate) struct MobileIdPath {
    provider: String,
    method: String,
}

/// Leads to the form.
pub(super) fn start(visitor: &SignInVisit, (provider, method): (&IdentityProvider, &IdentityMethod)) -> Response {
    Redirect::to(&address_of_form(visitor, provider, method)).into_response()
}

fn address_of_form(visitor: &SignInVisit, provider: &IdentityProvider, method: &IdentityMethod) -> String {
    format!("/sign-in/{}/mobile-id/{}/{}", visitor.sign_in.id, provider.id, method.id)
}

/// Shows the form.
pub(crate) async fn mobile_id_form(
    visitor: SignInVisit,
    Path(path): Path<MobileIdPath>,
) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    let Some(provider) = visitor.mobile_id(&path).await? else { return Ok(visitor.to_current_step()) };
    let Some(method) = provider.method(&path.method) else { return Ok(visitor.to_current_step()) };
    Ok(show_form(&visitor, (&provider, method), ("", None)))
}

/// Has the phone of the person ask them.
pub(crate) async fn begin_mobile_id(
    visitor: SignInVisit,
    Path(path): Path<MobileIdPath>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let Some(provider) = visitor.mobile_id(&path).await? else { return Ok(visitor.to_current_step()) };
    let Some(method) = provider.method(&path.method) else { return Ok(visitor.to_current_step()) };
    let phone = fields.field("phone");
    let customer = match TypedCustomer::read(phone, fields.field("code")) {
        Ok(customer) => customer,
        Err(mistake) => {
            return Ok(show_form(&visitor, (&provider, method), (phone, Some(mistake))));
        }
    };
    visitor.count_request(&customer).await?;
    let random = &visitor.app.random;
    let new = NewIdentityQuestion {
        occasion: visitor.occasion(),
        provider: provider.id,
        method: method.id.clone(),
        is_fresh: true,
        // Nobody is told: an answer comes by the interface alone.
        state: random.token(),
        secrets: QuestionSecrets { nonce: random.token(), verifier: random.token() },
    };
    let call = ProviderCall { app: &visitor.app, provider: &provider, now: visitor.visit.now };
    let session = match mobile_id::begin(&call, &customer).await {
        Ok(session) => session,
        Err(fault) => return visitor.identity_refused((&provider, &method.name), fault).await,
    };
    let (work, entry) = (visitor.clone(), visitor.entry_of_question((&provider, method)));
    let begun: Result<bool, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let question = identities::ask(tx, &work.app, &new, work.visit.now).await?;
                history::write(tx, &work.app.random, &entry).await?;
                mobile_id::add(tx, &work.app, (question, &session), work.visit.now).await
            })
        })
        .await;
    if begun? {
        Ok(visitor.to_mobile_id().into_response())
    } else {
        visitor.identity_refused((&provider, &method.name), WrongAnswer::AnotherOrder.into()).await
    }
}

/// Gives up. Mobile-ID has no way of being told: the session ends by itself, and answers nothing.
pub(crate) async fn withdraw_mobile_id(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    if mobile_id::of_occasion(&visitor.app.db, &visitor.occasion()).await?.is_none() {
        return Ok(visitor.to_current_step());
    }
    visitor.give_up_identity().await
}

/// Shows the session as it stands.
pub(crate) async fn mobile_id_stands(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    match visitor.asked_phone().await? {
        Some(found) => Ok(show_session(&visitor, &found)?),
        None => Ok(visitor.to_current_step()),
    }
}

/// Goes on with a confirmed session, or shows it as it stands. Of many requests one is looked at, whatever becomes of it.
pub(crate) async fn mobile_id_fetched(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    match visitor.asked_phone().await? {
        Some(found) => go_on(&visitor, &facts, &found).await,
        None => Ok(visitor.to_current_step()),
    }
}

async fn go_on(visitor: &SignInVisit, facts: &Facts, found: &MobileIdSession) -> Result<Response, EarlyAnswer> {
    let now = visitor.visit.now;
    if found.standing(now) != MobileIdStanding::Confirmed {
        return Ok(visitor.to_mobile_id().into_response());
    }
    let over = || RefusalPage::new(StatusCode::BAD_REQUEST, "identity-over");
    let provider = visitor.offered_to_all(found.provider).await?.ok_or_else(over)?;
    let method = provider.method(&found.method).ok_or_else(over)?;
    let question = identities::find_question(&visitor.app.db, found.question).await?.ok_or_else(over)?;
    if !visitor.take(&question).await? {
        return Ok(visitor.to_mobile_id().into_response());
    }
    let call = ProviderCall { app: &visitor.app, provider: &provider, now };
    match mobile_id::identity_of(&call, method, found).await {
        Ok(answer) => enter(visitor, facts, (&provider, &question), answer).await,
        Err(fault) => visitor.identity_refused((&provider, &method.name), fault).await,
    }
}

fn show_form(
    visitor: &SignInVisit,
    (provider, method): (&IdentityProvider, &IdentityMethod),
    (phone, mistake): (&str, Option<CustomerMistake>),
) -> Response {
    let status = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = show::page(visitor);
    let view = MobileIdFormPage {
        door: show::unproven(visitor),
        sign_in: visitor.sign_in.id.to_string(),
        action: address_of_form(visitor, provider, method),
        phone: phone.chars().take(40).collect(),
        phone_error: (mistake == Some(CustomerMistake::Phone)).then(|| page.t("mobile-id-error-phone")),
        code_error: (mistake == Some(CustomerMistake::Code)).then(|| page.t("mobile-id-error-code")),
        page,
    };
    show::answer(visitor, status, &view)
}

fn show_session(visitor: &SignInVisit, found: &MobileIdSession) -> Result<Response, Fault> {
    let page = show::page(visitor);
    let view = MobileIdPage {
        door: show::unproven(visitor),
        sign_in: visitor.sign_in.id.to_string(),
        again: format!("/sign-in/{}/mobile-id/{}/{}", visitor.sign_in.id, found.provider, found.method),
        stands: view(visitor, found)?,
        page,
    };
    Ok(show::answer(visitor, StatusCode::OK, &view))
}

fn view(visitor: &SignInVisit, found: &MobileIdSession) -> Result<MobileIdView, Fault> {
    let now = visitor.visit.now;
    Ok(match found.standing(now) {
        MobileIdStanding::Waiting { is_silent } => MobileIdView::Waits {
            code: found.code(&visitor.app.master_keys)?,
            said: said(is_silent),
            time: TimeLeft {
                seconds: confirming::seconds(now, found.expires_at),
                lives: i64::try_from(mobile_id::WAITS.as_secs()).unwrap_or(i64::MAX),
                until: confirming::exact_time(visitor, &show::page(visitor), found.expires_at),
            },
        },
        MobileIdStanding::Confirmed => MobileIdView::Confirmed,
        MobileIdStanding::Ended(end) => MobileIdView::Ended { said: end.key() },
        MobileIdStanding::Over => MobileIdView::Ended { said: "mobile-id-over" },
    })
}

/// The key of the words of a session that waits.
fn said(is_silent: bool) -> &'static str {
    if is_silent { "mobile-id-silent" } else { "mobile-id-outstanding" }
}

/// Whether a page that waits goes on waiting.
fn waits(found: &MobileIdSession, now: Timestamp) -> bool {
    matches!(found.standing(now), MobileIdStanding::Waiting { .. })
}

/// The answer to a page that waits.
#[derive(Serialize)]
struct MobileIdTold {
    /// Whether it is to go on waiting.
    waiting: bool,
    /// The words of this moment.
    said: Option<String>,
}

/// The state that a page shows while it waits: there is one.
#[derive(Deserialize)]
pub(crate) struct ShownMobileId {
    #[serde(default)]
    at: String,
}

/// Asks after the session if it is time, and holds the request until it has news.
pub(crate) async fn wait_for_mobile_id(
    visitor: SignInVisit,
    Query(shown): Query<ShownMobileId>,
) -> Result<Response, EarlyAnswer> {
    let nothing = MobileIdTold { waiting: false, said: None };
    let found = visitor.asked_phone().await?.filter(|_| visitor.is_open() && shown.at == "phone");
    let (app, occasion, page) = (visitor.app.clone(), visitor.occasion(), show::page(&visitor));
    let Some(found) = found.filter(|found| waits(found, app.clock.now())) else {
        return Ok(Json(nothing).into_response());
    };
    let waiter = held::waiter(&app.bus, Topic::Approval, found.question)?;
    Ok(held::answer(async move {
        let newest = || async {
            let newest = mobile_id::of_occasion(&app.db, &occasion).await?;
            Ok::<_, Fault>(newest.filter(|newest| waits(newest, app.clock.now())))
        };
        let look = || async { Ok(newest().await?.is_none().then_some(())) };
        if held::until(waiter, ASKED_EVERY, look).await?.is_some() {
            return Ok(nothing);
        }
        let said = match newest().await?.map(|newest| newest.standing(app.clock.now())) {
            Some(MobileIdStanding::Waiting { is_silent }) => Some(page.t(said(is_silent))),
            _ => None,
        };
        Ok(MobileIdTold { waiting: said.is_some(), said })
    }))
}

impl SignInVisit {
    fn to_mobile_id(&self) -> Redirect {
        Redirect::to(&format!("/sign-in/{}/mobile-id", self.sign_in.id))
    }

    /// The provider of an address, if it is Mobile-ID and offered.
    async fn mobile_id(&self, path: &MobileIdPath) -> Result<Option<IdentityProvider>, db::Error> {
        let Ok(id) = path.provider.parse() else { return Ok(None) };
        let found = self.offered_to_all(id).await?;
        Ok(found.filter(|provider| provider.settings.kind == ProviderKind::EstoniaMobileId))
    }

    /// The session of this sign-in, after it was asked after if it is time.
    async fn asked_phone(&self) -> Result<Option<MobileIdSession>, EarlyAnswer> {
        let Some(found) = mobile_id::of_occasion(&self.app.db, &self.occasion()).await? else { return Ok(None) };
        let provider = self.offered_to_all(found.provider).await?;
        let method = provider.as_ref().and_then(|provider| provider.method(&found.method));
        let (Some(provider), Some(method)) = (&provider, method) else { return Ok(None) };
        let look = MobileIdLook {
            call: ProviderCall { app: &self.app, provider, now: self.visit.now },
            entry: &self.entry_of_identity((provider, &method.name)),
        };
        mobile_id::look(&look, &found).await?;
        Ok(mobile_id::of_occasion(&self.app.db, &self.occasion()).await?)
    }

    /// Counts a request for the network, the sign-in and the person, whose code stands in the counter as its keyed hash alone.
    ///
    /// # Errors
    /// The refusal of too many.
    async fn count_request(&self, customer: &TypedCustomer) -> Result<(), EarlyAnswer> {
        let person = HEXLOWER.encode(&identities::hash_of(&self.app, &customer.person).await?);
        let mut taken = self.asked_by([PER_NETWORK, PER_SIGN_IN]).to_vec();
        taken.extend([(PER_PERSON, person.clone()), (PER_PERSON_A_DAY, person)]);
        self.count_all(taken).await
    }
}
