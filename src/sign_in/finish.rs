//! The step after each proof: the decision is made again in the transaction that recorded the proof and, if the sign-in
//! is done, the session begins in the same transaction.

use super::asking_phones::ask_first;
use super::assurance::Assurance;
use super::decide::new_network::is_confirmed_by;
use super::decide::{Chosen, Step, asked_because, decide, is_spared};
use super::notices::{Notice, browser_in_words, tell};
use super::sessions::{self, Renewal, Start};
use super::situation::{self, Facts};
use super::{SignIn, SignInState, remembered, store};
use crate::directory::people::PersonId;
use crate::directory::{people, users};
use crate::event::Event;
use crate::platform::core::Core;
use crate::platform::db::{Source, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::visit::Visit;
use crate::proofs::codes::{self, CodeSending, NotSent};
use crate::proofs::identities::LinkOutcome;
use crate::proofs::{Factor, approvals, identities, networks};
use crate::sign_in::cookies;

/// The browser's next page.
#[derive(Debug, Clone)]
pub(super) enum NextPage {
    /// The page of the next step.
    Page,
    /// The end of the sign-in. The secret is the session's new cookie.
    Out(Secret<String>),
    /// The page about the end, because something was set up on the way; with the new cookie.
    Welcome(Secret<String>),
}

/// Decides again, and finishes the sign-in if the policy is satisfied.
pub(super) async fn advance(tx: &mut Tx<'_>, app: &Core, visit: &Visit, sign_in: &SignIn) -> Result<NextPage, Fault> {
    advance_with(tx, app, visit, sign_in, Vec::new()).await
}

/// The same, with history entries to write before its own, in one statement.
pub(super) async fn advance_with(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
    mut entries: Vec<Entry>,
) -> Result<NextPage, Fault> {
    let facts = situation::of_sign_in(app, visit, sign_in, &mut Source::Transaction(tx)).await?;
    match decide(&facts.situation) {
        // A person without access to the application is signed in all the same, and learns it on the way back.
        Step::Done(outcome) | Step::NotAdmitted(outcome, _) => {
            let next = finish(tx, app, visit, sign_in, (&facts, &outcome), &mut entries).await?;
            history::write_each(tx, &app.random, &entries).await?;
            Ok(next)
        }
        step if step.asks_for_second_step() => {
            let signs = asked_because(&facts.situation);
            if let (Some(person), false) = (&facts.person, signs.is_empty()) {
                let entry = sign_in.entry(visit, Event::SignInAskedForMore).person(person.id).detail("signs", signs);
                entries.push(entry);
            }
            history::write_each(tx, &app.random, &entries).await?;
            // The step is reached: the question goes to the phones with the proof that led there.
            if matches!(step, Step::Prove(Factor::Phone, _)) {
                ask_first(tx, app, visit, sign_in, &facts).await?;
            }
            Ok(NextPage::Page)
        }
        // The code is sent with the proof that led to its step. If that is not possible, the page says so.
        Step::Prove(Factor::ConfirmationCode, _) => {
            history::write_each(tx, &app.random, &entries).await?;
            let Some(person) = &facts.person else { return Err(Fault::new("a code is asked of nobody")) };
            if codes::waiting(&mut *tx, person.id, &sign_in.occasion()).await?.is_none() {
                send(tx, app, visit, sign_in, &facts).await?;
            }
            Ok(NextPage::Page)
        }
        _ => {
            history::write_each(tx, &app.random, &entries).await?;
            Ok(NextPage::Page)
        }
    }
}

/// Sends a new confirmation code if the sign-in still asks for one. Returns the reason if none could be sent.
pub(super) async fn send_code(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
) -> Result<Option<NotSent>, Fault> {
    let facts = situation::of_sign_in(app, visit, sign_in, &mut Source::Transaction(tx)).await?;
    if !matches!(decide(&facts.situation), Step::Prove(Factor::ConfirmationCode, _)) {
        // Another tab was faster, and its page shows the next step.
        return Ok(None);
    }
    send(tx, app, visit, sign_in, &facts).await
}

async fn send(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
    facts: &Facts,
) -> Result<Option<NotSent>, Fault> {
    let Some(person) = &facts.person else { return Err(Fault::new("a code is asked of nobody")) };
    let texts = Texts::new(Language::parse_tag(&person.language).unwrap_or(Language::English));
    let wish = codes::CodeRequest {
        person: person.clone(),
        code_contacts: facts.code_contacts.clone(),
        occasion: sign_in.occasion(),
        network: visit.network.clone(),
        browser: browser_in_words(texts, &visit.user_agent),
        now: visit.now,
    };
    let entry = sign_in.entry(visit, Event::SignInCodeSent).person(person.id);
    match codes::send(tx, app, &wish).await? {
        CodeSending::Sent(ways) => {
            history::write(tx, &app.random, &entry.detail("ways", ways)).await?;
            Ok(None)
        }
        CodeSending::NotSent(reason) => Ok(Some(reason)),
    }
}

async fn finish(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
    (facts, outcome): (&Facts, &Assurance),
    entries: &mut Vec<Entry>,
) -> Result<NextPage, Fault> {
    let Some(person) = &facts.person else { return Err(Fault::new("a sign-in is done without a person")) };
    let something_was_set_up = matches!(sign_in.state, SignInState::Identified { chosen: Chosen::SetUp(_), .. });
    if sign_in.demand.links_identity {
        link(tx, app, visit, sign_in, (person.id, &mut *entries)).await?;
    }
    let moved = if something_was_set_up {
        store::change(tx, sign_in.id, &sign_in.state, &SignInState::Entered { person: person.id }).await?
    } else {
        store::end(tx, sign_in.id, &sign_in.state, visit.now).await?
    };
    if !moved {
        // A simultaneous answer has finished it. One sign-in begins one session.
        return Ok(NextPage::Page);
    }
    if facts.situation.claimant().is_some_and(|claimant| claimant.has(Factor::Phone)) {
        // A question from the way here is not to be answered any more.
        approvals::withdraw(tx, sign_in.id.into()).await?;
    }
    let renewal = session(tx, app, visit, facts, entries).await?;
    sessions::keep_proofs_of_sign_in(tx, renewal.id, (sign_in.id, person.id)).await?;
    if facts.situation.chosen == Chosen::WithoutPasskey {
        sessions::go_without_passkey(tx, renewal.id).await?;
    }
    if let Some(company) = sign_in.company {
        sessions::choose_company(tx, renewal.id, person.id, company).await?;
    }
    people::keep_sign_in(tx, person.id, visit.now).await?;
    users::keep_sign_in(tx, person.id, visit.now).await?;
    let is_confirmed = is_confirmed_by(&facts.situation.proofs);
    networks::remember(tx, person.id, (&visit.network, is_confirmed), &sign_in.browser, visit.now).await?;
    let was_spared = is_spared(&facts.situation, outcome);
    if let (true, Some(token)) = (was_spared, &cookies::remembered(visit)) {
        remembered::used(tx, person.id, token, visit.now).await?;
    }
    let mut entry = sign_in
        .entry(visit, Event::SignInDone)
        .person(person.id)
        .session(renewal.id)
        .detail("acr", outcome.acr)
        .detail("amr", &outcome.amr);
    let signs = asked_because(&facts.situation);
    if !signs.is_empty() {
        entry = entry.detail("signs", signs);
    }
    if is_confirmed && !facts.situation.place.network_is_confirmed {
        entry = entry.detail("network", "confirmed");
    }
    if was_spared {
        entry = entry.detail("browser", "remembered");
    }
    entries.push(entry);
    Ok(if something_was_set_up { NextPage::Welcome(renewal.secret) } else { NextPage::Out(renewal.secret) })
}

/// Links the bank, eID or directory that waits for the proof of the profile. A directory is linked to people of its company
/// alone; the page that asked for the link has said so.
async fn link(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
    (person, entries): (PersonId, &mut Vec<Entry>),
) -> Result<(), Fault> {
    let entry = |event, name: &str| sign_in.entry(visit, event).person(person).detail("name", name);
    match identities::link_waiting(tx, app, (&sign_in.occasion(), person), visit.now).await? {
        LinkOutcome::Nothing => {}
        LinkOutcome::Linked { name, proven } => {
            if let Some(proven) = proven {
                store::record(tx, &proven).await?;
            }
            entries.push(entry(Event::SignInIdentityLinked, &name));
            tell(tx, app, visit, person, &Notice::IdentityLinked { name }).await?;
        }
        LinkOutcome::OfAnotherCompany(name) => entries.push(entry(Event::SignInIdentityNotLinked, &name)),
    }
    Ok(())
}

/// Continues the session with a new secret, or begins one in place of the browser's other one.
async fn session(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    facts: &Facts,
    entries: &mut Vec<Entry>,
) -> Result<Renewal, Fault> {
    if let Some(session) = &facts.session
        && let Some(renewal) = sessions::renew(tx, &app.random, session.id, visit.now).await?
    {
        return Ok(renewal);
    }
    if let Some(secret_hash) = &cookies::session(visit)
        && let Some(other) = sessions::by_secret(&mut *tx, secret_hash, visit.now).await?
    {
        // The entries so far come before the end of the other session.
        history::write_each(tx, &app.random, &std::mem::take(entries)).await?;
        sessions::end(tx, &app.random, other.id, visit.now, "another sign-in in the same browser").await?;
    }
    let Some(person) = &facts.person else { return Err(Fault::new("a session begins without a person")) };
    let start = Start {
        person: person.id,
        network: Network::as_str(&visit.network),
        network_was_new: !facts.situation.place.network_is_known,
        user_agent: &visit.user_agent,
    };
    Ok(sessions::start(tx, &app.random, start, visit.now).await?)
}
