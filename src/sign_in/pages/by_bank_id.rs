//! The sign-in by BankID of Sweden. The page waits for the order that it placed; the server collects it meanwhile. An order of
//! this device is for the browser that the app opens in the end, and for nobody who only has the link or the page.

use axum::Json;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::by_identity::{enter, takes_identity};
use super::show;
use super::{Facts, SignInVisit, confirming};
use crate::platform::allowances::Allowance;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history;
use crate::platform::secret::Secret;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::held;
use crate::platform::web::parameters::Form;
use crate::platform::web::qr::qr_code;
use crate::platform::web::refusal::RefusalPage;
use crate::proofs::identities::{self, IdentityQuestion, NewIdentityQuestion, QuestionSecrets};
use crate::proofs::identity_providers::sweden::{
    self, BankIdOrder, COLLECTED_EVERY, OrderBrowser, OrderLook, OrderStanding, OrderWay,
};
use crate::proofs::identity_providers::{IdentityMethod, IdentityProvider, ProviderCall, WrongAnswer};
use crate::sign_in::bank_id_views::{BankIdPage, BankIdView};
use crate::sign_in::qr_views::TimeLeft;

/// The orders that a sign-in may place: a person who tries for a quarter of an hour needs fewer.
const PER_SIGN_IN: Allowance =
    Allowance { purpose: "bank_id_sign_in", most: 15, within: std::time::Duration::from_mins(30) };
/// The orders that a network may place: each costs the operator, and an office comes at nine o'clock.
const PER_NETWORK: Allowance =
    Allowance { purpose: "bank_id_network", most: 300, within: std::time::Duration::from_mins(10) };

/// Places the first order: a link on a phone, where a code could not be scanned, and else a code.
pub(super) async fn start(
    visitor: &SignInVisit,
    chosen: (&IdentityProvider, &IdentityMethod),
) -> Result<Response, EarlyAnswer> {
    let way = if visitor.is_handheld() { OrderWay::ThisDevice } else { OrderWay::AnotherDevice };
    place(visitor, chosen, way).await
}

async fn place(
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
    let address =
        Secret::new(in_this_browser(&format!("{address}?state={}", new.state.reveal()), &visitor.visit.user_agent));
    let call = ProviderCall { app: &visitor.app, provider, now: visitor.visit.now };
    let browser = visitor.order_browser();
    if let Some(before) = sweden::of_occasion(&visitor.app.db, &visitor.occasion()).await? {
        sweden::cancel(&call, &before).await?;
    }
    let order = match sweden::place(&call, (way, address), &browser).await {
        Ok(order) => order,
        Err(fault) => return visitor.identity_refused((provider, &method.name), fault).await,
    };
    let (work, entry) = (visitor.clone(), visitor.entry_of_question((provider, method)));
    let placed: Result<bool, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let question = identities::ask(tx, &work.app, &new, work.visit.now).await?;
                history::write(tx, &work.app.random, &entry).await?;
                sweden::add(tx, &work.app, (question, &order), work.visit.now).await
            })
        })
        .await;
    if placed? {
        Ok(visitor.to_order().into_response())
    } else {
        visitor.identity_refused((provider, &method.name), WrongAnswer::AnotherOrder.into()).await
    }
}

/// The address of return, in the scheme by which a browser of an iPhone that is not Safari is opened: the app opens every
/// other address in Safari, which has not begun the sign-in.
fn in_this_browser(address: &str, user_agent: &str) -> String {
    let Some(rest) = address.strip_prefix("https://") else { return address.to_owned() };
    if user_agent.contains("CriOS/") {
        format!("googlechromes://{rest}")
    } else if user_agent.contains("EdgiOS/") {
        format!("microsoft-edge-https://{rest}")
    } else if user_agent.contains("FxiOS/") {
        let encoded: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
        format!("firefox://open-url?url={encoded}")
    } else {
        address.to_owned()
    }
}

/// Places another order, in the way that was chosen.
pub(crate) async fn order_again(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let (Some(found), Some(way)) = (visitor.order().await?, OrderWay::of_word(fields.field("way"))) else {
        return Ok(visitor.to_order().into_response());
    };
    let provider = visitor.offered_to_all(found.provider).await?;
    let method = provider.as_ref().and_then(|provider| provider.method(&found.method));
    match (&provider, method) {
        (Some(provider), Some(method)) => place(&visitor, (provider, method), way).await,
        _ => Ok(visitor.to_order().into_response()),
    }
}

