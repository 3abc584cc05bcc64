//! The tab *Communication*: the phone for codes, set with a fresh proof by an administrator of the person's basic
//! company (FLOWS.md 5), and the language of messages. Nobody else changes a person's email.

use axum::response::Response;
use http::StatusCode;

use super::super::form_pages::kept;
use super::super::gate::{CompanyGate, Console, FreshConsole};
use super::super::views::Choice;
use super::basic_data::act_outcome;
use super::invitation;
use super::invitation_views::InvitationSheet;
use super::managed::{ManagedUser, UserFrame, path, show_outcome};
use super::views::{CommunicationPage, MayCommunicate, UserTab};
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::reach::Reach;
use crate::directory::contacts::{self, Origin, PhoneRefusal};
use crate::directory::people::PersonId;
use crate::platform::phone_number::{NotANumber, PhoneNumber};
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Language;

const PAGE: &str = "communication";
const DONE: [(&str, &str); 1] = [("communication", "admin-done-communication")];
const REFUSED: [(&str, &str); 0] = [];

/// The error of a phone, and the number that was probably meant.
pub(super) struct PhoneError {
    pub(super) key: &'static str,
    pub(super) offered: Option<String>,
}

impl PhoneError {
    /// The error of a phone that cannot be set; `None` if the number is not to blame.
    pub(super) fn of(cannot: PhoneRefusal) -> Option<Self> {
        let key = match cannot {
            PhoneRefusal::NotMobile => "account-error-phone-not-mobile",
            PhoneRefusal::Country => "account-error-phone-not-there",
            PhoneRefusal::Own | PhoneRefusal::NotTheirCompany | PhoneRefusal::Same => return None,
        };
        Some(Self { key, offered: None })
    }
}

/// Shows the tab.
pub async fn show(console: Console, managed: ManagedUser, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    page(&console, &managed, &query, None).await
}

/// Asks for the proof that a change of another's phone needs, and comes back to the tab.
pub async fn prove(FreshConsole(console): FreshConsole, managed: ManagedUser) -> Result<Response, EarlyAnswer> {
    Ok(console.go_to(&managed.path("communication")))
}

async fn page(
    console: &Console,
    managed: &ManagedUser,
    query: &Parameters,
    wrong: Option<(String, PhoneError)>,
) -> Result<Response, EarlyAnswer> {
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(refusal::show(status, &view(console, managed, (PAGE, query), wrong).await?))
}

/// A sheet, with its page within the user.
pub(super) type CommunicationSheet<'s> = (&'s str, InvitationSheet);

/// The tab with a sheet beside it.
pub(super) async fn beside(
    console: &Console,
    managed: &ManagedUser,
    (path, sheet): CommunicationSheet<'_>,
) -> Result<CommunicationPage, EarlyAnswer> {
    let view = view(console, managed, (path, &Parameters::parse("")), None).await?;
    Ok(CommunicationPage { sheet: Some(sheet), ..view })
}

async fn view(
    console: &Console,
    managed: &ManagedUser,
    (path, query): (&str, &Parameters),
    wrong: Option<(String, PhoneError)>,
) -> Result<CommunicationPage, EarlyAnswer> {
    let UserFrame { page, frame, user } = managed.page(console, UserTab::Communication, path).await?;
    let may = match managed.reach {
        Reach::Own => MayCommunicate::Own,
        Reach::Membership | Reach::Protection => MayCommunicate::Nothing,
        Reach::Profile if console.is_fresh().await? => MayCommunicate::Now,
        Reach::Profile => MayCommunicate::OnceProven,
    };
    let found = contacts::of_person(&console.app.db, managed.member.person).await?;
    // The phone is hidden from administrators who may not edit it.
    let phone = found.phone.filter(|_| may != MayCommunicate::Nothing);
    let email = found.email.filter(|_| may != MayCommunicate::Nothing);
    let (typed, wrong) = wrong.map_or((None, None), |(typed, wrong)| (Some(typed), Some(wrong)));
    // Typed before a sign-in on the way.
    let kept = (query.field("typed") == "1" && may == MayCommunicate::Now).then_some(query);
    let typed = typed.or_else(|| kept.map(|query| query.field("phone").to_owned()));
    let chosen = kept.map_or(managed.member.language.as_str(), |query| query.field("language"));
    let languages = page.languages().map(|language| Choice {
        word: language.tag().to_owned(),
        name: language.name().to_owned(),
        on: language.tag() == chosen,
    });
    Ok(CommunicationPage {
        outcome: act_outcome(page.texts, query, &DONE, &REFUSED),
        phone_is_set: phone.as_ref().is_some_and(|phone| phone.origin != Origin::Confirmed),
        phone: typed.or_else(|| phone.map(|phone| phone.number.readable())).unwrap_or_default(),
        error: wrong.as_ref().map(|wrong| page.t(wrong.key)),
        offered: wrong.and_then(|wrong| wrong.offered),
        email: email.unwrap_or_else(|| managed.member.email.clone()),
        languages: languages.into_iter().collect(),
        may,
        invitation: invitation::card(console, managed, page.texts).await?,
        sheet: None,
        user,
        frame,
        page,
    })
}

/// Saves the phone and the language. A sign-in on the way brings back what was typed.
pub async fn save(
    gate: CompanyGate,
    PathEnd(person): PathEnd<PersonId>,
    UrlQuery(query): UrlQuery,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let back = kept(&path(person, "communication"), &fields, &["phone", "language"]);
    let console = gate.back_to(&back).enter_afresh().await?;
    let managed = ManagedUser::find(&console, person).await?.within_reach()?;
    let typed = fields.field("phone").to_owned();
    let phone = match (typed.trim().is_empty(), PhoneNumber::parse_in(&typed, &console.phone_countries())) {
        (true, _) => None,
        (false, Ok(phone)) => Some(phone),
        (false, Err(bad)) => return page(&console, &managed, &query, Some((typed, bad.into()))).await,
    };
    let id = managed.member.person;
    if phone.is_none() && contacts::of_person(&console.app.db, id).await?.phone.is_some() {
        let wrong = PhoneError { key: "account-error-phone-empty", offered: None };
        return page(&console, &managed, &query, Some((typed, wrong))).await;
    }
    let language = Language::parse_tag(fields.field("language"));
    let result = console.act(move |tx, context| {
        Box::pin(async move {
            if let Some(phone) = phone {
                acts::people::set_phone(tx, context, id, phone).await?;
            }
            if let Some(language) = language {
                acts::people::set_language(tx, context, id, language).await?;
            }
            Ok("communication")
        })
    });
    match result.await {
        Err(Stop::Phone(cannot)) => match PhoneError::of(cannot) {
            Some(wrong) => page(&console, &managed, &query, Some((typed, wrong))).await,
            None => Err(EarlyAnswer::not_found()),
        },
        result => show_outcome(&console, id, "communication", result),
    }
}

impl From<NotANumber> for PhoneError {
    fn from(bad: NotANumber) -> Self {
        let key = match &bad {
            NotANumber::NotInternational(_) => "account-error-phone-country",
            NotANumber::Punctuated(_) => "account-error-phone-marks",
            NotANumber::TrunkZero(_) => "account-error-phone-zero",
            NotANumber::Unknown => "account-error-phone-none",
        };
        Self { key, offered: bad.meant().map(PhoneNumber::readable) }
    }
}
