import { durationText } from '@telltale/runtime/units';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { findTarget } from '../instance/find-instance.ts';
import { openApi } from '../open-api.ts';

export type EnrollFlags = ClientFlags & { name?: string; ttl?: string };

/** Prints a one-time token, alone on stdout, and on stderr the command that uses it. */
export async function enrollRunner(flags: EnrollFlags, context: Context): Promise<void> {
  const made = await openApi(flags, context).inviteRunner({
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.ttl === undefined ? {} : { ttl_ms: readTtl(flags.ttl) }),
  });
  if (flags.json === true) {
    context.out(`${JSON.stringify(made)}\n`);
    return;
  }
  context.out(`${made.token}\n`);
  if (flags.quiet === true) return;
  const { url } = findTarget(flags, context.env);
  context.say(`for one host of team ${made.team_id}, until ${made.expires_at}; it is shown this once. On that host:`);
  context.say(`  telltale runner install --url ${url} --token ${made.token}`);
}

/** As the gateway takes it. */
const longestTtlMs = 24 * 3_600_000;

function readTtl(text: string): number {
  const parsed = durationText.safeParse(text);
  if (!parsed.success || parsed.data <= 0)
    throw new CliError(`--ttl ${text}: is not a duration such as 15m`, { exitCode: 2 });
  if (parsed.data > longestTtlMs) throw new CliError(`--ttl ${text}: is more than a day`, { exitCode: 2 });
  return parsed.data;
}
