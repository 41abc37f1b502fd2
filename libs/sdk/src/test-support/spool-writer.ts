/** A process that records lines without end and says each id once it is in the file; a test kills it. */
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { sealBatch } from '../recorder/seal-batch.ts';
import { openFileSpool } from '../spool/file-spool.ts';

const [root = '', url = '', team = ''] = process.argv.slice(2);
const newId = createUuidV7();
const spool = await openFileSpool({
  root,
  producerId: newId(),
  url,
  team,
  clock: systemClock,
  log: createLog({ service: 'writer', level: 'silent' }),
  limits: { segmentBytes: 20_000 },
});

for (let seq = 1; ; seq += 1) {
  const records = Array.from({ length: 1 + (seq % 7) }, () => {
    const id = newId();
    const at = new Date().toISOString();
    const record = {
      v: 1,
      id,
      kind: 'log_entry',
      at,
      agent_id: 'a',
      level: 'info',
      source: 'stdout',
      message: `line of ${seq}`,
    };
    return { id, json: JSON.stringify(record) };
  });
  await spool.append(sealBatch(seq, seq % 3 === 0 ? 'kept' : 'log', records, { issued: seq, dropped: {} }));
  process.stdout.write(`${records.map((record) => record.id).join('\n')}\n`);
}
