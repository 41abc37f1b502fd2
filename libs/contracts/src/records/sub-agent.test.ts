import { expect, test } from 'vitest';
import { subAgentId, subAgentLabels } from './sub-agent.ts';

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
  expect(subAgentId('x'.repeat(200), 'a1')).toBe(`${'x'.repeat(197)}/a1`);
  expect(subAgentId('me', 'y'.repeat(199))).toBe(`/${'y'.repeat(199)}`);
});
