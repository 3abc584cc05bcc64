//! Handlers without their types.
//!
//! axum wraps each handler in several layers, and the compiler proves for each layer anew that the handler's future, with
//! every future inside, may move between threads. A fifth of the time that this crate took to compile went into that. A
//! handler that is boxed before the layers costs one proof, and all handlers share the compiled layers.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::MethodRouter;

use crate::app::App;

type BoxedAnswer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Any handler.
#[derive(Clone)]
struct BoxedHandler(Arc<dyn Fn(Request, App) -> BoxedAnswer + Send + Sync>);

impl Handler<BoxedHandler, App> for BoxedHandler {
    type Future = BoxedAnswer;

    fn call(self, request: Request, app: App) -> BoxedAnswer {
        (self.0)(request, app)
    }
}

fn boxed<H, T>(handler: H) -> BoxedHandler
where
    H: Handler<T, App> + Sync,
    T: 'static,
{
    BoxedHandler(Arc::new(move |request, app| Box::pin(handler.clone().call(request, app))))
}

/// The handlers of one URL, by method.
#[derive(Debug, Default)]
pub(crate) struct UrlMethods(MethodRouter<App, Infallible>);

impl UrlMethods {
    #[must_use]
    pub(crate) fn get<H: Handler<T, App> + Sync, T: 'static>(self, handler: H) -> Self {
        Self(self.0.get(boxed(handler)))
    }

    #[must_use]
    pub(crate) fn post<H: Handler<T, App> + Sync, T: 'static>(self, handler: H) -> Self {
        Self(self.0.post(boxed(handler)))
    }

    #[must_use]
    pub(crate) fn put<H: Handler<T, App> + Sync, T: 'static>(self, handler: H) -> Self {
        Self(self.0.put(boxed(handler)))
    }

    #[must_use]
    pub(crate) fn patch<H: Handler<T, App> + Sync, T: 'static>(self, handler: H) -> Self {
        Self(self.0.patch(boxed(handler)))
    }

    #[must_use]
    pub fn delete<H: Handler<T, App> + Sync, T: 'static>(self, handler: H) -> Self {
        Self(self.0.delete(boxed(handler)))
    }

    pub(crate) fn into_router(self) -> MethodRouter<App> {
        self.0
    }
}

/// A URL that is read.
pub(crate) fn get<H: Handler<T, App> + Sync, T: 'static>(handler: H) -> UrlMethods {
    UrlMethods::default().get(handler)
}

/// A URL that takes forms or calls.
pub(crate) fn post<H: Handler<T, App> + Sync, T: 'static>(handler: H) -> UrlMethods {
    UrlMethods::default().post(handler)
}

/// A URL that answers every method alike.
pub(crate) fn any<H: Handler<T, App> + Sync, T: 'static>(handler: H) -> UrlMethods {
    UrlMethods(axum::routing::any(boxed(handler)))
}
