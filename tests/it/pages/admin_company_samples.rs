//! Sample data for the pages about a company as a whole: its overview, its clients, its data.

use salpa::admin::announcements::AnnouncementLine;
use salpa::admin::company_data::views::{CompanyDataPage, CompanyFields};
use salpa::admin::domains::views::{DirectoryWay, DomainRecord, DomainRow, DomainsPage};
use salpa::admin::overview::views::{AttentionRow, ClientRow, ClientTotals, ClientsPage, OverviewPage};
use salpa::admin::views::Section;

use super::super::{Gallery, ID};
use super::frame;

const LONG: &str = "Asunto-osakeyhtiö Lauttasaaren Pohjoinen Rantakatu 14 ja kumppanit Oy";

pub(super) fn add(gallery: &mut Gallery) {
    overview(gallery);
    clients(gallery);
    company(gallery);
    domains(gallery);
}

fn overview(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let count = |key: &str, count: i64| page.texts.count(key, "count", count);
    let row = |title: &str, none: &str, count: i64, is_urgent| AttentionRow {
        title: page.t(title),
        count: if count > 100 { format!("{count}+") } else { count.to_string() },
        text: if count == 0 { page.t(none) } else { "Aino Virtanen, Priya Raman, Henrik Dahl".to_owned() },
        is_nobody: count == 0,
        is_urgent,
        query: "filter=locked".to_owned(),
    };
    let line = |is_shown| AnnouncementLine {
        id: ID.to_owned(),
        text: "Payroll is slow. Wait a little.".to_owned(),
        time: "Today 14:00 – today 16:00".to_owned(),
        is_shown,
        has_ended: false,
    };
    let view = OverviewPage {
        users: count("overview-users", 184),
        rows: vec![
            row("admin-standing-never", "overview-never-none", 120, false),
            row("admin-standing-pending", "overview-pending-none", 0, false),
            row("admin-standing-locked", "overview-locked-none", 3, true),
            row("overview-factor", "overview-factor-none", 17, false),
        ],
        clients: Some(ClientTotals {
            users: count("overview-users", 10_000),
            lines: vec![
                count("overview-never-count", 1),
                count("overview-pending-count", 2),
                count("overview-locked-count", 1),
                count("overview-factor-count", 40),
            ],
            is_larger: true,
        }),
        announcements: vec![line(true), line(false)],
        frame: frame(Section::Overview),
        page: page.clone(),
    };
    gallery.add("admin-overview", &view);
    let rows = vec![row("admin-standing-locked", "overview-locked-none", 0, true)];
    gallery.add("admin-overview-calm", &OverviewPage { rows, clients: None, announcements: Vec::new(), ..view });
}

fn clients(gallery: &mut Gallery) {
    let client = |name: &str, business_id: Option<&str>, count| ClientRow {
        id: ID.to_owned(),
        name: name.to_owned(),
        business_id: business_id.map(str::to_owned),
        users: 12,
        never_signed_in: count,
        pending: count,
        locked: count,
        without_second_factor: count,
    };
    let view = ClientsPage {
        clients: vec![client("Kallio & Laine Oy", Some("2345678-9"), 4), client(LONG, None, 0)],
        next: Some("after=1".to_owned()),
        is_later: true,
        frame: frame(Section::Overview),
        page: gallery.page.clone(),
    };
    gallery.add("admin-clients", &view);
    gallery.add("admin-clients-none", &ClientsPage { clients: Vec::new(), next: None, is_later: false, ..view });
}

fn company(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let view = CompanyDataPage {
        status: Some(page.t("company-done-saved")),
        fields: CompanyFields {
            name: "Kallio & Laine Oy".to_owned(),
            business_id: "2345678-9".to_owned(),
            contact_email: "tuki@kallio.example".to_owned(),
            contact_phone: "+358 40 1234567".to_owned(),
        },
        errors: Vec::new(),
        offered: None,
        frame: frame(Section::CompanyData),
        page: page.clone(),
    };
    gallery.add("admin-company", &view);
    let errors = ["name", "business_id", "contact_email", "contact_phone"];
    let refused = CompanyDataPage {
        status: None,
        fields: CompanyFields { name: String::new(), ..view.fields.clone() },
        errors: errors.map(|field| (field, page.t("company-error-name"))).into(),
        offered: Some("+358 40 1234567".to_owned()),
        ..view
    };
    gallery.add("admin-company-refused", &refused);
}

fn domains(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let row = |domain: &str, letters: &str, state: String| DomainRow {
        domain: domain.to_owned(),
        letters: letters.to_owned(),
        state,
        is_proved: true,
        is_missing: false,
        record: None,
    };
    let record = |domain: &str| DomainRecord {
        name: format!("_salpa-challenge.{domain}"),
        value: "Vt6kS3nX0yqQ2m8cYwJr5uHfLz1aBdEgIoKpNsRxTvU".to_owned(),
    };
    let view = DomainsPage {
        status: Some(page.t("domain-done-claimed")),
        refusal: None,
        rows: vec![
            row("kallio.example", "kallio.example", page.t("domain-proved")),
            DomainRow {
                is_proved: false,
                record: Some(record("xn--ty-gka.example")),
                ..row("xn--ty-gka.example", "työ.example", page.t("domain-claimed"))
            },
            DomainRow {
                is_missing: true,
                record: Some(record("laine.example")),
                ..row("laine.example", "laine.example", page.t1("domain-missing", "until", "16.6.2026 14:30"))
            },
        ],
        directories: vec!["Entra ID".to_owned()],
        ways: [("offered", "domain-use-offered"), ("first", "domain-use-first"), ("alone", "domain-use-alone")]
            .map(|(word, key)| DirectoryWay { word, key, is_on: word == "first" })
            .into(),
        typed: String::new(),
        mistake: None,
        frame: frame(Section::Domains),
        page: page.clone(),
    };
    gallery.add("admin-domains", &view);
    let refused = DomainsPage {
        status: None,
        refusal: Some(page.t("domain-error-record")),
        rows: Vec::new(),
        directories: Vec::new(),
        typed: "gmail.com".to_owned(),
        mistake: Some(page.t("domain-error-public")),
        ..view
    };
    gallery.add("admin-domains-refused", &refused);
}
