//! The reference of the API.

use salpa::api::reference;

use super::Gallery;

pub(super) fn add(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    gallery.add("api-reference", &reference::view(page, &"https://id.kallio.example".parse().unwrap()));
}
