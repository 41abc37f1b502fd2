import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { seed } from '@telltale/gateway/test-support/seed';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../command-line.ts';
import { plainPage } from '../terminal/page.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

async function type(auth: { authorization: string }, ...args: string[]) {
  const said: string[] = [];
  let out = '';
  const context = {
    env: { TELLTALE_URL: t.gateway.url, TELLTALE_API_KEY: auth.authorization.slice('Bearer '.length) },
    page: () => plainPage,
    out: (text: string) => void (out += text),
    say: (text: string) => void said.push(text),
    exitCode: 0,
  };
  const code = await runCommandLine(args, context);
  return { code, out, said };
}

test('labels that a team allows are set, shown and filtered by', async () => {
  const key = await t.as('red', 'admin', 'read');
  expect((await type(key, 'team', 'show')).out).toMatch(/^Team +red\nLabel names +none\n/);
  const set = await type(key, 'team', 'set', '--label-names', 'env, tier');
  expect([set.code, set.said[0]]).toEqual([0, 'totals of team red can be filtered by the labels env, tier']);
  const shown = await type(key, 'team', 'show', '--json');
  expect(JSON.parse(shown.out)).toMatchObject({ team_id: 'red', label_names: ['env', 'tier'] });
  const records = ['prod', 'dev'].map((env) => aRecord('service_call', { labels: { env }, service_name: env }));
  await seed(t.databaseUrl, 'red', records);
  const services = await type(key, 'services', '--label', 'env=prod', '--json');
  expect(JSON.parse(services.out).external).toMatchObject([{ name: 'prod', calls: 1 }]);
  const one = await type(key, 'services', 'dev', '--label', 'env=dev');
  expect([one.code, one.out]).toEqual([0, expect.stringMatching(/SERVICE +CALLS.*\ndev +1 /)]);
  const refused = await type(key, 'summary', '--label', 'other=x');
  expect([refused.code, refused.said.join('\n')]).toEqual([2, expect.stringContaining('label.env, label.tier')]);
});

test('what is no list of labels, no label filter, or not allowed by the key is said', async () => {
  const read = await t.as('red', 'read');
  expect((await type(read, 'team', 'set', '--label-names', '1env')).code).toBe(2);
  expect((await type(read, 'team', 'set', '--label-names', 'env')).code).toBe(1);
  expect((await type(read, 'summary', '--label', 'env')).code).toBe(2);
});

test('limits of runs are set for the team and for an agent, shown and removed', async () => {
  const key = await t.as('limited', 'admin', 'read');
  expect((await type(key, 'team', 'limits')).said[0]).toContain('no limits');
  expect((await type(key, 'team', 'limits', '--timeout', '10m', '--max-usd', '2.5')).said[0]).toMatch(/usd \$2.50$/);
  await type(key, 'team', 'limits', '--agent', 'a', '--max-memory', '2GiB');
  const { out } = await type(key, 'team', 'limits');
  expect(out).toMatch(/\nthe team +timeout 10m 00s, usd \$2.50\na +memory 2.0 GiB\n/);
  expect((await type(key, 'team', 'limits', '--none', '--max-usd', '1')).code).toBe(2);
  await type(key, 'team', 'limits', '--agent', 'a', '--none');
  expect(JSON.parse((await type(key, 'team', 'limits', '--json')).out).limits).toHaveLength(1);
});

test('the time zone of the budgets is set without the labels', async () => {
  const key = await t.as('zoned', 'admin', 'read');
  const set = await type(key, 'team', 'set', '--time-zone', 'Europe/Berlin');
  expect([set.code, set.said[0]]).toEqual([0, expect.stringContaining('Europe/Berlin')]);
  expect((await type(key, 'team', 'show')).out).toMatch(/Time zone +Europe\/Berlin/);
  expect((await type(key, 'team', 'set')).code).toBe(2);
});
