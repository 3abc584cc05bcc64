//! Who one can be in the demo. Everything here is public: nothing of it may ever be more than a demo.

/// A company of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoCompany {
    /// Its name.
    pub name: &'static str,
    /// `business` or `accounting office`.
    pub kind: &'static str,
    /// Whom its people can write to.
    pub contact_email: &'static str,
    /// Whom its people can call.
    pub contact_phone: &'static str,
}

/// A person of the demo, with everything that it takes to sign in as that person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    /// The sign-in email.
    pub email: &'static str,
    /// The given name.
    pub given_name: &'static str,
    /// The family name.
    pub family_name: &'static str,
    /// The password.
    pub password: &'static str,
    /// The shared secret of the authenticator app in base32 (20 bytes), where one is set up.
    pub totp_secret: Option<&'static str>,
    /// The roles in the company.
    pub roles: &'static [&'static str],
    /// The name of the company.
    pub company: &'static str,
    /// What is worth trying as this person, in one sentence.
    pub story: &'static str,
}

impl DemoPerson {
    /// Given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }
}

/// The business of the demo.
pub const KALLIO: DemoCompany = DemoCompany {
    name: "Kallio & Laine Oy",
    kind: "business",
    contact_email: "toimisto@kallio.example",
    contact_phone: "+358 9 4245 0110",
};

/// The accounting office of the demo.
pub const RANTANEN: DemoCompany = DemoCompany {
    name: "Tilitoimisto Rantanen",
    kind: "accounting office",
    contact_email: "tuki@rantanen.example",
    contact_phone: "+358 9 4245 0220",
};

/// Every company of the demo.
pub const COMPANIES: [DemoCompany; 2] = [KALLIO, RANTANEN];

/// Every person of the demo.
pub const PEOPLE: [DemoPerson; 3] = [
    DemoPerson {
        email: "aino.virtanen@kallio.example",
        given_name: "Aino",
        family_name: "Virtanen",
        password: "the ferry leaves at seven sharp",
        totp_secret: Some("QEUQKQJ5FQLDTXSGSCNDIXN6CBRIPGR7"),
        roles: &["user administrator"],
        company: KALLIO.name,
        story: "Signs in with a password and a code from an authenticator app.",
    },
    DemoPerson {
        email: "mikko.laine@kallio.example",
        given_name: "Mikko",
        family_name: "Laine",
        password: "three grey stones on the shore",
        totp_secret: None,
        roles: &["employee"],
        company: KALLIO.name,
        story: "Has no second step yet and sets one up on the way in.",
    },
    DemoPerson {
        email: "sanna.rantanen@rantanen.example",
        given_name: "Sanna",
        family_name: "Rantanen",
        password: "the lighthouse turns slowly at dusk",
        totp_secret: Some("PVHS3V7NFNHTXHUEWJSTEOOGIFU4E33E"),
        roles: &["main user"],
        company: RANTANEN.name,
        story: "Is the main user of an accounting office, and signs in with a password and a code.",
    },
];

/// What an authenticator app shows at an instant, in Unix seconds: six digits, by a shared secret in
/// base32. `None` where the secret is none.
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
