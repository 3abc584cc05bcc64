//! The invitation of a user to the phone app (FLOWS.md 8), on sheets beside the tab *Communication*: it is sent, its
//! steps are followed, and a verification code is shown once to be handed over.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::gate::{Console, FreshConsole};
use super::super::views::Choice;
use super::communication::{self, CommunicationSheet};
use super::invitation_views::{
    AskSheet, BlockedSheet, CodeSheet, InvitationCard, InvitationSheet, StepsSheet, WayToRelease,
};
use super::list::role_in_words;
use super::managed::{ManagedUser, show_outcome, word_of_change};
use super::timeline;
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::invitations::{HandedCode, InvitationWish};
use crate::directory::companies;
use crate::directory::contacts;
use crate::directory::invitations::{self, IdentityCheck, Invitation, InvitationState, InvitedData, releases};
use crate::directory::people::{self, PersonId};
use crate::directory::users::MembershipState;
use crate::platform::clock::Timestamp;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::{Language, Texts};
use crate::proofs::sign_up::PreparedCode;

const PAGE: &str = "invitation";
const DONE: [(&str, &str); 2] = [("sent", "invitation-done-sent"), ("cancelled", "invitation-done-cancelled")];
const REFUSED: [(&str, &str); 2] = [("nothing", "admin-refused-nothing"), ("early", "invitation-refused-early")];

/// The card on the tab; `None` for an administrator who may not invite.
pub(super) async fn card(
    console: &Console,
    managed: &ManagedUser,
    texts: Texts,
) -> Result<Option<InvitationCard>, Fault> {
    if !managed.reach.protects() || managed.member.state != MembershipState::Active {
        return Ok(None);
    }
    let newest = invitations::of_user(&console.app.db, console.company.id, managed.member.person).await?;
    let open = newest.as_ref().filter(|newest| newest.is_open(console.visit.now));
    Ok(Some(InvitationCard {
        until: open.map(|open| until(console, texts, open.expires_at)),
        has_former: newest.is_some(),
        identity: newest.as_ref().map(|newest| identity_in_words(console, texts, newest)),
    }))
}

fn identity_in_words(console: &Console, texts: Texts, of: &Invitation) -> String {
    let words = [
        ("name", of.inviter_name.as_str()),
        ("date", &frame::date_in_words(console, texts, of.sent_at)),
        ("how", &texts.text(of.identity_check.key())),
    ];
    texts.text_with("invitation-identity-by", &words)
}

/// An instant as sentences have it: "tomorrow 09:12".
pub(super) fn until(console: &Console, texts: Texts, at: Timestamp) -> String {
    let zone = &console.app.settings.time_zone;
    let (Some(then), Some(now)) = (at.in_zone(zone), console.visit.now.in_zone(zone)) else { return String::new() };
    if now.date().tomorrow().is_ok_and(|tomorrow| tomorrow == then.date()) {
        let time = texts.time(then.datetime());
        return texts.text_with("admin-when", &[("day", &texts.text("admin-tomorrow-within")), ("time", &time)]);
    }
    frame::when_within(console, texts, at)
}

async fn show_sheet(
    console: &Console,
    managed: &ManagedUser,
    status: StatusCode,
    sheet: CommunicationSheet<'_>,
) -> Result<Response, EarlyAnswer> {
    let view = communication::beside(console, managed, sheet).await?;
    Ok(refusal::show(status, &view))
}

/// Shows the steps of the newest invitation; without one, asks to send it.
pub(crate) async fn show(
    console: Console,
    managed: ManagedUser,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    let newest = invitations::of_user(&console.app.db, console.company.id, managed.member.person).await?;
    let Some(newest) = newest else { return Ok(console.go_to(&managed.path("invitation/new"))) };
    let steps = invitations::steps(&console.app.db, newest.id).await?;
    let page = Page::new(console.visit.language, "", "");
    let texts = page.texts;
    let refused = REFUSED.iter().find(|(word, _)| *word == query.field("refused"));
    let stands = newest.stands(console.visit.now);
    let sheet = StepsSheet {
        name: managed.member.given_name.clone(),
        until: match stands {
            InvitationState::Ended(end) => texts.text(timeline::end_key(end)),
            _ => texts.text_with("invitation-until", &[("time", &until(&console, texts, newest.expires_at))]),
        },
        done: frame::confirmation(texts, &query, &DONE),
        refused: refused.map(|(_, key)| texts.text(key)),
        nodes: timeline::nodes(&console, &managed, texts, (&newest, &steps)).await?,
        is_open: !matches!(stands, InvitationState::Ended(_)),
        may_send: managed.member.state == MembershipState::Active,
    };
    show_sheet(&console, &managed, StatusCode::OK, (PAGE, InvitationSheet::Steps(sheet))).await
}

/// Asks to send an invitation.
pub(crate) async fn ask(FreshConsole(console): FreshConsole, managed: ManagedUser) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    ask_with(&console, &managed, &Parameters::parse(""), None).await
}

