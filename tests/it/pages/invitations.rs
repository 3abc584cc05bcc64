//! Sample data for invitations: the sheets of the console, the pages of the phone, and the link of the mail.

use salpa::admin::releases::views::{OfferedConsent, ReleaseDatum, ReleasePage, ReleaseRow, ReleasesPage};
use salpa::admin::users::access_pass_views::{AskPassPage, GivenPassPage};
use salpa::admin::users::invitation_views::{
    AskSheet, BlockedSheet, CodeSheet, InvitationCard, InvitationSheet, NodeState, StepsSheet, TimelineNode,
    WayToRelease,
};
use salpa::admin::users::views::{ActOutcome, CommunicationPage, MayCommunicate, UserHead, UserTab};
use salpa::admin::views::{Choice, Section, UserStanding};
use salpa::phone_app::sign_up_views::{LinkOnItsWay, SignUpDigitsPage, SignUpPage, SignUpVerifiedPage};
use salpa::phone_app::views::AppFrame;
use salpa::sign_in::forgotten_views::{AccessPassPage, SignUpLinkPage};

use super::admin::frame;
use super::{Gallery, ID, unproven};

const TOKEN: &str = "Xk3nUq0m4ZtQp9sV7cWjYb2dLr8hFg5eTa6iKo1xNz0";

pub(super) fn add(gallery: &mut Gallery) {
    for (name, card) in cards(gallery) {
        let view = communication(gallery, Some(card), None);
        gallery.add(name, &view);
    }
    for (name, sheet) in sheets(gallery) {
        let view = communication(gallery, None, Some(sheet));
        gallery.add(name, &view);
    }
    releases(gallery);
    phone(gallery);
    link(gallery);
    access_pass(gallery);
}

fn access_pass(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let user = head(UserTab::SignIn, UserStanding::Active);
    let ask = AskPassPage {
        page: page.clone(),
        frame: frame(Section::Users),
        user: user.clone(),
        lives: page.texts.count("admin-access-pass-lives", "minutes", 60),
    };
    gallery.add("admin-access-pass-ask", &ask);
    let given = GivenPassPage {
        page: page.clone(),
        frame: frame(Section::Users),
        user,
        pass: "H4TK 9WQM P7RD".to_owned(),
        until: "today 10:12".to_owned(),
    };
    gallery.add("admin-access-pass", &given);
    let mut typed = AccessPassPage { page, door: unproven(), typed: String::new(), error: None, wait_seconds: None };
    gallery.add("access-pass", &typed);
    typed.typed = "H4TK 9WQM P7R".to_owned();
    typed.error = gallery.say("access-pass-error-length");
    gallery.add("access-pass-error", &typed);
    (typed.error, typed.wait_seconds) = (None, Some(30));
    gallery.add("access-pass-wait", &typed);
}

/// The operator's pages of releases.
fn releases(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let frame = frame(Section::Releases);
    let row = |is_proposed| ReleaseRow {
        id: ID.to_owned(),
        name: "Priya Raman".to_owned(),
        company: "Kallio & Laine Oy".to_owned(),
        asked: "Elina Saarinen asked today 10:12, from Helsinki · 203.0.113.9".to_owned(),
        is_proposed,
    };
    let list = ReleasesPage {
        page: page.clone(),
        frame: frame.clone(),
        status: Some(page.t("release-done-declined")),
        rows: vec![row(false), row(true)],
        next: Some("asked=1&after=2".to_owned()),
        is_later: true,
    };
    gallery.add("admin-releases", &list);
    gallery.add("admin-releases-none", &ReleasesPage { rows: Vec::new(), next: None, is_later: false, ..list });
    let datum = |label: &str, was: &str, is: &str| ReleaseDatum {
        label: page.t(label),
        was: was.to_owned(),
        is: is.to_owned(),
        differs: was != is,
    };
    let fact = |label: &str, text: &str| (page.t(label), text.to_owned());
    let one = ReleasePage {
        frame,
        id: ID.to_owned(),
        name: "Priya Raman".to_owned(),
        status: None,
        refused: Some(page.t("release-refused-changed")),
        facts: vec![
            fact("admin-company", "Kallio & Laine Oy"),
            fact("release-asked", "Elina Saarinen"),
            fact("release-when", "Today 10:12"),
            fact("release-where", "Helsinki · 203.0.113.9"),
        ],
        was: page.t1("release-was-first", "date", "2 June 2026"),
        data: vec![
            datum("admin-name", "Priya Raman", "Priya Raman"),
            datum("admin-email", "priya.raman@raman.example", "p.raman@elsewhere.example"),
            datum("invitation-phone", "+44 7700 900142", "+358 40 1234567"),
        ],
        proposal: Some("Aino Virtanen proposed the release today 10:20.".to_owned()),
        consent: OfferedConsent::Confirm,
        seen: "0123456789abcdef".to_owned(),
        page,
    };
    gallery.add("admin-release", &one);
    let others = [
        ("admin-release-alone", OfferedConsent::Release),
        ("admin-release-propose", OfferedConsent::Propose),
        ("admin-release-proposed", OfferedConsent::ProposedBefore),
        ("admin-release-own", OfferedConsent::OwnRequest),
        ("admin-release-needless", OfferedConsent::Needless),
    ];
    for (name, consent) in others {
        let status = gallery.say("release-done-proposed");
        gallery.add(name, &ReleasePage { consent, proposal: None, refused: None, status, ..one.clone() });
    }
}

