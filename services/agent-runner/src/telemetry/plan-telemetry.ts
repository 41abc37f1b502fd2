import { clientOf } from '../proxy/clients/client-of.ts';
import type { Environment } from '../run/child-environment.ts';
import { clientsNamed, clientVariables, ownEndpoint, wasOn } from './client-variables.ts';
import { codexArguments, codexEndpoints } from './codex-arguments.ts';
import { shellText } from './shell-text.ts';
import { endpointVariable, personEndpoints, signals, speaksGrpc, type PersonEndpoints } from './person-endpoint.ts';

export type TelemetryPlan = {
  /** Who gets what arrives as well. */
  forward(argv: readonly string[]): PersonEndpoints;
  /** How the program is led to `endpoint`, a base URL. */
  lead(argv: readonly string[], endpoint: string): { argv: readonly string[]; variables: Record<string, string> };
};

/**
 * How a program reports to its run: by OTLP to a port of the run's own. Null leaves the program alone: its exporters
 * speak gRPC, or they report to Telltale already.
 */
export function planTelemetry({
  env,
  telltaleUrl,
}: {
  env: Environment;
  telltaleUrl: string | undefined;
}): TelemetryPlan | null {
  if (speaksGrpc(env)) return null;
  const endpoints = personEndpoints(env);
  const ours = telltaleUrl === undefined ? undefined : URL.parse(telltaleUrl)?.origin;
  const areOurs = (some: PersonEndpoints): boolean => [...some.values()].some(({ origin }) => origin === ours);
  if (areOurs(endpoints)) return null;
  /** Where the program's own settings have it report, for those that read no variable of everybody's. */
  const ownOf = (argv: readonly string[]): PersonEndpoints | null => {
    const client = clientOf(argv)?.name ?? null;
    if (client === 'codex') return codexEndpoints(argv, env);
    return client === null ? null : ownEndpoint(client, env);
  };
  return {
    forward(argv) {
      const client = clientOf(argv)?.name ?? null;
      const own = ownOf(argv);
      if (own !== null) return areOurs(own) ? new Map() : own;
      return new Map([...endpoints].filter(([signal]) => wasOn(client, signal, env)));
    },
    lead(argv, endpoint) {
      // Its settings have it report to Telltale already.
      if (areOurs(ownOf(argv) ?? new Map())) return { argv, variables: {} };
      const client = clientOf(argv);
      // What else a shell starts may send to the person's endpoint, where what we turn on has no business.
      const named = endpoints.size > 0 ? [] : clientsNamed([...argv, shellText(argv, env)]);
      const variables: Record<string, string> = {
        ...clientVariables(client === null ? named : [client.name], endpoint, env),
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      };
      if (env['OTEL_EXPORTER_OTLP_PROTOCOL'] === undefined) variables['OTEL_EXPORTER_OTLP_PROTOCOL'] = 'http/protobuf';
      for (const signal of signals) {
        if (env[endpointVariable(signal)] !== undefined)
          variables[endpointVariable(signal)] = `${endpoint}/v1/${signal}`;
      }
      if (client?.name !== 'codex') return { argv, variables };
      const added = codexArguments(argv, endpoint, env);
      return { argv: [...argv.slice(0, client.at + 1), ...added, ...argv.slice(client.at + 1)], variables };
    },
  };
}
