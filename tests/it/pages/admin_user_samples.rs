//! Sample data for the pages about one user, and about employees.

use salpa::admin::employees::views::{
    AddEmployeePage, EmployeePage, EmployeeRow, EmployeesPage, EmployeesResults, RemoveEmployeePage,
};
use salpa::admin::history::EntryFact;
use salpa::admin::users::factor_views::RemoveFactorPage;
use salpa::admin::users::views::{
    AccessRightsPage, ActOutcome, AddPage, ApplicationRights, BasicDataPage, CommunicationPage, EndPhonesPage,
    FactorLine, HistoryLine, MayCommunicate, NamePage, Naming, NewPersonFields, PhoneRow, ProfileChoice, ProfileSignIn,
    RemovePage, ResetPage, RightBox, RolesPage, SessionRow, SignInPage, UserHead, UserHistoryPage, UserTab,
};
use salpa::admin::views::{Choice, Section, UserStanding};

use super::super::{Gallery, ID};
use super::frame;

fn head(tab: UserTab, standing: UserStanding) -> UserHead {
    UserHead {
        id: ID.to_owned(),
        name: "Priya Raman".to_owned(),
        role: "Approver".to_owned(),
        last: "last sign-in 2 June 11:47".to_owned(),
        standing,
        tab,
    }
}

fn choice(word: &str, on: bool) -> Choice {
    Choice { word: word.to_owned(), name: word.to_owned(), on }
}

pub(super) fn add(gallery: &mut Gallery) {
    basic_data(gallery);
    communication(gallery);
    rights(gallery);
    sign_in(gallery);
    adding(gallery);
    employees(gallery);
}

fn basic_data(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let frame = frame(Section::Users);
    for (name, standing, may) in [
        ("admin-user", UserStanding::Active, true),
        ("admin-user-locked", UserStanding::Locked, true),
        ("admin-user-removed", UserStanding::Removed, true),
        ("admin-user-beyond", UserStanding::NeverSignedIn, false),
    ] {
        let outcome =
            ActOutcome { done: gallery.say("admin-done-roles"), refused: gallery.say("admin-refused-nothing") };
        let view = BasicDataPage {
            page: page.clone(),
            frame: frame.clone(),
            user: head(UserTab::BasicData, standing),
            outcome: if may { outcome } else { ActOutcome::default() },
            email: "priya.raman@raman.example".to_owned(),
            roles: vec!["User administrator".to_owned(), "Employee".to_owned()],
            since: "9 June 2026".to_owned(),
            is_basic: true,
            naming: if may { Naming::Administrator } else { Naming::OtherCompany },
            is_to_set_up: standing == UserStanding::NeverSignedIn,
            is_to_accept: standing == UserStanding::Locked,
            may_change: may,
        };
        gallery.add(name, &view);
    }
    let user = head(UserTab::BasicData, UserStanding::Active);
    let name = NamePage {
        page: page.clone(),
        frame: frame.clone(),
        user: user.clone(),
        given_name: String::new(),
        family_name: "Raman".to_owned(),
        given_error: gallery.say("admin-error-given-name"),
        family_error: gallery.say("admin-error-family-name"),
    };
    gallery.add("admin-user-name", &name);
    let roles = vec![choice("user administrator", true), choice("employee", false)];
    gallery.add("admin-user-roles", &RolesPage { page: page.clone(), frame: frame.clone(), user: user.clone(), roles });
    let remove = RemovePage {
        page,
        frame,
        user,
        is_basic: true,
        others: vec![choice(ID, false)],
        error: gallery.say("admin-error-basic"),
    };
    gallery.add("admin-user-remove", &remove);
}

