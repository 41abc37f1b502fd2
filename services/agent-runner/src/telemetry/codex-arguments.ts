import type { Signal } from '@telltale/otlp/signals';
import type { Environment } from '../run/child-environment.ts';
import { codexExporters, codexSetting } from './codex-exporters.ts';
import type { PersonEndpoints } from './person-endpoint.ts';

/** What tells of calls and tools; spans are turned on for nobody. */
const wanted: readonly Signal[] = ['logs', 'metrics'];

/** Whether the command line itself says where Codex reports: that stays. */
const isTold = (argv: readonly string[]): boolean => argv.some((word) => /^(?:--config=)?otel\b/.test(word));

/**
 * What makes Codex report: it reads no variable for that, only its configuration, with the whole path of each signal. Where
 * the person has it sent by HTTP only the address is ours, and `codexEndpoints` is where it goes on to; what the person
 * has set up in another way stays.
 */
export function codexArguments(
  argv: readonly string[],
  endpoint: string,
  { env, cwd }: { env: Environment; cwd: string },
): string[] {
  if (isTold(argv)) return [];
  return [...codexExporters(env, cwd)].flatMap(([signal, exporter]) => {
    const [setting, url] = [codexSetting(signal), `${endpoint}/v1/${signal}`];
    if (exporter.is === 'http') return ['-c', `${setting}.otlp-http.endpoint="${url}"`];
    if (exporter.is === 'other' || !wanted.includes(signal)) return [];
    // Older ones do not start without headers, of which there are none.
    return ['-c', `${setting}={otlp-http={endpoint="${url}",protocol="json",headers={}}}`];
  });
}

/** Where the person has Codex send by HTTP: those addresses still receive all of it. */
export function codexEndpoints(
  argv: readonly string[],
  { env, cwd }: { env: Environment; cwd: string },
): PersonEndpoints {
  if (isTold(argv)) return new Map();
  return new Map(
    [...codexExporters(env, cwd)].flatMap(([signal, exporter]) =>
      exporter.is === 'http' ? [[signal, exporter.url] as const] : [],
    ),
  );
}
