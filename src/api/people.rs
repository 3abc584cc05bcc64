//! People: each has one profile for all companies. A company sees its users and employees, and changes the profiles of
//! those whose basic company it is.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::moment;
use super::paging::{self, ListPage};
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::request::{JsonRequest, Path, Query};
use super::scopes::Scope;
use super::whole_number;
use crate::administration as acts;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::{self, Email, NewPerson, PersonId};
use crate::directory::{employees, users};
use crate::platform::db::Reads;
use crate::platform::web::translations::Language;

/// A person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct ApiPerson {
    /// The identifier. It never changes.
    #[schema(value_type = String, format = Uuid)]
    pub id: PersonId,
    /// The sign-in email.
    pub email: String,
    /// Whether the person, or the operator, has confirmed that email.
    pub(crate) email_is_confirmed: bool,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The language of messages to the person.
    pub language: String,
    /// Whether the profile is open; the operator alone closes profiles.
    pub(crate) is_open: bool,
    /// The time at which the profile was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// The changes of a person. An absent field stays as it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonChange {
    /// The given name, 1 to 100 characters.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) given_name: Option<String>,
    /// The family name.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(crate) family_name: Option<String>,
    /// The language of messages to the person: en or fi.
    #[serde(default)]
    pub(crate) language: Option<String>,
}

/// The filters of people.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PersonListQuery {
    /// Only the person with this sign-in email.
    pub(crate) email: Option<String>,
    /// The `next` of the previous page.
    #[param(value_type = Option<String>, format = Uuid)]
    pub(crate) after: Option<String>,
    /// The most items of the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    #[serde(default, deserialize_with = "whole_number::optional_in_query")]
    pub(crate) limit: Option<i64>,
}

impl From<people::Person> for ApiPerson {
    fn from(person: people::Person) -> Self {
        Self {
            id: person.id,
            email: person.email,
            email_is_confirmed: person.email_confirmed_at.is_some(),
            given_name: person.given_name,
            family_name: person.family_name,
            language: person.language,
            is_open: person.state == people::PersonState::Active,
            created_at: moment(person.created_at),
        }
    }
}

/// List people
///
/// For the operator's applications: all people, in the order in which they were added.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "People", operation_id = "list_people", params(PersonListQuery),
    security(("oauth" = ["operator:people.read"])),
    responses((status = 200, description = "A page of people.", body = ListPage<ApiPerson>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    uri: Uri,
    Query(query): Query<PersonListQuery>,
) -> Result<Response, Problem> {
    caller.operate(&app, Scope::PeopleRead).await?;
    let limit = paging::limit(query.limit)?;
    let found = match &query.email {
        Some(email) => {
            let email =
                Email::parse(email).ok_or_else(|| Problem::new(Kind::Malformed).detail("email is no email address"))?;
            people::find_by_email(&app.db, &email).await?.into_iter().collect()
        }
        None => people::list(&app.db, paging::after(query.after.as_deref())?, limit + 1).await?,
    };
    Ok(paging::page(&app, &uri, limit, found, |person| person.id, ApiPerson::from))
}

/// See a person
///
/// For the operator's applications.
#[utoipa::path(
    get, path = "/api/v1/people/{person}", tag = "People", operation_id = "see_anybody",
    params(("person" = String, Path, format = Uuid, description = "The person.")),
    security(("oauth" = ["operator:people.read"])),
    responses((status = 200, description = "The person.", body = ApiPerson))
)]
pub(super) async fn see_anybody(
    State(app): State<App>,
    caller: Caller,
    Path(person): Path<PersonId>,
) -> Result<Response, Problem> {
    caller.operate(&app, Scope::PeopleRead).await?;
    let found = people::find(&app.db, person).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(Reply::ok(&ApiPerson::from(found))?.into_response())
}

/// See a person of a company
///
/// A user or an employee, except one who had a profile before and has not accepted yet.
#[utoipa::path(
    get, path = "/api/v1/companies/{company}/people/{person}", tag = "People", operation_id = "see_person",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    security(("oauth" = ["company:{company}:people.read"])),
    responses((status = 200, description = "The person.", body = ApiPerson))
)]
pub(super) async fn see(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
) -> Result<Response, Problem> {
    let at = caller.enter(&app, company, Scope::PeopleRead).await?;
    let user = users::find(&app.db, at.company.id, person).await?;
    let knows_user = user.is_some_and(|user| user.state != users::MembershipState::Removed && !user.is_waited_for);
    let employee = employees::find(&app.db, at.company.id, person).await?;
    if !knows_user && !employee.is_some_and(|employee| employee.is_known) {
        return Err(Problem::new(Kind::NotFound));
    }
    Ok(Reply::ok(&find_person(&app.db, person).await?)?.into_response())
}

/// Change the name or the language of a person
///
/// For users whose basic company this is.
#[utoipa::path(
    patch, path = "/api/v1/companies/{company}/people/{person}", tag = "People", operation_id = "change_person",
    params(
        ("company" = String, Path, format = Uuid, description = "The company."),
        ("person" = String, Path, format = Uuid, description = "The person."),
    ),
    request_body = PersonChange, security(("oauth" = ["company:{company}:people.write"])),
    responses((status = 200, description = "The person as they are now.", body = ApiPerson))
)]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path((company, person)): Path<(CompanyId, PersonId)>,
    request: JsonRequest<PersonChange>,
) -> Result<Reply, Problem> {
    let at = caller.enter(&app, company, Scope::PeopleWrite).await?;
    let PersonChange { given_name, family_name, language } = request.body;
    let language = language.as_deref().map(Language::parse_tag);
    if language == Some(None) {
        return Err(Problem::invalid("language must be en or fi"));
    }
    at.write(&app, request.key, move |tx, environment| {
        Box::pin(async move {
            let context = &environment.context;
            let names = (given_name.as_deref(), family_name.as_deref());
            acts::people::rename(tx, context, person, names.0, names.1).await?;
            if let Some(Some(language)) = language {
                acts::people::set_language(tx, context, person, language).await?;
            }
            Reply::ok(&find_person(&mut *tx, person).await?)
        })
    })
    .await
}

async fn find_person(db: impl Reads, person: PersonId) -> Result<ApiPerson, Problem> {
    let found = people::find(db, person).await?;
    found.map(ApiPerson::from).ok_or_else(|| Problem::new(Kind::NotFound))
}

/// The data of a new person.
///
/// # Errors
/// [`Kind::Invalid`].
pub(crate) fn new_person(
    email: &str,
    (given_name, family_name): (String, String),
    language: Option<&str>,
) -> Result<NewPerson, Problem> {
    let email = Email::parse_new(email).map_err(|unfit| Problem::invalid(format!("email {unfit}")))?;
    let language = match language {
        None => Language::English,
        Some(tag) => Language::parse_tag(tag).ok_or_else(|| Problem::invalid("language must be en or fi"))?,
    };
    let new = NewPerson { email, given_name, family_name, language: language.tag().to_owned() };
    if new.names_are_fine() { Ok(new) } else { Err(acts::Stop::BadName.into()) }
}
