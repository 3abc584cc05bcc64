//! Traces for an OpenTelemetry collector (OTLP over HTTP). Off unless the operator names a collector.
//!
//! A span has the template of a route, a method and a status, and nothing of any person. Spans wait in a bounded queue
//! and leave on a thread of their own: with a slow or absent collector they are dropped, and no request waits for it.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use opentelemetry::context::FutureExt;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};

use super::settings::TraceSettings;

/// The time that a collector may take for a batch.
const COLLECTOR_WITHIN: Duration = Duration::from_secs(5);
/// The time that the end of the program waits for the last batch.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// The connection to the collector, if there is one. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Traces(Option<Arc<TraceExporter>>);

#[derive(Debug)]
struct TraceExporter {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

/// The tracer of child spans. It travels with the context, so that work below a request can begin one.
struct Tracing(SdkTracer);

impl Traces {
    /// Begins to trace if the settings name a collector, reachable or not.
    ///
    /// # Errors
    /// No thread or no client can be started.
    pub(crate) fn start(settings: Option<&TraceSettings>) -> Result<Self, String> {
        let Some(settings) = settings else { return Ok(Self::default()) };
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_endpoint(settings.endpoint.as_str())
            .with_timeout(COLLECTOR_WITHIN)
            .with_headers(settings.headers.iter().map(|(name, value)| (name.clone(), value.reveal().clone())).collect())
            .build()
            .map_err(|error| error.to_string())?;
        let share = f64::from(settings.percent) / 100.0;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share))))
            .with_resource(
                Resource::builder_empty()
                    .with_service_name("salpa")
                    .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
                    .build(),
            )
            .build();
        let tracer = provider.tracer("salpa");
        Ok(Self(Some(Arc::new(TraceExporter { provider, tracer }))))
    }

    /// Begins the span of a request. `headers` are those of a trusted proxy, or `None`.
    pub(crate) fn request(
        &self,
        route: &str,
        method: &'static str,
        headers: Option<&HeaderMap>,
    ) -> Option<RequestSpan> {
        let way = self.0.as_ref()?;
        let parent = match headers {
            Some(headers) => TraceContextPropagator::new().extract(&Headers(headers)),
            None => Context::new(),
        };
        let span = way
            .tracer
            .span_builder(format!("{method} {route}"))
            .with_kind(SpanKind::Server)
            .with_attributes([
                KeyValue::new("http.request.method", method),
                KeyValue::new("http.route", route.to_owned()),
            ])
            .start_with_context(&way.tracer, &parent);
        let context = Context::new().with_span(span).with_value(Tracing(way.tracer.clone()));
        Some(RequestSpan(context))
    }

    /// Sends the waiting spans, and ends.
    pub async fn stop(&self) {
        let Some(way) = self.0.clone() else { return };
        let _ = tokio::task::spawn_blocking(move || way.provider.shutdown_with_timeout(STOP_WITHIN)).await;
    }

    /// Sends the waiting spans now.
    pub async fn flush(&self) {
        let Some(way) = self.0.clone() else { return };
        let _ = tokio::task::spawn_blocking(move || way.provider.force_flush()).await;
    }
}

/// The span of a request in progress.
#[derive(Clone, Debug)]
pub(crate) struct RequestSpan(Context);

impl RequestSpan {
    /// The identifier of the trace, for the log.
    pub(crate) fn trace_id(&self) -> String {
        self.0.span().span_context().trace_id().to_string()
    }

    /// Runs the handling of the request within the span.
    pub(crate) async fn run<T>(&self, answering: impl Future<Output = T>) -> T {
        answering.with_context(self.0.clone()).await
    }

    /// Ends the span with the status of the response.
    pub fn end(self, status: http::StatusCode) {
        let span = self.0.span();
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        if status.is_server_error() {
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// Runs `work` in a child span of the request's, if there is one.
pub(crate) fn within<F: Future>(name: &'static str, work: F) -> impl Future<Output = F::Output> {
    let span = Context::map_current(|context| {
        let tracing = context.get::<Tracing>()?;
        context.span().span_context().is_sampled().then(|| tracing.0.start_with_context(name, context))
    });
    // The span ends with its context, when the work is done or dropped.
    work.with_context(span.map_or_else(Context::new, Context::current_with_span))
}

struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
