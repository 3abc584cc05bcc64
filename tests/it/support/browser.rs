//! A browser as the service sees it: it keeps cookies, sends what browsers send, and follows redirects
//! inside the service.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, Method, Request, StatusCode};
use tower::ServiceExt;

use super::{OUR_HOST, PUBLIC_URL};

/// The most redirects that are followed.
const MOST_REDIRECTS: usize = 10;

/// One browser.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub address: IpAddr,
    pub user_agent: String,
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request, in the place of what the browser would send.
    pub headers: HeaderMap,
    /// Headers that this browser does not send.
    pub left_out: Vec<&'static str>,
}

/// A response of the service.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The local path where it was found.
    pub path: String,
}

impl Browser {
    pub fn new(router: Router, address: IpAddr) -> Self {
        Self {
            router,
            address,
            user_agent:
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
                    .to_owned(),
            cookies: BTreeMap::new(),
            headers: HeaderMap::new(),
            left_out: Vec::new(),
        }
    }

    /// Opens a path, and where that leads inside the service.
    pub async fn open(&mut self, path: &str) -> Page {
        let page = self.get(path).await;
        self.follow(page).await
    }

    /// Sends a form, and goes where that leads inside the service.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields).await;
        self.follow(page).await
    }

    /// One `GET`, without following.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, String::new()).await
    }

    /// One posted form, without following.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, body).await
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..MOST_REDIRECTS {
            match page.location() {
                Some(to) if to.starts_with('/') => page = self.get(&to).await,
                _ => return page,
            }
        }
        panic!("the service sends the browser in circles: {page:?}");
    }

    /// One request of any kind, without following.
    pub async fn send(&mut self, method: Method, path: &str, body: impl Into<Body>) -> Page {
        let (parts, body) = self.begin_answer(method, path, body).await.into_parts();
        self.keep_cookies(&parts.headers);
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        assert!(!body.contains('⟦'), "{path} lacks a text: {body}");
        Page { status: parts.status, headers: parts.headers, body, path: path.to_owned() }
    }

    /// The same as far as the head of the answer, whose body may still be on its way.
    pub async fn begin_answer(&self, method: Method, path: &str, body: impl Into<Body>) -> Response {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(HOST, OUR_HOST)
            .header(USER_AGENT, &self.user_agent)
            .header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        if method == Method::POST {
            request = request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(ORIGIN, PUBLIC_URL)
                .header("sec-fetch-site", "same-origin");
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        let mut request = request.body(body.into()).unwrap();
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        for name in &self.left_out {
            request.headers_mut().remove(*name);
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.address, 50_000)));
        self.router.clone().oneshot(request).await.unwrap()
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE) {
            let text = header.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Page {
    /// The address to which it sends the browser.
    pub fn location(&self) -> Option<String> {
        self.headers.get(LOCATION).map(|location| location.to_str().unwrap().to_owned())
    }

    /// The path of the sign-in that this page is a step of.
    pub fn sign_in(&self) -> String {
        let path = self.path.split('?').next().unwrap();
        assert!(path.starts_with("/sign-in/"), "not a page of a sign-in: {} {}", self.path, self.title());
        path.split('/').take(3).collect::<Vec<_>>().join("/")
    }

    /// The title of the page.
    pub fn title(&self) -> String {
        self.between("<h1", "</h1>")
            .map(|heading| text_of(&heading[heading.find('>').unwrap() + 1..]))
            .unwrap_or_default()
    }

    /// The page's message about the last answer.
    pub fn alert(&self) -> Option<String> {
        self.between("role=\"alert\"", "</p>").map(|alert| text_of(&alert[alert.find('>').unwrap() + 1..]))
    }

    /// Whether the page shows a text.
    pub fn says(&self, text: &str) -> bool {
        text_of(&self.body).contains(text)
    }

    /// All that the page shows, on one line.
    pub fn text(&self) -> String {
        text_of(&self.body)
    }

    /// The error identifier on the page.
    pub fn error_id(&self) -> Option<String> {
        let at = self.body.find("SLP-")?;
        Some(self.body[at..at + 13].to_owned())
    }

    /// A parameter of the address that the browser is sent to.
    pub fn answered(&self, name: &str) -> Option<String> {
        let location = url::Url::parse(&self.location()?).ok()?;
        location.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The secret of an authenticator app that is being connected.
    pub fn secret(&self) -> String {
        let at = self.body.find("secret=").expect("a secret on the page") + "secret=".len();
        self.body[at..].chars().take_while(char::is_ascii_alphanumeric).collect()
    }

    /// The recovery code that is being shown.
    pub fn recovery_code(&self) -> String {
        let at = self.body.find("data-copy=\"").expect("a code to copy on the page") + "data-copy=\"".len();
        self.body[at..].chars().take_while(|character| *character != '"').collect()
    }

    fn between(&self, start: &str, end: &str) -> Option<&str> {
        let from = self.body.find(start)? + start.len();
        let to = self.body[from..].find(end)? + from;
        Some(&self.body[from..to])
    }
}

/// A page without the name of the one request that its way back is about.
pub fn of_any_request(text: &str) -> String {
    match text.split_once("/oauth/authorize/") {
        Some((before, rest)) => format!("{before}/oauth/authorize/THIS{}", rest.get(36..).unwrap_or(rest)),
        None => text.to_owned(),
    }
}

/// The text of some HTML, on one line.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    let text = text.replace("&#39;", "'").replace("&#38;", "&").replace("&amp;", "&").replace("&quot;", "\"");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
