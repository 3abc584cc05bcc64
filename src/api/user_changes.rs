//! The changes of users, for programs and for directories alike: what is refused, what else it does, and
//! what the history says of it.

use super::problem::{Kind, Problem};
use crate::administration::giving::{Giving, rights_after};
use crate::administration::reach::Reach;
use crate::administration::{Place, Standing, UserInReach, end_sessions_if_closed};
use crate::app::App;
use crate::directory::companies::{self, Company, CompanyId};
use crate::directory::people::{self, CannotAdd, Email, NewPerson, PersonId};
use crate::directory::rights::{self, ProfileId, Right};
use crate::directory::users::{self, Member, Role, State};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Source, Tx};
use crate::platform::history::{self, Entry};

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

/// Refuses a change of roles that gives or takes away one that is not the caller's to give.
///
/// # Errors
/// [`Kind::NotAllowed`].
pub(crate) fn allows(
    standing: Standing,
    before: &[Role],
    after: &[Role],
    kind: companies::Kind,
) -> Result<(), Problem> {
    match standing.refused_role(before, after, kind) {
        None => Ok(()),
        Some(role) => {
            let words = format!("the role \"{}\" is not the caller's to give or take away", role.as_str());
            Err(Problem::new(Kind::NotAllowed).detail(words))
        }
    }
}

/// A user who was not removed, with how far the caller may change them.
///
/// # Errors
/// [`Kind::NotFound`].
pub(crate) async fn in_reach(
    source: &mut Source<'_, '_>,
    place: Place<'_>,
    person: PersonId,
) -> Result<UserInReach, Problem> {
    let found = UserInReach::find(source, place, person).await?;
    let found = found.filter(|user| user.member.state != State::Removed);
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}

/// Refuses what touches the profile of a user beyond the caller's reach: name, language, sign-in email.
///
/// # Errors
/// [`Kind::ForeignProfile`] or [`Kind::NotAllowed`].
pub(crate) fn may_change_profile(user: &UserInReach) -> Result<(), Problem> {
    of_basic_company(&user.member)?;
    if user.reach == Reach::Profile { Ok(()) } else { Err(beyond_reach()) }
}

/// Refuses what protects a person, such as ending sessions, where it is beyond the caller's reach.
///
/// # Errors
/// [`Kind::ForeignProfile`] or [`Kind::NotAllowed`].
pub(crate) fn may_protect(user: &UserInReach) -> Result<(), Problem> {
    of_basic_company(&user.member)?;
    if user.reach.protects() { Ok(()) } else { Err(beyond_reach()) }
}

fn beyond_reach() -> Problem {
    Problem::new(Kind::NotAllowed).detail("the user may do more than the caller, or is the caller")
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
    (company, standing): (&Company, Standing),
    (person, roles): (PersonId, &[Role]),
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    // Somebody who was removed still has the roles that they had: those are given anew.
    let had = users::find(&mut *tx, company.id, person).await?.map(|member| member.roles).unwrap_or_default();
    allows(standing, &had, roles, company.kind)?;
    allows(standing, &[], roles, company.kind)?;
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
    (company, standing): (&Company, Standing),
    (member, roles): (&Member, &[Role]),
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    if member.roles == roles {
        return Ok(());
    }
    allows(standing, &member.roles, roles, company.kind)?;
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
    (company, standing): (&Company, Standing),
    (member, state): (&Member, State),
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    if member.state == state {
        return Ok(());
    }
    // Whoever locks somebody takes their roles away, too.
    allows(standing, &member.roles, &[], company.kind)?;
    users::set_state(tx, company.id, member.person, state, now).await??;
    end_sessions_if_closed(tx, &app.random, member, state, now).await?;
    let entry = by(Event::UserStateSet).person(member.person).detail("state", state.as_str());
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Sets the rights of a user. Those that change must be the caller's to give.
///
/// # Errors
/// [`Kind::NotAllowed`], [`Kind::NotFound`].
pub(crate) async fn set_rights(
    tx: &mut Tx<'_>,
    app: &App,
    place: Place<'_>,
    person: PersonId,
    wanted: &[Right],
    by: By<'_>,
) -> Result<(), Problem> {
    let user = in_reach(&mut Source::Transaction(&mut *tx), place, person).await?;
    let giving = Giving::of(&mut Source::Transaction(&mut *tx), place).await?;
    let had = rights::of_user(&mut *tx, place.company.id, person).await?;
    if !user.may_change {
        return Err(beyond_reach());
    }
    if let Some(right) = giving.refused_right(&had, wanted) {
        let words = format!("the right {} is not the caller's to give or take away", right.name);
        return Err(Problem::new(Kind::NotAllowed).detail(words));
    }
    rights::set_of_user(tx, place.company.id, person, wanted).await?;
    let entry = by(Event::UserRightsSet).person(person).detail("count", wanted.len());
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Gives a user a ready-made profile of the company, in place of the rights that are the caller's to give.
///
/// # Errors
/// [`Kind::Invalid`] where there is none, [`Kind::NotAllowed`], [`Kind::NotFound`].
pub(crate) async fn give_profile(
    tx: &mut Tx<'_>,
    app: &App,
    place: Place<'_>,
    person: PersonId,
    profile: ProfileId,
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    let company = place.company.id;
    let user = in_reach(&mut Source::Transaction(&mut *tx), place, person).await?;
    let found = rights::find_profile(&mut *tx, company, profile).await?;
    let found = found.ok_or_else(|| Problem::invalid("the company has no ready-made profile of that id"))?;
    let giving = Giving::of(&mut Source::Transaction(&mut *tx), place).await?;
    if !user.may_change {
        return Err(beyond_reach());
    }
    if !found.rights.iter().all(|right| giving.may(right)) {
        return Err(Problem::new(Kind::NotAllowed).detail("the profile gives rights that are not the caller's to give"));
    }
    let had = rights::of_user(&mut *tx, company, person).await?;
    let given = rights::Profile { rights: rights_after(&giving, &had, &found.rights), ..found };
    rights::give_profile(tx, company, person, &given, now).await?;
    let entry = by(Event::UserProfileGiven).person(person).detail("profile", &given.name);
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
    user: &UserInReach,
    (given_name, family_name): (Option<&str>, Option<&str>),
    now: Timestamp,
    by: By<'_>,
) -> Result<(), Problem> {
    let found = people::find(&mut *tx, user.member.person).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let given_name = given_name.unwrap_or(&found.given_name);
    let family_name = family_name.unwrap_or(&found.family_name);
    if given_name.trim() == found.given_name && family_name.trim() == found.family_name {
        return Ok(());
    }
    may_change_profile(user)?;
    let new = new_person(&found.email, (given_name.to_owned(), family_name.to_owned()), None)?;
    people::set_name(tx, user.member.person, (&new.given_name, &new.family_name), now).await?;
    users::index_person(tx, user.member.person).await?;
    Ok(history::write(tx, &app.random, &by(Event::PersonNameChanged).person(user.member.person)).await?)
}
