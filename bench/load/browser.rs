//! As much of a browser as a sign-in needs: cookies, redirects, and the form on a page.

use std::net::SocketAddr;

use url::form_urlencoded;

use crate::Outcome;
use crate::http::Connection;

/// Redirects that are followed on the way to one page.
const MOST_REDIRECTS: usize = 10;

/// A browser with its cookies. Its connection is kept when it forgets them.
pub(crate) struct Browser {
    connection: Connection,
    origin: String,
    host: String,
    network: String,
    cookies: Vec<(String, String)>,
}

/// The address to which a request led.
pub(crate) enum Place {
    /// A page of the service: where it is, and its HTML.
    Page(String, String),
    /// Another origin: the whole URL.
    Away(String),
    /// The service turned the request away for now (429, 503).
    TurnedAway,
}

/// A form of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// The address to which it is sent.
    pub(crate) action: String,
    /// The names of its fields, with the values that the page gave them.
    pub(crate) fields: Vec<(String, String)>,
}

impl Browser {
    /// A browser without cookies. `network` is what a proxy would say that it comes from.
    pub(crate) fn new(address: SocketAddr, origin: &str, network: String) -> Self {
        let host = origin.trim_start_matches("http://").to_owned();
        Self { connection: Connection::to(address), origin: origin.to_owned(), host, network, cookies: Vec::new() }
    }

    /// Becomes another browser, elsewhere.
    pub(crate) fn forget(&mut self, network: String) {
        self.cookies.clear();
        self.network = network;
    }

    /// Opens a page and follows where it leads.
    pub(crate) async fn open(&mut self, path: &str) -> Outcome<Place> {
        let request = self.request("GET", path, "", "");
        self.follow(path.to_owned(), request).await
    }

    /// Sends a form and follows where it leads.
    pub(crate) async fn send(&mut self, form: &Form) -> Outcome<Place> {
        let request = self.posting(form);
        self.follow(self.local(&form.action).to_owned(), request).await
    }

    /// The path of an address of the service.
    fn local<'a>(&self, address: &'a str) -> &'a str {
        address.strip_prefix(&self.origin).unwrap_or(address)
    }

    /// The request that sends a form, written out.
    pub(crate) fn posting(&self, form: &Form) -> Vec<u8> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(&form.fields);
        let body = body.finish();
        let headers = format!(
            "Origin: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n",
            self.origin,
            body.len()
        );
        self.request("POST", self.local(&form.action), &headers, &body)
    }

    fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = if cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", cookies.join("; ")) };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: salpa-bench\r\nAccept: text/html,*/*;q=0.8\r\n\
             X-Forwarded-For: {}\r\n{cookies}{headers}\r\n{body}",
            self.host, self.network
        )
        .into_bytes()
    }

    async fn follow(&mut self, mut path: String, mut request: Vec<u8>) -> Outcome<Place> {
        for _ in 0..MOST_REDIRECTS {
            let answer = self.connection.call(&request).await?;
            let (status, location) = (answer.status, answer.header("location").map(str::to_owned));
            let cookies: Vec<String> = answer.cookies().map(str::to_owned).collect();
            let html = match status {
                200 => answer.text()?.to_owned(),
                _ => String::new(),
            };
            let body = String::from_utf8_lossy(answer.body).chars().take(400).collect::<String>();
            for cookie in cookies {
                self.keep(&cookie);
            }
            match (status, location) {
                (200, _) => return Ok(Place::Page(path, html)),
                (301..=308, Some(location)) => match location.strip_prefix(&self.origin) {
                    Some(local) => path = local.to_owned(),
                    None if location.starts_with('/') => path = location,
                    None => return Ok(Place::Away(location)),
                },
                (429 | 503, _) => return Ok(Place::TurnedAway),
                (status, _) => return Err(format!("{path} answered {status}: {body}").into()),
            }
            request = self.request("GET", &path, "", "");
        }
        Err(format!("{path} redirects without end").into())
    }

    fn keep(&mut self, set_cookie: &str) {
        let pair = set_cookie.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// The response to a page's script; `None` if the service turned it away.
    pub(crate) async fn ask(&mut self, path: &str) -> Outcome<Option<serde_json::Value>> {
        let headers = format!("Origin: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n", self.origin);
        let request = self.request("POST", path, &headers, "");
        let answer = self.connection.call(&request).await?;
        match answer.status {
            200 => Ok(Some(serde_json::from_slice(answer.body)?)),
            429 | 503 => Ok(None),
            status => Err(format!("{path} answered {status}").into()),
        }
    }

    /// The request of a script that asks for something, written out.
    pub(crate) fn asking(&self, path: &str) -> Vec<u8> {
        self.request("GET", path, "Sec-Fetch-Site: same-origin\r\n", "")
    }

    /// The request of a script that sends JSON, written out.
    pub(crate) fn telling(&self, path: &str, body: &serde_json::Value) -> Vec<u8> {
        let body = body.to_string();
        let headers = format!(
            "Origin: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
            self.origin,
            body.len()
        );
        self.request("POST", path, &headers, &body)
    }

    /// Sends what a script sends, and keeps the cookies of the answer.
    pub(crate) async fn tell(&mut self, path: &str, body: &serde_json::Value) -> Outcome<serde_json::Value> {
        self.repeat(&self.telling(path, body)).await
    }

    /// Sends a request of a script that was written out.
    pub(crate) async fn repeat(&mut self, request: &[u8]) -> Outcome<serde_json::Value> {
        let answer = self.connection.call(request).await?;
        let cookies: Vec<String> = answer.cookies().map(str::to_owned).collect();
        let told =
            serde_json::from_slice(answer.body).map_err(|_| format!("a script was answered {}", answer.status))?;
        for cookie in cookies {
            self.keep(&cookie);
        }
        Ok(told)
    }

    /// Something of the service as text; `None` where it is none.
    pub(crate) async fn open_text(&mut self, path: &str) -> Outcome<Option<String>> {
        let request = self.request("GET", path, "", "");
        let answer = self.connection.call(&request).await?;
        Ok(answer.text().ok().map(str::to_owned))
    }

    /// A request for something of the service, as a browser asks for it: compressed.
    pub(crate) async fn fetch_compressed(&mut self, path: &str) -> Outcome<(u16, Vec<u8>)> {
        let request = self.request("GET", path, "Accept-Encoding: gzip, deflate, br, zstd\r\n", "");
        let answer = self.connection.call(&request).await?;
        Ok((answer.status, answer.body.to_vec()))
    }
}

