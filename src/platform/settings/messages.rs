//! The settings of messages: the mail server and the SMS gateway.

use std::net::IpAddr;

use lettre::message::Mailbox;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use url::{Host, Url};

use super::{SettingsReader, mistake};
use crate::platform::phone_number;
use crate::platform::secret::Secret;

/// The mail server.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The server's name, also in its certificate.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
    /// How the connection is encrypted.
    pub(crate) encryption: Encryption,
    /// The account and its password.
    pub(crate) credentials: Option<(String, Secret<String>)>,
    /// Certificates trusted besides the machine's own, in PEM.
    pub(crate) authorities: Option<String>,
    /// The sender of mail.
    pub(crate) from: Mailbox,
}

/// The encryption of a connection to the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// From its first byte (RFC 8314).
    FromTheStart,
    /// By STARTTLS (RFC 3207), without which nothing is sent.
    Upgrade,
    /// Not at all.
    None,
}

/// The SMS gateway.
#[derive(Clone, Debug)]
pub struct SmsSettings {
    /// The address that messages are posted to.
    pub(crate) url: Url,
    /// The sender of SMS.
    pub(crate) from: String,
    /// The account.
    pub(crate) user: String,
    /// The secret.
    pub(crate) secret: Secret<String>,
    /// A header with credentials: its name, and its value with placeholders.
    pub(crate) header: Option<(http::HeaderName, String)>,
    /// The body of a call.
    pub(crate) body: SmsBody,
    /// Countries that SMS go to (ISO 3166-1, two letters).
    pub(crate) countries: Vec<String>,
    /// The limit per hour, in all.
    pub(crate) hourly: i64,
    /// The limit per day, in all.
    pub(crate) daily: i64,
    /// The limit per hour for one block of ten thousand numbers; four times as many per day.
    pub(crate) prefix_hourly: i64,
}

impl SmsSettings {
    /// Whether SMS go to a country (ISO 3166-1, two letters).
    pub(crate) fn serves(&self, country: &str) -> bool {
        self.countries.iter().any(|served| served == country)
    }
}

/// The body of a call to the gateway. Placeholders such as `{to}` are filled in after parsing: a text cannot become a
/// field of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SmsBody {
    /// JSON, with placeholders in its texts.
    Json(serde_json::Value),
    /// A form, with placeholders in the values of its fields.
    Form(Vec<(String, String)>),
}

/// The body of our own contract (`docs/messages.md`).
const USUAL_BODY: &str = r#"{"id":"{id}","to":"{to}","from":"{from}","text":"{text}"}"#;
const USUAL_HEADER: &str = "Authorization: Bearer {secret}";
const NEEDS_SMTP: &str = "does nothing without smtp_url; set that, too";
const NEEDS_SMS: &str = "does nothing without sms_url; set that, too";

impl SettingsReader {
    pub(super) fn mail(&mut self, organisation: &str) -> Option<MailSettings> {
        let names = ["smtp_user", "smtp_password", "smtp_password_file", "smtp_ca_file", "smtp_tls", "mail_from"];
        let Some(url) = self.text("smtp_url") else {
            self.refuse_alone(&names, NEEDS_SMTP);
            return None;
        };
        let server = self.parsed("smtp_url", &url, server);
        let wish = self.or("smtp_tls", "required", |text| match text {
            "required" | "none" | "none-over-the-network" => Ok(text.to_owned()),
            _ => Err("must be required, none or none-over-the-network".to_owned()),
        });
        let from = self.required("mail_from", "set it to an address that your mail server sends from", |text| {
            text.parse::<Mailbox>()
                .map_err(|_| "is not an address such as Example <sign-in@company.example>".to_owned())
        });
        let password = self.secret_or_file("smtp_password");
        let user = self.text("smtp_user");
        let authorities = self.text("smtp_ca_file").map(|file| self.parsed("smtp_ca_file", &file, certificates));
        if user.is_some() != password.is_some() {
            let problem = "goes together with smtp_password; set both or none".to_owned();
            self.mistakes.push(mistake("smtp_user", problem));
        }
        let (MailServer { host, port, is_encrypted_at_once }, wish) = (server?, wish?);
        let encryption = match (is_encrypted_at_once, wish.as_str()) {
            (true, _) => Encryption::FromTheStart,
            (false, "required") => Encryption::Upgrade,
            _ => Encryption::None,
        };
        let is_here = is_this_machine(&host);
        if encryption == Encryption::None && !is_here && wish == "none" {
            let problem = format!(
                "{host} is not this machine, and codes and links would be readable on the way; if that is what you \
                 want, set it to none-over-the-network"
            );
            self.mistakes.push(mistake("smtp_tls", problem));
        }
        if encryption == Encryption::None && !is_here && password.is_some() {
            let problem = "does not travel unencrypted to another machine; set smtp_tls to required".to_owned();
            self.mistakes.push(mistake("smtp_password", problem));
        }
        let mut from = from?;
        if from.name.is_none() {
            from.name = Some(organisation.to_owned());
        }
        from.name = from.name.map(|name| name.chars().filter(|character| !character.is_control()).collect());
        Some(MailSettings {
            host,
            port,
            encryption,
            credentials: user.zip(password),
            authorities: authorities.flatten(),
            from,
        })
    }

