"""Plain OpenTelemetry: `telltale run` says where to and whose by OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_RESOURCE_ATTRIBUTES."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor, HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def plain() -> TracerProvider:
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    tell_of_attempts(provider)
    return provider


def tell_of_attempts(provider: TracerProvider) -> None:
    """The spans of the HTTP client tell of attempts that failed; the newer SDKs of providers use its second generation."""
    HTTPXClientInstrumentor().instrument(tracer_provider=provider)
    HTTPX2ClientInstrumentor().instrument(tracer_provider=provider)


def start() -> TracerProvider:
    """The same, with the OpenAI SDK told of."""
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    provider = plain()
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    return provider
