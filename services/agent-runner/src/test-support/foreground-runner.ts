import { writeFileSync } from 'node:fs';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { runWatched } from '../run/run-watched.ts';
import { standardStreams } from '../run/streams.ts';

// A foreground run as a command line makes it: `node foreground-runner.ts <file for the records> CMD…`.
const [, , file = '', ...argv] = process.argv;
const records: RecordDraft[] = [];
const result = await runWatched({
  argv,
  env: process.env,
  identity: { agent_id: 'builder', run_id: `foreground-${process.pid}` },
  streams: standardStreams(systemClock),
  emit: (record) => records.push(record),
  clock: systemClock,
  log: createLog({ service: 'test', level: 'silent' }),
  foreground: true,
});
writeFileSync(file, JSON.stringify({ result, records }));
process.exitCode = result.exitCode;
