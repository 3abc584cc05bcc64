//! The collection of the facts for the decision. It decides nothing itself; if it leaves a session out, less is known
//! and more is asked.

use std::collections::BTreeSet;

use super::adaptive::{FAILURES_COUNT_FOR, MANY_FAILURES, Sign, Travel};
use super::assurance::{Acr, Demand, Proof};
use super::decide::new_network::may_ask_to_confirm;
use super::decide::{Admission, Chosen, Claimant, Identity, Place, SessionStanding, Situation, entered};
use super::facts::{self, FactQuery, FactSheet};
use super::policies::{self, ApplicationId, Gate, Policy};
use super::sessions::{self, Session};
use super::{SignIn, SignInState, admission, remembered};
use crate::directory::people::{self, Person, PersonId};
use crate::directory::{contacts, employees, users};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Source};
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::codes::{CodeContacts, Occupation};
use crate::proofs::networks::Familiarity;
use crate::proofs::passkeys::RelyingParty;
use crate::proofs::{self, Factor, Holdings, Method};
use crate::sign_in::cookies;

/// The facts of the database about a sign-in or a session, at one instant.
#[derive(Debug)]
pub(super) struct Facts {
    /// The input of the decision.
    pub(super) situation: Situation,
    /// The gate.
    pub(super) gate: Gate,
    /// The person who is signing in, by a session or by the typed email.
    pub(super) person: Option<Person>,
    /// Whether a company waits for that person's answer.
    pub(super) is_waited_for: bool,
    /// The contacts for a confirmation code.
    pub(super) code_contacts: CodeContacts,
    /// The session of this browser and this person.
    pub(super) session: Option<Session>,
}

impl Facts {
    /// Whether the recovery code was given in this sign-in.
    pub(super) fn gave_recovery_code(&self) -> bool {
        let is_it = |proof: &Proof| proof.in_this_sign_in && proof.method.factor() == Factor::RecoveryCode;
        self.situation.proofs.iter().any(is_it)
    }

    /// Whether the person has an unused recovery code.
    pub(super) fn has_recovery_code(&self) -> bool {
        self.situation.claimant().is_some_and(|claimant| claimant.has(Factor::RecoveryCode))
            && self.situation.policy.counts(Method::of(Factor::RecoveryCode))
    }

    /// The days for which the person may have this browser remembered, if the policy allows it.
    pub(super) fn days_to_remember(&self) -> Option<i64> {
        self.situation.policy.days_to_remember().map(i64::from)
    }

    /// Whether the person has a second factor.
    pub(super) fn has_second_factor(&self) -> bool {
        self.situation.claimant().is_some_and(Claimant::has_second_step)
    }
}

/// A session, its person and the facts about them.
pub(super) struct SessionFacts {
    pub(super) session: Session,
    pub(super) person: Person,
    pub(super) facts: Facts,
}

