import { appendFileSync, writeFileSync } from 'node:fs';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { runWatched } from '../run/run-watched.ts';
import { ptyStreams, standardStreams } from '../run/streams.ts';

// A foreground run as a command line makes it: `node foreground-runner.ts <file for the records> [--pty] CMD…`. What it
// records meanwhile stands in `<file>.live`, a line each.
const [, , file = '', ...words] = process.argv;
const isPty = words[0] === '--pty';
const argv = isPty ? words.slice(1) : words;
using screen = isPty ? ptyStreams(systemClock) : null;
const records: RecordDraft[] = [];
const result = await runWatched({
  argv,
  env: process.env,
  identity: { agent_id: 'builder', run_id: `foreground-${process.pid}` },
  streams: screen ?? standardStreams(systemClock),
  emit(record) {
    records.push(record);
    appendFileSync(`${file}.live`, `${JSON.stringify(record)}\n`);
  },
  clock: systemClock,
  log: createLog({ service: 'test', level: 'silent' }),
  foreground: true,
  say: (line) => void process.stderr.write(`${line}\n`),
});
writeFileSync(file, JSON.stringify({ result, records }));
process.exitCode = result.exitCode;
