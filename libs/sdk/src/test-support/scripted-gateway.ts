import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { storeEpochHeader } from '@telltale/contracts/http/telemetry';
import { errorCatalog, toProblem, TelltaleError, type ErrorCode } from '@telltale/contracts/errors';

export type SeenBatch = {
  producer_id: string;
  seq: number;
  floor: number;
  issued: number;
  dropped: Record<string, number>;
  last_seq?: number;
  records: ({ id: string; kind: string } & Record<string, unknown>)[];
};
export type Answer =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** Cut the connection instead of answering. */
  | 'reset'
  /** Never answer. */
  | 'hang';

/** A gateway's ingest door that speaks the real wire format and answers as told. */
export type ScriptedGateway = AsyncDisposable & {
  url: string;
  port: number;
  /** Every batch that arrived, in order, whatever was answered. */
  seen: SeenBatch[];
  /** Messages that only close their producer. */
  closings: SeenBatch[];
  headers: IncomingHttpHeaders[];
  urls: string[];
  /** Decides each answer; a plain 202 unless set. */
  answer: (batch: SeenBatch) => Answer;
  /** The same for messages that only close their producer. */
  answerClosing: (batch: SeenBatch) => Answer;
  /** What `GET …/producers/{id}` says. */
  state: (producerId: string) => { stored_seq: number; first_gap?: number; last_seq?: number } | null;
  /** What every other question is answered with; a plain 404 unless set. */
  answerOther: (asked: { method: string; path: string }) => Answer;
  /** Of the store behind it; null: a gateway that does not know of epochs. */
  epoch: string | null;
};

export const taken = (batch: SeenBatch, stored_seq?: number): Answer => ({
  status: 202,
  body: {
    producer_id: batch.producer_id,
    seq: batch.seq,
    accepted: batch.records.length,
    rejected: [],
    ...(stored_seq === undefined ? {} : { stored_seq }),
  },
});

export const refusal = (code: ErrorCode, headers: Record<string, string> = {}): Answer => ({
  status: errorCatalog[code].status,
  body: toProblem(new TelltaleError(code, `scripted ${code}`)),
  headers: { 'content-type': 'application/problem+json', ...headers },
});

export async function startScriptedGateway(port = 0): Promise<ScriptedGateway> {
  const gateway = {
    seen: [] as SeenBatch[],
    closings: [] as SeenBatch[],
    headers: [] as IncomingHttpHeaders[],
    urls: [] as string[],
  };
  const script: Pick<ScriptedGateway, 'answer' | 'answerClosing' | 'answerOther' | 'state' | 'epoch'> = {
    answer: (batch) => taken(batch),
    answerClosing: (batch) => taken(batch),
    answerOther: () => refusal('not_found'),
    state: () => null,
    epoch: null,
  };
  const server: Server = createServer((request, response) => {
    const reply = (answer: Answer): void => {
      if (answer === 'hang') return;
      if (answer === 'reset') {
        request.socket.resetAndDestroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
    };
    const path = (request.url ?? '').split('?')[0] ?? '';
    const asked = /^\/api\/v1\/telemetry\/producers\/(.+)$/.exec(path);
    if (request.method === 'GET' && asked?.[1] !== undefined) {
      const producer_id = decodeURIComponent(asked[1]);
      const state = script.state(producer_id);
      const headers = script.epoch === null ? {} : { [storeEpochHeader]: script.epoch };
      reply(state === null ? refusal('not_found', headers) : { status: 200, body: { producer_id, ...state }, headers });
      return;
    }
    if (request.method !== 'POST' || path !== '/api/v1/telemetry') {
      reply(script.answerOther({ method: request.method ?? '', path }));
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const batch = JSON.parse(text.toString()) as SeenBatch;
      if (batch.records.length === 0 && batch.last_seq !== undefined) {
        gateway.closings.push(batch);
        reply(script.answerClosing(batch));
        return;
      }
      gateway.seen.push(batch);
      gateway.headers.push(request.headers);
      gateway.urls.push(request.url ?? '');
      reply(script.answer(batch));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return Object.assign(script, gateway, {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  });
}
