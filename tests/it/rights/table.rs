//! The table of rights, read from the document that people read.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request};
use salpa::routes;
use tower::ServiceExt;

use crate::support::{OUR_HOST, Service};

const DOCUMENT: &str = include_str!("../../../docs/rights.md");

/// URLs that answer alike.
#[derive(Debug)]
pub struct Group {
    pub name: &'static str,
    /// The callers and their answers.
    pub cells: Vec<(&'static str, Answer)>,
    pub lines: Vec<Line>,
}

/// A URL with a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub method: &'static str,
    pub path: &'static str,
}

/// The answer to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The requested thing.
    Yes,
    /// A sign-in begins, and leads back.
    SignIn,
    /// This status. Whether there is such a thing is not told.
    Refused(u16),
    /// This status, and another one where there is no such thing.
    RefusedUnlessThereIsNone(u16, u16),
}

impl Answer {
    fn read(cell: &str) -> Self {
        let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{cell} is no answer"));
        match cell {
            "yes" => Self::Yes,
            "sign-in" => Self::SignIn,
            other => match other.strip_suffix(')').and_then(|other| other.split_once(" (")) {
                Some((there, none)) => Self::RefusedUnlessThereIsNone(number(there), number(none)),
                None => Self::Refused(number(other)),
            },
        }
    }
}

/// The groups of the document, in their order. The acts behind them have a table of their own (`doors/document.rs`).
pub fn groups() -> Vec<Group> {
    let of_urls = DOCUMENT.split("\n# Acts").next().unwrap_or_default();
    of_urls.split("\n## ").skip(1).filter_map(group).collect()
}

fn group(section: &'static str) -> Option<Group> {
    let name = section.lines().next().unwrap();
    let mut rows = section.lines().filter(|line| line.starts_with('|'));
    let (askers, _, answers) = (rows.next()?, rows.next()?, rows.next()?);
    assert!(rows.next().is_none(), "{name}: one row of answers");
    let cells = |row: &'static str| row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>();
    let (askers, answers) = (cells(askers), cells(answers));
    assert_eq!(askers.len(), answers.len(), "{name}");
    let urls = section.split("```").nth(1).unwrap_or_else(|| panic!("{name} has no URLs")).trim();
    let line = |line: &'static str| {
        let (methods, path) = line.split_at(line.find('/').unwrap_or_else(|| panic!("{line} has no path")));
        methods.split_whitespace().map(move |method| Line { method, path: path.trim() })
    };
    Some(Group {
        name,
        cells: askers.into_iter().zip(answers.into_iter().map(Answer::read)).collect(),
        lines: urls.lines().flat_map(line).collect(),
    })
}

/// Every method of every URL that the program answers, as it says itself: which paths there are its table
/// knows, and what each can be asked it tells whoever asks for something else.
pub async fn of_the_program(service: &Service) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for path in routes::paths(&service.app) {
        let filled: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        let mut request = Request::builder()
            .method(Method::from_bytes(b"WONDER").unwrap())
            .uri(filled.join("/"))
            .header("host", OUR_HOST)
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([203, 0, 113, 9], 40_000))));
        let response = service.router.clone().oneshot(request).await.unwrap();
        if response.status() != 405 {
            found.insert((path, "ANY".to_owned()));
            continue;
        }
        let methods = response.headers()["allow"].to_str().unwrap();
        for method in methods.split(',').map(str::trim).filter(|method| *method != "HEAD") {
            found.insert((path.clone(), method.to_owned()));
        }
    }
    found
}
