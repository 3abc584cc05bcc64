//! A request to sign out, read (OpenID Connect RP-Initiated Logout §2). Pure.

use crate::platform::web::parameters::Parameters;

/// The longest value of a parameter, in bytes.
const LONGEST: usize = 8192;

/// The parameters of a request to sign out; nothing of it is proven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignOutRequest {
    /// An ID token of who is to sign out.
    pub(crate) id_token_hint: Option<String>,
    /// The application.
    pub(crate) client_id: Option<String>,
    /// The address to which the browser goes afterwards.
    pub(crate) post_logout_redirect_uri: Option<String>,
    /// Comes back as it came.
    pub(crate) state: Option<String>,
    /// The languages that the application wishes for.
    pub(crate) ui_locales: Option<String>,
}

/// A parameter came twice, or is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Reads a request to sign out. Unknown parameters, `logout_hint` among them, are ignored.
///
/// # Errors
/// A known parameter came twice or is too long.
pub fn read(parameters: &Parameters) -> Result<SignOutRequest, Malformed> {
    let one = |name| match parameters.one(name) {
        Ok(Some(value)) if value.len() > LONGEST => Err(Malformed),
        Ok(value) => Ok(value.map(str::to_owned)),
        Err(_) => Err(Malformed),
    };
    Ok(SignOutRequest {
        id_token_hint: one("id_token_hint")?,
        client_id: one("client_id")?,
        post_logout_redirect_uri: one("post_logout_redirect_uri")?,
        state: one("state")?,
        ui_locales: one("ui_locales")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_may_say_nothing_and_nothing_twice() {
        assert_eq!(read(&Parameters::parse("")), Ok(SignOutRequest::default()));
        let state = Some("s".to_owned());
        assert_eq!(read(&Parameters::parse("state=s&x=1")), Ok(SignOutRequest { state, ..SignOutRequest::default() }));
        assert_eq!(read(&Parameters::parse("client_id=a&client_id=b")), Err(Malformed));
    }
}
