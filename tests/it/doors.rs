//! One test of all doors: each act on a user or an employee, by each kind of actor who can do it, has the same outcome,
//! the same history, the same messages and the same ended sessions.
//!
//! Longer than 500 lines because a table is read beside what does its lines at each door.

mod companies;

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
use serde_json::{Value, json};

use crate::api::caller::{ApiResponse, Program};
use crate::api::tokens::{console, on_behalf};
use crate::commands;
use crate::scim::Directory;
use crate::support::{AINO, Browser, Registered, Service, Somebody};

const SCOPES: &str = "openid company:*:users.read company:*:users.write company:*:people.write \
                      company:*:sessions.write company:*:employees.write company:*:policies.write \
                      company:*:applications.write";
const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A door, with the kind of actor that comes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// A user administrator at the console.
    Console,
    /// An application on behalf of the same user administrator.
    OnBehalf,
    /// An application of the company on its own.
    Application,
    /// A directory, by SCIM.
    Directory,
    /// An application of the operator.
    OperatorsApplication,
    /// The operator, by a command.
    Command,
}

use Door::{Application, Command, Console, Directory as Scim, OnBehalf, OperatorsApplication};

const EVERY_DOOR: &[Door] = &[Console, OnBehalf, Application, Scim, OperatorsApplication, Command];
const COMPANY_DOORS: &[Door] = &[Console, OnBehalf, Application, Scim];
const OPERATOR_DOORS: &[Door] = &[OperatorsApplication, Command];
const NO_DIRECTORY: &[Door] = &[Console, OnBehalf, Application, OperatorsApplication, Command];
const NO_COMMAND: &[Door] = &[Console, OnBehalf, Application, Scim, OperatorsApplication];
const PAGES_AND_API: &[Door] = &[Console, OnBehalf, Application, OperatorsApplication];
const CONSOLE_ALONE: &[Door] = &[Console];

/// An act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    AddSomebodyKnown,
    SetRoles,
    SendFirstMessage,
    Lock,
    Unlock,
    Remove,
    TakeBack,
    SetRights,
    GiveProfile,
    Rename,
    SetLanguage,
    EndSessions,
    LogOutEverywhere,
    OpenPhoneApp,
    AddEmployee,
    SetServices,
    RemoveEmployee,
}

/// An act, the doors that offer it, and the facts that are the same at each.
struct Line {
    deed: Deed,
    doors: &'static [Door],
    /// The events of the history.
    events: &'static [&'static str],
    /// Words of the one message to the person; none where they are not told.
    letter: Option<&'static str>,
    /// Whether the sessions of the person end, whose basic company this is.
    ends_sessions: bool,
    /// Whether it wants a fresh proof of the person who acts.
    wants_fresh_proof: bool,
    /// Whether it is refused where the user may do more than the actor.
    has_limits: bool,
}

const fn line(
    deed: Deed,
    doors: &'static [Door],
    event: &'static [&'static str],
    letter: Option<&'static str>,
) -> Line {
    Line { deed, doors, events: event, letter, ends_sessions: false, wants_fresh_proof: true, has_limits: true }
}

