//! Requests of people in their browsers.

use super::forms;
use super::table::{Answer, Line, groups};
use super::walk::{Asker, LineResponse, Walk, method};
use super::world::{MAIN_USER, NOBODY, OTHER_ADMINISTRATOR, Things, World};
use crate::support::Browser;

/// Somebody before a browser.
struct Person<'w> {
    world: &'w World,
    browser: Browser,
}

impl Asker for Person<'_> {
    async fn ask(&mut self, line: Line, path: &str, things: &Things) -> LineResponse {
        let body = forms::body(self.world, line, things, &mut self.browser);
        let page = self.browser.send(method(line), &format!("{path}{}", forms::query(line)), body).await;
        LineResponse { status: page.status, headers: page.headers, body: page.body }
    }

    fn wants_things_anew(&self, line: Line) -> bool {
        line.path.starts_with("/admin/{company}/")
    }
}

/// Whether a request changes nothing by itself: it reads, asks, or continues a step stored elsewhere.
fn changes_nothing(line: Line) -> bool {
    line.method == "GET" || !line.path.starts_with("/admin/")
}

#[tokio::test]
async fn everybody_is_answered_in_the_browser_what_the_table_of_rights_says() {
    let world = World::begin().await;
    let mut walk = Walk::default();
    for group in groups().iter().filter(|group| group.cells[0].0 == NOBODY) {
        for line in &group.lines {
            let things = world.things(*line).await;
            let mut askers = Vec::new();
            for (who, answer) in &group.cells {
                let person = Person { world: &world, browser: world.browser_of(who, &things).await };
                askers.push((*answer, *who, person));
            }
            walk.line(&world, group, *line, (things, askers), !changes_nothing(*line)).await;
        }
    }
    walk.end();
}

/// An administrator of one company asks, by way of it, for data of another: there is no such thing in theirs.
#[tokio::test]
async fn nothing_of_a_company_is_reached_by_way_of_another() {
    let world = World::begin().await;
    let mut walk = Walk::default();
    let groups = groups();
    // An application is open to several companies: it is each one's own that is asked for.
    let is_own = |path: &str| path.contains("/set/") || path.ends_with("/addresses");
    let is_shared = |line: &&Line| line.path.contains("/applications/{id}") && !is_own(line.path);
    let of_company = |line: &&Line| {
        line.path.starts_with("/admin/{company}/") && line.path.matches('{').count() > 1 && !is_shared(line)
    };
    for group in &groups {
        for line in group.lines.iter().filter(of_company) {
            let things = world.things(*line).await;
            let mut askers = Vec::new();
            for (who, company) in [(OTHER_ADMINISTRATOR, world.niemi), (MAIN_USER, world.office)] {
                let person = Person { world: &world, browser: world.browser_of(who, &things).await };
                askers.push((who, company, person));
            }
            for (who, company, person) in askers {
                // Applications open to the office, too, are there by way of it; the people of its clients are not.
                if who == MAIN_USER && !line.path.contains("{person}") {
                    continue;
                }
                let there = things.by_way_of(company);
                walk.line(&world, group, *line, (there, vec![(Answer::Refused(404), who, person)]), false).await;
            }
        }
    }
    assert!(walk.asked > 40, "{}", walk.asked);
    walk.end();
}
