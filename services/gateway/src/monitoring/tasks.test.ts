import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let read: { authorization: string };
const started = Date.UTC(2026, 10, 1, 12);
const tasks = 57;

beforeAll(async () => {
  t = await createTestGateway();
  read = await t.as('red', 'read');
  const records = Array.from({ length: tasks }, (_, index) => {
    // Two at a time start at the same moment: a page may end between them.
    const at = new Date(started + Math.floor(index / 2) * 1_000).toISOString();
    const own = { task_id: `t-${index}`, crew_id: index % 3 === 0 ? 'nightly' : 'daily', at };
    return aRecord('task_event', {
      ...own,
      status: index % 2 === 0 ? 'RUNNING' : 'FAILED',
      error_message: 'e'.repeat(300),
    });
  });
  const inputs = { zeta: 1, alpha: 'a', timeframe: '1h', ten: true, nested: { a: 1 }, symbol: 'BTC', b: 2, c: 3, d: 4 };
  const ordered = aRecord('task_event', { task_id: 'ordered', at: '2026-10-01T00:00:00.000Z', inputs });
  await seed(t.databaseUrl, 'red', [...records, ordered]);
});
afterAll(() => t[Symbol.asyncDispose]());

type Task = { task_id: string; error_preview: string | null; status: string; input_summary: object };
type Page = { tasks: Task[]; total: number; next_cursor?: string };
const get = async (query: string): Promise<Page> =>
  (await t.gateway.http.inject({ url: `/api/v1/monitoring/tasks?${query}`, headers: read })).json();

async function everyPage(query: string): Promise<{ ids: string[]; totals: Set<number> }> {
  const ids: string[] = [];
  const totals = new Set<number>();
  for (let page = await get(query); ; page = await get(`${query}&cursor=${page.next_cursor}`)) {
    ids.push(...page.tasks.map(({ task_id }) => task_id));
    totals.add(page.total);
    if (page.next_cursor === undefined) return { ids, totals };
  }
}

test.each(['-start_time', 'start_time'])(
  'pages by cursor hold each task once (%s), and each says the exact total',
  async (sort) => {
    const { ids, totals } = await everyPage(`limit=10&sort=${sort}`);
    expect([ids.length, new Set(ids).size, [...totals]]).toEqual([tasks + 1, tasks + 1, [tasks + 1]]);
    expect(sort === 'start_time' ? ids[0] : ids.at(-1)).toBe('ordered');
  },
);

test('totals are those of the filter, also of a page past the end', async () => {
  expect(await everyPage('crew_id=nightly&status=FAILED&limit=4')).toMatchObject({ totals: new Set([9]) });
  expect(await get('crew_id=nightly&offset=500')).toMatchObject({ tasks: [], total: 19 });
  const bounds = 'start_date_from=2026-11-01T12:00:05.000Z&start_date_to=2026-11-01T12:00:06.000Z';
  expect(await get(bounds)).toMatchObject({ total: 4 });
  expect(await get('start_date_from=2026-11-01&start_date_to=2026-11-01')).toMatchObject({ total: tasks });
  expect(await get('start_date_from=2026-11-02&start_date_to=2026-11-01')).toMatchObject({
    code: 'invalid_request',
    errors: [{ parameter: 'start_date_from', detail: 'is after start_date_to' }],
  });
});

test('an error is shown in short, of failed tasks alone', async () => {
  const { tasks: some } = await get('limit=20');
  for (const { status, error_preview } of some)
    expect(error_preview).toBe(status === 'FAILED' ? 'e'.repeat(200) : null);
});

test('inputs are summed up in the order in which they were sent, the named ones first', async () => {
  const [first] = (await get('sort=start_time&limit=1')).tasks;
  expect(Object.entries(first?.input_summary ?? {})).toEqual([
    ['symbol', 'BTC'],
    ['timeframe', '1h'],
    ['zeta', 1],
    ['alpha', 'a'],
    ['ten', true],
    ['b', 2],
    ['c', 3],
  ]);
});

test('the detail of a large task says which lists go on, and holds what became of it', async () => {
  const own = { task_id: 'large', session_id: 'large' } as const;
  const at = (second: number): string => new Date(started + second * 1_000).toISOString();
  const use = (id: number) => ({ ...own, at: at(2), tool_name: 'bash', tool_call_id: `use-${id}`, success: true });
  await seed(t.databaseUrl, 'red', [
    aRecord('task_event', { ...own, at: at(0), status: 'RUNNING' }),
    // Each says the state again, or nothing of it.
    ...Array.from({ length: 120 }, (_, index) => {
      const status = index % 2 === 0 ? 'RUNNING' : undefined;
      return aRecord('task_event', { ...own, at: at(index), event_type: 'note', status });
    }),
    aRecord('task_event', { ...own, at: at(500), status: 'FAILED', error_message: 'at the end' }),
    // Each use is told by two: a log and a span.
    ...Array.from({ length: 60 }, (_, index) => [
      aRecord('tool_call', use(index)),
      aRecord('tool_call', use(index)),
    ]).flat(),
  ]);
  const answer = await t.gateway.http.inject({ url: '/api/v1/monitoring/tasks/large', headers: read });
  const { truncated, events, logs_summary } = answer.json();
  expect(truncated).toEqual(['events']);
  expect(events).toHaveLength(100);
  expect(events.at(0)).toMatchObject({ status: 'RUNNING' });
  expect(events.at(-1)).toMatchObject({ status: 'FAILED', at: at(500) });
  expect(logs_summary.tool_calls).toHaveLength(60);
});