/// Gives up.
pub(crate) async fn cancel_order(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    let Some(found) = visitor.order().await? else { return Ok(visitor.to_current_step()) };
    if let Some(provider) = visitor.offered_to_all(found.provider).await? {
        let call = ProviderCall { app: &visitor.app, provider: &provider, now: visitor.visit.now };
        sweden::cancel(&call, &found).await?;
    }
    visitor.give_up_identity().await
}

/// Shows the order as it stands.
pub(crate) async fn order(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    match visitor.looked_at().await? {
        Some(found) => Ok(show_order(&visitor, &found)?),
        None => Ok(visitor.to_current_step()),
    }
}

/// Goes on with a confirmed order, or shows it as it stands.
pub(crate) async fn collected(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    match visitor.looked_at().await? {
        Some(found) => go_on(&visitor, &facts, &found).await,
        None => Ok(visitor.to_current_step()),
    }
}

/// Takes a browser that the app has opened: it brings the value that nobody but the app was given.
pub(super) async fn come_back(
    visitor: &SignInVisit,
    facts: &Facts,
    question: &IdentityQuestion,
) -> Result<Response, EarlyAnswer> {
    let over = || RefusalPage::new(StatusCode::BAD_REQUEST, "identity-over");
    if !question.is_open {
        return Err(over().into());
    }
    let id = question.id;
    let is_back: Result<bool, db::Error> =
        visitor.app.db.write(move |tx| Box::pin(async move { sweden::returned(tx, id).await })).await;
    if !is_back? {
        return Err(over().because("an order of another device has no return").into());
    }
    match visitor.looked_at().await? {
        Some(found) if found.question == id => go_on(visitor, facts, &found).await,
        _ => Err(over().into()),
    }
}

/// Enters with a confirmed order of this browser. Of many requests one is looked at, whatever becomes of it.
async fn go_on(visitor: &SignInVisit, facts: &Facts, found: &BankIdOrder) -> Result<Response, EarlyAnswer> {
    let now = visitor.visit.now;
    if found.standing(now) != OrderStanding::Confirmed || !found.is_for_its_browser() {
        return Ok(visitor.to_order().into_response());
    }
    let over = || RefusalPage::new(StatusCode::BAD_REQUEST, "identity-over");
    let provider = visitor.offered_to_all(found.provider).await?.ok_or_else(over)?;
    let method = provider.method(&found.method).ok_or_else(over)?;
    let question = identities::find_question(&visitor.app.db, found.question).await?.ok_or_else(over)?;
    if !visitor.take(&question).await? {
        return Ok(visitor.to_order().into_response());
    }
    match sweden::identity_of(&visitor.app, (&provider, method), found, now) {
        Ok(answer) => enter(visitor, facts, (&provider, &question), answer).await,
        Err(fault) => visitor.identity_refused((&provider, &method.name), fault).await,
    }
}

fn show_order(visitor: &SignInVisit, found: &BankIdOrder) -> Result<Response, Fault> {
    let page = show::page(visitor);
    let view = BankIdPage {
        door: show::unproven(visitor),
        sign_in: visitor.sign_in.id.to_string(),
        again: format!("/sign-in/{}/identity/{}/{}", visitor.sign_in.id, found.provider, found.method),
        stands: view(visitor, found)?,
        page,
    };
    Ok(show::answer(visitor, StatusCode::OK, &view))
}

fn view(visitor: &SignInVisit, found: &BankIdOrder) -> Result<BankIdView, Fault> {
    let (now, keys) = (visitor.visit.now, &visitor.app.master_keys);
    let time = TimeLeft {
        seconds: confirming::seconds(now, found.expires_at),
        lives: i64::try_from(sweden::WAITS.as_secs()).unwrap_or(i64::MAX),
        until: confirming::exact_time(visitor, &show::page(visitor), found.expires_at),
    };
    Ok(match found.standing(now) {
        OrderStanding::Waiting(hint) if found.is_taken_up => BankIdView::App { said: hint.key(), time },
        OrderStanding::Waiting(hint) => match found.way {
            OrderWay::AnotherDevice => {
                BankIdView::Code { svg: qr_code(&found.code(keys, now)?)?, said: hint.key(), time }
            }
            OrderWay::ThisDevice => BankIdView::Link {
                address: found.link(keys, visitor.is_handheld())?,
                word: word(found, now),
                said: hint.key(),
                time,
            },
        },
        OrderStanding::Confirmed => BankIdView::Elsewhere,
        OrderStanding::Failed(hint) => BankIdView::Ended { said: hint.key() },
        OrderStanding::Over => BankIdView::Ended { said: "bank-id-over" },
    })
}

