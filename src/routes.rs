//! Every URL of the product, in one table, and what every request passes on its way in.

mod handlers;
mod table;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _};

use self::handlers::{any, get, post};
use self::table::Table;
use crate::account::pages as account;
use crate::account::well_known;
use crate::account::{applications, company, methods, remembered};
use crate::admin::{
    announcements as status, applications as applications_of_company, companies, company_data, domains, employees,
    history, identity_providers as providers, looks as look, missing, overview, policies, releases, users,
};
use crate::api;
use crate::app::App;
use crate::directory::looks::pages as looks;
use crate::phone_app;
use crate::phone_app::approvals as phone_approvals;
use crate::phone_app::biometrics as phone_biometrics;
use crate::phone_app::notifications as phone_notifications;
use crate::phone_app::pages as phone_pages;
use crate::phone_app::requests as phone_requests;
use crate::phone_app::scanning as phone_scanning;
use crate::phone_app::set_up as phone_set_up;
use crate::phone_app::waiting as phone_waiting;
use crate::platform::web::{common, held, observe, refusal, security, static_files, visit};
use crate::provider::authorize::{self, pushed};
use crate::provider::claims::userinfo;
use crate::provider::endpoint::{cors, discovery};
use crate::provider::registration::logos;
use crate::provider::token::{self, introspection, revocation};
use crate::provider::{backchannel, device, logout, registration};
use crate::scim::{discovery as scim, door as scim_door, groups as scim_groups, users as scim_users};
use crate::sign_in::announcing;
use crate::sign_in::help;
use crate::sign_in::pages as sign_in;

/// The whole product behind its door, with what a demo has beside it.
pub fn router(app: App, more: Router<App>) -> Router {
    let behind_the_door = more
        .merge(table(&app).router())
        // From here on in the order in which a request meets them, the last one first.
        .layer(CatchPanicLayer::custom(refusal::panicked))
        .layer(from_fn_with_state(app.core.clone(), refusal::show_faults))
        .layer(from_fn_with_state(app.core.clone(), visit::welcome))
        .layer(from_fn_with_state(app.clone(), api::problem::show_at_the_door))
        .layer(from_fn_with_state(app.clone(), scim_door::show_at_the_door));
    health()
        .router()
        .merge(behind_the_door)
        .layer(from_fn_with_state(app.core.clone(), security::protect))
        .layer(from_fn_with_state(app.core.clone(), observe::request))
        .with_state(app)
}

/// The path of every URL, as the table has it.
pub fn paths(app: &App) -> Vec<String> {
    health().merge(table(app)).paths().to_vec()
}

fn table(app: &App) -> Table {
    // Before the others: what there is not is told as a page, but within the API.
    api(app)
        .merge(directories(app))
        .merge(pages(app))
        .merge(phone_app_pages(app))
        .merge(console(app))
        .merge(endpoints())
}

