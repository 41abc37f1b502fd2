import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { setTeam } from '../config/team-settings.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { aStore } from '../rollup/test-support/a-store.ts';
import { readTeamTotals } from './read-team-totals.ts';

test('what was spent today is counted by the clocks of the team', async () => {
  await using store = await aStore();
  // The day of Kathmandu begins at 18:15 UTC.
  const at = (time: string): string => `2026-06-14T${time}:00.000Z`;
  const calls = [at('18:10'), at('18:20'), at('23:00')].map((when) => aRecord('llm_call', { at: when }));
  await store.store(calls, { costOf: () => ({ cost_usd: '0.25', cost_source: 'computed', price_version: 'v1' }) });
  await foldTeam(store.db, 'red');
  const spent = async (): Promise<number | null> => {
    const now = Date.parse(at('23:15'));
    return (await readTeamTotals(store.db, { teamId: 'red', now, deliveryLagMs: null })).spend_today_usd;
  };
  expect(await spent()).toBe(0.75);
  await setTeam(store.db, { teamId: 'red', timeZone: 'Asia/Kathmandu', actor: 'user:test' });
  expect(await spent()).toBe(0.5);
});
