import { systemClock, type Clock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { until } from '@telltale/testkit/until';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFileSpool } from '../spool/file-spool.ts';
import { refusal, startScriptedGateway, taken, type Answer } from '../test-support/scripted-gateway.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import type { RecordDraft } from './draft.ts';
import { createRecorder } from './recorder.ts';

const log = createLog({ service: 'test', level: 'silent' });
const newId = createUuidV7();
const quick: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 100,
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

/** What the door does with one batch: it may take it and still not say so. */
const fault = fc.constantFrom(
  'take',
  'take',
  'take',
  'take and cut',
  'cut',
  'busy',
  'broken',
  'refuse',
  'too large',
  'hang',
);
const drafts: readonly RecordDraft[] = [
  { kind: 'llm_call', model: 'm', status: 'ok', origin: 'sdk' },
  { kind: 'log_entry', level: 'info', source: 'stdout', message: 'line' },
  { kind: 'process_sample', pid: 1, cpu_percent: 1, memory_bytes: 1, threads: 1, processes: 1 },
  { kind: 'log_entry', level: 'info', source: 'stdout', message: '' },
  { kind: 'llm_call', model: '', status: 'ok', origin: 'sdk' },
];

test('whatever the door does, every record is behind it once or booked, under one number each', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 30 }),
      fc.array(fc.array(fc.constantFrom(...drafts), { maxLength: 8 }), { minLength: 1, maxLength: 12 }),
      async (faults, bursts) => {
        const root = temporaryFolder();
        await using gateway = await startScriptedGateway();
        const transport = createHttpTransport({ url: gateway.url, key: 'k', timeoutMs: 5_000 });
        const spool = await openFileSpool({ root, producerId: newId(), url: '', team: '', clock: quick, log });
        const identity = { agent_id: 'a' };
        const recorder = createRecorder({ transport, spool, identity, newId, clock: quick, log });
        /** What the real ledger holds: the first batch under each number. */
        const ledger = new Map<number, string[]>();
        let clashes = 0;
        let next = 0;
        gateway.answer = (batch): Answer => {
          const verdict = faults[next++] ?? 'take';
          // What a door took once it does not refuse later.
          const what = ledger.has(batch.seq) && ['refuse', 'too large'].includes(verdict) ? 'take' : verdict;
          const ids = batch.records.map((record) => record.id);
          if (what === 'take' || what === 'take and cut') {
            const known = ledger.get(batch.seq);
            if (known !== undefined && known.join() !== ids.join()) clashes += 1;
            ledger.set(batch.seq, known ?? ids);
          }
          if (what === 'take') return taken(batch);
          if (what === 'busy') return refusal('too_many_requests', { 'retry-after': '1' });
          if (what === 'broken') return refusal('internal');
          if (what === 'refuse') return refusal('invalid_records');
          return what === 'too large' ? refusal('payload_too_large') : 'reset';
        };
        const made: string[] = [];
        for (const burst of bursts) {
          for (const draft of burst) {
            const id = recorder.record(draft);
            if (id !== null) made.push(id);
          }
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
        }
        await until(async () => (await recorder.flush()) && recorder.stats().unsent === 0);
        const { issued, dropped } = recorder.stats();
        await recorder.close();
        await transport.close();

        const behind = [...ledger.values()].flat();
        const booked = Object.values(dropped).reduce((sum, count) => sum + count, 0);
        expect(clashes).toBe(0);
        expect(new Set(behind).size).toBe(behind.length);
        expect(behind.filter((id) => !made.includes(id))).toEqual([]);
        expect(issued).toBe(behind.length + booked);
        expect(dropped['invalid'] ?? 0).toBe(issued - made.length);
      },
    ),
    { numRuns: 25 },
  );
});
