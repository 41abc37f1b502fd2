import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { nothing } from '@telltale/testkit/nothing';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { openRecorder } from '../open-recorder.ts';
import { refusal, startScriptedGateway, taken, type ScriptedGateway } from '../test-support/scripted-gateway.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import type { BatchTransport } from '../transport/transport.ts';
import { openDeadSpool } from './dead-spool.ts';
import { listSpools } from './list-spools.ts';
import { startReplay } from './replay-spools.ts';

const log = createLog({ service: 'test', level: 'silent' });
const newId = createUuidV7();
const writer = fileURLToPath(new URL('../test-support/spool-writer.ts', import.meta.url));

/** A spool whose writer was killed in the middle of its work, and the ids it had confirmed. */
async function killedSpool(root: string, url: string): Promise<string[]> {
  const child = spawn(process.execPath, [writer, root, url, 'crew'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ids: string[] = [];
  createInterface({ input: child.stdout }).on('line', (id) => ids.push(id));
  await until(() => ids.length >= 200);
  child.kill('SIGKILL');
  await once(child, 'close');
  return ids.filter((id) => id.length === 36);
}

async function startGateway(): Promise<{ gateway: ScriptedGateway; transport: BatchTransport }> {
  const gateway = await startScriptedGateway();
  const transport = createHttpTransport({ url: gateway.url, key: 'k', timeoutMs: 30_000 });
  onTestFinished(async () => {
    await transport.close();
    await gateway[Symbol.asyncDispose]();
  });
  return { gateway, transport };
}

/** Stores what arrives, as the real door and collector do together. */
function storing(gateway: ScriptedGateway): Map<string, Set<number>> {
  const stored = new Map<string, Set<number>>();
  gateway.answer = (batch) => {
    stored.set(batch.producer_id, (stored.get(batch.producer_id) ?? new Set()).add(batch.seq));
    return taken(batch);
  };
  gateway.state = (producerId) => {
    let stored_seq = 0;
    while (stored.get(producerId)?.has(stored_seq + 1) === true) stored_seq += 1;
    return { stored_seq };
  };
  return stored;
}

const replay = (root: string, url: string, transport: BatchTransport, clock: Clock = systemClock, everyMs = 20) => {
  const loop = startReplay({ root, url, team: 'crew', transport, clock, log, random: () => 0, everyMs });
  onTestFinished(() => loop[Symbol.asyncDispose]());
  return loop;
};

const isDone = async (root: string): Promise<boolean> =>
  (await listSpools(root)).every((spool) => spool.last_seq !== null && spool.settled_seq >= spool.last_seq);

test('what a killed process had written is sent once, oldest first, and nothing is made up', async () => {
  const root = temporaryFolder();
  const { gateway, transport } = await startGateway();
  const ids = await killedSpool(root, gateway.url);
  storing(gateway);
  replay(root, gateway.url, transport);
  await until(() => isDone(root));
  const sent = gateway.seen.flatMap((batch) => batch.records.map((record) => record.id));
  expect(new Set(sent).size).toBe(sent.length);
  expect(ids.filter((id) => !sent.includes(id))).toEqual([]);
  expect(gateway.seen.map((batch) => batch.seq).toSorted((a, b) => a - b)).toEqual(gateway.seen.map((_, i) => i + 1));
  expect(gateway.seen.every((batch) => batch.floor === 1)).toBe(true);
});

test('a torn tail does not keep the whole frames from being sent', async () => {
  const root = temporaryFolder();
  const { gateway, transport } = await startGateway();
  const ids = await killedSpool(root, gateway.url);
  const [spool] = await listSpools(root);
  const folder = spool?.folder ?? '';
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.seg'))) {
    appendFileSync(join(folder, name), 'TTB1\u0001\u0002half a frame');
  }
  storing(gateway);
  replay(root, gateway.url, transport);
  await until(() => isDone(root));
  const sent = new Set(gateway.seen.flatMap((batch) => batch.records.map((record) => record.id)));
  expect(ids.every((id) => sent.has(id))).toBe(true);
});

test('what is stored already is not sent again, and a door that fails gets the rest later', async () => {
  const root = temporaryFolder();
  const { gateway, transport } = await startGateway();
  await killedSpool(root, gateway.url);
  const stored = storing(gateway);
  const [spool] = await listSpools(root);
  stored.set(spool?.producer_id ?? '', new Set([1, 2, 3]));
  const store = gateway.answer;
  let refusals = 3;
  gateway.answer = (batch) => (refusals-- > 0 ? refusal('unavailable') : store(batch));
  const quick: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) };
  replay(root, gateway.url, transport, quick, 2_000);
  await until(() => isDone(root));
  expect(Math.min(...gateway.seen.map((batch) => batch.seq))).toBe(4);
});

