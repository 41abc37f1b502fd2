import { expect, test } from 'vitest';
import { createTeamRates } from './team-rates.ts';

test('a team pays off what it sent before it may send again, and its neighbours do not', () => {
  let now = 0;
  const rates = createTeamRates({ rateOf: (team) => (team === 'free' ? null : 100), now: () => now });
  rates.check('red');
  rates.spend('red', 1_000);
  expect(() => rates.check('red')).toThrow(expect.objectContaining({ code: 'too_many_requests', retryAfter: 8 }));
  rates.check('blue');
  rates.spend('free', 1e9);
  rates.check('free');
  now += 7_900;
  expect(() => rates.check('red')).toThrow(expect.objectContaining({ reason: 'team_rate', retryAfter: 1 }));
  now += 200;
  rates.check('red');
});

test('a pause saves up no more than two seconds of sending', () => {
  let now = 0;
  const rates = createTeamRates({ rateOf: () => 100, now: () => now });
  now += 3_600_000;
  rates.check('red');
  rates.spend('red', 200);
  expect(() => rates.check('red')).toThrow(expect.objectContaining({ reason: 'team_rate' }));
});