    pub(super) fn sms(&mut self) -> Option<SmsSettings> {
        let names = ["sms_countries", "sms_from", "sms_user", "sms_secret", "sms_secret_file", "sms_header"];
        let more = ["sms_body_type", "sms_body", "sms_hourly", "sms_daily", "sms_prefix_hourly"];
        let Some(url) = self.text("sms_url") else {
            self.refuse_alone(&[&names[..], &more[..]].concat(), NEEDS_SMS);
            return None;
        };
        let url = self.parsed("sms_url", &url, gateway);
        let countries = self.required(
            "sms_countries",
            "name the countries that SMS may go to, such as FI,SE: it is the first bound against abuse",
            |text| {
                let codes = text.split(',').map(str::trim).filter(|code| !code.is_empty());
                codes
                    .map(|code| {
                        let is_country = phone_number::is_country(code);
                        let wrong = || format!("{code} is no country by its two capital letters (ISO 3166-1)");
                        is_country.then(|| code.to_owned()).ok_or_else(wrong)
                    })
                    .collect::<Result<Vec<_>, _>>()
            },
        );
        let secret = self.secret_or_file("sms_secret");
        let usual_header = if secret.is_some() { USUAL_HEADER } else { "" };
        let header = self.or("sms_header", usual_header, header);
        let is_form = self.or("sms_body_type", "json", |text| match text {
            "json" => Ok(false),
            "form" => Ok(true),
            _ => Err("must be json or form".to_owned()),
        });
        let body = if is_form? {
            self.required("sms_body", "a form has no usual fields; see docs/messages.md", |text| {
                Ok(SmsBody::Form(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()))
            })
        } else {
            self.or("sms_body", USUAL_BODY, |text| {
                serde_json::from_str(text).map(SmsBody::Json).map_err(|error| format!("is not JSON: {error}"))
            })
        };
        let number = |text: &str| match text.parse::<i64>() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err("must be a whole number above 0".to_owned()),
        };
        let (hourly, daily) = (self.or("sms_hourly", "300", number), self.or("sms_daily", "2000", number));
        let prefix_hourly = self.or("sms_prefix_hourly", "50", number);
        let body = body.filter(|body| self.says_what_it_must(body));
        Some(SmsSettings {
            url: url?,
            from: self.text("sms_from").unwrap_or_default(),
            user: self.text("sms_user").unwrap_or_default(),
            secret: secret.unwrap_or_else(|| Secret::new(String::new())),
            header: header?,
            body: body?,
            countries: countries?,
            hourly: hourly?,
            daily: daily?,
            prefix_hourly: prefix_hourly?,
        })
    }

    /// Checks that the body has the number and the text.
    fn says_what_it_must(&mut self, body: &SmsBody) -> bool {
        let text = match body {
            SmsBody::Json(value) => value.to_string(),
            SmsBody::Form(fields) => fields.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" "),
        };
        let is_whole = text.contains("{text}") && (text.contains("{to}") || text.contains("{to_digits}"));
        if !is_whole {
            self.mistakes.push(mistake("sms_body", "must hold {text}, and {to} or {to_digits}".to_owned()));
        }
        is_whole
    }

    /// A secret, given directly or in a file.
    fn secret_or_file(&mut self, name: &str) -> Option<Secret<String>> {
        let file_name = format!("{name}_file");
        match (self.text(name), self.text(&file_name)) {
            (Some(_), Some(_)) => {
                self.mistakes.push(mistake(&file_name, format!("is set beside {name}; keep one")));
                None
            }
            (Some(secret), None) => Some(Secret::new(secret)),
            (None, Some(file)) => match std::fs::read_to_string(&file) {
                Ok(content) => Some(Secret::new(content.trim_end_matches(['\r', '\n']).to_owned())),
                Err(error) => {
                    self.mistakes.push(mistake(&file_name, format!("{file} cannot be read: {error}")));
                    None
                }
            },
            (None, None) => None,
        }
    }

    fn refuse_alone(&mut self, names: &[&str], problem: &str) {
        let alone = names.iter().filter(|name| self.text(name).is_some());
        let alone: Vec<_> = alone.map(|name| mistake(name, problem.to_owned())).collect();
        self.mistakes.extend(alone);
    }
}

