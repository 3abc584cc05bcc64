//! The people of an act, the actors at each door, and what an act leaves behind.

use salpa::api::grants::GrantExtent;
use salpa::api::scopes::Scope;
use salpa::directory::companies::{CompanyId, CompanyKind};
use salpa::directory::people::PersonId;
use salpa::directory::rights::{self, Right};
use salpa::directory::users::{self, MembershipState, Role};
use salpa::directory::{employees, people};
use salpa::platform::db::Reads;
use salpa::sign_in::policies::SecondFactor;
use salpa::values;
use serde_json::json;

use super::{Application, Command, Console, Deed, Door, OnBehalf, OperatorsApplication, Scim};
use crate::api::caller::Program;
use crate::api::tokens::{console, on_behalf};
use crate::commands;
use crate::scim::Directory;
use crate::support::dns::Resolver;
use crate::support::{AINO, Browser, Registered, Service, Somebody};

const SCOPES: &str = "openid company:*:users.read company:*:users.write company:*:people.write \
                      company:*:sessions.write company:*:employees.write company:*:policies.write \
                      company:*:applications.write company:*:factors.write company:*:company.write";
const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// An accounting office, its user administrator Aino, and an actor at each door.
pub(super) struct World<'s> {
    pub(super) service: &'s Service,
    pub(super) office: CompanyId,
    pub(super) elsewhere: CompanyId,
    pub(super) aino: Browser,
    pub(super) on_behalf: Program<'s>,
    pub(super) application: Program<'s>,
    pub(super) operators: Program<'s>,
    pub(super) directory: Directory<'s>,
    pub(super) command: commands::Program,
    /// The application that rights are given in, with its client identifier.
    pub(super) books: (String, String),
    /// The ready-made profile *Clerk*.
    pub(super) clerk: String,
    /// The application through which Aino acts, that of the company, and that of the operator.
    pub(super) clients: [Registered; 3],
    /// The names of the actors, as messages tell them.
    pub(super) actors: [String; 5],
    pub(super) subjects: u32,
    /// The resolver of the service and of its commands, where domains are looked at.
    pub(super) dns: Resolver,
}

/// The person of an act, with an open session.
pub(super) struct Subject {
    pub(super) id: PersonId,
    pub(super) email: &'static str,
}

/// All that an act leaves behind, without the names of who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) is_done: bool,
    pub(super) history: Vec<String>,
    pub(super) letters: Vec<String>,
    pub(super) open_sessions: i64,
    pub(super) user: String,
}

fn every_scope(name: impl Fn(Scope) -> String) -> String {
    Scope::ALL.into_iter().map(name).collect::<Vec<_>>().join(" ")
}

impl<'s> World<'s> {
    pub(super) async fn begin(service: &'s Service) -> Self {
        let office = service.new_company("Rantanen", CompanyKind::AccountingOffice).await;
        let elsewhere = service.new_company("Saari", CompanyKind::Business).await;
        service.new_user(office, "sanna@rantanen.example", &[Role::MainUser]).await;
        let administrator = service.person(AINO).await;
        service.user_too(office, administrator, &[Role::UserAdministrator]).await;
        let registered = service.application("Books", SecondFactor::Optional).await;
        let id = registered.application.id;
        service.set_open(office, id, true).await;
        service.declare(id, "entries.read").await;
        service.give(office, administrator, id, &["entries.read"]).await;
        let clients = [
            console(service).await,
            service.api_client("payroll-program").await,
            service.api_client("operating").await,
        ];
        service.grant_api(&clients[1], GrantExtent::Company(office), &Scope::ALL).await;
        service.grant_api(&clients[2], GrantExtent::Operator, &Scope::ALL).await;
        let on_behalf = on_behalf(service, &clients[0], SCOPES).await;
        let application = service.program(&clients[1], &every_scope(|scope| scope.of(office))).await;
        let right = json!({ "application": id.to_string(), "name": "entries.read" });
        let clerk = json!({ "name": "Clerk", "rights": [right] });
        let made = application.post(&format!("/api/v1/companies/{office}/profiles"), clerk).await.fine(201);
        let mut world = Self {
            service,
            office,
            elsewhere,
            aino: service.browser(),
            on_behalf,
            application,
            operators: service.program(&clients[2], &every_scope(Scope::of_operator)).await,
            directory: service.directory(office).await,
            command: commands::Program::of(&service.database).set("SALPA_ORGANISATION", "Kallio & Laine"),
            books: (id.to_string(), registered.application.client_id.clone()),
            clerk: made["id"].as_str().unwrap().to_owned(),
            clients,
            actors: [
                format!("{} {}", AINO.given_name, AINO.family_name),
                "Entra".to_owned(),
                service.app.settings.organisation.clone(),
                "payroll-program".to_owned(),
                "operating".to_owned(),
            ],
            subjects: 0,
            dns: Resolver::start(),
        };
        world.prove_anew().await;
        world
    }

    /// The same with the resolver that the service asks.
    pub(super) fn asking(mut self, dns: Resolver) -> Self {
        self.command = self.command.set("SALPA_DNS_RESOLVERS", &dns.address.to_string());
        self.dns = dns;
        self
    }

    /// Lets Aino prove herself once more, and gets new tokens for the applications.
    pub(super) async fn prove_anew(&mut self) {
        self.aino = self.browser_of(AINO).await;
        self.service.wait(31);
        let (office, [console, own, operating]) = (self.office, &self.clients);
        self.on_behalf = on_behalf(self.service, console, SCOPES).await;
        self.application = self.service.program(own, &every_scope(|scope| scope.of(office))).await;
        self.operators = self.service.program(operating, &every_scope(Scope::of_operator)).await;
    }

