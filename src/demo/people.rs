//! The people of the demo. Everything here is public and must never be more than a demo.

use crate::platform::web::translations::Texts;

/// A company of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DemoCompany {
    /// Its name.
    pub(crate) name: &'static str,
    /// `business` or `accounting office`.
    pub(crate) kind: &'static str,
    /// The email for questions of its people.
    pub(crate) contact_email: &'static str,
    /// The phone for questions of its people.
    pub(crate) contact_phone: &'static str,
    /// Its identifier in the register.
    pub(crate) business_id: &'static str,
}

/// A person of the demo, with everything that it takes to sign in as that person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    /// The sign-in email.
    pub email: &'static str,
    /// The given name.
    pub(crate) given_name: &'static str,
    /// The family name.
    pub(crate) family_name: &'static str,
    /// The password.
    pub password: &'static str,
    /// The shared secret of the authenticator app in base32 (20 bytes), if there is one.
    pub totp_secret: Option<&'static str>,
    /// The roles in the company; none for a person who is no user.
    pub(crate) roles: &'static [&'static str],
    /// The name of the company.
    pub(crate) company: &'static str,
    /// The person's relation to the company.
    pub(crate) membership: Membership,
    /// The ready-made profile of rights in the company, by its name.
    pub(crate) profile: Option<&'static str>,
    /// Other companies that the person is a user of, with the ready-made profile there.
    pub(crate) also: &'static [(&'static str, &'static str)],
}

/// The relation of a person to their company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    /// A user.
    User,
    /// A user who was removed; it is their basic company.
    Removed,
    /// On the employee listing, with every chargeable service, and no user.
    Employee,
}

/// A ready-made profile of the demo: its name, and its rights by the `client_id` of an application.
pub(crate) type DemoProfile = (&'static str, &'static [(&'static str, &'static str)]);

impl DemoPerson {
    /// A suggestion for this person, in one sentence.
    pub(crate) fn story(&self, texts: Texts) -> String {
        texts.text(&format!("demo-person-{}", self.given_name.to_lowercase()))
    }

    /// Given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }
}

/// The business of the demo that the applications belong to.
pub(crate) const KALLIO: DemoCompany = DemoCompany {
    name: "Kallio & Laine Oy",
    kind: "business",
    contact_email: "toimisto@kallio.example",
    contact_phone: "+358 9 4245 0110",
    business_id: "1111111-4",
};

/// The accounting office of the demo. Every other company is its client.
pub(crate) const RANTANEN: DemoCompany = DemoCompany {
    name: "Tilitoimisto Rantanen",
    kind: "accounting office",
    contact_email: "tuki@rantanen.example",
    contact_phone: "+358 9 4245 0220",
    business_id: "2222222-9",
};

/// A café.
pub(crate) const SAARI: DemoCompany = DemoCompany {
    name: "Kahvila Saari Oy",
    kind: "business",
    contact_email: "hei@saari.example",
    contact_phone: "+358 9 4245 0330",
    business_id: "3333333-3",
};

/// A shop.
pub(crate) const LUMO: DemoCompany = DemoCompany {
    name: "Lumo Sisustus Oy",
    kind: "business",
    contact_email: "hei@lumo.example",
    contact_phone: "+358 9 4245 0440",
    business_id: "4444444-8",
};

/// Every company of the demo.
pub(crate) const COMPANIES: [DemoCompany; 4] = [KALLIO, RANTANEN, SAARI, LUMO];

/// The ready-made profile for one's own data.
pub(crate) const EMPLOYEE: &str = "Employee";
/// The ready-made profile of bookkeepers.
pub(crate) const BOOKKEEPER: &str = "Bookkeeper";
/// The ready-made profile of approvers.
pub(crate) const APPROVER: &str = "Approver";

/// The ready-made profiles of the demo, for every company.
pub(crate) const PROFILES: [DemoProfile; 3] = [
    (
        EMPLOYEE,
        &[("ruori-accounting", "pay_slips.own"), ("ruori-expenses", "hours.own"), ("ruori-expenses", "travel.own")],
    ),
    (
        BOOKKEEPER,
        &[
            ("ruori-accounting", "entries.post"),
            ("ruori-accounting", "entries.read"),
            ("ruori-expenses", "travel.own"),
            ("ruori-expenses", "travel.read"),
        ],
    ),
    (
        APPROVER,
        &[
            ("ruori-accounting", "entries.read"),
            ("ruori-accounting", "invoices.approve"),
            ("ruori-accounting", "pay_slips.own"),
            ("ruori-expenses", "travel.approve"),
            ("ruori-expenses", "travel.own"),
        ],
    ),
];

