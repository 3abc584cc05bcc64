//! The operator's changes of companies, users, employees and rights: each is one transaction with its entry in the history
//! of the company.

use super::output::Failed;
use crate::administration;
use crate::administration::domains::RecordSight;
use crate::administration::operator::OperatorWish;
use crate::administration::releases::Release;
use crate::administration::users::RoleWish;
use crate::administration::{ActContext, ActEffect, Actor, Stop};
use crate::app::App;
use crate::directory::announcements::{AnnouncementRefusal, LONGEST};
use crate::directory::companies::{self, CompanyId, DirectoryUse};
use crate::directory::domains::{DomainName, DomainRefusal};
use crate::directory::employees::ChargeableService;
use crate::directory::invitations::InvitedData;
use crate::directory::people::PersonId;
use crate::directory::rights::{self, MOST_RIGHTS, ProfileId, Right, RightDeclaration};
use crate::directory::users::{MembershipState, Role};
use crate::event::Event;
use crate::platform::db::{self, Tx, Work};
use crate::platform::history::{self, Entry};
use crate::platform::one_line::is_line;
use crate::proofs::identities::IdentitySource;
use crate::provider::applications::RegistrationError;
use crate::sign_in::ApplicationId;
use crate::sign_in::policies::Policy;

/// Does something in one transaction. It returns the entry for the history, or `None` if nothing changed.
async fn act<T, W>(app: &App, conflict: &'static str, work: W) -> Result<T, Failed>
where
    T: Send + 'static,
    W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, (T, Option<Entry>), db::Error> + Clone + Send + 'static,
{
    let random = app.random.clone();
    let done = app.db.write(move |tx| {
        Box::pin(async move {
            let (answer, entry) = work(tx).await?;
            if let Some(entry) = entry {
                history::write(tx, &random, &entry.detail("by", "operator")).await?;
            }
            Ok(answer)
        })
    });
    match done.await {
        Err(db::Error::Conflict(_)) => Err(Failed::because(conflict)),
        done => Ok(done?),
    }
}

const NO_COMPANY: &str = "there is no such company";

/// Lets a person be invited with the data that were looked at.
pub(super) async fn release_invitation(
    app: &App,
    company: CompanyId,
    person: PersonId,
    seen: InvitedData,
) -> Result<Release, Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::releases::release(tx, &context, person, &seen).await })
    })
    .await
}

/// Lets a bank or eID open the phone app again to a company's people, or an invitation alone.
pub(super) async fn let_identity_open_phone_app(
    app: &App,
    company: CompanyId,
    is_allowed: bool,
) -> Result<ActEffect, Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::identities::let_identity_open_phone_app(tx, &context, is_allowed).await })
    })
    .await
}

/// Makes a company the operator's, or ends that it is. Returns whether that is new.
pub(crate) async fn choose_operator(app: &App, company: CompanyId, wish: OperatorWish) -> Result<bool, Failed> {
    let effect = administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::operator::choose(tx, &context, wish).await })
    });
    Ok(effect.await? == ActEffect::Changed)
}

/// Lets an accounting office manage a client. Returns whether it did not before.
pub(crate) async fn engage(app: &App, office: CompanyId, client: CompanyId) -> Result<bool, Failed> {
    let effect = administer(app, client, Actor::Operator, move |tx, context| {
        Box::pin(async move {
            match administration::engagements::engage(tx, &context, office).await {
                Err(Stop::NotFound) => Err(Stop::NotAnOffice),
                engaged => engaged,
            }
        })
    });
    Ok(effect.await? == ActEffect::Changed)
}

/// Ends an engagement of an accounting office. Returns whether there was one.
pub(super) async fn disengage(app: &App, office: CompanyId, client: CompanyId) -> Result<bool, Failed> {
    let effect = administer(app, client, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::engagements::disengage(tx, &context, office).await })
    });
    Ok(effect.await? == ActEffect::Changed)
}

