//! *Add user*: somebody new, or somebody who has a profile already. The form, the answer and the time are the same
//! for both, and so is what is asked: what was typed of the name is taken for a new profile alone, and never written
//! over one that there is. Whoever is added is told by email. How many one administrator adds in a day is bounded,
//! so that nobody goes through addresses to see which of them have a profile.
//!
//! The phone for codes (FLOWS.md 5) is given by who has just proven themselves, and is the name's equal: of a new
//! profile alone.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::views::Section;
use super::super::who::{Fresh, Here};
use super::access_rights::{offered, write_profile};
use super::basic_data::{choices, chosen, tell};
use super::communication::Wrong;
use super::one::{One, Outcome};
use super::views::{AddPage, AddTyped};
use crate::administration::ADDED;
use crate::administration::giving::Giving;
use crate::administration::reach::roles_after;
use crate::app::App;
use crate::directory::contacts::{PhoneOfAnother, set_phone_by_administrator, unfit};
use crate::directory::people::{self, Email, NewPerson, PersonId};
use crate::directory::rights::{self, ProfileId};
use crate::directory::users::{self, Role};
use crate::event::Event;
use crate::platform::allowances;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal;
use crate::platform::web::translations::Language;
use crate::sign_in::notices::{Act, tell_of_phone_set};

const PAGE: &str = "users/new";

/// Who is to be added, as it was typed.
#[derive(Clone, Debug)]
pub(in crate::admin) struct Newcomer {
    pub(in crate::admin) email: Email,
    pub(in crate::admin) given_name: String,
    pub(in crate::admin) family_name: String,
    pub(in crate::admin) language: Language,
}

impl Newcomer {
    /// What was typed, or the field that is wrong and the key of what is wrong with it.
    pub(in crate::admin) fn of(typed: &AddTyped) -> Result<Self, (&'static str, &'static str)> {
        let Some(email) = Email::parse(&typed.email) else { return Err(("email", "admin-error-email")) };
        if !people::names_are_fine(&typed.given_name, &typed.family_name) {
            return Err(("given_name", "admin-error-name"));
        }
        let language = Language::parse_tag(&typed.language).unwrap_or(Language::English);
        let (given_name, family_name) = (typed.given_name.trim().to_owned(), typed.family_name.trim().to_owned());
        Ok(Self { email, given_name, family_name, language })
    }

    /// The person with that email, made where there is none; and whether they were made.
    pub(in crate::admin) async fn find_or_make(self, tx: &mut Tx<'_>, here: &Here) -> Result<(PersonId, bool), Fault> {
        if let Some(found) = people::find_by_email(&mut *tx, &self.email).await? {
            return Ok((found.id, false));
        }
        let new = NewPerson {
            email: self.email,
            given_name: self.given_name,
            family_name: self.family_name,
            language: self.language.tag().to_owned(),
        };
        let made = people::add(tx, &here.app.random, here.visit.now, &new).await?;
        let id = made.map_err(|cannot| Fault::unavailable(format!("somebody was added meanwhile: {cannot:?}")))?;
        // An administrator vouches for the person, not for their mailbox: the link of the first message does.
        people::doubt_email(tx, id).await?;
        Ok((id, true))
    }
}

/// What was typed into the form.
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
fn phone(app: &App, typed: &AddTyped) -> Result<Option<PhoneNumber>, Wrong> {
    if typed.phone.is_empty() {
        return Ok(None);
    }
    let phone = PhoneNumber::parse(&typed.phone)?;
    match unfit(app, &phone).and_then(Wrong::of) {
        None => Ok(Some(phone)),
        Some(wrong) => Err(wrong),
    }
}

/// Asks who is to be added.
pub async fn ask(here: Here) -> Result<Response, EarlyAnswer> {
    let language = here.visit.language.tag().to_owned();
    page(&here, AddTyped { language, ..AddTyped::default() }, &[Role::Employee], None).await
}

/// Asks for the proof that giving a phone wants, and comes back to the form.
pub async fn prove(Fresh(here): Fresh) -> Response {
    here.go_to(PAGE)
}

