import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aStore, type AStore } from '../test-support/a-store.ts';
import { foldAllWays } from '../test-support/fold-all-ways.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

const now = Date.now();
const after = (ms: number): string => new Date(now + ms).toISOString();
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(16));

type Fields = Omit<Partial<RecordOf<'llm_call'>>, 'attributes'>;
const told = (fields: Fields, attributes: Record<string, unknown>) =>
  aRecord('llm_call', {
    origin: 'otlp',
    at: after(0),
    trace_id: 't',
    input_tokens: 100,
    output_tokens: 10,
    duration_ms: 1_000,
    ...fields,
    attributes: { signal: 'span', ...attributes },
  });
/** A client's call, of one second; and that of a gateway behind it, within. */
const ofClient = (fields: Fields = {}, attributes: Record<string, unknown> = {}) =>
  told({ agent_id: 'client', span_id: a, ...fields }, attributes);
const ofGateway = (fields: Fields = {}, attributes: Record<string, unknown> = {}) =>
  told(
    { agent_id: 'litellm', span_id: b, parent_span_id: c, at: after(-100), duration_ms: 800, ...fields },
    attributes,
  );

/** Of the calls that were asked last. */
let team = '';
/** The calls of the team however the records are folded. */
async function callsOf(
  records: readonly TelemetryRecord[],
  options: { backwards?: boolean } = {},
): Promise<Record<string, unknown>[]> {
  const last = await foldAllWays(
    store,
    records,
    (team) =>
      store.rows(
        `select agent_id as agent, session_id as session, run_id as run, output_tokens::int as output from calls
         where team_id = $1 order by agent_id, output_tokens`,
        [team],
      ),
    options,
  );
  team = last.team;
  return last.found;
}
const client = { agent: 'client', session: null, run: null };

test('a call that a client passes on to a gateway, which tells of it as well, is one of the client, as the gateway used it', async () => {
  const passing = ofClient({ session_id: 's' }, { passed_on: `${d} ${c}` });
  expect(await callsOf([passing, ofGateway({ output_tokens: 12 })])).toEqual([{ ...client, session: 's', output: 12 }]);
  // The client's own call may be the span around what the gateway took in.
  const around = ofGateway({ output_tokens: 12, parent_span_id: 'server' }, { within_span: a });
  expect(await callsOf([ofClient(), around])).toEqual([{ ...client, output: 12 }]);
});

test('so it is where nobody tells how it came there, by trace, time and tokens', async () => {
  expect(await callsOf([ofClient({ run_id: 'r' }), ofGateway()])).toEqual([{ ...client, run: 'r', output: 10 }]);
  expect(await callsOf([ofClient(), ofGateway({ session_id: 'other' })])).toHaveLength(1);
});

test('calls of two programs in one trace are two where they do not lie within each other, or say something else', async () => {
  expect(await callsOf([ofClient(), ofGateway({ at: after(2_000) })])).toHaveLength(2);
  expect(await callsOf([ofClient(), ofGateway({ output_tokens: 11 })])).toHaveLength(2);
  expect(await callsOf([ofClient(), ofGateway({ trace_id: 'u' })])).toHaveLength(2);
  expect(await callsOf([ofClient(), ofGateway({ model: 'another' })])).toHaveLength(2);
});

test('equal calls of several agents of one program in one trace stay as many as they are', async () => {
  const judge = (n: number, told: Record<string, unknown>, fields: Fields = {}) =>
    ofClient({ agent_id: `judge-${n}`, span_id: `${n}`.repeat(16), at: after(-n), ...fields }, told);
  const within = { duration_ms: 500 };
  for (const told of [{ process: 'p9' }, { service: 'voting' }])
    expect(await callsOf([judge(1, told), judge(2, told, within), judge(3, told, { duration_ms: 100 })])).toHaveLength(
      3,
    );
  const failed: Fields = { status: 'error' };
  const failure = ({ input_tokens: _i, output_tokens: _o, ...record }: ReturnType<typeof judge>) => record;
  expect(
    await callsOf([1, 2].map((n) => failure(judge(n, { process: 'p9' }, { ...failed, at: after(0) })))),
  ).toHaveLength(2);
  // One that does not name itself is named after the service.
  expect(await callsOf([ofClient({ agent_id: 'voting' }), judge(2, { service: 'voting' }, within)])).toHaveLength(2);
});

