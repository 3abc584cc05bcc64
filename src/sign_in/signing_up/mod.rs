//! Signing up by an invitation (FLOWS.md 8), from the sign-up code to the phone app: what the invitee does.
//!
//! The code of the mail binds the invitation to one browser and has an SMS sent to the phone that the invitation was
//! sent for. The six digits open the way to a first password, by a link to the same mailbox; a person whom something
//! proves already goes by that. Nothing here adds a phone: that takes a full sign-in and a challenge of its own
//! (`on_phone::connect`), so that no mail alone ever binds anything.

mod ends;
mod inviter;

use crate::directory::companies::CompanyId;
use crate::directory::invitations::{
    self, BrowserHash, Invitation, InvitationEnd, InvitationId, InvitationState, InvitationStep, StepTaken,
};
use crate::directory::people::{self, Person, PersonId, PersonState};
use crate::directory::users::{self, MembershipState};
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::messages;
use crate::platform::web::browser::Browser;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Language;
use crate::platform::web::visit::Visit;
use crate::proofs::failures::{self, Guess, TooEarly};
use crate::proofs::sign_up::{
    self, DigitsCheck, DigitsMatch, DigitsOrigin, DigitsQuestion, SignUpCheck, SignUpCode, SmsSending, digits_subjects,
};
use crate::proofs::{self, SixDigits, phones, resets};
use crate::sign_in::cookies;

pub(crate) use ends::{LOGGED_OUT_EVERYWHERE, done, is_verified_in, left, profile_made, reopens};
pub(crate) use inviter::{InviterNews, NewsOfInvitation, tell_inviter};

/// The mails with the link to make a password that an invitee may ask for in a day, the first one included.
const LINKS: Allowance = Allowance { purpose: "sign-up.link", most: 5, within: std::time::Duration::from_hours(24) };

/// The reason for which an invitation leads nowhere, told only to a person who has its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignUpRefusal {
    /// It was not used in time.
    Expired,
    /// It was cancelled, or its inviter may no longer invite.
    Cancelled,
    /// A newer one was sent.
    Replaced,
    /// It was used.
    Used,
    /// Its code was entered in another browser before.
    Elsewhere,
    /// The app in this browser is somebody else's.
    OtherPerson,
}

impl From<InvitationEnd> for SignUpRefusal {
    fn from(end: InvitationEnd) -> Self {
        match end {
            InvitationEnd::Done => Self::Used,
            InvitationEnd::Cancelled => Self::Cancelled,
            InvitationEnd::Replaced => Self::Replaced,
            InvitationEnd::Expired => Self::Expired,
        }
    }
}

/// The result of an entered sign-up code.
#[derive(Clone, Debug)]
pub(crate) enum CodeEntered {
    /// The browser goes on with this invitation.
    Taken(InvitationId),
    /// No invitation has this code.
    Wrong,
    /// There were too many tries.
    TooEarly(TooEarly),
    /// Everybody together has tried too often, or the service is busy.
    TooBusy(std::time::Duration),
    /// The invitation leads nowhere.
    Refused(Box<Invitation>, SignUpRefusal),
}

/// The result of entered digits.
#[derive(Clone, Debug)]
pub(crate) enum DigitsEntered {
    /// They were right, here or in another tab.
    Right,
    /// They are others.
    Wrong {
        /// The tries that are left.
        tries_left: i64,
    },
    /// There are none that can be tried.
    Over,
    /// There were too many tries.
    TooEarly(TooEarly),
    /// The invitation leads nowhere by now.
    Refused(SignUpRefusal),
}

/// The step of an invitee in one browser.
#[derive(Clone, Debug)]
pub(crate) enum SignUpStep {
    /// The six digits are asked for.
    Digits,
    /// The link of a mail leads to a first password.
    MakePassword,
    /// Something proves the person: they sign in with it.
    SignIn,
    /// The invitation leads nowhere by now.
    Refused(SignUpRefusal),
}

