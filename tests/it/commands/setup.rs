//! A new operator sets the service up.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use salpa::platform::db::Reads;

use super::{Program, read, told};
use crate::support::Database;

const PASSWORD: &str = "the ferry leaves at seven sharp";

/// The options of the company and its administrator.
const FIRST: [&str; 8] = [
    "--company",
    "Kallio & Laine",
    "--email",
    "aino@kallio.example",
    "--given-name",
    "Aino",
    "--family-name",
    "Virtanen",
];

/// The program without settings of its own but for the database, in an empty folder.
async fn nothing_yet() -> Program {
    let mut program = Program::of(&Database::new().await);
    program.settings.retain(|(name, _)| name == "SALPA_DATABASE_URL");
    program
}

fn setup(program: &Program, options: &[&str]) -> Output {
    program.run(&[&["setup"][..], options].concat())
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

fn text(program: &Program, file: &str) -> String {
    std::fs::read_to_string(program.database.folder.path().join(file)).unwrap()
}

fn files(program: &Program) -> Vec<String> {
    let listed = std::fs::read_dir(program.database.folder.path()).unwrap();
    let mut names: Vec<String> = listed.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with("salpa.db"));
    names.sort();
    names
}

async fn count(program: &Program, sql: &'static str) -> i64 {
    let db = salpa::platform::db::Db::open(program.database.url()).await.unwrap();
    db.one(sql, &[], |row| row.get(0)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_was_set_up_by_options_serves_and_its_administrator_manages_the_company() {
    let program = nothing_yet().await;
    let url = program.url("");
    let listen = url.strip_prefix("http://").unwrap().to_owned();
    let options = ["setup", "--public-url", &url, "--listen", &listen, "--no-mail", "--password-stdin", "--json"];
    let done = read(&program.run_with(&[&options[..], &FIRST].concat(), PASSWORD));
    assert_eq!(done["public_url"], url);
    assert_eq!(done["written"], serde_json::json!(["secret.key", "salpa.toml"]));
    for file in ["secret.key", "salpa.toml"] {
        assert_eq!(mode(&program.database.folder.path().join(file)), 0o600, "{file}");
    }
    let settings = text(&program, "salpa.toml");
    for line in
        [&format!("public_url = \"{url}\""), "secret_key_file = \"secret.key\"", "organisation = \"Kallio & Laine\""]
    {
        assert!(settings.contains(line), "{line}: {settings}");
    }
    assert!(!settings.contains("trusted_proxies"), "there is no proxy before plain HTTP: {settings}");
    assert!(!settings.contains("database_url"), "the environment says it: {settings}");
    assert_eq!(count(&program, "SELECT count(*) FROM passwords").await, 1);
    let users = program.json(&["users", "list", "--company", done["company"].as_str().unwrap()]);
    let users = users.to_string();
    assert!(users.contains("aino@kallio.example") && users.contains("user administrator"), "{users}");

    let serving = program.serve().await;
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let page = browser.get(program.url("/admin")).send().await.unwrap();
    let leads_to = page.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    assert!(page.status().is_redirection() && leads_to.contains("/sign-in/"), "{page:?}");
    serving.stop();
}

#[tokio::test]
async fn with_a_mail_server_the_administrator_gets_a_link_in_place_of_a_password() {
    let program = nothing_yet().await;
    let options = ["--public-url", "https://id.kallio.example", "--smtp-url", "smtps://mail.kallio.example"];
    let (code, stdout, stderr) = told(&setup(&program, &[&options[..], &FIRST].concat()));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    for words in [
        "Wrote secret.key, for its owner alone.",
        "Keep a copy of the secret key elsewhere",
        "Added Kallio & Laine",
        "salpa doctor",
        "salpa messages test --to aino@kallio.example",
        "salpa serve",
        "the link that goes to aino@kallio.example",
        "https://id.kallio.example/admin",
    ] {
        assert!(stdout.contains(words), "{words}: {stdout}");
    }
    let settings = text(&program, "salpa.toml");
    for line in ["mail_from = \"sign-in@id.kallio.example\"", "trusted_proxies = \"127.0.0.1\"", "time_zone = \"UTC\""]
    {
        assert!(settings.contains(line), "{line}: {settings}");
    }
    assert_eq!(count(&program, "SELECT count(*) FROM passwords").await, 0);
    assert_eq!(count(&program, "SELECT count(*) FROM messages").await, 1);
}

#[tokio::test]
async fn without_a_terminal_everything_that_is_missing_is_told_with_the_option_that_answers_it() {
    let program = nothing_yet().await;
    let (code, stdout, stderr) = told(&setup(&program, &[]));
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    let options =
        ["--public-url URL", "--smtp-url URL or --no-mail", "--company NAME", "--email EMAIL", "--given-name NAME"];
    for option in options {
        assert!(stderr.contains(&format!("no terminal to ask at: give {option}")), "{option}: {stderr}");
    }
    let (_, _, stderr) = told(&setup(&program, &["--no-mail"]));
    assert!(stderr.contains("give --password-stdin") && !stderr.contains("--smtp-url"), "{stderr}");
    let (_, _, stderr) = told(&setup(&program, &["--smtp-url", "smtps://mail.kallio.example", "--smtp-user", "salpa"]));
    assert!(stderr.contains("give --smtp-password-file FILE"), "{stderr}");
    assert_eq!(files(&program), [""; 0], "nothing was written");
}

#[tokio::test]
async fn answers_that_will_not_do_are_told_together_and_nothing_is_written() {
    let program = nothing_yet().await;
    let wrong = [
        "--public-url",
        "http://id.kallio.example",
        "--trusted-proxies",
        "the proxy",
        "--time-zone",
        "Mars",
        "--smtp-url",
        "mail",
        "--mail-from",
        "nobody",
        "--company",
        " ",
        "--email",
        "aino",
        "--given-name",
        "Aino",
        "--language",
        "sv",
    ];
    let (code, _, stderr) = told(&setup(&program, &wrong));
    assert_eq!(code, Some(1));
    for option in
        ["--public-url", "--trusted-proxies", "--time-zone", "--smtp-url", "--company", "--email", "--language"]
    {
        assert!(stderr.contains(&format!("salpa: {option}")), "{option}: {stderr}");
    }
    let options = ["setup", "--public-url", "https://id.kallio.example", "--no-mail", "--password-stdin"];
    let (code, _, stderr) = told(&program.run_with(&[&options[..], &FIRST].concat(), "virtanen"));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("--password-stdin: the password"), "{stderr}");
    assert_eq!(files(&program), [""; 0]);
}

#[tokio::test]
async fn asked_again_it_does_what_is_missing_and_writes_over_nothing() {
    let program = nothing_yet().await;
    let folder = program.database.folder.path().to_owned();
    // A key of before, and settings that somebody wrote.
    let key = data_encoding::BASE64.encode(&[9; 32]);
    std::fs::write(folder.join("secret.key"), &key).unwrap();
    let options = ["--public-url", "https://id.kallio.example", "--smtp-url", "smtps://mail.kallio.example"];
    let done = read(&setup(&program, &[&options[..], &FIRST, &["--json"]].concat()));
    assert_eq!(done["written"], serde_json::json!(["salpa.toml"]));
    assert_eq!(text(&program, "secret.key"), key);

    let before = text(&program, "salpa.toml");
    let again = read(&setup(&program, &[&FIRST[..], &["--json"]].concat()));
    assert_eq!((&again["written"], &again["company"]), (&serde_json::json!([]), &serde_json::Value::Null));
    let (code, stdout, _) = told(&setup(&program, &[]));
    assert_eq!(code, Some(0));
    assert!(stdout.contains("There are people already: nobody was added."), "{stdout}");
    let (code, _, stderr) = told(&setup(&program, &["--public-url", "https://other.example"]));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("salpa.toml is there already") && stderr.contains("leave out --public-url"), "{stderr}");
    assert_eq!(text(&program, "salpa.toml"), before);
    assert_eq!(count(&program, "SELECT count(*) FROM people").await, 1);
    assert_eq!(count(&program, "SELECT count(*) FROM companies").await, 1);

    // Settings alone, as after a setup whose database did not answer.
    let other = nothing_yet().await;
    let written = format!("# by hand\npublic_url = \"https://id.niemi.example\"\nsecret_key = \"{key}\"\n");
    std::fs::write(other.database.folder.path().join("salpa.toml"), &written).unwrap();
    let options = ["setup", "--password-stdin", "--json"];
    let done = read(&other.run_with(&[&options[..], &FIRST].concat(), PASSWORD));
    assert!(done["company"].is_string(), "{done}");
    assert_eq!(text(&other, "salpa.toml"), written);
}

