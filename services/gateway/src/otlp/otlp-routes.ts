import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import { z } from 'zod';
import { inflate } from '../http/json-body.ts';
import { allow } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import type { Relay } from '../telemetry/relay.ts';
import { contentTypes, encodingOf, successBody, type Rejected } from '@telltale/otlp/answers';
import { readRequest } from '@telltale/otlp/read-request';
import { otlpBatches } from './otlp-batches.ts';
import { answerWithStatus } from './otlp-errors.ts';
import { createRedact } from '@telltale/otlp/read/redact';
import type { Signal } from '@telltale/otlp/signals';

export type OtlpDeps = {
  relay: Relay;
  clock: Clock;
  /** Items of a request by what became of them: kept as records, or unused. */
  countOtlp: (signal: Signal, counts: { kept: number; unused: number; rejected: number }) => void;
};

/** The specification recommends 64 MiB after inflation. */
const largestBody = 64 * 1024 * 1024;
/** All bodies that are being read at once; what comes beyond is sent again. */
const bytesAtOnce = 256 * 1024 * 1024;

const signals: readonly Signal[] = ['traces', 'logs', 'metrics'];

function rejectedOf(rejected: readonly { pointer: string; detail: string }[]): Rejected | null {
  const [first] = rejected;
  if (first === undefined) return null;
  const field = first.pointer.split('/').slice(3).join('/');
  return { count: rejected.length, message: `${field}: ${first.detail}` };
}

/**
 * OTLP over HTTP: `POST /v1/traces`, `/v1/metrics`, `/v1/logs`, JSON and protobuf, gzip. 200 means that all of it is in
 * the stream and in the relay's own spool. Its contract is OTLP's, so it is not part of the OpenAPI document.
 */
export async function otlpRoutes(parent: ZodApp, { relay, clock, countOtlp }: OtlpDeps): Promise<void> {
  const redact = createRedact();
  let bytesNow = 0;
  await parent.register(async (app: ZodApp) => {
    answerWithStatus(app);
    app.addHook('preParsing', async (request, _reply, payload) => inflate(request, payload));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser<Buffer>(
      Object.values(contentTypes),
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => {
        if (bytesNow + body.length > bytesAtOnce) {
          throw new TelltaleError('unavailable', 'too many large requests at once; send again', { retryAfter: 2 });
        }
        return body;
      },
    );
    for (const signal of signals) {
      app.post(
        `/v1/${signal}`,
        {
          config: allow('ingest', 'runner'),
          bodyLimit: largestBody,
          schema: { hide: true, querystring: z.looseObject({ team_id: z.string().optional() }) },
        },
        async (request, reply) => {
          const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
          const encoding = encodingOf(request.headers['content-type']);
          const receivedAt = new Date(clock.now()).toISOString();
          bytesNow += raw.length;
          try {
            const reading = readRequest(signal, encoding, raw, { receivedAt, redact, standIns: true });
            const { batches, rejected } = otlpBatches(request.team, raw, reading.drafts, receivedAt);
            for (const batch of batches) await relay.accept(batch);
            const kept = reading.drafts.length - rejected.length;
            countOtlp(signal, { kept, unused: reading.unused, rejected: rejected.length });
            return await reply.type(contentTypes[encoding]).send(successBody(signal, encoding, rejectedOf(rejected)));
          } finally {
            bytesNow -= raw.length;
          }
        },
      );
    }
  });
}
