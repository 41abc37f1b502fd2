// Plain OpenTelemetry: `telltale run` says where to and whose by OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_RESOURCE_ATTRIBUTES.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK } from '@opentelemetry/sdk-node';

export const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
sdk.start();
export const prompt = process.argv[2];
