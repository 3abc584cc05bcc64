//! A finger or a face in the place of the PIN: a passkey on this phone, allowed by the PIN.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;

use super::answers;
use super::approvals::{AskedText, signed_by_pin};
use super::body::{PasskeyWishBody, SignatureBody};
use super::pages::{frame, page};
use super::views::AppBiometricsPage;
use super::who::{self, OpenApp};
use crate::app::App;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::proofs::Occasion;
use crate::proofs::passkeys::{self, PasskeyError, PasskeyRefusal, RelyingParty};
use crate::proofs::phones::SigningPurpose;
use crate::sign_in::phone_biometrics::{PasskeyForPhone, allow_biometrics, forbid_biometrics};
use crate::sign_in::{challenge_for_new, give_challenge};

const BIOMETRICS: &str = "/app/biometrics";
const SETTINGS: &str = "/app/settings";

fn occasion(visit: &Visit, open: &OpenApp) -> Occasion {
    Occasion::Session { id: open.who.session.into(), browser: visit.browser.unwrap_or_default() }
}

/// `GET /app/biometrics`: says what it means, and asks.
pub(crate) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    if RelyingParty::of(&app.settings).is_none() {
        return Err(EarlyAnswer::not_found());
    }
    let view = AppBiometricsPage { page: page(&app, &visit, BIOMETRICS), frame: frame(&app, Some(&open.phone)) };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// `POST /app/biometrics/options`: the options of a new passkey, or of one that the person has.
pub(crate) async fn options(
    State(app): State<App>,
    visit: Visit,
    wish: PasskeyWishBody,
) -> Result<Response, EarlyAnswer> {
    let open = who::open_for_script(&app, &visit).await?;
    let party = RelyingParty::of(&app.settings).ok_or_else(EarlyAnswer::not_found)?;
    let challenge = if wish.own {
        party.ask_for_proof(&passkeys::of_person(&app.db, open.phone.person).await?)?
    } else {
        challenge_for_new(&app, &party, &open.who.profile).await?.on_this_device()
    };
    Ok(give_challenge(&app, challenge, occasion(&visit, &open), visit.now).await?)
}

/// `POST /app/biometrics`: takes the passkey, and the signature of the PIN over its name.
pub(crate) async fn allow(State(app): State<App>, visit: Visit, body: SignatureBody) -> Result<Response, EarlyAnswer> {
    let open = who::open_for_script(&app, &visit).await?;
    let page = page(&app, &visit, BIOMETRICS);
    let refused = |refused| Ok(answers::refused(StatusCode::UNPROCESSABLE_ENTITY, &page.t(trouble(refused))));
    let (name, passkey) = match (&body.attestation, &body.assertion) {
        (Some(attestation), None) => (attestation.credential_id(), PasskeyForPhone::New(attestation)),
        (None, Some(assertion)) => (assertion.credential_id(), PasskeyForPhone::Own(assertion)),
        _ => return refused(PasskeyRefusal::Unreadable),
    };
    let text = AskedText { purpose: SigningPurpose::Biometrics, subject: BASE64URL_NOPAD.encode(name), fields: &[] };
    let pin = signed_by_pin(&app, &visit, &open.phone, text, &body.signature).await?;
    let on = (open.who.session, occasion(&visit, &open));
    match allow_biometrics(&app, &visit, on, &open.phone, (pin, passkey)).await {
        Ok(()) => Ok(answers::next(SETTINGS)),
        Err(PasskeyError::Refused(why)) => refused(why),
        Err(PasskeyError::Fault(fault)) => Err(fault.into()),
    }
}

/// The key of the words for a refusal.
fn trouble(refused: PasskeyRefusal) -> &'static str {
    match refused {
        PasskeyRefusal::ChallengeIsOver => "passkey-error-over",
        PasskeyRefusal::UserNotVerified => "passkey-error-not-verified",
        PasskeyRefusal::ChangedSystem => "passkey-error-changed-system",
        PasskeyRefusal::NotAttested => "passkey-error-not-attested",
        PasskeyRefusal::TooMany => "passkey-error-too-many",
        _ => "app-biometrics-failed",
    }
}

/// `POST /app/biometrics/off`: only the PIN opens the app.
pub(crate) async fn forbid(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    forbid_biometrics(&app, &visit, &open.phone).await?;
    Ok(Redirect::to(SETTINGS).into_response())
}