/// Takes an entered sign-up code: of several browsers the first one gets the invitation, and its SMS is sent.
pub(crate) async fn enter_code(
    app: &Core,
    visit: &Visit,
    browser: &Browser,
    typed: SignUpCode,
) -> Result<CodeEntered, Fault> {
    let found = match sign_up::check(app, &typed, &visit.network, visit.now).await? {
        SignUpCheck::Right(found) => *found,
        SignUpCheck::Wrong => return Ok(CodeEntered::Wrong),
        SignUpCheck::TooEarly(early) => return Ok(CodeEntered::TooEarly(early)),
        SignUpCheck::TooBusy(wait) => return Ok(CodeEntered::TooBusy(wait)),
    };
    let (work, own, hash) = (app.clone(), visit.clone(), browser.hash);
    app.db.write(move |tx| Box::pin(async move { take_code(tx, (&work, &own), (&found, &typed), &hash).await })).await
}

async fn take_code(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    (found, typed): (&Invitation, &SignUpCode),
    browser: &BrowserHash,
) -> Result<CodeEntered, Fault> {
    let (person, found) = in_turn(tx, found).await?;
    failures::succeeded(tx, Guess::SignUpCode, &typed.subjects(&visit.network)).await?;
    let refused = |why| Ok(CodeEntered::Refused(Box::new(found.clone()), why));
    match found.stands(visit.now) {
        InvitationState::Ended(end) => refused(end.into()),
        InvitationState::Entered(own) | InvitationState::Verified(own) | InvitationState::ProfileMade(own)
            if own == *browser =>
        {
            Ok(CodeEntered::Taken(found.id))
        }
        InvitationState::Entered(_) | InvitationState::Verified(_) | InvitationState::ProfileMade(_) => {
            warn_of_another_browser(tx, (app, visit), &found).await?;
            refused(SignUpRefusal::Elsewhere)
        }
        InvitationState::Sent => {
            if !still_counts(tx, &found, person.as_ref()).await? {
                cancel_for_good(tx, (app, visit), &found).await?;
                return refused(SignUpRefusal::Cancelled);
            }
            if is_of_somebody_else(tx, visit, found.person).await? {
                return refused(SignUpRefusal::OtherPerson);
            }
            if !invitations::enter(tx, found.id, browser, visit.now).await? {
                return Err(Fault::unavailable("the invitation moved on at this moment"));
            }
            write(tx, (app, visit), &found, (InvitationStep::Entered, Event::InvitationEntered)).await?;
            let language = person.as_ref().and_then(|person| Language::parse_tag(&person.language));
            send_sms(tx, (app, visit), &found, language.unwrap_or(visit.language)).await?;
            Ok(CodeEntered::Taken(found.id))
        }
    }
}

/// The invited person and the invitation, as the transaction before left them.
async fn in_turn(tx: &mut Tx<'_>, found: &Invitation) -> Result<(Option<Person>, Invitation), Fault> {
    let person = people::find_in_turn(tx, found.person).await?;
    let again = invitations::find(&mut *tx, found.id).await?;
    Ok((person, again.ok_or_else(|| Fault::unavailable("the invitation was removed at this moment"))?))
}

/// Whether an invitation still counts: the person who sent it may still invite, and the invitee is still a user of the
/// company that looks after their profile, with the email that the mails go to.
pub(crate) async fn still_counts(tx: &mut Tx<'_>, of: &Invitation, person: Option<&Person>) -> Result<bool, db::Error> {
    let is_same = |person: &Person| person.email.to_lowercase() == of.data.email.to_lowercase();
    if !person.is_some_and(|person| person.state == PersonState::Active && is_same(person)) {
        return Ok(false);
    }
    may_still_help(tx, (of.company, of.inviter), of.person).await
}

/// Whether an administrator of a company, or its program, still acts on the profile of a person, who is still a user
/// there.
pub(crate) async fn may_still_help(
    tx: &mut Tx<'_>,
    (company, administrator): (CompanyId, Option<PersonId>),
    person: PersonId,
) -> Result<bool, db::Error> {
    let member = users::find(&mut *tx, company, person).await?;
    if !member.is_some_and(|member| member.state == MembershipState::Active && member.basic) {
        return Ok(false);
    }
    match administrator {
        Some(administrator) => Ok(users::authority(&mut *tx, company, administrator).await?.is_some()),
        None => Ok(true),
    }
}

