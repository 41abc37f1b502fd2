import { expect, test } from 'vitest';
import { stepWords } from './step-words.ts';

test('the steps of a run are told in words and units', () => {
  expect([
    stepWords({ event: 'started' }),
    stepWords({ event: 'limit', limit: 'timeout', step: 'warn', value: 9_690.474_788, cap: 12_000 }),
    stepWords({ event: 'limit', limit: 'memory', value: 600 * 2 ** 20, cap: 512 * 2 ** 20, reason: 'memory' }),
    stepWords({ event: 'limit', limit: 'budget', step: 'warn', value: 0.41, cap: 0.5 }),
    stepWords({ event: 'limit', limit: 'no_progress', step: 'clear' }),
    stepWords({ event: 'step', step: 'tell', reason: 'tokens' }),
    stepWords({ event: 'step', step: 'hand_back', reason: 'tokens' }),
    stepWords({ event: 'step', step: 'handed_back', reason: 'tokens' }),
    stepWords({ event: 'limit', limit: 'tokens', value: 900, cap: 1_000, reason: 'tokens' }),
    stepWords({ event: 'step', step: 'term', reason: 'timeout', value: 2 }),
    stepWords({ event: 'step', step: 'kill', reason: 'timeout', value: 1, actor: 'alice' }),
    stepWords({ event: 'ended', reason: 'failed', exit_code: 3 }),
  ]).toEqual([
    'started',
    'timeout: warned at 9.7 s of 12 s',
    'memory: over it at 600 MiB of 512 MiB',
    'budget: warned at $0.410 of $0.500',
    'no progress: far from it again',
    'tokens: the agent was told',
    'tokens: told to hand back in one last call',
    'tokens: handed back',
    'tokens: no room for more at 900 of 1,000',
    'timeout: SIGTERM to 2 processes',
    'timeout: SIGKILL to 1 process · by alice',
    'ended: failed, exit 3',
  ]);
});
