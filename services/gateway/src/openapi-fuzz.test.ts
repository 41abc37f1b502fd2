import { scope } from '@telltale/contracts/http/keys';
import { aRecord } from '@telltale/testkit/records';
import { recordKinds } from '@telltale/contracts/records/record';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arbitraryOf } from './test-support/open-api/arbitrary-of.ts';
import { formOf } from './test-support/a-form.ts';
import { brokenOf, hostileText } from './test-support/open-api/broken.ts';
import { operationsOf, type JsonSchema, type Operation, type Parameter } from './test-support/open-api/operations.ts';
import { seed as store } from './test-support/seed.ts';
import { createTestGateway, type TestGateway } from './test-support/test-gateway.ts';

/** The same requests every time; a failure prints the smallest request that fails. */
const seed = 20_261_121;
const requestsPerOperation = 20;
/** Two thousand requests: more than other tests do, in ms. */
const timeout = 300_000;

let t: TestGateway;
let operations: Operation[];
let keys: { authorization: string }[];
const known = { agent_id: 'agent-1', session_id: 's1', task_id: 't1', run_id: 'r1', model: 'claude-sonnet-4-5' };

beforeAll(async () => {
  t = await createTestGateway();
  operations = operationsOf((await t.gateway.http.inject('/openapi.json')).json());
  const all = await t.as('red', ...scope.options);
  const single = await Promise.all(scope.options.map((one) => t.as('red', one)));
  // A key of one scope is mostly told that it may not; the others ask more often.
  keys = [all, all, all, t.operator, t.operator, t.operator, ...single];
  const records = recordKinds.flatMap((kind) => [aRecord(kind), aRecord(kind, known)]);
  const failed = aRecord('tool_call', { ...known, success: false, duration_ms: 9_000, error_message: 'exit code 1' });
  for (const team of ['red', 'default']) {
    await store(t.databaseUrl, team, [...records, failed], new Map([['claude-sonnet-4-5', '0.25']]));
  }
});
afterAll(() => t[Symbol.asyncDispose]());

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validators = new WeakMap<JsonSchema, ValidateFunction>();
function fits(schema: JsonSchema, value: unknown): boolean {
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  return validate(value);
}

/** A parameter's text, or the texts of one that is written as several (filters by label). */
type Value = string | Record<string, string>;
type Sent = { parameters: Record<string, Value>; body: unknown };
type Answer = Awaited<ReturnType<typeof send>>;

const asText = fc.oneof(fc.constant('agent-1'), hostileText);
/** Waiting for a commit that no collector makes would only take time. */
const offered = ({ parameters }: Operation) => parameters.filter(({ name }) => name !== 'wait');

function rightValue({ name, schema }: Parameter): fc.Arbitrary<Value> {
  if (schema.type === 'object') return arbitraryOf(schema) as fc.Arbitrary<Record<string, string>>;
  const value = arbitraryOf(schema).map(String);
  const found = known[name as keyof typeof known];
  if (name === 'team_id') return fc.oneof(fc.constant('red'), value);
  if (name === 'time_zone') return fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin');
  return found === undefined ? value : fc.oneof(fc.constant(found), value);
}

/** Requests that the document calls right. Few parameters at a time, or hardly any combination would be answered. */
function rightRequest(operation: Operation): fc.Arbitrary<Sent> {
  const parameters = offered(operation);
  const optional = parameters.filter(({ required }) => required !== true).map(({ name }) => name);
  const all = fc.record(Object.fromEntries(parameters.map((one) => [one.name, rightValue(one)])));
  const body = operation.body === null ? fc.constant(undefined) : arbitraryOf(operation.body);
  return fc
    .tuple(all, fc.subarray(optional, { maxLength: Math.min(3, optional.length) }), body)
    .map(([values, chosen, sent]) => {
      const left = Object.entries(values).filter(([name]) => !optional.includes(name) || chosen.includes(name));
      return { parameters: Object.fromEntries(left), body: sent };
    });
}

/** A right request with one parameter, or the body, made wrong (or not: the schema is asked). */
function brokenRequest(operation: Operation): fc.Arbitrary<Sent> {
  const { body } = operation;
  const inBody =
    body === null
      ? null
      : fc
          .tuple(rightRequest(operation), brokenOf(arbitraryOf(body)))
          .map(([right, sent]) => ({ ...right, body: sent }));
  if (operation.parameters.length === 0) return inBody ?? rightRequest(operation);
  const names = [...offered(operation).map(({ name }) => name), 'unheard_of'];
  const inParameter = fc
    .tuple(rightRequest(operation), fc.constantFrom(...names), asText)
    .map(([right, name, text]) => ({
      ...right,
      parameters: { ...right.parameters, [name]: text },
    }));
  if (inBody === null) return inParameter;
  return fc.oneof({ weight: 1, arbitrary: inParameter }, { weight: 3, arbitrary: inBody });
}

function parameterFits(operation: Operation, name: string, text: Value): boolean {
  const parameter = operation.parameters.find((one) => one.name === name);
  if (parameter === undefined) return false;
  const isNumber = parameter.schema.type === 'integer' && typeof text === 'string' && /^-?\d{1,15}$/.test(text);
  const value = isNumber ? Number(text) : text;
  return fits(parameter.schema, value);
}

