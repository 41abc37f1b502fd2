import type { ClientName } from '../proxy/clients/client-of.ts';
import type { Environment } from '../run/child-environment.ts';

type Variables = Readonly<Record<string, string>>;

/** What turns on the telemetry of a client, once an endpoint is there. Whatever the person has set stays. */
const ofClient: Partial<Record<ClientName, (endpoint: string) => Variables>> = {
  claude: () => ({
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    // A run that is killed loses what was not sent yet.
    OTEL_LOGS_EXPORT_INTERVAL: '1000',
    OTEL_METRIC_EXPORT_INTERVAL: '10000',
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

/** How often is for one client alone to say; others may read the same names. */
const ofItself: ReadonlySet<string> = new Set(['OTEL_LOGS_EXPORT_INTERVAL', 'OTEL_METRIC_EXPORT_INTERVAL']);

/** A script, a framework or an SDK may start any of them: what turns them on means nothing to other programs. */
const ofAny = (endpoint: string): Variables =>
  Object.fromEntries(
    Object.values(ofClient)
      .flatMap((variables) => Object.entries(variables(endpoint)))
      .filter(([name]) => !ofItself.has(name)),
  );

/** The variables that a client, or what a program that nobody knows may start, needs beside the endpoint; none that the person has set. */
export function clientVariables(client: ClientName | null, endpoint: string, env: Environment): Record<string, string> {
  const wanted = client === null ? ofAny(endpoint) : (ofClient[client]?.(endpoint) ?? {});
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => env[name] === undefined));
}
