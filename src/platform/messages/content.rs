//! The content of a message: parts from which text and HTML are made, so that both say the same in the same order.

use askama::Template;
use serde::{Deserialize, Serialize};

use crate::platform::one_line::is_unseen;
use crate::platform::push::PushText;
use crate::platform::settings::PublicUrl;
use crate::platform::web::translations::{Language, Texts};

/// The content of a message. It may have codes and links, and is sealed wherever it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    /// The tag of its language.
    language: String,
    /// The recipient's name, for the `To` of a mail.
    pub(super) name: Option<String>,
    /// The subject of a mail, also its title.
    pub(super) subject: String,
    parts: Vec<Part>,
    /// The company whose look it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) worn: Option<MailLook>,
}

/// The look of a company in a mail: its name in words, and its colour. A mail loads no picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MailLook {
    name: String,
    accent: String,
}

impl MailLook {
    /// The look of a company; `None` if the colour is not six hexadecimal digits, and could be more than a colour.
    pub(super) fn new(name: &str, accent: &str) -> Option<Self> {
        let is_colour = accent.len() == 6 && accent.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_colour.then(|| Self { name: single_line(name), accent: format!("#{accent}") })
    }
}

/// A part, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// A paragraph, with bold words before it, if any.
    Paragraph { lead: String, text: String },
    /// A code to type, with a label above and its lifetime below.
    Code { label: String, code: String, note: String },
    /// The act, its place and its browser.
    Facts(Vec<(String, String)>),
    /// A link to our own site: a local path.
    Link { label: String, path: String, tone: Tone },
    /// Steps to take, one after the other.
    Steps(Vec<String>),
    /// A paragraph in small print.
    Note(String),
    /// The same message in another language, under a title of its own.
    Below { language: String, title: String, parts: Vec<Self> },
}

/// The warning level of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// The usual action.
    Usual,
    /// It stops something.
    Stop,
}

/// The colours of a link in a mail.
struct LinkColours<'c> {
    edge: &'c str,
    ink: &'static str,
    ground: &'c str,
}

impl Tone {
    /// The colours of the link. Those of [`Tone::Stop`] are the same in every mail.
    fn colours(self, accent: &str) -> LinkColours<'_> {
        match self {
            Self::Usual => LinkColours { edge: accent, ink: "#FFFFFF", ground: accent },
            Self::Stop => LinkColours { edge: "#B3261E", ink: "#B3261E", ground: "#FFFFFF" },
        }
    }
}

impl Content {
    /// A subject without parts.
    pub(super) fn new(language: Language, subject: &str) -> Self {
        let subject = single_line(subject);
        Self { language: language.tag().to_owned(), name: None, subject, parts: Vec::new(), worn: None }
    }

    pub(super) fn paragraphs(&mut self, text: &str) {
        let paragraphs = text.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
        self.parts.extend(paragraphs.map(|text| Part::Paragraph { lead: String::new(), text: single_line(text) }));
    }

    pub(super) fn lead(&mut self, lead: &str, text: &str) {
        self.parts.push(Part::Paragraph { lead: single_line(lead), text: single_line(text) });
    }

    pub(super) fn add_code(&mut self, label: &str, code: &str, note: &str) {
        self.parts.push(Part::Code { label: single_line(label), code: single_line(code), note: single_line(note) });
    }

    pub(super) fn facts(&mut self, facts: &[(&str, &str)]) {
        let facts = facts.iter().map(|(label, value)| (single_line(label), single_line(value)));
        self.parts.push(Part::Facts(facts.collect()));
    }

    pub(super) fn add_link(&mut self, label: &str, path: &str, tone: Tone) {
        // The address begins with our own origin (`PublicUrl::join`) and a slash, for any path.
        let path = format!("/{}", path.trim_start_matches('/'));
        self.parts.push(Part::Link { label: single_line(label), path: single_line(&path), tone });
    }

    pub(super) fn steps(&mut self, steps: &[String]) {
        self.parts.push(Part::Steps(steps.iter().map(|step| single_line(step)).collect()));
    }

    pub(super) fn below(&mut self, other: Self) {
        self.parts.push(Part::Below { language: other.language, title: other.subject, parts: other.parts });
    }

    pub(super) fn note(&mut self, text: &str) {
        self.parts.push(Part::Note(single_line(text)));
    }

    /// The code in it, if any.
    pub(super) fn code(&self) -> Option<String> {
        self.parts.iter().find_map(|part| match part {
            Part::Code { code, .. } => Some(code.clone()),
            _ => None,
        })
    }

    /// The address of the first link in it, if any.
    pub(super) fn link(&self, public_url: &PublicUrl) -> Option<String> {
        self.parts.iter().find_map(|part| match part {
            Part::Link { path, .. } => Some(public_url.join(path)),
            _ => None,
        })
    }

    fn texts(&self) -> Texts {
        Texts::new(Language::parse_tag(&self.language).unwrap_or(Language::English))
    }

