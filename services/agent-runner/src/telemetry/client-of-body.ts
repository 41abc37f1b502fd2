import type { Encoding } from '@telltale/otlp/read-request';
import { textOf } from '@telltale/otlp/attributes';
import type { Signal, Source } from '@telltale/otlp/signals';
import { logsOfJson } from '@telltale/otlp/wire/json-logs';
import { metricsOfJson } from '@telltale/otlp/wire/json-metrics';
import { tracesOfJson } from '@telltale/otlp/wire/json-traces';
import { logsOfProtobuf } from '@telltale/otlp/wire/proto-logs';
import { metricsOfProtobuf } from '@telltale/otlp/wire/proto-metrics';
import { tracesOfProtobuf } from '@telltale/otlp/wire/proto-traces';
import type { ClientName } from '../proxy/clients/client-of.ts';

const readers: Readonly<Record<Signal, Readonly<Record<Encoding, (body: Buffer) => readonly { source: Source }[]>>>> = {
  traces: { json: tracesOfJson, protobuf: tracesOfProtobuf },
  metrics: { json: metricsOfJson, protobuf: metricsOfProtobuf },
  logs: { json: logsOfJson, protobuf: logsOfProtobuf },
};

/** Without one of these anywhere in a body there is nothing to read it for. */
const marks = ['com.anthropic.claude_code', 'gemini-cli', 'qwen-code', 'codex'];

const services: ReadonlyMap<string, ClientName> = new Map([
  ['gemini-cli', 'gemini'],
  ['qwen-code', 'qwen'],
  ['codex_exec', 'codex'],
  ['codex_cli_rs', 'codex'],
  ['codex_mcp_server', 'codex'],
]);

/** Claude Code's own scope stays where a person gave the service another name. */
const clientOf = ({ scope, resource }: Source): ClientName | null =>
  /^com\.anthropic\.claude_code(?:\.|$)/.test(scope)
    ? 'claude'
    : (services.get(textOf(resource, 'service.name') ?? '') ?? null);

/**
 * The client that a request of OTLP is from; null for any other program, for what cannot be read and for what is of more than one:
 * a name that only begins like a client's, or stands in a text, is a person's own.
 */
export function clientOfBody(signal: Signal, encoding: Encoding, plain: Buffer): ClientName | null {
  if (!marks.some((mark) => plain.includes(mark))) return null;
  try {
    const [client = null, ...others] = new Set(readers[signal][encoding](plain).map(({ source }) => clientOf(source)));
    return others.length === 0 ? client : null;
  } catch {
    return null;
  }
}
