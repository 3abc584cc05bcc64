//! The form for the addresses of an application that is the company's own.

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::KnownApplication;
use super::views::{AddressField, AddressesPage};
use crate::admin::frame;
use crate::admin::gate::{Console, FreshConsole};
use crate::admin::views::Section;
use crate::administration::Stop;
use crate::administration::applications::{ApplicationKeeper, set_addresses};
use crate::app::App;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal;
use crate::provider::applications::{ADDRESSES_BODY_LIMIT, Application, ApplicationAddresses};
use crate::provider::registration::ListedAddresses;

/// The empty fields after the addresses of a list.
const EMPTY_FIELDS: usize = 2;
/// The fields in the order of the form.
const FIELDS: [&str; 5] =
    ["redirect_uris", "post_logout_redirect_uris", "home_url", "initiate_login_uri", "back_channel_logout_uri"];

/// An application that belongs to the company. Any other is refused as not found.
pub(crate) struct OwnApplication(Application);

impl FromRequestParts<App> for OwnApplication {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let console = Console::from_request_parts(parts, app).await?;
        let known = KnownApplication::from_request_parts(parts, app).await?;
        if known.is_own(&console) { Ok(Self(known.application)) } else { Err(EarlyAnswer::not_found()) }
    }
}

/// The mistake of a form: the names of its fields, with the key of the text.
struct AddressMistake {
    fields: Vec<&'static str>,
    key: &'static str,
}

/// Shows the addresses in a form.
pub(crate) async fn open_addresses(
    FreshConsole(console): FreshConsole,
    OwnApplication(application): OwnApplication,
) -> Result<Response, EarlyAnswer> {
    form(&console, &application, &application.addresses(), None).await
}

/// Saves the addresses.
pub(crate) async fn change_addresses(
    FreshConsole(console): FreshConsole,
    OwnApplication(application): OwnApplication,
    Form(fields): Form<ADDRESSES_BODY_LIMIT>,
) -> Result<Response, EarlyAnswer> {
    // In a form that was cut off, the missing addresses would count as removed.
    if fields.field("complete") != "1" {
        return Err(EarlyAnswer::bad_request());
    }
    let typed = typed(&fields);
    let Ok(listed) = ListedAddresses::look_up(&console.app, &application, typed.clone()).await else {
        let mistake = AddressMistake { fields: vec!["redirect_uris"], key: "applications-addresses-not-listed" };
        return form(&console, &application, &typed, Some(mistake)).await;
    };
    let came = console.act(move |tx, context| {
        Box::pin(async move { set_addresses(tx, ApplicationKeeper::Company(context), &listed).await })
    });
    match came.await {
        Ok(_) => Ok(console.go_to("applications?done=addresses")),
        Err(Stop::BadAddresses(mistakes)) => {
            let fields = mistakes.into_iter().map(|mistake| mistake.field).collect();
            let mistake = AddressMistake { fields, key: "applications-addresses-wrong" };
            form(&console, &application, &typed, Some(mistake)).await
        }
        Err(stop) => Err(stop.into()),
    }
}

/// The addresses as they were typed; an empty field is none.
fn typed(fields: &Parameters) -> ApplicationAddresses {
    let all = |wanted: &str| -> Vec<String> {
        let values = fields.iter().filter(|(name, _)| *name == wanted).map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
    };
    let one = |name: &str| all(name).into_iter().next();
    ApplicationAddresses {
        redirect_uris: all("redirect_uris"),
        post_logout_redirect_uris: all("post_logout_redirect_uris"),
        back_channel_logout_uri: one("back_channel_logout_uri"),
        home_url: one("home_url"),
        initiate_login_uri: one("initiate_login_uri"),
    }
}

async fn form(
    console: &Console,
    application: &Application,
    addresses: &ApplicationAddresses,
    mistake: Option<AddressMistake>,
) -> Result<Response, EarlyAnswer> {
    let path = format!("applications/{}/addresses", application.id);
    let (page, frame) = frame::page(console, Section::Applications, &path).await?;
    let status = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let is_wrong = |name: &str| mistake.as_ref().is_some_and(|mistake| mistake.fields.contains(&name));
    let first_wrong = FIELDS.into_iter().find(|name| is_wrong(name));
    let field = |name: &'static str, values: Vec<String>| AddressField {
        label: page.t(&format!("applications-address-{}", name.replace('_', "-"))),
        is_wrong: is_wrong(name),
        has_focus: first_wrong == Some(name),
        name,
        values,
    };
    let list = |name: &'static str, addresses: &[String]| {
        let empty = std::iter::repeat_n(String::new(), EMPTY_FIELDS);
        field(name, addresses.iter().cloned().chain(empty).collect())
    };
    let one = |name: &'static str, address: &Option<String>| field(name, vec![address.clone().unwrap_or_default()]);
    let view = AddressesPage {
        action: frame.path(&path),
        back: frame.path(&format!("applications/{}", application.id)),
        application: application.name.clone(),
        fields: vec![
            list(FIELDS[0], &addresses.redirect_uris),
            list(FIELDS[1], &addresses.post_logout_redirect_uris),
            one(FIELDS[2], &addresses.home_url),
            one(FIELDS[3], &addresses.initiate_login_uri),
            one(FIELDS[4], &addresses.back_channel_logout_uri),
        ],
        error: mistake.as_ref().map(|mistake| page.t(mistake.key)),
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}