/// The pages of a sign-in on its way.
fn pages_of_sign_ins() -> Table {
    Table::new()
        // A form's own address shows the current step to whoever opens it anew.
        .route("/sign-in/{id}", get(sign_in::current))
        .route("/sign-in/{id}/email", get(sign_in::current).post(sign_in::email))
        .route("/sign-in/{id}/password", get(sign_in::current).post(sign_in::password))
        .route("/sign-in/{id}/code", get(sign_in::current).post(sign_in::code))
        .route("/sign-in/{id}/recovery-code", get(sign_in::current).post(sign_in::recovery_code))
        .route("/sign-in/{id}/second-step", get(sign_in::current).post(sign_in::second_step))
        .route("/sign-in/{id}/authenticator", get(sign_in::current).post(sign_in::authenticator))
        .route("/sign-in/{id}/recovery-saved", get(sign_in::current).post(sign_in::recovery_saved))
        .route("/sign-in/{id}/passkey", get(sign_in::current).post(sign_in::passkey))
        .route("/sign-in/{id}/passkey/challenge", post(sign_in::passkey_challenge))
        .route("/sign-in/{id}/passkey/new", get(sign_in::current).post(sign_in::add_passkey))
        .route("/sign-in/{id}/use/{factor}", get(sign_in::current).post(sign_in::use_factor))
        .route("/sign-in/{id}/without-passkey", get(sign_in::current).post(sign_in::without_passkey))
        .route("/sign-in/{id}/confirmation-code", get(sign_in::current).post(sign_in::confirmation_code))
        .route("/sign-in/{id}/confirmation-code/send", get(sign_in::current).post(sign_in::send_confirmation_code))
        .route("/sign-in/{id}/approval", get(sign_in::current).post(sign_in::approval))
        .route("/sign-in/{id}/approval/ask", get(sign_in::current).post(sign_in::ask_for_approval))
        .route("/sign-in/{id}/approval/wait", get(sign_in::wait_for_approval))
        .route("/sign-in/{id}/qr", get(sign_in::code_to_scan).post(sign_in::scanned))
        .route("/sign-in/{id}/qr/draw", get(sign_in::current).post(sign_in::draw_code))
        .route("/sign-in/{id}/qr/open", get(sign_in::current).post(sign_in::open_app))
        .route("/sign-in/{id}/qr/wait", get(sign_in::wait_for_scan))
        .route("/sign-in/{id}/identity", get(sign_in::choose_identity))
        .route("/sign-in/{id}/identity/{provider}/{method}", get(sign_in::current).post(sign_in::start_identity))
        .route("/sign-in/{id}/identity/unmatched", get(sign_in::show_unmatched).post(sign_in::link_unmatched))
        .route("/sign-in/{id}/identity/no-profile", get(sign_in::show_no_profile))
        .route("/sign-in/{id}/web-eid", get(sign_in::card).post(sign_in::card_shown))
        .route("/sign-in/{id}/smart-id", get(sign_in::smart_id_stands).post(sign_in::smart_id_fetched))
        .route("/sign-in/{id}/smart-id/begin", get(sign_in::current).post(sign_in::begin_smart_id))
        .route("/sign-in/{id}/smart-id/cancel", get(sign_in::current).post(sign_in::withdraw_smart_id))
        .route("/sign-in/{id}/smart-id/wait", get(sign_in::wait_for_smart_id))
        .route("/sign-in/{id}/mobile-id", get(sign_in::mobile_id_stands).post(sign_in::mobile_id_fetched))
        .route("/sign-in/{id}/mobile-id/cancel", get(sign_in::current).post(sign_in::withdraw_mobile_id))
        .route("/sign-in/{id}/mobile-id/wait", get(sign_in::wait_for_mobile_id))
        .route(
            "/sign-in/{id}/mobile-id/{provider}/{method}",
            get(sign_in::mobile_id_form).post(sign_in::begin_mobile_id),
        )
        .route("/sign-in/{id}/bank-id", get(sign_in::order).post(sign_in::collected))
        .route("/sign-in/{id}/bank-id/order", get(sign_in::current).post(sign_in::order_again))
        .route("/sign-in/{id}/bank-id/cancel", get(sign_in::current).post(sign_in::cancel_order))
        .route("/sign-in/{id}/bank-id/wait", get(sign_in::wait_for_order))
        .route("/identity-providers/{provider}/return", get(sign_in::identity_returned))
        .route("/sign-in/{id}/phone", get(sign_in::current).post(sign_in::add_phone))
        .route("/sign-in/{id}/phone/draw", get(sign_in::current).post(sign_in::draw_phone_code))
        .route("/sign-in/{id}/phone/open", get(sign_in::current).post(sign_in::open_on_this_device))
        .route("/sign-in/{id}/phone/wait", get(sign_in::wait_for_phone))
        .route("/sign-in/{id}/terms", get(sign_in::current).post(sign_in::terms))
        .route("/sign-in/{id}/back", get(sign_in::current).post(sign_in::back))
        .route("/sign-in/{id}/forgotten-password", get(sign_in::forgotten).post(sign_in::choose_way))
        .route("/sign-in/{id}/forgotten-password/sent", get(sign_in::sent))
        .route(
            "/sign-in/{id}/forgotten-password/phone",
            get(sign_in::forgotten_phone).post(sign_in::phone_for_password),
        )
        .route("/sign-in/{id}/forgotten-password/phone/ask", get(sign_in::current).post(sign_in::ask_phone_again))
        .route("/sign-in/{id}/forgotten-password/phone/wait", get(sign_in::wait_for_phone_answer))
        .route(
            "/sign-in/{id}/forgotten-password/recovery-code",
            get(sign_in::recovery_code_page).post(sign_in::recovery_code_for_password),
        )
        .route("/sign-in/{id}/new-password", get(sign_in::current).post(sign_in::new_password))
}