fn communication(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    for (name, may) in [
        ("admin-user-communication", MayCommunicate::Now),
        ("admin-user-communication-prove", MayCommunicate::OnceProven),
        ("admin-user-communication-own", MayCommunicate::Own),
        ("admin-user-communication-elsewhere", MayCommunicate::Nothing),
    ] {
        let now = may == MayCommunicate::Now;
        let view = CommunicationPage {
            page: page.clone(),
            frame: frame(Section::Users),
            user: head(UserTab::Communication, UserStanding::Active),
            outcome: ActOutcome { done: gallery.say("admin-done-communication"), refused: None },
            phone: if now { "+44-7700-900142".to_owned() } else { String::new() },
            phone_is_set: now,
            error: if now { gallery.say("account-error-phone-marks") } else { None },
            offered: now.then(|| "+44 7700 900142".to_owned()),
            email: "priya.raman@raman.example".to_owned(),
            languages: vec![choice("en", true), choice("fi", false)],
            may,
            invitation: None,
            sheet: None,
        };
        gallery.add(name, &view);
    }
}

fn rights(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let right = |name: &str, on, may| RightBox { name: name.to_owned(), title: name.to_owned(), on, may };
    let mut view = AccessRightsPage {
        must_prove: false,
        page,
        frame: frame(Section::Users),
        user: head(UserTab::AccessRights, UserStanding::Active),
        outcome: ActOutcome::default(),
        profiles: vec![profile("Employee", ""), profile("Approver", "entries.approve")],
        applications: vec![ApplicationRights {
            id: ID.to_owned(),
            name: "Pay slips".to_owned(),
            rights: vec![right("use", true, true), right("write", false, false)],
        }],
        may_change: true,
    };
    gallery.add("admin-user-rights", &view);
    view.applications = Vec::new();
    view.may_change = false;
    gallery.add("admin-user-rights-none", &view);
}

fn sign_in(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let way = |is_passkey| FactorLine {
        word: ID.to_owned(),
        is_passkey,
        name: "Galaxy S24".to_owned(),
        line: "Set up 4 February 2026".to_owned(),
    };
    let session = SessionRow {
        id: ID.to_owned(),
        title: "Espoo".to_owned(),
        line: "Safari on Mac · Pay slips · since Today 14:32".to_owned(),
    };
    let mut view = SignInPage {
        page: page.clone(),
        frame: frame(Section::Users),
        user: head(UserTab::SignIn, UserStanding::Locked),
        outcome: ActOutcome::default(),
        is_own: false,
        profile: Some(ProfileSignIn {
            factor_lines: vec![way(true), way(false)],
            phones: vec![PhoneRow {
                id: ID.to_owned(),
                name: "Galaxy S24".to_owned(),
                line: "Android 15 · Salpa 1.4 · used 2 June".to_owned(),
            }],
            may_give_pass: true,
            phone_app_is_closed: false,
            identities: vec!["Nordea".to_owned()],
            has_recovery_code: true,
            is_closed: false,
            sessions: vec![session],
        }),
        factors: "Passkey".to_owned(),
        may_unlock: true,
    };
    gallery.add("admin-user-sign-in", &view);
    view.profile = Some(ProfileSignIn {
        factor_lines: Vec::new(),
        phones: Vec::new(),
        may_give_pass: false,
        phone_app_is_closed: true,
        identities: Vec::new(),
        has_recovery_code: false,
        is_closed: true,
        sessions: Vec::new(),
    });
    view.may_unlock = false;
    gallery.add("admin-user-sign-in-nothing", &view);
    view.profile = None;
    gallery.add("admin-user-sign-in-elsewhere", &view);
    let user = head(UserTab::SignIn, UserStanding::Active);
    let end = EndPhonesPage {
        page: page.clone(),
        frame: frame(Section::Users),
        user: user.clone(),
        way: "log-out-everywhere".to_owned(),
        title: page.t1("admin-everywhere-title", "name", &user.name),
        text: page.t1("admin-everywhere-text", "name", &user.name),
        button: page.t("admin-everywhere-button"),
    };
    gallery.add("admin-user-everywhere", &end);
    let remove = RemoveFactorPage {
        page: page.clone(),
        frame: frame(Section::Users),
        user: user.clone(),
        title: page.t1("admin-factor-remove-totp", "name", &user.name),
        factor: "Galaxy S24 · Set up 4 February 2026".to_owned(),
        word: ID.to_owned(),
        is_last: true,
    };
    gallery.add("admin-user-remove-factor", &remove);
    gallery.add("admin-user-reset", &ResetPage { page: page.clone(), frame: frame(Section::Users), user });
    let line = HistoryLine {
        time: "Today 14:32".to_owned(),
        what: "Locked".to_owned(),
        changes: vec![EntryFact { label: "Change".to_owned(), text: "Active → Locked".to_owned() }],
        actor: "Elina Saarinen".to_owned(),
        network: "198.51.100.24".to_owned(),
    };
    let mut history = UserHistoryPage {
        page,
        frame: frame(Section::Users),
        user: head(UserTab::History, UserStanding::Active),
        lines: vec![line],
        older: Some(ID.to_owned()),
        is_later: true,
    };
    gallery.add("admin-user-history", &history);
    history.lines = Vec::new();
    history.older = None;
    history.is_later = false;
    gallery.add("admin-user-history-none", &history);
}

