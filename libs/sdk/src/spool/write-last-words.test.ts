import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { expect, test } from 'vitest';
import type { Lane } from '../recorder/lane.ts';
import { sealBatch } from '../recorder/seal-batch.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { openDeadSpool } from './dead-spool.ts';
import { segmentName } from './spool-files.ts';
import { writeLastWords } from './write-last-words.ts';

const spool = { producerId: 'p1', url: 'http://127.0.0.1:4400', team: 'crew' };
const batch = (seq: number, lane: Lane) =>
  sealBatch(seq, lane, [{ id: `id-${seq}`, json: `{"id":"id-${seq}"}` }], { issued: 3, dropped: {} });

test('where the spool has no folder, the last words make one that the next process finds', async () => {
  const root = join(temporaryFolder(), 'spool');
  writeLastWords({ ...spool, root, left: [batch(1, 'sample'), batch(2, 'kept')] });
  const dead = await openDeadSpool({ folder: join(root, 'p1'), clock: systemClock });
  expect(dead?.left.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('a lane that cannot be written takes no other with it', async () => {
  const root = temporaryFolder();
  for (const lane of ['sample', 'log'] as const) {
    const left = [batch(1, 'sample'), batch(2, 'log'), batch(3, 'kept')];
    const folder = join(root, lane);
    mkdirSync(join(folder, segmentName(lane, 99_999_999)), { recursive: true });
    writeLastWords({ ...spool, producerId: lane, root, left });
    const written = left.filter((one) => one.lane !== lane).map(({ seq }) => seq);
    // What is in the way is no segment.
    rmSync(join(folder, segmentName(lane, 99_999_999)), { recursive: true });
    const dead = await openDeadSpool({ folder, clock: systemClock });
    expect(dead?.left.map(({ seq }) => seq)).toEqual(written);
  }
});

test('nothing left makes no folder', () => {
  const root = join(temporaryFolder(), 'spool');
  writeLastWords({ ...spool, root, left: [] });
  expect(existsSync(root)).toBe(false);
});
