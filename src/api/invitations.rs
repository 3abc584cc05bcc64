//! The invitation of a user to the phone app. No code leaves by the API: the sign-up code goes to the mailbox of the
//! person, and a code to hand over is shown to an administrator at the console.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::moment;
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::request::{EmptyRequest, JsonRequest, Path};
use super::scopes::Scope;
use crate::administration as acts;
use crate::administration::ActEffect;
use crate::administration::invitations::InvitationWish;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::invitations::{self, IdentityCheck, Invitation, StepTaken};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::web::fault::Fault;
use crate::proofs::sign_up::PreparedCode;

/// The invitation of a user to the phone app.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UserInvitation {
    /// Its identifier.
    pub(crate) id: String,
    /// sent, entered, verified or made while it is open; then done, cancelled, replaced or expired.
    #[schema(example = "sent")]
    pub(crate) state: String,
    /// The way in which the identity of the person was verified: document, known, video_call or directory.
    pub(crate) identity: String,
    /// The sender, as the mail names it.
    pub(crate) sent_by: String,
    /// The time at which it was sent.
    #[schema(format = DateTime)]
    pub(crate) sent_at: String,
    /// The time until which it works.
    #[schema(format = DateTime)]
    pub(crate) expires_at: String,
    /// Its steps, in their order.
    pub(crate) steps: Vec<UserInvitationStep>,
}

/// A step of an invitation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UserInvitationStep {
    /// sent, opened, entered, tried_elsewhere, sms_sent, sms_not_sent, code_made, verified, link_sent, made, done,
    /// cancelled, replaced, expired or reminded.
    #[schema(example = "sent")]
    pub(crate) step: String,
    /// When.
    #[schema(format = DateTime)]
    pub(crate) at: String,
}

/// An invitation that is wanted. It vouches that the identity of the person was verified.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserInvitationWish {
    /// The way in which the identity of the person was verified: document (an identity document was seen), known
    /// (personally) or video_call.
    #[schema(example = "document")]
    pub(crate) identity: String,
}

impl UserInvitationWish {
    /// The wish with a code, which takes too long to make for a transaction.
    pub(super) async fn prepare(self, app: &App) -> Result<InvitationWish, Problem> {
        let identity_check = IdentityCheck::chosen(&self.identity)
            .ok_or_else(|| Problem::invalid("identity must be document, known or video_call"))?;
        let code = PreparedCode::new(&app.random, &app.hashing).await.map_err(Fault::from)?;
        Ok(InvitationWish { identity_check, code })
    }
}

fn shown(of: &Invitation, steps: &[StepTaken], now: Timestamp) -> UserInvitation {
    let step = |taken: &StepTaken| UserInvitationStep { step: taken.step.as_str().to_owned(), at: moment(taken.at) };
    UserInvitation {
        id: of.id.to_string(),
        state: of.stands(now).as_str().to_owned(),
        identity: of.identity_check.as_str().to_owned(),
        sent_by: of.inviter_name.clone(),
        sent_at: moment(of.sent_at),
        expires_at: moment(of.expires_at),
        steps: steps.iter().map(step).collect(),
    }
}

/// See the invitation of a user
///
/// The newest one, for users whose basic company this is. It is kept for 90 days after its end.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/users/{person}/invitation", tag = "Users",
    operation_id = "see_invitation",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:users.read"])),
    responses((status = 200, description = "The invitation.", body = UserInvitation))
)]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::UsersRead).await?;
    let mut reader = app.db.reader().await?;
    at.within_protection(&mut reader, person).await?;
    drop(reader);
    let newest = invitations::of_user(&app.db, at.company.id, person).await?;
    let newest = newest.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let steps = invitations::steps(&app.db, newest.id).await?;
    Ok(Reply::ok(&shown(&newest, &steps, at.now()))?.into_response())
}

/// Invite a user to the phone app
///
/// The person gets an email with a sign-up code that works for 24 hours. An invitation that is open already is replaced.
#[utoipa::path(
    post, path = "/api/v1/companies/{company}/users/{person}/invitation", tag = "Users",
    operation_id = "invite_user",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    request_body = UserInvitationWish, security(("oauth" = ["company:{company}:users.write"])),
    responses((status = 201, description = "The invitation.", body = UserInvitation))
)]
pub(super) async fn send(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    request: JsonRequest<UserInvitationWish>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::UsersWrite).await?;
    let wish = request.body.prepare(&app).await?;
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            acts::invitations::send(tx, &environment.context, person, &wish).await?;
            let sent = invitations::of_user(&mut *tx, company, person).await?;
            let sent = sent.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let steps = invitations::steps(&mut *tx, sent.id).await?;
            let path = format!("/api/v1/companies/{company}/users/{person}/invitation");
            let location = environment.app.settings.public_url.join(&path);
            Reply::created(&shown(&sent, &steps, environment.context.now), location)
        })
    })
    .await
}

/// Cancel the invitation of a user
///
/// Its code works no longer.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/users/{person}/invitation", tag = "Users",
    operation_id = "cancel_invitation",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:users.write"])),
    responses((status = 204, description = "The invitation is cancelled."))
)]
pub(super) async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::UsersWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            match acts::invitations::cancel(tx, &environment.context, person).await? {
                ActEffect::Changed => Ok(Reply::done()),
                ActEffect::Unchanged => Err(Problem::new(Kind::NotFound)),
            }
        })
    })
    .await
}
