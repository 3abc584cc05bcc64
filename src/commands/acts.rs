//! What the operator does to companies, users, employees and rights: each in one transaction with its entry
//! in the history of the company.

use super::output::Failed;
use crate::administration::end_sessions_if_closed;
use crate::app::App;
use crate::directory::companies::{self, CompanyId, Kind};
use crate::directory::employees::{self, Service};
use crate::directory::people::PersonId;
use crate::directory::rights::{self, Declared, ProfileId, Right};
use crate::directory::users::{self, CannotChange, Role, State};
use crate::event::Event;
use crate::platform::db::{self, Tx, Work};
use crate::platform::history::{self, Entry};

/// What a transaction came to: an answer, and what the history tells of it where anything was done.
type Done<T> = Result<(T, Option<Entry>), CannotChange>;

/// Does something in one transaction with its entry in the history.
async fn act<T, W>(app: &App, conflict: &'static str, work: W) -> Result<T, Failed>
where
    T: Send + 'static,
    W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, Done<T>, db::Error> + Clone + Send + 'static,
{
    let random = app.random.clone();
    let done: Result<Result<T, CannotChange>, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (answer, entry) = match work(tx).await? {
                    Ok(done) => done,
                    Err(cannot) => return Ok(Err(cannot)),
                };
                if let Some(entry) = entry {
                    history::write(tx, &random, &entry.detail("by", "operator")).await?;
                }
                Ok(Ok(answer))
            })
        })
        .await;
    match done {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(cannot)) => Err(Failed::because(words(cannot))),
        Err(db::Error::Conflict(_)) => Err(Failed::because(conflict)),
        Err(error) => Err(error.into()),
    }
}

fn words(cannot: CannotChange) -> &'static str {
    match cannot {
        CannotChange::NoUser => "the person is no user of that company",
        CannotChange::LastAdministrator => "nobody would be left to manage the company, or a client of it",
        CannotChange::NotActive => "who is not active in a company cannot have it as their basic company",
    }
}

const NO_COMPANY: &str = "there is no such company";

/// Keeps that an accounting office manages a client. Tells whether it did not before.
pub(crate) async fn engage(app: &App, office: CompanyId, client: CompanyId) -> Result<bool, Failed> {
    let now = app.clock.now();
    act(app, "there is no such accounting office, or no such client", move |tx| {
        Box::pin(async move {
            let engaged = companies::engage(tx, office, client, now).await?;
            let entry = Entry::new(now, Event::CompanyEngaged).company(client).detail("office", office);
            Ok(Ok((engaged, engaged.then_some(entry))))
        })
    })
    .await
}

/// Ends that an accounting office manages a client. Tells whether it did.
pub(super) async fn disengage(app: &App, office: CompanyId, client: CompanyId) -> Result<bool, Failed> {
    let now = app.clock.now();
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let entry = Entry::new(now, Event::CompanyDisengaged).company(client).detail("office", office);
            let ended = users::disengage(tx, office, client).await?;
            Ok(ended.map(|ended| (ended, ended.then_some(entry))))
        })
    })
    .await
}

/// Opens an application to a company. Tells whether it was not open.
pub(crate) async fn open_application(app: &App, company: CompanyId, application: &str) -> Result<bool, Failed> {
    let (now, application) = (app.clock.now(), application.to_owned());
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let opened = rights::open_to(tx, company, &application, now).await?;
            let entry = Entry::new(now, Event::CompanyApplicationOpened).company(company).application(&application);
            Ok(Ok((opened, opened.then_some(entry))))
        })
    })
    .await
}

/// Closes an application to a company. Tells whether it was open.
pub(super) async fn close_application(app: &App, company: CompanyId, application: &str) -> Result<bool, Failed> {
    let (now, application) = (app.clock.now(), application.to_owned());
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let closed = rights::close_to(tx, company, &application).await?;
            let entry = Entry::new(now, Event::CompanyApplicationClosed).company(company).application(&application);
            Ok(Ok((closed, closed.then_some(entry))))
        })
    })
    .await
}