    async fn browser_of(&self, somebody: Somebody) -> Browser {
        self.service.wait(31);
        let mut browser = self.service.browser();
        let first = browser.open("/account").await;
        let account = browser.sign_in_as(self.service, first, somebody).await;
        assert_eq!(account.title(), "My sign-in", "{}", account.body);
        browser
    }

    /// Somebody new in the roles, ready for an act.
    pub(super) async fn subject(&mut self, deed: Deed, roles: &[Role]) -> Subject {
        self.subjects += 1;
        let email: &'static str = Box::leak(format!("subject{}@rantanen.example", self.subjects).into_boxed_str());
        let somebody = Somebody {
            email,
            given_name: "Somebody",
            family_name: "Else",
            password: "a lantern over the cold harbour",
            seed: Some(SEED),
        };
        if deed == Deed::SendFirstMessage {
            let id = self.service.somebody_new(somebody).await;
            self.service.user_too(self.office, id, roles).await;
            return Subject { id, email };
        }
        let id = self.service.person(somebody).await;
        let basic = if deed == Deed::AddSomebodyKnown { self.elsewhere } else { self.office };
        self.service.user_too(basic, id, roles).await;
        self.browser_of(somebody).await;
        let (office, now) = (self.office, self.service.now());
        let prepared: Result<(), users::UserChangeError> = self
            .service
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let state = match deed {
                        Deed::Unlock => MembershipState::Locked,
                        Deed::TakeBack => MembershipState::Removed,
                        _ => MembershipState::Active,
                    };
                    if state != MembershipState::Active {
                        users::set_state(tx, office, id, state, now).await?;
                    }
                    if matches!(deed, Deed::SetServices | Deed::RemoveEmployee) {
                        employees::add(tx, office, id, &[employees::ChargeableService::Salaries], now).await?;
                    }
                    Ok(())
                })
            })
            .await;
        prepared.unwrap();
        match deed {
            Deed::CancelInvitation | Deed::MakeVerificationCode => self.service.entered_invitation(office, id).await,
            Deed::ReleaseInvitation => self.service.invited_with_other_data(id).await,
            _ => {}
        }
        Subject { id, email }
    }

    /// Does the act through the door, and tells whether it was done.
    pub(super) async fn act(&mut self, deed: Deed, door: Door, subject: &Subject) -> bool {
        match door {
            Console => self.at_the_console(deed, subject).await,
            OnBehalf => self.through_the_api(&self.on_behalf.clone(), deed, subject).await,
            Application => self.through_the_api(&self.application.clone(), deed, subject).await,
            OperatorsApplication => self.through_the_api(&self.operators.clone(), deed, subject).await,
            Scim => self.by_directory(deed, subject).await,
            Command => self.by_command(deed, subject),
        }
    }

    /// The trace of an act through a door on somebody in the roles.
    pub(super) async fn trace(&mut self, deed: Deed, door: Door, roles: &[Role]) -> Trace {
        let subject = self.subject(deed, roles).await;
        self.trace_of(deed, door, &subject).await
    }

    pub(super) async fn trace_of(&mut self, deed: Deed, door: Door, subject: &Subject) -> Trace {
        let (events, letters) = (self.history_of(subject).await.len(), self.service.letters(subject.email).await.len());
        let is_done = self.act(deed, door, subject).await;
        let written = self.service.letters(subject.email).await;
        let new = written.len() - letters;
        // The sentence that tells of the act stands alone, and begins with the name of the actor.
        let sentence = |text: &str| {
            let told = text.lines().find(|line| line.ends_with('.')).unwrap_or_default();
            self.actors.iter().fold(told.to_owned(), |told, name| told.replace(name, "SOMEBODY"))
        };
        let letters = written.into_iter().take(new).map(|letter| sentence(&letter.text)).collect();
        let person = subject.id;
        let open = "SELECT count(*) FROM sessions WHERE person_id = ?1 AND ended_at IS NULL";
        let open_sessions = self.service.app.db.one(open, values![person], |row| row.get(0)).await.unwrap();
        // A command runs by the real clock, at which the sessions of the story are over and nothing is left to end.
        let open_sessions = match (door, deed) {
            (Command, Deed::Lock | Deed::Remove) => 0,
            _ => open_sessions,
        };
        Trace {
            is_done,
            history: self.history_of(subject).await.split_off(events),
            letters,
            open_sessions,
            user: self.user(subject).await,
        }
    }

    /// The entries about the person, with their details, but for what says by whom.
    async fn history_of(&self, subject: &Subject) -> Vec<String> {
        let id = subject.id.to_string();
        let own = self.service.history().await.into_iter().filter(|told| told.person.as_ref() == Some(&id));
        // The ends of sessions are counted by themselves.
        let own = own.filter(|told| told.event != "session.ended");
        own.map(|mut told| {
            told.details.as_object_mut().unwrap().remove("by");
            format!("{} {}", told.event, told.details)
        })
        .collect()
    }

    pub(super) async fn user(&self, subject: &Subject) -> String {
        let db = &self.service.app.db;
        let person = people::find(db, subject.id).await.unwrap().unwrap();
        let member = users::find(db, self.office, subject.id).await.unwrap();
        let manages = |roles: Vec<Role>| roles.into_iter().filter(|role| role.manages()).collect::<Vec<_>>();
        let member = member.map(|member| (manages(member.roles), member.state, member.profile, member.basic));
        let rights: Vec<Right> = rights::of_user(db, self.office, subject.id).await.unwrap();
        let services = employees::find(db, self.office, subject.id).await.unwrap().map(|employee| employee.services);
        let rights: Vec<_> = rights.into_iter().map(|right| right.name).collect();
        format!("{} {} {member:?} {rights:?} {services:?}", person.name(), person.language)
    }
}