/// The content of `smtp_url`.
struct MailServer {
    host: String,
    port: u16,
    /// Whether the connection is encrypted from its start.
    is_encrypted_at_once: bool,
}

fn server(text: &str) -> Result<MailServer, String> {
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    let (usual_port, is_encrypted_at_once) = match url.scheme() {
        "smtps" => (465, true),
        "smtp" => (587, false),
        _ => return Err("must begin with smtps:// or smtp://".to_owned()),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a password; put that into smtp_user and smtp_password".to_owned());
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("must end after the host and port".to_owned());
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or("has no host")?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_lowercase();
    ServerName::try_from(host.as_str()).map_err(|_| format!("{host} is no name of a host"))?;
    Ok(MailServer { host, port: url.port().unwrap_or(usual_port), is_encrypted_at_once })
}

fn certificates(file: &str) -> Result<String, String> {
    let pem = std::fs::read_to_string(file).map_err(|error| format!("{file} cannot be read: {error}"))?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(pem),
        _ => Err(format!("{file} holds no certificates in PEM")),
    }
}

/// The address of the gateway. The operator's own gateway may be in a private network; without encryption it must be.
fn gateway(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    let is_inside = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_private(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unique_local(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return Err("has no host".to_owned()),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a password; put that into sms_user and sms_secret".to_owned());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_inside => Ok(url),
        "http" => {
            Err("must begin with https:// (http:// is for localhost and addresses of private networks)".to_owned())
        }
        _ => Err("must begin with https://".to_owned()),
    }
}

fn header(text: &str) -> Result<Option<(http::HeaderName, String)>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let (name, value) = text.split_once(':').ok_or("must be a name, a colon and a value")?;
    let name = name.trim().parse().map_err(|_| format!("{name} is no name of a header"))?;
    let value = value.trim().to_owned();
    http::HeaderValue::from_str(&value).map_err(|_| "holds what may not stand in a header".to_owned())?;
    Ok(Some((name, value)))
}

