import type { Signal } from '@telltale/otlp/signals';
import { clientOf, type ClientName } from '../proxy/clients/client-of.ts';
import { isOwnProgram } from '../proxy/clients/is-own-program.ts';
import type { Environment } from '../run/child-environment.ts';
import { clientsNamed, clientVariables, ownEndpoint, variablesOfAny, wasOn } from './client-variables.ts';
import { codexArguments, codexEndpoints } from './codex-arguments.ts';
import { leadCodexByName } from './codex-by-name.ts';
import { startedTexts } from './started-texts.ts';
import { readWritten } from './written-telemetry.ts';
import { endpointVariables, personEndpoints, speaksGrpc, type PersonEndpoints } from './person-endpoint.ts';

export type TelemetryPlan = {
  /** Who gets what arrives as well. */
  forward(): PersonEndpoints;
  /** Whether what a client that the program started sends of a signal is only on because of us, and goes to nobody else. */
  withholds(signal: Signal, client: ClientName | null): boolean;
  /** How the program is led to `endpoint`, a base URL. */
  lead(endpoint: string): { argv: readonly string[]; variables: Record<string, string> };
};

/**
 * How a program reports to its run: by OTLP to a port of the run's own. What it would have sent to Telltale comes this way alone;
 * one whose exporters speak gRPC is left as it is, but for Codex, which reads none of what says so.
 */
export function planTelemetry({
  argv,
  cwd,
  env,
  telltaleUrl,
  programs = null,
  asGiven,
}: {
  argv: readonly string[];
  /** Of the run: its program finds scripts from there. */
  cwd: string;
  env: Environment;
  telltaleUrl: string | undefined;
  /** A folder of the run's own for programs that stand before the person's; null: nowhere. */
  programs?: string | null;
  /** The person's own command, where the run has put words of its own into the one that is led: those say nothing of the person. */
  asGiven?: readonly string[] | undefined;
}): TelemetryPlan {
  const ours = telltaleUrl === undefined ? undefined : URL.parse(telltaleUrl)?.origin;
  const withoutOurs = (some: PersonEndpoints): PersonEndpoints =>
    new Map([...some].filter(([, { origin }]) => origin !== ours));
  const isGrpc = speaksGrpc(env);
  const endpoints = isGrpc ? new Map<Signal, URL>() : withoutOurs(personEndpoints(env));
  const client = clientOf(argv);
  /** The clients that are turned on: the program itself, or those that a shell or a script starts. */
  const clientsOn = (): ClientName[] => {
    if (client !== null) return [client.name];
    // Where there is an endpoint of the person's, what they send is told apart by itself.
    return endpoints.size > 0 ? [] : clientsNamed(startedTexts(argv, cwd));
  };
  /** Where the program's own settings have it report, for those that read no variable of everybody's. */
  const ownOf = (): PersonEndpoints | null => {
    const [first, ...others] = clientsOn();
    if (first === 'codex') return codexEndpoints(argv, { env, cwd });
    // Several would each receive what the others report.
    return first === undefined || others.length > 0 ? null : ownEndpoint(first, env);
  };
  const written = readWritten(asGiven ?? argv, { cwd, env });
  return {
    forward() {
      const own = ownOf();
      if (own !== null) return withoutOurs(own);
      return new Map([...endpoints].filter(([signal]) => wasOn(client?.name ?? null, signal, env, written)));
    },
    withholds(signal, sender) {
      const isAlone = client !== null || endpoints.size === 0;
      return !isAlone && sender !== null && !wasOn(sender, signal, env, written);
    },
    lead(endpoint) {
      const clients = clientsOn();
      const variables: Record<string, string> = isGrpc
        ? {}
        : {
            ...(client === null ? variablesOfAny(clients, endpoint, env, written) : {}),
            ...clientVariables(clients, endpoint, env, written),
            ...endpointVariables(endpoint, env),
          };
      if (client === null) {
        const path = leadCodexByName({ argv, cwd, env, endpoint, folder: programs });
        if (path !== null) variables['PATH'] = path;
      }
      if (client?.name !== 'codex' || !isOwnProgram(argv, { client: 'codex', cwd, env })) return { argv, variables };
      const added = codexArguments(argv, endpoint, { env, cwd });
      return { argv: [...argv.slice(0, client.at + 1), ...added, ...argv.slice(client.at + 1)], variables };
    },
  };
}
