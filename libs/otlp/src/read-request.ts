import { subAgentLabels } from '@telltale/contracts/records/sub-agent';
import type { Draft } from './read/draft.ts';
import type { Redact } from './read/redact.ts';
import { readLogs } from './read/read-logs.ts';
import { readMetrics } from './read/read-metrics.ts';
import { readSpans } from './read/read-spans.ts';
import type { Reading } from './read/reading.ts';
import type { Signal } from './signals.ts';
import { logsOfJson } from './wire/json-logs.ts';
import { metricsOfJson } from './wire/json-metrics.ts';
import { tracesOfJson } from './wire/json-traces.ts';
import { logsOfProtobuf } from './wire/proto-logs.ts';
import { metricsOfProtobuf } from './wire/proto-metrics.ts';
import { tracesOfProtobuf } from './wire/proto-traces.ts';

export type Encoding = 'json' | 'protobuf';
export type ReadContext = {
  receivedAt: string;
  redact: Redact;
  /** Whether usage that metrics tell comes as calls, too: for whoever cannot wait for all that a source tells. */
  standIns?: boolean;
};

/** What a request of a signal tells. Throws MalformedBody when the body is not what its content type says. */
export function readRequest(signal: Signal, encoding: Encoding, body: Buffer, context: ReadContext): Reading {
  const reading = readSignal(signal, encoding, body, context);
  return { ...reading, drafts: reading.drafts.map(withSubAgent) };
}

function withSubAgent(draft: Draft): Draft {
  const { labels } = subAgentLabels(draft);
  return labels === undefined ? draft : { ...draft, labels };
}

function readSignal(signal: Signal, encoding: Encoding, body: Buffer, context: ReadContext): Reading {
  const json = encoding === 'json';
  if (signal === 'traces') return readSpans(json ? tracesOfJson(body) : tracesOfProtobuf(body), context);
  if (signal === 'logs') return readLogs(json ? logsOfJson(body) : logsOfProtobuf(body), context);
  return readMetrics(json ? metricsOfJson(body) : metricsOfProtobuf(body), context);
}
