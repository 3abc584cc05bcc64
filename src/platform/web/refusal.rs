//! Error pages: the event, the next step, and an identifier that the log and the history have too.

use std::any::Any;

use askama::Template;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode};

use super::fault::{ErrorId, Fault};
use super::flood::TooMuch;
use super::page::Page;
use super::security::allow_form_action;
use super::translations::Language;
use super::views::{ActionLink, Aside, Contact, Door, ErrorPage, PersonLabel, WayBack};
use super::visit::Visit;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::history::{self, Entry};

/// The caption of an error page.
const CAPTION: &str = "door-tried";
/// Refusals that would be dead ends without a way on: people bookmark such pages, and press old links.
const LEADS_ON: [&str; 11] = [
    "answered",
    "confirm-link",
    "confirm-someone-else",
    "confirm-taken",
    "cookies",
    "expired",
    "not-found",
    "not-me-link",
    "other-browser",
    "reset-link",
    "set-up-link",
];
/// Seconds after which a program may try again under overload.
const RETRY_AFTER_SECONDS: &str = "5";

/// A refusal with a page of its own.
#[derive(Clone, Debug)]
pub(crate) struct RefusalPage {
    /// The status of the response.
    pub(crate) status: StatusCode,
    /// The key of its texts, `error-KEY-title` and `error-KEY-text`.
    pub(crate) key: &'static str,
    /// The application that the person came from.
    pub(crate) application: Option<String>,
    /// The home page of that application.
    pub(crate) application_url: Option<String>,
    /// The entry for the history, if more is known than the visit.
    pub(crate) entry: Option<Box<Entry>>,
    /// Further text for the log. No secrets.
    pub(crate) cause: Option<String>,
    /// Seconds to wait before another try, if the page asks for a wait; also sent as `Retry-After`.
    pub(crate) wait_seconds: Option<i64>,
    /// The contact, if it is not the operator's.
    pub(crate) contact: Option<Contact>,
    /// The person and their contact, if the person is known.
    pub(crate) help: Option<Box<Help>>,
    /// The sections that lead on, where the person is at home.
    pub(crate) menu: Option<Box<RefusalMenu>>,
    /// The device, where its page tells what support asks for.
    pub(crate) device: DeviceDetails,
}

/// The facts about a device that support asks for beside the error identifier. A door that knows them leaves them in its
/// response.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeviceDetails(pub(crate) Vec<DeviceDetail>);

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct DeviceDetail {
    /// The key of its label.
    pub(crate) label: &'static str,
    /// Its name in the history.
    pub(crate) name: &'static str,
    /// It.
    pub(crate) value: String,
}

/// The sections of a place in which something was not found.
#[derive(Clone, Debug)]
pub(crate) struct RefusalMenu {
    /// The name of the place.
    pub(crate) name: String,
    /// The name and the path of each section.
    pub(crate) sections: Vec<(String, String)>,
}

/// The additional content of a refusal for a known person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Help {
    /// The person.
    pub(crate) person: Option<PersonLabel>,
    /// The name of the company concerned.
    pub(crate) company: Option<String>,
    /// The contact, in place of the operator's.
    pub(crate) contact: Option<Contact>,
    /// The label of the link to write to them, if it is not their name.
    pub(crate) write: Option<String>,
    /// The path for another try.
    pub(crate) try_again: Option<String>,
    /// The path for continuing as another person.
    pub(crate) someone_else: Option<String>,
    /// The way back to the application, which is told of it.
    pub(crate) way_back: Option<WayBack>,
}

impl From<WayBack> for Help {
    fn from(way_back: WayBack) -> Self {
        Self { way_back: Some(way_back), ..Self::default() }
    }
}

impl RefusalPage {
    /// A refusal with nothing but its status and key.
    pub(crate) fn new(status: StatusCode, key: &'static str) -> Self {
        Self {
            status,
            key,
            application: None,
            application_url: None,
            entry: None,
            cause: None,
            wait_seconds: None,
            help: None,
            contact: None,
            device: DeviceDetails::default(),
            menu: None,
        }
    }

