//! Sample data for what a company decides of itself.

use salpa::admin::announcements::{AnnouncementLine, AnnouncementPage, StatusPage};
use salpa::admin::applications::{
    AddressField, AddressesPage, ApplicationPage, ApplicationsPage, ConsoleApplication, ProfileLine, ProfilePage,
    ProfileRight, RightGroup, RightLine,
};
use salpa::admin::history::{Day, EntryFact, EntryLine, HistoryPage, PersonLink};
use salpa::admin::looks::{LookPage, Preview};
use salpa::admin::policies::{
    AskBeforePage, AskBeforeRight, ChangePage, DetailsPage, Frequency, NumberField, PolicyPage, PolicyRow, Segment,
};
use salpa::admin::views::{Choice, Section};

use super::admin::frame;
use super::{Gallery, ID};

pub(super) fn add(gallery: &mut Gallery) {
    applications(gallery, "Ruori Accounting");
    policies(gallery, "Ruori Accounting");
    history(gallery, "Aino Virtanen");
    look(gallery, "Kallio & Laine Oy");
    status(gallery, "S-Pankki is slow right now. Other ways work.");
}

/// The same pages with what an attacker would type.
pub(super) fn hostile(gallery: &mut Gallery, attack: &str) {
    applications(gallery, attack);
    policies(gallery, attack);
    history(gallery, attack);
    look(gallery, attack);
    status(gallery, attack);
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn application(name: &str, is_open: bool) -> ConsoleApplication {
    ConsoleApplication {
        id: ID.to_owned(),
        name: text(name),
        home: Some(format!("https://ruori.example/{name}")),
        people: text("48 people"),
        is_own: true,
        is_open,
    }
}

fn applications(gallery: &mut Gallery, name: &str) {
    let page = gallery.page.clone();
    let profile = |is_own| ProfileLine { id: ID.to_owned(), name: text(name), count: text("3 rights"), is_own };
    let frame = frame(Section::Applications);
    let view = ApplicationsPage {
        page: page.clone(),
        frame: frame.clone(),
        status: Some(text("The profile has been created.")),
        applications: vec![application(name, true), application(name, false)],
        profiles: vec![profile(true), profile(false)],
    };
    gallery.add("admin-applications", &view);
    gallery
        .add("admin-applications-none", &ApplicationsPage { applications: Vec::new(), profiles: Vec::new(), ..view });
    for (label, is_open) in [("admin-application", true), ("admin-application-closed", false)] {
        let right =
            |holders: &str, more| RightLine { name: text("use"), title: text(name), holders: text(holders), more };
        let view = ApplicationPage {
            page: page.clone(),
            frame: frame.clone(),
            application: application(name, is_open),
            addresses: vec![text("https://harbour.example/callback")],
            rights: vec![right(name, true), right("", false)],
        };
        gallery.add(label, &view);
    }
    let field = |name: &'static str, is_wrong| AddressField {
        name,
        label: page.t(&format!("applications-address-{}", name.replace('_', "-"))),
        values: vec![text("https://harbour.example/callback"), String::new()],
        is_wrong,
        has_focus: is_wrong,
    };
    let view = AddressesPage {
        page: page.clone(),
        frame: frame.clone(),
        action: text("/admin/1/applications/1/addresses"),
        back: text("/admin/1/applications/1"),
        application: text(name),
        fields: vec![field("redirect_uris", true), field("home_url", false)],
        error: Some(page.t("applications-addresses-wrong")),
    };
    gallery.add("admin-addresses", &view);
    let groups = vec![RightGroup {
        application: text(name),
        rights: vec![
            ProfileRight { word: format!("{ID} use"), name: text(name), on: true, may: true },
            ProfileRight { word: format!("{ID} x"), name: text("Own pay slips"), on: false, may: false },
        ],
    }];
    let view = ProfilePage {
        page,
        frame,
        action: text("/admin/1/applications/profiles/new"),
        is_new: true,
        is_everybodys: false,
        has_others: false,
        name: text(name),
        error: Some(text("Choose at least one right.")),
        groups,
    };
    gallery.add("admin-profile-new", &view);
    gallery.add("admin-profile", &ProfilePage { is_new: false, error: None, ..view.clone() });
    let of_everybody = ProfilePage { is_new: false, is_everybodys: true, has_others: true, error: None, ..view };
    gallery.add("admin-profile-everybody", &of_everybody);
}

fn policies(gallery: &mut Gallery, name: &str) {
    let page = gallery.page.clone();
    let row = |chosen: Frequency, is_everywhere| PolicyRow {
        word: ID.to_owned(),
        name: text(name),
        is_everywhere,
        people: text("48 people"),
        segments: Frequency::ALL
            .into_iter()
            .map(|frequency| Segment { frequency, on: frequency == chosen, possible: frequency != Frequency::Optional })
            .collect(),
        effect: text("All 48 are asked every time."),
    };
    let frame = frame(Section::Policies);
    let rows = vec![row(Frequency::Optional, true), row(Frequency::Required, false), row(Frequency::Adaptive, false)];
    gallery.add(
        "admin-policies",
        &PolicyPage {
            page: page.clone(),
            frame: frame.clone(),
            status: Some(text("The policy is saved.")),
            rows,
            ask_before: vec![text("Changing bank details"), text(name)],
        },
    );
    let right = |title: &str, on| AskBeforeRight { word: text("1 bank"), title: text(title), on };
    let rights = vec![right("Changing bank details", true), right(name, false)];
    let asked = AskBeforePage { page: page.clone(), frame: frame.clone(), applications: vec![(text(name), rights)] };
    gallery.add("admin-policy-asked", &asked);
    gallery.add("admin-policy-asked-none", &AskBeforePage { applications: Vec::new(), ..asked });
    let change = ChangePage {
        page: page.clone(),
        frame: frame.clone(),
        name: text(name),
        before: text("Adaptive"),
        after: text("Required"),
        touched: vec![text("All 44 are asked every time."), text("3 people have no second factor.")],
        without: Some(text("/admin/1/users?factor=none")),
        refused: None,
        action: text("/admin/1/policies/change"),
        hidden: vec![(text("of"), text(name))],
    };
    gallery.add("admin-policy-change", &change);
    gallery
        .add("admin-policy-refused", &ChangePage { refused: Some(text("You could not sign in any more.")), ..change });
    let view = DetailsPage {
        page,
        frame,
        error: Some(text("A number is outside its limits.")),
        methods: vec![
            Choice { word: text("password"), name: text("Password"), on: true },
            Choice { word: text("totp"), name: text("Authenticator app"), on: false },
        ],
        signs: vec![Choice { word: text("new_network"), name: text("A new network"), on: true }],
        numbers: vec![NumberField {
            field: text("idle"),
            label: text("Minutes"),
            hint: text("Now 60 minutes. From 1 to 60."),
            value: text("15"),
            is_wrong: true,
            has_focus: true,
        }],
    };
    gallery.add("admin-policy-details", &view);
}

