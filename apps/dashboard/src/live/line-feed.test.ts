import { QueryClient } from '@tanstack/react-query';
import type { ActivityLog } from '@telltale/contracts/http/agent-telemetry';
import { expect, test } from 'vitest';
import { addLines, fillLines, knownLines, lineFeedQuery, type LineFeed } from './line-feed.ts';

const target = { agent_id: 'one' };
const lineOf = (n: number): ActivityLog => ({
  id: `line-${String(n).padStart(6, '0')}`,
  timestamp: new Date(1_700_000_000_000 + n).toISOString(),
  level: 'info',
  message: String(n),
  source: 'stdout',
});
const range = (from: number, to: number): ActivityLog[] =>
  Array.from({ length: to - from }, (_, index) => lineOf(from + index));

/** A page that knows the first hundred lines, and hears the last two hundred of a flood that ends at `end`. */
async function flooded(end: number) {
  const cache = new QueryClient();
  addLines(cache, 'a', target, range(0, 100));
  const known = knownLines(cache, 'a', target);
  addLines(cache, 'a', target, range(end - 200, end));
  let asked = 0;
  await fillLines(cache, 'a', target, known, async ({ cursor }) => {
    asked += 1;
    const to = cursor === undefined ? end : Number(cursor);
    const from = Math.max(0, to - 100);
    return { lines: range(from, to).toReversed(), older: from === 0 ? null : { cursor: String(from) } };
  });
  const feed = cache.getQueryData<LineFeed>(lineFeedQuery('a', target).queryKey);
  return { asked, lines: feed?.lines.map(({ message }) => Number(message)) ?? [], older: feed?.older };
}

test('a flood of more lines than the feed shows is asked for until it meets what was known', async () => {
  const { asked, lines } = await flooded(1_000);
  expect(lines).toEqual(range(0, 1_000).map((_, n) => n));
  expect(asked).toBe(10);
});

test('of a hole that is too wide what lies before it is let go, and older lines go on from there', async () => {
  const { asked, lines, older } = await flooded(5_000);
  expect(asked).toBe(20);
  expect(lines).toEqual(range(3_000, 5_000).map((_, n) => 3_000 + n));
  expect(older).toEqual({ cursor: '3000' });
});
