//! The phone app of a person: adding it, unlocking it, and the three ways of leaving it (FLOWS.md 6).
//!
//! Unlocking is a sign-in of one step: the PIN proves the person, the policies are asked as for any other proof, and the
//! session that begins is one like every other, by which applications are entered. Where a policy wants something else,
//! the pages of that sign-in ask for it.

use super::finish::{NextPage, advance_with};
use super::notices::{Notice, tell};
use super::phone_biometrics;
use super::sessions::{self, SessionId};
use super::{DoorNames, LIFETIME, SignIn, SignInId, SignInState, decide::Chosen, store};
use super::{factors_changed, proven_in_session, signing_up};
use crate::directory::companies::{self, CompanyId};
use crate::directory::entrance::phone_app_standing;
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Source, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::push;
use crate::platform::secret::Secret;
use crate::platform::web::browser::Browser;
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::phone_set_up::{self, PhoneSetUp};
use crate::proofs::phones::{
    self, Answered, AppPhone, PhoneAddition, PhoneAnswer, PhoneCheck, PhoneConnection, PhoneId, SignedText,
    SigningPurpose,
};
use crate::proofs::{Occasion, Proven};
use crate::sign_in::cookies;

/// How long a proof by a bank or eID opens an app that was closed: the phone is bound at once, or not by it.
const IDENTITY_COUNTS: std::time::Duration = std::time::Duration::from_mins(10);
/// The first page of the app, to which every sign-in of it leads.
const HOME: &str = "/app";

/// The result of unlocking.
#[derive(Debug)]
pub(crate) enum UnlockOutcome {
    /// The PIN was right. The browser goes on there, with the cookie of its session where that begins.
    Unlocked {
        /// A local path.
        next: String,
        /// The secret of the session.
        session: Option<Secret<String>>,
    },
    /// It was not.
    Refused(WrongPin),
}

/// The answer to a signature that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongPin {
    /// So many tries are left.
    Again {
        /// How many.
        left: i64,
    },
    /// There were too many: only a full sign-in opens the app again.
    Closed,
    /// The challenge is over, and nothing was counted: the same PIN can be tried with a new one.
    Stale,
    /// The passkey was refused, and nothing was counted: the PIN can be tried.
    Passkey,
}

/// The reason why a phone is not added.
#[derive(Debug)]
pub(crate) enum ConnectRefusal {
    /// The challenge was answered before, or is too old.
    Stale,
    /// The signature is not of the key that came with it.
    DoesNotHold,
    /// The person has as many phones as there may be.
    TooMany,
    /// Somebody has logged out from all devices, and nobody has opened the app again.
    Closed,
    /// The program failed.
    Fault(Fault),
}

impl From<Fault> for ConnectRefusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<db::Error> for ConnectRefusal {
    fn from(error: db::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// An entry of the history about a phone, with what people are asked for when they need help.
pub(crate) fn entry(visit: &Visit, event: Event, phone: &AppPhone) -> Entry {
    let mut entry = Entry::new(visit.now, event)
        .person(phone.person)
        .detail("name", &phone.name)
        .detail("device", &phone.facts.device)
        .detail("system", &phone.facts.system)
        .detail("app_version", &phone.facts.app_version);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}

/// Unlocks the app by the answer of its phone to a challenge. `title` is the name of the app, where the sign-in asks
/// for more.
pub(crate) async fn unlock(
    app: &Core,
    visit: &Visit,
    browser: &Browser,
    phone: &AppPhone,
    (challenge, answer): (&str, PhoneAnswer<'_>),
    title: String,
) -> Result<UnlockOutcome, Fault> {
    let origin = app.settings.public_url.origin();
    let text = SignedText::new(origin, SigningPurpose::Unlock, &phone.id.to_string(), challenge, &[]);
    let check = phones::check(app, phone, &text, (Answered::Challenge(challenge), answer), visit.now).await?;
    let PhoneCheck::Right(proof) = check else {
        return refuse(app, visit, phone, &check).await.map(UnlockOutcome::Refused);
    };
    let sign_in = beginning(app, visit, browser, title);
    let (work, own, id) = (app.clone(), visit.clone(), sign_in.id);
    let proof = std::sync::Arc::new(proof);
    let next: Result<Option<NextPage>, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let whose = (proof.person(), proof.phone());
                let proving = phones::proven(tx, &proof, sign_in.occasion(), own.now).await?;
                enter(tx, (&work, &own), sign_in, whose, proving).await
            })
        })
        .await;
    Ok(entered(next?, id))
}

