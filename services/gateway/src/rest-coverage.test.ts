import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from './test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

/** What each method of the client asks for, every id being `{}`. */
function askedOf(): string[] {
  const asked: string[] = [];
  const note = (method: string) => async (path: string) => {
    asked.push(`${method} /api/v1${path.replaceAll('%7B%7D', '{}')}`);
    return undefined as never;
  };
  const api = createTelltaleApi({ get: note('GET'), post: note('POST'), put: note('PUT'), delete: note('DELETE') });
  for (const method of Object.values(api)) void (method as (...args: unknown[]) => unknown)('{}', '{}');
  return asked;
}

test('the client of the SDK asks for every operation of the document, once and for nothing else', async () => {
  const answer = await t.gateway.http.inject('/openapi.json');
  const { paths } = answer.json<{ paths: Record<string, object> }>();
  const operations = Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '{}')}`),
    );
  expect(askedOf().toSorted()).toEqual(operations.toSorted());
});
