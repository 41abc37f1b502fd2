import { setTimeout as delay } from 'node:timers/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createRedactor } from '../capture/redactor.ts';
import { openRecorder } from '../open-recorder.ts';
import type { Identity } from '../recorder/draft.ts';
import type { RecordSink } from '../recorder/recorder.ts';
import { writeLastWords } from '../spool/write-last-words.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { createTelltale, type Telltale } from './telltale.ts';

export type OpenTelltaleOptions = {
  /** Of the gateway, such as http://127.0.0.1:4400. */
  url: string;
  /** An API key of scope `ingest` or `runner`. */
  apiKey: string;
  /** Who reports, unless a scope says otherwise. */
  identity: Identity;
  /** Chooses the team of an operator's key; every other key has its own. */
  team?: string;
  /** Where records wait while the gateway is away (`~/.local/state/telltale/spool`). */
  spoolRoot?: string;
  /** `metadata` sends no previews of what tools get and give (`redacted`: with what looks like a key taken out). */
  capture?: 'metadata' | 'redacted';
  /** How long an exit may wait for the last records (2 s); what is not sent by then lies in the spool. */
  exitMs?: number;
};

export type OpenTelltale = Telltale &
  AsyncDisposable & {
    /** Where records of one's own go, and those of a `MetricsCollector` or a `ServiceCallTracker`. */
    sink: RecordSink;
    close(): Promise<void>;
    flush(timeoutMs?: number): Promise<boolean>;
  };

/** Waiting for the gateway never keeps the agent's process alive. */
const idleClock: Clock = {
  ...systemClock,
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) });
  },
};

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * The instrument with a way to the gateway: spooled on the disk, sent in the background, and flushed when the process
 * ends by itself or by a signal that nobody else listens for. What a crash or `process.exit` leaves goes to the spool and
 * is sent by the next process of this machine; who awaits `close` (or `await using`) before has it sent at once.
 */
export async function openTelltale(options: OpenTelltaleOptions): Promise<OpenTelltale> {
  const { url, apiKey, identity, team, capture = 'redacted', exitMs = 2_000 } = options;
  if (!URL.canParse(url))
    throw new TypeError(`url: ${url} is no address; give that of the gateway, such as http://127.0.0.1:4400`);
  const redactor = createRedactor({ secrets: [{ name: 'api_key', value: apiKey }] });
  const newId = createUuidV7();
  const spoolRoot = options.spoolRoot ?? join(homedir(), '.local/state/telltale/spool');
  const teamOfSpool = team ?? 'own';
  const recorder = await openRecorder({
    transport: createHttpTransport({ url, key: apiKey, ...(team === undefined ? {} : { team }) }),
    url,
    team: teamOfSpool,
    spoolRoot,
    identity,
    replaySpreadMs: 0,
    newId,
    clock: idleClock,
    log: createLog({ service: 'telltale-sdk', level: 'error' }),
  });
  const telltale = createTelltale({
    sink: recorder,
    clock: idleClock,
    ...(capture === 'redacted' ? { redact: (text: string) => redactor.redact(text).text } : {}),
  });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      telltale.leaveCalls();
      telltale.drain();
      // Answers that were just read make their records one turn later.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      telltale.drain();
      await recorder.close({ timeoutMs: exitMs });
      process.off('beforeExit', atExit);
      process.off('exit', leave);
      for (const signal of signals) process.off(signal, atSignal);
    })();
    return closing;
  };
  const atExit = (): void => void close();
  const leave = (): void => {
    try {
      telltale.leaveCalls();
      telltale.drain();
      const { producerId } = recorder;
      writeLastWords({ root: spoolRoot, producerId, url, team: teamOfSpool, left: recorder.leave() });
    } catch {
      // The disk is full or not ours: nobody is left to be told.
    }
  };
  const atSignal = (signal: NodeJS.Signals): void => {
    // The agent's own way to end goes first: then this listener only waits with it.
    const alone = process.listenerCount(signal) === 1;
    void close().then(() => {
      if (alone) process.kill(process.pid, signal);
    });
  };
  process.on('beforeExit', atExit);
  process.on('exit', leave);
  for (const signal of signals) process.on(signal, atSignal);
  return {
    ...telltale,
    sink: recorder,
    close,
    async flush(timeoutMs = 10_000) {
      telltale.drain();
      return recorder.flush(timeoutMs);
    },
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}
