import type { AgentRow } from '@telltale/contracts/http/agents';
import { expect, test } from 'vitest';
import { sortAgents, type TopSort } from './sort-agents.ts';
import { heardNothing, toTopAgent, type TopAgent } from './top-agent.ts';

const agent = (agent_id: string, fields: Partial<TopAgent> = {}): TopAgent => ({
  ...toTopAgent(agent_id, undefined, heardNothing),
  ...fields,
});
const fleet = [
  agent('b10', { cpu_percent: 5, state: 'working', cost_usd: 0.2, host: 'atlas' }),
  agent('b9', { cpu_percent: null, state: 'stuck', cost_usd: null, host: 'borea' }),
  agent('a1', { cpu_percent: 5, state: 'done', cost_usd: 1, host: 'atlas' }),
];
const shown = (sort: TopSort, more: { isReversed?: boolean; q?: string } = {}): string =>
  sortAgents(fleet, { sort, isReversed: false, q: '', ...more })
    .map(({ agent_id }) => agent_id)
    .join(' ');

test('the largest stands first, equal ones by name, and what is not known last', () => {
  expect(shown('cpu')).toBe('a1 b10 b9');
  expect(shown('cost')).toBe('a1 b10 b9');
  expect(shown('cost', { isReversed: true })).toBe('b9 b10 a1');
});

test('states begin with what needs a person; names count numbers as numbers', () => {
  expect(shown('state')).toBe('b9 b10 a1');
  expect(shown('name')).toBe('a1 b9 b10');
});

test('a word narrows the list, wherever it stands', () => {
  expect(shown('name', { q: 'ATLAS' })).toBe('a1 b10');
  expect(shown('name', { q: 'stuck' })).toBe('b9');
});

test('an agent of which nothing is heard any more takes no processor, whatever its last sample said', () => {
  const process = {
    pid: 1,
    cpu_percent: 80,
    memory_bytes: 5,
    memory_mb: 0,
    threads: 1,
    processes: 1,
    status: null,
    at: '',
  };
  const heard = { ...heardNothing, process };
  const row = { state: 'working', lifecycle: 'running' } as AgentRow;
  expect(toTopAgent('a', row, heard).cpu_percent).toBe(80);
  expect(toTopAgent('a', { ...row, state: 'silent' }, heard).cpu_percent).toBeNull();
});
