//! Sample data for the console.

use salpa::admin::views::{
    Chip, Choice, CompaniesPage, CompaniesResults, CompanyLink, ConsoleFrame, NarrowingField, Section, SortHead,
    UserRow, UserStanding, UsersPage, UsersResults,
};
use salpa::platform::web::page::Page;

use super::{Gallery, ID, person};

#[path = "admin_company_samples.rs"]
mod company;
#[path = "admin_many_samples.rs"]
mod many;
#[path = "admin_user_samples.rs"]
mod one;

pub(super) fn add(gallery: &mut Gallery) {
    companies(gallery);
    users(gallery);
    one::add(gallery);
    many::add(gallery);
    company::add(gallery);
}

/// The frame of a page in a section, for an administrator of another company as well.
pub(super) fn frame(section: Section) -> ConsoleFrame {
    ConsoleFrame {
        company: ID.to_owned(),
        company_name: "Kallio & Laine Oy".to_owned(),
        section,
        switch: links(),
        name: "Elina Saarinen".to_owned(),
        role: "User administrator".to_owned(),
        operates: true,
    }
}

fn links() -> Vec<CompanyLink> {
    let link = |id: &str, name: &str, is_current| CompanyLink {
        id: id.to_owned(),
        name: name.to_owned(),
        business_id: Some("1234567-8".to_owned()),
        is_current,
    };
    vec![link(ID, "Kallio & Laine Oy", true), link("0197c0df", "Niemi Oy", false)]
}

fn companies(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let mut results = CompaniesResults {
        page: page.clone(),
        typed: String::new(),
        section: Section::Users,
        companies: links(),
        next: Some("section=users&office=0197c0df".to_owned()),
        is_later: true,
    };
    gallery.add("admin-companies", &CompaniesPage { page: page.clone(), person: person(), results: results.clone() });
    results.companies = Vec::new();
    results.typed = "asiakas".to_owned();
    gallery.add("admin-companies-none", &CompaniesPage { page, person: person(), results });
}

/// The headings of the list, ordered by the first of them.
fn heads(page: &Page) -> Vec<SortHead> {
    let keys = ["admin-name", "admin-role", "admin-standing", "admin-last-sign-in"];
    let head = |key: &str| SortHead {
        label: page.t(key),
        query: "filter=all&role=&sort=-name".to_owned(),
        is_on: key == "admin-name",
        is_descending: false,
    };
    keys.map(head).into()
}

/// *Users and roles* with one user of each standing, or with nobody.
fn field(any: Choice) -> NarrowingField {
    NarrowingField { name: "factor", label: "Second factor".to_owned(), choices: vec![any] }
}

pub(super) fn users_page(page: &Page, rows: Vec<UserRow>, typed: &str) -> UsersPage {
    let chip = |word, key, count: &str, on| Chip { word, key, count: count.to_owned(), on };
    let results = UsersResults {
        page: page.clone(),
        frame: frame(Section::Users),
        typed: typed.to_owned(),
        chips: vec![
            chip("all", "admin-filter-all", "1,000+", true),
            chip("active", "admin-standing-active", "41", false),
            chip("never_signed_in", "admin-standing-never", "4", false),
            chip("locked", "admin-standing-locked", "3", false),
            chip("removed", "admin-standing-removed", "0", false),
        ],
        filter: "all".to_owned(),
        role: String::new(),
        narrowing: if typed.is_empty() { String::new() } else { "&factor=none".to_owned() },
        sort: "name".to_owned(),
        heads: heads(page),
        all_are_chosen: false,
        this_page: "filter=all&role=".to_owned(),
        shown: if rows.is_empty() { String::new() } else { page.t1("admin-users-shown", "count", "1,000+") },
        previous: None,
        next: (!rows.is_empty()).then(|| format!("filter=all&role=&after={ID}")),
        users: rows,
    };
    let any = Choice { word: String::new(), name: page.t("admin-role-any"), on: true };
    UsersPage {
        page: page.clone(),
        frame: frame(Section::Users),
        refused: (!typed.is_empty()).then(|| page.t("chosen-nobody")),
        roles: vec![any.clone()],
        orders: vec![any.clone()],
        narrowing: vec![field(any)],
        results,
    }
}

fn users(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let row = |name: &str, standing| UserRow {
        id: ID.to_owned(),
        name: name.to_owned(),
        email: "aino.virtanen@kallio.example".to_owned(),
        role: "Bookkeeper".to_owned(),
        standing,
        second_factor: "Passkey".to_owned(),
        last_sign_in: "Today 14:32".to_owned(),
    };
    let rows = vec![
        row("Aino Virtanen", UserStanding::Active),
        row("Priya Raman", UserStanding::NeverSignedIn),
        row("Henrik Dahl", UserStanding::Locked),
        row("Kadri Tamm", UserStanding::Removed),
        row("Jonas Lindqvist", UserStanding::Closed),
    ];
    gallery.add("admin-users", &users_page(&page, rows, ""));
    gallery.add("admin-users-empty", &users_page(&page, Vec::new(), ""));
    gallery.add("admin-users-none", &users_page(&page, Vec::new(), "nobody"));
}

/// Pages that show what somebody put in to break out of the text.
pub(super) fn hostile(gallery: &mut Gallery, attack: &str) {
    let page = gallery.page.clone();
    let row = UserRow {
        id: ID.to_owned(),
        name: attack.to_owned(),
        email: attack.to_owned(),
        role: attack.to_owned(),
        standing: UserStanding::Active,
        second_factor: attack.to_owned(),
        last_sign_in: String::new(),
    };
    let mut view = users_page(&page, vec![row], attack);
    view.frame.company_name = attack.to_owned();
    view.frame.name = attack.to_owned();
    gallery.add("admin-users-hostile", &view);
}
