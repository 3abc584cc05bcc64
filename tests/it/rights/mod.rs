//! Every URL of the program and every operation of its API, called by every kind of caller, is compared with the table
//! of rights (`docs/rights.md`).

mod forms;
mod people;
mod programs;
mod table;
mod walk;
mod world;

use std::collections::BTreeSet;

use crate::support::Service;

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
