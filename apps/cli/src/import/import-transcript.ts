import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isJson, type Json } from '@telltale/answers/json-fields';
import type { ErrorCode } from '@telltale/contracts/errors';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
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
/** A gateway that is overloaded says when to come again: some minutes. */
const mostTries = 60;
/** Where nobody answers: some 15 s, enough for a gateway that starts again. */
const mostTriesOfNobody = 8;
/** What no waiting makes right. */
const ofTheKey: ReadonlySet<string> = new Set<ErrorCode>(['unauthenticated', 'forbidden']);

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
    if (ofTheKey.has(result.code)) throw new CliError(result.detail);
    if (tries === (result.code === 'unreachable' ? mostTriesOfNobody : mostTries) || signal.aborted)
      throw new CliError(`The gateway does not answer (${result.detail}); run the import again to go on.`);
    await clock.sleep(result.retry_after_ms ?? Math.min(5_000, 100 * 2 ** tries), signal);
  }
}

export type ImportOptions = Sending & {
  agent: string | undefined;
  redact: (text: string) => string;
  /** Whether a use of a tool was already told of by another way than an import. */
  isTold: (sessionId: string, toolCallId: string) => Promise<boolean>;
  dryRun: boolean;
};

/** The batches of one transcript that hold its calls, or its uses of tools. */
type Series = { producerId: string; stored: number; seq: number; issued: number };

async function openSeries(
  { kind, file }: Transcript,
  what: 'calls' | 'tools',
  options: ImportOptions,
): Promise<Series> {
  const producerId = `import:${kind.name}:${what}:${sha256(file).toString('hex').slice(0, 32)}`;
  const { transport, signal, dryRun } = options;
  const state = dryRun ? null : await transport.inquire(producerId, [], signal);
  return { producerId, stored: state?.stored_seq ?? 0, seq: 0, issued: 0 };
}

/** What Claude Code writes beside the transcript of a sub-agent: of which kind it is. */
async function readAbout(path: string): Promise<Json | undefined> {
  if (!path.endsWith('.jsonl')) return undefined;
  try {
    const json: unknown = JSON.parse(await readFile(path.replace(/\.jsonl$/, '.meta.json'), 'utf8'));
    return isJson(json) ? json : undefined;
  } catch {
    // Other transcripts have none, and one that cannot be read leaves a sub-agent without a name.
    return undefined;
  }
}

/**
 * Imports one transcript. Each line that tells something is one batch, numbered by its place among them: what is stored
 * already is left out by the ledger of the store itself, in the transaction that stores it, whoever imports it and however
 * often. A transcript only grows, so that the numbers stay. A call that was also seen live is joined where it is stored; the
 * tools of a conversation that was seen live are not told again.
 */
export async function importTranscript(transcript: Transcript, options: ImportOptions): Promise<Imported> {
  const { kind, path, file } = transcript;
  const reader = kind.read({ file, about: await readAbout(path), redact: options.redact });
  const series = {
    calls: await openSeries(transcript, 'calls', options),
    tools: await openSeries(transcript, 'tools', options),
  };
  const done: Imported = { lines: 0, known: 0, calls: 0, tools: 0 };
  const waiting = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let toolsAreTold: boolean | undefined;

  const put = async (what: 'calls' | 'tools', drafts: readonly RecordDraft[], line: string): Promise<void> => {
    const session = reader.session() ?? file;
    const own = series[what];
    const records = drafts.flatMap((draft, index) => {
      const made = prepareRecord(draft, {
        identity: { agent_id: options.agent ?? kind.agent, session_id: session },
        id: uuidOf(`${kind.name}:${file}:${line}:${what}:${index}`),
        at: draft.at ?? new Date(options.clock.now()).toISOString(),
      });
      return made.ok ? [{ id: made.prepared.id, json: made.prepared.json }] : [];
    });
    if (records.length === 0) return;
    const [first] = drafts;
    if (what === 'tools' && own.stored === 0 && first?.kind === 'tool_call')
      toolsAreTold ??= first.tool_call_id !== undefined && (await options.isTold(session, first.tool_call_id));
    if (what === 'tools' && toolsAreTold === true) return;
    own.seq += 1;
    own.issued += records.length;
    if (own.seq <= own.stored) {
      done.known += 1;
      return;
    }
    done[what] += records.length;
    if (options.dryRun) return;
    const { lane: _lane, ...batch } = sealBatch(own.seq, 'kept', records, { issued: own.issued, dropped: {} });
    const sent = send({ ...batch, producer_id: own.producerId, floor: 1 }, options)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => waiting.delete(sent));
    waiting.add(sent);
    if (waiting.size >= atOnce) await Promise.race(waiting);
    if (failures.length > 0) throw failures[0];
  };

  for await (const json of readLines(path)) {
    const entry = reader.take(json);
    if (entry === null) continue;
    done.lines += 1;
    const isTool = (draft: RecordDraft): boolean => draft.kind === 'tool_call';
    await put(
      'calls',
      entry.records.filter((draft) => !isTool(draft)),
      entry.line,
    );
    await put('tools', entry.records.filter(isTool), entry.line);
  }
  await Promise.all(waiting);
  if (failures.length > 0) throw failures[0];
  return done;
}
