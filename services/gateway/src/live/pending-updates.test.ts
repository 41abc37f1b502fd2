import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { addRecord, newPending, toMessages, trimLists, viewRecord, type Pending } from './pending-updates.ts';

const linesOf = (agent: string, messages: readonly string[]): Pending => {
  const pending = newPending('1-0');
  for (const message of messages) {
    addRecord(pending, viewRecord('a', { ...aRecord('log_entry', { agent_id: agent, message }) }, '1-0'));
  }
  return pending;
};
const shown = (agent: string, pending: Pending) =>
  toMessages('a', agent, pending, { usage: null }).map(({ data }) =>
    'items' in data ? { items: data.items.length, dropped: data.dropped ?? 0 } : null,
  );

test('a frame that is too large keeps the newest of each agent and counts the rest', () => {
  const busy = linesOf(
    'busy',
    Array.from({ length: 200 }, (_, n) => `${n} ${'x'.repeat(1_000)}`),
  );
  const quiet = linesOf('quiet', ['one', 'two']);
  trimLists([busy, quiet], 30_000);
  expect(shown('busy', busy)).toEqual([{ items: 25, dropped: 175 }]);
  expect(shown('quiet', quiet)).toEqual([{ items: 2, dropped: 0 }]);
  const [message] = toMessages('a', 'busy', busy, { usage: null });
  expect(message?.data).toMatchObject({
    items: [{ message: expect.stringMatching(/^175 /) }, ...Array.from({ length: 24 }, () => ({}))],
  });
});

test('a frame with room enough is left as it is', () => {
  const pending = linesOf(
    'busy',
    Array.from({ length: 200 }, () => 'x'),
  );
  trimLists([pending], 1_000_000);
  expect(shown('busy', pending)).toEqual([{ items: 200, dropped: 0 }]);
});

test('where even one line of each agent is too much, some agents have none, and say so', () => {
  const agents = Array.from({ length: 10 }, (_, n) => linesOf(`agent-${n}`, ['x'.repeat(900)]));
  trimLists(agents, 5_500);
  const all = agents.flatMap((pending) => shown('agent', pending));
  expect(all.filter((one) => one?.items === 1)).toHaveLength(5);
  expect(all.filter((one) => one?.dropped === 1)).toHaveLength(5);
});
