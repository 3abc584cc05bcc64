//! The pages of the console, and where each is.

use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};

use super::companies::choose;
use super::{employees, users};
use crate::platform::web::security::allow_scripts_to_ask;
use crate::platform::web::table::Table;

/// The scripts of the console ask this service for what one searches.
async fn asking(mut response: Response) -> Response {
    allow_scripts_to_ask(&mut response);
    response
}

/// Every URL of the console.
pub fn routes() -> Table {
    Table::new()
        .route("/admin", get(choose))
        .route("/admin/{company}/users", get(users::show))
        .route("/admin/{company}/users/export", post(users::export))
        .route("/admin/{company}/users/new", get(users::ask_add).post(users::add))
        .route("/admin/{company}/users/new/prove", get(users::prove_add))
        .route("/admin/{company}/users/{person}", get(users::user))
        .route("/admin/{company}/users/{person}/name", get(users::name).post(users::change_name))
        .route("/admin/{company}/users/{person}/roles", get(users::roles).post(users::change_roles))
        .route("/admin/{company}/users/{person}/lock", post(users::lock))
        .route("/admin/{company}/users/{person}/unlock", post(users::unlock))
        .route("/admin/{company}/users/{person}/remove", get(users::ask_remove).post(users::remove))
        .route("/admin/{company}/users/{person}/take-back", post(users::take_back))
        .route(
            "/admin/{company}/users/{person}/communication",
            get(users::communication).post(users::save_communication),
        )
        .route("/admin/{company}/users/{person}/communication/prove", get(users::prove))
        .route("/admin/{company}/users/{person}/access-rights", get(users::access_rights))
        .route("/admin/{company}/users/{person}/access-rights/profile", post(users::give_profile))
        .route("/admin/{company}/users/{person}/access-rights/{application}", post(users::change_rights))
        .route("/admin/{company}/users/{person}/sign-in", get(users::sign_in))
        .route("/admin/{company}/users/{person}/reset-second-factor", get(users::ask_reset).post(users::reset))
        .route("/admin/{company}/users/{person}/sessions/end-all", post(users::end_sessions))
        .route("/admin/{company}/users/{person}/sessions/{session}/end", post(users::end_session))
        .route("/admin/{company}/users/{person}/history", get(users::history))
        .route("/admin/{company}/employees", get(employees::show))
        .route("/admin/{company}/employees/new", get(employees::ask_add).post(employees::add))
        .route("/admin/{company}/employees/{person}", get(employees::employee).post(employees::set_services))
        .route("/admin/{company}/employees/{person}/remove", get(employees::ask_remove).post(employees::remove))
        .behind(|router| router.layer(map_response(asking)))
}
