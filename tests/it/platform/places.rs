//! A place database that is damaged: whatever its bytes are, a place is found or it is not.

use proptest::prelude::*;
use salpa::platform::places::Places;
use salpa::platform::web::network::Network;
use salpa::platform::web::translations::Language;

use crate::support::place_database;

fn tampere() -> Network {
    Network::of([198, 51, 100, 24].into())
}

#[test]
fn a_place_is_found_by_network_of_either_kind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("places.mmdb");
    place_database::write(&file);
    let places = Places::open(Some(&file)).unwrap();

    for language in Language::ALL {
        assert_eq!(places.name(&tampere(), language).as_deref(), Some("Tampere, Finland"), "English where it must be");
    }
    assert_eq!(places.name(&Network::of("2001:db8::1".parse().unwrap()), Language::English), None);
    assert_eq!(places.described("198.18.0.9", Language::English), "Sweden · 198.18.0.9");
    assert_eq!(places.described("not a network", Language::English), "not a network");
    let tokyo = Network::of([203, 0, 113, 1].into());
    assert!(places.kilometres_between(&tampere(), &tokyo).unwrap().abs_diff(7_730) < 100);
    assert_eq!(places.kilometres_between(&tampere(), &Network::of([10, 0, 0, 1].into())), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_damaged_place_database_never_panics(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        kept in 0.5..1.0_f64,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("places.mmdb");
        place_database::write(&file);
        let mut bytes = std::fs::read(&file).unwrap();
        for (index, byte) in damage {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if kept < 0.6 {
            bytes.truncate(bytes.len() / 2);
        }
        std::fs::write(&file, bytes).unwrap();
        if let Ok(places) = Places::open(Some(&file)) {
            let _ = places.name(&tampere(), Language::English);
            let _ = places.kilometres_between(&tampere(), &Network::of([203, 0, 113, 1].into()));
        }
    }
}