/// The pages for people. Requests that change something come from these pages or not at all.
fn pages(app: &App) -> Table {
    Table::new()
        .route("/", get(account::home))
        .merge(pages_of_sign_ins())
        .route("/forgotten-password/{token}", get(sign_in::link).post(sign_in::use_link))
        .route("/access-pass", get(sign_in::access_pass).post(sign_in::use_access_pass))
        .route("/set-up/{token}", get(sign_in::show_set_up_link).post(sign_in::use_set_up_link))
        .route("/sign-up/{token}", get(sign_in::show_sign_up_link).post(sign_in::use_sign_up_link))
        .route("/sign-in/{id}/company", get(sign_in::current).post(sign_in::choose_company))
        .route("/account/company", get(company::show).post(company::switch))
        .route("/sign-in/{id}/open", get(sign_in::current).post(sign_in::open))
        .route("/account", get(account::show))
        .route("/account/sessions/{id}/end", post(account::end_session))
        .route("/account/sessions/end-others", post(account::end_other_sessions))
        .route("/account/passkeys/new", get(methods::new_passkey).post(methods::add_passkey))
        .route("/account/passkeys/challenge", post(methods::passkey_challenge))
        .route("/account/passkeys/{id}", get(methods::passkey))
        .route("/account/passkeys/{id}/name", post(methods::name_passkey))
        .route("/account/passkeys/{id}/remove", post(methods::remove_passkey))
        .route("/account/authenticators/new", get(methods::new_authenticator).post(methods::add_authenticator))
        .route("/account/authenticators/{id}", get(methods::authenticator))
        .route("/account/authenticators/{id}/name", post(methods::name_authenticator))
        .route("/account/authenticators/{id}/remove", post(methods::remove_authenticator))
        .route("/account/phones/new", get(methods::new_phone).post(methods::add_phone))
        .route("/account/phones/new/draw", post(methods::draw_phone))
        .route("/account/phones/new/open", post(methods::open_phone))
        .route("/account/phones/new/wait", get(methods::wait_for_new_phone))
        .route("/account/phones/{id}", get(methods::phone))
        .route("/account/phones/{id}/name", post(methods::name_phone))
        .route("/account/phones/{id}/remove", post(methods::remove_phone))
        .route("/account/identities/{id}", get(methods::identity))
        .route("/account/identities/{id}/remove", post(methods::remove_identity))
        .route("/account/recovery-code", get(methods::recovery_code).post(methods::make_recovery_code))
        .route("/account/browsers/{id}/forget", post(remembered::forget))
        .route("/account/browsers/forget-all", post(remembered::forget_all))
        .route("/account/sign-out", post(account::sign_out))
        .route("/account/signed-out", get(account::signed_out))
        .route("/account/basic-data", get(account::basic_data))
        .route("/account/language", post(account::change_language))
        .route("/account/email", get(account::email).post(account::change_email))
        .route("/account/password", get(account::password).post(account::change_password))
        .route("/account/communication", get(account::communication))
        .route(
            "/account/communication-email",
            get(account::communication_email).post(account::change_communication_email),
        )
        .route("/account/communication-email/remove", post(account::remove_communication_email))
        .route("/account/communication-phone", get(account::phone).post(account::change_phone))
        .route("/account/communication-phone/code", get(account::phone_code).post(account::confirm_phone))
        .route("/account/communication-phone/send-again", post(account::send_phone_code))
        .route("/account/communication-phone/remove", post(account::remove_phone))
        .route("/account/companies/{company}/accept", post(account::accept_company))
        .route("/account/companies/{company}/decline", post(account::decline_company))
        .route("/account/networks/forget", post(account::forget_network))
        .route("/account/history", get(account::history))
        .route("/account/confirm-email/{token}", get(account::show_confirm_email).post(account::confirm_email))
        .route("/account/not-me/{token}", get(account::show_not_me).post(account::not_me))
        .route("/account/new-password", get(account::after_reset))
        .merge(pages_of_applications())
        .route("/api/v1/", get(api::reference::show))
        .route(static_files::ROUTE, get(static_files::serve))
        .merge(looks())
        .behind(|router| seen(app, router))
}

