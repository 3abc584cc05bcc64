//! Users: the members of a company, with their roles.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::invitations::UserInvitationWish;
use super::moment;
use super::paging::{self, ListPage};
use super::people::new_person;
use super::problem::{Kind, Problem};
use super::reply::{Reply, etag_of};
use super::request::{EmptyRequest, IfMatch, JsonRequest, Path, Query};
use super::scopes::Scope;
use super::whole_number;
use crate::administration as acts;
use crate::administration::ActEffect;
use crate::administration::users::{Addition, RoleWish};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::{self, PersonId};
use crate::directory::rights::ProfileId;
use crate::directory::users::{self, Filter, Member};
use crate::platform::db::{Reads, Source, Tx};

/// A user of a company.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct ApiUser {
    /// The person. The identifier never changes, and is the same in every company.
    #[schema(value_type = String, format = Uuid)]
    pub(crate) person: PersonId,
    /// Given and family name.
    pub(crate) name: String,
    /// The sign-in email.
    pub(crate) email: String,
    /// The language of messages to the person.
    pub(crate) language: String,
    /// The roles of the person in the company.
    pub(crate) roles: Vec<ApiRole>,
    /// The name of the ready-made profile of rights that was given last.
    pub(crate) profile: Option<String>,
    /// Whether this is the person's basic company.
    pub(crate) basic: bool,
    /// Whether the person can enter the company.
    pub(crate) state: UserState,
    /// Whether the profile is open; the operator alone closes profiles.
    pub(crate) profile_is_open: bool,
    /// The time at which the person became a user.
    #[schema(format = DateTime)]
    pub(crate) created_at: String,
}

/// A role in a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Role)]
pub(crate) enum ApiRole {
    /// Manages users, invitations, contact phones and policies of one company.
    #[serde(rename = "user administrator")]
    UserAdministrator,
    /// Does the same for an accounting office and each of its clients.
    #[serde(rename = "main user")]
    MainUser,
    /// No authority over others.
    #[serde(rename = "employee")]
    Employee,
}

/// The state of a user in a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserState {
    /// Can enter the company.
    Active,
    /// Had a profile before and has not accepted yet. Until then, name, email and language are as they were sent.
    Pending,
    /// Is locked out of the company.
    Locked,
    /// Was removed, and can be taken back.
    Removed,
}

/// A state that can be set. Users are removed by an operation of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StateToSet {
    /// Unlock, or take back.
    Active,
    /// Lock.
    Locked,
}

/// A person to add as a user. Somebody who has this email already keeps their profile, and becomes a user once they
/// accept.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserToAdd {
    /// The sign-in email.
    #[schema(max_length = 254)]
    pub(crate) email: String,
    /// The given name, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) given_name: String,
    /// The family name.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(crate) family_name: String,
    /// The language of messages to the person: en or fi.
    #[serde(default)]
    pub(crate) language: Option<String>,
    /// The roles in the company.
    #[serde(default)]
    pub(crate) roles: Vec<ApiRole>,
    /// A ready-made profile to give.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub(crate) profile: Option<ProfileId>,
    /// An invitation to the phone app in place of the first message, for somebody who has no profile yet.
    #[serde(default)]
    pub(crate) invitation: Option<UserInvitationWish>,
}

/// The changes of a user. An absent field stays as it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserChange {
    /// The new roles.
    #[serde(default)]
    pub(crate) roles: Option<Vec<ApiRole>>,
    /// The new state.
    #[serde(default)]
    pub(crate) state: Option<StateToSet>,
}

/// The filters of users.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserListQuery {
    /// all (except removed users), active, never_signed_in, invited, pending, locked or removed.
    #[param(value_type = Option<String>, example = "all")]
    pub(crate) filter: Option<String>,
    /// Only users with this role.
    #[param(value_type = Option<String>, example = "user administrator")]
    pub(crate) role: Option<String>,
    /// Only users with a name, email or phone that has a word beginning with each of these words. One page with the
    /// best hundred at most; not together with filter, role or after.
    pub(crate) search: Option<String>,
    /// The `next` of the previous page.
    #[param(value_type = Option<String>, format = Uuid)]
    pub(crate) after: Option<String>,
    /// The most items of the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    #[serde(default, deserialize_with = "whole_number::optional_in_query")]
    pub(crate) limit: Option<i64>,
}

