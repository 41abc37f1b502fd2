import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { readLimitFlags, type LimitFlags } from '../run/limit-flags.ts';
import { readRunSettings } from '../run/settings.ts';
import { findKeeper, teamOfRunner } from '../runners/runner-folder.ts';

export type AttachFlags = LimitFlags & {
  agent: string;
  session?: string;
  task?: string;
  team?: string;
  capture?: string;
  enforce?: boolean;
  json?: boolean;
  quiet?: boolean;
  dataDir?: string;
};

/** Asks the keeper of this host to watch a process, and prints the id of the run that stands for it. */
export async function attach(pid: string, flags: AttachFlags, context: Context): Promise<void> {
  if (!/^[1-9]\d{0,9}$/.test(pid)) throw new CliError(`${pid} is not the id of a process`, { exitCode: 2 });
  const { agent, ...settings } = flags;
  const { team = teamOfRunner(flags, context.env), capture } = readRunSettings(
    { ...settings, agent: [agent] },
    context.env,
  );
  const { limits, graceMs } = readLimitFlags(flags);
  if (limits.idle !== undefined)
    throw new CliError(
      '--idle-timeout: cannot be held for a process that somebody else started: neither its output nor its calls are seen',
      { exitCode: 2 },
    );
  const known = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
  const { run_id } = await findKeeper(flags, context.env).attach({
    team_id: team,
    pid: Number(pid),
    identity: {
      agent_id: agent,
      ...(flags.session !== undefined && { session_id: flags.session }),
      ...(flags.task !== undefined && { task_id: flags.task }),
    },
    limits: known,
    enforce: flags.enforce === true,
    capture,
    ...(graceMs === undefined ? {} : { grace_ms: graceMs }),
  });
  if (flags.json === true) {
    context.out(`${JSON.stringify({ run_id })}\n`);
    return;
  }
  context.out(`${run_id}\n`);
  if (flags.quiet === true) return;
  const how = flags.enforce === true ? 'limits and stops act on it' : 'nothing acts on it';
  context.say(
    `watching process ${pid}; ${how}; its output and exit code stay unknown. \`telltale detach ${run_id}\` ends that`,
  );
}

/** Stops watching; the process goes on. */
export async function detach(
  run: string,
  flags: { dataDir?: string; quiet?: boolean },
  context: Context,
): Promise<void> {
  const outcome = await findKeeper(flags, context.env).detach(run);
  if (flags.quiet !== true) context.say(`run ${run}: ${outcome}`);
}
