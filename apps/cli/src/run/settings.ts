import { z } from 'zod';
import { readConfig } from '@telltale/runtime/config';
import { durationText } from '@telltale/runtime/units';
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

/** What a run goes by, apart from where it reports to. */
export function readRunSettings(flags: RunFlags, env: Readonly<Record<string, string | undefined>>) {
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
