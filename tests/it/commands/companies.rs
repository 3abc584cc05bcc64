//! Companies, users, employees and rights by command.

use serde_json::json;

use super::{Program, told};

const PASSWORD: &str = "the ferry leaves at seven sharp";

#[tokio::test]
async fn memberships_and_rights_are_set_by_command() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let add = |name: &str, kind: &str| {
        let added = program.json(&["companies", "create", "--name", name, "--kind", kind]);
        added["id"].as_str().unwrap().to_owned()
    };
    let (kallio, office) = (add("Kallio Oy", "business"), add("Tilitoimisto Rantanen", "accounting_office"));
    let application = ["applications", "create", "--name", "Ruori", "--client-id", "ruori"];
    program.json(&[&application[..], &["--redirect-uri", "https://ruori.example/callback"]].concat());
    for email in ["aino@kallio.example", "onni@kallio.example", "sanna@rantanen.example"] {
        program.person(email, PASSWORD);
    }
    let (aino, sanna) = (["--company", &kallio, "--email", "aino@kallio.example"], "sanna@rantanen.example");
    let user = |action: &[&str], of: &[&str]| program.json(&[&["users"], action, of].concat());
    let refused = |arguments: &[&str]| {
        let (code, _, words) = told(&program.run(arguments));
        assert_eq!(code, Some(1), "{arguments:?}");
        words
    };

    let main_user = ["companies", "add-user", "--company", &kallio, "--email", sanna, "--role", "main user"];
    assert!(refused(&main_user).contains("accounting office"));
    program.json(&["companies", "add-user", "--company", &office, "--email", sanna, "--role", "main user"]);
    program.json(&[&["companies", "add-user"], &aino[..], &["--role", "user administrator"]].concat());

    let engagement = ["--office", &office, "--client", &kallio];
    assert_eq!(program.json(&[&["companies", "engage"], &engagement[..]].concat())["changed"], true);
    assert_eq!(program.json(&[&["companies", "engage"], &engagement[..]].concat())["changed"], false);
    assert!(refused(&["companies", "engage", "--office", &kallio, "--client", &office]).contains("accounting office"));

    assert_eq!(program.json(&["companies", "operator", &office, "--two-people"])["changed"], true);
    assert_eq!(program.json(&["companies", "operator", &office, "--two-people"])["changed"], false);
    assert_eq!(program.json(&["companies", "operator", &kallio])["changed"], true, "there is one");
    assert_eq!(program.json(&["companies", "operator", &office, "--none"])["changed"], false);
    assert_eq!(program.json(&["companies", "operator", &kallio, "--none"])["changed"], true);

    program.json(&["applications", "rights", "declare", "ruori", "--name", "entries.post", "--title", "Post entries"]);
    assert!(
        refused(&["applications", "rights", "declare", "ruori", "--name", "use", "--title", "Use"]).contains("use")
    );
    let listed = program.json(&["applications", "rights", "list", "ruori"]);
    assert_eq!(listed, json!([{ "name": "entries.post", "title": "Post entries" }]));
    let opening = ["--company", &kallio, "--application", "ruori"];
    assert_eq!(program.json(&[&["companies", "open"], &opening[..]].concat())["changed"], true);

    let given = user(&["rights"], &[&aino[..], &["--set", "ruori:entries.post"]].concat());
    assert_eq!(given[0]["name"], "entries.post");
    assert!(refused(&[&["users", "rights"], &aino[..], &["--set", "ruori:nothing"]].concat()).contains("nothing"));
    let names = |rights: &serde_json::Value| -> Vec<String> {
        rights.as_array().unwrap().iter().map(|right| right["name"].as_str().unwrap().to_owned()).collect()
    };
    let more = user(&["rights"], &[&aino[..], &["--add", "ruori:use", "--add", "ruori:entries.post"]].concat());
    assert_eq!(names(&more), ["entries.post", "use"], "added, and nothing else changes");
    let set = [&["users", "rights"], &aino[..], &["--set", "ruori:use"]].concat();
    assert!(refused(&set).contains("this takes away ruori:entries.post"), "a script has to say so");
    assert_eq!(names(&user(&["rights"], &aino)), ["entries.post", "use"]);
    assert_eq!(names(&user(&["rights"], &[&aino[..], &["--set", "ruori:use", "--yes"]].concat())), ["use"]);
    user(&["rights"], &[&aino[..], &["--add", "ruori:entries.post"]].concat());
    assert_eq!(names(&user(&["rights"], &[&aino[..], &["--remove", "ruori:use"]].concat())), ["entries.post"]);
    let profile = program.json(&["profiles", "add", "--name", "Employee", "--right", "ruori:use"]);
    let profile = profile["id"].as_str().unwrap();
    assert_eq!(user(&["give-profile", "--profile", profile], &aino)[0]["name"], "use");
    assert_eq!(program.json(&["profiles", "list", "--company", &kallio])[0]["name"], "Employee");
    assert_eq!(program.json(&["profiles", "remove", profile])["removed"], true);
    assert_eq!(user(&["rights", "--none", "--yes"], &aino), json!([]));

    assert_eq!(user(&["set-state", "--state", "locked"], &aino)["state"], "locked", "the office is left");
    assert!(refused(&[&["companies", "disengage"], &engagement[..]].concat()).contains("nobody would be left"));
    assert_eq!(user(&["set-state", "--state", "active"], &aino)["state"], "active");
    assert_eq!(program.json(&[&["companies", "disengage"], &engagement[..]].concat())["changed"], true);
    assert!(refused(&[&["users", "set-roles"], &aino[..]].concat()).contains("nobody would be left"));
    assert_eq!(user(&["set-basic"], &aino)["basic"], true);
    assert_eq!(user(&["list"], &["--company", &kallio])[0]["email"], "aino@kallio.example");
    assert_eq!(user(&["list"], &[&["--company", &kallio, "--after"], &aino[3..]].concat()), json!([]));

    let onni = ["--company", &kallio, "--email", "onni@kallio.example"];
    let employee = program.json(&[&["employees", "add"], &onni[..], &["--service", "travel"]].concat());
    assert_eq!(employee["services"], json!(["travel"]));
    let listed = program.json(&["employees", "list", "--company", &kallio]);
    assert_eq!(
        (listed[0]["email"].as_str(), listed[0]["is_user"].as_bool()),
        (Some("onni@kallio.example"), Some(false))
    );
    assert_eq!(program.json(&[&["employees", "remove"], &onni[..]].concat())["removed"], true);
    assert_eq!(program.json(&[&["companies", "close"], &opening[..]].concat())["changed"], true);
    assert_eq!(
        program.json(&["applications", "rights", "undeclare", "ruori", "--name", "entries.post"])["changed"],
        true
    );

    // The history of the company has the acts, and not the refusals.
    let stands = program.database.everything().await;
    for event in ["company.engaged", "company.disengaged", "user.state_set", "user.rights_set", "employee.removed"] {
        assert!(stands.contains(event), "{event}");
    }
}