/// The session of the request's browser; `None` if there is none that could satisfy the demand.
pub(super) async fn of_session(
    app: &Core,
    visit: &Visit,
    application: Option<ApplicationId>,
    demand: &Demand,
) -> Result<Option<SessionFacts>, Fault> {
    if cookies::session(visit).is_none() {
        return Ok(None);
    }
    let mut reader = app.db.reader().await?;
    let source = &mut Source::Reader(&mut reader);
    let query = FactQuery { application, ..FactQuery::default() };
    let sheet = facts::read(&mut *source, visit, query).await?;
    let (Some(session), Some(person)) = (sheet.session.clone(), sheet.person.clone()) else { return Ok(None) };
    if !may_answer(&session, demand, false) {
        return Ok(None);
    }
    let proofs = sheet.given_in_session.clone();
    let who = (person.id, proofs.as_slice());
    let admission = admission::of(source, (application, demand), who, (Some(&session), None)).await?;
    let gate = gate_of((application, demand), &admission);
    let policy = policy_at(source, gate, &sheet, Some(person.id)).await?;
    // If the policy asks for no more in another place, the place need not be known.
    let place = if may_be_odd(&policy, visit) || may_ask_to_confirm(&policy, &proofs) {
        place(app, source, visit, (person.id, &policy), &sheet.familiarity).await?
    } else {
        Place::UNKNOWN
    };
    let chosen = chosen_in_session(source, &session, demand).await?;
    let (code_contacts, is_only_an_employee) = contact(app, source, visit, (&person, &policy), &proofs).await?;
    let situation = Situation {
        identity: Identity::Person(claimant(&person, &sheet, &code_contacts, is_only_an_employee)),
        terms_accepted: terms_accepted(app, &person),
        proofs,
        session: session.standing(visit.now, policy.idle()),
        place,
        chosen,
        admission,
        unusable: unusable(app),
        ..Situation::new(policy, demand.clone(), visit.now)
    };
    let facts = Facts {
        situation,
        gate,
        person: Some(person.clone()),
        is_waited_for: sheet.is_waited_for,
        code_contacts,
        session: Some(session.clone()),
    };
    Ok(Some(SessionFacts { session, person, facts }))
}

/// The facts about a sign-in in its browser, inside the transaction that records a proof, that proof included.
pub(super) async fn of_sign_in(
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
    source: &mut Source<'_, '_>,
) -> Result<Facts, Fault> {
    let query = FactQuery { sign_in: Some(sign_in.id), person: sign_in.state.looked_up(), ..FactQuery::default() };
    let sheet = facts::read(&mut *source, visit, query).await?;
    of_sheet(app, visit, sign_in, source, &sheet).await
}

/// The facts about a sign-in from the rows that were read with it.
pub(super) async fn of_sheet(
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
    source: &mut Source<'_, '_>,
    sheet: &FactSheet,
) -> Result<Facts, Fault> {
    let has_chosen = !matches!(sign_in.state, SignInState::Asking { .. });
    let session = sheet.session.clone().filter(|session| may_answer(session, &sign_in.demand, has_chosen));
    let chosen = match &sign_in.state {
        SignInState::Identified { chosen, .. } => *chosen,
        SignInState::Asking { .. } | SignInState::Entered { .. } => Chosen::Nothing,
    };
    let looked_up = match &sign_in.state {
        SignInState::Asking { not_of_session: false } => session.as_ref().map(|session| session.person),
        SignInState::Asking { not_of_session: true } => None,
        SignInState::Identified { .. } | SignInState::Entered { .. } => sign_in.state.looked_up(),
    };
    let of_the_right_person;
    let sheet = if sheet.is_of(looked_up) {
        sheet
    } else {
        // The session does not count after all, or the sign-in is older than the column that names its person.
        let person = Some(looked_up.unwrap_or(PersonId::NOBODY));
        let query = FactQuery { sign_in: Some(sign_in.id), person, ..FactQuery::default() };
        of_the_right_person = facts::read(&mut *source, visit, query).await?;
        &of_the_right_person
    };
    let person = sheet.person.clone();
    // A session of another person does not count for the typed email.
    let session = session.filter(|session| Some(session.person) == looked_up);
    let mut proofs = Vec::new();
    if looked_up.is_some() {
        proofs.extend(sheet.given_here.iter().copied());
        if session.is_some() {
            proofs.extend(sheet.given_in_session.iter().copied());
        }
    }
    let asked = (sign_in.application, &sign_in.demand);
    let admission = match looked_up {
        Some(id) if !proofs.is_empty() => {
            admission::of(source, asked, (id, &proofs), (session.as_ref(), sign_in.company)).await?
        }
        _ => Admission::Everybody,
    };
    let gate = gate_of(asked, &admission);
    let policy = policy_at(source, gate, sheet, looked_up).await?;
    let standing = session.as_ref().map_or(SessionStanding::None, |session| session.standing(visit.now, policy.idle()));
    let mut situation = Situation {
        session: standing,
        chosen,
        admission,
        unusable: unusable(app),
        identity: if looked_up.is_some() { Identity::Stranger } else { Identity::Unknown },
        ..Situation::new(policy, sign_in.demand.clone(), visit.now)
    };
    let is_waited_for = sheet.is_waited_for;
    match (looked_up, person) {
        // Before a first proof everybody is asked the same, and nothing else is read except the counter of tries.
        (Some(_), person) if proofs.is_empty() => {
            situation.place.browser_is_known = sheet.familiarity.browser_is_known;
            Ok(Facts { situation, gate, person, is_waited_for, code_contacts: CodeContacts::default(), session: None })
        }
        (Some(id), Some(person)) => {
            situation.place = place(app, source, visit, (id, &situation.policy), &sheet.familiarity).await?;
            let (code_contacts, is_only_an_employee) =
                contact(app, source, visit, (&person, &situation.policy), &proofs).await?;
            situation.identity = Identity::Person(claimant(&person, sheet, &code_contacts, is_only_an_employee));
            situation.terms_accepted = terms_accepted(app, &person);
            situation.proofs = proofs;
            Ok(Facts { situation, gate, person: Some(person), is_waited_for, code_contacts, session })
        }
        (_, person) => {
            Ok(Facts { situation, gate, person, is_waited_for, code_contacts: CodeContacts::default(), session: None })
        }
    }
}