    /// The same refusal on the way from an application.
    #[must_use]
    pub(crate) fn at(mut self, application: impl Into<String>) -> Self {
        self.application = Some(application.into());
        self
    }

    /// The same refusal with a text for the log.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }
}

impl From<TooMuch> for RefusalPage {
    fn from(too_much: TooMuch) -> Self {
        let seconds = i64::try_from(too_much.wait.as_secs().max(1)).ok();
        Self { wait_seconds: seconds, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many") }
    }
}

impl IntoResponse for RefusalPage {
    /// An empty answer that carries the refusal; the layer around all handlers makes a page of it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Shows a refusal, and writes it into the log and the history under the identifier on the page.
pub(crate) async fn refuse(app: &Core, visit: &Visit, refused: RefusalPage) -> Response {
    let error_id = ErrorId::new(&app.random);
    tracing::warn!(
        error_id = error_id.as_str(),
        refused = refused.key,
        cause = refused.cause.as_deref().unwrap_or(""),
        network = visit.network.as_str(),
        "refused"
    );
    // Refusals must not fill the disk: beyond the limit only the log has them.
    if app.flood.admit(&visit.network, visit.now).is_ok() {
        remember(app, visit, &refused, &error_id).await;
    }
    let mut response = page(app, visit, &refused, &error_id);
    if let Some(seconds) = refused.wait_seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

async fn remember(app: &Core, visit: &Visit, refused: &RefusalPage, error_id: &ErrorId) {
    let mut entry = refused.entry.as_deref().cloned().unwrap_or_else(|| Entry::new(visit.now, Event::Refused));
    entry.error_id = Some(error_id.to_string());
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    let mut entry = entry.detail("refused", refused.key);
    for detail in &refused.device.0 {
        entry = entry.detail(detail.name, &detail.value);
    }
    let random = app.random.clone();
    let kept: Result<(), Fault> =
        app.db.write(move |tx| Box::pin(async move { Ok(history::write(tx, &random, &entry).await?) })).await;
    if let Err(fault) = kept {
        tracing::error!(error_id = error_id.as_str(), cause = fault.cause(), "the history did not take a refusal");
    }
}

/// Refuses too many requests of one network.
pub(crate) async fn too_much(app: &Core, visit: &Visit, too_much: TooMuch) -> Response {
    refuse(app, visit, too_much.into()).await
}

fn page(app: &Core, visit: &Visit, refused: &RefusalPage, error_id: &ErrorId) -> Response {
    let page = Page::new(visit.language, app.settings.organisation.clone(), visit.path.clone());
    let application = refused.application.clone().unwrap_or_default();
    let time = refused.wait_seconds.map(|seconds| page.clock(seconds)).unwrap_or_default();
    let help = refused.help.as_deref().cloned().unwrap_or_default();
    let company = help.company.clone().unwrap_or_default();
    let phone_app = format!("{}/app", app.settings.public_url.host());
    let words = [
        ("application", application.as_str()),
        ("time", time.as_str()),
        ("company", company.as_str()),
        ("app", phone_app.as_str()),
    ];
    let text = page.texts.text_with(&format!("error-{}-text", refused.key), &words);
    let title = page.t(&format!("error-{}-title", refused.key));
    let mut actions = Vec::new();
    // A link to its home page would tell the application nothing.
    if let Some(url) = refused.application_url.as_ref().filter(|_| help.way_back.is_none()) {
        let label = page.t1("error-action-back-to-application", "application", &application);
        actions.push(ActionLink { label, href: url.clone(), primary: true });
    }
    if refused.key == "employee" {
        actions.push(ActionLink { label: page.t("error-action-phone-app"), href: "/app".to_owned(), primary: true });
    }
    if LEADS_ON.contains(&refused.key) {
        let is_console = visit.path.strip_prefix("/admin").is_some_and(|rest| rest.starts_with('/'));
        let ways = [("error-action-console", "/admin", is_console), ("error-action-account", "/account", true)];
        for (key, href, _) in ways.into_iter().filter(|(.., leads_on)| *leads_on) {
            actions.push(ActionLink { label: page.t(key), href: href.to_owned(), primary: actions.is_empty() });
        }
    }
    let contact = help.contact.or_else(|| refused.contact.clone()).or_else(|| contact(app));
    let mail = contact.as_ref().and_then(|contact| contact.email.as_ref().map(|email| (contact, email)));
    let has_mail = mail.is_some();
    if let Some((contact, email)) = mail {
        // The mail already has the identifier in it.
        let label = help.write.unwrap_or_else(|| page.t1("error-action-write", "name", &contact.name));
        let primary = actions.is_empty();
        actions.push(ActionLink { label, href: format!("mailto:{email}?subject={error_id}"), primary });
    }
    if let Some(href) = help.try_again {
        actions.push(ActionLink { label: page.t("error-action-try-again"), href, primary: false });
    }
    let mut door = Door::new(CAPTION, refused.application.clone());
    door.company.clone_from(&help.company);
    door.person = help.person;
    let leaves_for = help.way_back.as_ref().and_then(|way_back| way_back.leaves_for.clone());
    door.way_back = help.way_back;
    let view = ErrorPage {
        door,
        title,
        text,
        emphasis: help.company,
        menu: refused.menu.as_deref().map(|menu| (menu.name.clone(), menu.sections.clone())),
        contact,
        someone_else: help.someone_else.map(|href| Aside { mail_has_id: has_mail, href }),
        error_id: error_id.to_string(),
        time: exact_time(app, visit.language, visit.now),
        device: refused.device.0.iter().map(|detail| (page.t(detail.label), detail.value.clone())).collect(),
        actions,
        page,
    };
    let mut response = show(refused.status, &view);
    if let Some(destination) = leaves_for {
        allow_form_action(&mut response, &destination);
    }
    response
}

/// The operator's contact.
pub(crate) fn contact(app: &Core) -> Option<Contact> {
    let contact = &app.settings.contact;
    (contact.email.is_some() || contact.phone.is_some()).then(|| Contact {
        role: None,
        name: app.settings.organisation.clone(),
        phone: contact.phone.clone(),
        email: contact.email.clone(),
    })
}

fn exact_time(app: &Core, language: Language, now: Timestamp) -> String {
    let texts = super::translations::Texts::new(language);
    now.in_zone(&app.settings.time_zone).map(|at| texts.date_time_exact(at.datetime())).unwrap_or_default()
}

/// A page as a response.
pub fn show(status: StatusCode, view: &impl Template) -> Response {
    match view.render() {
        Ok(html) => (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => Fault::new(error).into_response(),
    }
}

/// A request that is refused before there is a [`Visit`]. The response carries it, for the doors that tell refusals in
/// another form.
#[derive(Clone, Debug)]
pub(crate) struct DoorRefusal {
    /// The status.
    pub(crate) status: StatusCode,
    /// The key of the texts of its page.
    pub(crate) key: &'static str,
    /// The reason for the log. No secrets.
    pub(crate) cause: &'static str,
    /// The identifier in the log.
    pub(crate) error_id: ErrorId,
}

/// Tells a request that is refused before there is a [`Visit`], as a page or to a program.
pub(crate) fn before_visit(
    app: &Core,
    language: Language,
    now: Timestamp,
    refused: DoorRefusal,
    wants_page: bool,
) -> Response {
    tracing::warn!(error_id = refused.error_id.as_str(), cause = refused.cause, "refused");
    let mut response = if wants_page {
        let (page, key) = (Page::new(language, app.settings.organisation.clone(), "/"), refused.key);
        let view = ErrorPage {
            door: Door::new(CAPTION, None),
            title: page.t(&format!("error-{key}-title")),
            text: page.t1(&format!("error-{key}-text"), "address", app.settings.public_url.origin()),
            emphasis: None,
            someone_else: None,
            menu: None,
            contact: contact(app),
            error_id: refused.error_id.to_string(),
            time: exact_time(app, language, now),
            device: Vec::new(),
            actions: Vec::new(),
            page,
        };
        show(refused.status, &view)
    } else {
        let description = format!("{} ({})", refused.cause, refused.error_id);
        let body = serde_json::json!({ "error": "invalid_request", "error_description": description });
        (refused.status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    };
    response.extensions_mut().insert(refused);
    response
}

/// Whether the caller is shown pages. Programs that call an endpoint get JSON.
pub(crate) fn wants_page(method: &Method, headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT);
    method == Method::GET && accept.is_none_or(accepts_html)
        || accept.is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("text/html")))
}

/// Turns refusals, faults, and the bare refusals of the router and its extractors, into pages. Programs that called
/// an endpoint get JSON (RFC 6749 §5.2 has no error code for a fault, §4.1.2.1 has).
pub(crate) async fn show_faults(State(app): State<Core>, visit: Visit, request: Request, next: Next) -> Response {
    let wants_page = wants_page(request.method(), request.headers());
    let mut response = next.run(request).await;
    let device = response.extensions_mut().remove::<DeviceDetails>().unwrap_or_default();
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        return show_fault(&app, &visit, (&fault, device), wants_page);
    }
    if let Some(refused) = response.extensions_mut().remove::<RefusalPage>() {
        return refuse(&app, &visit, RefusalPage { device, ..refused }).await;
    }
    let is_bare = !response.headers().contains_key(CONTENT_TYPE);
    let key = match response.status() {
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::BAD_REQUEST
        | StatusCode::METHOD_NOT_ALLOWED
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::URI_TOO_LONG => "bad-request",
        StatusCode::INTERNAL_SERVER_ERROR => "fault",
        _ => return response,
    };
    if is_bare && wants_page {
        let error_id = ErrorId::new(&app.random);
        tracing::info!(error_id = error_id.as_str(), status = response.status().as_u16(), "refused");
        return page(&app, &visit, &RefusalPage { device, ..RefusalPage::new(response.status(), key) }, &error_id);
    }
    response
}

/// Turns a handler's panic, a bug of ours, into a fault.
#[expect(clippy::needless_pass_by_value, reason = "the layer that catches it hands it over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Fault::new(format!("a handler panicked: {words}")).into_response()
}

