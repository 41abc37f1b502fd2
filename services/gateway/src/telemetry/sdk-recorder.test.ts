import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { recordKinds } from '@telltale/contracts/records/record';
import { createRecorder } from '@telltale/sdk/recorder/recorder';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { createMemorySpool } from '@telltale/sdk/spool/memory-spool';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { nothing } from '@telltale/testkit/nothing';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

const keyOf = async (...scopes: Parameters<TestGateway['as']>[1][]): Promise<string> =>
  (await t.as('red', ...scopes)).authorization.slice('Bearer '.length);

function recorderWith(key: string) {
  const newId = createUuidV7();
  const transport = createHttpTransport({ url: t.gateway.url, key, gzipFromBytes: 1_000 });
  const log = createLog({ service: 'test', level: 'silent' });
  const identity = { agent_id: 'builder' };
  const recorder = createRecorder({
    transport,
    spool: createMemorySpool(newId()),
    identity,
    newId,
    clock: systemClock,
    log,
  });
  return { transport, recorder };
}

test('an SDK’s records of every kind are taken, plain and gzipped, none refused', async () => {
  const { recorder, transport } = recorderWith(await keyOf('ingest'));
  for (const kind of recordKinds) recorder.record(aRecord(kind));
  for (let i = 0; i < 600; i += 1) recorder.record(aRecord('log_entry', { message: `naïve ☃ line ${i}` }));
  expect(await recorder.flush()).toBe(true);
  expect(recorder.stats()).toMatchObject({
    issued: recordKinds.length + 600,
    rejected: 0,
    dropped: nothing,
    unsent: 0,
  });
  expect(await transport.inquire(recorder.producerId, [], AbortSignal.timeout(40_000))).toMatchObject({
    stored_seq: 0,
  });
  await recorder.close();
  await transport.close();
});

test('a key that may not send keeps its records waiting instead of losing them', async () => {
  const { recorder, transport } = recorderWith(await keyOf('read'));
  recorder.record(aRecord('agent_step'));
  expect(await recorder.close({ timeoutMs: 5_000 })).toMatchObject({ unsent: 1, dropped: nothing });
  await transport.close();
});

test('the REST client reads the door’s own answers and refusals', async () => {
  const api = createTelltaleApi(createRestClient({ url: t.gateway.url, key: await keyOf('read') }));
  expect(await api.calls({ limit: 1 })).toMatchObject({ calls: [], limit: 1 });
  expect(await api.health()).toHaveProperty('overall_status');
  await expect(api.producer('nobody')).rejects.toMatchObject({ code: 'not_found' });
  await expect(api.logs({ limit: 0 })).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(api.keys()).rejects.toMatchObject({ code: 'forbidden' });
});