impl From<users::Role> for ApiRole {
    fn from(role: users::Role) -> Self {
        match role {
            users::Role::UserAdministrator => Self::UserAdministrator,
            users::Role::MainUser => Self::MainUser,
            users::Role::Employee => Self::Employee,
        }
    }
}

impl From<ApiRole> for users::Role {
    fn from(role: ApiRole) -> Self {
        match role {
            ApiRole::UserAdministrator => Self::UserAdministrator,
            ApiRole::MainUser => Self::MainUser,
            ApiRole::Employee => Self::Employee,
        }
    }
}

impl From<users::MembershipState> for UserState {
    fn from(state: users::MembershipState) -> Self {
        match state {
            users::MembershipState::Active => Self::Active,
            users::MembershipState::Pending => Self::Pending,
            users::MembershipState::Locked => Self::Locked,
            users::MembershipState::Removed => Self::Removed,
        }
    }
}

impl From<Member> for ApiUser {
    fn from(member: Member) -> Self {
        Self {
            person: member.person,
            name: member.name,
            email: member.email,
            language: member.language,
            roles: member.roles.into_iter().map(ApiRole::from).collect(),
            profile: member.profile,
            basic: member.basic,
            state: member.state.into(),
            profile_is_open: member.profile_state == people::PersonState::Active,
            created_at: moment(member.created_at),
        }
    }
}

/// The roles without repetitions, in a fixed order.
fn roles_of(requested: &[ApiRole]) -> Vec<users::Role> {
    users::Role::ALL.into_iter().filter(|role| requested.contains(&ApiRole::from(*role))).collect()
}

/// List users
///
/// By name, Å, Ä and Ö at the end.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/users", tag = "Users", operation_id = "list_users",
    params(("company" = String, Path, format = Uuid, description = "The company."), UserListQuery),
    security(("oauth" = ["company:{company}:users.read"])),
    responses((status = 200, description = "A page of users.", body = ListPage<ApiUser>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Path(company): Path<CompanyId>,
    Query(query): Query<UserListQuery>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::UsersRead).await?;
    let malformed = |words: &str| Problem::new(Kind::Malformed).detail(words);
    let limit = paging::limit(query.limit)?;
    if let Some(search) = &query.search {
        if query.filter.is_some() || query.role.is_some() || query.after.is_some() {
            return Err(malformed("search stands alone: without filter, role and after"));
        }
        let mut reader = app.db.reader().await?;
        let found = users::search(&mut Source::Reader(&mut reader), at.company.id, search, limit).await?;
        return Ok(paging::page(&app, &uri, limit, found, |member| member.person, ApiUser::from));
    }
    let filter = query.filter.as_deref().map(str::parse::<Filter>).transpose();
    let filter = filter
        .map_err(|_| malformed("filter must be all, active, never_signed_in, invited, pending, locked or removed"))?;
    let role = query.role.as_deref().map(str::parse::<users::Role>).transpose();
    let role = role.map_err(|words| malformed(&format!("role {words}")))?;
    let after = match paging::after::<PersonId>(query.after.as_deref())? {
        None => None,
        Some(after) => {
            let found = users::find(&app.db, at.company.id, after).await?;
            Some(found.ok_or_else(|| malformed("after must be the next of an earlier page"))?)
        }
    };
    let place = after.as_ref().map_or((&[][..], None), |member| (member.sort_key.as_slice(), Some(member.person)));
    let found = users::list(&app.db, at.company.id, (filter.unwrap_or_default(), role), place, limit + 1).await?;
    Ok(paging::page(&app, &uri, limit, found, |member| member.person, ApiUser::from))
}

