import type { RecordKind, RecordOf } from '@telltale/contracts/records/record';
import { parseRecord } from '@telltale/contracts/records/parse-record';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { ByteSink } from '../run/byte-sink.ts';
import type { RunResult } from '../run/run-result.ts';
import type { RunWatchedOptions } from '../run/run-options.ts';
import { runWatched } from '../run/run-watched.ts';

const nextId = createUuidV7();
export const quietLog = createLog({ service: 'test', level: 'silent' });

/** The environment of a test's programs: enough to find them, and a git that knows nobody's settings. */
export const plainEnvironment: Readonly<Record<string, string | undefined>> = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

export function collectingSink(): ByteSink & { bytes(): Buffer } {
  const chunks: Buffer[] = [];
  return {
    async write(chunk) {
      chunks.push(Buffer.from(chunk));
    },
    bytes: () => Buffer.concat(chunks),
  };
}

export type Watched = {
  result: RunResult;
  records: RecordDraft[];
  stdout: Buffer;
  stderr: Buffer;
};

export const ofKind = <K extends RecordKind>(records: readonly RecordDraft[], kind: K): RecordOf<K>[] =>
  records.filter((record) => record.kind === kind) as RecordOf<K>[];

/** Every record must be one that the ingest door takes. */
function mustBeValid(record: RecordDraft): void {
  const parsed = parseRecord({ v: 1, id: nextId(), ...record });
  if (!parsed.ok) throw new Error(`${record.kind}: ${JSON.stringify(parsed.issues)}`);
  if (parsed.unknownFields > 0) throw new Error(`${record.kind} has unknown fields: ${Object.keys(record).join(', ')}`);
}

/** Runs a real program without a terminal and hands back all that was said of it. */
export async function watchCommand(
  argv: readonly string[],
  options: Partial<Omit<RunWatchedOptions, 'argv'>> & { onRecord?: (record: RecordDraft) => void } = {},
): Promise<Watched> {
  const records: RecordDraft[] = [];
  const stdout = collectingSink();
  const stderr = collectingSink();
  const result = await runWatched({
    argv,
    env: plainEnvironment,
    identity: { agent_id: 'builder', run_id: nextId() },
    streams: { stdin: 'ignore', stdout, stderr, terminal: false },
    clock: systemClock,
    log: quietLog,
    ...options,
    emit: (record) => {
      mustBeValid(record);
      records.push(record);
      options.onRecord?.(record);
    },
  });
  return { result, records, stdout: stdout.bytes(), stderr: stderr.bytes() };
}

/** A bash script with its strict mode on. */
export const bash = (script: string): string[] => ['bash', '-c', `set -e\n${script}`];
/** A program of this Node. */
export const node = (script: string): string[] => [process.execPath, '-e', script];
