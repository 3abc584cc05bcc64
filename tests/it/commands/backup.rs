//! Copies of the database, made beside the running service and put back.

use super::{Program, told};

async fn with_somebody() -> Option<Program> {
    let program = Program::new().await;
    program.json(&["migrate"]);
    program.person("aino@kallio.example", "the ferry leaves at seven sharp");
    program.database.is_sqlite().then_some(program)
}

fn people(program: &Program) -> usize {
    program.json(&["people", "list"]).as_array().unwrap().len()
}

#[tokio::test]
async fn a_copy_is_made_while_the_service_runs_and_put_back_when_it_does_not() {
    let Some(program) = with_somebody().await else { return };
    let copy = program.database.folder.path().join("copy.db").display().to_string();
    let serving = program.serve().await;
    program.json(&["backup", &copy]);
    program.person("mikko@kallio.example", "three grey stones on the shore");
    let (status, _, complaint) = told(&program.run(&["restore", &copy, "--replace"]));
    assert_eq!(status, Some(1));
    assert!(complaint.contains("in use"), "{complaint}");
    assert_eq!(people(&program), 2, "nothing was touched under the running service");
    serving.stop();

    let (status, _, complaint) = told(&program.run(&["restore", &copy]));
    assert_eq!(status, Some(1));
    assert!(complaint.contains("--replace"), "{complaint}");
    let report = program.json(&["restore", &copy, "--replace"]);
    assert_eq!(people(&program), 1, "as it was");
    assert!(report["before"].as_str().unwrap().ends_with(".before"), "what stood there is kept");
    let serving = program.serve().await;
    serving.stop();
}

#[tokio::test]
async fn a_copy_is_its_owners_alone_and_what_is_damaged_or_something_else_is_not_put_back() {
    let Some(program) = with_somebody().await else { return };
    let path = program.database.folder.path().join("copy.db");
    let copy = path.display().to_string();
    program.json(&["backup", &copy]);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(told(&program.run(&["backup", &copy])).0, Some(1), "a file that is there is not written over");

    let mut bytes = std::fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes.truncate(half);
    std::fs::write(&path, &bytes).unwrap();
    for (file, text) in [("copy.db", None), ("other.db", Some("not a database")), ("empty.db", Some(""))] {
        let path = program.database.folder.path().join(file);
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        let (status, _, complaint) = told(&program.run(&["restore", &path.display().to_string(), "--replace"]));
        assert_eq!(status, Some(1), "{file}: {complaint}");
    }
    assert_eq!(people(&program), 1);
}
