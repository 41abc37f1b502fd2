import { readdirSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '@telltale/runtime/log';
import { systemClock } from '@telltale/runtime/clock';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Lane } from '../recorder/lane.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { openFileSpool, type SpoolLimits } from './file-spool.ts';
import { listSpools } from './list-spools.ts';
import { scanSpool } from './scan-spool.ts';
import { SpoolFullError, type DropVerdict, type SpooledBatch } from './spool.ts';

const newId = createUuidV7();
const log = createLog({ service: 'test', level: 'silent' });

const aBatch = (seq: number, lane: Lane = 'kept', size = 100): SpooledBatch => ({
  seq,
  lane,
  count: 1,
  ids_hash: 'a'.repeat(64),
  issued: seq,
  dropped: {},
  records_json: JSON.stringify([{ id: `r${seq}`, text: 'x'.repeat(size) }]),
});

const opened = (root: string, limits: Partial<SpoolLimits> = {}, clock = systemClock) =>
  openFileSpool({ root, producerId: newId(), url: 'http://here', team: 'crew', clock, log, limits });

const bytesOnDisk = (folder: string): number =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.seg'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

test('a batch is in the file when append resolves, and comes back as it was', async () => {
  const root = temporaryFolder();
  const spool = await opened(root);
  await Promise.all([spool.append(aBatch(1)), spool.append(aBatch(2, 'log')), spool.append(aBatch(3, 'sample'))]);
  const scanned = await scanSpool(join(root, spool.producerId));
  expect(scanned?.header).toMatchObject({ producer_id: spool.producerId, url: 'http://here', team: 'crew', format: 1 });
  expect(scanned?.segments.flatMap(({ frames }) => frames.map((frame) => frame.head.seq)).toSorted()).toEqual([
    1, 2, 3,
  ]);
  expect(await spool.read(2)).toEqual(aBatch(2, 'log'));
  expect(await spool.read(9)).toBeNull();
  await spool.close(3);
});

/** Counts how often any file was brought to the disk. */
async function countSyncs(root: string) {
  const file = await open(join(root, 'any'), 'a');
  const syncs = vi.spyOn(Object.getPrototypeOf(file) as FileHandle, 'datasync');
  await file.close();
  onTestFinished(() => syncs.mockRestore());
  return syncs;
}

test('a batch is on the disk when append resolves where that is set', async () => {
  const syncs = await countSyncs(temporaryFolder());
  const spool = await opened(temporaryFolder(), { sync: 'batch' });
  for (let seq = 1; seq <= 3; seq += 1) {
    await spool.append(aBatch(seq));
    expect(syncs).toHaveBeenCalledTimes(seq);
  }
  await spool.close(3);
});

test('unless it is set otherwise what was written is on the disk within 200 ms, all of it by one sync', async () => {
  const clock = createManualClock();
  const syncs = await countSyncs(temporaryFolder());
  const spool = await opened(temporaryFolder(), {}, clock);
  for (let seq = 1; seq <= 3; seq += 1) await spool.append(aBatch(seq));
  expect(syncs).not.toHaveBeenCalled();
  clock.advance(200);
  await until(() => syncs.mock.calls.length > 0);
  await spool.close(3);
  expect(syncs).toHaveBeenCalledTimes(1);
});

test('stored segments stay for their time and go after it', async () => {
  const clock = createManualClock();
  const root = temporaryFolder();
  const spool = await opened(root, { segmentBytes: 1, retainMs: 60_000 }, clock);
  for (let seq = 1; seq <= 4; seq += 1) await spool.append(aBatch(seq));
  spool.settle(3);
  expect(spool.lowestSeq()).toBe(1);
  clock.advance(60_001);
  await spool.append(aBatch(5));
  await until(() => {
    clock.advance(200);
    return spool.lowestSeq() === 4;
  });
  expect((await scanSpool(join(root, spool.producerId)))?.segments).toHaveLength(2);
  await spool.close(5);
});

test('a full spool lets stored batches go first, then samples, then logs, oldest first, and never kept ones', async () => {
  const dropped: number[] = [];
  const root = temporaryFolder();
  const spool = await opened(root, { bytes: 20_000, segmentBytes: 1 });
  spool.attach({ verdict: () => 'drop', dropped: (seq) => dropped.push(seq) });
  let seq = 0;
  const add = (lane: Lane): Promise<void> => spool.append(aBatch((seq += 1), lane, 1_000));
  await add('kept');
  spool.settle(1);
  for (let i = 0; i < 5; i += 1) await add('log');
  for (let i = 0; i < 5; i += 1) await add('sample');
  for (let i = 0; i < 5; i += 1) await add('kept');
  expect(dropped).toEqual([]);
  for (let i = 0; i < 6; i += 1) await add('kept');
  expect(spool.lowestSeq()).toBe(2);
  for (let i = 0; i < 3; i += 1) await add('kept');
  expect(dropped.slice(0, 5)).toEqual([7, 8, 9, 10, 11]);
  for (let i = 0; i < 12; i += 1) await add('kept');
  expect(dropped).toEqual([7, 8, 9, 10, 11, 2, 3, 4, 5, 6]);
  await expect(add('log')).rejects.toBeInstanceOf(SpoolFullError);
  expect(spool.bytes()).toBeGreaterThan(20_000);
  expect(spool.bytes()).toBe(bytesOnDisk(join(root, spool.producerId)));
  await spool.close(seq);
});

test('a batch that is under way is not dropped, and one that is behind the door goes uncounted', async () => {
  const dropped: number[] = [];
  const verdicts: Record<number, DropVerdict> = { 1: 'keep', 2: 'release', 3: 'drop' };
  const root = temporaryFolder();
  const spool = await opened(root, { bytes: 5_000, segmentBytes: 1 });
  spool.attach({ verdict: (seq) => verdicts[seq] ?? 'drop', dropped: (seq) => dropped.push(seq) });
  for (let seq = 1; seq <= 6; seq += 1) await spool.append(aBatch(seq, 'log', 1_000));
  expect(dropped).toEqual([3]);
  expect(await spool.read(1)).not.toBeNull();
  expect(await spool.read(2)).toBeNull();
  await spool.close(6);
});

test('the state says how the spool was closed; an unused one leaves nothing', async () => {
  const root = temporaryFolder();
  const unused = await opened(root);
  await unused.close(0);
  const spool = await opened(root);
  await spool.append(aBatch(1));
  spool.note({ issued: 7, dropped: { invalid: 6 } });
  spool.settle(1);
  expect(await listSpools(root)).toMatchObject([
    { producer_id: spool.producerId, held_by: process.pid, last_seq: null },
  ]);
  await spool.close(1);
  expect(await listSpools(root)).toMatchObject([
    { held_by: null, last_seq: 1, settled_seq: 1, issued: 7, dropped: { invalid: 6 }, segments: 1, url: 'http://here' },
  ]);
});