/// Whether the app in this browser is somebody else's.
async fn is_of_somebody_else(tx: &mut Tx<'_>, visit: &Visit, person: PersonId) -> Result<bool, db::Error> {
    let Some(token_hash) = cookies::phone(visit) else { return Ok(false) };
    Ok(phones::of_token(&mut *tx, &token_hash).await?.is_some_and(|phone| phone.person != person))
}

async fn cancel_for_good(tx: &mut Tx<'_>, at: (&Core, &Visit), of: &Invitation) -> Result<(), Fault> {
    if invitations::end(tx, of, InvitationEnd::Cancelled, at.1.now).await? {
        let (app, visit) = at;
        invitations::note(tx, &app.random, of.id, &StepTaken::new(InvitationStep::Cancelled, visit.now)).await?;
        let entry = entry(visit, of, Event::InvitationCancelled).detail("why", "no longer the inviter's to send");
        history::write(tx, &app.random, &entry).await?;
    }
    Ok(())
}

async fn warn_of_another_browser(tx: &mut Tx<'_>, (app, visit): (&Core, &Visit), of: &Invitation) -> Result<(), Fault> {
    let step = (InvitationStep::TriedElsewhere, Event::InvitationTriedElsewhere);
    write(tx, (app, visit), of, step).await?;
    tell_inviter(tx, app, of, InviterNews::TriedElsewhere, visit.now).await
}

/// The beginning of an entry about an invitee, for the history of the company.
fn entry(visit: &Visit, of: &Invitation, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event).person(of.person).company(of.company);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}

/// Writes a step of the invitee to the timeline and to the history.
async fn write(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    of: &Invitation,
    (step, event): (InvitationStep, Event),
) -> Result<(), db::Error> {
    let taken = StepTaken::new(step, visit.now).from(visit.network.as_str(), &visit.user_agent);
    invitations::note(tx, &app.random, of.id, &taken).await?;
    history::write(tx, &app.random, &entry(visit, of, event)).await
}

/// Sends the SMS of an invitation, if there is one left. Its fate stands on the timeline.
async fn send_sms(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    of: &Invitation,
    language: Language,
) -> Result<(), Fault> {
    if !invitations::count_sms(tx, of.id, visit.now).await? {
        return Ok(());
    }
    let taken = match sign_up::send_sms(tx, app, of, (language, &visit.network), visit.now).await? {
        SmsSending::Sent(message) => {
            history::write(tx, &app.random, &entry(visit, of, Event::InvitationSmsSent)).await?;
            StepTaken::new(InvitationStep::SmsSent, visit.now).detail(&message)
        }
        SmsSending::NotSent(reason) => StepTaken::new(InvitationStep::SmsNotSent, visit.now).detail(reason),
    };
    Ok(invitations::note(tx, &app.random, of.id, &taken).await?)
}

/// Sends another SMS at the invitee's wish. Tells the refusal of an invitation that leads nowhere by now.
pub(crate) async fn send_again(
    app: &Core,
    visit: &Visit,
    of: &Invitation,
    browser: BrowserHash,
) -> Result<Option<SignUpRefusal>, Fault> {
    let (work, own, of) = (app.clone(), visit.clone(), of.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let (person, found) = in_turn(tx, &of).await?;
                if let Some(why) = refused(tx, (&work, &own), (&found, person.as_ref()), &browser).await? {
                    return Ok(Some(why));
                }
                let language = person.and_then(|person| Language::parse_tag(&person.language));
                send_sms(tx, (&work, &own), &found, language.unwrap_or(own.language)).await?;
                Ok(None)
            })
        })
        .await
}

