//! *Company look*: two logos and one colour, tried out in a preview before anybody else sees them.

mod form;
mod views;

use axum::extract::Multipart;
use axum::response::Response;
use http::StatusCode;

pub use views::{LookPage, Preview};

use super::frame;
use super::gate::{Console, FreshConsole};
use super::views::Section;
use crate::administration::looks::{self as acts, LookChange};
use crate::directory::looks::{self, Accent, CompanyLook, Stage};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Parameters, UrlQuery};
use crate::platform::web::refusal;
use form::{ColourMistake, LookForm};

/// The acts that the page knows, each with the key of its confirmation.
const DONE: [(&str, &str); 2] = [("published", "look-done-published"), ("removed", "look-done-removed")];

/// Shows the look with its preview.
pub(crate) async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    page(&console, &query, LookMistake::default()).await
}

/// Saves the form as the draft, or publishes it on every page.
pub async fn change(console: Console, form: Multipart) -> Result<Response, EarlyAnswer> {
    let sent = match LookForm::read(form).await {
        Ok(sent) => sent,
        Err(wrong) => {
            let wrong = LookMistake { key: Some(wrong.key()), ..LookMistake::default() };
            return page(&console, &Parameters::default(), wrong).await;
        }
    };
    let accent = match sent.accent() {
        Ok(accent) => accent,
        Err(colour) => {
            let wrong = LookMistake { key: None, typed: sent.colour.clone(), colour: Some(colour) };
            return page(&console, &Parameters::default(), wrong).await;
        }
    };
    let publishes = sent.publishes;
    let change = LookChange { accent, light_logo: sent.light, dark_logo: sent.dark };
    console
        .act(move |tx, context| {
            Box::pin(async move {
                if publishes {
                    acts::publish(tx, context, &change).await
                } else {
                    acts::try_out(tx, context, &change).await
                }
            })
        })
        .await?;
    console.app.looks.forget();
    Ok(console.go_to(if publishes { "look?done=published" } else { "look" }))
}

/// Removes the look, so that the company has Salpa's again.
pub async fn remove(FreshConsole(console): FreshConsole) -> Result<Response, EarlyAnswer> {
    console.act(|tx, context| Box::pin(acts::remove(tx, context))).await?;
    console.app.looks.forget();
    Ok(console.go_to("look?done=removed"))
}

/// The look that the page shows: the draft, else the published one.
struct CurrentLook {
    look: CompanyLook,
    is_draft: bool,
    is_published: bool,
}

async fn current(console: &Console) -> Result<CurrentLook, Fault> {
    let mut reader = console.app.db.reader().await?;
    let draft = looks::find(&mut reader, console.company.id, Stage::Draft).await?;
    let published = looks::find(&mut reader, console.company.id, Stage::Published).await?;
    let (is_draft, is_published) = (draft.is_some(), published.is_some());
    Ok(CurrentLook { look: draft.or(published).unwrap_or(CompanyLook::SALPA), is_draft, is_published })
}

/// The mistake in a form: a logo, by the key of its text, or the typed colour.
#[derive(Default)]
struct LookMistake {
    key: Option<&'static str>,
    typed: String,
    colour: Option<ColourMistake>,
}

/// The page, with the mistake in the form.
async fn page(console: &Console, query: &Parameters, wrong: LookMistake) -> Result<Response, EarlyAnswer> {
    let CurrentLook { look, is_draft, is_published } = current(console).await?;
    let (page, frame) = frame::page(console, Section::Look, "look").await?;
    let path = |hash: &String| looks::logo_path(console.company.id, hash);
    let contrast = format!("{:.1} : 1", look.accent.contrast_of_white());
    let lighter = format!("#{}", look.accent.on_dark_pages().accent);
    let LookMistake { key, typed, colour } = wrong;
    let (told, suggestion) = colour.map(|colour| (colour.told, colour.suggestion)).unzip();
    let error = key.map(|key| page.t(key)).or(told);
    let typed = Some(typed).filter(|typed| !typed.is_empty());
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let preview = Preview {
        style: looks::preview_path(look.accent),
        name: console.company.name.clone(),
        address: console.app.settings.public_url.host().to_owned(),
        logo: if query.field("dark") == "1" {
            look.dark_logo.as_ref().or(look.light_logo.as_ref()).map(path)
        } else {
            look.light_logo.as_ref().or(look.dark_logo.as_ref()).map(path)
        },
        email: query.field("show") == "email",
        dark: query.field("dark") == "1",
    };
    let view = LookPage {
        status: frame::confirmation(page.texts, query, &DONE),
        colour: typed.unwrap_or_else(|| format!("#{}", look.accent.colour())),
        contrast: page.t1("look-contrast", "contrast", &contrast),
        lighter: page.t1("look-lighter", "colour", &lighter),
        error,
        suggestion: suggestion.flatten(),
        light_logo: look.light_logo.as_ref().map(path),
        dark_logo: look.dark_logo.as_ref().map(path),
        is_draft,
        has_look: is_draft || is_published || look.accent != Accent::SALPA,
        preview,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}
