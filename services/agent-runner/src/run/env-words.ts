import { basename } from 'node:path';
import { clientOf } from '../proxy/clients/client-of.ts';
import type { Identity } from '@telltale/sdk/recorder/draft';
import { childEnvironment, type Environment } from './child-environment.ts';

const assignment = /^(\w+)=(.*)$/s;
const joinedUnset = /^(?:-u(?=.)|--unset=)/s;
const emptying = /^(?:-|-i\w*|--ignore-environment)$/;

export type EnvWords = {
  /** The environment as the client sees it. */
  seen: Environment;
  /** The command with variables that hold for the client, and with who it is, whatever its words say of them. */
  withVariables(argv: readonly string[], variables: Readonly<Record<string, string>>): readonly string[];
};

/** What `env` in front of a known client makes of its environment; null where no such words are there. */
export function envWords(
  argv: readonly string[],
  env: Environment,
  identity: Identity & { run_id: string },
): EnvWords | null {
  const client = clientOf(argv);
  const at = argv.slice(0, client?.at ?? 0).findLastIndex((word) => basename(word) === 'env');
  if (at === -1) return null;
  // A text that `env` takes apart itself: what stands behind it is no longer a variable.
  if (argv.slice(at, client?.at).some((word) => /^(?:-\w*S|--split-string)/.test(word))) return null;
  let seen: Record<string, string | undefined> = { ...env };
  let end = at + 1;
  for (; end < (client?.at ?? 0); end += 1) {
    const word = argv[end] ?? '';
    const [, name, value] = assignment.exec(word) ?? [];
    if (name !== undefined) seen[name] = value;
    else if (emptying.test(word)) seen = {};
    else if (joinedUnset.test(word)) delete seen[word.replace(joinedUnset, '')];
    else if (/^(?:-u|--unset)$/.test(word)) delete seen[argv[(end += 1)] ?? ''];
    else if (/^(?:-C|--chdir)$/.test(word)) end += 1;
    else if (!word.startsWith('-')) break;
  }
  const who = ['TELLTALE_RUN_ID', 'TELLTALE_AGENT_ID', 'OTEL_RESOURCE_ATTRIBUTES'];
  const child = childEnvironment(seen, identity, {});
  const known = Object.fromEntries(who.map((name) => [name, child[name] ?? '']));
  return {
    seen,
    withVariables: (led, variables) => [
      ...led.slice(0, end),
      ...Object.entries({ ...variables, ...known }).map(([name, value]) => `${name}=${value}`),
      ...led.slice(end),
    ],
  };
}