fn accepts_html(accept: &HeaderValue) -> bool {
    accept.to_str().is_ok_and(|text| text.contains("text/html") || text.contains("*/*"))
}

/// A path for the log: links in messages have a secret in their path.
fn without_tokens(path: &str) -> String {
    let is_token = |part: &str| part.len() >= 43;
    path.split('/').map(|part| if is_token(part) { "***" } else { part }).collect::<Vec<_>>().join("/")
}

fn show_fault(app: &Core, visit: &Visit, (fault, device): (&Fault, DeviceDetails), wants_page: bool) -> Response {
    let error_id = ErrorId::new(&app.random);
    tracing::error!(error_id = error_id.as_str(), cause = fault.cause(), path = without_tokens(&visit.path), "fault");
    let status = fault.status();
    let is_busy = status == StatusCode::SERVICE_UNAVAILABLE;
    let mut response = if wants_page {
        let key = if is_busy { "busy" } else { "fault" };
        page(app, visit, &RefusalPage { device, ..RefusalPage::new(status, key) }, &error_id)
    } else {
        let error = if is_busy { "temporarily_unavailable" } else { "server_error" };
        let body = serde_json::json!({ "error": error, "error_description": error_id.as_str() });
        (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    };
    if is_busy {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_a_link_does_not_come_into_the_log() {
        let token = "A".repeat(43);
        assert_eq!(without_tokens(&format!("/account/not-me/{token}")), "/account/not-me/***");
        assert_eq!(
            without_tokens("/account/0197c0de-0000-7000-8000-000000000000"),
            "/account/0197c0de-0000-7000-8000-000000000000"
        );
    }
}
