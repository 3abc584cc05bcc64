//! Every page with sample data, in every language: no text is missing, nothing stands in it that
//! the Content-Security-Policy would stop, and it stays light.
//!
//! `SALPA_GALLERY=folder` also writes the pages there, to be looked at.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::assigning_clones,
    clippy::print_stdout,
    reason = "a test may fall over what it did not expect"
)]

#[path = "pages/samples.rs"]
mod samples;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::Path as UrlPath;
use axum::http::{Request, Response, header};
use http_body_util::BodyExt as _;
use salpa::platform::web::static_files;
use salpa::platform::web::translations::{Language, Texts};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::compression::CompressionLayer;

/// No page loads more than this, compressed.
const HEAVIEST_PAGE: usize = 30_000;

#[test]
fn pages_have_all_their_texts_and_the_right_language() {
    for page in samples::all() {
        assert!(!page.html.contains('⟦'), "{}: a text is missing", page.name);
        assert!(!page.html.contains("{$"), "{}: a word is missing", page.name);
        let lang = format!("<html lang=\"{}\">", page.language.tag());
        assert!(page.html.contains(&lang), "{}: {lang}", page.name);
        assert_eq!(page.html.matches("<h1").count(), 1, "{}: one title", page.name);
    }
}

#[test]
fn pages_hold_nothing_that_the_policy_stops() {
    for page in samples::all() {
        for tag in tags(&page.html) {
            let name = tag.split([' ', '\n', '>']).next().unwrap();
            assert_ne!(name, "style", "{}: {tag}", page.name);
            if name == "script" {
                assert!(tag.contains(" src=\"/static/"), "{}: {tag}", page.name);
            }
            for attribute in attributes(tag) {
                assert_ne!(attribute, "style", "{}: {tag}", page.name);
                assert!(!attribute.starts_with("on"), "{}: {tag}", page.name);
            }
        }
        assert!(!page.html.contains("javascript:"), "{}", page.name);
    }
}

#[test]
fn the_target_of_a_field_exists_once() {
    for page in samples::all() {
        let mut ids = BTreeMap::new();
        let mut pointed = BTreeSet::new();
        for tag in tags(&page.html) {
            if let Some(id) = value(tag, "id") {
                *ids.entry(id).or_insert(0) += 1;
            }
            for attribute in ["aria-describedby", "aria-labelledby", "for", "form"] {
                pointed.extend(value(tag, attribute).unwrap_or("").split_whitespace());
            }
        }
        for (id, count) in &ids {
            assert_eq!(*count, 1, "{}: id {id}", page.name);
        }
        for id in pointed {
            assert!(ids.contains_key(id), "{}: no {id}", page.name);
        }
    }
}

#[test]
fn typed_texts_are_shown_as_text() {
    for page in samples::hostile() {
        assert!(!page.html.contains("<b>"), "{}", page.name);
        assert!(!page.html.contains("x\" onfocus"), "{}", page.name);
    }
}

#[tokio::test]
async fn pages_are_light() {
    let mut files = BTreeMap::new();
    for page in samples::all() {
        let mut weight = compressed("text/html", page.html.clone().into_bytes()).await;
        for tag in tags(&page.html) {
            for url in [value(tag, "src"), value(tag, "href")].into_iter().flatten() {
                let Some(rest) = url.strip_prefix("/static/") else {
                    continue;
                };
                if !files.contains_key(url) {
                    let (hash, file) = rest.split_once('/').unwrap();
                    let response = static_files::serve(UrlPath((hash.to_owned(), file.to_owned()))).await;
                    assert_eq!(response.status(), 200, "{}: {url}", page.name);
                    let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
                    let kind = kind.to_owned();
                    let body = response.into_body().collect().await.unwrap().to_bytes();
                    files.insert(url.to_owned(), compressed(&kind, body.to_vec()).await);
                }
                weight += files[url];
            }
        }
        println!("{:>6} {}", weight, page.name);
        assert!(weight < HEAVIEST_PAGE, "{}: {weight} bytes", page.name);
    }
}

