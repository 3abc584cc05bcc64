//! Every URL of the program and every operation of its API, called by every kind of caller, is compared with the table
//! of rights (`docs/rights.md`).

mod forms;
mod fresh_proofs;
mod identities;
mod people;
mod programs;
mod table;
mod walk;
mod world;

use std::collections::BTreeSet;

use http::Method;
use salpa::platform::db::Reads;
use salpa::values;

use crate::support::Service;

/// An identifier of nothing.
const NONE: &str = "0197c0de-0000-7000-8000-000000000000";

#[tokio::test]
async fn every_url_stands_in_the_table_of_rights_and_no_other_one() {
    let service = Service::start().await;
    let of_program = table::of_the_program(&service).await;
    let lines: Vec<_> = table::groups().into_iter().flat_map(|group| group.lines).collect();
    let of_table: BTreeSet<_> = lines.iter().map(|line| (line.path.to_owned(), line.method.to_owned())).collect();
    assert_eq!(of_table.len(), lines.len(), "a URL stands in the table twice");
    let lacks: Vec<_> = of_program.difference(&of_table).collect();
    assert!(lacks.is_empty(), "docs/rights.md does not say whom these answer: {lacks:#?}");
    let invents: Vec<_> = of_table.difference(&of_program).collect();
    assert!(invents.is_empty(), "the program has no such URL: {invents:#?}");
}

#[tokio::test]
async fn a_sign_in_leads_back_to_a_page_from_every_address_of_the_console() {
    let service = Service::start().await;
    let chosen = "of=everywhere&second_factor=required&act=lock";
    let lines = table::groups().into_iter().flat_map(|group| group.lines);
    for line in lines.filter(|line| line.path.starts_with("/admin/{company}/")) {
        let fill = |part: &str| if part.starts_with('{') { NONE.to_owned() } else { part.to_owned() };
        let path = line.path.split('/').map(fill).collect::<Vec<_>>().join("/");
        let mut browser = service.browser();
        if path.ends_with("/users/import") {
            browser.headers.insert("content-type", "multipart/form-data; boundary=edge".parse().unwrap());
        }
        let page = match line.method {
            "POST" => browser.send(Method::POST, &path, chosen).await,
            _ => browser.get(&format!("{path}?{chosen}")).await,
        };
        let sign_in = page.location().unwrap_or_default().replace("/sign-in/", "");
        let read = "SELECT return_to FROM sign_ins WHERE id = ?1";
        let back: Option<String> = service.app.db.optional(read, values![&sign_in], |row| row.get(0)).await.unwrap();
        let back = back.unwrap_or_else(|| panic!("{} {path} asks nobody to sign in", line.method));
        let again = service.browser().get(&back).await;
        assert!(again.location().is_some_and(|to| to.starts_with("/sign-in/")), "{path} leads back to {back}");
    }
}
