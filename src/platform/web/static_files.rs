//! Style sheets, scripts and pictures, embedded in the program.
//!
//! One hash over all of them is part of every path, so that browsers may cache a file for ever, and a module's relative
//! import gets its neighbour of the same build.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// The route that [`serve`] answers.
pub(crate) const ROUTE: &str = "/static/{hash}/{*file}";

static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut context = digest::Context::new(&digest::SHA256);
    for name in names {
        if let Some(file) = Files::get(&name) {
            context.update(name.as_bytes());
            context.update(&file.metadata.sha256_hash());
        }
    }
    let hash = HEXLOWER.encode(context.finish().as_ref());
    hash.chars().take(16).collect()
});

/// The local path of a file in `static/`, such as `css/base.css`.
pub fn path(file: &str) -> String {
    format!("/static/{}/{file}", *HASH)
}

/// Responds with one file.
#[allow(clippy::unused_async, reason = "a handler is async")]
pub async fn serve(Path((hash, file)): Path<(String, String)>) -> Response {
    let Some(content) = Files::get(&file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // A page of the previous build still gets its style, but must not cache it under the old name.
    let keep = if hash == *HASH { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, content_type(&file)),
        (header::CACHE_CONTROL, keep),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, content.data.into_owned()).into_response()
}

fn content_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(hash: &str, file: &str) -> Response {
        serve(Path((hash.to_owned(), file.to_owned()))).await
    }

    fn header_of(response: &Response, name: HeaderName) -> Option<&str> {
        response.headers().get(name)?.to_str().ok()
    }

    #[tokio::test]
    async fn a_file_may_be_kept_for_ever_under_its_hash() {
        let response = get(&HASH, "css/base.css").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header_of(&response, header::CONTENT_TYPE), Some("text/css; charset=utf-8"));
        assert!(header_of(&response, header::CACHE_CONTROL).is_some_and(|c| c.contains("immutable")));
    }

    #[tokio::test]
    async fn an_old_hash_is_answered_but_not_kept() {
        let response = get("0000000000000000", "css/base.css").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header_of(&response, header::CACHE_CONTROL), Some("no-cache"));
    }

    #[tokio::test]
    async fn files_outside_the_folder_are_not_found() {
        for file in ["css/none.css", "../Cargo.toml", "css/../../Cargo.toml", ""] {
            assert_eq!(get(&HASH, file).await.status(), StatusCode::NOT_FOUND);
        }
    }

    #[test]
    fn a_path_carries_the_hash() {
        assert_eq!(path("css/base.css"), format!("/static/{}/css/base.css", *HASH));
    }
}