/// The task of a page: the form that has `class="task"`.
pub(crate) fn task(html: &str) -> Option<Form> {
    html.split("<form").skip(1).find_map(|part| {
        let (opening, rest) = part.split_once('>')?;
        let class = attribute(opening, "class")?;
        class.split(' ').any(|name| name == "task").then_some(())?;
        let content = rest.split_once("</form>").map_or(rest, |(content, _)| content);
        Some(Form { action: attribute(opening, "action")?, fields: fields(content) })
    })
}

/// The form of another provider's sign-in page: the first that asks for a name or a password.
pub(crate) fn sign_in_form(html: &str) -> Option<Form> {
    html.split("<form").skip(1).find_map(|part| {
        let (opening, rest) = part.split_once('>')?;
        let content = rest.split_once("</form>").map_or(rest, |(content, _)| content);
        let form = Form { action: attribute(opening, "action")?, fields: fields(content) };
        ["password", "username", "email", "login"].iter().any(|name| form.asks_for(name)).then_some(form)
    })
}

impl Form {
    /// Whether the form asks for something.
    pub(crate) fn asks_for(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// The form with a field filled in.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The fields as they would be sent: of several radio buttons the one that is chosen or, where none
/// is, the first; and every box ticked.
fn fields(content: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for part in content.split("<input").skip(1) {
        let opening = part.split_once('>').map_or(part, |(opening, _)| opening);
        let is = |word: &str| opening.split(' ').any(|attribute| attribute == word);
        let Some(name) = attribute(opening, "name").filter(|_| !is("disabled")) else { continue };
        let value = attribute(opening, "value").unwrap_or_default();
        let is_choice = attribute(opening, "type").as_deref() == Some("radio");
        match fields.iter_mut().find(|(known, _)| is_choice && *known == name) {
            Some((_, chosen)) if is("checked") => *chosen = value,
            Some(_) => {}
            None => fields.push((name, value)),
        }
    }
    fields
}

/// The value of an attribute, with the few entities that templates write.
pub(crate) fn attribute(opening: &str, name: &str) -> Option<String> {
    let start = opening.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = opening.get(start..)?.split('"').next()?;
    let plain = value.replace("&#38;", "&").replace("&amp;", "&").replace("&#34;", "\"").replace("&#39;", "'");
    Some(plain.replace("&#60;", "<").replace("&#62;", ">"))
}
