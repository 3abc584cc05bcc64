//! A place database in MaxMind's format, as small as it can be: written here, entry by entry, after the
//! format's specification (MaxMind DB file format, version 2.0).

use std::net::Ipv4Addr;
use std::path::Path;

/// A /24 and where it is.
pub struct Entry {
    pub network: Ipv4Addr,
    pub city: Option<&'static str>,
    pub country: &'static str,
    pub latitude: f64,
    pub longitude: f64,
}

/// 192.0.2.0/24 is in Espoo, 198.51.100.0/24 in Tampere, 203.0.113.0/24 in Tokyo, and of 198.18.0.0/24 only
/// the country is known.
pub const PLACES: [Entry; 4] = [
    entry([192, 0, 2, 0], Some("Espoo"), "Finland", (60.21, 24.66)),
    entry([198, 51, 100, 0], Some("Tampere"), "Finland", (61.5, 23.76)),
    entry([203, 0, 113, 0], Some("Tokyo"), "Japan", (35.68, 139.69)),
    entry([198, 18, 0, 0], None, "Sweden", (59.33, 18.07)),
];

const fn entry(
    network: [u8; 4],
    city: Option<&'static str>,
    country: &'static str,
    (latitude, longitude): (f64, f64),
) -> Entry {
    Entry { network: Ipv4Addr::from_octets(network), city, country, latitude, longitude }
}

/// Writes the database of [`PLACES`] into a file.
pub fn write(file: &Path) {
    std::fs::write(file, bytes(&PLACES)).unwrap();
}

/// A record of the tree, until it is known how many nodes there are.
#[derive(Clone, Copy)]
enum Record {
    Nothing,
    Node(u32),
    Data(u32),
}

/// The separator between tree and data, in bytes.
const SEPARATOR: u32 = 16;

fn bytes(entries: &[Entry]) -> Vec<u8> {
    let mut tree = vec![[Record::Nothing; 2]];
    let mut data = Vec::new();
    for entry in entries {
        let at = u32::try_from(data.len()).unwrap();
        data.extend(described(entry));
        insert(&mut tree, entry.network, at);
    }
    let nodes = u32::try_from(tree.len()).unwrap();
    let mut file = Vec::new();
    for record in tree.iter().flatten() {
        let value = match record {
            Record::Nothing => nodes,
            Record::Node(node) => *node,
            Record::Data(at) => nodes + SEPARATOR + at,
        };
        file.extend_from_slice(&value.to_be_bytes()[1..]);
    }
    file.extend_from_slice(&[0; SEPARATOR as usize]);
    file.extend(data);
    file.extend_from_slice(b"\xAB\xCD\xEFMaxMind.com");
    file.extend(metadata(nodes));
    file
}

/// Walks the tree along the 96 zeros and 24 bits of a network, and hangs its data there.
fn insert(tree: &mut Vec<[Record; 2]>, network: Ipv4Addr, data: u32) {
    let bits = u128::from(network.to_bits());
    let mut node = 0;
    for depth in 0..120 {
        let side = usize::from((bits >> (127 - depth)) & 1 == 1);
        if depth == 119 {
            tree[node][side] = Record::Data(data);
        } else if let Record::Node(next) = tree[node][side] {
            node = next as usize;
        } else {
            tree.push([Record::Nothing; 2]);
            let next = tree.len() - 1;
            tree[node][side] = Record::Node(u32::try_from(next).unwrap());
            node = next;
        }
    }
}

fn described(entry: &Entry) -> Vec<u8> {
    let named = |name: &str| map(&[("names", map(&[("en", text(name))]))]);
    let location = map(&[("latitude", double(entry.latitude)), ("longitude", double(entry.longitude))]);
    let mut members = vec![("country", named(entry.country)), ("location", location)];
    members.extend(entry.city.map(|city| ("city", named(city))));
    map(&members)
}

fn metadata(nodes: u32) -> Vec<u8> {
    map(&[
        ("node_count", number(6, u64::from(nodes))),
        ("record_size", number(5, 24)),
        ("ip_version", number(5, 6)),
        ("database_type", text("Test-City")),
        ("languages", [control(11, 1), text("en")].concat()),
        ("binary_format_major_version", number(5, 2)),
        ("binary_format_minor_version", number(5, 0)),
        ("build_epoch", number(9, 1_780_000_000)),
        ("description", map(&[("en", text("places of a test"))])),
    ])
}

/// The byte that says what follows; types above 7 take a second one.
fn control(kind: u8, size: usize) -> Vec<u8> {
    let size = u8::try_from(size).unwrap();
    assert!(size < 29, "longer sizes are not needed here");
    if kind > 7 { vec![size, kind - 7] } else { vec![kind << 5 | size] }
}

fn text(text: &str) -> Vec<u8> {
    [control(2, text.len()), text.as_bytes().to_vec()].concat()
}

fn double(number: f64) -> Vec<u8> {
    [control(3, 8), number.to_be_bytes().to_vec()].concat()
}

fn number(kind: u8, number: u64) -> Vec<u8> {
    let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    [control(kind, bytes.len()), bytes].concat()
}

fn map(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = control(7, members.len());
    for (name, value) in members {
        bytes.extend(text(name));
        bytes.extend(value);
    }
    bytes
}