/// Opens the app once with the PIN that its person has just made: the phone was connected by another browser, or by
/// another page of this one.
pub(crate) async fn open_connected(
    app: &Core,
    visit: &Visit,
    browser: &Browser,
    found: &PhoneSetUp,
    title: String,
) -> Result<UnlockOutcome, Fault> {
    let Some(phone) = found.made.as_ref().map(|made| made.id) else {
        return Ok(UnlockOutcome::Refused(WrongPin::Closed));
    };
    let sign_in = beginning(app, visit, browser, title);
    let (work, own, id, set_up, person) = (app.clone(), visit.clone(), sign_in.id, found.id, found.person);
    let phone_browser = browser.hash;
    let next: Result<Option<NextPage>, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if phones::find(&mut *tx, person, phone).await?.is_none() {
                    return Ok(None);
                }
                let opened = (set_up, &phone_browser);
                let proving = phone_set_up::open(tx, opened, sign_in.occasion(), own.now).await?;
                enter(tx, (&work, &own), sign_in, (person, phone), proving).await
            })
        })
        .await;
    Ok(entered(next?, id))
}

fn entered(next: Option<NextPage>, sign_in: SignInId) -> UnlockOutcome {
    match next {
        None => UnlockOutcome::Refused(WrongPin::Closed),
        Some(NextPage::Page) => UnlockOutcome::Unlocked { next: format!("/sign-in/{sign_in}"), session: None },
        Some(NextPage::Out(secret) | NextPage::Welcome(secret)) => {
            UnlockOutcome::Unlocked { next: HOME.to_owned(), session: Some(secret) }
        }
    }
}

/// The sign-in of the app, before anybody is known.
fn beginning(app: &Core, visit: &Visit, browser: &Browser, title: String) -> SignIn {
    SignIn {
        id: SignInId::new(visit.now, &app.random),
        browser: browser.hash,
        state: SignInState::Asking { not_of_session: true },
        application: None,
        names: DoorNames { application: Some(title), company: None, application_url: Some(HOME.to_owned()) },
        demand: super::Demand::default(),
        return_to: HOME.to_owned(),
        leaves_for: None,
        company: None,
        started_at: visit.now,
        expires_at: visit.now.plus(LIFETIME),
        ended: false,
    }
}

/// Begins the sign-in that the proof of a phone is the first step of, and goes as far as that leads. `None` where the
/// phone proves nothing: it was removed meanwhile.
async fn enter(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    mut sign_in: SignIn,
    (person, phone): (PersonId, PhoneId),
    proving: Option<Proven>,
) -> Result<Option<NextPage>, Fault> {
    let (Some(proven), Some(person)) = (proving, people::find_in_turn(tx, person).await?) else { return Ok(None) };
    sign_in.state =
        SignInState::Identified { email: person.email.clone(), person: Some(person.id), chosen: Chosen::Nothing };
    store::add(tx, &sign_in, visit).await?;
    if !store::record(tx, &proven).await? {
        return Err(Fault::new("a sign-in that has just begun takes no proof"));
    }
    phones::unlock(tx, phone, visit.now).await?;
    let begun = sign_in.entry(visit, Event::SignInBegun);
    let shown = sign_in.entry(visit, Event::SignInProven).detail("method", proven.method().as_str());
    advance_with(tx, app, visit, &sign_in, vec![begun, shown]).await.map(Some)
}

