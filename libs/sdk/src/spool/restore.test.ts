import { systemClock, type Clock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { createAllowance } from '../recorder/allowance.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { startScriptedGateway, taken, type ScriptedGateway } from '../test-support/scripted-gateway.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { openFileSpool, type SpoolLimits } from './file-spool.ts';
import { listSpools } from './list-spools.ts';
import { startReplay } from './replay-spools.ts';

const log = createLog({ service: 'test', level: 'silent' });
const newId = createUuidV7();
/** Waits of the product pass faster; its order of events stays the same. */
const quick: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 50,
  sleep: (ms, signal) => systemClock.sleep(ms / 50, signal),
};

/** A store behind the door: it can be set back to an older state, which then has another epoch. */
function storing(gateway: ScriptedGateway) {
  const stored = new Set<number>();
  let [floor, last] = [1, 0];
  gateway.epoch = 'first';
  gateway.answer = (batch) => {
    stored.add(batch.seq);
    floor = Math.max(floor, batch.floor);
    last = Math.max(last, batch.seq);
    return taken(batch);
  };
  const settled = (): number => {
    let seq = 0;
    while (stored.has(seq + 1) || (seq + 1 < floor && seq < last)) seq += 1;
    return seq;
  };
  gateway.state = () => ({ stored_seq: settled(), ...(gateway.closings.length > 0 ? { last_seq: last } : {}) });
  return {
    stored,
    settled,
    restore(upTo: number): void {
      for (const seq of stored) if (seq > upTo) stored.delete(seq);
      gateway.epoch = 'second';
      gateway.seen.length = 0;
    },
  };
}

async function setUp(limits: Partial<SpoolLimits> = {}) {
  const root = temporaryFolder();
  const gateway = await startScriptedGateway();
  const transport = createHttpTransport({ url: gateway.url, key: 'k', timeoutMs: 5_000 });
  const { url } = gateway;
  const spool = await openFileSpool({ root, producerId: newId(), url, team: 't', clock: quick, log, limits });
  const identity = { agent_id: 'a' };
  const recorder = createRecorder({ transport, spool, identity, newId, clock: quick, log, limits: { records: 1 } });
  onTestFinished(async () => {
    await recorder.close({ timeoutMs: 0 });
    await transport.close();
    await gateway[Symbol.asyncDispose]();
  });
  const record = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) recorder.record({ kind: 'agent_step', name: `step ${i}` });
    await recorder.flush(500_000);
  };
  const replay = () => {
    const loop = startReplay({ root, url, team: 't', transport, clock: quick, log, random: () => 0 });
    onTestFinished(() => loop[Symbol.asyncDispose]());
  };
  return { root, gateway, transport, recorder, record, replay, store: storing(gateway) };
}

test('a living producer fills a restored store again from its spool, settled batches too', async () => {
  const { gateway, recorder, record, store } = await setUp();
  await record(6);
  await until(() => recorder.settledSeq() === 6);
  store.restore(2);
  await until(() => store.stored.size === 6);
  expect(gateway.seen.map((batch) => batch.seq).toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6]);
  await until(() => recorder.settledSeq() === 6);
  await record(1);
  await until(() => recorder.settledSeq() === 7);
});

test('a spool that was closed and settled fills a restored store again too', async () => {
  const { root, gateway, recorder, record, replay, store } = await setUp();
  await record(4);
  await until(() => recorder.settledSeq() === 4);
  await recorder.close();
  expect((await listSpools(root))[0]).toMatchObject({ settled_seq: 4, last_seq: 4, store_epoch: 'first' });
  store.restore(1);
  replay();
  await until(() => store.stored.size === 4);
  expect(gateway.seen.map((batch) => batch.seq).toSorted((a, b) => a - b)).toEqual([2, 3, 4]);
  await until(async () => (await listSpools(root))[0]?.store_epoch === 'second');
  expect((await listSpools(root))[0]).toMatchObject({ settled_seq: 4, last_seq: 4 });
});

test('what no spool has any more is passed by the floor, so that the rest settles and the store can book it', async () => {
  const { root, gateway, recorder, record, store } = await setUp({ segmentBytes: 1, retainMs: 0 });
  await record(3);
  // One segment a batch; those that are settled are not kept here, but the open one is.
  await until(async () => recorder.settledSeq() === 3 && (await listSpools(root))[0]?.segments === 1);
  store.restore(0);
  await until(() => gateway.seen.length > 0 && store.settled() === 3);
  expect(gateway.seen).toMatchObject([{ seq: 3, floor: 3 }]);
});

test('a process that ends says which was its last batch, once all are behind the door', async () => {
  const { gateway, recorder, record } = await setUp();
  await record(3);
  await recorder.close();
  expect(gateway.closings).toMatchObject([{ seq: 4, last_seq: 3, issued: 3, records: [] }]);
});

test('a process that never reported anything ends without a word', async () => {
  const { root, gateway, recorder } = await setUp();
  await recorder.close();
  expect([gateway.closings, gateway.seen, await listSpools(root)]).toEqual([[], [], []]);
});

test('what a process could not send is sent and closed by the next one', async () => {
  const { gateway, recorder, root, replay, store } = await setUp();
  const answer = gateway.answer;
  gateway.answer = () => 'reset';
  recorder.record({ kind: 'agent_step', name: 'late' });
  // What is sent is on the disk: whoever closes in so little time has nothing left to write.
  await until(() => gateway.seen.length > 0);
  await recorder.close({ timeoutMs: 2_000 });
  expect(gateway.closings).toEqual([]);
  gateway.answer = answer;
  replay();
  await until(() => gateway.closings.length > 0);
  expect([...store.stored]).toEqual([1]);
  await until(async () => (await listSpools(root))[0]?.settled_seq === 1);
});

test('a backlog leaves in a burst and then at a steady rate', () => {
  const clock = createManualClock();
  const allowance = createAllowance({ clock, perSecond: 50, burst: 3 });
  expect([allowance.take(), allowance.take(), allowance.take(), allowance.take()]).toEqual([0, 0, 0, 20]);
  clock.advance(20);
  expect([allowance.take(), allowance.take()]).toEqual([0, 20]);
});