/// Every person of the demo.
pub const PEOPLE: [DemoPerson; 8] = [
    DemoPerson {
        email: "aino.virtanen@kallio.example",
        given_name: "Aino",
        family_name: "Virtanen",
        password: "the ferry leaves at seven sharp",
        totp_secret: Some("QEUQKQJ5FQLDTXSGSCNDIXN6CBRIPGR7"),
        roles: &["user administrator"],
        company: KALLIO.name,
        membership: Membership::User,
        profile: Some(APPROVER),
        also: &[],
    },
    DemoPerson {
        email: "mikko.laine@kallio.example",
        given_name: "Mikko",
        family_name: "Laine",
        password: "three grey stones on the shore",
        totp_secret: None,
        roles: &["employee"],
        company: KALLIO.name,
        membership: Membership::User,
        profile: Some(EMPLOYEE),
        also: &[],
    },
    DemoPerson {
        email: "sanna.rantanen@rantanen.example",
        given_name: "Sanna",
        family_name: "Rantanen",
        password: "the lighthouse turns slowly at dusk",
        totp_secret: Some("PVHS3V7NFNHTXHUEWJSTEOOGIFU4E33E"),
        roles: &["main user"],
        company: RANTANEN.name,
        membership: Membership::User,
        profile: Some(BOOKKEEPER),
        also: &[],
    },
    DemoPerson {
        email: "eeva.saari@saari.example",
        given_name: "Eeva",
        family_name: "Saari",
        password: "warm buns in the morning window",
        totp_secret: Some("TWOIVCDLCWDX35YMVSBQTERJQUOP35MF"),
        roles: &["user administrator"],
        company: SAARI.name,
        membership: Membership::User,
        profile: Some(APPROVER),
        also: &[],
    },
    DemoPerson {
        email: "pekka.salo@rantanen.example",
        given_name: "Pekka",
        family_name: "Salo",
        password: "eleven pencils in a tin cup",
        totp_secret: Some("SMHX5LV5TEFYR32RTX65STXZFMOCU5ZH"),
        roles: &["employee"],
        company: RANTANEN.name,
        membership: Membership::User,
        profile: Some(BOOKKEEPER),
        also: &[(KALLIO.name, BOOKKEEPER), (SAARI.name, BOOKKEEPER)],
    },
    DemoPerson {
        email: "onni.niemi@kallio.example",
        given_name: "Onni",
        family_name: "Niemi",
        password: "a red bicycle by the woodshed",
        totp_secret: Some("Z36IWGYMSA7XV6UN7BYQW2LJOC3BQNG3"),
        roles: &[],
        company: KALLIO.name,
        membership: Membership::Employee,
        profile: None,
        also: &[],
    },
    DemoPerson {
        email: "liisa.lehto@lumo.example",
        given_name: "Liisa",
        family_name: "Lehto",
        password: "paper lanterns over the harbour",
        totp_secret: Some("YV5H72FXGSG7KZAM2R2E7QEGHWGNIYHG"),
        roles: &["employee"],
        company: LUMO.name,
        membership: Membership::Removed,
        profile: Some(EMPLOYEE),
        also: &[(SAARI.name, EMPLOYEE)],
    },
    DemoPerson {
        email: "tuula.maki@saari.example",
        given_name: "Tuula",
        family_name: "Mäki",
        password: "snow on the old tram rails",
        totp_secret: Some("ER7J3ZYJZGSJIABFIDSVHD7TOGXD5XV6"),
        roles: &["employee"],
        company: SAARI.name,
        membership: Membership::User,
        profile: None,
        also: &[],
    },
];

/// The authenticator app's code at an instant, in Unix seconds: six digits, by a shared secret in base32. `None` for an
/// invalid secret.
pub fn authenticator_code(secret: &str, seconds: u64) -> Option<String> {
    let secret: [u8; 20] = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).ok()?.try_into().ok()?;
    let totp = totp_rs::Builder::new().with_secret(secret).build().ok()?;
    Some(totp.generate(seconds).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_what_rfc_6238_says() {
        // Appendix B: the secret is the ASCII text 12345678901234567890; at 59 s the eight digits are 94287082.
        assert_eq!(authenticator_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59).as_deref(), Some("287082"));
        assert_eq!(authenticator_code("not base32!", 59), None);
    }

    #[test]
    fn everyone_has_a_story_in_every_language() {
        for language in crate::platform::web::translations::Language::ALL {
            for person in PEOPLE {
                let story = person.story(Texts::new(language));
                assert!(story.ends_with('.') && !story.contains("demo-person"), "{}: {story}", person.email);
            }
        }
    }

    #[test]
    fn everyone_has_a_long_pass_phrase_a_company_and_a_secret_of_twenty_bytes() {
        for person in PEOPLE {
            assert!(person.password.chars().count() >= 15, "{}", person.email);
            assert!(COMPANIES.iter().any(|company| company.name == person.company), "{}", person.email);
            if let Some(secret) = person.totp_secret {
                assert_eq!(data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap().len(), 20);
                assert!(authenticator_code(secret, 0).is_some());
            }
        }
    }
}