test('a spool of another door or team, or of a living process, is left alone', async () => {
  const root = temporaryFolder();
  const { gateway, transport } = await startGateway();
  await killedSpool(root, 'http://elsewhere');
  const options = { transport, url: gateway.url, spoolRoot: root, newId, clock: systemClock, log, replay: false };
  gateway.answer = () => refusal('unavailable');
  const living = await openRecorder({ ...options, team: 'crew', identity: { agent_id: 'a' } });
  living.record({ kind: 'agent_step', name: 'plan' });
  await until(() => gateway.seen.length > 0);
  gateway.seen.length = 0;
  gateway.state = () => ({ stored_seq: 0 });
  const clock = createManualClock();
  replay(root, gateway.url, transport, clock, 1_000);
  await until(() => clock.sleepers() > 0);
  clock.advance(0);
  await until(() => clock.sleepers() > 0);
  expect(gateway.seen.filter((batch) => batch.producer_id !== living.producerId)).toEqual([]);
  expect((await listSpools(root)).map((spool) => spool.held_by)).toEqual([null, process.pid]);
  await living.close({ timeoutMs: 0 });
});

test('while the door is away nothing of what was left is read', async () => {
  const root = temporaryFolder();
  const { gateway, transport } = await startGateway();
  const ids = await killedSpool(root, gateway.url);
  const [spool] = await listSpools(root);
  const folder = spool?.folder ?? '';
  const asked: string[][] = [];
  const away: BatchTransport = {
    ...transport,
    async inquire() {
      asked.push(readdirSync(folder).filter((name) => name.startsWith('lock-')));
      return null;
    },
  };
  const clock = createManualClock();
  const loop = replay(root, gateway.url, away, clock, 1_000);
  await until(() => clock.sleepers() > 0);
  clock.advance(0);
  await until(() => asked.length > 0);
  await loop[Symbol.asyncDispose]();
  expect(ids.length).toBeGreaterThan(0);
  // Whoever reads a spool takes its lock first: there is none but the dead writer's.
  expect(asked).toEqual([['lock-1']]);
});

test('a scan that is under way ends with its signal, and lets the spool go', async () => {
  const root = temporaryFolder();
  const { gateway } = await startGateway();
  await killedSpool(root, gateway.url);
  const folder = (await listSpools(root))[0]?.folder ?? '';
  const options = { folder, clock: systemClock };
  await expect(openDeadSpool({ ...options, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  const dead = await openDeadSpool(options);
  expect(dead?.left.length).toBeGreaterThan(0);
  await dead?.close(dead.lastSeq);
});

test('stored spools go after their time', async () => {
  const root = temporaryFolder();
  const { gateway, transport } = await startGateway();
  await killedSpool(root, gateway.url);
  storing(gateway);
  let later = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + later };
  replay(root, gateway.url, transport, clock);
  await until(() => isDone(root));
  expect(await listSpools(root)).toHaveLength(1);
  later = 24 * 3_600_000 + 1;
  await until(() => readdirSync(root).length === 0);
});

test('of many stored spools the oldest go first', async () => {
  const root = temporaryFolder();
  const { gateway, transport } = await startGateway();
  const made: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    gateway.answer = (batch) => taken(batch, batch.seq);
    const options = { transport, url: gateway.url, team: 'crew', spoolRoot: root, newId, clock: systemClock, log };
    const recorder = await openRecorder({ ...options, identity: { agent_id: 'a' }, replay: false });
    recorder.record({ kind: 'agent_step', name: 'step' });
    await recorder.close();
    made.push(recorder.producerId);
  }
  const retain = { ms: 3_600_000, bytes: 1024 ** 3, spools: 2 };
  const loop = startReplay({
    root,
    url: gateway.url,
    team: 'crew',
    transport,
    clock: systemClock,
    log,
    random: () => 0,
    everyMs: 20,
    retain,
  });
  onTestFinished(() => loop[Symbol.asyncDispose]());
  await until(async () => (await listSpools(root)).length === 2);
  expect((await listSpools(root)).map((spool) => spool.producer_id)).toEqual(made.slice(2));
});

test('a recorder leaves what it could not send, and the next one sends it beside its own', async () => {
  const root = temporaryFolder();
  const { gateway, transport } = await startGateway();
  const options = { transport, url: gateway.url, team: 'crew', spoolRoot: root, newId, clock: systemClock, log };
  gateway.answer = () => refusal('unavailable');
  const first = await openRecorder({ ...options, identity: { agent_id: 'a' }, replay: false });
  for (let i = 0; i < 30; i += 1) first.record({ kind: 'agent_step', name: `step ${i}` });
  // What is sent is on the disk: whoever closes in so little time has nothing left to write.
  await until(() => gateway.seen.length > 0);
  const report = await first.close({ timeoutMs: 300 });
  expect(report).toMatchObject({ issued: 30, unsent: 30, last_seq: 1 });

  gateway.seen.length = 0;
  storing(gateway);
  const quick: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 50, signal) };
  await using second = await openRecorder({ ...options, clock: quick, identity: { agent_id: 'a' } });
  second.record({ kind: 'agent_step', name: 'new' });
  await until(() => gateway.seen.length === 2);
  const left = gateway.seen.find((batch) => batch.producer_id === first.producerId);
  expect(left).toMatchObject({ seq: 1, issued: 30, dropped: nothing });
  expect(left?.records).toHaveLength(30);
});
