import { taskLimits } from '@telltale/contracts/http/crews';
import { runLimits } from '@telltale/contracts/http/run-terms';
import { expect, test } from 'vitest';
import { runLimitsOf } from '../tasks/limits-of-task.ts';
import { withOwnLimits } from './limits-of-terms.ts';
import type { RunLimits } from './run-limits.ts';

const all: Required<RunLimits> = {
  timeout: 1_000,
  idle: 2_000,
  cpu: 3_000,
  memory: 4,
  processes: 5,
  output: 6,
  tokens: 7,
  usd: 8,
  idleTokens: 9,
};

test('every limit can be set for a team or an agent, and for a task or a crew', () => {
  const shared = { max_memory_bytes: 4, max_processes: 5, max_output_bytes: 6, max_tokens: 7, max_usd: 8 };
  const times = { timeout_ms: 1_000, idle_timeout_ms: 2_000, max_idle_tokens: 9 };
  expect(withOwnLimits(runLimits.parse({ ...shared, ...times, max_cpu_ms: 3_000 }), {})).toEqual(all);
  expect(runLimitsOf(taskLimits.parse({ ...shared, ...times, max_cpu_seconds: 3 }))).toEqual(all);
});

test('what a run is started with goes before what is set for it, one by one', () => {
  const ofTeam = { timeout_ms: 5, max_tokens: 6 };
  expect(withOwnLimits(ofTeam, { timeout: 1, usd: 2 })).toMatchObject({ timeout: 1, tokens: 6, usd: 2 });
});
