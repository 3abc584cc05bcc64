//! *Add user*: a new person, or one who has a profile already. Form, answer and time are the same for both: the typed
//! name and phone (FLOWS.md 5) are used for a new profile alone and never overwrite another. The added person is told
//! by email. The number that one administrator adds in a day is bounded, against trying addresses to find those with a
//! profile.
//!
//! The form asks for a fresh proof before it is filled in, so that no typed text is lost.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::views::Section;
use super::super::who::{Fresh, Here};
use super::access_rights::offered;
use super::basic_data::{choices, chosen};
use super::communication::Wrong;
use super::one::answer;
use super::views::{AddPage, AddTyped};
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::giving::Giving;
use crate::administration::users::{Addition, RoleWish};
use crate::directory::contacts::unfit;
use crate::directory::people::{self, Email, NewPerson, NotAnEmail};
use crate::directory::rights;
use crate::directory::users::Role;
use crate::platform::db::Source;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal;
use crate::platform::web::translations::Language;

const PAGE: &str = "users/new";

/// The typed person, or the field with an error and the key of the error.
pub(in crate::admin) fn newcomer(typed: &AddTyped) -> Result<NewPerson, (&'static str, &'static str)> {
    let email = Email::parse_new(&typed.email).map_err(|unfit| match unfit {
        NotAnEmail::Shape => ("email", "admin-error-email"),
        NotAnEmail::LocalPart => ("email", unfit.key()),
    })?;
    if !people::names_are_fine(&typed.given_name, &typed.family_name) {
        return Err(("given_name", "admin-error-name"));
    }
    let language = Language::parse_tag(&typed.language).unwrap_or(Language::English).tag().to_owned();
    let (given_name, family_name) = (typed.given_name.trim().to_owned(), typed.family_name.trim().to_owned());
    Ok(NewPerson { email, given_name, family_name, language })
}

/// The fields of the form, as they were typed.
pub(in crate::admin) fn typed(fields: &Parameters) -> AddTyped {
    AddTyped {
        email: fields.field("email").trim().to_owned(),
        given_name: fields.field("given_name").to_owned(),
        family_name: fields.field("family_name").to_owned(),
        language: fields.field("language").to_owned(),
        phone: fields.field("phone").trim().to_owned(),
    }
}

/// The phone that was typed, if one was.
fn phone(here: &Here, typed: &AddTyped) -> Result<Option<PhoneNumber>, Wrong> {
    if typed.phone.is_empty() {
        return Ok(None);
    }
    let phone = PhoneNumber::parse_in(&typed.phone, &here.phone_countries())?;
    match unfit(&here.app, &phone).and_then(Wrong::of) {
        None => Ok(Some(phone)),
        Some(wrong) => Err(wrong),
    }
}

/// Shows the form.
pub async fn ask(Fresh(here): Fresh) -> Result<Response, EarlyAnswer> {
    let language = here.visit.language.tag().to_owned();
    page(&here, AddTyped { language, ..AddTyped::default() }, &[Role::Employee], None).await
}

/// The field with an error, and the error.
type Mistake = (&'static str, Wrong);

fn mistake((field, key): (&'static str, &'static str)) -> Mistake {
    (field, Wrong { key, offered: None })
}

async fn page(here: &Here, typed: AddTyped, roles: &[Role], mistake: Option<Mistake>) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::around(here, Section::Users, PAGE).await?;
    let mut reader = here.app.db.reader().await?;
    let giving = Giving::of(&mut Source::Reader(&mut reader), here.place(here.authority)).await?;
    let profiles = rights::profiles(&mut reader, here.company.id).await?;
    drop(reader);
    let status = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = AddPage {
        typed,
        roles: choices(page.texts, here, roles),
        profiles: offered(&profiles, &giving, None),
        error: mistake.as_ref().map(|(field, wrong)| (*field, page.t(wrong.key))),
        offered: mistake.and_then(|(_, wrong)| wrong.offered),
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// Adds a user.
pub async fn add(Fresh(here): Fresh, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (roles, typed) = (chosen(&fields), typed(&fields));
    let person = match newcomer(&typed) {
        Ok(person) => person,
        Err(error) => return page(&here, typed, &roles, Some(mistake(error))).await,
    };
    let phone = match phone(&here, &typed) {
        Ok(phone) => phone,
        Err(wrong) => return page(&here, typed, &roles, Some(("phone", wrong))).await,
    };
    let wants_phone = phone.is_some();
    let profile = fields.field("profile").parse().ok();
    let addition = Addition { person, roles: RoleWish::OfThoseTheyGive(roles.clone()), profile, phone };
    let came = here.act(move |tx, context| Box::pin(acts::users::add(tx, context, addition)));
    let error = match came.await {
        Ok(added) => {
            let word = if wants_phone && !added.has_phone { "added-without-phone" } else { "added" };
            return answer(&here, added.person, "", Ok(word));
        }
        Err(Stop::AlreadyUser) => ("email", "admin-error-already-user"),
        Err(Stop::BeyondReach | Stop::RoleNotTheirs(_)) => ("role", "admin-refused-more-than-yours"),
        Err(Stop::RightNotTheirs(_) | Stop::UnknownProfile) => ("profile", "admin-refused-rights"),
        Err(Stop::TooManyRights) => ("profile", "admin-refused-too-many-rights"),
        Err(stop) => return Err(stop.into()),
    };
    page(&here, typed, &roles, Some(mistake(error))).await
}
