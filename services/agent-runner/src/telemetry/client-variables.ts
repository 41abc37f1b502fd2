import type { ClientName } from '../proxy/clients/client-of.ts';
import type { Signal } from '@telltale/otlp/signals';
import type { Environment } from '../run/child-environment.ts';
import { signals, type PersonEndpoints } from './person-endpoint.ts';
import type { Written } from './written-telemetry.ts';

type Variables = Readonly<Record<string, string>>;

/**
 * Has Claude Code say of each request that it makes it, also of one that is made again: the event that says so is there for those
 * who keep the texts, and names the file in which it put them. In this place no file can be, so none are kept.
 */
const eachRequest: Variables = { OTEL_LOG_RAW_API_BODIES: 'file:/dev/null/none' };

/** What turns on the telemetry of a client, once an endpoint is there. Whatever the person has set stays. */
const ofClient: Partial<Record<ClientName, (endpoint: string) => Variables>> = {
  claude: () => ({
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    // A run that is killed loses what was not sent yet.
    OTEL_LOGS_EXPORT_INTERVAL: '1000',
    OTEL_METRIC_EXPORT_INTERVAL: '10000',
    ...eachRequest,
  }),
  gemini: (endpoint) => ({
    GEMINI_TELEMETRY_ENABLED: 'true',
    GEMINI_TELEMETRY_TARGET: 'local',
    GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint,
    GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
    // Unless told otherwise it sends what people type.
    GEMINI_TELEMETRY_LOG_PROMPTS: 'false',
  }),
  qwen: (endpoint) => ({
    QWEN_TELEMETRY_ENABLED: 'true',
    QWEN_TELEMETRY_TARGET: 'local',
    QWEN_TELEMETRY_OTLP_ENDPOINT: endpoint,
    QWEN_TELEMETRY_OTLP_PROTOCOL: 'http',
    QWEN_TELEMETRY_LOG_PROMPTS: 'false',
  }),
};

/** What other programs than those clients read as well, and may act on. */
const everybodys = ['OTEL_METRICS_EXPORTER', 'OTEL_METRIC_EXPORT_INTERVAL'];

/**
 * The variables for a program that may start any client, besides those of `named`: what only the clients read, and what has Claude
 * Code tell of its calls.
 */
export function variablesOfAny(
  named: readonly ClientName[],
  endpoint: string,
  env: Environment,
  written?: Written,
): Record<string, string> {
  const others = (Object.keys(ofClient) as ClientName[]).filter(
    (client) => !named.includes(client) && ownEndpoint(client, env) === null,
  );
  const all = Object.entries(clientVariables(others, endpoint, env, written));
  return Object.fromEntries(all.filter(([name]) => !everybodys.includes(name)));
}

/** What turns the telemetry of a client on; with it on, the person's own endpoint had it before. */
const switches: Partial<Record<ClientName, string>> = {
  claude: 'CLAUDE_CODE_ENABLE_TELEMETRY',
  gemini: 'GEMINI_TELEMETRY_ENABLED',
  qwen: 'QWEN_TELEMETRY_ENABLED',
};
const isOn = (value: string | undefined): boolean => /^(?:1|true)$/i.test(value ?? '');

/** Those of the clients that a line for a shell or a program starts. */
export const clientsNamed = (texts: readonly string[]): ClientName[] =>
  (Object.keys(ofClient) as ClientName[]).filter((name) =>
    texts.some((text) => new RegExp(`(?:^|[\\s/;&|('"=[,])${name}(?=[\\s'",\\])])`).test(text)),
  );

/**
 * The variables that clients need beside the endpoint; none that the person has set, but for the address of a lone client, from
 * which all goes on to the person's. One of several that reports to the person is left as it is.
 */
export function clientVariables(
  clients: readonly ClientName[],
  endpoint: string,
  env: Environment,
  written?: Written,
): Record<string, string> {
  const isOwn = (client: ClientName): boolean => ownEndpoint(client, env) !== null;
  const led = clients.length === 1 ? clients : clients.filter((client) => !isOwn(client));
  const wanted = led.flatMap((client) => Object.entries(ofClient[client]?.(endpoint) ?? {}));
  const replaced = new Set(led.flatMap((client) => (isOwn(client) ? (addresses[client] ?? []) : [])));
  // What only the run wants told is not for those who had it told before.
  const kept = wanted.filter(([name]) => !(name in eachRequest) || !wasOn('claude', 'logs', env, written));
  return Object.fromEntries(kept.filter(([name]) => env[name] === undefined || replaced.has(name)));
}

/** The variable in which a client that reads no other has the address that it reports to. */
const addresses: Partial<Record<ClientName, string>> = {
  gemini: 'GEMINI_TELEMETRY_OTLP_ENDPOINT',
  qwen: 'QWEN_TELEMETRY_OTLP_ENDPOINT',
};

/** Where the person has such a client send by HTTP: that address still receives all of it. Null: nowhere, or not by HTTP. */
export function ownEndpoint(client: ClientName, env: Environment): PersonEndpoints | null {
  const name = addresses[client];
  const base = name === undefined ? '' : (env[name] ?? '');
  const protocol = name === undefined ? undefined : env[name.replace('ENDPOINT', 'PROTOCOL')];
  const url = URL.parse(base);
  if (url === null || protocol !== 'http' || !isOn(env[switches[client] ?? ''])) return null;
  return new Map(signals.map((signal) => [signal, new URL(`${base.replace(/\/+$/, '')}/v1/${signal}`)]));
}

/**
 * Whether what a client reports of a signal went to the endpoint that the person had set: what is only on because of us goes to
 * nobody else. Codex reads no such endpoint; a program that nobody knows sends there whatever it sends.
 */
export function wasOn(
  client: ClientName | null,
  signal: Signal,
  env: Environment,
  written: Written = () => false,
): boolean {
  if (client === 'codex') return false;
  const variable = client === null ? undefined : switches[client];
  if (client === null || variable === undefined) return true;
  if (!isOn(env[variable]) && !written(client, variable)) return false;
  if (client !== 'claude') return true;
  const exporter = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  return (env[exporter] ?? '').split(',').includes('otlp') || written(client, exporter);
}
