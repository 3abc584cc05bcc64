//! The words of the interface: one term for each thing in each language, as `docs/vocabulary.md` lists them.

use super::{File, Finding, accepts, files, keep, refuses};

/// Words that do not come back, by language, each with the words to use.
const OUTDATED: [(&str, &str, &str); 49] = [
    ("en", "proof did not hold", "Wrong password"),
    ("en", "proof given", "Password accepted"),
    ("en", "proves it", "confirms it"),
    ("en", "prove first", "first confirm"),
    ("en", "works no more", "no longer works"),
    ("en", "opens nothing", "no longer works"),
    ("en", "any more", "no longer"),
    ("en", "who has a profile", "a person who has a profile"),
    ("en", "whoever has", "everybody who has"),
    ("en", "whoever logs", "people who log"),
    ("en", "is no user", "is not a user"),
    ("en", "need be no", "does not have to be"),
    ("en", "take back", "Restore"),
    ("en", "taken back", "restored"),
    ("en", "speak with each other", "talk with each other"),
    ("en", "it touches", "it affects"),
    ("en", "whom it", "who is affected"),
    ("en", "would do", "Try"),
    ("en", "stands as", "is shown as"),
    ("en", "stands in for", "replaces"),
    ("en", "stands here", "what the list shows"),
    ("en", "stands under", "is under"),
    ("en", "behaved oddly", "may have been copied"),
    ("en", "how to go on", "the act itself"),
    ("en", "go on without", "continue without"),
    ("en", "held back", "Too many wrong tries"),
    ("en", "email typed", "Email entered"),
    ("en", "took the sign-in over", "Signed in to the application"),
    ("en", "password told", "Link to a new password requested"),
    ("en", "heed", "asks for"),
    ("en", "it counts", "it works"),
    ("en", "somebody", "someone"),
    ("en", "those who look after", "support"),
    ("en", "your doing", "what you did yourself"),
    ("fi", "toinen tekijä", "toinen vaihe"),
    ("fi", "toisen tekijä", "toisen vaiheen"),
    ("fi", "hallitsij", "käyttäjähallinnoija"),
    ("fi", "ylläpitäj", "palvelun ylläpito, or käyttäjähallinnoija"),
    ("fi", "virhetunnus", "virhetunniste"),
    ("fi", "unohtuiko", "Unohditko salasanasi?"),
    ("fi", "kirjautumiseni", "Oma kirjautuminen"),
    ("fi", "omassa kirjautum", "kohdassa Oma kirjautuminen"),
    ("fi", "omaan kirjautum", "kohtaan Oma kirjautuminen"),
    ("fi", "omissa kirjautum", "kohdassa Oma kirjautuminen"),
    ("fi", "yhteyspuhelin", "viestintäpuhelin"),
    ("fi", "yhteyssähköposti", "viestintäsähköposti"),
    ("fi", "ota takaisin", "Palauta"),
    ("fi", "valmis profiili", "valmisprofiili"),
    ("fi", "vaihe { $step }", "Kohta 2/3"),
];

#[test]
fn the_interface_has_one_term_for_each_thing() {
    keep(outdated);
}

#[test]
fn a_main_user_and_a_user_administrator_have_a_name_each() {
    keep(main_users);
}

#[test]
fn an_apostrophe_has_one_form() {
    keep(curly_apostrophes);
}

#[test]
fn people_read_the_name_of_their_organisation() {
    keep(names_of_the_product);
}

#[test]
fn every_language_is_looked_at() {
    let languages: Vec<String> = files().iter().filter_map(|file| language(file).map(str::to_owned)).collect();
    assert!(languages.iter().any(|one| one == "en") && languages.iter().any(|one| one == "fi"));
}

