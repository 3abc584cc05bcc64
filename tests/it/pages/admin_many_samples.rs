//! Sample data for the pages about several users at once.

use salpa::admin::users::chosen_views::{
    ChosenAct, ChosenOutcome, ChosenPage, ChosenResultPage, ChosenResultRow, ChosenRow,
};
use salpa::admin::users::import::views::{ImportPage, ImportRow, ImportRowsPage, RowOutcome};
use salpa::admin::users::views::ProfileChoice;
use salpa::admin::views::{Choice, Section, UserStanding};

use super::super::{Gallery, ID};
use super::frame;

pub(super) fn add(gallery: &mut Gallery) {
    import(gallery);
    chosen(gallery);
}

fn choice(word: &str, on: bool) -> Choice {
    Choice { word: word.to_owned(), name: word.to_owned(), on }
}

fn import(gallery: &mut Gallery) {
    let (page, frame) = (gallery.page.clone(), frame(Section::Users));
    for (name, error, is_kept) in
        [("admin-import", None, true), ("admin-import-refused", Some("import-error-no-emails"), false)]
    {
        let view = ImportPage {
            text: "Email;Given name\npriya.raman@raman.example;Priya".to_owned(),
            profiles: vec![choice("", true), choice("Employee", false)],
            columns: vec![(page.t("admin-email"), page.t("import-about-email"))],
            error: error.map(|key| page.t(key)),
            is_verified: !is_kept,
            ways: vec![choice("document", !is_kept)],
            is_kept,
            frame: frame.clone(),
            page: page.clone(),
        };
        gallery.add(name, &view);
    }
    let row = |number, outcome, notes: &[&str]| ImportRow {
        number,
        name: if number == 5 { String::new() } else { "Priya Raman".to_owned() },
        email: "priya.raman@raman.example".to_owned(),
        outcome,
        notes: notes.iter().map(|key| page.t1(key, "word", "+358 40 1234567")).collect(),
        person: (outcome == RowOutcome::Added).then(|| ID.to_owned()),
    };
    let rows = vec![
        row(2, RowOutcome::Added, &["import-note-phone", "import-note-role"]),
        row(3, RowOutcome::Asked, &[]),
        row(8, RowOutcome::Invited, &[]),
        row(4, RowOutcome::Restored, &[]),
        row(5, RowOutcome::Unchanged, &[]),
        row(6, RowOutcome::Refused, &["import-refused-twice"]),
    ];
    for (name, is_done) in [("admin-import-look", false), ("admin-import-done", true)] {
        let view = ImportRowsPage {
            is_done,
            rows: rows.clone(),
            unused: "Status, Last sign-in".to_owned(),
            text: "priya.raman@raman.example".to_owned(),
            profile: String::new(),
            identity: "document",
            frame: frame.clone(),
            page: page.clone(),
        };
        gallery.add(name, &view);
    }
}

fn chosen(gallery: &mut Gallery) {
    let (page, frame) = (gallery.page.clone(), frame(Section::Users));
    let profile = ProfileChoice {
        word: ID.to_owned(),
        name: "Employee".to_owned(),
        rights: "Own pay slips, Own hours".to_owned(),
        missing: String::new(),
        on: false,
    };
    let row = |id: &str, is_basic, basics| ChosenRow {
        id: id.to_owned(),
        name: "Priya Raman".to_owned(),
        email: "priya.raman@raman.example".to_owned(),
        standing: UserStanding::Active,
        is_basic,
        basics,
    };
    for (name, act, error) in [
        ("admin-chosen-profile", ChosenAct::Profile, Some("chosen-error-profile")),
        ("admin-chosen-remind", ChosenAct::Remind, None),
        ("admin-chosen-lock", ChosenAct::Lock, None),
        ("admin-chosen-remove", ChosenAct::Remove, None),
    ] {
        let is_removal = act == ChosenAct::Remove;
        let basics = if is_removal { vec![choice("Niemi Oy", true)] } else { Vec::new() };
        let view = ChosenPage {
            title: page.texts.count("chosen-lock-title", "count", 2),
            text: page.t1("chosen-lock-text", "company", "Kallio & Laine Oy"),
            act,
            profiles: if act == ChosenAct::Profile { vec![profile.clone()] } else { Vec::new() },
            error: error.map(|key| page.t(key)),
            rows: vec![row(ID, is_removal, Vec::new()), row("0197c0df", false, basics)],
            button: page.texts.count("chosen-lock-button", "count", 2),
            frame: frame.clone(),
            page: page.clone(),
        };
        gallery.add(name, &view);
    }
    let result = |outcome, reason: Option<&str>| ChosenResultRow {
        id: ID.to_owned(),
        name: "Priya Raman".to_owned(),
        email: "priya.raman@raman.example".to_owned(),
        outcome,
        reason: reason.map(|key| page.t(key)),
    };
    let rows = vec![
        result(ChosenOutcome::Done, None),
        result(ChosenOutcome::Unchanged, Some("chosen-lock-unchanged")),
        result(ChosenOutcome::Refused, Some("admin-refused-last-administrator")),
    ];
    let view = ChosenResultPage {
        title: page.t("chosen-lock"),
        text: page.texts.count("chosen-lock-done", "count", 1),
        rest: Some(page.texts.count("chosen-rest", "count", 2)),
        rows,
        frame,
        page,
    };
    gallery.add("admin-chosen-result", &view);
}
