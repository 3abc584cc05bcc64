//! The context of an act: the one who acts, the company, the instant and the place, as the door has proven them.

use std::borrow::Cow;

use super::{ADDED, CompanyStanding, Standing, Stop, UserInReach};
use crate::directory::companies::Company;
use crate::directory::people::PersonId;
use crate::directory::users::{self, Authority, MembershipState};
use crate::event::Event;
use crate::platform::allowances::{self, AllowanceAnswer};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{Source, Tx};
use crate::platform::history::{self, Entry};
use crate::provider::applications::ApplicationId;
use crate::sign_in::notices::{Act, tell_by_administrator};
use crate::sign_in::sessions::SessionId;

/// The one who acts. The door has proven it in the transaction of the act.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A person in a session at the console.
    Person {
        /// The person.
        person: PersonId,
        /// Their name, for messages.
        name: String,
        /// Their session.
        session: SessionId,
        /// By what they manage the company.
        authority: Authority,
    },
    /// An application on behalf of a person.
    OnBehalf {
        /// The application.
        application: ApplicationId,
        /// The person.
        person: PersonId,
        /// The name of the person, for messages.
        name: String,
        /// By what the person manages the company.
        authority: Authority,
    },
    /// An application on its own.
    Application {
        /// The application.
        application: ApplicationId,
        /// Its name, for messages.
        name: String,
        /// Whether it acts for the operator in every company.
        is_operators: bool,
    },
    /// A directory that feeds the company.
    Directory {
        /// The identifier of its token.
        token: String,
        /// The name that the administrator gave to the token, for messages.
        name: String,
    },
    /// A person of the operator's company, in a session at its console.
    OperatorPerson {
        /// The person.
        person: PersonId,
        /// Their name, for the other one of two who consent.
        name: String,
        /// Their session.
        session: SessionId,
    },
    /// The operator, by a command.
    Operator,
    /// An import by the operator. It tells nobody: its people hear of the service from their company.
    Import,
}

impl Actor {
    /// By what the actor acts in the company.
    pub(crate) fn standing(&self) -> Standing {
        match self {
            Self::Person { person, authority, .. } | Self::OnBehalf { person, authority, .. } => {
                Standing::Person { person: *person, authority: *authority }
            }
            Self::Application { is_operators: false, .. } | Self::Directory { .. } => Standing::Service,
            Self::Application { is_operators: true, .. }
            | Self::OperatorPerson { .. }
            | Self::Operator
            | Self::Import => Standing::Operator,
        }
    }

    /// The name in a message to the person who was acted on; `None` where they are not told.
    pub(super) fn name_for<'n>(&'n self, core: &'n Core) -> Option<&'n str> {
        match self {
            Self::Person { name, .. }
            | Self::OnBehalf { name, .. }
            | Self::Application { name, .. }
            | Self::Directory { name, .. } => Some(name),
            Self::OperatorPerson { .. } | Self::Operator => Some(&core.settings.organisation),
            Self::Import => None,
        }
    }
}

/// The context of an act in one company.
#[derive(Clone)]
pub struct ActContext {
    /// The parts of the program that every floor shares.
    pub core: Core,
    /// The company.
    pub company: Company,
    /// The one who acts.
    pub actor: Actor,
    /// The instant of the request.
    pub now: Timestamp,
    /// The network of the request, where there is one.
    pub network: Option<String>,
    /// The browser of the request, where there is one.
    pub user_agent: Option<String>,
    /// Whether the person who acts has shown a fresh proof. An actor without factors of its own needs none.
    pub is_fresh: bool,
}

impl ActContext {
    /// By what the actor acts in the company.
    pub(crate) fn standing(&self) -> Standing {
        self.actor.standing()
    }

