//! The sign-in by Smart-ID. The page waits for the session that it began; the server asks after it meanwhile. A session of this
//! device is for the browser that the app opens in the end, and for nobody who only has the link or the page.

use axum::Json;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::by_identity::{enter, takes_identity};
use super::{Facts, SignInVisit, confirming, show};
use crate::platform::allowances::Allowance;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history;
use crate::platform::secret::Secret;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::held;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::qr::qr_code;
use crate::platform::web::refusal::RefusalPage;
use crate::proofs::identities::{self, IdentityQuestion, NewIdentityQuestion, QuestionSecrets};
use crate::proofs::identity_providers::estonia::smart_id::{
    self, ASKED_EVERY, SessionLook, SmartIdSession, SmartIdStanding,
};
use crate::proofs::identity_providers::sweden::OrderWay;
use crate::proofs::identity_providers::{IdentityMethod, IdentityProvider, ProviderCall, WrongAnswer};
use crate::sign_in::qr_views::TimeLeft;
use crate::sign_in::smart_id_views::{SmartIdPage, SmartIdView};

/// The sessions that a sign-in may begin: a person who tries for a quarter of an hour needs fewer.
const PER_SIGN_IN: Allowance =
    Allowance { purpose: "smart_id_sign_in", most: 15, within: std::time::Duration::from_mins(30) };
/// The sessions that a network may begin: an office comes at nine o'clock.
const PER_NETWORK: Allowance =
    Allowance { purpose: "smart_id_network", most: 300, within: std::time::Duration::from_mins(10) };
/// The longest value that the app sends back with a browser, in characters.
const LONGEST_VERIFIER: usize = 200;

/// Begins the first session: a link on a phone, where a code could not be scanned, and else a code.
pub(super) async fn start(
    visitor: &SignInVisit,
    chosen: (&IdentityProvider, &IdentityMethod),
) -> Result<Response, EarlyAnswer> {
    let way = if visitor.is_handheld() { OrderWay::ThisDevice } else { OrderWay::AnotherDevice };
    begin(visitor, chosen, way).await
}

async fn begin(
    visitor: &SignInVisit,
    (provider, method): (&IdentityProvider, &IdentityMethod),
    way: OrderWay,
) -> Result<Response, EarlyAnswer> {
    visitor.count_asked([PER_NETWORK, PER_SIGN_IN]).await?;
    let random = &visitor.app.random;
    let new = NewIdentityQuestion {
        occasion: visitor.occasion(),
        provider: provider.id,
        method: method.id.clone(),
        is_fresh: true,
        state: random.token(),
        secrets: QuestionSecrets { nonce: random.token(), verifier: random.token() },
    };
    let address = visitor.app.settings.public_url.join(&provider.return_path());
    let address = Secret::new(format!("{address}?state={}", new.state.reveal()));
    let call = ProviderCall { app: &visitor.app, provider, now: visitor.visit.now };
    let [long, short] = visitor.purposes();
    let session = match smart_id::begin(&call, (way, address), (&long, &short)).await {
        Ok(session) => session,
        Err(fault) => return visitor.identity_refused((provider, &method.name), fault).await,
    };
    let (work, entry) = (visitor.clone(), visitor.entry_of_question((provider, method)));
    // The seconds of the code count from the answer of Smart-ID.
    let started_at = visitor.app.clock.now();
    let begun: Result<bool, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let question = identities::ask(tx, &work.app, &new, work.visit.now).await?;
                history::write(tx, &work.app.random, &entry).await?;
                smart_id::add(tx, &work.app, (question, &session), started_at).await
            })
        })
        .await;
    if begun? {
        Ok(visitor.to_smart_id().into_response())
    } else {
        visitor.identity_refused((provider, &method.name), WrongAnswer::AnotherOrder.into()).await
    }
}

/// Begins another session, in the way that was chosen.
pub(crate) async fn begin_smart_id(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let (Some(found), Some(way)) = (visitor.smart_id_session().await?, OrderWay::of_word(fields.field("way"))) else {
        return Ok(visitor.to_smart_id().into_response());
    };
    let provider = visitor.offered_to_all(found.provider).await?;
    let method = provider.as_ref().and_then(|provider| provider.method(&found.method));
    match (&provider, method) {
        (Some(provider), Some(method)) => begin(&visitor, (provider, method), way).await,
        _ => Ok(visitor.to_smart_id().into_response()),
    }
}

/// Gives up. Smart-ID has no way of being told: the session ends by itself, and answers nothing.
pub(crate) async fn withdraw_smart_id(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    if visitor.smart_id_session().await?.is_none() {
        return Ok(visitor.to_current_step());
    }
    visitor.give_up_identity().await
}

