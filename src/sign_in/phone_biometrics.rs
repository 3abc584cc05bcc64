//! A passkey in the place of the PIN of a phone: put there by the PIN, and taken away again.

use std::sync::Arc;

use super::notices::{Notice, tell};
use super::on_phone::entry;
use super::sessions::SessionId;
use super::{factors_changed, proven_in_session};
use crate::directory::people;
use crate::event::Event;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::Occasion;
use crate::proofs::passkeys::{
    self, Assertion, Attestation, ChallengePurpose, NewPasskey, PasskeyError, PasskeyRefusal, RelyingParty, Verified,
};
use crate::proofs::phones::{self, AppPhone, PhoneProof};

/// The passkey that is to take the place of a PIN.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PasskeyForPhone<'a> {
    /// A new one of the person.
    New(&'a Attestation),
    /// One that the person has.
    Own(&'a Assertion),
}

impl PasskeyForPhone<'_> {
    /// The hash of the challenge that it answers, and the purpose of that.
    fn challenge(self) -> ([u8; 32], ChallengePurpose) {
        match self {
            Self::New(attestation) => (attestation.challenge_hash(), ChallengePurpose::Add),
            Self::Own(assertion) => (assertion.challenge_hash(), ChallengePurpose::Prove),
        }
    }
}

/// A passkey whose answer holds.
#[derive(Clone)]
enum HeldPasskey {
    New(Box<NewPasskey>),
    Own(Verified, Vec<u8>),
}

/// Lets a passkey take the place of the PIN, which has just signed it: `pin` is that signature.
///
/// # Errors
/// The refusal of the passkey.
pub(crate) async fn allow_biometrics(
    app: &Core,
    visit: &Visit,
    (session, occasion): (SessionId, Occasion),
    phone: &AppPhone,
    (pin, passkey): (PhoneProof, PasskeyForPhone<'_>),
) -> Result<(), PasskeyError> {
    let ((hash, purpose), now, pin) = (passkey.challenge(), visit.now, Arc::new(pin));
    // The PIN was right, whatever becomes of the passkey.
    let is_there: Result<bool, db::Error> =
        app.db.write(move |tx| Box::pin(async move { phones::was_right(tx, &pin, now).await })).await;
    let is_there = is_there?;
    let taken = passkeys::take(&app.db, hash, purpose, &occasion, now).await?;
    let taken = taken.filter(|_| is_there).ok_or(PasskeyRefusal::ChallengeIsOver)?;
    let party = RelyingParty::of(&app.settings).ok_or(PasskeyRefusal::Unreadable)?;
    let held = match passkey {
        PasskeyForPhone::New(attestation) => {
            let new = party.verify_new(taken, attestation)?;
            // The PIN has signed the name that the browser gave.
            if new.credential_id() != attestation.credential_id() {
                return Err(PasskeyRefusal::DoesNotHold.into());
            }
            HeldPasskey::New(Box::new(new))
        }
        PasskeyForPhone::Own(assertion) => {
            let found = passkeys::of_credential(&app.db, assertion.credential_id()).await?;
            let own = found.filter(|found| found.person == phone.person).ok_or(PasskeyRefusal::AnotherPerson)?;
            HeldPasskey::Own(party.verify(taken, assertion, &own)?, assertion.credential_id().to_vec())
        }
    };
    let (work, own, phone) = (app.clone(), visit.clone(), phone.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, phone.person).await?;
                let credential_id = match held {
                    HeldPasskey::New(new) => add(tx, (&work, &own), (session, occasion), &phone, *new).await?,
                    HeldPasskey::Own(verified, credential_id) => {
                        match passkeys::count_use(tx, &verified, own.now).await? {
                            None => return Err(PasskeyRefusal::Unknown.into()),
                            Some(counted) if counted.may_be_copied => return Err(PasskeyRefusal::MayBeCopied.into()),
                            Some(_) => credential_id,
                        }
                    }
                };
                if !phones::link_passkey(tx, (phone.id, phone.person), &credential_id).await? {
                    return Err(PasskeyRefusal::Unknown.into());
                }
                let entry = entry(&own, Event::PhoneBiometricsSet, &phone).session(session).detail("biometrics", "on");
                Ok(history::write(tx, &work.random, &entry).await?)
            })
        })
        .await
}

/// Adds the passkey to the person, as *My sign-in* would.
async fn add(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    (session, occasion): (SessionId, Occasion),
    phone: &AppPhone,
    new: NewPasskey,
) -> Result<Vec<u8>, PasskeyError> {
    // A challenge of another person in the same session is not accepted.
    if new.person() != phone.person {
        return Err(PasskeyRefusal::AnotherPerson.into());
    }
    let credential_id = new.credential_id().to_vec();
    let added = passkeys::add(tx, &app.random, new, (&phone.name, occasion), visit.now).await?;
    proven_in_session(tx, session, &added.proven).await?;
    let mut entry = Entry::new(visit.now, Event::AccountPasskeyAdded).person(phone.person).session(session);
    entry = entry.detail("name", &phone.name);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    history::write(tx, &app.random, &entry).await?;
    tell(tx, app, visit, phone.person, &Notice::PasskeyAdded { name: phone.name.clone() }).await?;
    factors_changed(tx, app, visit, phone.person, Some(session)).await?;
    Ok(credential_id)
}

/// Lets only the PIN open the phone. The person keeps the passkey.
pub(crate) async fn forbid_biometrics(app: &Core, visit: &Visit, phone: &AppPhone) -> Result<(), db::Error> {
    let (work, own, phone) = (app.clone(), visit.clone(), phone.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if phones::keep_out_passkey(tx, (phone.id, phone.person)).await? {
                    let entry = entry(&own, Event::PhoneBiometricsSet, &phone).detail("biometrics", "off");
                    history::write(tx, &work.random, &entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Writes down that the answer of a phone's passkey is refused, and tells the person of one that may be a copy.
pub(super) async fn write_refused(
    app: &Core,
    visit: &Visit,
    phone: &AppPhone,
    why: PasskeyRefusal,
) -> Result<(), Fault> {
    let (work, own, phone) = (app.clone(), visit.clone(), phone.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let entry = entry(&own, Event::PhonePasskeyRefused, &phone).detail("why", why.as_str());
                history::write(tx, &work.random, &entry).await?;
                if why == PasskeyRefusal::MayBeCopied
                    && let Some(credential_id) = &phone.passkey
                    && let Some(passkey) = passkeys::of_credential(&mut *tx, credential_id).await?
                {
                    tell(tx, &work, &own, phone.person, &Notice::PasskeyMayBeCopied { name: passkey.name }).await?;
                }
                Ok(())
            })
        })
        .await
}
