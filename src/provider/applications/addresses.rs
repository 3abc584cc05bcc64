//! The addresses of an application, which change when it moves. Its `client_id`, its way to prove itself and its sector
//! stay.

use serde::{Deserialize, Serialize};

use super::{Application, store};
use crate::platform::db::{self, Tx};

/// The most bytes of a request with as many addresses as an application may have, of a length that occurs.
pub(crate) const ADDRESSES_BODY_LIMIT: usize = 128 * 1024;

/// The addresses of an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationAddresses {
    /// The addresses to which answers may go, exactly.
    pub redirect_uris: Vec<String>,
    /// The addresses to which browsers may go after signing out, exactly.
    pub post_logout_redirect_uris: Vec<String>,
    /// The address at which it is told that a session has ended.
    pub back_channel_logout_uri: Option<String>,
    /// The address at which people open it.
    pub home_url: Option<String>,
    /// The address at which a sign-in begins that another party asks for (OpenID Connect Core §4).
    pub initiate_login_uri: Option<String>,
}

impl Application {
    /// Its addresses.
    pub(crate) fn addresses(&self) -> ApplicationAddresses {
        ApplicationAddresses {
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            back_channel_logout_uri: self.back_channel_logout_uri.clone(),
            home_url: self.home_url.clone(),
            initiate_login_uri: self.profile.initiate_login_uri.clone(),
        }
    }

    /// The same application at other addresses.
    #[must_use]
    pub(crate) fn moved_to(mut self, addresses: ApplicationAddresses) -> Self {
        self.redirect_uris = addresses.redirect_uris;
        self.post_logout_redirect_uris = addresses.post_logout_redirect_uris;
        self.back_channel_logout_uri = addresses.back_channel_logout_uri;
        self.home_url = addresses.home_url;
        self.profile.initiate_login_uri = addresses.initiate_login_uri;
        self
    }
}

/// Keeps the addresses of an application that was checked. Tells whether there is such an application.
///
/// # Errors
/// Faults of the database.
pub(crate) async fn keep_addresses(tx: &mut Tx<'_>, application: &Application) -> Result<bool, db::Error> {
    store::change(tx, application).await
}
