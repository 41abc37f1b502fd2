import { SeverityNumber, SpanStatusCode } from '@opentelemetry/api';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Draft } from '@telltale/otlp/read/draft';
import { systemClock } from '@telltale/runtime/clock';
import { expect, test } from 'vitest';
import { startOtlpReceiver } from './otlp-receiver.ts';

test.each([
  ['JSON', JsonTraces, JsonLogs, JsonMetrics],
  ['protobuf', ProtoTraces, ProtoLogs, ProtoMetrics],
])('what the exporters of opentelemetry-js send as %s arrives as it was', async (_, Traces, Logs, Metrics) => {
  const drafts: Draft[] = [];
  await using receiver = await startOtlpReceiver({
    forward: new Map(),
    onDraft: (draft) => drafts.push(draft),
    redact: (text) => text,
    clock: systemClock,
  });
  const to = (signal: string) => ({ url: `${receiver.endpoint}/v1/${signal}` });

  const tracing = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: new Traces(to('traces')) })],
  });
  const span = tracing.getTracer('agent').startSpan('chat gpt-5', {
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 9_000,
      'gen_ai.usage.output_tokens': 77,
      'gen_ai.response.time_to_first_chunk': 0.25,
    },
  });
  span.recordException(new Error('broke off'));
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'broke off' });
  span.end();
  await tracing.forceFlush();

  const logging = new LoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter: new Logs(to('logs')) })],
  });
  logging
    .getLogger('agent')
    .emit({ severityNumber: SeverityNumber.WARN, body: { text: 'careful', n: [1, 2.5, true, null] } });
  await logging.forceFlush();

  const reader = new PeriodicExportingMetricReader({ exporter: new Metrics(to('metrics')) });
  const metering = new MeterProvider({ readers: [reader] });
  metering.getMeter('agent').createCounter('steps', { unit: '1' }).add(3, { kind: 'plan' });
  metering.getMeter('agent').createHistogram('took', { unit: 's' }).record(1.5);
  await metering.forceFlush();

  const { traceId, spanId } = span.spanContext();
  expect(drafts.find(({ kind }) => kind === 'llm_call')).toMatchObject({
    trace_id: traceId,
    span_id: spanId,
    model: 'gpt-5',
    status: 'error',
    error_message: 'broke off',
    error_type: 'Error',
    input_tokens: 9_000,
    output_tokens: 77,
    ttft_ms: 250,
    stop_reason: 'stop',
  });
  expect(drafts.find(({ kind }) => kind === 'log_entry')).toMatchObject({
    level: 'warning',
    message: '{"text":"careful","n":[1,2.5,true,null]}',
  });
  expect(drafts.filter(({ kind }) => kind === 'metric')).toMatchObject([
    { name: 'steps', value: 3, unit: '1', temporality: 'cumulative', attributes: { kind: 'plan' } },
    { name: 'took', value: 1.5, unit: 's', attributes: { count: 1 } },
  ]);
  await Promise.all([tracing.shutdown(), logging.shutdown(), metering.shutdown()]);
});
