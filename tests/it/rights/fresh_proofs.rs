//! Every form of the console is sent with a proof that is too old. A deletion, an opening, and whatever gives out the
//! data of many people asks for a fresh one. A form that closes something does not.

use std::collections::BTreeSet;

use http::Method;

use super::forms;
use super::table::{self, Line};
use super::world::{ADMINISTRATOR, MAIN_USER, World};

const WANTS_A_FRESH_PROOF: &[&str] = &[
    "/admin/{company}/applications/profiles/{id}",
    "/admin/{company}/applications/profiles/{id}/remove",
    "/admin/{company}/applications/{id}/addresses",
    "/admin/{company}/applications/{id}/end",
    "/admin/{company}/applications/{id}/set/{word}",
    "/admin/{company}/company",
    "/admin/{company}/domains",
    "/admin/{company}/domains/directory-use",
    "/admin/{company}/domains/{domain}/check",
    "/admin/{company}/domains/{domain}/remove",
    "/admin/{company}/employees/new",
    "/admin/{company}/employees/{person}",
    "/admin/{company}/employees/{person}/remove",
    "/admin/{company}/history/download",
    "/admin/{company}/identity-providers/new",
    "/admin/{company}/identity-providers/{provider}/change",
    "/admin/{company}/identity-providers/{provider}/check",
    "/admin/{company}/identity-providers/{provider}/keys",
    "/admin/{company}/identity-providers/{provider}/state",
    "/admin/{company}/look/remove",
    "/admin/{company}/policies/ask-before",
    "/admin/{company}/policies/change",
    "/admin/{company}/policies/details/change",
    "/admin/{company}/releases/{person}",
    "/admin/{company}/users/export",
    // A profile or a removal for several; a lock wants none, as for one.
    "/admin/{company}/users/chosen",
    "/admin/{company}/users/import",
    "/admin/{company}/users/new",
    "/admin/{company}/users/{person}/access-rights/profile",
    "/admin/{company}/users/{person}/access-rights",
    "/admin/{company}/users/{person}/access-pass",
    "/admin/{company}/users/{person}/communication",
    "/admin/{company}/users/{person}/invitation/ask-release",
    "/admin/{company}/users/{person}/invitation/code",
    "/admin/{company}/users/{person}/invitation/new",
    "/admin/{company}/users/{person}/name",
    "/admin/{company}/users/{person}/factors/{factor}/remove",
    "/admin/{company}/users/{person}/phones/{phone}/remove",
    "/admin/{company}/users/{person}/remove",
    "/admin/{company}/users/{person}/reset-second-factor",
    "/admin/{company}/users/{person}/roles",
    "/admin/{company}/users/{person}/take-back",
    "/admin/{company}/users/{person}/unlock",
];

const WANTS_NONE: &[&str] = &[
    // A look or an announcement opens nothing.
    "/admin/{company}/look",
    "/admin/{company}/status/new",
    "/admin/{company}/status/{id}",
    "/admin/{company}/status/{id}/end",
    // It goes to the person alone, who has nothing to lose yet.
    "/admin/{company}/users/{person}/first-message",
    // These close something, or leave it closed, and an administrator who sees an attack is quick.
    "/admin/{company}/releases/{person}/decline",
    "/admin/{company}/users/{person}/invitation/cancel",
    "/admin/{company}/users/{person}/lock",
    "/admin/{company}/users/{person}/log-out-everywhere",
    "/admin/{company}/users/{person}/sessions/end-all",
    "/admin/{company}/users/{person}/sessions/{session}/end",
];

#[tokio::test]
async fn every_form_of_the_console_wants_a_fresh_proof_or_is_known_to_want_none() {
    let world = World::begin().await;
    let of_program = table::of_the_program(&world.service).await;
    let forms_of_console: BTreeSet<&str> = of_program
        .iter()
        .filter(|(path, method)| path.starts_with("/admin") && method == "POST")
        .map(|(path, _)| path.as_str())
        .collect();
    let listed: Vec<&str> = [WANTS_A_FRESH_PROOF, WANTS_NONE].concat();
    assert_eq!(forms_of_console, listed.iter().copied().collect(), "a form is in no list, or a listed one is gone");
    assert_eq!(forms_of_console.len(), listed.len(), "a form is in both lists");

    for path in listed {
        let line = Line { method: "POST", path };
        let things = world.things(line).await;
        let is_of_operator = ["/releases/", "/identity-providers/"].iter().any(|of| path.contains(of));
        let who = if is_of_operator { ADMINISTRATOR } else { MAIN_USER };
        let mut browser = world.browser_of(who, &things).await;
        world.service.wait(5 * 60 + 1);
        let body = forms::body(&world, line, &things, &mut browser);
        // When a session was last seen changes with every request.
        let is_kept = |row: &String| !row.starts_with("sessions:");
        let before: BTreeSet<_> = world.rows().await.into_iter().filter(is_kept).collect();
        let page = browser.send(Method::POST, &things.path(path), body).await;
        let asks = page.location().is_some_and(|to| to.starts_with("/sign-in/"));
        assert_eq!(asks, WANTS_A_FRESH_PROOF.contains(&path), "{path}: {} {:?}", page.status, page.location());
        let after: BTreeSet<_> = world.rows().await.into_iter().filter(is_kept).collect();
        assert_eq!(before == after, asks, "{path} changes something only where it asks for nothing");
    }
}