#[tokio::test]
async fn settings_in_another_folder_have_their_key_beside_them() {
    let mut program = nothing_yet().await;
    program.settings.clear();
    let etc = program.database.folder.path().join("etc");
    std::fs::create_dir(&etc).unwrap();
    let config = etc.join("salpa.toml");
    let database = format!("sqlite:{}", etc.join("people.db").display());
    let password = etc.join("given.password");
    std::fs::write(&password, "secret \"word\"\n").unwrap();
    let options = [
        "--config",
        config.to_str().unwrap(),
        "setup",
        "--public-url",
        "https://id.kallio.example",
        "--database-url",
        &database,
        "--smtp-url",
        "smtps://mail.kallio.example",
        "--smtp-user",
        "salpa",
        "--smtp-password-file",
        password.to_str().unwrap(),
        "--mail-from",
        "Kallio \"&\" Laine <sign-in@kallio.example>",
        "--kind",
        "accounting_office",
        "--json",
    ];
    read(&program.run(&[&options[..], &FIRST].concat()));
    for file in ["salpa.toml", "secret.key", "people.db"] {
        assert_eq!(mode(&etc.join(file)), 0o600, "{file}");
    }
    let listed = read(&program.run(&["--config", config.to_str().unwrap(), "companies", "list", "--json"]));
    assert!(listed.to_string().contains("accounting_office"), "{listed}");
}

