import { writeFile } from 'node:fs/promises';
import { startPrivatePostgres } from '@telltale/testkit/private-postgres';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import {
  exampleParameters,
  exampleRecords,
  exampleRequests,
  nobodysId,
  ownParameters,
} from './open-api/example-requests.ts';
import { formOf } from './a-form.ts';
import { seed } from './seed.ts';
import { createTestGateway } from './test-gateway.ts';

/**
 * Asks every operation of the API document once rightly and once wrongly, and writes what it was answered into
 * openapi-examples.json, from where the document takes its examples: `node services/gateway/src/test-support/print-examples.ts`
 */
const file = new URL('../http/openapi-examples.json', import.meta.url);

type Parameter = { in: string; name: string; required?: boolean; schema: { format?: string; enum?: string[] } };
type Operation = { operationId: string; security: object[]; parameters?: Parameter[]; requestBody?: object };
type Example = { parameters: Record<string, unknown>; body?: unknown; answers: Record<string, unknown> };

await using stack = new AsyncDisposableStack();
const database = stack.use(await startPrivatePostgres());
const redis = stack.use(await startPrivateRedis());
const t = stack.use(await createTestGateway({ database, redis }));
const headers = { ...(await t.as('red', 'read', 'ingest', 'runner', 'admin')) };

const ask = async (method: string, url: string, payload?: unknown, auth: object = headers) => {
  const json = { payload: JSON.stringify(payload), headers: { 'content-type': 'application/json' } };
  const isForm = method === 'POST' && url.startsWith('/api/v1/artifacts');
  const sent = payload === undefined ? { headers: {} } : isForm ? formOf(payload) : json;
  const all = { ...sent, headers: { ...auth, ...sent.headers } };
  const answer = await t.gateway.http.inject({ method: method as 'GET', url, ...all });
  const isJson = String(answer.headers['content-type']).includes('json');
  const said = isJson ? answer.json<unknown>() : answer.body;
  return { status: answer.statusCode, body: answer.body === '' ? undefined : said };
};
const idOf = (body: unknown): string => String(Reflect.get(Object(body), 'id'));

await ask('PUT', '/api/v1/team', { label_names: ['env', 'tier'] });
await ask('POST', '/api/v1/budgets', exampleRequests['postBudgets']?.body);
await ask('PUT', '/api/v1/limits', exampleRequests['putLimits']?.body);
await ask('PUT', '/api/v1/crews', exampleRequests['putCrews']?.body);
const endpoint = aRecord('endpoint_minute', { agent_id: 'gateway', latency_bins: { '120': 9 }, requests: 9 });
await seed(t.databaseUrl, 'red', exampleRecords(), new Map([['claude-sonnet-4-5', '0.012345']]));
await seed(t.databaseUrl, 'telltale', [endpoint]);
const letter = { team_id: 'red', producer_id: String(exampleParameters['producer_id']), seq: 7, kind: 'llm_call' };
const payload = Buffer.from(JSON.stringify(exampleRecords()[3]));
const anArtifact = exampleRequests['postArtifacts']?.body;
const newLetter = async (): Promise<string> => {
  const letter_id = crypto.randomUUID();
  const refused = { reason: 'refused_by_store', detail: 'value out of range', payload, record_id: null };
  await t.db
    .insertInto('dead_letter')
    .values({ ...letter, ...refused, letter_id })
    .execute();
  return letter_id;
};

/** Ids of things that are there, made just before they are asked for. */
const living: Readonly<Record<string, () => Promise<string>>> = {
  key_id: async () => idOf((await ask('POST', '/api/v1/keys', { scopes: ['read'] })).body),
  price_id: async () => {
    const prices = [{ model: 'other-model', per_million: { input: 1 } }];
    const { body } = await ask('POST', '/api/v1/prices', { version: 1, prices });
    return String((Reflect.get(Object(body), 'ids') as string[])[0]);
  },
  budget_id: async () => {
    const budget = { subject: 'task', subject_id: 'other', period: 'total', limit_tokens: 1_000 };
    return String(Reflect.get(Object((await ask('POST', '/api/v1/budgets', budget)).body), 'budget_id'));
  },
  reprice_id: async () => idOf((await ask('POST', '/api/v1/prices/reprice', { dry_run: true })).body),
  repair_id: async () => idOf((await ask('POST', '/api/v1/repair', exampleRequests['postRepair']?.body)).body),
  artifact_id: async () =>
    String(Reflect.get(Object((await ask('POST', '/api/v1/artifacts', anArtifact)).body), 'artifact_id')),
  letter_id: newLetter,
  producer_id: async () =>
    String((await t.db.selectFrom('batch_ledger').select('producer_id').executeTakeFirst())?.producer_id),
};

/** Ids that only one operation can be asked about. */
const livingOf: Readonly<Record<string, Readonly<Record<string, () => Promise<string>>>>> = {
  postTasksByTaskIdClaim: {
    task_id: async () => {
      const task = { crew_id: 'nightly', inputs: { symbol: 'BTC' }, idempotency_key: 'BTC by hand' };
      return String(Reflect.get(Object((await ask('POST', '/api/v1/tasks', task)).body), 'task_id'));
    },
  },
};