/// See a user
///
/// One who was removed as well.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/users/{person}", tag = "Users", operation_id = "see_user",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:users.read"])),
    responses((status = 200, description = "The user, removed or not.", body = ApiUser))
)]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::UsersRead).await?;
    let found = users::find(&app.db, at.company.id, person).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let shown = ApiUser::from(found);
    Ok(Reply::ok(&shown)?.tagged(etag_of(&shown)).into_response())
}

/// Add a user
///
/// A removed user is taken back, with these roles.
#[utoipa::path(
    post, path = "/api/v1/companies/{company}/users", tag = "Users", operation_id = "add_user",
    params(("company" = String, Path, format = Uuid, description = "The company.")),
    request_body = UserToAdd, security(("oauth" = ["company:{company}:users.write"])),
    responses((status = 201, description = "The user who was added.", body = ApiUser))
)]
pub(super) async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(company): Path<CompanyId>,
    request: JsonRequest<UserToAdd>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::UsersWrite).await?;
    let UserToAdd { email, given_name, family_name, language, roles, profile, invitation } = request.body;
    let person = new_person(&email, (given_name, family_name), language.as_deref())?;
    let invitation = match invitation {
        Some(wish) => Some(wish.prepare(&app).await?),
        None => None,
    };
    let roles = RoleWish::Exactly(roles_of(&roles));
    let addition = Addition { person, roles, profile, phone: None, invitation };
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            let person = acts::users::add(tx, &environment.context, addition).await?.person;
            let shown = ApiUser::from(find_present(&mut *tx, company, person).await?);
            let location =
                environment.app.settings.public_url.join(&format!("/api/v1/companies/{company}/users/{person}"));
            Ok(Reply::created(&shown, location)?.tagged(etag_of(&shown)))
        })
    })
    .await
}

/// Change the roles or the state of a user
///
/// The state first. A removed user is taken back with the roles of before, unless others are sent.
#[utoipa::path(
    patch, path = "/api/v1/companies/{company}/users/{person}", tag = "Users", operation_id = "change_user",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the version that is to be changed."),
    ),
    request_body = UserChange, security(("oauth" = ["company:{company}:users.write"])),
    responses((status = 200, description = "The user as they are now.", body = ApiUser))
)]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    version: IfMatch,
    request: JsonRequest<UserChange>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::UsersWrite).await?;
    let UserChange { roles, state } = request.body;
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            version.check(&ApiUser::from(find_member(tx, company, person).await?))?;
            let context = &environment.context;
            let _ = match state {
                None => ActEffect::Unchanged,
                Some(StateToSet::Active) => acts::users::readmit(tx, context, person).await?,
                Some(StateToSet::Locked) => acts::users::lock(tx, context, person).await?,
            };
            if let Some(roles) = &roles {
                let wish = RoleWish::Exactly(roles_of(roles));
                acts::users::set_roles(tx, context, person, &wish).await?;
            }
            let shown = ApiUser::from(find_member(tx, company, person).await?);
            Ok(Reply::ok(&shown)?.tagged(etag_of(&shown)))
        })
    })
    .await
}

/// Remove a user
///
/// From this company alone. A person removed from their basic company cannot sign in anywhere.
#[utoipa::path(
    delete, path = "/api/v1/companies/{company}/users/{person}", tag = "Users", operation_id = "remove_user",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:users.write"])),
    responses((status = 204, description = "The user is removed."))
)]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    EmptyRequest(key): EmptyRequest,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::UsersWrite).await?;
    at.write(&app, key, move |tx, environment| {
        Box::pin(async move {
            match acts::users::remove(tx, &environment.context, person, None).await? {
                ActEffect::Changed => Ok(Reply::done()),
                ActEffect::Unchanged => Err(Problem::new(Kind::NotFound)),
            }
        })
    })
    .await
}

/// A user who was not removed.
///
/// # Errors
/// [`Kind::NotFound`].
pub(crate) async fn find_present(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Member, Problem> {
    let found =
        users::find(db, company, person).await?.filter(|member| member.state != users::MembershipState::Removed);
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}

async fn find_member(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<Member, Problem> {
    users::find(tx, company, person).await?.ok_or_else(|| Problem::new(Kind::NotFound))
}