#[test]
fn a_word_that_was_given_up_is_refused_in_its_language() {
    refuses(outdated, "locales/en/none.ftl", "a = This code works no more.", "no longer works");
    refuses(outdated, "locales/fi/none.ftl", "a = Nollaa toinen tekijä", "toinen vaihe");
    refuses(main_users, "locales/fi/none.ftl", "who = Kuka on pääkäyttäjäni?", "käyttäjähallinnoija");
    accepts(outdated, "locales/fi/none.ftl", "a = Somebody");
    accepts(outdated, "locales/en/none.ftl", "# Somebody who asks\nsomebody-asks = Someone asks.");
    refuses(names_of_the_product, "locales/en/provider.ftl", "sign-out-title = Sign out of Salpa?", "organisation");
    accepts(names_of_the_product, "locales/fi/phone-app.ftl", "app-opening = Salpan avaaminen");
    accepts(names_of_the_product, "locales/en/common.ftl", "protected = Protected by Salpa");
    refuses(curly_apostrophes, "locales/en/none.ftl", "a = Ask your company\u{2019}s support.", "straight");
    refuses(curly_apostrophes, "templates/demo/none.html", "<p>It wasn\u{2019}t me</p>", "straight");
    accepts(curly_apostrophes, "locales/en/none.ftl", "a = Ask your company's support. “Quoted.”");
    accepts(main_users, "locales/fi/none.ftl", "a = Tilitoimiston pääkäyttäjä\nb = tilitoimiston pääkäyttäjiltä");
}

/// The language of a file of texts.
fn language(file: &File) -> Option<&str> {
    if file.extension() != "ftl" {
        return None;
    }
    file.path.strip_prefix("locales/")?.split('/').next()
}

/// The texts of a file with their lines: no comment, and no key.
fn texts(file: &File) -> impl Iterator<Item = (usize, String)> {
    file.text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#')).map(|(line, at)| {
        let text = if line.starts_with(' ') { line } else { line.split_once(" =").map_or("", |(_, text)| text) };
        (at, text.to_lowercase())
    })
}

fn outdated(file: &File) -> Vec<Finding> {
    let Some(language) = language(file) else { return Vec::new() };
    let words: Vec<_> = OUTDATED.iter().filter(|(of, ..)| *of == language).collect();
    texts(file)
        .flat_map(|(at, text)| {
            let found = words.iter().filter(|(_, word, _)| text.contains(word));
            found
                .map(|(_, word, better)| Finding::new(at, format!("{word:?} was given up: {better}")))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// People sign in at their organisation. The product has its name where it is meant: in the phone app, which is called so,
/// beside the bolt, and as the sender of mails for an organisation.
fn names_of_the_product(file: &File) -> Vec<Finding> {
    const OF_THE_APP: [&str; 4] = ["phone-app.ftl", "approvals.ftl", "qr.ftl", "factors.ftl"];
    const BESIDE_THE_BOLT: [&str; 2] = ["protected = ", "mail-footer = "];
    if language(file).is_none() || OF_THE_APP.contains(&file.name()) {
        return Vec::new();
    }
    let lines = file.text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#') && line.contains("Salpa"));
    let others = lines.filter(|(line, _)| !BESIDE_THE_BOLT.iter().any(|key| line.starts_with(key)));
    others.map(|(_, at)| Finding::new(at, "people know the organisation: { $organisation }")).collect()
}

/// A curly one beside straight ones looks like a mistake, and a search finds one of the two.
fn curly_apostrophes(file: &File) -> Vec<Finding> {
    if !matches!(file.extension(), "ftl" | "html") {
        return Vec::new();
    }
    let lines = file.text.lines().zip(1..).filter(|(line, _)| line.contains('\u{2019}'));
    lines.map(|(_, at)| Finding::new(at, "an apostrophe is straight: '")).collect()
}

/// *Pääkäyttäjä* is the main user of an accounting office, and nobody else.
fn main_users(file: &File) -> Vec<Finding> {
    if language(file) != Some("fi") {
        return Vec::new();
    }
    texts(file)
        .filter(|(_, text)| text.replace("tilitoimiston pääkäyttäj", "").contains("pääkäyttäj"))
        .map(|(at, _)| Finding::new(at, "a user administrator is a käyttäjähallinnoija"))
        .collect()
}