/// The reason for which an invitation leads nowhere in a browser, looked at anew in the transaction of a step.
async fn refused(
    tx: &mut Tx<'_>,
    at: (&Core, &Visit),
    (of, person): (&Invitation, Option<&Person>),
    browser: &BrowserHash,
) -> Result<Option<SignUpRefusal>, Fault> {
    if let Some(why) = refusal_in(of, browser, at.1.now) {
        return Ok(Some(why));
    }
    if still_counts(tx, of, person).await? {
        return Ok(None);
    }
    cancel_for_good(tx, at, of).await?;
    Ok(Some(SignUpRefusal::Cancelled))
}

fn refusal_in(of: &Invitation, browser: &BrowserHash, now: Timestamp) -> Option<SignUpRefusal> {
    match of.stands(now) {
        InvitationState::Ended(end) => Some(end.into()),
        InvitationState::Sent => Some(SignUpRefusal::Elsewhere),
        InvitationState::Entered(own) | InvitationState::Verified(own) | InvitationState::ProfileMade(own) => {
            (own != *browser).then_some(SignUpRefusal::Elsewhere)
        }
    }
}

/// Takes entered digits. The first right ones open the way to a password: its link goes to the mailbox of the
/// invitation, where nothing proves the person yet.
pub(crate) async fn enter_digits(
    app: &Core,
    visit: &Visit,
    of: &Invitation,
    (browser, typed): (BrowserHash, &SixDigits),
) -> Result<DigitsEntered, Fault> {
    if let Some(why) = refusal_in(of, &browser, visit.now) {
        return Ok(DigitsEntered::Refused(why));
    }
    if is_verified_in(of, &browser, visit.now) {
        // The answer to the right digits was lost, or another tab was faster.
        return Ok(DigitsEntered::Right);
    }
    let question = DigitsQuestion::Verification;
    let matched = match sign_up::check_digits(app, of, question, typed, &visit.network, visit.now).await? {
        DigitsCheck::Right(matched) => matched,
        DigitsCheck::Over => {
            let again = invitations::find(&app.db, of.id).await?;
            let is_verified = again.is_some_and(|again| is_verified_in(&again, &browser, visit.now));
            return Ok(if is_verified { DigitsEntered::Right } else { DigitsEntered::Over });
        }
        DigitsCheck::TooEarly(early) => return Ok(DigitsEntered::TooEarly(early)),
        DigitsCheck::Wrong { tries_left } => {
            let (random, entry) = (app.random.clone(), entry(visit, of, Event::InvitationNotVerified));
            let written: Result<(), db::Error> =
                app.db.write(move |tx| Box::pin(async move { history::write(tx, &random, &entry).await })).await;
            written?;
            return Ok(DigitsEntered::Wrong { tries_left });
        }
    };
    let (work, own, of) = (app.clone(), visit.clone(), of.clone());
    app.db
        .write(move |tx| Box::pin(async move { take_digits(tx, (&work, &own), (&of, &matched), &browser).await }))
        .await
}

async fn take_digits(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    (of, matched): (&Invitation, &DigitsMatch),
    browser: &BrowserHash,
) -> Result<DigitsEntered, Fault> {
    let (person, found) = in_turn(tx, of).await?;
    if let Some(why) = refused(tx, (app, visit), (&found, person.as_ref()), browser).await? {
        return Ok(DigitsEntered::Refused(why));
    }
    let Some(person) = person else { return Ok(DigitsEntered::Refused(SignUpRefusal::Cancelled)) };
    if !sign_up::use_digits(tx, matched, visit.now).await? {
        // Another tab was faster, or newer digits were sent.
        let is_verified = !matches!(found.stands(visit.now), InvitationState::Entered(_));
        return Ok(if is_verified { DigitsEntered::Right } else { DigitsEntered::Over });
    }
    failures::succeeded(tx, Guess::InvitationCode, &digits_subjects(person.id, &visit.network)).await?;
    if !invitations::verify(tx, found.id, browser, visit.now).await? {
        return Ok(DigitsEntered::Right);
    }
    let by = if matched.origin() == DigitsOrigin::Administrator { "administrator" } else { "sms" };
    let taken = StepTaken::new(InvitationStep::Verified, visit.now).from(visit.network.as_str(), &visit.user_agent);
    invitations::note(tx, &app.random, found.id, &taken.detail(by)).await?;
    history::write(tx, &app.random, &entry(visit, &found, Event::InvitationVerified).detail("by", by)).await?;
    if proofs::kept_by(&mut *tx, person.id).await?.is_empty() {
        write_link(tx, (app, visit.now), &found, &person).await?;
    }
    Ok(DigitsEntered::Right)
}

