import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operationsOf, type JsonSchema } from '../test-support/open-api/operations.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

type Operation = { tags: string[]; security: object[]; responses: Record<string, { content?: object }> };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } };

const document = async (): Promise<Document> => (await t.gateway.http.inject('/openapi.json')).json();

test('every route of the API is in the document, and says whether it needs a key and how it fails', async () => {
  const { paths } = await document();
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = t.gateway.routes
    .filter(({ method, url }) => method !== 'HEAD' && /^\/(?:api|livez|readyz)/.test(url))
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(documented.toSorted()).toEqual(routes.toSorted());
  for (const [path, operations] of Object.entries(paths)) {
    for (const operation of Object.values(operations)) {
      // Who enrols a runner has no key yet: the token in the body stands for one.
      const open = !path.startsWith('/api') || path === '/api/v1/runners/enroll';
      expect(operation.security).toEqual(open ? [] : [{ key: [] }]);
      expect(operation.responses['default']?.content).toHaveProperty('application/problem+json');
      expect(operation.tags).toHaveLength(1);
    }
  }
});

test(
  'every operation shows an example of each parameter, body and answer, and each fits its own schema',
  { timeout: 120_000 },
  async () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const operations = operationsOf(await document());
    const wrong: string[] = [];
    const check = (what: string, schema: JsonSchema, example: unknown): void => {
      if (example === undefined)
        wrong.push(`${what} has no example: add it to example-requests.ts, run print-examples.ts`);
      else if (!ajv.validate(schema, example)) wrong.push(`${what}: ${ajv.errorsText()}`);
    };
    for (const { method, path, parameters, body, answers, problem, examples } of operations) {
      const name = `${method} ${path}`;
      for (const { name: parameter, schema, example } of parameters) check(`${name}?${parameter}`, schema, example);
      if (body !== null) check(`the body of ${name}`, body, examples.body);
      for (const [status, schema] of answers) {
        if (status !== 204 && schema !== null)
          check(`answer ${status} of ${name}`, schema, examples.answers.get(status));
      }
      if (path.startsWith('/api')) check(`the error of ${name}`, problem, examples.problem);
    }
    expect(wrong).toEqual([]);
  },
);

test('every operation has a name of its own', async () => {
  const { paths } = await document();
  const names = Object.values(paths).flatMap((operations) =>
    Object.values(operations).map((operation) => (operation as Operation & { operationId: string }).operationId),
  );
  expect(names).toContain('getRunsByRunId');
  expect(new Set(names).size).toBe(names.length);
});

test('every reference leads to a schema, and a record is described although it is judged apart', async () => {
  const whole = await document();
  const names = [...JSON.stringify(whole).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  for (const name of names) expect(whole.components.schemas).toHaveProperty(name ?? '');
  expect(names).toContain('TelemetryRecordInput');
});

test('the reader of the document loads nothing from elsewhere', async () => {
  const answer = await t.gateway.http.inject('/docs/');
  expect(answer.statusCode).toBe(200);
  expect(answer.body).not.toMatch(/(?:src|href)="https?:/);
  expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
});