/// Shows the session as it stands.
pub(crate) async fn smart_id_stands(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    match visitor.asked_after().await? {
        Some(found) => Ok(show_session(&visitor, &found)?),
        None => Ok(visitor.to_current_step()),
    }
}

/// Goes on with a confirmed session, or shows it as it stands.
pub(crate) async fn smart_id_fetched(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    match visitor.asked_after().await? {
        Some(found) => go_on(&visitor, &facts, &found).await,
        None => Ok(visitor.to_current_step()),
    }
}

/// Takes a browser that the app has opened: it brings values that nobody but the app was given.
pub(super) async fn come_back(
    visitor: &SignInVisit,
    facts: &Facts,
    (question, parameters): (&IdentityQuestion, &Parameters),
) -> Result<Response, EarlyAnswer> {
    let over = || RefusalPage::new(StatusCode::BAD_REQUEST, "identity-over");
    if !question.is_open {
        return Err(over().into());
    }
    let (id, verifier) = (question.id, parameters.field("userChallengeVerifier").to_owned());
    let found =
        visitor.smart_id_session().await?.filter(|found| found.question == id && found.way == OrderWay::ThisDevice);
    let found = found.ok_or_else(|| over().because("a session of another device has no return"))?;
    let is_of_app = found.is_digest(&visitor.app.master_keys, parameters.field("sessionSecretDigest"))?;
    if !is_of_app || verifier.is_empty() || verifier.len() > LONGEST_VERIFIER {
        return Err(over().because("the values of the app do not belong to the session").into());
    }
    let app = visitor.app.clone();
    let is_back: Result<bool, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            let (app, verifier) = (app.clone(), verifier.clone());
            Box::pin(async move { smart_id::returned(tx, &app, (id, &verifier)).await })
        })
        .await;
    if !is_back? {
        return Err(over().because("used before").into());
    }
    match visitor.asked_after().await? {
        Some(found) if found.question == id => go_on(visitor, facts, &found).await,
        _ => Err(over().into()),
    }
}

/// Enters with a confirmed session of this browser. Of many requests one is looked at, whatever becomes of it.
async fn go_on(visitor: &SignInVisit, facts: &Facts, found: &SmartIdSession) -> Result<Response, EarlyAnswer> {
    let now = visitor.visit.now;
    if found.standing(now) != SmartIdStanding::Confirmed || !found.is_for_its_browser() {
        return Ok(visitor.to_smart_id().into_response());
    }
    let over = || RefusalPage::new(StatusCode::BAD_REQUEST, "identity-over");
    let provider = visitor.offered_to_all(found.provider).await?.ok_or_else(over)?;
    let method = provider.method(&found.method).ok_or_else(over)?;
    let question = identities::find_question(&visitor.app.db, found.question).await?.ok_or_else(over)?;
    if !visitor.take(&question).await? {
        return Ok(visitor.to_smart_id().into_response());
    }
    let call = ProviderCall { app: &visitor.app, provider: &provider, now };
    match smart_id::identity_of(&call, method, found).await {
        Ok(answer) => enter(visitor, facts, (&provider, &question), answer).await,
        Err(fault) => visitor.identity_refused((&provider, &method.name), fault).await,
    }
}

fn show_session(visitor: &SignInVisit, found: &SmartIdSession) -> Result<Response, Fault> {
    let page = show::page(visitor);
    let view = SmartIdPage {
        door: show::unproven(visitor),
        sign_in: visitor.sign_in.id.to_string(),
        again: format!("/sign-in/{}/identity/{}/{}", visitor.sign_in.id, found.provider, found.method),
        stands: view(visitor, found)?,
        page,
    };
    Ok(show::answer(visitor, StatusCode::OK, &view))
}

fn view(visitor: &SignInVisit, found: &SmartIdSession) -> Result<SmartIdView, Fault> {
    let (now, keys) = (visitor.app.clock.now(), &visitor.app.master_keys);
    let time = TimeLeft {
        seconds: confirming::seconds(now, found.expires_at),
        lives: i64::try_from(smart_id::WAITS.as_secs()).unwrap_or(i64::MAX),
        until: confirming::exact_time(visitor, &show::page(visitor), found.expires_at),
    };
    Ok(match found.standing(now) {
        SmartIdStanding::Waiting { is_silent } => match found.way {
            OrderWay::AnotherDevice => {
                SmartIdView::Code { svg: qr_code(&found.code(keys, now)?)?, said: said(is_silent), time }
            }
            OrderWay::ThisDevice => SmartIdView::Link { address: found.link(keys)?, said: said(is_silent), time },
        },
        SmartIdStanding::Confirmed => SmartIdView::Elsewhere,
        SmartIdStanding::Ended(end) => SmartIdView::Ended { said: end.key() },
        SmartIdStanding::Over => SmartIdView::Ended { said: "smart-id-over" },
    })
}