/// The pages of a sign-in that lead back to an application, those of the applications that a person has let in, and what
/// every page links to.
fn pages_of_applications() -> Table {
    Table::new()
        .route("/help", get(help::show))
        .route("/language", post(common::choose_language))
        .route("/oauth/sign-out/confirm", post(logout::confirm))
        .route("/oauth/authorize/{id}/consent", get(authorize::go_on).post(authorize::receive_consent))
        .route("/oauth/authorize/back", get(authorize::show).post(authorize::go_back))
        .route("/oauth/authorize/{id}/back", get(authorize::go_on).post(authorize::turn_back))
        .route("/device", get(device::show).post(device::take_code))
        .route("/device/{id}", get(device::ask).post(device::answer))
        .route("/device/{id}/back", get(device::ask).post(device::turn_back))
        .route("/account/applications", get(applications::show))
        .route("/account/applications/{id}/remove", post(applications::remove))
}

/// The phone app.
fn phone_app_pages(app: &App) -> Table {
    Table::new()
        .route("/app", get(phone_pages::show))
        .route("/app/sign-up", get(phone_app::sign_up).post(phone_app::enter_sign_up_code))
        .route("/app/sign-up/{id}", get(phone_app::sign_up_step))
        .route("/app/sign-up/{id}/opened", post(phone_app::sign_up_opened))
        .route("/app/sign-up/{id}/code", get(phone_app::sign_up_step).post(phone_app::enter_digits))
        .route("/app/sign-up/{id}/sms", get(phone_app::sign_up_step).post(phone_app::send_sms_again))
        .route("/app/sign-up/{id}/link", get(phone_app::sign_up_step).post(phone_app::send_link_again))
        .route("/app/bank", get(phone_app::by_bank))
        .route("/app/pin", get(phone_app::pin).post(phone_app::connect))
        .route("/app/connect", get(phone_set_up::show).post(phone_set_up::scan))
        .route("/app/connect/{id}", get(phone_set_up::question).post(phone_set_up::make))
        .route("/app/connect/{id}/wait", get(phone_set_up::wait))
        .route("/app/connect/{id}/open", post(phone_set_up::open))
        .route("/app/phone-number", get(phone_set_up::phone_number))
        .route("/app/unlock", post(phone_pages::unlock))
        .route("/app/lock", post(phone_app::lock))
        .route("/app/log-out", post(phone_app::log_out))
        .route("/app/log-out-everywhere", get(phone_app::ask_everywhere).post(phone_app::log_out_everywhere))
        .route("/app/settings", get(phone_app::settings))
        .route("/app/applications", get(phone_app::applications))
        .route("/app/notifications", get(phone_notifications::show).post(phone_notifications::turn_on))
        .route("/app/notifications/off", post(phone_notifications::turn_off))
        .route("/app/biometrics", get(phone_biometrics::show).post(phone_biometrics::allow))
        .route("/app/biometrics/options", post(phone_biometrics::options))
        .route("/app/biometrics/off", post(phone_biometrics::forbid))
        .route("/app/waiting", get(phone_waiting::wait))
        .route("/app/requests/{id}", get(phone_requests::show))
        .route("/app/requests/{id}/approve", post(phone_requests::approve))
        .route("/app/requests/{id}/refuse", post(phone_requests::refuse))
        .route("/app/requests/{id}/not-here", get(phone_requests::not_here))
        .route("/app/approvals/{id}", get(phone_approvals::show))
        .route("/app/approvals/{id}/approve", post(phone_approvals::approve))
        .route("/app/approvals/{id}/refuse", post(phone_approvals::refuse))
        .route("/app/scan", get(phone_scanning::show).post(phone_scanning::scan))
        .route("/app/scan/{id}", get(phone_scanning::question))
        .route("/app/scan/{id}/confirm", post(phone_scanning::confirm))
        .route("/app/scan/{id}/refuse", post(phone_scanning::refuse))
        .route("/app/web-sessions/end", post(phone_approvals::end_web_sessions))
        .route("/app/offline", get(phone_pages::offline))
        .route("/app/manifest.webmanifest", get(phone_app::manifest))
        .route("/app/service-worker.js", get(phone_app::service_worker))
        .behind(|router| seen(app, router.layer(from_fn_with_state(app.clone(), phone_app::around))))
}

