import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { subAgentId as makeSubAgentId, subAgentLabels } from './sub-agent.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const subAgentId = (agentId: string, subAgent: string): string => makeSubAgentId(agentId, subAgent, sha256);

test('what a client calls its sub-agent is a label beside the others, where there is room and none yet', () => {
  const attributes = { client_agent_id: 'a1' };
  expect(subAgentLabels({ attributes })).toEqual({ labels: { sub_agent: 'a1' } });
  expect(subAgentLabels({ attributes, labels: { env: 'prod' } })).toEqual({ labels: { env: 'prod', sub_agent: 'a1' } });
  expect(subAgentLabels({ attributes, labels: { sub_agent: 'b' } })).toEqual({});
  const eight = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`l${index}`, 'x']));
  expect(subAgentLabels({ attributes, labels: eight })).toEqual({});
  for (const told of ['', 7, 'x'.repeat(201), null]) {
    expect(subAgentLabels({ attributes: { client_agent_id: told } })).toEqual({});
  }
  expect(subAgentLabels({})).toEqual({});
});

test('the id of a sub-agent is never longer than one may be', () => {
  expect(subAgentId('me', 'a1')).toBe('me/a1');
  expect(subAgentId('me', 'y'.repeat(197))).toBe(`me/${'y'.repeat(197)}`);
  expect(subAgentId('x'.repeat(200), 'a1')).toMatch(/^x{184}\/a1-[0-9a-f]{12}$/);
  expect(subAgentId('me', 'y'.repeat(200))).toMatch(/^me\/y{93}-[0-9a-f]{12}$/);
  expect(subAgentId('x'.repeat(200), 'y'.repeat(200))).toHaveLength(200);
});

test('sub-agents with long names are as many ids as they are, whichever of the names is long', () => {
  const long = 'y'.repeat(199);
  const names: [string, string][] = [
    ['me', `${long}a`],
    ['me', `${long}b`],
    ['you', `${long}a`],
    [`${long}a`, 'a1'],
    [`${long}b`, 'a1'],
  ];
  expect(new Set(names.map(([agent, own]) => subAgentId(agent, own))).size).toBe(names.length);
});
