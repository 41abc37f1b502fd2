import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statusBody } from '@telltale/otlp/answers';
import { listenGrpc } from './listen-grpc.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

const sample = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../../../../libs/otlp/samples/claude-code/protobuf', name));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let t: TestGateway;
let ports: { port: number; grpcPort: number };
let ingest: { authorization: string };
beforeAll(async () => {
  ports = { port: await freePort(), grpcPort: await freePort() };
  t = await createTestGateway({ config: { otlp: ports } });
  ingest = await t.as('red', 'ingest');
});
afterAll(() => t[Symbol.asyncDispose]());

test('the port for OTLP takes it as the gateway does, and offers nothing else', async () => {
  const url = `http://127.0.0.1:${ports.port}`;
  const post = (headers: Record<string, string>) =>
    fetch(`${url}/v1/logs`, {
      method: 'POST',
      body: new Uint8Array(sample('0002-logs.pb')),
      headers: { 'content-type': 'application/x-protobuf', ...headers },
    });
  expect((await post({ ...ingest })).status).toBe(200);
  expect((await post({})).status).toBe(401);
  expect((await fetch(`${url}/api/v1/agents`, { headers: { ...ingest } })).status).toBe(404);
});

type Answer = { code: number; details: string; body: Buffer | null; trailers: Record<string, unknown> };

function exportOver(client: Client, service: string, body: Buffer, key: string | null): Promise<Answer> {
  const metadata = new Metadata();
  if (key !== null) metadata.set('authorization', key);
  const bytes = (value: Buffer): Buffer => value;
  return new Promise((done) => {
    const path = `/opentelemetry.proto.collector.${service}/Export`;
    client.makeUnaryRequest(path, bytes, bytes, body, metadata, (error: ServiceError | null, answer?: Buffer) =>
      done({
        code: error?.code ?? status.OK,
        details: error?.details ?? '',
        body: answer ?? null,
        trailers: error?.metadata.getMap() ?? {},
      }),
    );
  });
}

test('OTLP over gRPC is taken with the same keys, and refused in its own words', async () => {
  const client = new Client(`127.0.0.1:${ports.grpcPort}`, credentials.createInsecure());
  const key = ingest.authorization;
  for (const [service, name] of [
    ['trace.v1.TraceService', '0001-traces.pb'],
    ['logs.v1.LogsService', '0002-logs.pb'],
    ['metrics.v1.MetricsService', '0003-metrics.pb'],
  ] as const)
    expect(await exportOver(client, service, sample(name), key)).toMatchObject({ code: status.OK });
  expect(await exportOver(client, 'logs.v1.LogsService', sample('0002-logs.pb'), null)).toMatchObject({
    code: status.UNAUTHENTICATED,
  });
  const bad = await exportOver(client, 'logs.v1.LogsService', Buffer.from([0x0a, 0xff]), key);
  expect(bad.code).toBe(status.INVALID_ARGUMENT);
  expect(bad.details).not.toBe('');
  client.close();
});

test('an exporter over gRPC that is to send again is told when, as those in Go and in Python read it', async () => {
  const refusal = {
    statusCode: 429,
    headers: { 'retry-after': '7' },
    rawPayload: statusBody('protobuf', 429, 'slow down'),
  };
  const http = { inject: async () => refusal } as unknown as Parameters<typeof listenGrpc>[0];
  await using listener = await listenGrpc(http, { host: '127.0.0.1', port: 0 });
  const client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure());
  const { code, details, trailers } = await exportOver(client, 'logs.v1.LogsService', sample('0002-logs.pb'), null);
  client.close();
  expect({ code, details }).toEqual({ code: status.RESOURCE_EXHAUSTED, details: 'slow down' });
  // google.rpc.RetryInfo {retry_delay {seconds: 7}}
  const info = Buffer.from([0x0a, 0x02, 0x08, 0x07]);
  expect(trailers['google.rpc.retryinfo-bin']).toEqual(info);
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');
  const any = Buffer.concat([Buffer.from([0x0a, type.length]), type, Buffer.from([0x12, info.length]), info]);
  const whole = Buffer.concat([statusBody('protobuf', 429, 'slow down'), Buffer.from([0x1a, any.length]), any]);
  expect(trailers['grpc-status-details-bin']).toEqual(whole);
});