    /// The text of an SMS: the paragraphs only.
    pub(super) fn sms(&self, public_url: &PublicUrl) -> String {
        self.parts.iter().map(|part| in_text(part, public_url)).collect::<Vec<_>>().join("\n")
    }

    /// The text of a push message: the paragraphs, and the first link for the page that it opens.
    pub(super) fn push(&self) -> PushText {
        let said = self.parts.iter().filter_map(|part| match part {
            Part::Paragraph { text, .. } => Some(text.as_str()),
            _ => None,
        });
        let path = self.parts.iter().find_map(|part| match part {
            Part::Link { path, .. } => Some(path.clone()),
            _ => None,
        });
        PushText {
            title: self.subject.clone(),
            text: said.collect::<Vec<_>>().join("\n"),
            path: path.unwrap_or_else(|| "/".to_owned()),
        }
    }

    /// The text of a mail.
    pub(super) fn text(&self, sender: Sender<'_>) -> String {
        let parts = self.parts.iter().map(|part| in_text(part, sender.public_url));
        let footer = self.footer(sender);
        let blocks = std::iter::once(self.subject.clone()).chain(parts).chain(std::iter::once(footer));
        let mut text = blocks.collect::<Vec<_>>().join("\n\n");
        text.push('\n');
        text
    }

    /// The HTML of a mail.
    pub(super) fn html(&self, sender: Sender<'_>) -> Result<String, askama::Error> {
        let accent = self.worn.as_ref().map_or("#0B6E4F", |worn| worn.accent.as_str());
        let parts = PartsHtml { parts: &self.parts, sender, accent };
        MailHtml { content: self, parts, sender, footer: self.footer(sender) }.render()
    }

    fn footer(&self, sender: Sender<'_>) -> String {
        let words = [("organisation", sender.organisation), ("address", sender.public_url.host())];
        single_line(&self.texts().text_with("mail-footer", &words))
    }
}

/// The sender of a mail, in its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender<'s> {
    /// The organisation that runs the service.
    pub(super) organisation: &'s str,
    /// The address of the service: links lead nowhere else.
    pub(super) public_url: &'s PublicUrl,
}

#[derive(Template)]
#[template(path = "messages/mail.html")]
struct MailHtml<'m> {
    content: &'m Content,
    parts: PartsHtml<'m>,
    sender: Sender<'m>,
    footer: String,
}

impl MailHtml<'_> {
    /// The name at the head of the mail.
    fn of(&self) -> &str {
        self.content.worn.as_ref().map_or(self.sender.organisation, |worn| &worn.name)
    }
}

/// The parts of a mail in one language.
#[derive(Template)]
#[template(path = "messages/parts.html")]
struct PartsHtml<'m> {
    parts: &'m [Part],
    sender: Sender<'m>,
    accent: &'m str,
}

impl PartsHtml<'_> {
    /// The parts of the same message in another language.
    fn inner<'p>(&'p self, parts: &'p [Part]) -> PartsHtml<'p> {
        PartsHtml { parts, sender: self.sender, accent: self.accent }
    }
}

fn in_text(part: &Part, public_url: &PublicUrl) -> String {
    match part {
        Part::Paragraph { lead, text } if lead.is_empty() => text.clone(),
        Part::Paragraph { lead, text } => format!("{lead} {text}"),
        Part::Code { label, code, note } if note.is_empty() => format!("{label}\n{code}"),
        Part::Code { label, code, note } => format!("{label}\n{code}\n{note}"),
        Part::Facts(facts) => {
            facts.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("\n")
        }
        Part::Link { label, path, .. } => format!("{label}:\n{}", public_url.join(path)),
        Part::Steps(steps) => {
            steps.iter().zip(1..).map(|(step, number)| format!("{number}. {step}")).collect::<Vec<_>>().join("\n")
        }
        Part::Note(text) => text.clone(),
        Part::Below { title, parts, .. } => {
            let parts = parts.iter().map(|part| in_text(part, public_url));
            std::iter::once(title.clone()).chain(parts).collect::<Vec<_>>().join("\n\n")
        }
    }
}

