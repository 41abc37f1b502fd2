import { setTimeout as delay } from 'node:timers/promises';
import { processEnvironment } from '@telltale/runtime/config';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import { createFailpoints } from '@telltale/runtime/failpoints';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { openRecorder, type OpenRecorder } from '@telltale/sdk/open-recorder';
import { openLedger } from '../oracle/ledger.ts';
import { createRecordMaker } from './make-records.ts';
import { openDoor } from './open-door.ts';
import type { RecorderMessage, RecorderOptions } from './recorder-options.ts';

/** One recorder of the load in a process of its own, so that it can be killed like any other. */
process.once('message', (options: RecorderOptions) => void run(options));

const tickMs = 50;
const chunk = 500;
const say = (message: RecorderMessage): void => void process.send?.(message);

async function run(options: RecorderOptions): Promise<void> {
  const { records, rate, door, team, spoolRoot } = options;
  let issued = 0;
  let acknowledged = 0;
  let turn = 0;
  let finishing = false;
  const offMs = (): number => options.clock.findLast(({ after }) => issued >= after)?.offMs ?? 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + offMs() };
  const log = createLog({ service: options.name, level: 'warn' });
  const failpoint = createFailpoints(processEnvironment());
  const ledger = openLedger(options.ledgerFile);
  const make = createRecordMaker({ seed: options.seed, name: options.name, now: clock.now });
  const newId = createUuidV7();
  const transport = await openDoor({ door, team, clock, log, failpoint });
  const open = (_: unknown, index: number): Promise<OpenRecorder> =>
    openRecorder({
      transport,
      url: door.kind === 'http' ? door.url : 'stream',
      team,
      spoolRoot,
      identity: { agent_id: options.name },
      newId,
      clock,
      log,
      spoolLimits: { sync: 'batch' },
      replay: index === 0,
    });
  const recorders = await Promise.all(Array.from({ length: options.producers }, open));
  process.on('message', (message) => {
    if (message === 'finish') finishing = true;
  });
  process.on('disconnect', () => process.exit(0));
  const report = (): void => {
    const drops = recorders.flatMap((recorder) => Object.values(recorder.stats().dropped));
    const dropped = drops.reduce((sum, n) => sum + n, 0);
    const settled = recorders.every((recorder) => recorder.settledSeq() >= recorder.lastSeq());
    const producerIds = recorders.map(({ producerId }) => producerId);
    say({ type: 'progress', producerIds, issued, acknowledged, dropped, settled });
  };
  report();
  say({ type: 'started' });

  const acknowledge = async (timeoutMs: number): Promise<void> => {
    const until = issued;
    const flushed = await Promise.all(recorders.map((recorder) => recorder.flush(timeoutMs)));
    if (flushed.includes(false)) return;
    acknowledged = until;
    ledger.acknowledge(until);
  };
  let acknowledging: Promise<void> | undefined;
  let due = performance.now();
  const started = performance.now();
  while (!finishing && (records === null || issued < records)) {
    const wanted = rate === null ? issued + chunk : Math.floor(((performance.now() - started) / 1_000) * rate);
    const count = Math.min(wanted, records ?? Number.POSITIVE_INFINITY) - issued;
    for (let left = count; left > 0; left -= chunk) {
      const batch = Array.from({ length: Math.min(left, chunk) }, make);
      ledger.issue(batch);
      await failpoint('producer.before_record');
      const recorder = recorders[turn++ % recorders.length];
      for (const record of batch) recorder?.record(record);
      issued += batch.length;
      await recorder?.room();
    }
    if (rate !== null) await delay(tickMs);
    if (performance.now() < due) continue;
    due = performance.now() + 500;
    report();
    if (rate !== null) acknowledging ??= acknowledge(10_000).finally(() => (acknowledging = undefined));
  }
  await acknowledging;
  while (acknowledged < issued) {
    await acknowledge(2_000);
    report();
  }
  say({ type: 'done' });
  // Until everything is stored the process lives on, as a program that still works would; the parent ends it.
  for (;;) {
    report();
    await delay(200);
  }
}