fn head(tab: UserTab, standing: UserStanding) -> UserHead {
    UserHead {
        id: ID.to_owned(),
        name: "Priya Raman".to_owned(),
        role: "Approver".to_owned(),
        last: "never signed in".to_owned(),
        standing,
        tab,
    }
}

fn communication(
    gallery: &Gallery,
    invitation: Option<InvitationCard>,
    sheet: Option<InvitationSheet>,
) -> CommunicationPage {
    CommunicationPage {
        page: gallery.page.clone(),
        frame: frame(Section::Users),
        user: head(UserTab::Communication, UserStanding::Invited),
        outcome: ActOutcome::default(),
        phone: "+44 7700 900142".to_owned(),
        phone_is_set: true,
        error: None,
        offered: None,
        email: "priya.raman@raman.example".to_owned(),
        languages: vec![Choice { word: "en".to_owned(), name: "English".to_owned(), on: true }],
        may: MayCommunicate::Now,
        invitation,
        sheet,
    }
}

fn identity(gallery: &Gallery) -> String {
    let words = [("name", "Elina Saarinen"), ("date", "9 June 2026"), ("how", "identity document seen")];
    gallery.page.texts.text_with("invitation-identity-by", &words)
}

fn cards(gallery: &Gallery) -> [(&'static str, InvitationCard); 3] {
    let open = InvitationCard {
        until: Some("tomorrow 09:12".to_owned()),
        has_former: true,
        identity: Some(identity(gallery)),
    };
    [
        ("admin-invitation-none", InvitationCard { until: None, has_former: false, identity: None }),
        ("admin-invitation-former", InvitationCard { until: None, ..open.clone() }),
        ("admin-invitation-open", open),
    ]
}

fn sheets(gallery: &Gallery) -> Vec<(&'static str, InvitationSheet)> {
    let page = &gallery.page;
    let way = |word: &str, key: &str, on| Choice { word: word.to_owned(), name: page.t(key), on };
    let ask = AskSheet {
        name: "Priya".to_owned(),
        facts: vec![
            (page.t("admin-name"), "Priya Raman".to_owned()),
            (page.t("admin-email"), "priya.raman@raman.example".to_owned()),
            (page.t("invitation-phone"), "+44 7700 900142".to_owned()),
            (page.t("admin-company"), "Kallio & Laine Oy".to_owned()),
            (page.t("admin-role"), page.t("admin-role-employee")),
        ],
        lacks_phone: false,
        is_verified: false,
        ways: vec![
            way("document", "invitation-identity-document", true),
            way("known", "invitation-identity-known", false),
            way("video_call", "invitation-identity-video-call", false),
        ],
        language: None,
        error: None,
    };
    let mended = AskSheet {
        lacks_phone: true,
        is_verified: true,
        language: Some("Suomi".to_owned()),
        error: Some(page.t1("invitation-error-not-verified", "name", "Priya")),
        ..ask.clone()
    };
    let change =
        page.texts.text_with("invitation-blocked-change", &[("is", "+358 40 1234567"), ("was", "+44 7700 900142")]);
    let mut blocked = BlockedSheet {
        name: "Priya".to_owned(),
        facts: vec![(page.t("invitation-phone"), change)],
        operator: "Kallio & Laine".to_owned(),
        way: WayToRelease::Letter(Some("support@kallio.example".to_owned())),
    };
    let with_email = InvitationSheet::Blocked(blocked.clone());
    blocked.way = WayToRelease::Request;
    let to_ask = InvitationSheet::Blocked(blocked.clone());
    blocked.way = WayToRelease::Asked("Mikko Laine asked for the release today 10:12.".to_owned());
    let asked = InvitationSheet::Blocked(blocked.clone());
    blocked.way = WayToRelease::Letter(None);
    let code = CodeSheet {
        name: "Priya".to_owned(),
        code: "481 902".to_owned(),
        until: "today 21:40".to_owned(),
        invitation_until: "tomorrow 09:12".to_owned(),
    };
    vec![
        ("admin-invitation-ask", InvitationSheet::Ask(ask)),
        ("admin-invitation-ask-error", InvitationSheet::Ask(mended)),
        ("admin-invitation-blocked", with_email),
        ("admin-invitation-to-release", to_ask),
        ("admin-invitation-release-asked", asked),
        ("admin-invitation-blocked-no-email", InvitationSheet::Blocked(blocked)),
        ("admin-invitation-steps", InvitationSheet::Steps(steps(gallery, true))),
        ("admin-invitation-over", InvitationSheet::Steps(steps(gallery, false))),
        ("admin-invitation-code", InvitationSheet::Code(code)),
    ]
}

fn steps(gallery: &Gallery, is_open: bool) -> StepsSheet {
    let page = &gallery.page;
    let node = |key: &str, state, lines: &[&str]| TimelineNode {
        title: page.t(key),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        state,
        offers_code: state == NodeState::Now,
    };
    let mut nodes = vec![
        node("invitation-step-sent", NodeState::Done, &["Today 09:12 · Elina Saarinen", "priya.raman@raman.example"]),
        node("invitation-step-entered", NodeState::Done, &["Today 09:30 · Chrome on Android"]),
    ];
    if is_open {
        nodes.push(node("invitation-step-verify", NodeState::Now, &["Today 09:30 · +44 7700 900142"]));
        nodes.push(node("invitation-step-do", NodeState::Later, &[]));
    } else {
        nodes.push(node("invitation-step-expired", NodeState::Stopped, &["Tomorrow 09:12"]));
    }
    StepsSheet {
        name: "Priya".to_owned(),
        until: page.t1("invitation-until", "time", "tomorrow 09:12"),
        done: gallery.say("invitation-done-sent").filter(|_| is_open),
        refused: gallery.say("invitation-refused-early").filter(|_| !is_open),
        nodes,
        is_open,
        may_send: true,
    }
}

fn phone(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let frame = AppFrame { origin: "https://id.kallio.example".to_owned(), ..AppFrame::default() };
    let mut code = SignUpPage {
        page: page.clone(),
        frame: frame.clone(),
        typed: String::new(),
        error: None,
        wait_seconds: None,
        opened: ID.to_owned(),
    };
    gallery.add("app-sign-up", &code);
    code.typed = "H4TK 9WQM P7RD 3NV".to_owned();
    code.error = gallery.say("sign-up-error-length");
    gallery.add("app-sign-up-error", &code);
    (code.error, code.wait_seconds) = (None, Some(30));
    gallery.add("app-sign-up-wait", &code);
    let mut digits = SignUpDigitsPage {
        page: page.clone(),
        frame: frame.clone(),
        path: format!("/app/sign-up/{ID}"),
        phone: Some("+44 •••• •••• 42".to_owned()),
        spoken: page.t1("new-network-phone-ends", "digits", "4 2"),
        left: Some(page.texts.count("sign-up-sms-left", "left", 2)),
        may_resend: true,
        inviter: "Elina Saarinen".to_owned(),
        company: "Kallio & Laine Oy".to_owned(),
        told: None,
        error: None,
        wait_seconds: None,
    };
    gallery.add("app-sign-up-digits", &digits);
    digits.told = gallery.say("sign-up-told-sms");
    digits.error = Some(page.texts.count("sign-up-error-digits", "tries", 4));
    digits.left = Some(page.texts.count("sign-up-sms-left", "left", 0));
    digits.may_resend = false;
    gallery.add("app-sign-up-digits-error", &digits);
    (digits.told, digits.error, digits.wait_seconds) = (None, None, Some(30));
    gallery.add("app-sign-up-digits-wait", &digits);
    (digits.phone, digits.left, digits.wait_seconds) = (None, None, None);
    gallery.add("app-sign-up-digits-no-sms", &digits);
    let mut verified = SignUpVerifiedPage {
        page: page.clone(),
        frame,
        path: format!("/app/sign-up/{ID}"),
        name: "Priya Raman".to_owned(),
        company: "Kallio & Laine Oy".to_owned(),
        link: Some(LinkOnItsWay {
            email: "p••••••••n@raman.example".to_owned(), digits: "481 902".to_owned()
        }),
        told: None,
        refused: None,
    };
    gallery.add("app-sign-up-mail", &verified);
    verified.told = gallery.say("sign-up-told-link");
    gallery.add("app-sign-up-mail-again", &verified);
    (verified.told, verified.refused) = (None, gallery.say("sign-up-told-no-link"));
    gallery.add("app-sign-up-mail-no-more", &verified);
    (verified.link, verified.refused) = (None, None);
    gallery.add("app-sign-up-profile", &verified);
}

fn link(gallery: &mut Gallery) {
    let mut view = SignUpLinkPage {
        page: gallery.page.clone(),
        door: unproven(),
        token: TOKEN.to_owned(),
        is_here: true,
        error: None,
        wait_seconds: None,
    };
    gallery.add("sign-up-link", &view);
    view.is_here = false;
    gallery.add("sign-up-link-elsewhere", &view);
    view.error = gallery.say("sign-up-link-error-over");
    gallery.add("sign-up-link-elsewhere-error", &view);
    (view.error, view.wait_seconds) = (None, Some(30));
    gallery.add("sign-up-link-elsewhere-wait", &view);
}
