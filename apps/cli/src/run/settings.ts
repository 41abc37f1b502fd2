import { limits } from '@telltale/contracts/limits';
import { z } from 'zod';
import { readConfig } from '@telltale/runtime/config';
import { durationText } from '@telltale/runtime/units';
import { CliError } from '../failure.ts';
import type { LimitFlags } from './limit-flags.ts';
import type { TargetFlags } from '../instance/find-instance.ts';

/** The flags of `run` as commander gives them; each wins over its variable. */
export type RunFlags = TargetFlags &
  LimitFlags & {
    keepOrphans?: boolean;
    /** The first is whose run it is. */
    agent?: string[];
    session?: string;
    task?: string;
    team?: string;
    sampleInterval?: string;
    capture?: string;
    /** true with --proxy, false with --no-proxy. */
    proxy?: boolean;
    quiet?: boolean;
    plain?: boolean;
    pty?: boolean;
  };

const shape = {
  TELLTALE_TEAM: z.string().optional(),
  TELLTALE_SAMPLE_INTERVAL: durationText
    .refine((ms) => ms >= 250 && ms <= 60_000, { error: 'is not between 250ms and 60s' })
    .default(2000),
  TELLTALE_CAPTURE: z
    .enum(['metadata', 'redacted', 'full'], { error: 'is none of metadata, redacted, full' })
    .default('redacted'),
};

/** Of an id in a record, in characters. */
const longestId = limits.idLength;

/** An id that no record may have would lose every record of the run. */
function checkId(flag: string, id: string): void {
  const wrong = id.trim() === '' ? 'is empty' : id.length > longestId ? `is longer than ${longestId} characters` : null;
  if (wrong !== null) throw new CliError(`${flag}: ${wrong}; name one, or leave it out`, { exitCode: 2 });
}

/** What a call may use is only held where it goes through the proxy. */
function checkProxy(flags: RunFlags): void {
  if (flags.proxy !== false) return;
  const held = { '--max-tokens': flags.maxTokens, '--max-usd': flags.maxUsd, '--max-idle-tokens': flags.maxIdleTokens };
  for (const [flag, value] of Object.entries(held))
    if (value !== undefined)
      throw new CliError(`${flag} is held by the metering proxy, which --no-proxy keeps away: leave one of them out`, {
        exitCode: 2,
      });
}

/** What a run goes by, apart from where it reports to. */
export function readRunSettings(flags: RunFlags, env: Readonly<Record<string, string | undefined>>) {
  for (const agent of flags.agent ?? []) checkId('--agent', agent);
  if (flags.session !== undefined) checkId('--session', flags.session);
  if (flags.task !== undefined) checkId('--task', flags.task);
  checkProxy(flags);
  const config = readConfig(shape, env, {
    TELLTALE_TEAM: flags.team,
    TELLTALE_SAMPLE_INTERVAL: flags.sampleInterval,
    TELLTALE_CAPTURE: flags.capture,
  });
  return {
    team: config.TELLTALE_TEAM,
    sampleIntervalMs: config.TELLTALE_SAMPLE_INTERVAL,
    capture: config.TELLTALE_CAPTURE,
    proxy: flags.proxy === undefined ? ('auto' as const) : flags.proxy ? ('on' as const) : ('off' as const),
  };
}
