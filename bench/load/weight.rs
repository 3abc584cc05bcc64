//! The weight of each page of the sign-in, with everything that it references, compressed as for a browser.

use crate::Outcome;
use crate::browser::{Browser, Form, Place, attribute, task};

/// The limit of a page, in bytes: 30 kB.
pub(crate) const MOST: usize = 30_000;

/// A page and its weight.
pub(crate) struct Weight {
    /// The page: the last part of its address, or the name of its form.
    pub(crate) page: String,
    /// Its own bytes, as they were sent.
    pub(crate) own: usize,
    /// The bytes of what it references.
    pub(crate) referenced: usize,
    /// References to other hosts. There must be none.
    pub(crate) foreign: Vec<String>,
}

/// Weighs a page that is shown at a path.
pub(crate) async fn weigh(browser: &mut Browser, path: &str, html: &str) -> Outcome<Weight> {
    let page = task(html).map_or_else(|| path.to_owned(), |form| form.action);
    let page = page.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default().to_owned();
    let (_, own) = browser.fetch_compressed(path).await?;
    let mut weight = Weight { page, own: own.len(), referenced: 0, foreign: Vec::new() };
    let mut waiting = references(html);
    let mut seen = Vec::new();
    while let Some(reference) = waiting.pop() {
        if seen.contains(&reference) || reference.starts_with("data:") {
            continue;
        }
        if reference.contains("://") || reference.starts_with("//") {
            weight.foreign.push(reference);
            continue;
        }
        let (status, content) = browser.fetch_compressed(&reference).await?;
        if status != 200 {
            return Err(format!("{path} references {reference}, which answered {status}").into());
        }
        weight.referenced += content.len();
        waiting.extend(browser.open_text(&reference).await?.map_or_else(Vec::new, |text| imports(&text, &reference)));
        seen.push(reference);
    }
    Ok(weight)
}

/// The references of a page that a browser loads by itself.
fn references(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (element, name) in [("<link ", "href"), ("<script ", "src"), ("<img ", "src")] {
        for part in html.split(element).skip(1) {
            let opening = format!(" {}", part.split('>').next().unwrap_or_default());
            let rel = attribute(&opening, "rel").unwrap_or_default();
            if !matches!(rel.as_str(), "canonical" | "alternate") {
                found.extend(attribute(&opening, name));
            }
        }
    }
    found
}

/// The references of a style sheet or a module: `url(…)` and `import … "…"`.
fn imports(text: &str, base: &str) -> Vec<String> {
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for part in text.split("url(").skip(1) {
        found.extend(part.split(')').next().map(|inner| inner.trim_matches(['"', '\'']).to_owned()));
    }
    for line in text.lines().filter(|line| line.trim_start().starts_with("import ")) {
        found.extend(line.split(['"', '\'']).nth(1).map(str::to_owned));
    }
    let whole = |reference: String| match reference.strip_prefix("./") {
        Some(local) => format!("{folder}/{local}"),
        None if reference.starts_with('/') || reference.contains(':') => reference,
        None => format!("{folder}/{reference}"),
    };
    found.into_iter().map(whole).collect()
}

/// Walks a sign-in with everything that it asks for, and weighs each page on the way, until it is
/// done or has come to the page named `last`.
pub(crate) async fn walk(
    browser: &mut Browser,
    start: &str,
    last: &str,
    answer: impl Fn(&str, Form) -> Outcome<Form>,
) -> Outcome<Vec<Weight>> {
    let mut weights = Vec::new();
    let mut place = browser.open(start).await?;
    for _ in 0..10 {
        let Place::Page(path, html) = place else { return Ok(weights) };
        weights.push(weigh(browser, &path, &html).await?);
        if weights.last().is_some_and(|weight| weight.page == last) {
            return Ok(weights);
        }
        let Some(form) = task(&html) else { return Err(format!("{path} has no task").into()) };
        place = browser.send(&answer(&html, form)?).await?;
    }
    Err("the sign-in does not end".into())
}