/** Bodies that only hold once. */
const livingBodies: Readonly<Record<string, () => Promise<unknown>>> = {
  postRunnersEnroll: async () => {
    const token: unknown = Reflect.get(Object((await ask('POST', '/api/v1/runners/tokens', {})).body), 'token');
    return { token, host: 'vm-1', version: '0.1.0' };
  },
};

const shorten = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 2).map(shorten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shorten(part)]));
};

const shownFor = (operationId: string, name: string): unknown =>
  ownParameters[operationId]?.[name] ?? exampleParameters[name];

async function addressOf(path: string, { operationId, parameters = [] }: Operation, ids: 'living' | 'nobody') {
  const query = new URLSearchParams();
  let url = path;
  for (const { in: where, name, required, schema } of parameters) {
    const wanted = required === true || exampleRequests[operationId]?.parameters?.includes(name) === true;
    if (where === 'query' && wanted) query.set(name, String(shownFor(operationId, name)));
    if (where !== 'path') continue;
    const nobody = schema.format === 'uuid' ? nobodysId : 'nobody';
    const id =
      ids === 'nobody' && schema.enum === undefined
        ? nobody
        : ((await (livingOf[operationId]?.[name] ?? living[name])?.()) ?? String(shownFor(operationId, name)));
    url = url.replace(`{${name}}`, encodeURIComponent(id));
  }
  return { url, query };
}

/** The most telling way to be refused: an id that nothing has, a body or a parameter that is wrong. */
async function refusal(method: string, path: string, operation: Operation): Promise<unknown> {
  const { operationId, parameters = [], security } = operation;
  if (security.length === 0 && exampleRequests[operationId]?.fail === undefined) return undefined;
  const { url, query } = await addressOf(path, operation, 'nobody');
  const fail = exampleRequests[operationId]?.fail;
  const body = fail ?? exampleRequests[operationId]?.body;
  if (fail === undefined && !path.includes('{')) {
    const wrong = ['limit', 'period'].find((name) => parameters.some((one) => one.name === name)) ?? 'lmit';
    query.set(wrong, wrong === 'period' ? 'yesterday' : '0');
  }
  const { body: problem, status } = await ask(method, `${url}?${query.toString()}`, body);
  if (status < 400 || status >= 500) throw new Error(`${operationId} was not refused: ${status}`);
  return problem;
}

const document = (await ask('GET', '/openapi.json')).body as { paths: Record<string, Record<string, Operation>> };
const operations: Record<string, Example> = {};
for (const [path, methods] of Object.entries(document.paths)) {
  for (const [lower, operation] of Object.entries(methods)) {
    const { operationId, parameters = [] } = operation;
    const [method, body] = [lower.toUpperCase(), exampleRequests[operationId]?.body];
    const shown = parameters.map(({ name }) => [name, shownFor(operationId, name)] as const);
    const missing = shown.filter(([, value]) => value === undefined).map(([name]) => name);
    if (missing.length > 0) throw new Error(`${operationId}: example-requests.ts has no ${missing.join(', ')}`);
    const { url, query } = await addressOf(path, operation, 'living');
    const sent = (await livingBodies[operationId]?.()) ?? body;
    const { status, body: answer } = await ask(method, `${url}?${query.toString()}`, sent);
    if (status >= 300) throw new Error(`${operationId} was refused: ${status} ${JSON.stringify(answer)}`);
    const refused = await refusal(method, path, operation);
    operations[operationId] = {
      parameters: Object.fromEntries(shown),
      ...(body === undefined ? {} : { body }),
      answers: {
        ...(answer === undefined ? {} : { [status]: shorten(answer) }),
        ...(refused === undefined ? {} : { default: refused }),
      },
    };
  }
}
// What takes a running collector: the same answer after the commit.
const { postTelemetry, postKeys, postTasks, getArtifactsByArtifactId } = operations;
if (getArtifactsByArtifactId !== undefined) {
  getArtifactsByArtifactId.answers['206'] = getArtifactsByArtifactId.answers['200'];
}
if (postTelemetry !== undefined) postTelemetry.answers['200'] = postTelemetry.answers['202'];
// The same request again under the same key.
if (postTasks !== undefined) postTasks.answers['200'] = postTasks.answers['201'];
// No key that ever worked stands in the document.
const made = Object(postKeys?.answers['201']) as { id: string; key: string };
Object.assign(made, { key: `tt_${made.id}_${'x'.repeat(43)}` });
const { postRunnersEnroll, postRunnersTokens } = operations;
const joined = Object(postRunnersEnroll?.answers['201']) as { key_id: string; key: string };
Object.assign(joined, { key: `tt_${joined.key_id}_${'x'.repeat(43)}` });
const invited = Object(postRunnersTokens?.answers['201']) as { token_id: string; token: string };
Object.assign(invited, { token: `ttr_${invited.token_id}_${'x'.repeat(43)}` });
await writeFile(file, `${JSON.stringify(operations, null, 2)}\n`);
