import type { LiveDelta } from '@telltale/contracts/live-entry';
import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { toLiveFilter } from './live-filter.ts';
import { createLiveRoom, type LiveRoom } from './live-room.ts';
import { createLiveRooms } from './live-rooms.ts';
import type { LiveTarget } from './ports.ts';

const openRoom = (): LiveRoom =>
  createLiveRoom({
    team: 'a',
    filter: toLiveFilter({ team_id: 'a', rate: 1 }),
    intervalMs: 1_000,
    gridMs: 0,
    patienceMs: 0,
    givesTotals: true,
    frameSize: () => Number.POSITIVE_INFINITY,
    stretch: () => 1,
    send: () => undefined,
  });

test("a sub-agent's records are heard by its agent and by it, its totals by it and not by who looks at the team", () => {
  const rooms = createLiveRooms();
  const team = 'a';
  const open = (target: LiveTarget): LiveRoom => rooms.obtain(JSON.stringify(target), target, openRoom);
  const all = open({ team, kind: 'team', agentIds: null });
  const agent = open({ team, kind: 'agent', id: 'me' });
  const within = open({ team, kind: 'agent', id: 'me/a1' });
  const other = open({ team, kind: 'agent', id: 'me/a2' });
  open({ team, kind: 'agent', id: 'me/' });
  const heardBy = (delta: LiveDelta) => rooms.dispatch({ id: '1-0', team, batch: 'p:1', delta: () => delta }, 0);

  const call = aRecord('llm_call', { agent_id: 'me', labels: { sub_agent: 'a1' } });
  expect(heardBy({ records: [call] })).toEqual(new Set([all, agent, within]));
  expect(heardBy({ records: [aRecord('llm_call', { agent_id: 'me' })] })).toEqual(new Set([all, agent]));
  const unnamed = aRecord('llm_call', { agent_id: 'me', labels: { sub_agent: '' } });
  expect(heardBy({ records: [unnamed] })).toEqual(new Set([all, agent]));

  const tokens = { input_tokens: 1, output_tokens: 1, cache_read_tokens: 0, cache_write_tokens: 0 };
  const token_usage = { ...tokens, model: null, total_tokens: 2, cost_usd: null, unpriced_calls: 1 };
  const totals = (agents: Extract<LiveDelta, { totals: unknown }>['totals']['agents']) => ({
    totals: { agents, team: null },
  });
  expect(heardBy(totals([{ agent_id: 'me/a1', token_usage, under: 'me' }]))).toEqual(new Set([within]));
  expect(heardBy(totals([{ agent_id: 'me', token_usage }]))).toEqual(new Set([all, agent]));
  expect(other.nextDueMs()).toBe(Number.POSITIVE_INFINITY);
});
