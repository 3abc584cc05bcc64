//! The changes of users, for programs and for directories alike: what is refused, what else it does, and
//! what the history says of it.

use super::caller::Power;
use super::problem::{Kind, Problem};
use crate::app::App;
use crate::directory::companies::{Company, CompanyId};
use crate::directory::people::{self, CannotAdd, Email, NewPerson, PersonId};
use crate::directory::rights::{self, ProfileId};
use crate::directory::users::{self, Member, Role, State};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Tx};
use crate::platform::history::{self, Entry};
use crate::sign_in::sessions;

/// How an entry of the history begins, by whoever acts.
pub(crate) type By<'b> = &'b (dyn Fn(Event) -> Entry + Send + Sync);

/// A user who was not removed.
///
/// # Errors
/// [`Kind::NotFound`].
pub(crate) async fn present(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Member, Problem> {
    let found = users::find(db, company, person).await?.filter(|member| member.state != State::Removed);
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}

/// The person with an email: who has it already, whatever they are called there, or somebody new.
///
/// # Errors
/// [`Kind::Invalid`] where the name cannot be kept.
pub(crate) async fn person(
    tx: &mut Tx<'_>,
    app: &App,
    new: &NewPerson,
    now: Timestamp,
    by: By<'_>,
) -> Result<PersonId, Problem> {
    if let Some(known) = people::find_by_email(&mut *tx, &new.email).await? {
        return Ok(known.id);
    }
    match people::add(tx, &app.random, now, new).await? {
        Ok(id) => {
            // A company's word for an email is not enough for others to believe it.
            people::doubt_email(tx, id).await?;
            history::write(tx, &app.random, &by(Event::PersonAdded).person(id)).await?;
            Ok(id)
        }
        Err(CannotAdd::BadName) => {
            Err(Problem::invalid("a given name has 1 to 100 characters, and a family name at most 100"))
        }
        // Somebody else added the same person at this moment.
        Err(CannotAdd::EmailTaken) => match people::find_by_email(&mut *tx, &new.email).await? {
            Some(known) => Ok(known.id),
            None => Err(Problem::new(Kind::Unavailable)),
        },
    }
}

/// Reads what is typed of somebody new.
///
/// # Errors
/// [`Kind::Invalid`].
pub(crate) fn new_person(
    email: &str,
    (given_name, family_name): (String, String),
    language: Option<&str>,
) -> Result<NewPerson, Problem> {
    use crate::platform::web::translations::Language;
    let email = Email::parse(email).ok_or_else(|| Problem::invalid("email is no email address"))?;
    let language = match language {
        None => Language::English,
        Some(tag) => Language::parse_tag(tag).ok_or_else(|| Problem::invalid("language must be en or fi"))?,
    };
    let new = NewPerson { email, given_name, family_name, language: language.tag().to_owned() };
    if new.names_are_fine() {
        Ok(new)
    } else {
        Err(Problem::invalid("a given name has 1 to 100 characters, and a family name at most 100"))
    }
}

/// Makes a person a user of a company.
///
/// # Errors
/// [`Kind::AlreadyThere`], [`Kind::NotAllowed`].
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    app: &App,
    (company, power): (&Company, Power),
    (person, roles): (PersonId, &[Role]),
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    power.allows(&[], roles, company.kind)?;
    match users::add(tx, company.id, person, roles, now).await {
        Err(Error::Conflict(_)) => {
            return Err(Problem::new(Kind::AlreadyThere).detail("the person is a user of the company already"));
        }
        other => other?,
    }
    let entry = by(Event::UserAdded).person(person).detail("roles", roles);
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Gives a user these roles, in place of those they had.
///
/// # Errors
/// [`Kind::NotAllowed`], [`Kind::LastAdministrator`], [`Kind::NotFound`].
pub(crate) async fn set_roles(
    tx: &mut Tx<'_>,
    app: &App,
    (company, power): (&Company, Power),
    (member, roles): (&Member, &[Role]),
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    if member.roles == roles {
        return Ok(());
    }
    power.allows(&member.roles, roles, company.kind)?;
    users::change_roles(tx, company.id, member.person, roles, now).await??;
    let entry = by(Event::UserRolesSet).person(member.person).detail("roles", roles);
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Locks, unlocks or removes a user. In the basic company it signs the person out: they can sign in nowhere.
///
/// # Errors
/// [`Kind::NotAllowed`] where the user has a role that is not the caller's to take away, [`Kind::LastAdministrator`],
/// [`Kind::NotFound`].
pub(crate) async fn set_state(
    tx: &mut Tx<'_>,
    app: &App,
    (company, power): (&Company, Power),
    (member, state): (&Member, State),
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    if member.state == state {
        return Ok(());
    }
    // Whoever locks somebody takes their roles away, too.
    power.allows(&member.roles, &[], company.kind)?;
    users::set_state(tx, company.id, member.person, state, now).await??;
    if state != State::Active && member.basic {
        let whose = (member.person, None);
        sessions::end_others(tx, &app.random, whose, now, "the basic company was closed to the person").await?;
    }
    let entry = by(Event::UserStateSet).person(member.person).detail("state", state.as_str());
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Gives a user a ready-made profile of the company.
///
/// # Errors
/// [`Kind::Invalid`] where there is none.
pub(crate) async fn give_profile(
    tx: &mut Tx<'_>,
    app: &App,
    (company, person): (CompanyId, PersonId),
    profile: ProfileId,
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    let found = rights::find_profile(&mut *tx, company, profile).await?;
    let found = found.ok_or_else(|| Problem::invalid("the company has no ready-made profile of that id"))?;
    rights::give_profile(tx, company, person, &found, now).await?;
    let entry = by(Event::UserRightsSet).person(person).detail("profile", &found.name);
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Refuses a change of a profile that belongs to another company.
///
/// # Errors
/// [`Kind::ForeignProfile`].
pub(crate) fn of_basic_company(member: &Member) -> Result<(), Problem> {
    if member.basic { Ok(()) } else { Err(Problem::new(Kind::ForeignProfile)) }
}

/// Gives a user another name, where it differs from the one they have.
///
/// # Errors
/// [`Kind::ForeignProfile`], [`Kind::Invalid`].
pub(crate) async fn rename(
    tx: &mut Tx<'_>,
    app: &App,
    member: &Member,
    (given_name, family_name): (Option<&str>, Option<&str>),
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    let found = people::find(&mut *tx, member.person).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let given_name = given_name.unwrap_or(&found.given_name);
    let family_name = family_name.unwrap_or(&found.family_name);
    if given_name.trim() == found.given_name && family_name.trim() == found.family_name {
        return Ok(());
    }
    of_basic_company(member)?;
    let new = new_person(&found.email, (given_name.to_owned(), family_name.to_owned()), None)?;
    people::set_name(tx, member.person, (&new.given_name, &new.family_name), now).await?;
    users::index_person(tx, member.person).await?;
    Ok(history::write(tx, &app.random, &by(Event::PersonNameChanged).person(member.person)).await?)
}