fn history(gallery: &mut Gallery, name: &str) {
    let page = gallery.page.clone();
    let line = |id: &str, is_stopped, is_open| EntryLine {
        id: text(id),
        day: text("Today, 9 June"),
        time: text("14:32"),
        event: text("Wrong password"),
        changes: vec![EntryFact { label: text("Change"), text: text(name) }],
        is_stopped,
        person: text(name),
        actor: if is_open { text(name) } else { String::new() },
        application: text(name),
        place: text("Espoo"),
        network: text("192.0.2.18"),
        browser: text(name),
        error_id: if is_stopped { text("SLP-7QKD-4031") } else { String::new() },
        method: text("Password"),
        advice: text("Ask the person."),
        is_open,
    };
    let choice = |word: &str, on| Choice { word: text(word), name: text(name), on };
    let view = HistoryPage {
        page,
        frame: frame(Section::History),
        days: vec![
            Day { name: text("Today, 9 June"), lines: vec![line("1", true, true), line("2", false, false)] },
            Day { name: text("8 June"), lines: vec![line("3", true, false)] },
        ],
        found: Some(text("17 events")),
        older: Some(text("before=1")),
        further: Some(text("before=2")),
        is_later: true,
        first: text("typed=a"),
        people: Vec::new(),
        groups: vec![choice("", false), choice("sign-ins", true)],
        applications: vec![choice("", true)],
        person: Some(text(name)),
        is_narrowed: true,
        typed: text(name),
        from: text("2026-06-01"),
        until: text("2026-06-09"),
        stopped: true,
        stopped_query: text("typed=a"),
        person_id: ID.to_owned(),
    };
    gallery.add("admin-history", &view);
    let people = vec![PersonLink { query: text("person=1"), name: text(name), email: text(name) }];
    let which = HistoryPage { people, days: Vec::new(), found: None, person: None, stopped: false, ..view.clone() };
    gallery.add("admin-history-which", &which);
    gallery.add(
        "admin-history-none",
        &HistoryPage { people: Vec::new(), is_later: false, older: None, further: None, ..which },
    );
}

fn look(gallery: &mut Gallery, name: &str) {
    let preview = Preview {
        style: text("/look/1/23408E-preview.css"),
        name: text(name),
        address: text("id.kallio.example"),
        logo: None,
        email: false,
        dark: false,
    };
    let view = LookPage {
        page: gallery.page.clone(),
        frame: frame(Section::Look),
        status: Some(text("The look is published.")),
        error: Some(text("Type a colour such as #23408E.")),
        suggestion: Some(text("#23408E")),
        colour: text(name),
        contrast: text("White text on this colour is easy to read, 9.6 : 1"),
        lighter: text("Dark pages use a lighter shade, #A9BDF2"),
        light_logo: None,
        dark_logo: None,
        is_draft: true,
        has_look: true,
        preview: preview.clone(),
    };
    gallery.add("admin-look", &view);
    let preview = Preview { email: true, dark: true, ..preview };
    gallery.add("admin-look-email", &LookPage { error: None, is_draft: false, preview, ..view });
}

fn status(gallery: &mut Gallery, said: &str) {
    let page = gallery.page.clone();
    let frame = frame(Section::Status);
    let listed = |is_shown, has_ended| AnnouncementLine {
        id: ID.to_owned(),
        text: text(said),
        time: text("Today 14:00 – 16:00"),
        is_shown,
        has_ended,
    };
    let view = StatusPage {
        page: page.clone(),
        frame: frame.clone(),
        status: Some(text("The disruption is announced.")),
        of_operator: vec![listed(true, false), listed(false, false)],
        own: vec![listed(true, false), listed(false, false), listed(false, true)],
        next: Some(text("end=1&after=2")),
        is_later: true,
    };
    gallery.add("admin-status", &view);
    gallery.add("admin-status-none", &StatusPage { of_operator: Vec::new(), own: Vec::new(), ..view });
    let view = AnnouncementPage {
        page,
        frame,
        action: text("/admin/1/status/new"),
        is_new: true,
        text_error: Some(text("Both texts are needed.")),
        time_error: Some(text("It must end after it begins.")),
        zone: text("Europe/Helsinki"),
        english: text(said),
        finnish: text(said),
        begins: text("2026-06-09T12:00"),
        ends: text("2026-06-10T12:00"),
    };
    gallery.add("admin-announcement-new", &view);
    gallery.add("admin-announcement", &AnnouncementPage { is_new: false, text_error: None, time_error: None, ..view });
}
