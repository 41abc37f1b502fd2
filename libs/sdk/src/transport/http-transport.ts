import { constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { problem } from '@telltale/contracts/errors';
import { storeEpochHeader } from '@telltale/contracts/http/telemetry';
import { ingestAnswer } from '@telltale/contracts/ingest-answer';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { retryAfterMs } from './retry-after.ts';
import type { BatchTransport, OutgoingBatch, ProducerState, SendResult, SentBatch } from './transport.ts';
import { neverSent } from './never-sent.ts';

export type HttpTransportOptions = {
  /** Of the gateway, such as http://127.0.0.1:4400. */
  url: string;
  /** An API key of scope `ingest` or `runner`. */
  key: string;
  /** Chooses the team of an operator's key; every other key has its own. */
  team?: string;
  /** For connecting, for the answer's head and for its body, each. */
  timeoutMs?: number;
  /** Bodies of at least so many bytes travel gzipped; Infinity on the same machine. */
  gzipFromBytes?: number;
};

const compress = promisify(gzip);
/** Refusals of the batch itself. Everything else (keys, limits, faults) may change, and the batch waits for that. */
const finalStatuses = new Set([400, 413, 415, 422]);
/** How many batches one question names. */
const lookFor = 50;
const producerState = z.object({
  stored_seq: z.int(),
  first_gap: z.int().optional(),
  last_seq: z.int().optional(),
  missing: z.array(z.int()).optional(),
});

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const retry = (code: string, detail: string, maybeTaken: boolean, after: number | null = null): SendResult => ({
  outcome: 'retry',
  code,
  detail,
  retry_after_ms: after,
  maybe_taken: maybeTaken,
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bodyOf(batch: OutgoingBatch): string {
  const { producer_id, seq, floor, issued, dropped, last_seq } = batch;
  const head = JSON.stringify({ producer_id, seq, floor, issued, dropped, last_seq });
  return `${head.slice(0, -1)},"records":${batch.records_json}}`;
}

function judge(status: number, text: string, after: number | null): SendResult {
  const body = parseJson(text);
  if (status === 200 || status === 202) {
    const answer = ingestAnswer.safeParse(body);
    if (!answer.success) return retry('bad_answer', `the answer with ${status} is not the gateway's`, true);
    const { rejected, stored_seq, receipt } = answer.data;
    return { outcome: 'taken', rejected, stored_seq: stored_seq ?? null, receipt: receipt ?? null };
  }
  const refusal = problem.safeParse(body);
  // A proxy on the way has its own words for everything; only the gateway's own refusal counts as one.
  if (!refusal.success) return retry(`http_${status}`, `answered ${status}`, status >= 500, after);
  const { code, detail } = refusal.data;
  if (code === 'seq_settled') return { outcome: 'settled' };
  if (code === 'seq_reused') return { outcome: 'reused', detail };
  if (finalStatuses.has(status)) return { outcome: 'refused', code, detail };
  return retry(code, detail, status >= 500, after);
}

/** Batches over HTTP through the gateway: one keep-alive agent, bounded waits, no retries of its own. */
export function createHttpTransport({
  url,
  key,
  team,
  timeoutMs = 15_000,
  gzipFromBytes = 4_096,
}: HttpTransportOptions): BatchTransport {
  const base = new URL('api/v1/telemetry', url.endsWith('/') ? url : `${url}/`).href;
  const agent = new Agent({
    keepAliveTimeout: 30_000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
    connections: 8,
  });
  const authorization = `Bearer ${key}`;
  const ofTeam = team === undefined ? {} : { team_id: team };

  type Call = Omit<Parameters<typeof request>[1] & object, 'dispatcher'> & {
    path: string;
    search?: Record<string, string>;
  };
  const call = async ({ path, search = {}, ...rest }: Call) => {
    const query = Object.entries({ ...ofTeam, ...search })
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    const response = await request(`${base}${path}${query && `?${query}`}`, { ...rest, dispatcher: agent });
    return { response, text: await response.body.text() };
  };

  return {
    async send(batch, signal): Promise<SendResult> {
      const plain = Buffer.from(bodyOf(batch));
      const zipped = plain.length >= gzipFromBytes;
      const headers: Record<string, string> = { authorization, 'content-type': 'application/json' };
      if (zipped) headers['content-encoding'] = 'gzip';
      try {
        const body = zipped ? await compress(plain, { level: constants.Z_BEST_SPEED }) : plain;
        const { response, text } = await call({ path: '', method: 'POST', headers, body, signal });
        return judge(response.statusCode, text, retryAfterMs(response.headers['retry-after'], Date.now()));
      } catch (error) {
        return retry(signal.aborted ? 'aborted' : 'unreachable', message(error), !neverSent(error));
      }
    },

    async inquire(producerId: string, sent: readonly SentBatch[], signal): Promise<ProducerState | null> {
      try {
        // A gateway that gives no receipts does not know the question either.
        const named = sent.filter(({ receipt }) => receipt !== null).slice(0, lookFor);
        const asked = named.map(({ seq, receipt }) => `${seq}~${receipt}`).join(',');
        const path = `/producers/${encodeURIComponent(producerId)}`;
        const search = asked === '' ? {} : { sent: asked };
        const { response, text } = await call({ path, search, method: 'GET', headers: { authorization }, signal });
        const header = response.headers[storeEpochHeader];
        const store_epoch = typeof header === 'string' ? header : null;
        if (response.statusCode === 404)
          return { stored_seq: 0, missing: [], first_gap: null, store_epoch, closed: false };
        const state = producerState.safeParse(parseJson(text));
        if (response.statusCode !== 200 || !state.success) return null;
        const { stored_seq, first_gap, last_seq } = state.data;
        const missing = state.data.missing ?? sent.filter(({ seq }) => seq === first_gap).map(({ seq }) => seq);
        return { stored_seq, missing, first_gap: first_gap ?? null, store_epoch, closed: last_seq !== undefined };
      } catch {
        // Asking is best effort: the next question comes in seconds.
        return null;
      }
    },

    async close() {
      await agent.close();
    },
  };
}
