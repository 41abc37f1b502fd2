import { ingestBody } from '@telltale/contracts/batch';
import { telemetryQuery } from '@telltale/contracts/http/telemetry';
import { ingestAnswer, type IngestAnswer } from '@telltale/contracts/ingest-answer';
import { limits } from '@telltale/contracts/limits';
import type { Clock } from '@telltale/runtime/clock';
import { callerLeft } from '../http/caller-left.ts';
import { readRawJson } from '../http/json-body.ts';
import { allow, documented } from '../http/operation.ts';
import { callerOf, teamBeforeBody } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { awaitStored, type Ledger } from './await-stored.ts';
import { buildBatch } from './build-batch.ts';
import type { Relay } from './relay.ts';

export type TelemetryDeps = {
  relay: Relay;
  ledger: Ledger;
  clock: Clock;
  /** Fields no schema knows, dropped from accepted records. */
  countUnknownFields: (fields: number) => void;
};

const waitForStoredMs = 10_000;

/** `POST /api/v1/telemetry`: 202 means the batch is on the relay's disk and in the stream, 200 (`?wait=stored`) that it is committed. */
export async function postTelemetry(
  parent: ZodApp,
  { relay, ledger, clock, countUnknownFields }: TelemetryDeps,
): Promise<void> {
  await parent.register(async (app: ZodApp) => {
    readRawJson(app);
    // Whoever waits for a commit when the gateway stops is told what is certain by then: the batch is in the stream.
    const closing = new AbortController();
    app.addHook('preClose', async () => closing.abort());
    app.post(
      '/api/v1/telemetry',
      {
        config: allow('ingest', 'runner'),
        bodyLimit: limits.bodyBytes,
        onRequest: async (request) => relay.ready?.(teamBeforeBody(request)),
        schema: {
          querystring: telemetryQuery,
          body: ingestBody,
          ...documented('Telemetry', 'Send records', { 200: ingestAnswer, 202: ingestAnswer }),
        },
      },
      async (request, reply) => {
        const receivedAt = new Date(clock.now()).toISOString();
        const raw = request.rawBody ?? Buffer.alloc(0);
        const speaksForRunner = callerOf(request).scopes.has('runner');
        const incoming = { team: request.team, body: request.body, raw, receivedAt, speaksForRunner };
        const { batch, judged } = buildBatch(incoming);
        request.rawBody = null;
        const { receipt, storedSeq } = await relay.accept(batch);
        if (judged.unknownFields > 0) countUnknownFields(judged.unknownFields);
        const answer: IngestAnswer = {
          producer_id: batch.producer_id,
          seq: batch.seq,
          accepted: judged.records.length,
          rejected: judged.rejected,
          ...(storedSeq === null ? {} : { stored_seq: storedSeq }),
          ...(receipt === null ? {} : { receipt }),
        };
        if (request.query.wait !== 'stored') return reply.code(202).send(answer);
        const wait = { forMs: waitForStoredMs, signal: AbortSignal.any([callerLeft(reply), closing.signal]) };
        const stored = await awaitStored({ ledger, clock }, batch, wait);
        return reply.code(stored ? 200 : 202).send(answer);
      },
    );
  });
}
