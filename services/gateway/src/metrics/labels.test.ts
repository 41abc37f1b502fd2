import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let read: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  read = await t.as('red', 'read');
  const allowed = { label_names: ['env', 'a.b'] };
  const url = '/api/v1/team';
  await t.gateway.http.inject({ method: 'PUT', url, headers: await t.as('red', 'admin'), payload: allowed });
  const of = (labels: Record<string, string>, at: string) => {
    const place = { labels, at, session_id: `s-${Object.values(labels).join('-')}` };
    return [
      aRecord('llm_call', { ...place, model: 'm', input_tokens: 100, output_tokens: 10, duration_ms: 50 }),
      aRecord('tool_call', { ...place, duration_ms: 20 }),
      aRecord('service_call', place),
    ];
  };
  await seed(
    t.databaseUrl,
    'red',
    [
      ...of({ env: 'prod', 'a.b': 'x y', other: 'one' }, '2026-11-01T00:00:00.000Z'),
      ...of({ env: 'prod' }, '2026-11-01T01:00:00.000Z'),
      ...of({ env: 'dev', other: 'one' }, '2026-11-01T02:00:00.000Z'),
      ...['stage', 'elsewhere'].map((env) =>
        aRecord('tool_call', {
          labels: { env },
          session_id: `s-${env}`,
          user_id: 'alice',
          duration_ms: 300,
          success: false,
          error_message: env,
        }),
      ),
    ],
    new Map([['m', '0.5']]),
  );
});
afterAll(() => t[Symbol.asyncDispose]());

const get = async (path: string) => {
  const answer = await t.gateway.http.inject({ url: `/api/v1/metrics/${path}`, headers: read });
  return { status: answer.statusCode, ...answer.json() };
};

test('totals, models, tools, services and times are those with the label', async () => {
  expect(await get('summary?label.env=prod')).toMatchObject({ sessions: 2, llm_calls: 2, cost_usd: 1, tool_calls: 2 });
  expect(await get('summary?label.env=prod&label.a.b=x%20y')).toMatchObject({ sessions: 1, cost_usd: 0.5 });
  expect(await get('summary?label.env=prod&label.a.b=z')).toMatchObject({ sessions: 0, llm_calls: 0 });
  expect(await get('costs?label.env=dev&group_by=session')).toMatchObject({
    total_cost_usd: 0.5,
    groups: [{ key: 's-dev-one' }],
  });
  expect((await get('llm?label.env=prod')).models).toMatchObject([{ model: 'm', llm_calls: 2 }]);
  expect((await get('tools?label.env=prod')).tools).toMatchObject([{ name: 'bash', calls: 2 }]);
  expect(await get('tools/bash?label.env=dev')).toMatchObject({ calls: 1 });
  expect((await get('services?label.env=prod')).llm).toMatchObject([{ calls: 2 }]);
  expect((await get('agents?label.env=prod&host=elsewhere')).agents).toEqual([]);
  const series = await get(
    'timeseries?metric=llm_calls&bucket=hour&label.env=prod&from=2026-11-01T00:00:00Z&to=2026-11-01T03:00:00Z',
  );
  expect(series.buckets.map(({ value }: { value: number }) => value)).toEqual([1, 1, 0]);
});

test('sessions, slow calls and failures are those with the label', async () => {
  const ids = (rows: { session_id: string }[]) => rows.map(({ session_id }) => session_id);
  expect(ids((await get('sessions?label.env=prod')).sessions)).toEqual(['s-prod', 's-prod-x y-one']);
  expect(ids((await get('sessions?label.env=prod&model=m&label.a.b=x%20y')).sessions)).toEqual(['s-prod-x y-one']);
  expect(ids((await get('slow?threshold_ms=100&user_id=alice')).slow_operations)).toHaveLength(2);
  expect(ids((await get('slow?threshold_ms=100&label.env=stage&user_id=alice')).slow_operations)).toEqual(['s-stage']);
  expect((await get('slow?threshold_ms=100&user_id=bob')).slow_operations).toEqual([]);
  const errors = await get('errors?label.env=stage');
  expect([ids(errors.recent_errors), errors.error_counts_by_kind.tool_call]).toEqual([['s-stage'], 1]);
  expect((await get('errors?project=none')).recent_errors).toEqual([]);
  expect(await get('errors?label.other=one')).toMatchObject({ status: 400, code: 'unsupported_filter' });
  expect(await get('slow?label.other=one')).toMatchObject({ status: 400, code: 'unsupported_filter' });
});

test('a label the team does not allow is refused with those it does', async () => {
  const refused = await get('summary?label.other=one&label.env=prod');
  expect(refused).toMatchObject({ status: 400, code: 'unsupported_filter', errors: [{ parameter: 'label.other' }] });
  expect(refused.detail).toContain('label.env, label.a.b');
});

test('a label together with what no rollup holds with it is refused with what can be combined', async () => {
  const refused = await get('llm?label.env=prod&session_id=s');
  expect(refused).toMatchObject({ status: 400, code: 'unsupported_filter' });
  expect(refused.errors.map(({ parameter }: { parameter: string }) => parameter).toSorted()).toEqual([
    'label.<name>',
    'model',
    'session_id',
  ]);
  expect(refused.detail).toMatch(/what can be filtered by at once is \(agent_id, .*label\.<name>/);
});

test('labels that are none, too many of them, and labels where none are offered are named', async () => {
  const parametersOf = async (path: string) => {
    const { status, errors } = await get(path);
    expect([path, status]).toEqual([path, 400]);
    return errors.map(({ parameter }: { parameter: string }) => parameter);
  };
  expect(await parametersOf('summary?label.1x=a')).toEqual(['label.1x']);
  expect(await parametersOf('summary?label.=a')).toEqual(['label.']);
  expect(await parametersOf('summary?label.env=')).toEqual(['label.env']);
  expect(await parametersOf('summary?label.env=a&label.env=b')).toEqual(['label.env']);
  expect(await parametersOf('summary?labels=a')).toEqual(['labels']);
  expect(await parametersOf('summary?__proto__=a')).toEqual(['__proto__']);
  expect(await parametersOf('summary?label.__proto__=a')).toEqual(['label.__proto__']);
  const nine = Array.from({ length: 9 }, (_, index) => `label.l${index}=x`).join('&');
  expect(await parametersOf(`summary?${nine}`)).toEqual(['labels']);
  expect(await parametersOf('slow?label.env=prod&label.b=c')).toEqual(['label.b']);
});