/// Makes a person a user of a company.
pub(crate) async fn add_user(app: &App, company: CompanyId, person: PersonId, roles: Vec<Role>) -> Result<(), Failed> {
    check_roles(app, company, &roles).await?;
    let now = app.clock.now();
    act(app, "there is no such company, or the person is a user of it already", move |tx| {
        Box::pin(async move {
            users::add(tx, company, person, &roles, now).await?;
            let entry = Entry::new(now, Event::UserAdded).company(company).person(person).detail("roles", &roles);
            Ok(Ok(((), Some(entry))))
        })
    })
    .await
}

/// Gives a user these roles, in place of those they had.
pub(super) async fn set_roles(app: &App, company: CompanyId, person: PersonId, roles: Vec<Role>) -> Result<(), Failed> {
    check_roles(app, company, &roles).await?;
    let now = app.clock.now();
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let entry = Entry::new(now, Event::UserRolesSet).company(company).person(person).detail("roles", &roles);
            let changed = users::change_roles(tx, company, person, &roles, now).await?;
            Ok(changed.map(|()| ((), Some(entry))))
        })
    })
    .await
}

/// A main user is one of an accounting office.
async fn check_roles(app: &App, company: CompanyId, roles: &[Role]) -> Result<(), Failed> {
    let found = companies::find(&app.db, company).await?.ok_or_else(|| Failed::because(NO_COMPANY))?;
    if roles.contains(&Role::MainUser) && found.kind != Kind::AccountingOffice {
        return Err(Failed::because("a main user is one of an accounting office"));
    }
    Ok(())
}

/// Locks, unlocks, removes or takes back a user.
pub(crate) async fn set_user_state(
    app: &App,
    company: CompanyId,
    person: PersonId,
    state: State,
) -> Result<(), Failed> {
    let (now, random) = (app.clock.now(), app.random.clone());
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let entry = Entry::new(now, Event::UserStateSet).company(company).person(person).detail("state", state);
            let before = users::find(&mut *tx, company, person).await?;
            let changed = users::set_state(tx, company, person, state, now).await?;
            if let (Some(before), Ok(())) = (before, changed) {
                end_sessions_if_closed(tx, &random, &before, state, now).await?;
            }
            Ok(changed.map(|()| ((), Some(entry))))
        })
    })
    .await
}

/// Makes another company the basic company of a person.
pub(super) async fn set_basic_company(app: &App, company: CompanyId, person: PersonId) -> Result<(), Failed> {
    let now = app.clock.now();
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let entry = Entry::new(now, Event::UserBasicCompanySet).company(company).person(person);
            let changed = users::set_basic(tx, person, company, now).await?;
            Ok(changed.map(|()| ((), Some(entry))))
        })
    })
    .await
}

/// Gives a user these rights, in place of all that they had.
pub(super) async fn set_rights(
    app: &App,
    company: CompanyId,
    person: PersonId,
    rights: Vec<Right>,
) -> Result<(), Failed> {
    let now = app.clock.now();
    act(app, "the person is no user of that company", move |tx| {
        Box::pin(async move {
            if users::find(&mut *tx, company, person).await?.is_none() {
                return Ok(Err(CannotChange::NoUser));
            }
            rights::set_of_user(tx, company, person, &rights).await?;
            let entry = Entry::new(now, Event::UserRightsSet).company(company).person(person).detail("rights", &rights);
            Ok(Ok(((), Some(entry))))
        })
    })
    .await
}

/// Gives a user the rights of a ready-made profile, in place of all that they had.
pub(crate) async fn give_profile(
    app: &App,
    company: CompanyId,
    person: PersonId,
    profile: ProfileId,
) -> Result<(), Failed> {
    let now = app.clock.now();
    act(app, "there is no such profile, or the person is no user of that company", move |tx| {
        Box::pin(async move {
            let Some(profile) = rights::find_profile(&mut *tx, company, profile).await? else {
                return Err(db::Error::Conflict("no such profile".to_owned()));
            };
            if users::find(&mut *tx, company, person).await?.is_none() {
                return Ok(Err(CannotChange::NoUser));
            }
            rights::give_profile(tx, company, person, &profile, now).await?;
            let entry = Entry::new(now, Event::UserProfileGiven)
                .company(company)
                .person(person)
                .detail("profile", &profile.name);
            Ok(Ok(((), Some(entry))))
        })
    })
    .await
}

