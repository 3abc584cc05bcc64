//! New addresses of an application that were looked up in the list of its sector, if it has one (`sector_identifier_uri`,
//! OpenID Connect Registration §5): its pairwise subjects must not follow it to an address that the sector does not name.

use super::published::sector;
use crate::app::App;
use crate::provider::applications::{Application, ApplicationAddresses, ApplicationId};

/// Addresses for an application, each named by its sector where that has a list.
#[derive(Clone, Debug)]
pub(crate) struct ListedAddresses {
    application: ApplicationId,
    addresses: ApplicationAddresses,
}

impl ListedAddresses {
    /// Looks the redirect URIs up.
    ///
    /// # Errors
    /// In words: the list cannot be had, or does not name one of them.
    pub(crate) async fn look_up(
        app: &App,
        application: &Application,
        addresses: ApplicationAddresses,
    ) -> Result<Self, String> {
        if let Some(list) = &application.profile.sector_identifier_uri {
            let named = |words: String| format!("sector_identifier_uri: {words}");
            sector(app, list, &addresses.redirect_uris).await.map_err(named)?;
        }
        Ok(Self { application: application.id, addresses })
    }

    /// The application and the addresses.
    pub(crate) fn of_application(&self) -> (ApplicationId, &ApplicationAddresses) {
        (self.application, &self.addresses)
    }
}
