//! OpenID Connect: applications send browsers here and get them back with who signed in.
//!
//! One sign-in, followed: [`authorize`] reads the request (pushed before, or a signed request object)
//! and asks floor 4 for the person; its code begins a grant ([`grants`]); [`token`] gives an access token
//! and an ID token for it ([`claims`]), signed by [`keys`]; userinfo, introspection and revocation look at
//! the grant each time; [`logout`] ends the session, and with it the grant.

pub mod applications;
pub mod authorize;
pub mod claims;
pub mod consent;
pub mod device;
pub mod discovery;
mod endpoint;
mod events;
pub mod grants;
mod housekeeping;
pub mod keys;
pub mod logout;
pub mod registration;
pub mod token;
pub mod views;

use axum::middleware::from_fn;
use axum::routing::{get, post};

pub use housekeeping::expire;
pub use logout::worker as logout_worker;

use self::authorize::pushed;
use self::claims::userinfo;
use self::endpoint::cors;
use self::token::{introspection, revocation};
use crate::platform::web::table::Table;

/// What applications call, and the two addresses that they send browsers to. None of these changes
/// anything on the strength of a cookie alone; the one that does, `POST /oauth/sign-out/confirm`
/// ([`logout::confirm`]), stands among the pages that refuse other sites.
pub fn routes() -> Table {
    let open = Table::new()
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/oauth/jwks", get(discovery::jwks))
        .route("/oauth/par", post(pushed::receive))
        .route("/oauth/token", post(token::answer))
        .route("/oauth/userinfo", get(userinfo::answer).post(userinfo::answer))
        .route("/oauth/revoke", post(revocation::answer))
        .behind(|router| router.layer(from_fn(cors::open)));
    Table::new()
        .route("/oauth/authorize", get(authorize::show).post(authorize::receive))
        .route("/oauth/authorize/{id}", get(authorize::go_on))
        .route("/oauth/authorize/{id}/someone-else", get(authorize::as_someone_else))
        .route("/oauth/introspect", post(introspection::answer))
        .route("/oauth/device", post(device::begin))
        .route("/oauth/register", post(registration::register))
        .route(
            "/oauth/register/{client_id}",
            get(registration::show).put(registration::replace).delete(registration::remove),
        )
        .route("/oauth/sign-out", get(logout::show).post(logout::receive))
        .merge(open)
}
