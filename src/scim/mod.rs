//! SCIM 2.0 (RFC 7643, RFC 7644): the door by which a company's directory feeds its users.
//!
//! A directory is known by a token that was made for one company. It makes, locks and removes users of that
//! company, and never touches what belongs to another.

mod body;
mod discovery;
mod door;
pub mod filter;
mod groups;
pub mod patch;
mod store;
pub mod tokens;
mod users;

use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::api::problem::{Kind, Problem};
use crate::app::App;
use crate::platform::web::refusal;
use crate::platform::web::table::Table;

/// What directories call.
pub fn routes(app: &App) -> Table {
    Table::new()
        .route("/scim/v2/ServiceProviderConfig", get(discovery::configuration))
        .route("/scim/v2/ResourceTypes", get(discovery::resource_types))
        .route("/scim/v2/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/scim/v2/Schemas", get(discovery::schemas))
        .route("/scim/v2/Schemas/{id}", get(discovery::schema))
        .route("/scim/v2/Users", get(users::list).post(users::add))
        .route("/scim/v2/Users/{id}", get(users::see).put(users::replace).patch(users::patch).delete(users::remove))
        .route("/scim/v2/Groups", get(groups::list).post(groups::not_offered))
        .route(
            "/scim/v2/Groups/{id}",
            get(groups::see).put(groups::replace).patch(groups::patch).delete(groups::not_offered),
        )
        .route("/scim/v2/Bulk", post(groups::not_offered))
        .route("/scim/v2/{*path}", any(nothing))
        .behind(|router| {
            router.layer(CatchPanicLayer::custom(refusal::panicked)).layer(from_fn_with_state(app.clone(), door::show))
        })
}

async fn nothing() -> Problem {
    Problem::new(Kind::NotFound)
}
