//! Asks for one thing as everybody, and says where the answers are not what the table of rights has.

use http::{HeaderMap, Method, StatusCode};

use super::table::{Answer, Group, Line};
use super::world::{OWNER, Things, World};

/// An answer, as far as it may tell something.
#[derive(Debug, Clone)]
pub struct LineResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl LineResponse {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether it is this answer to who asked for `path`. Of what changes nothing by itself, a form that was looked
    /// at and found wanting is what was asked for, too.
    fn is(&self, answer: Answer, path: &str, changes: bool) -> bool {
        let location = self.header("location");
        let leads_to_sign_in = location.starts_with("/sign-in/") && !path.starts_with(location);
        match answer {
            Answer::Yes if self.status == StatusCode::UNPROCESSABLE_ENTITY => !changes,
            Answer::Yes => (self.status.is_success() || self.status.is_redirection()) && !leads_to_sign_in,
            Answer::SignIn => self.status == StatusCode::SEE_OTHER && leads_to_sign_in,
            Answer::Refused(status) | Answer::RefusedUnlessThereIsNone(status, _) => self.status == status,
        }
    }

    fn in_words(&self) -> String {
        format!("{} {} {}", self.status.as_u16(), self.header("location"), self.title())
    }

    fn title(&self) -> String {
        let title = self.body.split_once("<h1").and_then(|(_, rest)| rest.split_once('>')).map(|(_, rest)| rest);
        let title = title.and_then(|rest| rest.split_once("</h1>")).map_or(self.body.as_str(), |(title, _)| title);
        title.trim().chars().take(120).collect()
    }

    /// The same without what is new in every answer: identifiers, and the names of errors.
    fn without_names(&self) -> (u16, Vec<String>, String) {
        let headers = ["location", "content-type", "www-authenticate", "allow", "cache-control"];
        let headers = headers.into_iter().map(|name| without_identifiers(self.header(name)));
        (self.status.as_u16(), headers.collect(), without_identifiers(&self.body))
    }
}

/// A text with every identifier and every name of an error alike.
fn without_identifiers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = if rest.get(..36).is_some_and(|start| start.parse::<uuid::Uuid>().is_ok()) {
            36
        } else if rest.starts_with("SLP-") {
            rest.len().min(13)
        } else {
            plain.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        plain.push('#');
        rest = rest.get(length..).unwrap_or_default();
    }
    plain
}

/// Somebody who asks.
pub trait Asker {
    async fn ask(&mut self, line: Line, path: &str, things: &Things) -> LineResponse;

    /// Whether the things belong to nobody who asks, so that there can be others for each.
    fn wants_things_anew(&self, line: Line) -> bool;
}

/// The differences from the table, line by line.
#[derive(Debug, Default)]
pub struct Walk {
    pub wrong: Vec<String>,
    /// How many questions were asked.
    pub asked: usize,
}

impl Walk {
    /// Asks for one URL as everybody: first as those who are refused, then as the others.
    pub async fn line<A: Asker>(
        &mut self,
        world: &World,
        group: &Group,
        line: Line,
        (mut things, mut askers): (Things, Vec<(Answer, &'static str, A)>),
        changes: bool,
    ) {
        askers.sort_by_key(|(answer, _, _)| *answer == Answer::Yes);
        let refused = askers.iter().take_while(|(answer, _, _)| *answer != Answer::Yes).count();
        let before = world.rows().await;
        for (answer, who, asker) in &mut askers[..refused] {
            self.refused(world, (group, line), &things, (*answer, who, asker)).await;
        }
        let mut now = world.rows().await;
        let differs: Vec<_> = before.symmetric_difference(&now).take(3).collect();
        if !differs.is_empty() {
            self.wrong.push(format!("{} {}: who may not do it changes {differs:#?}", line.method, line.path));
        }
        for (at, (answer, who, asker)) in askers[refused..].iter_mut().enumerate() {
            if at > 0 && asker.wants_things_anew(line) {
                // The next caller needs new things, because this one may have removed these.
                things = world.things(line).await;
                now = world.rows().await;
            }
            self.ask(group, line, (*answer, who, asker), (&things.path(line.path), &things, changes)).await;
            if changes && now == world.rows().await {
                self.wrong.push(format!("{} {} as {who}: who may do it changes nothing", line.method, line.path));
            }
        }
    }

    /// Asks as somebody who is refused, and for what is not there, too.
    async fn refused<A: Asker>(
        &mut self,
        world: &World,
        (group, line): (&Group, Line),
        things: &Things,
        (answer, who, asker): (Answer, &str, &mut A),
    ) {
        let path = things.path(line.path);
        let Some(response) = self.ask(group, line, (answer, who, asker), (&path, things, false)).await else { return };
        let none = things.path_of_none(line.path, &world.service).filter(|_| who != OWNER);
        let Some(none) = none else { return };
        let of_none = asker.ask(line, &none, things).await;
        let is_alike = match answer {
            Answer::RefusedUnlessThereIsNone(_, status) => of_none.status == status,
            _ => of_none.without_names() == response.without_names(),
        };
        if !is_alike {
            let (method, path) = (line.method, line.path);
            self.wrong.push(format!("{method} {path} as {who}: of nothing is told {}", of_none.in_words()));
        }
    }

    async fn ask<A: Asker>(
        &mut self,
        group: &Group,
        line: Line,
        (answer, who, asker): (Answer, &str, &mut A),
        (path, things, changes): (&str, &Things, bool),
    ) -> Option<LineResponse> {
        self.asked += 1;
        let response = asker.ask(line, path, things).await;
        if response.is(answer, path, changes) {
            return Some(response);
        }
        let (method, place) = (line.method, line.path);
        self.wrong.push(format!(
            "{method} {place} as {who} ({}): {answer:?} is told {}",
            group.name,
            response.in_words()
        ));
        None
    }

    /// Stops where anything was wrong.
    pub fn end(self) {
        assert!(self.wrong.is_empty(), "{} of {}:\n{}", self.wrong.len(), self.asked, self.wrong.join("\n"));
    }
}

pub fn method(line: Line) -> Method {
    if line.method == "ANY" { Method::GET } else { line.method.parse().unwrap() }
}