test('what a gateway in another process, on another host or of another service tells is the call of its client', async () => {
  const others: [Record<string, unknown>, Fields, Record<string, unknown>, Fields][] = [
    [{ process: 'p9' }, {}, { process: 'p8' }, {}],
    [{ process: 'p9' }, {}, {}, {}],
    [{ process: 'p9' }, { host: 'a' }, { process: 'p9' }, { host: 'b' }],
    [{ service: 'voting' }, {}, {}, {}],
    [{ service: 'voting' }, {}, { service: 'gateway' }, {}],
  ];
  for (const [told, fields, gateways, ofHost] of others)
    expect(await callsOf([ofClient(fields, told), ofGateway(ofHost, gateways)])).toMatchObject([client]);
});

test('equal calls that run at one time through a gateway stay as many as they are', async () => {
  const three = [1, 2, 3].flatMap((n) => [
    ofClient({ span_id: `${n}`.repeat(16) }),
    ofGateway({ span_id: `${n + 3}`.repeat(16) }),
  ]);
  expect(await callsOf(three)).toEqual([1, 2, 3].map(() => ({ ...client, output: 10 })));
  expect(await callsOf([ofClient(), ofClient({ span_id: d })])).toHaveLength(2);
});

test('what instrumentations of a framework and of the SDK within tell in traces of their own is one call', async () => {
  const framework = (fields: Fields = {}, process = 'p1') =>
    told({ agent_id: 'client', span_id: a, ...fields }, { process, scope: 'langchain' });
  const ofSdk = (fields: Fields = {}, process = 'p1') =>
    told({ agent_id: 'client', span_id: b, trace_id: 'u', ...fields }, { process, of_client: true });
  const around = ofSdk({ span_id: d });
  for (const place of [{ run_id: 'r' }, { session_id: 's' }, {}]) {
    const both = [framework(place), ofSdk({ ...place, parent_span_id: d }), { ...around, ...place }];
    expect(await callsOf(both)).toMatchObject([{ agent: 'client', output: 10 }]);
  }
  // Where the framework alone knows the session, it tells after the SDK.
  const known = framework({ session_id: 's' });
  expect(await callsOf([ofSdk(), known], { backwards: false })).toMatchObject([{ session: 's', output: 10 }]);
  const another = framework({ session_id: 'other', span_id: c, trace_id: 'v' });
  expect(await callsOf([ofSdk(), known, another], { backwards: false })).toHaveLength(2);
  // Two of each stay two; those of two processes are not one.
  const two = [framework(), framework({ span_id: c, trace_id: 'v' }), ofSdk(), ofSdk({ span_id: d, trace_id: 'w' })];
  expect(await callsOf(two)).toHaveLength(2);
  expect(await callsOf([framework({ run_id: 'r' }), ofSdk({ run_id: 'r' }, 'p2')])).toHaveLength(2);
});

test('of two instrumentations that tell of as many tokens the one that knows their parts counts', async () => {
  const framework = told(
    { run_id: 'r', span_id: a, cache_read_tokens: 60, reasoning_tokens: 5 },
    { scope: 'langchain' },
  );
  const ofSdk = told({ run_id: 'r', span_id: b, trace_id: 'u', cache_read_tokens: 60 }, { of_client: true });
  expect(await callsOf([framework, ofSdk])).toHaveLength(1);
  const kept = await store.rows('select reasoning_tokens::int as thought from calls where team_id = $1', [team]);
  expect(kept).toEqual([{ thought: 5 }]);
});

test('of spans around each other the one that knows of the cache beside the tokens of the inner one counts', async () => {
  const inner = told({ span_id: b, parent_span_id: a, input_tokens: 12 }, { of_client: true });
  const outer = told({ span_id: a, input_tokens: 112, cache_read_tokens: 100 }, { scope: 'strands' });
  expect(await callsOf([inner, outer])).toHaveLength(1);
  const kept = await store.rows(
    'select input_tokens::int as input, cache_read_tokens::int as cached from calls where team_id = $1',
    [team],
  );
  expect(kept).toEqual([{ input: 112, cached: 100 }]);
});
