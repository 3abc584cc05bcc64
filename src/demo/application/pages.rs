//! The application's pages.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};

use super::sessions::DemoSession;
use super::{VisitedApplication, words};
use crate::demo::{DemoPerson, Neighbour, people};
use crate::platform::clock::Timestamp;
use crate::platform::web::cookies;
use crate::platform::web::translations::Texts;

/// How long an authenticator app shows a code, in seconds.
const CODE_LIFETIME: i64 = 30;

/// The frame of every page.
pub(super) struct DemoFrame {
    pub(super) texts: Texts,
    pub(super) name: &'static str,
    pub(super) other: Option<Neighbour>,
    pub(super) messages_url: Option<String>,
    pub(super) account_url: String,
}

impl DemoFrame {
    /// A text in the language of the page.
    pub(super) fn t(&self, key: &str) -> String {
        self.texts.text(key)
    }

    /// A text with one word inserted.
    pub(super) fn t1(&self, key: &str, name: &str, word: &str) -> String {
        self.texts.text_with(key, &[(name, word)])
    }
}

#[derive(Template)]
#[template(path = "demo/welcome.html")]
struct WelcomePage {
    frame: DemoFrame,
}

#[derive(Template)]
#[template(path = "demo/home.html")]
struct HomePage {
    frame: DemoFrame,
    session: SessionWords,
}

/// The signed-in person and their sign-in, in words.
struct SessionWords {
    who: String,
    email: String,
    company: Option<String>,
    roles: String,
    rights: String,
    subject: String,
    how: String,
    strength: String,
    acr: String,
    amr: String,
    when: String,
    session_id: String,
    access_until: Option<String>,
    refreshed_at: Option<String>,
    act_done_at: Option<String>,
}

#[derive(Template)]
#[template(path = "demo/people.html")]
struct People {
    frame: DemoFrame,
    cards: Vec<PersonCard>,
    codes_until: String,
}

struct PersonCard {
    name: String,
    person: DemoPerson,
    story: String,
    roles: String,
    code: Option<String>,
    sign_in: String,
}

#[derive(Template)]
#[template(path = "demo/signed-out.html")]
struct DemoSignedOutPage {
    frame: DemoFrame,
}

#[derive(Template)]
#[template(path = "demo/trouble.html")]
struct TroublePage {
    frame: DemoFrame,
    trouble: TroubleText,
}

/// A failure, by the keys of the words for the person.
pub(super) struct TroubleText {
    pub(super) status: StatusCode,
    pub(super) title: &'static str,
    pub(super) sentence: &'static str,
    /// The provider's error and its description.
    pub(super) said: Option<(String, Option<String>)>,
    /// The next step: its address and the key of its label.
    pub(super) onward: (&'static str, &'static str),
    pub(super) error_id: String,
}

impl TroubleText {
    /// The page of this trouble.
    pub(super) fn page(self, application: &VisitedApplication) -> Response {
        let status = self.status;
        page(status, &TroublePage { frame: application.frame(), trouble: self })
    }
}

impl VisitedApplication {
    pub(super) fn frame(&self) -> DemoFrame {
        DemoFrame {
            texts: self.texts,
            name: self.is.kind.name(),
            other: self.is.other.clone(),
            messages_url: self.is.messages_url.clone(),
            account_url: format!("{}/account", self.is.issuer),
        }
    }

    /// An instant, for people to read, in the application's time zone.
    fn words_of(&self, instant: Timestamp) -> String {
        let zoned = instant.in_zone(&self.is.time_zone);
        zoned.map_or_else(String::new, |zoned| self.texts.date_time_exact(zoned.datetime()))
    }

    fn time_of(&self, instant: Timestamp) -> String {
        let zoned = instant.in_zone(&self.is.time_zone);
        zoned.map_or_else(String::new, |zoned| self.texts.time_exact(zoned.datetime()))
    }

    fn facts_of(&self, session: &DemoSession) -> SessionWords {
        let identity = &session.identity;
        let not_told = || self.texts.text("demo-not-told");
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(not_told);
        SessionWords {
            who: identity.name.clone().or_else(|| identity.email.clone()).unwrap_or_else(|| identity.subject.clone()),
            email: or_none(&identity.email),
            company: identity.acting.company.as_ref().map(|company| company.name.clone()),
            roles: identity.acting.roles.join(", "),
            rights: identity.acting.rights.join(", "),
            subject: identity.subject.clone(),
            how: words::methods(self.texts, &identity.amr),
            strength: words::assurance(self.texts, identity.acr.as_deref()),
            acr: or_none(&identity.acr),
            amr: identity.amr.join(" "),
            when: identity.auth_time.map_or_else(not_told, |time| self.words_of(time)),
            session_id: or_none(&identity.session_id),
            access_until: identity.access_expires_at.map(|time| self.words_of(time)),
            refreshed_at: session.refreshed_at.map(|time| self.words_of(time)),
            act_done_at: session.act_done_at.map(|time| self.words_of(time)),
        }
    }
}

/// `/`: the signed-in person, or the way in.
pub(super) async fn home(application: VisitedApplication, headers: HeaderMap) -> Response {
    let now = application.is.clock.now();
    let session = cookies::read(&headers, &application.session_cookie, application.is_secure())
        .and_then(|token| application.memory.session(token, now));
    match session {
        None => page(StatusCode::OK, &WelcomePage { frame: application.frame() }),
        Some(session) => {
            page(StatusCode::OK, &HomePage { frame: application.frame(), session: application.facts_of(&session) })
        }
    }
}

/// `/people`: the people to be, with the present codes of their authenticator apps.
pub(super) async fn people(application: VisitedApplication) -> Response {
    let seconds = application.is.clock.now().seconds();
    let until = Timestamp::from_seconds(seconds - seconds.rem_euclid(CODE_LIFETIME) + CODE_LIFETIME);
    let cards = application.is.people.iter().map(|person| PersonCard {
        name: person.name(),
        person: *person,
        story: person.story(application.texts),
        roles: person.roles.join(", "),
        code: person
            .totp_secret
            .and_then(|secret| people::authenticator_code(secret, u64::try_from(seconds).unwrap_or(0))),
        sign_in: format!(
            "/sign-in?{}",
            url::form_urlencoded::Serializer::new(String::new()).append_pair("email", person.email).finish()
        ),
    });
    let content =
        People { frame: application.frame(), cards: cards.collect(), codes_until: application.time_of(until) };
    page(StatusCode::OK, &content)
}

/// `/signed-out`: the page after signing out.
pub(super) async fn signed_out(application: VisitedApplication) -> Response {
    page(StatusCode::OK, &DemoSignedOutPage { frame: application.frame() })
}

/// Every other address.
pub(super) async fn not_found(application: VisitedApplication) -> Response {
    let trouble = TroubleText {
        status: StatusCode::NOT_FOUND,
        title: "demo-no-page",
        sentence: "demo-no-page-text",
        said: None,
        onward: ("/", "demo-start"),
        error_id: application.is.random.readable(8),
    };
    trouble.page(&application)
}

pub(super) fn page(status: StatusCode, content: &impl Template) -> Response {
    match content.render() {
        Ok(html) => (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the demo cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
