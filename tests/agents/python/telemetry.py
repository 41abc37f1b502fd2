"""Plain OpenTelemetry: `telltale run` says where to and whose by OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_RESOURCE_ATTRIBUTES."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def plain() -> TracerProvider:
    """Exports spans; those of the HTTP client tell of attempts that failed."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    HTTPXClientInstrumentor().instrument(tracer_provider=provider)
    return provider


def start() -> TracerProvider:
    """The same, with the OpenAI SDK told of."""
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    provider = plain()
    OpenAIInstrumentor().instrument(tracer_provider=provider)
    return provider
