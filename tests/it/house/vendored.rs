//! The JavaScript of others is what its list says, byte by byte.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};

#[test]
fn every_vendored_file_is_listed_with_its_checksum() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/vendor");
    let list = fs::read_to_string(folder.join("README.md")).unwrap();
    let rows = list.lines().filter(|line| line.starts_with("| ") && line.contains(".js"));
    let mut listed = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [file, library, version, licence, checksum] = cells[..] else { panic!("{row}") };
        assert!([library, version, licence].iter().all(|cell| !cell.is_empty()), "{row}");
        let content = fs::read(folder.join(file)).unwrap();
        assert_eq!(data_encoding::HEXLOWER.encode(digest(&SHA256, &content).as_ref()), checksum, "{file}");
        listed.insert(file.to_owned());
    }
    let found = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = found.filter(|name| name != "README.md").collect();
    assert_eq!(found, listed);
}
