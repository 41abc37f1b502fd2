import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type ServiceDefinition,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { retryInfo, statusMessage, withRetryInfo } from '@telltale/otlp/answers';
import type { FastifyInstance } from 'fastify';
import type { OtlpListener } from './listen-otlp.ts';

const services = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
} as const;

/** The specification's own limit of a body after inflation. */
const largestMessage = 64 * 1024 * 1024;

/** An answer of HTTP in gRPC's words: what HTTP calls worth a retry stays so. */
const codeOf = (http: number): number => {
  if (http === 401) return status.UNAUTHENTICATED;
  if (http === 403) return status.PERMISSION_DENIED;
  if (http === 413) return status.INVALID_ARGUMENT;
  if (http === 429) return status.RESOURCE_EXHAUSTED;
  return http >= 500 ? status.UNAVAILABLE : status.INVALID_ARGUMENT;
};

const bytes = (value: Buffer): Buffer => value;

/**
 * How long an exporter is to wait before it sends again. A refusal for fullness without it counts as final for exporters in Go;
 * those in Python read it under a name of its own.
 */
function trailersOf(retryAfter: unknown, status: Buffer): Metadata {
  const trailers = new Metadata();
  const seconds = Number(retryAfter);
  if (typeof retryAfter !== 'string' || !Number.isSafeInteger(seconds)) return trailers;
  trailers.set('retry-after', retryAfter);
  trailers.set('google.rpc.retryinfo-bin', retryInfo(seconds));
  trailers.set('grpc-status-details-bin', withRetryInfo(status, seconds));
  return trailers;
}

type Call = { request: Buffer; metadata: Metadata };
type Done = (error: { code: number; details: string; metadata?: Metadata } | null, answer?: Buffer) => void;

async function answerCall(
  http: Pick<FastifyInstance, 'inject'>,
  signal: string,
  call: Call,
  done: Done,
): Promise<void> {
  const authorization = call.metadata.get('authorization')[0];
  const headers = {
    'content-type': 'application/x-protobuf',
    ...(typeof authorization === 'string' ? { authorization } : {}),
  };
  try {
    const answer = await http.inject({ method: 'POST', url: `/v1/${signal}`, headers, payload: call.request });
    if (answer.statusCode === 200) {
      done(null, answer.rawPayload);
      return;
    }
    const metadata = trailersOf(answer.headers['retry-after'], answer.rawPayload);
    done({ code: codeOf(answer.statusCode), details: statusMessage(answer.rawPayload) ?? 'refused', metadata });
  } catch (error) {
    // What nobody foresaw may pass: the exporter sends again.
    done({ code: status.UNAVAILABLE, details: String(error) });
  }
}

/**
 * OTLP/gRPC (4317 as a rule): each message is handed to the route of OTLP/HTTP, so that keys, limits, profiles and counts
 * are the same ones. The key comes as metadata `authorization`. Plain text only: TLS ends in front of it.
 */
export async function listenGrpc(
  http: Pick<FastifyInstance, 'inject'>,
  { host, port }: { host: string; port: number },
): Promise<OtlpListener> {
  const server = new Server({ 'grpc.max_receive_message_length': largestMessage });
  for (const [signal, name] of Object.entries(services)) {
    const definition: ServiceDefinition = {
      export: {
        path: `/${name}/Export`,
        requestStream: false,
        responseStream: false,
        requestSerialize: bytes,
        requestDeserialize: bytes,
        responseSerialize: bytes,
        responseDeserialize: bytes,
      },
    };
    const handle: UntypedHandleCall = (call: Call, done: Done): void => void answerCall(http, signal, call, done);
    server.addService(definition, { export: handle });
  }
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      `${host.includes(':') ? `[${host}]` : host}:${port}`,
      ServerCredentials.createInsecure(),
      (error, at) => (error === null ? resolve(at) : reject(error)),
    );
  });
  return {
    port: bound,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.tryShutdown(() => resolve());
      });
    },
  };
}