/// The text on one line, without invisible characters: it cannot end a header, and a person's name cannot add lines.
pub(super) fn single_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|character: char| character.is_whitespace() || is_unseen(character)).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sender(public_url: &PublicUrl) -> Sender<'_> {
        Sender { organisation: "Kallio & Laine", public_url }
    }

    fn public_url() -> PublicUrl {
        "https://id.kallio.example".parse().unwrap()
    }

    fn invitation(language: Language) -> Content {
        let mut content = Content::new(language, "Elina Saarinen invites you to <Kallio & Laine>");
        content.paragraphs("Hello Priya,\n\nYou can now begin.\nSetting it up takes five minutes.");
        content.add_code("Your sign-up code", "H4TK 9WQM", "Valid for 24 hours");
        content.facts(&[("Time", "9 June 2026, 14:32"), ("Browser", "Firefox <on> Windows")]);
        content.lead("Was this you?", "Then there is nothing to do.");
        content.add_link("This wasn't me", "/account/sessions", Tone::Stop);
        content.steps(&["Open the app.".to_owned(), "Enter the code above.".to_owned()]);
        content.note("Nobody will ask you for this code.");
        let mut other = Content::new(Language::Finnish, "Elina Saarinen kutsuu sinut");
        other.paragraphs("Hei Priya,");
        other.steps(&["Avaa sovellus.".to_owned()]);
        content.below(other);
        content
    }

    /// The words of a text, without punctuation around them.
    fn words(text: &str) -> Vec<String> {
        // The numbers of steps are drawn by the mail program.
        let word = |word: &str| match word.trim_matches(|sign: char| ":.".contains(sign)) {
            number if word.ends_with('.') && number.parse::<u8>().is_ok() => String::new(),
            word => word.to_owned(),
        };
        text.split_whitespace().map(word).filter(|word| !word.is_empty()).collect()
    }

    /// The readable text of HTML, without tags and head.
    fn seen(html: &str) -> String {
        let body = html.split_once("<body").unwrap().1;
        let (mut text, mut inside) = (String::new(), true);
        for character in body.chars() {
            match character {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                _ if !inside => text.push(character),
                _ => {}
            }
        }
        text.replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
            .replace("&#39;", "'")
            .replace("&nbsp;", " ")
    }

    #[test]
    fn both_forms_say_the_same_words_in_the_same_order() {
        let public_url = public_url();
        for language in Language::ALL {
            let content = invitation(language);
            let text = content.text(sender(&public_url));
            // The address of a link is in its attribute.
            let text = text.replace("https://id.kallio.example/account/sessions", "");
            let html = content.html(sender(&public_url)).unwrap();
            let brand = words("Kallio & Laine");
            let html = words(&seen(&html));
            assert_eq!(html[..brand.len()], brand, "whose mail it is stands above");
            assert_eq!(html[brand.len()..], words(&text));
        }
    }

    #[test]
    fn a_mail_wears_the_name_and_colour_of_a_company_and_loads_nothing() {
        let public_url = public_url();
        let mut content = invitation(Language::English);
        content.add_link("Go on", "/x", Tone::Usual);
        content.worn = MailLook::new("Meriv\u{e4}yl\u{e4}\r\nBcc: x", "23408E");
        let html = content.html(sender(&public_url)).unwrap();
        assert!(html.contains("background:#23408E") && html.contains("Meriv\u{e4}yl\u{e4} Bcc: x"));
        assert!(html.contains("#B3261E"), "what stops something keeps its colour");
        assert!(!html.contains("<img") && !html.contains("url("));
        for wrong in ["", "red", "23408E;}", "\"x", "23408E00"] {
            assert_eq!(MailLook::new("A", wrong), None);
        }
    }

    #[test]
    fn code_and_link_are_found_and_links_stay_on_our_site() {
        let public_url = public_url();
        let mut content = invitation(Language::English);
        assert_eq!(content.code().as_deref(), Some("H4TK 9WQM"));
        assert_eq!(content.link(&public_url).as_deref(), Some("https://id.kallio.example/account/sessions"));
        content.parts.clear();
        content.add_link("Go", "//evil.example/x", Tone::Usual);
        assert_eq!(content.link(&public_url).as_deref(), Some("https://id.kallio.example/evil.example/x"));
        content.parts.clear();
        content.add_link("Go", "@evil.example", Tone::Usual);
        assert_eq!(content.link(&public_url).as_deref(), Some("https://id.kallio.example/@evil.example"));
    }

    proptest! {
        #[test]
        fn any_name_stays_text_on_its_line(name in "\\PC{0,20}|[\r\n<>\"'&\u{2028}\u{202e}a]{0,20}") {
            let public_url = public_url();
            let mut content = Content::new(Language::English, &name);
            content.paragraphs(&format!("Hello {},", single_line(&name)));
            content.facts(&[("Browser", &name)]);
            content.add_link(&name, &format!("/{name}"), Tone::Usual);
            prop_assert!(!content.subject.contains(['\r', '\n']));
            let html = content.html(sender(&public_url)).unwrap();
            let plain = Content::new(Language::English, "x");
            let mut plain = plain;
            plain.paragraphs("Hello x,");
            plain.facts(&[("Browser", "x")]);
            plain.add_link("x", "/x", Tone::Usual);
            let usual = plain.html(sender(&public_url)).unwrap();
            prop_assert_eq!(html.matches('<').count(), usual.matches('<').count(), "nothing becomes a tag");
            prop_assert_eq!(html.matches('"').count(), usual.matches('"').count(), "and no attribute ends early");
            prop_assert_eq!(content.text(sender(&public_url)).lines().count(), plain.text(sender(&public_url)).lines().count());
        }
    }
}