fn table() -> Vec<Line> {
    use Deed::{
        AddEmployee, AddSomebodyKnown, EndSessions, GiveProfile, Lock, LogOutEverywhere, OpenPhoneApp, Remove,
        RemoveEmployee, Rename, SendFirstMessage, SetLanguage, SetRights, SetRoles, SetServices, TakeBack, Unlock,
    };
    let without_fresh_proof = |line: Line| Line { wants_fresh_proof: false, ..line };
    let closing = |line: Line| Line { ends_sessions: true, ..line };
    let unlimited = |line: Line| Line { has_limits: false, ..line };
    vec![
        // The operator's word is enough; everybody else's waits for the person.
        unlimited(line(AddSomebodyKnown, COMPANY_DOORS, &["user.added"], Some("invites you to be a user of"))),
        unlimited(line(AddSomebodyKnown, OPERATOR_DOORS, &["user.added"], Some("made you a user of"))),
        // Nothing proves them yet, so they have no session.
        without_fresh_proof(closing(unlimited(line(
            SendFirstMessage,
            &[Console],
            &["user.first_message_sent"],
            Some("made you a user of"),
        )))),
        line(SetRoles, EVERY_DOOR, &["user.roles_set"], Some("changed your roles")),
        without_fresh_proof(closing(line(Lock, EVERY_DOOR, &["user.state_set"], Some("locked your access")))),
        line(Unlock, EVERY_DOOR, &["user.state_set"], Some("unlocked your access")),
        closing(line(Remove, EVERY_DOOR, &["user.state_set"], Some("removed your access"))),
        line(TakeBack, NO_DIRECTORY, &["user.state_set"], Some("restored your access")),
        line(SetRights, NO_DIRECTORY, &["user.rights_set"], Some("changed what you may do")),
        line(GiveProfile, EVERY_DOOR, &["user.profile_given"], Some("changed what you may do")),
        line(Rename, NO_COMMAND, &["person.name_changed"], Some("corrected your name")),
        line(SetLanguage, NO_COMMAND, &["person.language_changed"], None),
        without_fresh_proof(closing(line(
            EndSessions,
            PAGES_AND_API,
            &["person.sessions_ended"],
            Some("signed you out"),
        ))),
        without_fresh_proof(closing(line(
            LogOutEverywhere,
            CONSOLE_ALONE,
            &["phone.logged_out_everywhere"],
            Some("logged you out from all devices"),
        ))),
        line(OpenPhoneApp, CONSOLE_ALONE, &["phone.app_opened"], Some("opened the phone app to you again")),
        unlimited(line(AddEmployee, NO_DIRECTORY, &["employee.added"], Some("on the employee listing"))),
        unlimited(line(SetServices, NO_DIRECTORY, &["employee.services_set"], None)),
        unlimited(line(RemoveEmployee, NO_DIRECTORY, &["employee.removed"], Some("off the employee listing"))),
    ]
}

/// An accounting office, its user administrator Aino, and an actor at each door.
struct World<'s> {
    service: &'s Service,
    office: CompanyId,
    elsewhere: CompanyId,
    aino: Browser,
    on_behalf: Program<'s>,
    application: Program<'s>,
    operators: Program<'s>,
    directory: Directory<'s>,
    command: commands::Program,
    /// The application that rights are given in, with its client identifier.
    books: (String, String),
    /// The ready-made profile *Clerk*.
    clerk: String,
    /// The application through which Aino acts, that of the company, and that of the operator.
    clients: [Registered; 3],
    /// The names of the actors, as messages tell them.
    actors: [String; 5],
    subjects: u32,
}

/// The person of an act, with an open session.
struct Subject {
    id: PersonId,
    email: &'static str,
}

/// All that an act leaves behind, without the names of who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Trace {
    is_done: bool,
    history: Vec<String>,
    letters: Vec<String>,
    open_sessions: i64,
    user: String,
}

fn every_scope(name: impl Fn(Scope) -> String) -> String {
    Scope::ALL.into_iter().map(name).collect::<Vec<_>>().join(" ")
}