/// The key of the words of a session that waits.
fn said(is_silent: bool) -> &'static str {
    if is_silent { "smart-id-silent" } else { "smart-id-outstanding" }
}

/// The word of a state in the address that the page waits at.
fn word(found: &SmartIdSession, now: Timestamp) -> &'static str {
    match found.standing(now) {
        SmartIdStanding::Waiting { .. } => match found.way {
            OrderWay::AnotherDevice => "code",
            OrderWay::ThisDevice => "link",
        },
        SmartIdStanding::Confirmed if !found.is_for_its_browser() => "elsewhere",
        SmartIdStanding::Confirmed => "confirmed",
        SmartIdStanding::Ended(_) | SmartIdStanding::Over => "",
    }
}

/// The state that a page shows while it waits.
#[derive(Deserialize)]
pub(crate) struct ShownSession {
    #[serde(default)]
    at: String,
}

/// The answer to a page that waits.
#[derive(Serialize)]
struct SessionTold {
    /// Whether it is to go on waiting.
    waiting: bool,
    /// The code of this moment, while one is to be scanned.
    svg: Option<String>,
    /// The words of this moment.
    said: Option<String>,
}

/// Asks after the session if it is time, and holds the request until the code is another one or the session has news.
pub(crate) async fn wait_for_smart_id(
    visitor: SignInVisit,
    Query(shown): Query<ShownSession>,
) -> Result<Response, EarlyAnswer> {
    let nothing = SessionTold { waiting: false, svg: None, said: None };
    let found = visitor.asked_after().await?.filter(|_| visitor.is_open());
    let draws = shown.at == "code";
    let is_shown = move |found: &SmartIdSession, now| !shown.at.is_empty() && word(found, now) == shown.at;
    let (app, occasion, page) = (visitor.app.clone(), visitor.occasion(), show::page(&visitor));
    // Smart-ID has held the question for a moment.
    let now = app.clock.now();
    let Some(found) = found.filter(|found| is_shown(found, now)) else { return Ok(Json(nothing).into_response()) };
    let left = if draws { found.code_left(now) } else { ASKED_EVERY };
    let waiter = held::waiter(&app.bus, Topic::Approval, found.question)?;
    Ok(held::answer(async move {
        let newest = || async {
            let newest = smart_id::of_occasion(&app.db, &occasion).await?;
            Ok::<_, Fault>(newest.filter(|newest| is_shown(newest, app.clock.now())))
        };
        let look = || async { Ok(newest().await?.is_none().then_some(())) };
        if held::until(waiter, left, look).await?.is_some() {
            return Ok(nothing);
        }
        let Some(newest) = newest().await? else { return Ok(nothing) };
        let now = app.clock.now();
        let svg = if draws { Some(qr_code(&newest.code(&app.master_keys, now)?)?) } else { None };
        let said = match newest.standing(now) {
            SmartIdStanding::Waiting { is_silent } => Some(page.t(said(is_silent))),
            _ => None,
        };
        Ok(SessionTold { waiting: true, svg, said })
    }))
}

impl SignInVisit {
    fn to_smart_id(&self) -> Redirect {
        Redirect::to(&format!("/sign-in/{}/smart-id", self.sign_in.id))
    }

    async fn smart_id_session(&self) -> Result<Option<SmartIdSession>, db::Error> {
        smart_id::of_occasion(&self.app.db, &self.occasion()).await
    }

    /// The session of this sign-in, after it was asked after if it is time.
    async fn asked_after(&self) -> Result<Option<SmartIdSession>, EarlyAnswer> {
        let Some(found) = self.smart_id_session().await? else { return Ok(None) };
        let provider = self.offered_to_all(found.provider).await?;
        let method = provider.as_ref().and_then(|provider| provider.method(&found.method));
        let (Some(provider), Some(method)) = (&provider, method) else { return Ok(None) };
        let look = SessionLook {
            call: ProviderCall { app: &self.app, provider, now: self.visit.now },
            entry: &self.entry_of_identity((provider, &method.name)),
        };
        smart_id::look(&look, &found).await?;
        Ok(self.smart_id_session().await?)
    }

    /// The purpose of the sign-in, in a long and a short form, as an app shows it.
    pub(super) fn purposes(&self) -> [String; 2] {
        let page = show::page(self);
        let application = self.sign_in.names.application.as_deref().unwrap_or(&page.organisation);
        let name: String = application.chars().take(100).collect();
        let values = [("name", name.as_str()), ("address", self.app.settings.public_url.host())];
        ["smart-id-purpose", "smart-id-short-purpose"].map(|key| page.texts.text_with(key, &values))
    }
}