/// Whether a host is this machine, by name or address.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{Settings, SettingsMistake};
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, Vec<SettingsMistake>> {
        let always = [
            ("public_url", "https://a.example"),
            ("secret_key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("organisation", "Kallio & Laine"),
        ];
        let texts: BTreeMap<_, _> =
            always.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::from_texts(texts, Vec::new())
    }

    fn mail(pairs: &[(&str, &str)]) -> Result<MailSettings, String> {
        let pairs = [&[("mail_from", "sign-in@a.example")], pairs].concat();
        match read(&pairs) {
            Ok(settings) => Ok(settings.mail.unwrap()),
            Err(mistakes) => Err(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
        }
    }

    #[test]
    fn mail_is_encrypted_unless_it_stays_here() {
        let settings = mail(&[("smtp_url", "smtps://mail.example")]).unwrap();
        assert_eq!((settings.port, settings.encryption), (465, Encryption::FromTheStart));
        assert_eq!(settings.from.to_string(), "Kallio & Laine <sign-in@a.example>");
        let settings = mail(&[("smtp_url", "smtp://mail.example:2525")]).unwrap();
        assert_eq!((settings.port, settings.encryption), (2525, Encryption::Upgrade));
        for here in ["smtp://127.0.0.1:25", "smtp://localhost", "smtp://[::1]:25"] {
            assert_eq!(mail(&[("smtp_url", here)]).unwrap().encryption, Encryption::Upgrade, "{here}");
            let plain = mail(&[("smtp_url", here), ("smtp_tls", "none")]).unwrap();
            assert_eq!(plain.encryption, Encryption::None, "{here}");
        }
        let away = [("smtp_url", "smtp://mail.example"), ("smtp_tls", "none")];
        assert!(mail(&away).unwrap_err().contains("none-over-the-network"));
        let meant = [("smtp_url", "smtp://mail.example"), ("smtp_tls", "none-over-the-network")];
        assert_eq!(mail(&meant).unwrap().encryption, Encryption::None);
        let with_password = [&meant[..], &[("smtp_user", "u"), ("smtp_password", "p")]].concat();
        assert!(mail(&with_password).unwrap_err().contains("does not travel unencrypted"));
    }

    #[test]
    fn mistakes_about_mail_say_what_to_do() {
        for (wrong, words) in [
            (("smtp_url", "mail.example"), "is not a URL"),
            (("smtp_url", "http://mail.example"), "smtps://"),
            (("smtp_url", "smtps://u:p@mail.example"), "smtp_password"),
            (("smtp_url", "smtps://mail.example/path"), "must end after"),
            (("smtp_tls", "yes"), "must be required"),
            (("smtp_user", "u"), "set both or none"),
            (("mail_from", "nobody"), "is not an address"),
            (("mail_from", "a@b.example\r\nBcc: c@d.example"), "is not an address"),
            (("smtp_ca_file", "no-such-file.pem"), "cannot be read"),
        ] {
            let pairs = [("smtp_url", "smtps://mail.example"), wrong];
            let told = mail(&pairs).unwrap_err();
            assert!(told.contains(words), "{wrong:?}: {told}");
        }
        let told = read(&[("smtp_password", "p")]).unwrap_err();
        assert!(told[0].problem.contains("smtp_url"), "{told:?}");
    }

    #[test]
    fn a_gateway_needs_its_countries_and_a_body_that_says_something() {
        let url = ("sms_url", "https://sms.example/send");
        assert_eq!(read(&[url]).unwrap_err()[0].name, "sms_countries");
        let sms = read(&[url, ("sms_countries", "FI, SE")]).unwrap().sms.unwrap();
        assert_eq!((sms.countries.as_slice(), sms.header), (&["FI".to_owned(), "SE".to_owned()][..], None));
        for (name, value, words) in [
            ("sms_countries", "Finland", "ISO 3166-1"),
            ("sms_url", "http://sms.example/send", "https://"),
            ("sms_url", "https://u:p@sms.example/", "sms_secret"),
            ("sms_body", "{\"text\":\"{text}\"}", "{to}"),
            ("sms_body", "nonsense", "is not JSON"),
            ("sms_body_type", "xml", "json or form"),
            ("sms_body_type", "form", "no usual fields"),
            ("sms_header", "Authorization", "a colon"),
            ("sms_header", "Authorization: a\r\nb", "may not stand"),
            ("sms_hourly", "0", "above 0"),
        ] {
            let mut pairs = vec![url, ("sms_countries", "FI")];
            pairs.push((name, value));
            let told = read(&pairs).unwrap_err();
            assert!(told.iter().any(|mistake| mistake.problem.contains(words)), "{name}={value}: {told:?}");
        }
        for inside in ["http://10.1.2.3/send", "http://localhost:8080/", "http://[fd00::1]/"] {
            assert!(read(&[("sms_url", inside), ("sms_countries", "FI")]).is_ok(), "{inside}");
        }
    }

    #[test]
    fn passwords_of_messages_do_not_print() {
        let settings = read(&[
            ("smtp_url", "smtps://mail.example"),
            ("mail_from", "a@a.example"),
            ("smtp_user", "u"),
            ("smtp_password", "hunter2"),
            ("sms_url", "https://sms.example"),
            ("sms_countries", "FI"),
            ("sms_secret", "hunter3"),
        ]);
        let printed = format!("{:?}", settings.unwrap());
        assert!(!printed.contains("hunter"), "{printed}");
    }
}
