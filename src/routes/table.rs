//! The table of URLs: a router that lists its paths. A test compares it with the table of rights (`docs/rights.md`), so
//! that every URL has its answers written down.

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use super::handlers::UrlMethods;
use crate::app::App;

/// A router with its paths.
#[derive(Debug, Default)]
pub(crate) struct Table {
    router: Router<App>,
    paths: Vec<String>,
}

impl Table {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The routes of a described API.
    pub(crate) fn of(described: OpenApiRouter<App>) -> Self {
        let (router, description) = described.split_for_parts();
        Self { router, paths: description.paths.paths.into_keys().collect() }
    }

    /// Adds a URL with its methods.
    #[must_use]
    pub(crate) fn route(mut self, path: &str, methods: UrlMethods) -> Self {
        self.paths.push(path.to_owned());
        Self { router: self.router.route(path, methods.into_router()), ..self }
    }

    /// Adds every URL of another table.
    #[must_use]
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        Self { router: self.router.merge(other.router), ..self }
    }

    /// Adds layers to all these URLs.
    #[must_use]
    pub(crate) fn behind(self, door: impl FnOnce(Router<App>) -> Router<App>) -> Self {
        Self { router: door(self.router), ..self }
    }

    /// The router, without its list of paths.
    pub(crate) fn router(self) -> Router<App> {
        self.router
    }

    /// The path of every URL, as it was added.
    pub(crate) fn paths(&self) -> &[String] {
        &self.paths
    }
}