/// Removes the look of a company. Returns whether it had one.
pub(super) async fn remove_look(app: &App, company: CompanyId) -> Result<bool, Failed> {
    let effect = administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::looks::remove(tx, &context).await })
    });
    Ok(effect.await? == ActEffect::Changed)
}

/// Opens an application to a company, or closes it. Tells whether that is new.
pub(crate) async fn set_open(
    app: &App,
    company: CompanyId,
    application: ApplicationId,
    opens: bool,
) -> Result<bool, Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::companies::set_open(tx, &context, application, opens).await })
    })
    .await
}

/// Sets the policy of a company.
pub(super) async fn set_company_policy(app: &App, company: CompanyId, policy: Policy) -> Result<(), Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::companies::set_policy(tx, &context, None, &policy).await })
    })
    .await
}

/// Claims a domain for a company.
pub(super) async fn claim_domain(app: &App, company: CompanyId, name: DomainName) -> Result<ActEffect, Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::domains::claim(tx, &context, &name).await })
    })
    .await
}

/// Proves a domain of a company by a look at its record.
pub(super) async fn check_domain(app: &App, company: CompanyId, sight: RecordSight) -> Result<ActEffect, Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::domains::check(tx, &context, &sight).await })
    })
    .await
}

/// Removes a domain of a company.
pub(super) async fn remove_domain(app: &App, company: CompanyId, name: DomainName) -> Result<(), Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::domains::remove(tx, &context, &name).await })
    })
    .await
}

/// Sets how the people of a company are led to its directory.
pub(super) async fn use_directory(app: &App, company: CompanyId, wanted: DirectoryUse) -> Result<ActEffect, Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::identities::use_directory(tx, &context, wanted).await })
    })
    .await
}

/// The reason for refusing a domain, in words.
pub(super) fn refused_domain(refusal: DomainRefusal) -> &'static str {
    match refusal {
        DomainRefusal::Shape => "this is no domain that can have mail",
        DomainRefusal::PublicMail => "everybody may have a mailbox at that domain",
        DomainRefusal::TooMany => "a company has at most 20 domains",
        DomainRefusal::OfAnotherCompany => "another company has proved that domain",
        DomainRefusal::NotClaimed => "the company has not claimed that domain",
        DomainRefusal::NoRecord => "there is no TXT record with the value at that name",
        DomainRefusal::NoAnswer => "DNS does not answer for that domain",
    }
}

/// Enters the national identifier of a person of a company, by its hash.
pub(super) async fn expect_identifier(
    app: &App,
    company: CompanyId,
    person: PersonId,
    (source, hash): (IdentitySource, [u8; 32]),
) -> Result<ActEffect, Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::identities::expect(tx, &context, person, (source, &hash)).await })
    })
    .await
}

/// Does an act of floor 6 in one transaction.
async fn administer<T, W>(app: &App, company: CompanyId, by: Actor, work: W) -> Result<T, Failed>
where
    T: Send + 'static,
    W: for<'t> FnOnce(&'t mut Tx<'_>, ActContext) -> Work<'t, T, Stop> + Clone + Send + 'static,
{
    let (core, now) = (app.core.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                companies::take_turns(tx, company).await?;
                let company = companies::find(&mut *tx, company).await?.ok_or(NO_COMPANY)?;
                let context =
                    ActContext { core, company, actor: by, now, network: None, user_agent: None, is_fresh: true };
                Ok(work(tx, context).await?)
            })
        })
        .await
}

impl From<&'static str> for Failed {
    fn from(reason: &'static str) -> Self {
        Self::because(reason)
    }
}

