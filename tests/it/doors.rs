//! One test of all doors: each act on a user or an employee, by each kind of actor who can do it, has the same outcome,
//! the same history, the same messages and the same ended sessions. `docs/rights.md` has the table in words.

mod companies;
mod document;
mod entrances;
mod world;

use salpa::directory::users::Role;
use serde_json::json;

use crate::commands;
use crate::support::Service;
use world::{Subject, Trace, World};

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
const COMMAND_ALONE: &[Door] = &[Command];

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
    RemoveFactor,
    ResetFactors,
    SendInvitation,
    CancelInvitation,
    MakeVerificationCode,
    ReleaseInvitation,
    GiveAccessPass,
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
        AddEmployee, AddSomebodyKnown, CancelInvitation, EndSessions, GiveAccessPass, GiveProfile, Lock,
        LogOutEverywhere, MakeVerificationCode, ReleaseInvitation, Remove, RemoveEmployee, RemoveFactor, Rename,
        ResetFactors, SendFirstMessage, SendInvitation, SetLanguage, SetRights, SetRoles, SetServices, TakeBack,
        Unlock,
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
            PAGES_AND_API,
            &["phone.logged_out_everywhere"],
            Some("logged you out from all devices"),
        ))),
        closing(line(
            RemoveFactor,
            PAGES_AND_API,
            &["account.authenticator_removed"],
            Some("removed an authenticator app from your sign-in"),
        )),
        closing(line(
            ResetFactors,
            PAGES_AND_API,
            &["person.second_step_reset"],
            Some("removed your second step and your recovery code"),
        )),
        line(SendInvitation, PAGES_AND_API, &["invitation.sent"], Some("invites you to sign in with your phone")),
        without_fresh_proof(line(CancelInvitation, PAGES_AND_API, &["invitation.cancelled"], None)),
        line(
            MakeVerificationCode,
            CONSOLE_ALONE,
            &["invitation.code_made"],
            Some("had a verification code shown, to hand over to you"),
        ),
        line(GiveAccessPass, CONSOLE_ALONE, &["access_pass.given"], Some("created a temporary access pass for you")),
        unlimited(line(ReleaseInvitation, COMMAND_ALONE, &["invitation.released"], None)),
        unlimited(line(AddEmployee, NO_DIRECTORY, &["employee.added"], Some("on the employee listing"))),
        unlimited(line(SetServices, NO_DIRECTORY, &["employee.services_set"], None)),
        unlimited(line(RemoveEmployee, NO_DIRECTORY, &["employee.removed"], Some("off the employee listing"))),
    ]
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