/// The policy at a gate: the one that was read with everything else, unless a company is entered.
async fn policy_at(
    source: &mut Source<'_, '_>,
    gate: Gate,
    sheet: &FactSheet,
    person: Option<PersonId>,
) -> Result<Policy, db::Error> {
    if gate.company.is_none() && !gate.every_company {
        return Ok(sheet.policy.clone());
    }
    policies::in_force(&mut *source, gate, person).await
}

/// The second steps that this service does not support.
fn unusable(app: &Core) -> BTreeSet<Factor> {
    Factor::second_steps()
        .filter(|factor| *factor == Factor::Passkey && RelyingParty::of(&app.settings).is_none())
        .collect()
}

/// The gate of an application and its demand.
fn gate_of((application, demand): (Option<ApplicationId>, &Demand), admission: &Admission) -> Gate {
    let company = entered(admission, application.is_some(), &demand.company);
    Gate { application, company, every_company: demand.every_company }
}

/// A person who went on without a passkey is not asked for one again in the same session, unless an application
/// insists.
async fn chosen_in_session(
    source: &mut Source<'_, '_>,
    session: &Session,
    demand: &Demand,
) -> Result<Chosen, db::Error> {
    let is_wished = demand.acr == Some(Acr::Phr) && !demand.acr_is_essential;
    if is_wished && sessions::goes_without_passkey(&mut *source, session.id).await? {
        return Ok(Chosen::WithoutPasskey);
    }
    Ok(Chosen::Nothing)
}

/// Whether a session can count: it is the wanted person's, and the person has chosen it if a choice is wanted.
fn may_answer(session: &Session, demand: &Demand, has_chosen: bool) -> bool {
    let is_wanted = demand.person.is_none_or(|wanted| wanted == session.person);
    is_wanted && (!demand.choose_person || has_chosen)
}

/// Whether a person has a second factor.
pub(crate) async fn has_second_factor(source: &mut Source<'_, '_>, person: PersonId) -> Result<bool, db::Error> {
    let holdings = proofs::holdings(&mut *source, person).await?;
    Ok(Factor::second_steps().any(|factor| holdings.has.contains(&factor)))
}