/// A terminal at which each line is typed once its question stands there. Returns whether all went well, and the screen.
fn at_a_terminal(program: &Program, typed: &[(&str, &str)]) -> (bool, String) {
    let salpa = format!("{} setup", env!("CARGO_BIN_EXE_salpa"));
    let mut command = Command::new("script");
    command.args(["-qec", &salpa, "/dev/null"]).current_dir(program.database.folder.path());
    command.env_clear().envs(program.settings.iter().map(|(name, value)| (name, value)));
    command.env("PATH", "/usr/bin:/bin").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let (mut keyboard, mut display) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut screen, mut seen) = (String::new(), 0);
    let mut show = |screen: &mut String| {
        let mut bytes = [0; 4096];
        let length = display.read(&mut bytes).unwrap_or(0);
        screen.push_str(&String::from_utf8_lossy(&bytes[..length]));
        length > 0
    };
    for (question, line) in typed {
        while !screen[seen..].contains(question) {
            assert!(show(&mut screen), "{question} is not asked: {screen}");
        }
        seen = screen.len();
        writeln!(keyboard, "{line}").unwrap();
    }
    while show(&mut screen) {}
    (child.wait().unwrap().success(), screen)
}

#[tokio::test]
async fn at_a_terminal_it_asks_again_until_the_answer_will_do() {
    let program = nothing_yet().await;
    let typed = [
        ("Address of the service for browsers", "id.kallio.example"),
        ("That will not do: is not a URL", "https://id.kallio.example"),
        ("Address of the proxy that ends TLS, as this machine sees it [127.0.0.1]: ", ""),
        ("Time zone", "Europe/Helsinki"),
        ("Mail server", ""),
        ("Name of the first company: ", "Kallio & Laine"),
        ("Sign-in email", "aino"),
        ("That will not do", "aino@kallio.example"),
        ("Their given name: ", "Aino"),
        ("Their family name: ", "Virtanen"),
        ("Language of messages to them (en or fi) [en]: ", "fi"),
        ("Their password: ", "virtanen"),
        ("Their password: ", PASSWORD),
        ("Once more: ", "another one"),
        ("Their password: ", PASSWORD),
        ("Once more: ", PASSWORD),
    ];
    let (is_done, screen) = at_a_terminal(&program, &typed);
    assert!(is_done && screen.contains("Added Kallio & Laine"), "{screen}");
    assert!(screen.contains("That will not do: the two are not the same."), "{screen}");
    assert!(text(&program, "salpa.toml").contains("time_zone = \"Europe/Helsinki\""));
    assert_eq!(count(&program, "SELECT count(*) FROM people WHERE language = 'fi'").await, 1);
    assert_eq!(count(&program, "SELECT count(*) FROM passwords").await, 1);
}
