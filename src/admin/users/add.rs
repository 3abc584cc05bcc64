//! *Add user*: a new person, or one who has a profile already. Form, answer and time are the same for both: the typed
//! name and phone (FLOWS.md 5) are used for a new profile alone and never overwrite another. The added person is told
//! by email. The number that one administrator adds in a day is bounded, against trying addresses to find those with a
//! profile.
//!
//! The form asks for a fresh proof before it is filled in, and a sign-in on the way brings back what was typed.

use axum::response::Response;
use http::StatusCode;

use super::super::form_pages::kept;
use super::super::frame;
use super::super::gate::{CompanyGate, Console, FreshConsole};
use super::super::views::Section;
use super::access_rights::offered;
use super::basic_data::{choices, chosen};
use super::communication::PhoneError;
use super::managed::show_outcome;
use super::views::{AddPage, NewPersonFields};
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::giving::Giving;
use crate::administration::users::{Addition, RoleWish};
use crate::directory::contacts::unfit;
use crate::directory::employees;
use crate::directory::people::{self, Email, NewPerson, NotAnEmail, PersonId};
use crate::directory::rights;
use crate::directory::users::Role;
use crate::platform::db::Source;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Language;

const PAGE: &str = "users/new";

/// A field with an error: the key of its text, and a corrected value as an offer.
pub(in crate::admin) struct FieldMistake {
    field: &'static str,
    key: &'static str,
    offered: Option<String>,
}

impl FieldMistake {
    /// The error of a field that has no better value to offer.
    pub(in crate::admin) fn new(field: &'static str, key: &'static str) -> Self {
        Self { field, key, offered: None }
    }

    /// The field, and the error in words.
    pub(in crate::admin) fn in_words(&self, page: &Page) -> (&'static str, String) {
        (self.field, page.t(self.key))
    }
}

/// The typed person, or every error of the form at once.
pub(in crate::admin) fn new_person(typed: &NewPersonFields) -> Result<NewPerson, Vec<FieldMistake>> {
    let mut mistakes = Vec::new();
    let email = Email::parse_new(&typed.email).map_err(|unfit| match unfit {
        NotAnEmail::Shape => "admin-error-email",
        NotAnEmail::LocalPart => unfit.key(),
    });
    if let Err(key) = email {
        mistakes.push(FieldMistake::new("email", key));
    }
    if !people::names_are_fine(&typed.given_name, "") {
        mistakes.push(FieldMistake::new("given_name", "admin-error-given-name"));
    }
    if !people::names_are_fine("Given", &typed.family_name) {
        mistakes.push(FieldMistake::new("family_name", "admin-error-family-name"));
    }
    match email {
        Ok(email) if mistakes.is_empty() => {
            let language = Language::parse_tag(&typed.language).unwrap_or(Language::English).tag().to_owned();
            let given_name = typed.given_name.trim().to_owned();
            Ok(NewPerson { email, given_name, family_name: typed.family_name.trim().to_owned(), language })
        }
        _ => Err(mistakes),
    }
}

/// The fields of the form, as they were typed.
pub(in crate::admin) fn typed_fields(fields: &Parameters) -> NewPersonFields {
    NewPersonFields {
        email: fields.field("email").trim().to_owned(),
        given_name: fields.field("given_name").to_owned(),
        family_name: fields.field("family_name").to_owned(),
        language: fields.field("language").to_owned(),
        phone: fields.field("phone").trim().to_owned(),
    }
}

/// The typed phone, if there is one.
fn phone(console: &Console, typed: &NewPersonFields) -> Result<Option<PhoneNumber>, PhoneError> {
    if typed.phone.is_empty() {
        return Ok(None);
    }
    let phone = PhoneNumber::parse_in(&typed.phone, &console.phone_countries())?;
    match unfit(&console.app, &phone).and_then(PhoneError::of) {
        None => Ok(Some(phone)),
        Some(wrong) => Err(wrong),
    }
}

/// The fields that a sign-in on the way brings back.
const KEPT: [&str; 7] = ["email", "given_name", "family_name", "language", "phone", "role", "profile"];

