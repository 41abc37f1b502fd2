import type { Signal } from '@telltale/otlp/signals';
import type { Environment } from '../run/child-environment.ts';

export const signals: readonly Signal[] = ['traces', 'metrics', 'logs'];

const base = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const endpointVariable = (signal: Signal): string => `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
const protocolVariables = [
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  ...signals.map((signal) => `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`),
];

/** Where the person had telemetry sent before the run began; it still gets all of it. */
export type PersonEndpoints = ReadonlyMap<Signal, URL>;

/** The endpoints of the environment by signal, as the specification of OTLP exporters reads them. */
export function personEndpoints(env: Environment): PersonEndpoints {
  const found = new Map<Signal, URL>();
  for (const signal of signals) {
    const own = env[endpointVariable(signal)];
    const shared = env[base];
    const text =
      own ?? (shared === undefined || shared === '' ? undefined : `${shared.replace(/\/+$/, '')}/v1/${signal}`);
    const url = text === undefined || text === '' ? null : URL.parse(text);
    if (url !== null && /^https?:$/.test(url.protocol)) found.set(signal, url);
  }
  return found;
}

/** What has exporters send to `endpoint`, also those of a signal that the person sent somewhere else. */
export function endpointVariables(endpoint: string, env: Environment): Record<string, string> {
  const ofSignals = signals.filter((signal) => env[endpointVariable(signal)] !== undefined);
  return {
    [base]: endpoint,
    ...(env['OTEL_EXPORTER_OTLP_PROTOCOL'] === undefined && { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }),
    ...Object.fromEntries(ofSignals.map((signal) => [endpointVariable(signal), `${endpoint}/v1/${signal}`])),
  };
}

/**
 * Whether the person's exporters speak gRPC, which is left as it is: a protocol says so, or none does and the port is that of gRPC
 * (an exporter in a program's code reads the address alone).
 */
export function speaksGrpc(env: Environment): boolean {
  const protocols = protocolVariables.flatMap((name) => env[name] ?? []);
  if (protocols.includes('grpc')) return true;
  const addresses = [base, ...signals.map(endpointVariable)].flatMap((name) => env[name] ?? []);
  return (
    protocols.length === 0 && addresses.some((text) => URL.parse(text)?.port === '4317' || /^[\w.-]+:4317$/.test(text))
  );
}
