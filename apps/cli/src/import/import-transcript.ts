import { createHash } from 'node:crypto';
import { prepareRecord } from '@telltale/sdk/recorder/prepare-record';
import { sealBatch } from '@telltale/sdk/recorder/seal-batch';
import type { BatchTransport } from '@telltale/sdk/transport/transport';
import type { Clock } from '@telltale/runtime/clock';
import { CliError } from '../failure.ts';
import type { Transcript } from './find-transcripts.ts';
import { readLines } from './read-lines.ts';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** 16 bytes as a UUID of version 8 (its bits are the application's own). */
function uuidOf(text: string): string {
  const id = sha256(text).subarray(0, 16);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export type Imported = { lines: number; known: number; calls: number; tools: number };

/** Batches on their way at once. */
const atOnce = 8;
const mostTries = 60;

type Sending = { transport: BatchTransport; clock: Clock; signal: AbortSignal };

async function send(
  batch: Parameters<BatchTransport['send']>[0],
  { transport, clock, signal }: Sending,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const result = await transport.send(batch, signal);
    if (result.outcome === 'taken' || result.outcome === 'settled') return;
    // A line that says something else than when it was imported: what is stored stays.
    if (result.outcome === 'reused') return;
    if (result.outcome === 'refused') throw new CliError(`The gateway refused what was read: ${result.detail}`);
    if (tries === mostTries || signal.aborted)
      throw new CliError(`The gateway does not answer (${result.detail}); run the import again to go on.`);
    await clock.sleep(result.retry_after_ms ?? Math.min(5_000, 100 * 2 ** tries), signal);
  }
}

/**
 * Imports one transcript. Each line that tells something is one batch, numbered by its place among them: what is stored
 * already is left out by the ledger of the store itself, in the transaction that stores it, whoever imports it and however
 * often. A transcript only grows, so that the numbers stay.
 */
export async function importTranscript(
  { kind, path, file }: Transcript,
  {
    agent,
    redact,
    dryRun,
    ...sending
  }: Sending & { agent: string | undefined; redact: (text: string) => string; dryRun: boolean },
): Promise<Imported> {
  const reader = kind.read({ file, redact });
  const producerId = `import:${kind.name}:${sha256(file).toString('hex').slice(0, 32)}`;
  const stored = dryRun ? 0 : ((await sending.transport.inquire(producerId, [], sending.signal))?.stored_seq ?? 0);
  const done: Imported = { lines: 0, known: 0, calls: 0, tools: 0 };
  const waiting = new Set<Promise<void>>();
  let issued = 0;
  for await (const line of readLines(path)) {
    const entry = reader.take(line);
    if (entry === null) continue;
    done.lines += 1;
    const session = reader.session() ?? file;
    const records = entry.records.flatMap((draft, index) => {
      const made = prepareRecord(draft, {
        identity: { agent_id: agent ?? kind.agent, session_id: session },
        id: uuidOf(`${kind.name}:${file}:${entry.line}:${index}`),
        at: draft.at ?? new Date(sending.clock.now()).toISOString(),
      });
      return made.ok ? [{ id: made.prepared.id, json: made.prepared.json }] : [];
    });
    issued += records.length;
    if (records.length === 0) continue;
    if (done.lines <= stored) {
      done.known += 1;
      continue;
    }
    done.calls += entry.records.filter((draft) => draft.kind === 'llm_call').length;
    done.tools += entry.records.filter((draft) => draft.kind === 'tool_call').length;
    if (dryRun) continue;
    const batch = sealBatch(done.lines, 'kept', records, { issued, dropped: {} });
    const { lane: _lane, ...outgoing } = batch;
    const sent = send({ ...outgoing, producer_id: producerId, floor: 1 }, sending).finally(() => waiting.delete(sent));
    waiting.add(sent);
    if (waiting.size >= atOnce) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  return done;
}