/// Writes down a signature that does not hold and, after the last one, closes the phone: its key is gone, its session
/// ends, and its person is told. Every door that takes a signature ends here where it does not hold.
///
/// # Errors
/// The program failed, or the signature holds.
pub(crate) async fn refuse(app: &Core, visit: &Visit, phone: &AppPhone, check: &PhoneCheck) -> Result<WrongPin, Fault> {
    match check {
        PhoneCheck::Right(_) => Err(Fault::new("a signature that holds is not refused")),
        PhoneCheck::Stale => Ok(WrongPin::Stale),
        PhoneCheck::Closed => Ok(WrongPin::Closed),
        PhoneCheck::PasskeyRefused(why) => {
            phone_biometrics::write_refused(app, visit, phone, *why).await?;
            Ok(WrongPin::Passkey)
        }
        PhoneCheck::Wrong { left } => {
            let entry = entry(visit, Event::PhonePinWrong, phone).detail("left", left.to_string());
            let random = app.random.clone();
            let written: Result<(), db::Error> =
                app.db.write(move |tx| Box::pin(async move { history::write(tx, &random, &entry).await })).await;
            written?;
            Ok(WrongPin::Again { left: *left })
        }
        PhoneCheck::Last => {
            let (work, own, phone) = (app.clone(), visit.clone(), phone.clone());
            let closed: Result<(), Fault> = app
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        people::take_turns(tx, phone.person).await?;
                        if !phones::close(tx, phone.id).await? {
                            return Ok(());
                        }
                        let notice = Notice::PhoneClosed { name: phone.name.clone() };
                        gone(tx, (&work, &own), &phone, (Event::PhoneClosed, Some(&notice))).await
                    })
                })
                .await;
            closed?;
            Ok(WrongPin::Closed)
        }
    }
}

/// Writes that a phone is gone, tells its person where they are to be told, ends the session of the app and lets the
/// loss count everywhere. In the transaction of the removal.
async fn gone(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    phone: &AppPhone,
    (event, notice): (Event, Option<&Notice>),
) -> Result<(), Fault> {
    history::write(tx, &app.random, &entry(visit, event, phone)).await?;
    if let Some(notice) = notice {
        tell(tx, app, visit, phone.person, notice).await?;
    }
    end_session(tx, app, visit, phone.person, "the phone app was left").await?;
    factors_changed(tx, app, visit, phone.person, None).await
}

/// Ends the session that the browser of the app has for its person.
async fn end_session(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    person: PersonId,
    why: &'static str,
) -> Result<(), Fault> {
    let Some(secret_hash) = cookies::session(visit) else { return Ok(()) };
    let session = sessions::by_secret(&mut *tx, &secret_hash, visit.now).await?;
    if let Some(session) = session.filter(|session| session.person == person) {
        sessions::end(tx, &app.random, session.id, visit.now, why).await?;
    }
    Ok(())
}

/// Adds a phone to the person of a session, who has given fresh proofs in it. In the place of whatever phone this
/// browser was before.
///
/// # Errors
/// [`ConnectRefusal`]; then the transaction is rolled back, but for a challenge that is used up.
pub(crate) async fn connect(
    app: &Core,
    visit: &Visit,
    (session, occasion): (SessionId, Occasion),
    new: PhoneAddition,
    (challenge, signature): (String, Vec<u8>),
    before: Option<[u8; 32]>,
) -> Result<PhoneConnection, ConnectRefusal> {
    let (asked, origin) = (occasion.clone(), app.settings.public_url.origin());
    let text = SignedText::new(origin, SigningPurpose::Connect, "new", &challenge, &[]);
    let now = visit.now;
    let taken: Result<bool, db::Error> =
        app.db.write(move |tx| Box::pin(async move { phones::take_new(tx, &asked, &challenge, now).await })).await;
    if !taken? {
        return Err(ConnectRefusal::Stale);
    }
    if !new.key.verifies(&text, &signature) {
        return Err(ConnectRefusal::DoesNotHold);
    }
    let (work, own) = (app.clone(), visit.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let (app, visit, person) = (&work, &own, new.person);
                people::take_turns(tx, person).await?;
                if people::phone_app_is_closed(&mut *tx, person).await? {
                    open_app(tx, (app, visit), (session, person)).await?;
                }
                let former = match &before {
                    Some(token_hash) => phones::of_token(&mut *tx, token_hash).await?,
                    None => None,
                };
                let same = former.as_ref().filter(|former| former.person == person && !former.is_closed());
                let others = phones::of_person(&mut *tx, person).await?.len() - usize::from(same.is_some());
                if others >= phones::MOST {
                    return Err(ConnectRefusal::TooMany);
                }
                let changes_pin = same.is_some();
                let connection = phones::add(tx, &app.random, new, (occasion, visit.now)).await?;
                let connection = PhoneConnection { changes_pin, ..connection };
                take_place(tx, (app, visit), former, (&connection.phone, session)).await?;
                proven_in_session(tx, session, &connection.proven).await?;
                signing_up::done(tx, app, visit, person).await?;
                factors_changed(tx, app, visit, person, Some(session)).await?;
                Ok(connection)
            })
        })
        .await
}

