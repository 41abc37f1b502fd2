import { seed } from '@telltale/gateway/test-support/seed';
import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../command-line.ts';
import { plainPage } from '../terminal/page.ts';

let t: TestGateway;
let env: Record<string, string>;
beforeAll(async () => {
  t = await createTestGateway();
  const { authorization } = await t.as('red', 'admin');
  env = { TELLTALE_URL: t.gateway.url, TELLTALE_API_KEY: authorization.slice('Bearer '.length) };
});
afterAll(() => t[Symbol.asyncDispose]());

async function type(line: string) {
  const said: string[] = [];
  let out = '';
  const code = await runCommandLine(['dead-letters', ...line.split(' ')], {
    env,
    page: () => plainPage,
    out: (text) => void (out += text),
    say: (text) => void said.push(text),
    exitCode: 0,
  });
  return { code, out, said };
}

test('a letter that is gone does not keep the others from being replayed or dropped', async () => {
  const gone = '00000000-0000-4000-8000-000000000000';
  await seed(t.databaseUrl, 'red', [
    aRecord('log_entry', { message: 'c\u0000' }),
    aRecord('log_entry', { message: 'd\u0000' }),
  ]);
  const { dead_letters: letters } = JSON.parse((await type('list --json')).out);
  const [first, second]: string[] = letters.map(({ id }: { id: string }) => id);
  const done = (what: (id: string) => string) => ({
    code: 1,
    out: '',
    said: [
      what(first ?? ''),
      `${gone}: there is no such dead letter`,
      what(second ?? ''),
      expect.stringContaining('1 of 3 dead letters failed, the others are done'),
    ],
  });
  expect(await type(`replay ${first} ${gone} ${second}`)).toEqual(
    done((id) => `${id}: 1 record is on the way, attempt 1`),
  );
  expect(await type(`drop ${first} ${gone} ${second}`)).toEqual(done((id) => `${id} is dropped`));
  expect(await type('list')).toMatchObject({ said: ['there are no dead letters'] });
});

test('dead letters are listed, shown, replayed and dropped', async () => {
  expect(await type('list')).toEqual({ code: 0, out: '', said: ['there are no dead letters'] });
  const bad = aRecord('log_entry', { message: 'a\u0000b' });
  await seed(t.databaseUrl, 'red', [bad, aRecord('log_entry')]);

  const [heading, row, ...more] = (await type('list')).out.trimEnd().split('\n');
  expect(more).toEqual([]);
  expect(heading).toMatch(/^ID +REASON +KIND +ATTEMPTS +SIZE +SINCE +DETAIL$/);
  expect(row).toMatch(/^[0-9a-f-]{36} +refused_by_store +log_entry +1 +\d+ B +\S+ \S+ +22021 invalid byte sequence/);
  const { dead_letters: letters, total } = JSON.parse((await type('list --json')).out);
  expect([letters.length, total]).toEqual([1, 1]);
  const id: string = letters[0].id;

  const shown = await type(`show ${id}`);
  expect(shown.out).toMatch(new RegExp(`^Dead letter +${id}$`, 'm'));
  expect(shown.out).toContain(`"id":"${bad.id}"`);
  expect(JSON.parse(JSON.parse((await type(`show ${id} --json`)).out).payload)).toEqual(bad);

  expect(await type(`replay ${id}`)).toEqual({ code: 0, out: '', said: [`${id}: 1 record is on the way, attempt 1`] });
  expect(await type(`drop ${id}`)).toEqual({ code: 0, out: '', said: [`${id} is dropped`] });
  const again = await type(`drop ${id}`);
  expect([again.code, again.out]).toEqual([1, '']);
  expect(again.said.join('\n')).toContain('there is no such dead letter');
});
