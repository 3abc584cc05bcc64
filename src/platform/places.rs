//! Places of networks, by the operator's place database in MaxMind's format. Without one no place is known, and nothing
//! else changes.

use std::net::IpAddr;
use std::path::Path;

use maxminddb::Reader;
use serde::Deserialize;

use super::web::network::Network;
use super::web::translations::Language;

/// The mean radius of the earth, in kilometres.
const RADIUS: f64 = 6371.0;

/// The place database, or none.
#[derive(Default)]
pub struct Places(Option<Reader<Vec<u8>>>);

/// The reason why a file is no place database.
#[derive(Debug, PartialEq, Eq)]
pub struct NoPlaces(String);

impl std::fmt::Display for NoPlaces {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The fields of an entry that are read.
#[derive(Deserialize)]
struct PlaceRecord<'e> {
    #[serde(borrow, default)]
    city: PlaceNames<'e>,
    #[serde(borrow, default)]
    country: PlaceNames<'e>,
    #[serde(default)]
    location: Location,
}

#[derive(Deserialize, Default)]
struct PlaceNames<'e> {
    #[serde(borrow, default)]
    names: std::collections::BTreeMap<&'e str, &'e str>,
}

impl PlaceNames<'_> {
    /// The name in a language, or in English.
    fn name(&self, language: Language) -> Option<&str> {
        self.names.get(language.tag()).or_else(|| self.names.get(Language::English.tag())).copied()
    }
}

#[derive(Deserialize, Default, Clone, Copy)]
struct Location {
    latitude: Option<f64>,
    longitude: Option<f64>,
}

impl Places {
    /// Opens the operator's file, if there is one.
    ///
    /// # Errors
    /// The file is unreadable, or has no places of addresses.
    pub fn open(file: Option<&Path>) -> Result<Self, NoPlaces> {
        let Some(file) = file else { return Ok(Self(None)) };
        let wrong = |cause: &dyn std::fmt::Display| NoPlaces(format!("{}: {cause}", file.display()));
        let reader = Reader::open_readfile(file).map_err(|error| wrong(&error))?;
        let kind = &reader.metadata().database_type;
        if !kind.contains("City") && !kind.contains("Country") && !kind.contains("Enterprise") {
            return Err(wrong(&format!("it holds {kind}, and no cities or countries")));
        }
        Ok(Self(Some(reader)))
    }

    /// The kind of the file and its date, in Unix seconds.
    pub(crate) fn edition(&self) -> Option<(&str, u64)> {
        let metadata = self.0.as_ref()?.metadata();
        Some((&metadata.database_type, metadata.build_epoch))
    }

    /// The place of a network for people: "City, Country", or the country alone. An unreadable entry is no place.
    pub fn name(&self, network: &Network, language: Language) -> Option<String> {
        let entry = self.entry(network.address()?)?;
        let country = entry.country.name(language)?;
        Some(match entry.city.name(language) {
            Some(city) => format!("{city}, {country}"),
            None => country.to_owned(),
        })
    }

    /// The place of a network and the network itself; the network alone if its place is unknown.
    pub fn described(&self, network: &str, language: Language) -> String {
        match self.name(&Network::from_stored(network.to_owned()), language) {
            Some(place) => format!("{place} · {network}"),
            None => network.to_owned(),
        }
    }

    /// The distance of two networks in a straight line, if both places are known.
    pub fn kilometres_between(&self, one: &Network, other: &Network) -> Option<u32> {
        let of = |network: &Network| self.entry(network.address()?).map(|entry| entry.location);
        distance(of(one)?, of(other)?)
    }

    fn entry(&self, address: IpAddr) -> Option<PlaceRecord<'_>> {
        self.0.as_ref()?.lookup(address).ok()?.decode().ok()?
    }
}

/// The distance on a sphere (the haversine formula).
fn distance(one: Location, other: Location) -> Option<u32> {
    let (latitude, longitude) = (one.latitude?.to_radians(), one.longitude?.to_radians());
    let (other_latitude, other_longitude) = (other.latitude?.to_radians(), other.longitude?.to_radians());
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord =
        half(other_latitude - latitude) + latitude.cos() * other_latitude.cos() * half(other_longitude - longitude);
    let kilometres = 2.0 * RADIUS * chord.clamp(0.0, 1.0).sqrt().asin();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to half the earth's girth")]
    kilometres.is_finite().then_some(kilometres.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Location {
        Location { latitude: Some(latitude), longitude: Some(longitude) }
    }

    #[test]
    fn distances_are_those_of_the_map() {
        let (helsinki, tampere, tokyo) = (at(60.17, 24.94), at(61.50, 23.76), at(35.68, 139.69));
        assert_eq!(distance(helsinki, helsinki), Some(0));
        assert!(distance(helsinki, tampere).unwrap().abs_diff(161) <= 2);
        assert!(distance(helsinki, tokyo).unwrap().abs_diff(7_820) <= 20);
        assert!(distance(at(0.0, 179.9), at(0.0, -179.9)).unwrap() < 30, "across the date line");
        assert!(distance(at(90.0, 0.0), at(-90.0, 0.0)).unwrap().abs_diff(20_015) <= 1);
        assert_eq!(distance(helsinki, Location::default()), None);
        assert_eq!(distance(helsinki, at(f64::NAN, 0.0)), None);
    }

    #[test]
    fn without_a_file_no_place_is_known() {
        let (places, network) = (Places::open(None).unwrap(), Network::of([192, 0, 2, 1].into()));
        assert_eq!(places.name(&network, Language::English), None);
        assert_eq!(places.kilometres_between(&network, &network), None);
        assert_eq!(places.described("192.0.2.1", Language::English), "192.0.2.1");
        assert!(places.edition().is_none());
    }

    #[test]
    fn another_file_than_a_place_database_is_refused() {
        for file in ["/nowhere/places.mmdb", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
            assert!(Places::open(Some(Path::new(file))).is_err(), "{file}");
        }
    }
}
