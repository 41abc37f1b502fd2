import type { Verdict } from '../oracle/judge.ts';

/** What one scenario came to. */
export type Result = {
  name: string;
  what: string;
  seed: number;
  faults: Readonly<Record<string, number>>;
  figures: readonly string[];
  verdict: Verdict;
  /** Rollup buckets and bins that were compared with raw. */
  buckets: number;
  /** The longest recovery after a fault; null when nothing needed one. */
  recoverySeconds: number | null;
  /** From the end of the load until everything was stored and folded. */
  settleSeconds: number;
  seconds: number;
  /** The greatest resident set of each service seen. */
  peakBytes: Readonly<Record<string, number>>;
  problems: readonly string[];
};

/** Of a scenario whose stage did not even stand. */
export const nothing: Omit<Result, 'name' | 'what' | 'seed' | 'seconds' | 'problems'> = {
  faults: {},
  figures: [],
  verdict: {
    rows: 0,
    issued: 0,
    acknowledged: 0,
    stored: 0,
    deadLettered: 0,
    missing: 0,
    unpromised: 0,
    duplicates: 0,
    foreign: 0,
    damaged: 0,
    examples: [],
  },
  buckets: 0,
  recoverySeconds: null,
  settleSeconds: 0,
  peakBytes: {},
};

export const passed = ({ problems }: Result): boolean => problems.length === 0;

const whole = (value: number): string => value.toLocaleString('en-US');

/** The line that each scenario prints. */
export function resultLine(result: Result): string {
  const { verdict: v } = result;
  const faults = Object.entries(result.faults).map(([name, n]) => `${name} ${n}`);
  const recovery = result.recoverySeconds === null ? '–' : `${result.recoverySeconds.toFixed(1)} s`;
  const lines = [
    `${passed(result) ? 'ok  ' : 'FAIL'} ${result.name}  seed ${result.seed}  ${result.seconds.toFixed(0)} s`,
    `     faults: ${faults.join(', ') || 'none'}`,
    `     issued ${whole(v.issued)}, acknowledged ${whole(v.acknowledged)}, stored ${whole(v.stored)}, dead-lettered ${v.deadLettered}, ` +
      `duplicates ${v.duplicates}, missing ${v.missing}, recovery ${recovery}, settled ${result.settleSeconds.toFixed(1)} s, rollup buckets ${whole(result.buckets)}`,
    ...(result.figures.length === 0 ? [] : [`     measured: ${result.figures.join(', ')}`]),
    ...result.problems.map((problem) => `     - ${problem}`),
  ];
  return lines.join('\n');
}
