import type { AgentRow } from '@telltale/contracts/http/agents';
import { expect, test } from 'vitest';
import { arrangeAgents } from './arrange-agents.ts';

const agent = (agent_id: string, fields: Partial<AgentRow> = {}) =>
  ({ agent_id, name: agent_id, state: 'idle', host: null, crew_id: null, cost_usd: null, ...fields }) as AgentRow;
const shown = (groups: ReturnType<typeof arrangeAgents>) =>
  groups.map(({ name, agents }) => [name, agents.map(({ agent_id }) => agent_id).join(' ')]);

const fleet = [
  agent('b10', { state: 'working', host: 'atlas', cost_usd: 2 }),
  agent('b9', { state: 'stuck', host: 'borea', cost_usd: 5 }),
  agent('a1', { state: 'working', host: 'atlas' }),
];

test('without a wish agents stand by name, numbers in it as numbers', () => {
  expect(shown(arrangeAgents(fleet, {}))).toEqual([[null, 'a1 b9 b10']]);
});

test('groups of states begin with what needs a person', () => {
  expect(shown(arrangeAgents(fleet, { group: 'state' }))).toEqual([
    ['stuck', 'b9'],
    ['working', 'a1 b10'],
  ]);
});

test('teams are groups of their own, two agents of one name apart', () => {
  const both = [agent('a1', { team_id: 'red' }), agent('a1', { team_id: 'blue' })];
  const groups = arrangeAgents(both, { group: 'team' });
  expect(groups.map(({ name, agents }) => [name, agents[0]?.team_id])).toEqual([
    ['blue', 'blue'],
    ['red', 'red'],
  ]);
});

test('an unknown cost is less than any known one', () => {
  expect(shown(arrangeAgents(fleet, { sort: 'cost' }))).toEqual([[null, 'b9 b10 a1']]);
});

test('filters narrow by text in any field and by state', () => {
  expect(shown(arrangeAgents(fleet, { q: 'ATLAS', state: 'working' }))).toEqual([[null, 'a1 b10']]);
  expect(arrangeAgents(fleet, { q: 'nobody' })).toEqual([]);
});
