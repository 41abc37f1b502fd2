import { expect, test } from 'vitest';
import { agentState, type AgentFacts } from './agent-state.ts';

const now = Date.UTC(2026, 0, 1);
const s = 1_000;
type Run = NonNullable<AgentFacts['run']>;

const running = (change: Partial<Run> = {}, facts: Partial<AgentFacts> = {}): AgentFacts => ({
  firstAt: now - 3_600 * s,
  lastAt: now - s,
  activeAt: now - 5 * s,
  run: {
    startedAt: now - 3_600 * s,
    endedAt: null,
    endReason: null,
    paused: false,
    pausedAt: null,
    limit: null,
    ...change,
  },
  ...facts,
});

test.each<[string, string, AgentFacts]>([
  ['active in the last half minute', 'working', running()],
  ['sampled, but without activity', 'idle', running({}, { activeAt: now - 60 * s })],
  ['sampled, but without activity for long', 'stuck', running({}, { activeAt: now - 700 * s })],
  ['started again after a long pause', 'working', running({ startedAt: now - 5 * s }, { activeAt: now - 86_400 * s })],
  ['not heard of although its run goes on', 'silent', running({}, { lastAt: now - 60 * s, activeAt: now - 60 * s })],
  ['paused', 'waiting', running({ paused: true, pausedAt: now - 9 * s })],
  ['warned of its budget', 'working', running({ limit: { name: 'budget', step: 'warn', at: now - s } })],
  ['at the end of its budget', 'over_budget', running({ limit: { name: 'budget', step: 'term', at: now - s } })],
  ['at the end of its run', 'done', running({ endedAt: now - s, endReason: 'completed' })],
  ['active after the end of its run', 'working', running({ endedAt: now - 60 * s, endReason: 'completed' })],
  ['reporting about itself only', 'working', running({}, { run: null })],
  ['quiet and without a run', 'idle', running({}, { run: null, activeAt: now - 90 * s })],
])('an agent that is %s is %s', (_what, state, facts) => {
  const told = agentState(facts, now);
  expect(told.state).toBe(state);
  expect(told.since).toBeLessThanOrEqual(now);
  expect(told.state_reason).not.toBe('');
});