/// Sends the mail with the link to make a password. Returns whether one more may be sent.
async fn write_link(
    tx: &mut Tx<'_>,
    (app, now): (&Core, Timestamp),
    of: &Invitation,
    person: &Person,
) -> Result<bool, Fault> {
    if allowances::take(tx, &LINKS, &person.id.to_string(), now).await? != AllowanceAnswer::Granted {
        return Ok(false);
    }
    let token = resets::make_for_sign_up(tx, &app.random, (person.id, of.id), of.expires_at, now).await?;
    messages::write(tx, app, &sign_up::link_letter(app, of, person, token.reveal(), now)).await?;
    invitations::note(tx, &app.random, of.id, &StepTaken::new(InvitationStep::LinkSent, now)).await?;
    Ok(true)
}

/// Sends the mail with the link once more, at the invitee's wish. Returns whether it was sent.
pub(crate) async fn send_link_again(
    app: &Core,
    visit: &Visit,
    of: &Invitation,
    browser: BrowserHash,
) -> Result<bool, Fault> {
    let (work, own, of) = (app.clone(), visit.clone(), of.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let (person, found) = in_turn(tx, &of).await?;
                let is_open = refused(tx, (&work, &own), (&found, person.as_ref()), &browser).await?.is_none();
                let is_verified = matches!(found.stands(own.now), InvitationState::Verified(_));
                let Some(person) = person.filter(|_| is_open && is_verified) else { return Ok(false) };
                if !proofs::kept_by(&mut *tx, person.id).await?.is_empty() {
                    return Ok(false);
                }
                write_link(tx, (&work, own.now), &found, &person).await
            })
        })
        .await
}

/// The step of an invitee in a browser.
pub(crate) async fn step(
    app: &Core,
    of: &Invitation,
    browser: &BrowserHash,
    now: Timestamp,
) -> Result<SignUpStep, db::Error> {
    if let Some(why) = refusal_in(of, browser, now) {
        return Ok(SignUpStep::Refused(why));
    }
    if matches!(of.stands(now), InvitationState::Entered(_)) {
        return Ok(SignUpStep::Digits);
    }
    let is_new = proofs::kept_by(&app.db, of.person).await?.is_empty();
    Ok(if is_new { SignUpStep::MakePassword } else { SignUpStep::SignIn })
}

/// Makes the digits that the screen of the phone shows, to be typed where the link of the mail was opened.
pub(crate) async fn show_digits(app: &Core, of: InvitationId, now: Timestamp) -> Result<String, db::Error> {
    let work = app.clone();
    let code = app
        .db
        .write(move |tx| Box::pin(async move { sign_up::make_digits(tx, &work, of, DigitsOrigin::Screen, now).await }))
        .await?;
    Ok(code.reveal().clone())
}

/// Records that the page of an invitation was opened, once.
pub(crate) async fn opened(app: &Core, visit: &Visit, id: InvitationId) -> Result<(), db::Error> {
    let (random, own) = (app.random.clone(), visit.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let Some(found) = invitations::find(&mut *tx, id).await? else { return Ok(()) };
                people::take_turns(tx, found.person).await?;
                let steps = invitations::steps(&mut *tx, id).await?;
                let is_new = found.is_open(own.now) && !steps.iter().any(|taken| taken.step == InvitationStep::Opened);
                if is_new {
                    let taken = StepTaken::new(InvitationStep::Opened, own.now);
                    let taken = taken.from(own.network.as_str(), &own.user_agent);
                    invitations::note(tx, &random, id, &taken).await?;
                }
                Ok(())
            })
        })
        .await
}
