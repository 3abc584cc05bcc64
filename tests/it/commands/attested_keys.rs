//! `salpa companies require-attested-keys`.

use super::Program;

const AUTHORITY: &str = include_str!("../vectors/attestation-authority.pem");
const MODEL: &str = "06060606-0606-0606-0606-060606060606";

#[tokio::test]
async fn a_company_takes_only_keys_that_an_authority_vouches_for_until_it_takes_any() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let company = program.json(&["companies", "create", "--name", "Kallio Oy"]);
    let company = company["id"].as_str().unwrap();
    let folder = program.database.folder.path();
    let (authority, nothing) = (folder.join("authority.pem"), folder.join("nothing.pem"));
    std::fs::write(&authority, AUTHORITY).unwrap();
    std::fs::write(&nothing, "nothing").unwrap();
    let authority = authority.to_str().unwrap();
    let require = ["companies", "require-attested-keys", "--company"];
    let with = |more: &[&'static str], file: Option<&str>| {
        let mut arguments: Vec<String> = require.iter().map(ToString::to_string).collect();
        arguments.push(company.to_owned());
        if let Some(file) = file {
            arguments.extend(["--authority".to_owned(), file.to_owned()]);
        }
        arguments.extend(more.iter().map(ToString::to_string));
        arguments
    };
    let run = |arguments: Vec<String>| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        program.run(&arguments)
    };

    for (arguments, is_fine) in [
        (with(&[], Some(authority)), false),
        (with(&["--model", MODEL], nothing.to_str()), false),
        (with(&["--model", MODEL], Some("absent.pem")), false),
        (with(&["--model", MODEL], Some(authority)), true),
        (with(&["--android"], Some(authority)), true),
        (with(&["--none"], Some(authority)), false),
        (with(&["--none"], None), true),
    ] {
        let output = run(arguments.clone());
        assert_eq!(output.status.success(), is_fine, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
