import type { RunLimits } from '@telltale/agent-runner/limits/run-limits';
import { durationText, sizeText } from '@telltale/runtime/units';
import { z } from 'zod';
import { CliError } from '../failure.ts';

/** The flags of `run` that limit it, as commander gives them. */
export type LimitFlags = {
  timeout?: string;
  idleTimeout?: string;
  maxCpuSeconds?: string;
  maxMemory?: string;
  maxProcesses?: string;
  maxOutput?: string;
  maxTokens?: string;
  maxUsd?: string;
  maxIdleTokens?: string;
  grace?: string;
};

const above0 = { error: 'is not above 0' };
const whole = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, { error: 'is not a whole number above 0' })
  .transform(Number);
const decimal = z
  .string()
  .regex(/^\d{1,9}(?:\.\d{1,9})?$/, { error: 'is not a number such as 5 or 0.25' })
  .transform(Number)
  .refine((value) => value > 0, above0);
const duration = durationText.refine((ms) => ms > 0, above0);
const size = sizeText.refine((bytes) => bytes > 0, above0);

const shape = {
  timeout: ['--timeout', duration],
  idleTimeout: ['--idle-timeout', duration],
  maxCpuSeconds: ['--max-cpu-seconds', decimal],
  maxMemory: ['--max-memory', size],
  maxProcesses: ['--max-processes', whole],
  maxOutput: ['--max-output', size],
  maxTokens: ['--max-tokens', whole],
  maxUsd: ['--max-usd', decimal],
  maxIdleTokens: ['--max-idle-tokens', whole],
  grace: ['--grace', durationText],
} as const satisfies Record<keyof LimitFlags, readonly [flag: string, schema: z.ZodType<number, string>]>;

/** What the flags say; one that cannot be read is a usage error, before anything is started. */
export function readLimitFlags(flags: LimitFlags): { limits: RunLimits; graceMs: number | undefined } {
  const read = (name: keyof LimitFlags): number | undefined => {
    const value = flags[name];
    if (value === undefined) return undefined;
    const [flag, schema] = shape[name];
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new CliError(`${flag} ${value}: ${issue?.message ?? 'is not valid'}`, { exitCode: 2 });
  };
  const cpuSeconds = read('maxCpuSeconds');
  const limits: RunLimits = {
    timeout: read('timeout'),
    idle: read('idleTimeout'),
    cpu: cpuSeconds === undefined ? undefined : cpuSeconds * 1_000,
    memory: read('maxMemory'),
    processes: read('maxProcesses'),
    output: read('maxOutput'),
    tokens: read('maxTokens'),
    usd: read('maxUsd'),
    idleTokens: read('maxIdleTokens'),
  };
  return { limits, graceMs: read('grace') };
}