impl<'s> World<'s> {
    async fn begin(service: &'s Service) -> Self {
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
        };
        world.prove_anew().await;
        world
    }

    /// Lets Aino prove herself once more, and gets new tokens for the applications.
    async fn prove_anew(&mut self) {
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
    async fn subject(&mut self, deed: Deed, roles: &[Role]) -> Subject {
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
                    if deed == Deed::OpenPhoneApp {
                        people::close_phone_app(tx, id).await?;
                    }
                    if matches!(deed, Deed::SetServices | Deed::RemoveEmployee) {
                        employees::add(tx, office, id, &[employees::ChargeableService::Salaries], now).await?;
                    }
                    Ok(())
                })
            })
            .await;
        prepared.unwrap();
        Subject { id, email }
    }

    /// Does the act through the door, and tells whether it was done.
    async fn act(&mut self, deed: Deed, door: Door, subject: &Subject) -> bool {
        match door {
            Console => self.at_the_console(deed, subject).await,
            OnBehalf => self.through_the_api(&self.on_behalf.clone(), deed, subject).await,
            Application => self.through_the_api(&self.application.clone(), deed, subject).await,
            OperatorsApplication => self.through_the_api(&self.operators.clone(), deed, subject).await,
            Scim => self.by_directory(deed, subject).await,
            Command => self.by_command(deed, subject),
        }
    }

    async fn at_the_console(&mut self, deed: Deed, subject: &Subject) -> bool {
        let at = |page: &str| format!("/admin/{}/{page}", self.office);
        let user = |page: &str| at(&format!("users/{}/{page}", subject.id));
        let employee = |page: &str| at(&format!("employees/{}{page}", subject.id));
        let ticked;
        let known = [("email", subject.email), ("given_name", "New"), ("family_name", "Name"), ("language", "en")];
        let (path, fields): (String, Vec<(&str, &str)>) = match deed {
            Deed::AddSomebodyKnown => (at("users/new"), [&known[..], &[("role", "employee")]].concat()),
            Deed::SetRoles => (user("roles"), vec![("role", "user administrator"), ("role", "employee")]),
            Deed::SendFirstMessage => (user("first-message"), vec![]),
            Deed::Lock => (user("lock"), vec![]),
            Deed::Unlock => (user("unlock"), vec![]),
            Deed::Remove => (user("remove"), vec![("basic", "none")]),
            Deed::TakeBack => (user("take-back"), vec![]),
            Deed::SetRights => {
                ticked = format!("{} entries.read", self.books.0);
                (user("access-rights"), vec![("right", ticked.as_str()), ("complete", "1")])
            }
            Deed::GiveProfile => (user("access-rights/profile"), vec![("profile", self.clerk.as_str())]),
            Deed::Rename => (user("name"), vec![("given_name", "Other"), ("family_name", "Else")]),
            Deed::SetLanguage => (user("communication"), vec![("phone", ""), ("language", "fi")]),
            Deed::EndSessions => (user("sessions/end-all"), vec![]),
            Deed::LogOutEverywhere => (user("log-out-everywhere"), vec![]),
            Deed::OpenPhoneApp => (user("phone-app/open"), vec![]),
            Deed::AddEmployee => (at("employees/new"), [&known[..], &[("service", "travel")]].concat()),
            Deed::SetServices => (employee(""), vec![("service", "travel")]),
            Deed::RemoveEmployee => (employee("/remove"), vec![]),
        };
        let page = self.aino.post(&path, &fields).await;
        page.location().is_some_and(|to| to.contains("done="))
    }

    async fn through_the_api(&self, program: &Program<'_>, deed: Deed, subject: &Subject) -> bool {
        let at = |rest: &str| format!("/api/v1/companies/{}/{rest}", self.office);
        let user = |rest: &str| at(&format!("users/{}{rest}", subject.id));
        let employee = at(&format!("employees/{}", subject.id));
        let state = |state: &str| json!({ "state": state });
        let new = |more: Value| {
            let mut new = json!({ "email": subject.email, "given_name": "New" });
            new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            new
        };
        let response: ApiResponse = match deed {
            Deed::AddSomebodyKnown => program.post(&at("users"), new(json!({ "roles": ["employee"] }))).await,
            Deed::SetRoles => program.patch(&user(""), json!({ "roles": ["user administrator", "employee"] })).await,
            Deed::Lock => program.patch(&user(""), state("locked")).await,
            Deed::Unlock | Deed::TakeBack => program.patch(&user(""), state("active")).await,
            Deed::Remove => program.delete(&user("")).await,
            Deed::SetRights => {
                let right = json!({ "application": self.books.0, "name": "entries.read" });
                program.put(&user("/rights"), json!({ "rights": [right] })).await
            }
            Deed::GiveProfile => program.put(&user("/profile"), json!({ "profile": self.clerk })).await,
            Deed::Rename => {
                program.patch(&at(&format!("people/{}", subject.id)), json!({ "given_name": "Other" })).await
            }
            Deed::SetLanguage => {
                program.patch(&at(&format!("people/{}", subject.id)), json!({ "language": "fi" })).await
            }
            Deed::EndSessions => program.delete(&user("/sessions")).await,
            Deed::AddEmployee => program.post(&at("employees"), new(json!({ "services": ["travel"] }))).await,
            Deed::SetServices => program.put(&employee, json!({ "services": ["travel"] })).await,
            Deed::RemoveEmployee => program.delete(&employee).await,
            Deed::LogOutEverywhere | Deed::OpenPhoneApp | Deed::SendFirstMessage => {
                panic!("the API has no word for {deed:?}")
            }
        };
        assert!(
            response.status.is_success() || [401, 403].contains(&response.status.as_u16()),
            "{deed:?}: {response:?}"
        );
        response.status.is_success()
    }

    async fn by_directory(&self, deed: Deed, subject: &Subject) -> bool {
        let user = format!("Users/{}", subject.id);
        let replace = |path: &str, value: Value| json!([{ "op": "replace", "path": path, "value": value }]);
        let member = json!([{ "op": "add", "path": "members", "value": [{ "value": subject.id.to_string() }] }]);
        let response = match deed {
            Deed::AddSomebodyKnown => {
                let new = json!({
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                    "userName": subject.email, "name": { "givenName": "New" }, "active": true,
                });
                self.directory.post("Users", new).await
            }
            Deed::SetRoles => self.directory.patch(&self.group("user administrator").await, member).await,
            Deed::GiveProfile => self.directory.patch(&self.group("Clerk").await, member).await,
            Deed::Lock => self.directory.patch(&user, replace("active", json!(false))).await,
            Deed::Unlock => self.directory.patch(&user, replace("active", json!(true))).await,
            Deed::Remove => self.directory.delete(&user).await,
            Deed::Rename => self.directory.patch(&user, replace("name.givenName", json!("Other"))).await,
            Deed::SetLanguage => self.directory.patch(&user, replace("preferredLanguage", json!("fi"))).await,
            _ => panic!("a directory has no word for {deed:?}"),
        };
        assert!(response.status.is_success() || response.status == 403, "{deed:?}: {response:?}");
        response.status.is_success()
    }

    async fn group(&self, name: &str) -> String {
        let groups = self.directory.get("Groups").await.fine(200);
        let named = groups["Resources"].as_array().unwrap().iter().find(|group| group["displayName"] == name);
        format!("Groups/{}", named.unwrap_or_else(|| panic!("{groups}"))["id"].as_str().unwrap())
    }

    fn by_command(&self, deed: Deed, subject: &Subject) -> bool {
        let office = self.office.to_string();
        let of = ["--company", office.as_str(), "--email", subject.email];
        let (words, more): (&[&str], Vec<String>) = match deed {
            Deed::AddSomebodyKnown => (&["companies", "add-user"], vec!["--role".into(), "employee".into()]),
            Deed::SetRoles => {
                let roles = ["--role", "user administrator", "--role", "employee"];
                (&["users", "set-roles"], roles.map(String::from).into())
            }
            Deed::Lock => (&["users", "set-state"], vec!["--state".into(), "locked".into()]),
            Deed::Unlock | Deed::TakeBack => (&["users", "set-state"], vec!["--state".into(), "active".into()]),
            Deed::Remove => (&["users", "set-state"], vec!["--state".into(), "removed".into()]),
            Deed::SetRights => {
                (&["users", "rights"], vec!["--yes".into(), "--set".into(), format!("{}:entries.read", self.books.1)])
            }
            Deed::GiveProfile => (&["users", "give-profile"], vec!["--profile".into(), self.clerk.clone()]),
            Deed::AddEmployee | Deed::SetServices => (&["employees", "add"], vec!["--service".into(), "travel".into()]),
            Deed::RemoveEmployee => (&["employees", "remove"], vec![]),
            _ => panic!("there is no command for {deed:?}"),
        };
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let output = self.command.run(&[words, &of, &more].concat());
        assert!(output.status.success(), "{deed:?}: {}", String::from_utf8_lossy(&output.stderr));
        true
    }

    /// The trace of an act through a door on somebody in the roles.
    async fn trace(&mut self, deed: Deed, door: Door, roles: &[Role]) -> Trace {
        let subject = self.subject(deed, roles).await;
        self.trace_of(deed, door, &subject).await
    }

    async fn trace_of(&mut self, deed: Deed, door: Door, subject: &Subject) -> Trace {
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

    async fn user(&self, subject: &Subject) -> String {
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

#[tokio::test]
async fn an_act_is_the_same_through_every_door() {
    let service = Service::start().await;
    let mut world = World::begin(&service).await;
    let mut compared = 0;
    for line in table() {
        let mut first: Option<Trace> = None;
        for door in line.doors {
            world.prove_anew().await;
            let trace = world.trace(line.deed, *door, &[Role::Employee]).await;
            let (deed, name) = (line.deed, format!("{:?} by {door:?}", line.deed));
            assert!(trace.is_done, "{name} was refused: {trace:?}");
            let events: Vec<&str> = trace.history.iter().filter_map(|entry| entry.split(' ').next()).collect();
            for event in line.events {
                assert!(events.contains(event), "{name} writes no {event}: {trace:?}");
            }
            match line.letter {
                Some(words) => assert!(
                    trace.letters.len() == 1 && trace.letters[0].contains(words),
                    "{name} does not tell the person: {trace:?}"
                ),
                None => assert!(trace.letters.is_empty(), "{name} writes to the person: {trace:?}"),
            }
            assert_eq!(trace.open_sessions == 0, line.ends_sessions, "{name}: {trace:?}");
            match &first {
                None => first = Some(trace),
                Some(first) => assert_eq!(&trace, first, "{deed:?} by {door:?} differs from {:?}", line.doors[0]),
            }
            compared += 1;
        }
    }
    assert!(compared > 70, "{compared}");
}

#[tokio::test]
async fn a_user_who_may_do_more_is_beyond_everybody_but_the_operator() {
    let service = Service::start().await;
    let mut world = World::begin(&service).await;
    for line in table().into_iter().filter(|line| line.has_limits) {
        for door in line.doors {
            world.prove_anew().await;
            let subject = world.subject(line.deed, &[Role::MainUser]).await;
            let before = world.user(&subject).await;
            let trace = world.trace_of(line.deed, *door, &subject).await;
            let is_operator = matches!(door, OperatorsApplication | Command);
            let name = format!("{:?} by {door:?} on a main user", line.deed);
            assert_eq!(trace.is_done, is_operator, "{name}: {trace:?}");
            if !is_operator {
                assert!(trace.history.is_empty() && trace.letters.is_empty(), "{name}: {trace:?}");
                assert_eq!((trace.open_sessions, trace.user), (1, before), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn an_act_that_opens_something_wants_a_fresh_proof_through_every_door() {
    let service = Service::start().await;
    let mut world = World::begin(&service).await;
    for line in table() {
        for door in [Console, OnBehalf].into_iter().filter(|door| line.doors.contains(door)) {
            let subject = world.subject(line.deed, &[Role::Employee]).await;
            world.prove_anew().await;
            service.wait(5 * 60 + 1);
            let trace = world.trace_of(line.deed, door, &subject).await;
            assert_eq!(trace.is_done, !line.wants_fresh_proof, "{:?} by {door:?}: {trace:?}", line.deed);
        }
    }
}

#[tokio::test]
async fn a_policy_that_leaves_nobody_a_way_in_is_refused_at_every_door() {
    let service = Service::start().await;
    let mut world = World::begin(&service).await;
    let office = world.office.to_string();
    let policy = json!({ "methods": ["recovery_code"] });
    world.prove_anew().await;
    for program in [&world.application, &world.on_behalf] {
        let response = program.put(&format!("/api/v1/companies/{office}/policy"), policy.clone()).await;
        response.refused(422, "invalid");
    }
    let page =
        world.aino.post(&format!("/admin/{office}/policies/details/change"), &[("method", "recovery_code")]).await;
    assert_eq!(page.status, 422, "{}", page.body);
    let output = world.command.run(&["companies", "policy", &office, "--methods", "recovery_code"]);
    let (code, _, words) = commands::told(&output);
    assert!(code != Some(0) && words.contains("nobody could sign in"), "{words}");
    assert_eq!(service.count("SELECT count(*) FROM company_policies").await, 0);
}