    /// The company, and by what the actor acts in it.
    pub(crate) fn company_standing(&self) -> CompanyStanding<'_> {
        CompanyStanding { company: &self.company, standing: self.standing() }
    }

    /// The beginning of an entry in the history of the company about what the actor does.
    pub(crate) fn entry(&self, event: Event) -> Entry {
        let mut entry = Entry::new(self.now, event).company(self.company.id);
        entry.network.clone_from(&self.network);
        entry.user_agent.clone_from(&self.user_agent);
        match &self.actor {
            Actor::Person { person, session, .. } => entry.actor(person).session(session),
            Actor::OnBehalf { application, person, .. } => entry.application(application).actor(person),
            Actor::Application { application, .. } => entry.application(application).actor(application),
            Actor::Directory { token, .. } => entry.actor(token).detail("by", "scim"),
            Actor::OperatorPerson { person, session, .. } => {
                entry.actor(person).session(session).detail("by", "operator")
            }
            Actor::Operator => entry.detail("by", "operator"),
            Actor::Import => entry.detail("by", "import"),
        }
    }

    /// The same about an application, which a reader of the history can look for. An application that acts stands in its
    /// place, and the other one in the detail `application` alone.
    pub(crate) fn entry_about(&self, event: Event, application: ApplicationId) -> Entry {
        let entry = self.entry(event).detail("application", application);
        match &self.actor {
            Actor::OnBehalf { .. } | Actor::Application { .. } => entry,
            _ => entry.application(application),
        }
    }

    /// Writes an entry into the history.
    ///
    /// # Errors
    /// [`Stop::Fault`].
    pub(crate) async fn record(&self, tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Stop> {
        // An administrator who acts has accepted the role.
        if let Standing::Person { person, authority } = self.standing() {
            let of = match authority {
                Authority::UserAdministrator => self.company.id,
                Authority::MainUser { office } => office,
            };
            users::accept_role(tx, of, person).await?;
        }
        Ok(history::write(tx, &self.core.random, entry).await?)
    }

    /// Tells a person at all their addresses of what was done to them. Nobody is told of their own act.
    ///
    /// # Errors
    /// [`Stop::Fault`].
    pub(crate) async fn tell(&self, tx: &mut Tx<'_>, person: PersonId, act: Act) -> Result<(), Stop> {
        match self.actor.name_for(&self.core) {
            Some(name) if self.standing().person() != Some(person) => {
                let by = (name, self.company.name.as_str());
                Ok(tell_by_administrator(tx, (&self.core, self.now), person, act, by).await?)
            }
            _ => Ok(()),
        }
    }

    /// Refuses a sensitive act of a person whose proof is too old for it.
    ///
    /// # Errors
    /// [`Stop::StaleProof`].
    pub(crate) fn demand_fresh_proof(&self) -> Result<(), Stop> {
        if self.is_fresh { Ok(()) } else { Err(Stop::StaleProof) }
    }

    /// The one whose additions are counted; `None` where nobody counts them.
    pub(super) fn adder(&self) -> Option<Cow<'_, str>> {
        match &self.actor {
            Actor::Person { person, .. } | Actor::OnBehalf { person, .. } => Some(person.to_string().into()),
            Actor::Application { application, is_operators: false, .. } => Some(application.to_string().into()),
            Actor::Directory { token, .. } => Some(token.into()),
            Actor::Application { .. } | Actor::OperatorPerson { .. } | Actor::Operator | Actor::Import => None,
        }
    }

    /// Counts one person who is added, see [`ADDED`].
    ///
    /// # Errors
    /// [`Stop::TooMany`].
    pub(super) async fn take_addition(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let Some(subject) = self.adder() else { return Ok(()) };
        match allowances::take(tx, &ADDED, &subject, self.now).await? {
            AllowanceAnswer::Granted => Ok(()),
            AllowanceAnswer::Exhausted(exhausted) => Err(Stop::TooMany { wait: exhausted.wait }),
        }
    }

    /// The number of people whom the actor may still add today.
    pub(super) async fn additions_left(&self, tx: &mut Tx<'_>) -> Result<i64, Stop> {
        match self.adder() {
            Some(subject) => Ok(allowances::left(&mut *tx, &ADDED, &subject, self.now).await?),
            None => Ok(i64::MAX),
        }
    }

    /// A user of the company, removed or not, with how far the actor may change them.
    ///
    /// # Errors
    /// [`Stop::NotFound`].
    pub(crate) async fn user(&self, tx: &mut Tx<'_>, person: PersonId) -> Result<UserInReach, Stop> {
        let found = UserInReach::find(&mut Source::Transaction(tx), self.company_standing(), person).await?;
        found.ok_or(Stop::NotFound)
    }

    /// A user of the company who was not removed, with how far the actor may change them.
    ///
    /// # Errors
    /// [`Stop::NotFound`].
    pub(crate) async fn present_user(&self, tx: &mut Tx<'_>, person: PersonId) -> Result<UserInReach, Stop> {
        let user = self.user(tx, person).await?;
        if user.member.state == MembershipState::Removed { Err(Stop::NotFound) } else { Ok(user) }
    }
}
