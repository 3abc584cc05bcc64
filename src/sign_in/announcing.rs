//! The announcements on top of a page: the operator's to everybody and, on the pages of a person who is
//! signed in, those of their companies. Before anybody is identified it is the operator's alone; a
//! sign-in adds that of the application's company.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::sessions;
use crate::directory::announcements::{AnnouncementAudience, AnnouncementCache};
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::sign_in::cookies;

/// Adds the announcements to the pages of a request.
pub(crate) async fn announce(
    State((app, announcements)): State<(Core, AnnouncementCache)>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else { return next.run(request).await };
    let path = request.uri().path();
    let is_of_person = path.starts_with("/account") || path.starts_with("/admin");
    let shows_a_page = is_of_person || path.starts_with("/sign-in");
    if shows_a_page {
        let scopes = match scopes(&app, &visit, is_of_person).await {
            Ok(scopes) => scopes,
            Err(error) => return Fault::from(error).into_response(),
        };
        match announcements.shown(&app.db, &scopes, visit.now).await {
            Ok(notices) => {
                request.extensions_mut().insert(Visit { notices, ..visit });
            }
            Err(error) => return Fault::from(error).into_response(),
        }
    }
    next.run(request).await
}

async fn scopes(app: &Core, visit: &Visit, is_of_person: bool) -> Result<Vec<AnnouncementAudience>, db::Error> {
    let mut scopes = vec![AnnouncementAudience::Everybody];
    if let (true, Some(secret_hash)) = (is_of_person, &cookies::session(visit)) {
        let companies = sessions::companies_of_secret(&app.db, secret_hash, visit.now).await?;
        scopes.extend(companies.into_iter().map(AnnouncementAudience::Company));
    }
    Ok(scopes)
}