/// Puts a person on the employee listing of a company, or sets the services of one who is on it.
pub(crate) async fn add_employee(
    app: &App,
    company: CompanyId,
    person: PersonId,
    services: Vec<Service>,
) -> Result<(), Failed> {
    let now = app.clock.now();
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let event = if employees::add(tx, company, person, &services, now).await? {
                Event::EmployeeAdded
            } else {
                employees::set_services(tx, company, person, &services).await?;
                Event::EmployeeServicesSet
            };
            let entry = Entry::new(now, event).company(company).person(person).detail("services", &services);
            Ok(Ok(((), Some(entry))))
        })
    })
    .await
}

/// Takes a person off the employee listing of a company. Tells whether they were on it.
pub(super) async fn remove_employee(app: &App, company: CompanyId, person: PersonId) -> Result<bool, Failed> {
    let now = app.clock.now();
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let removed = employees::remove(tx, company, person).await?;
            let entry = Entry::new(now, Event::EmployeeRemoved).company(company).person(person);
            Ok(Ok((removed, removed.then_some(entry))))
        })
    })
    .await
}

/// Keeps that an application knows a right.
pub(crate) async fn declare_right(app: &App, application: &str, right: Declared) -> Result<(), Failed> {
    if !right.is_fine() {
        return Err(Failed::because(
            "a right has a name of letters, digits, dots, colons, dashes and underscores that is not use, and a \
             title, each of 1 to 80 characters",
        ));
    }
    let (now, application) = (app.clock.now(), application.to_owned());
    act(app, "there is no such application", move |tx| {
        Box::pin(async move {
            rights::declare(tx, &application, &right).await?;
            let entry =
                Entry::new(now, Event::ApplicationRightDeclared).application(&application).detail("right", &right.name);
            Ok(Ok(((), Some(entry))))
        })
    })
    .await
}

/// Keeps that an application knows a right no more. Tells whether it was known.
pub(super) async fn undeclare_right(app: &App, application: &str, name: &str) -> Result<bool, Failed> {
    let (now, application, name) = (app.clock.now(), application.to_owned(), name.to_owned());
    act(app, "there is no such application", move |tx| {
        Box::pin(async move {
            let was_known = rights::undeclare(tx, &application, &name).await?;
            let entry =
                Entry::new(now, Event::ApplicationRightUndeclared).application(&application).detail("right", &name);
            Ok(Ok((was_known, was_known.then_some(entry))))
        })
    })
    .await
}

/// Adds a ready-made profile, for one company or for every one.
pub(crate) async fn add_profile(
    app: &App,
    company: Option<CompanyId>,
    name: &str,
    rights: Vec<Right>,
) -> Result<ProfileId, Failed> {
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        return Err(Failed::because("a profile has a name of 1 to 80 characters"));
    }
    let (now, random) = (app.clock.now(), app.random.clone());
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let id = rights::add_profile(tx, &random, company, (&name, &rights), now).await?;
            let mut entry = Entry::new(now, Event::ProfileAdded).detail("profile", &name).detail("rights", &rights);
            entry.company = company.map(|company| company.to_string());
            Ok(Ok((id, Some(entry))))
        })
    })
    .await
}

/// Removes a ready-made profile. Tells whether it was there.
pub(super) async fn remove_profile(app: &App, company: Option<CompanyId>, id: ProfileId) -> Result<bool, Failed> {
    let now = app.clock.now();
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let removed = rights::remove_profile(tx, company, id).await?;
            let mut entry = Entry::new(now, Event::ProfileRemoved).detail("profile", id);
            entry.company = company.map(|company| company.to_string());
            Ok(Ok((removed, removed.then_some(entry))))
        })
    })
    .await
}