/// The claimant of a person's facts and contacts.
fn claimant(person: &Person, sheet: &FactSheet, code_contacts: &CodeContacts, is_only_an_employee: bool) -> Claimant {
    let Holdings { has, used_last } = sheet.holdings.clone();
    Claimant {
        id: person.id,
        active: person.state == people::PersonState::Active,
        has,
        barred: [Factor::Phone].into_iter().filter(|_| !sheet.phone_app_is_open).collect(),
        used_last,
        can_be_sent_a_code: !code_contacts.is_empty(),
        is_only_an_employee,
        closed_to_resets: person.closed_to_resets,
        directory: sheet.directory,
    }
}

/// The contacts for a confirmation code, and whether the person is an employee and no user; nothing if the policy asks
/// for no such code.
async fn contact(
    app: &Core,
    source: &mut Source<'_, '_>,
    visit: &Visit,
    (person, policy): (&Person, &Policy),
    proofs: &[Proof],
) -> Result<(CodeContacts, bool), db::Error> {
    if !may_ask_to_confirm(policy, proofs) {
        return Ok((CodeContacts::default(), false));
    }
    let contacts = contacts::of_person(&mut *source, person.id).await?;
    let is_only_an_employee = employees::is_employee(&mut *source, person.id).await?
        && users::of_person(&mut *source, person.id).await?.is_empty();
    let forgot = proofs.iter().any(|proof| proof.in_this_sign_in && proof.method.factor() == Factor::PasswordReset);
    let occupation = if forgot { Occupation::Recovering } else { Occupation::SigningIn };
    Ok((CodeContacts::of(person, contacts, app.settings.sms.as_ref(), occupation, visit.now), is_only_an_employee))
}

/// Whether anything new or odd about the place can change the decision.
fn may_be_odd(policy: &Policy, visit: &Visit) -> bool {
    policy.second_factor().asks_when_odd() || cookies::remembered(visit).is_some()
}

async fn place(
    app: &Core,
    source: &mut Source<'_, '_>,
    visit: &Visit,
    (person, policy): (PersonId, &Policy),
    seen: &Familiarity,
) -> Result<Place, db::Error> {
    let may_be_odd = may_be_odd(policy, visit);
    let remembered_at = match &cookies::remembered(visit) {
        None => None,
        Some(token) => remembered::since(&mut *source, person, (token, visit.browser.as_ref()), visit.now).await?,
    };
    Ok(Place {
        network_is_known: seen.network_is_known,
        network_is_confirmed: seen.network_is_confirmed,
        browser_is_known: seen.browser_is_known,
        failures_lately: if may_be_odd && policy.heeds(Sign::ManyFailures) {
            failures_lately(source, person, visit.now).await?
        } else {
            0
        },
        last_here_at: seen.last_here_at,
        travel: seen.last_network.as_ref().filter(|_| may_be_odd).and_then(|(network, at)| {
            let kilometres = app.places.kilometres_between(network, &visit.network)?;
            Some(Travel { kilometres, took: visit.now.since(*at) })
        }),
        remembered_at,
    })
}

/// The person's recent failures, counted up to the number that is many. Failures before they last showed a possession
/// are settled. A factor shown in this sign-in settles them for the next one, so that a sign that has fired stays
/// during the sign-in.
async fn failures_lately(source: &mut Source<'_, '_>, person: PersonId, now: Timestamp) -> Result<u32, db::Error> {
    let most = i64::from(MANY_FAILURES);
    let begin = now.minus(FAILURES_COUNT_FOR);
    let key = person.to_string();
    let mut failures = history::count_of_person(&mut *source, &key, Event::SignInNotProven, begin, most).await?;
    if failures > 0
        && let Some(settled) = sessions::possession_shown_at(&mut *source, person, now).await?
        && settled > begin
    {
        failures = history::count_of_person(&mut *source, &key, Event::SignInNotProven, settled, most).await?;
    }
    Ok(u32::try_from(failures).unwrap_or(MANY_FAILURES))
}

fn terms_accepted(app: &Core, person: &Person) -> bool {
    app.settings.terms.as_ref().is_none_or(|terms| person.terms_version.as_deref() == Some(terms.version.as_str()))
}
