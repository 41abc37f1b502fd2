import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../command-line.ts';
import { plainPage } from '../terminal/page.ts';

let t: TestGateway;
let key: string;
beforeAll(async () => {
  t = await createTestGateway();
  key = (await t.as('red', 'admin')).authorization.slice('Bearer '.length);
});
afterAll(() => t[Symbol.asyncDispose]());

async function type(line: string) {
  const said: string[] = [];
  let out = '';
  const code = await runCommandLine(line.split(' '), {
    env: { TELLTALE_URL: t.gateway.url, TELLTALE_API_KEY: key },
    page: () => plainPage,
    out: (text) => (out += text),
    say: (text) => void said.push(text),
    exitCode: 0,
  });
  return { code, out, said: said.join('\n') };
}

test('a repair is asked for, and said to wait for its turn', async () => {
  const { code, out } = await type('repair --from 2026-11-01 --to 2026-11-02T12:00 --no-wait');
  expect([code, out]).toEqual([0, expect.stringMatching(/^repair [0-9a-f-]{36} waits for its turn\n$/)]);
  const asked = await type('repair --from 2026-11-01 --no-wait --json');
  expect(JSON.parse(asked.out)).toMatchObject({ state: 'waiting', from: '2026-11-01T00:00:00.000Z', differing: 0 });
});

test('the end of a repair is waited for, and says how many rows were wrong or why it failed', async () => {
  const end = async (progress: { state: 'done' | 'failed'; differing?: number; error?: string }) => {
    const typed = type('repair --from 2026-11-01 --quiet');
    const asked = await until(async () => {
      const rows = await t.db
        .selectFrom('repair_request as r')
        .select('r.repair_id')
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('repair_progress as p').whereRef('p.repair_id', '=', 'r.repair_id').select('p.state'))),
        )
        .executeTakeFirst();
      return rows ?? null;
    });
    const row = { team_id: 'red', repair_id: asked.repair_id, ended_at: new Date(), ...progress };
    await t.db.insertInto('repair_progress').values(row).execute();
    return typed;
  };
  await t.db.deleteFrom('repair_request').execute();
  expect(await end({ state: 'done', differing: 1_234 })).toMatchObject({
    code: 0,
    out: 'rows that were not what the records say: 1,234\n',
  });
  expect(await end({ state: 'done' })).toMatchObject({ code: 0, out: 'every row was what the records say\n' });
  const failed = await end({ state: 'failed', error: 'the records are gone' });
  expect(failed).toMatchObject({ code: 1, said: expect.stringContaining('the records are gone') });
});

test('what cannot be repaired says so: the wrong way round', async () => {
  const { code, said } = await type('repair --from 2026-11-02 --to 2026-11-01');
  expect([code, said]).toEqual([2, expect.stringContaining('is not after from')]);
});
