import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from './test-support/test-gateway.ts';

let t: TestGateway;
let read: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  read = await t.as('red', 'read');
});
afterAll(() => t[Symbol.asyncDispose]());

const get = (url: string) => t.gateway.http.inject({ url, headers: read });
const lists = ['agents', 'runs', 'calls', 'logs', 'git', 'samples', 'metrics/sessions', 'monitoring/tasks'];
const ofPeriods = ['runs', 'calls', 'logs', 'git', 'samples', 'metrics/sessions', 'metrics/summary'];

async function expectProblem(url: string, parameter: string, code = 'invalid_request'): Promise<void> {
  const answer = await get(url);
  expect([url, answer.statusCode]).toEqual([url, 400]);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  const problem = answer.json();
  expect(problem).toMatchObject({ type: `urn:telltale:error:${code}`, status: 400, code, errors: [{ parameter }] });
  expect(problem.detail).toContain(parameter);
}

describe.each(lists)('%s', (list) => {
  test.each(['limit=0', 'limit=101', 'limit=1.5', 'limit=', 'limit=0x5', 'limit=5&limit=6', 'limit=1e1', 'limit=-1'])(
    '?%s names limit',
    async (query) => expectProblem(`/api/v1/${list}?${query}`, 'limit'),
  );
  test('offsets out of range, empty and hostile filters, unknown parameters are named', async () => {
    await expectProblem(`/api/v1/${list}?offset=10001`, 'offset');
    await expectProblem(`/api/v1/${list}?lmit=5`, 'lmit');
    await expectProblem(`/api/v1/${list}?cursor=%00`, 'cursor', 'invalid_cursor');
    await expectProblem(`/api/v1/${list}?team_id=..%2Fblue`, 'team_id');
  });
});

test.each(ofPeriods)('%s refuses an unknown period and times that are none or the wrong way round', async (list) => {
  await expectProblem(`/api/v1/${list}?period=yesterday`, 'period');
  await expectProblem(`/api/v1/${list}?from=yesterday`, 'from');
  await expectProblem(`/api/v1/${list}?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`, 'from');
});

test('filters that no text column can hold are refused before the store is asked', async () => {
  await expectProblem('/api/v1/runs?agent_id=', 'agent_id');
  await expectProblem('/api/v1/runs?agent_id=a%00b', 'agent_id');
  await expectProblem(`/api/v1/runs?agent_id=${'a'.repeat(201)}`, 'agent_id');
  await expectProblem('/api/v1/logs?level=fatal', 'level');
  await expectProblem('/api/v1/monitoring/tasks?status=done', 'status');
  await expectProblem('/api/v1/monitoring/tasks?start_date_from=31.1.2026', 'start_date_from');
  await expectProblem('/api/v1/monitoring/tasks?start_date_from=0000-01-01', 'start_date_from');
  await expectProblem('/api/v1/monitoring/tasks?start_date_to=9999-12-31', 'start_date_to');
  for (const zone of ['IST', 'PST', 'AGT', '%2B05:30'])
    await expectProblem(`/api/v1/metrics/costs?group_by=day&time_zone=${zone}`, 'time_zone');
  await expectProblem('/api/v1/monitoring/tasks?sort=name', 'sort');
});

test('injection attempts are plain text: nothing is found and nothing breaks', async () => {
  for (const text of ["'; drop table run; --", '%27%20or%201=1', '\\', '%25', '_', '${7*7}', '../../etc/passwd']) {
    const value = encodeURIComponent(text);
    for (const url of [`/api/v1/logs?q=${value}`, `/api/v1/runs?agent_id=${value}`, `/api/v1/calls?model=${value}`]) {
      expect((await get(url)).statusCode).toBe(200);
    }
    expect((await get(`/api/v1/runs/${value}`)).statusCode).toBe(404);
  }
});

test('paths that are no paths are 404 or 400 problems, never an error of ours', async () => {
  const paths = ['/api/v1/nothing', '//api/v1/runs', '/api/v1//runs', '/api/v1/RUNS'];
  for (const path of [...paths, `/api/v1/runs/${'x'.repeat(5_000)}`, '/api/v1/runs/;x=1', '/api%2Fv1%2Fruns']) {
    const answer = await get(path);
    expect([path.slice(0, 60), answer.statusCode]).toEqual([path.slice(0, 60), 404]);
    expect(answer.json().code).toBe('not_found');
  }
  for (const path of [
    '/api/v1/runs/',
    '/api/v1/runs/%zz',
    '/api/v1/runs/%ff',
    '/api/v1/runs/a%00b',
    `/api/v1/runs/${'x'.repeat(201)}`,
  ]) {
    const answer = await get(path);
    expect([path, answer.statusCode, answer.json().code]).toEqual([path, 400, 'invalid_request']);
  }
});

test('an id of 200 characters that each take nine bytes in the path is a good id', async () => {
  const id = encodeURIComponent('漢'.repeat(200));
  expect((await get(`/api/v1/runs/${id}`)).statusCode).toBe(404);
  expect((await get(`/api/v1/runs?agent_id=${id}`)).statusCode).toBe(200);
});
