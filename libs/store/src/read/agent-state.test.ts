import { expect, test } from 'vitest';
import { agentState, type AgentFacts } from './agent-state.ts';

const now = Date.UTC(2026, 0, 1);
const s = 1_000;
type Run = NonNullable<AgentFacts['run']>;
const limit = (name: string, step: string): Run['limit'] => ({ name, step, at: now - s, value: 5, cap: 4 });

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
  ['warned of its budget', 'working', running({ limit: limit('budget', 'warn') })],
  ['at the end of its budget', 'over_budget', running({ limit: limit('budget', 'term') })],
  ['spending without progress', 'stuck', running({ limit: limit('no_progress', 'warn') })],
  ['making progress again', 'working', running({ limit: limit('no_progress', 'clear') })],
  ['doing the same over and over', 'stuck', running({ limit: limit('tool_loop', 'warn') })],
  ['at the end of its run', 'done', running({ endedAt: now - s, endReason: 'completed' })],
  ['active after the end of its run', 'working', running({ endedAt: now - 60 * s, endReason: 'completed' })],
  ['reporting about itself only', 'working', running({}, { run: null })],
  ['of a host whose clock is ahead', 'working', running({}, { run: null, activeAt: now + 3_600 * s })],
  ['dated a year ahead', 'idle', running({}, { run: null, activeAt: now + 400 * 86_400 * s })],
  ['quiet and without a run', 'idle', running({}, { run: null, activeAt: now - 90 * s })],
])('an agent that is %s is %s', (_what, state, facts) => {
  const told = agentState(facts, now);
  expect(told.state).toBe(state);
  expect(told.since).toBeLessThanOrEqual(now);
  expect(told.state_reason).not.toBe('');
});

test('the reason says what was spent, and on what', () => {
  const reasonOf = (name: string, step: string) => agentState(running({ limit: limit(name, step) }), now).state_reason;
  expect(reasonOf('budget', 'term')).toBe('its limit of budget is reached: 5 of 4 are used');
  expect(reasonOf('no_progress', 'warn')).toContain('used 5 tokens without a commit');
  expect(reasonOf('tool_loop', 'warn')).toContain('came 5 times in a row');
});
