import { setTimeout as delay } from 'node:timers/promises';
import { createApi } from '../stage/api.ts';
import { openLedger } from '../oracle/ledger.ts';
import { createRecordMaker } from './make-records.ts';

export type HttpClient = {
  name: string;
  /** Its producer id. */
  producerId: string;
  /** Resolves when everything was answered with 2xx. */
  done: Promise<void>;
  /** Ends after the batch that it is at. */
  finish(): void;
  /** Answers other than 2xx, and requests without one, so far. */
  refusals(): ReadonlyMap<string, number>;
  [Symbol.dispose](): void;
};

/** How long a client without better advice waits before it tries the same body again. */
const againMs = 250;
const rudelyMs = 20;

/** Posts numbered batches and repeats each, byte for byte, until the gateway has said yes: what any program could do. */
export function startHttpClient(options: {
  name: string;
  url: string;
  key: string;
  seed: number;
  records: number;
  rate: number | null;
  size: number;
  /** Tries again at once, whatever it is told. */
  rude: boolean;
  ledgerFile: string;
}): HttpClient {
  const { name, records, rate, size, rude } = options;
  const api = createApi(options);
  const ledger = openLedger(options.ledgerFile);
  const make = createRecordMaker({ seed: options.seed, name, now: Date.now });
  const producerId = `${name}-${Date.now().toString(36)}`;
  const refusals = new Map<string, number>();
  const stop = new AbortController();
  const count = (what: string): void => void refusals.set(what, (refusals.get(what) ?? 0) + 1);

  const send = async (body: string): Promise<void> => {
    while (!stop.signal.aborted) {
      const answer = await api.post('/telemetry', body).catch(() => null);
      if (answer !== null && (answer.status === 202 || answer.status === 200)) return;
      // 409 seq_settled: an earlier attempt got through, and its answer was lost.
      if (answer?.status === 409 && answer.text.includes('seq_settled')) return;
      count(answer === null ? 'no answer' : String(answer.status));
      await delay(rude ? rudelyMs : Math.min(answer?.retryAfterMs || againMs, 2_000));
    }
  };

  let finishing = false;
  const run = async (): Promise<void> => {
    const started = performance.now();
    for (let seq = 1; ledger.issued() < records && !finishing && !stop.signal.aborted; seq += 1) {
      const batch = Array.from({ length: Math.min(size, records - ledger.issued()) }, make);
      ledger.issue(batch);
      const issued = ledger.issued();
      await send(JSON.stringify({ producer_id: producerId, seq, floor: 1, issued, dropped: {}, records: batch }));
      if (!stop.signal.aborted) ledger.acknowledge(issued);
      if (rate !== null) await delay(Math.max(0, (issued / rate) * 1_000 - (performance.now() - started)));
    }
  };

  const done = run();
  done.catch(() => undefined);
  return {
    name,
    producerId,
    done,
    finish: () => void (finishing = true),
    refusals: () => refusals,
    [Symbol.dispose]: () => stop.abort(),
  };
}