const asFormText = (value: unknown): unknown => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** One record that fits is enough for a batch to be taken: each is judged apart. */
function bodyFits({ path, body, form }: Operation, sent: unknown): boolean {
  if (body === null) return true;
  // In a form everything is text.
  if (form)
    return fits(body, Object.fromEntries(Object.entries(Object(sent)).map(([name, its]) => [name, asFormText(its)])));
  if (path !== '/api/v1/telemetry') return fits(body, sent);
  const records: unknown = typeof sent === 'object' && sent !== null ? Reflect.get(sent, 'records') : undefined;
  const { items = {} } = body.properties?.['records'] ?? {};
  const envelope = { ...body, properties: { ...body.properties, records: { type: 'array', minItems: 1 } } };
  if (!fits(envelope, sent) || !Array.isArray(records)) return false;
  // What an un-numbered body may leave out.
  const least = { v: 1, id: '01990000-0000-7000-8000-000000000000', at: '2026-01-01T00:00:00.000Z' };
  return records.some((record: object) => fits(items, { ...least, ...record }));
}

async function send(operation: Operation, { parameters, body }: Sent, headers: { authorization: string }) {
  const query = new URLSearchParams();
  let url = operation.path;
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'object') {
      for (const [member, its] of Object.entries(value)) query.append(member, its.toWellFormed());
      continue;
    }
    const inPath = `{${name}}`;
    // A lone surrogate cannot travel in a URL.
    const wellFormed = value.toWellFormed();
    if (url.includes(inPath)) url = url.replace(inPath, () => encodeURIComponent(wellFormed));
    else query.append(name, wellFormed);
  }
  const json = { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const sent = body === undefined ? { headers: {} } : operation.form ? formOf(body) : json;
  return t.gateway.http.inject({
    method: operation.method as 'GET',
    url: `${url}?${query.toString()}`,
    ...sent,
    headers: { ...headers, ...sent.headers },
  });
}

/** The answer is one the document declares, and fits the schema it declares for it. */
function expectDeclared(operation: Operation, answer: Answer): void {
  const { statusCode } = answer;
  expect(statusCode, answer.body).toBeLessThan(500);
  const declared = operation.answers.get(statusCode);
  if (declared === undefined) {
    expect(statusCode, `${operation.path} does not declare ${statusCode}`).toBeGreaterThanOrEqual(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json().status).toBe(statusCode);
    expect(fits(operation.problem, answer.json()), answer.body).toBe(true);
  } else if (statusCode === 204 || declared === null) {
    expect(answer.body).toBe('');
  } else {
    expect(answer.headers['content-type']).toContain('application/json');
    expect(fits(declared, answer.json()), answer.body).toBe(true);
  }
}

/** What a request that fits every schema may still be refused for: what one schema cannot say. */
const refusable = new Set(['not_found', 'forbidden', 'unsupported_filter', 'invalid_cursor', 'invalid_request']);
/** The token of an enrolment is in its body, and a task may have ended: what no schema can say of one operation. */
const refusableOf: Readonly<Record<string, string>> = {
  'POST /api/v1/runners/enroll': 'unauthenticated',
  'POST /api/v1/tasks': 'unknown_crew',
  'POST /api/v1/tasks/{task_id}/cancel': 'conflict',
  'PUT /api/v1/tasks/{task_id}/status': 'conflict',
};

async function forEveryOperation(
  requestsOf: (operation: Operation) => fc.Arbitrary<Sent>,
  judge: (operation: Operation, sent: Sent, answer: Answer) => void,
): Promise<void> {
  expect(operations.length).toBeGreaterThan(20);
  const failures: string[] = [];
  for (const operation of operations) {
    const asked = fc.asyncProperty(requestsOf(operation), fc.constantFrom(...keys), async (sent, key) => {
      const answer = await send(operation, sent, key);
      expectDeclared(operation, answer);
      judge(operation, sent, answer);
    });
    const { failed, counterexample, errorInstance } = await fc.check(asked, { seed, numRuns: requestsPerOperation });
    if (!failed) continue;
    const request = `${operation.method} ${operation.path} ${JSON.stringify(counterexample?.[0])}`;
    failures.push(`${request}\n${errorInstance instanceof Error ? errorInstance.message : String(errorInstance)}`);
  }
  expect(failures).toEqual([]);
}

test(`right requests are answered as the document says (seed ${seed})`, { timeout }, async () => {
  const answered = new Set<string>();
  await forEveryOperation(rightRequest, (operation, _sent, answer) => {
    if (answer.statusCode < 300) answered.add(`${operation.method} ${operation.path}`);
    else if (refusableOf[`${operation.method} ${operation.path}`] !== answer.json().code)
      expect(refusable, answer.body).toContain(answer.json().code);
  });
  const questions = operations.filter(({ method, path }) => method === 'GET' && !path.includes('{'));
  expect(questions.map(({ path }) => path).filter((path) => !answered.has(`GET ${path}`))).toEqual([]);
});

test(
  `wrong requests are refused by whoever they are from, as the document says (seed ${seed})`,
  { timeout },
  async () => {
    const refused = new Set<string>();
    await forEveryOperation(brokenRequest, (operation, sent, answer) => {
      const right =
        Object.entries(sent.parameters).every(([name, text]) =>
          parameterFits(operation, name, typeof text === 'string' ? text.toWellFormed() : text),
        ) && bodyFits(operation, sent.body);
      if (right) return;
      expect(answer.statusCode, answer.body).toBeGreaterThanOrEqual(400);
      refused.add(`${operation.method} ${operation.path}`);
    });
    const taking = operations.filter(({ parameters, body }) => parameters.length > 0 || body !== null);
    expect(taking.map(({ method, path }) => `${method} ${path}`).filter((name) => !refused.has(name))).toEqual([]);
  },
);