/// The word of a state in the address that the page waits at. A link is another one after its order was renewed.
fn word(found: &BankIdOrder, now: Timestamp) -> String {
    match found.standing(now) {
        OrderStanding::Waiting(_) if found.is_taken_up => "app".to_owned(),
        OrderStanding::Waiting(_) => match found.way {
            OrderWay::AnotherDevice => "code".to_owned(),
            OrderWay::ThisDevice => format!("link-{}", found.generation),
        },
        OrderStanding::Confirmed if !found.is_for_its_browser() => "elsewhere".to_owned(),
        OrderStanding::Confirmed => "confirmed".to_owned(),
        OrderStanding::Failed(_) | OrderStanding::Over => String::new(),
    }
}

/// The state that a page shows while it waits.
#[derive(Deserialize)]
pub(crate) struct ShownOrder {
    #[serde(default)]
    at: String,
}

/// The answer to a page that waits.
#[derive(Serialize)]
struct OrderTold {
    /// Whether it is to go on waiting.
    waiting: bool,
    /// The code of this moment, while one is to be scanned.
    svg: Option<String>,
    /// The words of this moment.
    said: Option<String>,
}

/// Collects the order if it is time, and holds the request until the code is another one or the order has news.
pub(crate) async fn wait_for_order(
    visitor: SignInVisit,
    Query(shown): Query<ShownOrder>,
) -> Result<Response, EarlyAnswer> {
    let nothing = OrderTold { waiting: false, svg: None, said: None };
    let found = visitor.looked_at().await?.filter(|_| visitor.is_open());
    let draws = shown.at == "code";
    let is_shown = move |found: &BankIdOrder, now| !shown.at.is_empty() && word(found, now) == shown.at;
    let Some(found) = found.filter(|found| is_shown(found, visitor.visit.now)) else {
        return Ok(Json(nothing).into_response());
    };
    let (app, occasion, page, now) = (visitor.app.clone(), visitor.occasion(), show::page(&visitor), visitor.visit.now);
    let left = if draws { found.code_left(now) } else { COLLECTED_EVERY };
    let waiter = held::waiter(&app.bus, Topic::Approval, found.question)?;
    Ok(held::answer(async move {
        let newest = || async {
            let newest = sweden::of_occasion(&app.db, &occasion).await?;
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
            OrderStanding::Waiting(hint) => Some(page.t(hint.key())),
            _ => None,
        };
        Ok(OrderTold { waiting: true, svg, said })
    }))
}

impl SignInVisit {
    fn to_order(&self) -> Redirect {
        Redirect::to(&format!("/sign-in/{}/bank-id", self.sign_in.id))
    }

    async fn order(&self) -> Result<Option<BankIdOrder>, db::Error> {
        sweden::of_occasion(&self.app.db, &self.occasion()).await
    }

    /// The order of this sign-in, after it was collected if it is time.
    async fn looked_at(&self) -> Result<Option<BankIdOrder>, EarlyAnswer> {
        let Some(found) = self.order().await? else { return Ok(None) };
        let provider = self.offered_to_all(found.provider).await?;
        let method = provider.as_ref().and_then(|provider| provider.method(&found.method));
        let (Some(provider), Some(method)) = (&provider, method) else { return Ok(None) };
        let look = OrderLook {
            call: ProviderCall { app: &self.app, provider, now: self.visit.now },
            browser: &self.order_browser(),
            entry: &self.entry_of_identity((provider, &method.name)),
        };
        sweden::look(&look, &found).await?;
        Ok(self.order().await?)
    }

    /// The browser, as BankID is told of it.
    fn order_browser(&self) -> OrderBrowser {
        let page = show::page(self);
        let application = self.sign_in.names.application.as_deref().unwrap_or(&page.organisation);
        let name: String = application.chars().take(100).collect();
        OrderBrowser {
            address: self.visit.address,
            network: self.visit.network.clone(),
            purpose: page.texts.text_with(
                "bank-id-purpose",
                &[("name", name.as_str()), ("address", self.app.settings.public_url.host())],
            ),
        }
    }

    /// Whether the browser is one of a phone.
    pub(super) fn is_handheld(&self) -> bool {
        let user_agent = &self.visit.user_agent;
        ["Android", "iPhone", "iPad"].into_iter().any(|word| user_agent.contains(word))
    }
}