#[test]
fn both_languages_say_the_same() {
    let english = messages(Language::English);
    let finnish = messages(Language::Finnish);
    assert_eq!(english.keys().collect::<Vec<_>>(), finnish.keys().collect::<Vec<_>>(), "the same keys");
    for (key, words) in &english {
        assert_eq!(words, &finnish[key], "the same words in {key}");
    }
}

#[test]
fn every_text_that_is_asked_for_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = messages(Language::English);
    let calls = ["t(\"", "t1(\"", "wait(\"", ".text(\"", ".text_with(\"", ".count(\""];
    let mut files = Vec::new();
    walk(&root.join("templates"), &mut files);
    walk(&root.join("src"), &mut files);
    let mut asked = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        // Keys in a module's own tests may be missing on purpose.
        let text = text.split("#[cfg(test)]").next().unwrap();
        for call in calls {
            for (at, _) in text.match_indices(call) {
                let before = text[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let key = text[at + call.len()..].split('"').next().unwrap();
                assert!(known.contains_key(key), "{}: {key}", file.display());
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "only {asked} found: has the way to ask changed?");
}

#[test]
fn texts_keep_to_the_tone() {
    for language in Language::ALL {
        let texts = Texts::new(language);
        for (key, words) in messages(language) {
            let filled: Vec<_> = words.iter().map(|word| (word.as_str(), "1")).collect();
            let text = texts.text_with(&key, &filled);
            assert!(!text.contains('!'), "{key}: {text}");
            assert!(!text.contains('⟦'), "{key}: {text}");
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the tests' own settings")]
fn gallery() {
    let Some(folder) = std::env::var_os("SALPA_GALLERY").map(PathBuf::from) else {
        return;
    };
    for page in samples::all() {
        let folder = folder.join(page.language.tag());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{}.html", page.name)), page.html).unwrap();
    }
}

/// The opening tags of a page, without the brackets.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(|tag| tag.split('>').next().unwrap())
}

fn attributes(tag: &str) -> Vec<&str> {
    // Values may hold spaces and equals signs: take only what stands outside of quotes.
    tag.split('"')
        .step_by(2)
        .flat_map(str::split_whitespace)
        .skip(1)
        .map(|attribute| attribute.trim_end_matches('='))
        .collect()
}

fn value<'a>(tag: &'a str, attribute: &str) -> Option<&'a str> {
    let start = format!(" {attribute}=\"");
    tag.split_once(&start)?.1.split('"').next()
}

/// The size of a body after the compression that the server uses.
async fn compressed(content_type: &str, body: Vec<u8>) -> usize {
    let content_type = content_type.to_owned();
    let service = CompressionLayer::new().layer(service_fn(move |_: Request<Body>| {
        let response = Response::builder()
            .header(header::CONTENT_TYPE, content_type.clone())
            .body(Body::from(body.clone()))
            .unwrap();
        async move { Ok::<_, std::convert::Infallible>(response) }
    }));
    let request = Request::builder().header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    let body = response.into_body().collect().await;
    body.map_err(|_| "no body").unwrap().to_bytes().len()
}

/// The keys of a language with the words that are put into each text.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language.tag());
    let mut files = Vec::new();
    walk(&folder, &mut files);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let resource = fluent_bundle::FluentResource::try_new(text.clone());
        assert!(resource.is_ok(), "{}: {resource:?}", file.display());
        let mut key = String::new();
        for line in text.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                key = line.split([' ', '=']).next().unwrap().to_owned();
                let first = found.insert(key.clone(), BTreeSet::new()).is_none();
                assert!(first, "{}: {key} is there twice", file.display());
            }
            for word in line.split('$').skip(1) {
                let end = word.find(|c: char| !c.is_alphanumeric() && c != '_');
                let word = &word[..end.unwrap_or(word.len())];
                found.get_mut(&key).unwrap().insert(word.to_owned());
            }
        }
    }
    found
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}
