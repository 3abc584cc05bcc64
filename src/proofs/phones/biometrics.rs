//! A passkey in the place of the PIN of a phone. It is a passkey of the person like every other, and verifies its user by
//! a finger, a face or the lock of the screen. Its challenge is the hash of the text that the key of the phone would
//! sign, so its answer fits that text and nothing else.
//!
//! No answer of it can be guessed. So none counts as a wrong PIN, and none takes wrong ones back: a phone that is closed
//! stays closed.

use super::store::take_answer;
use super::{AppPhone, PhoneCheck, PhoneProof, SignedText, not_taken};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::web::fault::Fault;
use crate::proofs::passkeys::{self, Assertion, PasskeyRefusal, RelyingParty};

/// Looks at the answer of a passkey to a text. Where the text has a challenge, that is used up by an answer that holds.
pub(super) async fn check(
    app: &Core,
    phone: &AppPhone,
    text: &SignedText,
    (challenge, assertion): (Option<[u8; 32]>, &Assertion),
    now: Timestamp,
) -> Result<PhoneCheck, Fault> {
    let refused = |why| Ok(PhoneCheck::PasskeyRefused(why));
    let Some(party) = RelyingParty::of(&app.settings) else { return refused(PasskeyRefusal::Unknown) };
    let found = passkeys::of_credential(&app.db, assertion.credential_id()).await?;
    // The passkey is of this phone, and not only of this person: each was put there by the PIN of its phone.
    let is_of_phone = phone.passkey.as_deref() == Some(assertion.credential_id());
    let Some(passkey) = found.filter(|passkey| is_of_phone && passkey.person == phone.person) else {
        return refused(PasskeyRefusal::Unknown);
    };
    let verified = match party.verify_over(&text.hash(), assertion, &passkey) {
        Ok(verified) => verified,
        Err(why) => return refused(why),
    };
    let id = phone.id;
    let counted: Result<Option<bool>, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !take_answer(tx, id, challenge.as_ref(), now).await? {
                    return Ok(None);
                }
                let counted = passkeys::count_use(tx, &verified, now).await?;
                Ok(Some(counted.is_some_and(|counted| !counted.may_be_copied)))
            })
        })
        .await;
    match counted? {
        None => not_taken(app, phone).await,
        Some(false) => refused(PasskeyRefusal::MayBeCopied),
        Some(true) => Ok(PhoneCheck::Right(PhoneProof { phone: id, person: phone.person, by_passkey: true })),
    }
}
