//! The SMS with the six digits of an invitation.

use super::{DigitsOrigin, store};
use crate::directory::invitations::Invitation;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::messages::{self, Message, sms};
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::platform::web::translations::{Language, Texts};

/// The result of a request for an SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SmsSending {
    /// It was written; this is its message.
    Sent(String),
    /// It could not be: the stored name of the reason.
    NotSent(&'static str),
}

/// Sends new digits to the phone that the invitation was sent for, and to no other, in place of earlier ones. The
/// transaction is committed in either case, because requests are counted.
pub(crate) async fn send_sms(
    tx: &mut Tx<'_>,
    app: &Core,
    of: &Invitation,
    (language, network): (Language, &Network),
    now: Timestamp,
) -> Result<SmsSending, Fault> {
    let Some(number) = of.phone() else { return Ok(SmsSending::NotSent("no-phone")) };
    let request = sms::SmsRequest { person: Some(of.person.to_string()), number, network: Some(network.clone()) };
    let permit = match sms::may_send(tx, app, request, now).await? {
        sms::SmsAnswer::Permitted(permit) => permit,
        sms::SmsAnswer::Refused(refusal) => return Ok(SmsSending::NotSent(refusal.name())),
    };
    let code = store::make_digits(tx, app, of.id, DigitsOrigin::Sms, now).await?;
    let words = [("code", code.reveal().as_str()), ("organisation", app.settings.organisation.as_str())];
    let text = Texts::new(language).text_with("message-sign-up-sms", &words);
    // The last line binds the code to our origin, so that the phone's browser offers it nowhere else.
    let message = Message::sms(language, permit, &text, now)
        .paragraphs(&format!("@{} #{}", app.settings.public_url.host(), code.reveal()))
        .person(of.person)
        .useful_until(now.plus(DigitsOrigin::Sms.lives()));
    Ok(SmsSending::Sent(messages::write_known(tx, app, &message).await?))
}
