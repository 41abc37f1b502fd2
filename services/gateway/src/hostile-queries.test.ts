import { aRecord } from '@telltale/testkit/records';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from './test-support/seed.ts';
import { createTestGateway, type TestGateway } from './test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
  await seed(t.databaseUrl, 'default', [
    aRecord('llm_call', { session_id: 's', run_id: 'r', task_id: 't' }),
    aRecord('tool_call', { session_id: 's', run_id: 'r', success: false }),
    aRecord('run_event', { run_id: 'r' }),
    aRecord('task_event', { task_id: 't', inputs: { constructor_: 1 } }),
    aRecord('log_entry', { run_id: 'r' }),
  ]);
});
afterAll(() => t[Symbol.asyncDispose]());

/** Right, nearly right and hostile values; each parameter gets any of them. */
const value = fc.oneof(
  fc.constantFrom(
    'agent-1',
    's',
    'r',
    't',
    'bash',
    'error',
    'all',
    'hour',
    'model',
    'asc',
    '1',
    '100',
    '0',
    '-1',
    '1e3',
  ),
  fc.constantFrom(
    '2026-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '2105-12-31T23:59:59Z',
    '2026-01-01',
    'UTC',
    'Asia/Kathmandu',
  ),
  fc.constantFrom(
    "'",
    '"',
    '\\',
    '%',
    '\u0000',
    '\ud800',
    '__proto__',
    'NaN',
    '[object Object]',
    '🜁'.repeat(40),
    '$1',
    '{}',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

type Operation = { parameters?: { in: string; name: string }[] };

test('no query, however hostile, makes the server fail or answer outside of its schemas', async () => {
  const document = (await t.gateway.http.inject('/openapi.json')).json();
  const paths = Object.entries(document.paths as Record<string, { get?: Operation }>).flatMap(([path, { get }]) =>
    get === undefined
      ? []
      : [{ path, parameters: (get.parameters ?? []).map(({ in: place, name }) => ({ place, name })) }],
  );
  const request = fc.constantFrom(...paths).chain(({ path, parameters }) => {
    const inQuery = parameters.filter(({ place }) => place === 'query').map(({ name }) => name);
    return fc.record({
      path: fc.constant(path),
      ids: fc.array(value, { minLength: 2, maxLength: 2 }),
      query: fc.uniqueArray(fc.tuple(fc.constantFrom(...inQuery, 'unknown'), value), {
        selector: ([name]) => name,
        maxLength: 4,
      }),
    });
  });
  const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
  await fc.assert(
    fc.asyncProperty(request, async ({ path, ids, query }) => {
      const filled = path.replaceAll(/\{\w+\}/g, () => encode(ids[0] ?? 'x') || 'x');
      const url = `${filled}?${query.map(([name, given]) => `${name}=${encode(given)}`).join('&')}`;
      const answer = await t.gateway.http.inject({ url, headers: t.operator });
      expect([url, answer.statusCode < 500]).toEqual([url, true]);
      if (answer.statusCode === 200) return;
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({ status: answer.statusCode, code: expect.any(String) });
    }),
    { numRuns: 600, seed: 20_261_121 },
  );
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});
