import { seed } from '@telltale/gateway/test-support/seed';
import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../command-line.ts';
import { plainPage } from '../terminal/page.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

/** How wide the terminal is; undefined: there is none. */
let columns: number | undefined;

async function type(auth: { authorization: string }, ...args: string[]) {
  const said: string[] = [];
  let out = '';
  const context = {
    env: { TELLTALE_URL: t.gateway.url, TELLTALE_API_KEY: auth.authorization.slice('Bearer '.length) },
    page: () => ({ ...plainPage, columns }),
    out: (text: string) => void (out += text),
    say: (text: string) => void said.push(text),
    exitCode: 0,
  };
  const code = await runCommandLine(['budgets', ...args], context);
  return { code, out, said };
}

test('budgets are set, listed with what is left of them, and removed', async () => {
  const key = await t.as('red', 'admin', 'read');
  expect((await type(key, 'list')).said[0]).toContain('there are no budgets');
  await seed(t.databaseUrl, 'red', [aRecord('llm_call', { agent_id: 'a', model: 'm' })], new Map([['m', '1.5']]));
  const set = await type(key, 'set', '--each', 'agent', '--period', 'day', '--usd', '2', '--name', 'daily');
  expect([set.code, set.said[0]]).toEqual([0, expect.stringMatching(/each agent may spend \$2.00 a day$/)]);
  const total = await type(key, 'set', '--period', 'total', '--tokens', '1000', '--soft');
  expect(total.said[0]).toMatch(/the team may spend 1,000 tokens in all$/);
  const wrong = await type(key, 'set', '--period', 'day', '--usd', 'two');
  expect(wrong.said.join('\n').split('--usd')).toHaveLength(2);
  const { out } = await type(key, 'list');
  expect(out).toMatch(/^BUDGET OF +PER +KIND +LIMIT +SPENT +RESERVED +LEFT +USED/);
  expect(out).toMatch(/\neach agent: agent a +day +hard +\$2.00 +\$1.50 +\$0.00 +\$0.500 +75 % +daily/);
  expect(out).toMatch(/\nthe team +total +soft +1,000 /);
  await type(key, 'set', '--each', 'run', '--period', 'run', '--tokens', '12000000');
  columns = 80;
  const narrow = (await type(key, 'list')).out.split('\n');
  columns = undefined;
  expect(narrow.filter((line) => line.length > 80)).toEqual([]);
  expect(narrow[0]).toMatch(/^BUDGET OF +PER .*LIMIT .*LEFT +USED/);
  const { budgets } = JSON.parse((await type(key, 'list', '--json')).out);
  expect(budgets).toHaveLength(3);
  for (const { budget_id: id } of budgets) expect((await type(key, 'remove', id)).code).toBe(0);
  expect(JSON.parse((await type(key, 'list', '--json')).out).budgets).toEqual([]);
});

test('what is no budget is a usage error, and what the gateway refuses is said', async () => {
  const key = await t.as('blue', 'admin', 'read');
  expect((await type(key, 'set', '--period', 'minute', '--usd', '1')).code).toBe(2);
  const nothing = await type(key, 'set', '--period', 'day', '--usd', '0');
  expect([nothing.code, nothing.said[0]]).toEqual([2, expect.stringContaining('--usd: is not an amount above 0')]);
  expect((await type(key, 'set', '--period', 'day')).code).toBe(2);
  expect((await type(key, 'set', '--period', 'day', '--usd', '1', '--agent', 'a', '--task', 't')).code).toBe(2);
  await type(key, 'set', '--period', 'day', '--usd', '1');
  const hidden = await type(key, 'set', '--period', 'day', '--usd', '2', '--agent', 'a');
  expect([hidden.code, hidden.said.join(' ')]).toEqual([2, expect.stringContaining('can never be hit')]);
});