impl From<Stop> for Failed {
    fn from(stop: Stop) -> Self {
        let reason = match stop {
            Stop::NotFound => "the person is no user of that company".to_owned(),
            Stop::RoleNotTheirs(_) => "a main user is one of an accounting office".to_owned(),
            Stop::UnknownRight(Right { application, name }) => {
                format!("the application {application} is not open to that company, or knows no right {name}")
            }
            Stop::UnknownProfile => "the company has no such profile".to_owned(),
            Stop::UnknownCompany => NO_COMPANY.to_owned(),
            Stop::NoDirectory => "the company has no directory that is offered".to_owned(),
            Stop::Domain(refusal) => refused_domain(refusal).to_owned(),
            Stop::TooManyRights => format!("a user has at most {MOST_RIGHTS} rights"),
            Stop::LastAdministrator => "nobody would be left to manage the company, or a client of it".to_owned(),
            Stop::NotActive => "the person was removed, or is not active in that company".to_owned(),
            Stop::BadName => "a profile has a name of 1 to 80 characters".to_owned(),
            Stop::AlreadyThere => "there is one of that name already".to_owned(),
            Stop::NotAnOffice => "an accounting office alone manages clients, and not itself".to_owned(),
            Stop::BadAddresses(mistakes) => RegistrationError::Mistakes(mistakes).to_string(),
            Stop::Announcement(AnnouncementRefusal::Text) => {
                format!("both texts are needed, on one line, at most {LONGEST} characters")
            }
            Stop::Announcement(AnnouncementRefusal::Time) => {
                "it must end after it begins, and within 90 days".to_owned()
            }
            Stop::LocksOut(locks_out) => locks_out.words().to_owned(),
            Stop::AlreadyUser => "the person is a user of that company already".to_owned(),
            Stop::AlreadyEmployee => "the person is on the employee listing already".to_owned(),
            Stop::Fault(fault) => return fault.into(),
            stop => format!("it cannot be done: {stop:?}"),
        };
        Self::because(reason)
    }
}

/// Makes a person a user of a company. An import tells the person nothing.
pub(crate) async fn add_user(
    app: &App,
    company: CompanyId,
    person: PersonId,
    roles: Vec<Role>,
    by: Actor,
) -> Result<(), Failed> {
    administer(app, company, by, move |tx, context| {
        Box::pin(async move { administration::users::put(tx, &context, person, &RoleWish::Exactly(roles)).await })
    })
    .await
}

/// Gives a user these roles, in place of the former ones.
pub(super) async fn set_roles(app: &App, company: CompanyId, person: PersonId, roles: Vec<Role>) -> Result<(), Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move {
            administration::users::set_roles(tx, &context, person, &RoleWish::Exactly(roles)).await.map(|_| ())
        })
    })
    .await
}

/// Locks, unlocks, removes or takes back a user.
pub(crate) async fn set_user_state(
    app: &App,
    company: CompanyId,
    person: PersonId,
    state: MembershipState,
    by: Actor,
) -> Result<(), Failed> {
    administer(app, company, by, move |tx, context| {
        Box::pin(async move {
            let _ = match state {
                MembershipState::Active => administration::users::readmit(tx, &context, person).await?,
                MembershipState::Locked => administration::users::lock(tx, &context, person).await?,
                MembershipState::Removed => administration::users::remove(tx, &context, person, None).await?,
                // A membership waits until the person accepts, and not because an operator wants it.
                MembershipState::Pending => return Err(Stop::NotActive),
            };
            Ok(())
        })
    })
    .await
}

/// Makes another company the basic company of a person.
pub(super) async fn set_basic_company(app: &App, company: CompanyId, person: PersonId) -> Result<(), Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::basic_company::set(tx, &context, person, company).await })
    })
    .await
}

/// Gives a user these rights, in place of all former ones.
pub(super) async fn set_rights(
    app: &App,
    company: CompanyId,
    person: PersonId,
    rights: Vec<Right>,
) -> Result<(), Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move { administration::rights::set_rights(tx, &context, person, &rights).await.map(|_| ()) })
    })
    .await
}

/// Gives a user the rights of a ready-made profile, in place of all former ones.
pub(crate) async fn give_profile(
    app: &App,
    company: CompanyId,
    person: PersonId,
    profile: ProfileId,
    by: Actor,
) -> Result<(), Failed> {
    administer(app, company, by, move |tx, context| {
        Box::pin(async move { administration::rights::give_profile(tx, &context, person, profile).await.map(|_| ()) })
    })
    .await
}