/// The looks of companies.
fn looks() -> Table {
    Table::new()
        .route(looks::STYLE, get(looks::style))
        .route(looks::LOGO, get(looks::logo))
        .route(logos::LOGO, get(logos::show))
}

/// The pages for administrators, of one company each.
fn console(app: &App) -> Table {
    let company = users_and_employees().merge(settings()).route("/admin/{company}/{*path}", any(missing::nothing));
    company.behind(|router| seen(app, router.layer(from_fn_with_state(app.clone(), missing::lead_on))))
}

/// The people of a company. The scripts of these pages send searches to this service.
fn users_and_employees() -> Table {
    Table::new()
        .route("/admin", get(companies::choose))
        .route("/admin/{company}/overview", get(overview::show))
        .route("/admin/{company}/clients", get(overview::clients))
        .route("/admin/{company}/users", get(users::show))
        .route("/admin/{company}/users/export", post(users::export))
        .route("/admin/{company}/users/chosen", get(users::ask_chosen).post(users::act_on_chosen))
        .route("/admin/{company}/users/import", get(users::ask_import).post(users::import))
        .route("/admin/{company}/users/import/template", get(users::import_template))
        .route("/admin/{company}/users/new", get(users::ask_add).post(users::add))
        .route("/admin/{company}/users/{person}", get(users::user))
        .route("/admin/{company}/users/{person}/name", get(users::name).post(users::change_name))
        .route("/admin/{company}/users/{person}/roles", get(users::roles).post(users::change_roles))
        .route("/admin/{company}/users/{person}/lock", post(users::lock))
        .route("/admin/{company}/users/{person}/first-message", post(users::send_first_message))
        .route("/admin/{company}/users/{person}/unlock", post(users::unlock))
        .route("/admin/{company}/users/{person}/remove", get(users::ask_remove).post(users::remove))
        .route("/admin/{company}/users/{person}/take-back", post(users::take_back))
        .route(
            "/admin/{company}/users/{person}/communication",
            get(users::communication).post(users::save_communication),
        )
        .route("/admin/{company}/users/{person}/communication/prove", get(users::prove))
        .route("/admin/{company}/users/{person}/access-rights", get(users::access_rights).post(users::change_rights))
        .route("/admin/{company}/users/{person}/access-rights/prove", get(users::prove_for_rights))
        .route("/admin/{company}/users/{person}/access-rights/profile", post(users::give_profile))
        .route("/admin/{company}/users/{person}/sign-in", get(users::sign_in))
        .route("/admin/{company}/users/{person}/reset-second-factor", get(users::ask_reset).post(users::reset))
        .route(
            "/admin/{company}/users/{person}/factors/{factor}/remove",
            get(users::ask_remove_factor).post(users::remove_factor),
        )
        .route(
            "/admin/{company}/users/{person}/phones/{phone}/remove",
            get(users::ask_remove_phone).post(users::remove_phone),
        )
        .route("/admin/{company}/users/{person}/log-out-everywhere", get(users::ask_everywhere).post(users::everywhere))
        .route("/admin/{company}/users/{person}/access-pass", get(users::ask_access_pass).post(users::give_access_pass))
        .route("/admin/{company}/users/{person}/invitation", get(users::invitation))
        .route("/admin/{company}/users/{person}/invitation/new", get(users::ask_invite).post(users::invite))
        .route("/admin/{company}/users/{person}/invitation/ask-release", post(users::ask_release))
        .route("/admin/{company}/users/{person}/invitation/cancel", post(users::cancel_invitation))
        .route("/admin/{company}/users/{person}/invitation/code", post(users::make_invitation_code))
        .route("/admin/{company}/users/{person}/sessions/end-all", post(users::end_sessions))
        .route("/admin/{company}/users/{person}/sessions/{session}/end", post(users::end_session))
        .route("/admin/{company}/users/{person}/history", get(users::history))
        .route("/admin/{company}/employees", get(employees::show))
        .route("/admin/{company}/employees/new", get(employees::ask_add).post(employees::add))
        .route("/admin/{company}/employees/{person}", get(employees::employee).post(employees::set_services))
        .route("/admin/{company}/employees/{person}/remove", get(employees::ask_remove).post(employees::remove))
        .behind(|router| router.layer(map_response(let_scripts_ask)))
}