fn profile(name: &str, missing: &str) -> ProfileChoice {
    ProfileChoice {
        word: ID.to_owned(),
        name: name.to_owned(),
        rights: "Pay slips, Travel".to_owned(),
        missing: missing.to_owned(),
        on: missing.is_empty(),
    }
}

fn adding(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    for (name, field, key) in [
        ("admin-add-user-email", "email", "admin-error-email"),
        ("admin-add-user-name", "given_name", "admin-error-given-name"),
        ("admin-add-user-role", "role", "admin-refused-more-than-yours"),
        ("admin-add-user-phone", "phone", "account-error-phone-marks"),
    ] {
        let view = AddPage {
            page: page.clone(),
            frame: frame(Section::Users),
            typed: NewPersonFields::default(),
            roles: vec![choice("employee", true)],
            profiles: vec![profile("Employee", ""), profile("Approver", "entries.approve")],
            errors: vec![(field, page.t(key))],
            offered: (field == "phone").then(|| "+358 40 1234567".to_owned()),
        };
        gallery.add(name, &view);
    }
}

fn employees(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let employee = EmployeeRow {
        id: ID.to_owned(),
        name: "Tero Koski".to_owned(),
        email: "tero@kallio.example".to_owned(),
        services: "Travel".to_owned(),
        is_user: true,
    };
    let services = vec![choice("travel", true), choice("salaries", false)];
    let results = EmployeesResults {
        page: page.clone(),
        frame: frame(Section::Employees),
        typed: String::new(),
        employees: vec![employee.clone()],
        is_more_found: false,
        previous: Some(format!("before={ID}")),
        next: Some(format!("after={ID}")),
    };
    let mut listing = EmployeesPage {
        page: page.clone(),
        frame: frame(Section::Employees),
        status: gallery.say("admin-done-employee-added"),
        results,
    };
    gallery.add("admin-employees", &listing);
    (listing.results.previous, listing.results.next) = (None, None);
    (listing.results.typed, listing.results.is_more_found) = ("tero".to_owned(), true);
    gallery.add("admin-employees-found", &listing);
    (listing.results.employees, listing.results.is_more_found) = (Vec::new(), false);
    gallery.add("admin-employees-none", &listing);
    listing.results.typed.clear();
    gallery.add("admin-employees-empty", &listing);
    let one = EmployeePage {
        page: page.clone(),
        frame: frame(Section::Employees),
        status: gallery.say("admin-done-services"),
        employee: employee.clone(),
        services: services.clone(),
    };
    gallery.add("admin-employee", &one);
    let remove = RemoveEmployeePage { page: page.clone(), frame: frame(Section::Employees), employee };
    gallery.add("admin-employee-remove", &remove);
    let add = AddEmployeePage {
        frame: frame(Section::Employees),
        typed: NewPersonFields::default(),
        services,
        errors: vec![("email", page.t("admin-error-already-employee"))],
        page,
    };
    gallery.add("admin-add-employee", &add);
}