/// Lets a new phone take the place of the one that its browser was before, writes that down and tells the person. Of the
/// same person that was a change of the PIN, which keeps what they have set.
async fn take_place(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    former: Option<AppPhone>,
    (phone, session): (&AppPhone, SessionId),
) -> Result<(), Fault> {
    let (name, person) = (phone.name.clone(), phone.person);
    let (event, notice) = match former {
        Some(former) if former.person == person && !former.is_closed() => {
            let name = former.name.clone();
            phones::take_over(tx, &former, phone.id).await?;
            push::hand_over(tx, app, (former.id.into(), phone.id.into()), visit.now).await?;
            phones::replace(tx, former.id).await?;
            (Event::PhonePinChanged, Notice::PhonePinChanged { name })
        }
        Some(former) => {
            phones::replace(tx, former.id).await?;
            history::write(tx, &app.random, &entry(visit, Event::PhoneLoggedOut, &former)).await?;
            (Event::PhoneAdded, Notice::PhoneAdded { name })
        }
        None => (Event::PhoneAdded, Notice::PhoneAdded { name }),
    };
    history::write(tx, &app.random, &entry(visit, event, phone).session(session)).await?;
    tell(tx, app, visit, person, &notice).await
}

/// The company that lets a person back into an app that was closed, by a bank or eID in this session: their basic company
/// or employer, where it allows that.
pub(crate) async fn opened_by_identity(
    source: &mut Source<'_, '_>,
    (session, person): (SessionId, PersonId),
    now: Timestamp,
) -> Result<Option<CompanyId>, db::Error> {
    let Some(company) = phone_app_standing(&mut *source, person).await?.company() else { return Ok(None) };
    let since = now.minus(IDENTITY_COUNTS);
    let opens = companies::opens_phone_app_by_identity(&mut *source, company).await?
        && sessions::shows_identity_since(&mut *source, (session, person), since).await?;
    Ok(opens.then_some(company))
}

/// Opens the phone app again to a person who was logged out from all devices: by the invitation that was verified in this
/// browser, or by a bank or eID in this session.
async fn open_app(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    whose: (SessionId, PersonId),
) -> Result<(), ConnectRefusal> {
    let person = whose.1;
    let invitation = signing_up::reopens(&mut *tx, visit, person).await?;
    let (company, by) = if let Some(invitation) = invitation {
        (invitation.company, "invitation")
    } else {
        let opened = opened_by_identity(&mut Source::Transaction(&mut *tx), whose, visit.now).await?;
        (opened.ok_or(ConnectRefusal::Closed)?, "identity")
    };
    people::open_phone_app(tx, person).await?;
    let mut entry = Entry::new(visit.now, Event::PhoneAppOpened).person(person).company(company).detail("by", by);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Locks the app: its session ends, and the PIN opens it again. `why` goes into the history.
pub(crate) async fn lock(app: &Core, visit: &Visit, phone: &AppPhone, why: &'static str) -> Result<(), Fault> {
    let (work, own, phone) = (app.clone(), visit.clone(), phone.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if phones::lock(tx, phone.id).await? {
                    let entry = entry(&own, Event::PhoneLocked, &phone).detail("why", why);
                    history::write(tx, &work.random, &entry).await?;
                    end_session(tx, &work, &own, phone.person, why).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Logs the app out: the phone is removed for good, and only a full sign-in opens the app again.
pub(crate) async fn log_out(app: &Core, visit: &Visit, phone: &AppPhone) -> Result<(), Fault> {
    let (work, own, phone) = (app.clone(), visit.clone(), phone.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, phone.person).await?;
                if phones::log_out(tx, phone.person, phone.id).await? {
                    gone(tx, (&work, &own), &phone, (Event::PhoneLoggedOut, None)).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Logs a person out from all devices: every phone is removed for good, every session ends, and the app opens again
/// only on the word of an administrator. Tells how many phones there were.
pub(crate) async fn log_out_everywhere(
    tx: &mut Tx<'_>,
    app: &Core,
    person: PersonId,
    now: Timestamp,
) -> Result<u64, Fault> {
    let phones = phones::log_out_all(tx, person).await?;
    people::close_phone_app(tx, person).await?;
    signing_up::left(tx, app, person, now).await?;
    let why = "logged out from all devices";
    factors_changed::start_over_by_operator(tx, app, person, now, why).await?;
    Ok(phones)
}