/// The sheet that asks, or the one that says what has changed since the first invitation.
async fn ask_with(
    console: &Console,
    managed: &ManagedUser,
    fields: &Parameters,
    error: Option<&'static str>,
) -> Result<Response, EarlyAnswer> {
    let page = Page::new(console.visit.language, "", "");
    let person = managed.member.person;
    let found = people::find(&console.app.db, person).await?.ok_or_else(EarlyAnswer::not_found)?;
    let phone = contacts::of_person(&console.app.db, person).await?.phone.map(|phone| phone.number);
    let data = InvitedData::of(&found, phone.as_ref());
    let first = invitations::first_data(&console.app.db, person).await?;
    if let Some(first) = first.filter(|first| !data.changes_since(&first.data).is_empty()) {
        let sheet = blocked(console, managed, &page, (&first.data, &data)).await?;
        return show_sheet(console, managed, StatusCode::OK, ("invitation/new", InvitationSheet::Blocked(sheet))).await;
    }
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let language = Language::parse_tag(&found.language).filter(|language| *language != Language::English);
    let none = || page.t("admin-phone-none");
    let sheet = AskSheet {
        name: managed.member.given_name.clone(),
        facts: vec![
            (page.t("admin-name"), data.name()),
            (page.t("admin-email"), data.email.clone()),
            (page.t("invitation-phone"), phone.as_ref().map_or_else(none, PhoneNumber::readable)),
            (page.t("admin-company"), console.company.name.clone()),
            (page.t("admin-role"), role_in_words(page.texts, &managed.member)),
        ],
        lacks_phone: phone.is_none(),
        is_verified: fields.field("verified") == "yes",
        ways: IdentityCheck::CHOSEN
            .map(|way| Choice {
                word: way.as_str().to_owned(),
                name: page.t(way.key()),
                on: fields.field("identity") == way.as_str(),
            })
            .into(),
        language: language.map(|language| language.name().to_owned()),
        error: error.map(|key| page.t1(key, "name", &managed.member.given_name)),
    };
    show_sheet(console, managed, status, ("invitation/new", InvitationSheet::Ask(sheet))).await
}

async fn blocked(
    console: &Console,
    managed: &ManagedUser,
    page: &Page,
    (first, now): (&InvitedData, &InvitedData),
) -> Result<BlockedSheet, Fault> {
    let phone = |data: &InvitedData| data.readable_phone().unwrap_or_else(|| page.t("admin-phone-none"));
    let facts = now.changes_since(first).into_iter().map(|word| {
        let (label, was, is) = match word {
            "name" => (page.t("admin-name"), first.name(), now.name()),
            "email" => (page.t("admin-email"), first.email.clone(), now.email.clone()),
            _ => (page.t("invitation-phone"), phone(first), phone(now)),
        };
        (label, page.texts.text_with("invitation-blocked-change", &[("was", &was), ("is", &is)]))
    });
    let asked = releases::of_person(&console.app.db, managed.member.person).await?;
    let asked = asked.filter(|asked| asked.data == *now && asked.company == console.company.id);
    let way = match asked {
        Some(asked) => {
            let time = frame::when_within(console, page.texts, asked.asked_at);
            let words = [("time", time.as_str()), ("name", asked.asker_name.as_str())];
            WayToRelease::Asked(page.texts.text_with("invitation-blocked-asked", &words))
        }
        None if companies::operator(&console.app.db).await?.is_some() => WayToRelease::Request,
        None => WayToRelease::Letter(console.app.settings.contact.email.clone()),
    };
    Ok(BlockedSheet {
        name: managed.member.given_name.clone(),
        facts: facts.collect(),
        operator: console.app.settings.organisation.clone(),
        way,
    })
}

/// Asks the operator to release the changed data.
pub(crate) async fn ask_release(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    let person = managed.member.person;
    console.act(move |tx, context| Box::pin(acts::releases::ask(tx, context, person))).await?;
    Ok(console.go_to(&managed.path("invitation/new")))
}

/// Sends an invitation.
pub(crate) async fn send(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    if fields.field("verified") != "yes" {
        return ask_with(&console, &managed, &fields, Some("invitation-error-not-verified")).await;
    }
    let Some(identity_check) = IdentityCheck::chosen(fields.field("identity")) else {
        return ask_with(&console, &managed, &fields, Some("invitation-error-how")).await;
    };
    let code = PreparedCode::new(&console.app.random, &console.app.hashing).await?;
    let (person, wish) = (managed.member.person, InvitationWish { identity_check, code });
    let result = console
        .act(move |tx, context| Box::pin(async move { acts::invitations::send(tx, context, person, &wish).await }));
    match result.await {
        Err(Stop::ChangedSinceFirst(_)) => ask_with(&console, &managed, &fields, None).await,
        result => show_outcome(&console, person, PAGE, result.map(|()| "sent")),
    }
}

/// Cancels the invitation.
pub(crate) async fn cancel(console: Console, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    let result = console.act(move |tx, context| Box::pin(acts::invitations::cancel(tx, context, person))).await;
    show_outcome(&console, person, PAGE, result.and_then(|effect| word_of_change(effect, "cancelled")))
}

/// Makes a verification code, and shows it once.
pub(crate) async fn make_code(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    let person = managed.member.person;
    let result = console.act(move |tx, context| Box::pin(acts::invitations::make_code(tx, context, person))).await;
    let HandedCode { code, until: works_until, invitation_until } = match result {
        Err(Stop::CodeNotEntered) => return Ok(console.go_to(&format!("{}?refused=early", managed.path(PAGE)))),
        result => result?,
    };
    let texts = Texts::new(console.visit.language);
    let (front, back) = code.reveal().split_at(3);
    let sheet = CodeSheet {
        name: managed.member.given_name.clone(),
        code: format!("{front} {back}"),
        until: until(&console, texts, works_until),
        invitation_until: until(&console, texts, invitation_until),
    };
    show_sheet(&console, &managed, StatusCode::OK, ("invitation/code", InvitationSheet::Code(sheet))).await
}