/// Shows the form, with what was typed before a sign-in on the way.
pub(crate) async fn ask(
    FreshConsole(console): FreshConsole,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    if query.field("typed") == "1" {
        return page(&console, Filled::of(&query), Vec::new()).await;
    }
    let language = console.visit.language.tag().to_owned();
    let typed = match query.field("employee").parse() {
        Ok(person) => of_employee(&console, person, language).await?,
        Err(_) => NewPersonFields { language, ..NewPersonFields::default() },
    };
    page(&console, Filled { typed, roles: vec![Role::Employee], profile: None }, Vec::new()).await
}

/// The fields for somebody on the employee listing, as the company knows them.
async fn of_employee(console: &Console, person: PersonId, language: String) -> Result<NewPersonFields, EarlyAnswer> {
    let found = employees::find(&console.app.db, console.company.id, person).await?;
    let found = found.filter(|found| !found.is_user).ok_or_else(EarlyAnswer::not_found)?;
    let (email, given_name, family_name) = (found.email, found.given_name, found.family_name);
    Ok(NewPersonFields { email, given_name, family_name, language, ..NewPersonFields::default() })
}

/// The form as it was filled in.
struct Filled {
    typed: NewPersonFields,
    roles: Vec<Role>,
    profile: Option<String>,
}

impl Filled {
    fn of(fields: &Parameters) -> Self {
        let profile = fields.iter().find(|(name, _)| *name == "profile").map(|(_, word)| word.to_owned());
        Self { typed: typed_fields(fields), roles: chosen(fields), profile }
    }
}

async fn page(console: &Console, filled: Filled, mistakes: Vec<FieldMistake>) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Users, PAGE).await?;
    let mut reader = console.app.db.reader().await?;
    let giving = Giving::of(&mut Source::Reader(&mut reader), console.company_standing(console.authority)).await?;
    let profiles = rights::profiles(&mut reader, console.company.id).await?;
    drop(reader);
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut profiles = offered(&page, &profiles, &giving, None);
    for profile in &mut profiles {
        profile.on = filled.profile.as_deref() == Some(profile.word.as_str());
    }
    let view = AddPage {
        typed: filled.typed,
        roles: choices(page.texts, console, &filled.roles),
        profiles,
        errors: mistakes.iter().map(|mistake| mistake.in_words(&page)).collect(),
        offered: mistakes.into_iter().find_map(|mistake| mistake.offered),
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// Adds a user. A sign-in on the way leads back to the form with what was typed.
pub(crate) async fn add(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let console = gate.back_to(&kept(PAGE, &fields, &KEPT)).enter_afresh().await?;
    let filled = Filled::of(&fields);
    let person = new_person(&filled.typed);
    let phone = phone(&console, &filled.typed);
    let (person, phone) = match (person, phone) {
        (Ok(person), Ok(phone)) => (person, phone),
        (person, phone) => {
            let mut mistakes = person.err().unwrap_or_default();
            mistakes.extend(phone.err().map(|PhoneError { key, offered }| FieldMistake {
                field: "phone",
                key,
                offered,
            }));
            return page(&console, filled, mistakes).await;
        }
    };
    let wants_phone = phone.is_some();
    let profile = fields.field("profile").parse().ok();
    let has_rights = profile.is_some();
    let roles = RoleWish::OfThoseTheyGive(filled.roles.clone());
    let addition = Addition { person, roles, profile, phone, invitation: None };
    let result = console.act(move |tx, context| Box::pin(acts::users::add(tx, context, addition)));
    let (field, key) = match result.await {
        Ok(added) => {
            let word = match (wants_phone && !added.has_phone, has_rights) {
                (true, _) => "added-without-phone",
                (false, true) => "added",
                (false, false) => "added-without-rights",
            };
            return show_outcome(&console, added.person, "", Ok(word));
        }
        Err(Stop::AlreadyUser) => ("email", "admin-error-already-user"),
        Err(Stop::BeyondReach | Stop::RoleNotTheirs(_)) => ("role", "admin-refused-more-than-yours"),
        Err(Stop::RightNotTheirs(_) | Stop::UnknownProfile) => ("profile", "admin-refused-rights"),
        Err(Stop::TooManyRights) => ("profile", "admin-refused-too-many-rights"),
        Err(stop) => return Err(stop.into()),
    };
    page(&console, filled, vec![FieldMistake::new(field, key)]).await
}