/// The settings of a company.
fn settings() -> Table {
    Table::new()
        .route("/admin/{company}/applications", get(applications_of_company::show))
        .route("/admin/{company}/applications/{id}", get(applications_of_company::open))
        .route("/admin/{company}/applications/{id}/set/{word}", post(applications_of_company::set_open))
        .route("/admin/{company}/applications/{id}/end", post(applications_of_company::end_access))
        .route(
            "/admin/{company}/applications/{id}/addresses",
            get(applications_of_company::open_addresses).post(applications_of_company::change_addresses),
        )
        .route(
            "/admin/{company}/applications/profiles/{id}",
            get(applications_of_company::open_profile).post(applications_of_company::change_profile),
        )
        .route("/admin/{company}/applications/profiles/{id}/remove", post(applications_of_company::remove_profile))
        .route("/admin/{company}/policies", get(policies::show))
        .route("/admin/{company}/policies/change", get(policies::preview).post(policies::save))
        .route("/admin/{company}/policies/ask-before", get(policies::choose_ask_before).post(policies::save_ask_before))
        .route("/admin/{company}/policies/details", get(policies::change_details))
        .route("/admin/{company}/policies/details/change", get(policies::preview_details).post(policies::save_details))
        .route("/admin/{company}/history", get(history::show))
        .route("/admin/{company}/history/download", post(history::download))
        .route("/admin/{company}/company", get(company_data::show).post(company_data::save))
        .route("/admin/{company}/look", get(look::show).post(look::change))
        .route("/admin/{company}/look/remove", post(look::remove))
        .route("/admin/{company}/domains", get(domains::show).post(domains::claim))
        .route("/admin/{company}/domains/directory-use", post(domains::set_use))
        .route("/admin/{company}/domains/{domain}/check", post(domains::check))
        .route("/admin/{company}/domains/{domain}/remove", post(domains::remove))
        .route("/admin/{company}/status", get(status::show))
        .route("/admin/{company}/status/new", get(status::new).post(status::add))
        .route("/admin/{company}/status/{id}", get(status::open).post(status::change))
        .route("/admin/{company}/status/{id}/end", post(status::end))
        .route("/admin/{company}/releases", get(releases::show))
        .route("/admin/{company}/releases/{person}", get(releases::open).post(releases::release))
        .route("/admin/{company}/releases/{person}/decline", post(releases::decline))
        .route("/admin/{company}/identity-providers", get(providers::show))
        .route("/admin/{company}/identity-providers/new", get(providers::new).post(providers::add))
        .route("/admin/{company}/identity-providers/{provider}", get(providers::open))
        .route("/admin/{company}/identity-providers/{provider}/change", get(providers::edit).post(providers::change))
        .route("/admin/{company}/identity-providers/{provider}/state", post(providers::set_state))
        .route("/admin/{company}/identity-providers/{provider}/check", post(providers::check))
        .route("/admin/{company}/identity-providers/{provider}/keys", post(providers::rotate_keys))
}