/// What is wrong with what was typed: the field, the key of what is said, and what was probably meant.
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
        may_give_phone: here.is_fresh().await?,
        roles: choices(page.texts, here, roles),
        profiles: offered(&profiles, &giving, None),
        error: mistake.as_ref().map(|(field, wrong)| (*field, page.t(wrong.key))),
        offered: mistake.and_then(|(_, wrong)| wrong.offered),
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// What came of it.
enum Added {
    Outcome(PersonId, Outcome),
    AlreadyUser,
    NotYours,
}

/// Adds a user. Who gives an administrative role or a phone has just proven themselves.
pub async fn add(here: Here, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let roles = chosen(&fields);
    let typed = typed(&fields);
    let sensitive = roles.iter().any(|role| role.manages()) || !typed.phone.is_empty();
    let here = if sensitive { Box::pin(here.afresh()).await? } else { here };
    let newcomer = match Newcomer::of(&typed) {
        Ok(newcomer) => newcomer,
        Err(error) => return page(&here, typed, &roles, Some(mistake(error))).await,
    };
    let phone = match phone(&here.app, &typed) {
        Ok(phone) => phone,
        Err(wrong) => return page(&here, typed, &roles, Some(("phone", wrong))).await,
    };
    let given = Given { roles: roles.clone(), profile: fields.field("profile").parse().ok(), phone };
    match here.write(move |tx, here| Box::pin(write(tx, here, newcomer, given))).await? {
        Added::Outcome(person, outcome) => outcome.answer(&here, person, ""),
        Added::AlreadyUser => page(&here, typed, &roles, Some(mistake(("email", "admin-error-already-user")))).await,
        Added::NotYours => page(&here, typed, &roles, Some(mistake(("role", "admin-refused-more-than-yours")))).await,
    }
}

/// What a newcomer is given on the way in.
#[derive(Clone, Debug)]
struct Given {
    roles: Vec<Role>,
    profile: Option<ProfileId>,
    phone: Option<PhoneNumber>,
}

async fn write(tx: &mut Tx<'_>, here: &Here, newcomer: Newcomer, given: Given) -> Result<Added, EarlyAnswer> {
    let authority = here.still_manages(tx).await?;
    let (now, kind) = (here.visit.now, here.company.kind);
    let subject = here.person.id.to_string();
    if let Err(exhausted) = allowances::take(tx, &ADDED, &subject, now).await? {
        return Err(TooMuch { wait: exhausted.wait }.into());
    }
    if !given.roles.iter().all(|role| authority.may_give(*role, kind)) {
        return Ok(Added::NotYours);
    }
    let (person, is_new) = newcomer.find_or_make(tx, here).await?;
    if let Some(one) = One::of(&mut Source::Transaction(tx), here, authority, person).await? {
        if one.member.state != users::State::Removed {
            return Ok(Added::AlreadyUser);
        }
        if !one.may_change {
            return Ok(Added::NotYours);
        }
    }
    let roles = roles_after(authority, kind, &[], &given.roles);
    users::add(tx, here.company.id, person, &roles, now).await?;
    let names = roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let entry = here.entry(Event::UserAdded).person(person).detail("to", names);
    history::write(tx, &here.app.random, &entry).await?;
    tell(tx, here, person, if is_new { Act::Welcomed } else { Act::Added }).await?;
    let is_without_phone = match given.phone {
        Some(phone) => !is_new || !give_phone(tx, here, person, phone).await?,
        None => false,
    };
    if let Some(profile) = given.profile
        && let Outcome::Refused(_) | Outcome::Gone = write_profile(tx, here, person, profile).await?
    {
        return Ok(Added::Outcome(person, Outcome::Done("added-without-profile")));
    }
    let done = if is_without_phone { "added-without-phone" } else { "added" };
    Ok(Added::Outcome(person, Outcome::Done(done)))
}

/// Sets the phone of who has just come in. Tells whether it could be.
async fn give_phone(tx: &mut Tx<'_>, here: &Here, person: PersonId, phone: PhoneNumber) -> Result<bool, Fault> {
    let wish = PhoneOfAnother { person, administrator: here.person.id, company: here.company.id, phone };
    match set_phone_by_administrator(tx, &here.app, &here.visit, wish).await? {
        Ok(set) => tell_of_phone_set(tx, &here.app, &here.visit, set).await?,
        Err(_) => return Ok(false),
    }
    Ok(true)
}