/// Puts a person on the employee listing of a company, or sets the services of one who is on it.
pub(crate) async fn add_employee(
    app: &App,
    company: CompanyId,
    person: PersonId,
    services: Vec<ChargeableService>,
    by: Actor,
) -> Result<(), Failed> {
    administer(app, company, by, move |tx, context| {
        Box::pin(async move {
            match administration::employees::put(tx, &context, person, &services).await {
                Err(Stop::AlreadyEmployee) => {
                    administration::employees::set_services(tx, &context, person, &services).await.map(|_| ())
                }
                put => put,
            }
        })
    })
    .await
}

/// Takes a person off the employee listing of a company. Tells whether they were on it.
pub(super) async fn remove_employee(app: &App, company: CompanyId, person: PersonId) -> Result<bool, Failed> {
    administer(app, company, Actor::Operator, move |tx, context| {
        Box::pin(async move {
            match administration::employees::remove(tx, &context, person).await {
                Err(Stop::NotFound) => Ok(false),
                removed => removed.map(|()| true),
            }
        })
    })
    .await
}

/// Declares a right of an application, or renews its title.
pub(crate) async fn declare_right(
    app: &App,
    application: ApplicationId,
    right: RightDeclaration,
) -> Result<(), Failed> {
    if !right.is_fine() {
        return Err(Failed::because(
            "a right has a name of letters, digits, dots, colons, dashes and underscores that is not use, and a \
             title, each of 1 to 80 characters",
        ));
    }
    let now = app.clock.now();
    act(app, "there is no such application", move |tx| {
        Box::pin(async move {
            rights::declare(tx, &application.to_string(), &right).await?;
            let entry =
                Entry::new(now, Event::ApplicationRightDeclared).application(application).detail("right", &right.name);
            Ok(((), Some(entry)))
        })
    })
    .await
}

/// Removes a right from those that an application declares. Tells whether it was among them.
pub(super) async fn undeclare_right(app: &App, application: ApplicationId, name: &str) -> Result<bool, Failed> {
    let (now, name) = (app.clock.now(), name.to_owned());
    act(app, "there is no such application", move |tx| {
        Box::pin(async move {
            let was_known = rights::undeclare(tx, &application.to_string(), &name).await?;
            let entry =
                Entry::new(now, Event::ApplicationRightUndeclared).application(application).detail("right", &name);
            Ok((was_known, was_known.then_some(entry)))
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
    if !is_line(&name, 80) {
        return Err(Failed::because("a profile has a name of 1 to 80 characters"));
    }
    if let Some(company) = company {
        return administer(app, company, Actor::Operator, move |tx, context| {
            Box::pin(async move { administration::companies::add_profile(tx, &context, &name, &rights).await })
        })
        .await;
    }
    let (now, random) = (app.clock.now(), app.random.clone());
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let id = rights::add_profile(tx, &random, None, (&name, &rights), now).await?;
            let entry = Entry::new(now, Event::ProfileAdded).detail("profile", id).detail("name", &name);
            Ok((id, Some(entry.detail("rights", &rights))))
        })
    })
    .await
}

/// Removes a ready-made profile. Tells whether it was there.
pub(super) async fn remove_profile(app: &App, company: Option<CompanyId>, id: ProfileId) -> Result<bool, Failed> {
    if let Some(company) = company {
        return administer(app, company, Actor::Operator, move |tx, context| {
            Box::pin(async move {
                match administration::companies::remove_profile(tx, &context, id).await {
                    Err(Stop::NotFound) => Ok(false),
                    removed => removed.map(|()| true),
                }
            })
        })
        .await;
    }
    let now = app.clock.now();
    act(app, NO_COMPANY, move |tx| {
        Box::pin(async move {
            let removed = rights::remove_profile(tx, None, id).await?;
            let entry = Entry::new(now, Event::ProfileRemoved).detail("profile", id);
            Ok((removed, removed.then_some(entry)))
        })
    })
    .await
}