/// The layers around every page.
fn seen(app: &App, router: Router<App>) -> Router<App> {
    router
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(held::may_be_compressed)))
        .layer(from_fn_with_state((app.core.clone(), app.announcements.clone()), announcing::announce))
        .layer(from_fn_with_state(app.core.clone(), security::refuse_cross_site))
}

/// The administration API. The address of an operation stands beside its description, of which both its route and
/// the OpenAPI document are made.
fn api(app: &App) -> Table {
    let operations = Table::of(api::operations()).route("/api/v1/{*path}", any(api::nothing)).behind(|router| {
        router
            .layer(CatchPanicLayer::custom(refusal::panicked))
            .layer(from_fn_with_state(app.clone(), api::problem::show))
    });
    Table::new()
        .route("/api/v1/openapi.json", get(api::openapi))
        .route("/.well-known/oauth-protected-resource/api", get(api::metadata))
        .merge(operations)
}

/// The endpoints for directories.
fn directories(app: &App) -> Table {
    Table::new()
        .route("/scim/v2/ServiceProviderConfig", get(scim::configuration))
        .route("/scim/v2/ResourceTypes", get(scim::resource_types))
        .route("/scim/v2/ResourceTypes/{id}", get(scim::resource_type))
        .route("/scim/v2/Schemas", get(scim::schemas))
        .route("/scim/v2/Schemas/{id}", get(scim::schema))
        .route("/scim/v2/.search", post(scim_users::search_everything))
        .route("/scim/v2/Users", get(scim_users::list).post(scim_users::add))
        .route("/scim/v2/Users/", get(scim_users::list).post(scim_users::add))
        .route("/scim/v2/Users/.search", post(scim_users::search))
        .route(
            "/scim/v2/Users/{id}",
            get(scim_users::see).put(scim_users::replace).patch(scim_users::patch).delete(scim_users::remove),
        )
        .route("/scim/v2/Groups", get(scim_groups::list).post(scim_groups::not_offered))
        .route("/scim/v2/Groups/", get(scim_groups::list).post(scim_groups::not_offered))
        .route("/scim/v2/Groups/.search", post(scim_groups::search))
        .route(
            "/scim/v2/Groups/{id}",
            get(scim_groups::see).put(scim_groups::replace).patch(scim_groups::patch).delete(scim_groups::not_offered),
        )
        .route("/scim/v2/Bulk", post(scim_groups::no_bulk))
        .route("/scim/v2/{*path}", any(api::nothing))
        .behind(|router| {
            router
                .layer(CatchPanicLayer::custom(refusal::panicked))
                .layer(from_fn_with_state(app.clone(), scim_door::show))
        })
}

/// The endpoints for applications, the two addresses that they send browsers to, and the documents about passkeys.
/// None of these changes anything on the strength of a cookie alone; the one that does,
/// `POST /oauth/sign-out/confirm`, stands among the pages, which refuse other sites.
fn endpoints() -> Table {
    let open = Table::new()
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/oauth/jwks", get(discovery::jwks))
        .route("/identity-providers/{provider}/jwks", get(discovery::keys_at_provider))
        .route("/identity-providers/{provider}/signed-jwks", get(discovery::signed_keys_at_provider))
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
        .route("/oauth/bc-authorize", post(backchannel::begin))
        .route("/oauth/register", post(registration::register))
        .route(
            "/oauth/register/{client_id}",
            get(registration::show).put(registration::replace).delete(registration::remove),
        )
        .route("/oauth/sign-out", get(logout::show).post(logout::receive))
        .route("/.well-known/webauthn", get(well_known::related_origins))
        .route("/.well-known/passkey-endpoints", get(well_known::passkey_endpoints))
        .route("/.well-known/change-password", get(well_known::change_password))
        .merge(open)
}

/// The endpoints for the machines beside the service. It needs neither a browser nor an address: a proxy that
/// asks on its own behalf forwards for nobody.
fn health() -> Table {
    Table::new().route("/health/live", get(common::live)).route("/health/ready", get(common::ready))
}

async fn let_scripts_ask(mut response: Response) -> Response {
    security::allow_scripts_to_ask(&mut response);
    response
}
