import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { contentTypes, encodingOf, statusBody, successBody } from '@telltale/otlp/answers';
import { readRequest } from '@telltale/otlp/read-request';
import type { Draft } from '@telltale/otlp/read/draft';
import type { Attempt } from '@telltale/otlp/read/reading';
import { MalformedBody, type Signal } from '@telltale/otlp/signals';
import type { Clock } from '@telltale/runtime/clock';
import type { ClientName } from '../proxy/clients/client-of.ts';
import { clientOfBody } from './client-of-body.ts';
import { forwardRequest, toldHeader } from './forward-request.ts';
import { signals, type PersonEndpoints } from './person-endpoint.ts';
import { withinPath } from './tell-around.ts';
import type { Within } from './told-within.ts';

export type OtlpReceiver = AsyncDisposable & {
  /** Base URL for exporters: it holds a secret, so that no other program of this machine reports into the run. */
  endpoint: string;
};

/** As large as a gateway takes. */
const largestBody = 64 * 1024 * 1024;
/** More than this on its way to the person's own endpoint makes the program wait for it, as it would without us. */
const mostForwardedBytes = 16 * 1024 * 1024;
/** How long requests that are on their way at the end of a run may take. */
const lastRequestsMs = 2_000;

const inflate = promisify(gunzip);

class TooLarge extends Error {}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new TooLarge('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function plainOf(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new MalformedBody(`the content encoding ${encoding} is not understood`);
  return inflate(body, { maxOutputLength: largestBody }).catch((error: unknown) => {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge('the inflated body is too large');
    throw new MalformedBody('the body is not valid gzip');
  });
}

/** Takes the telemetry of one run's program on loopback, and passes it on to where the person had it sent before. */
export async function startOtlpReceiver({
  forward,
  around,
  withholds = () => false,
  onDraft,
  onWithin = () => ({ tells: () => undefined, ended: () => undefined }),
  onAttempt = () => undefined,
  redact,
  clock,
}: {
  forward: PersonEndpoints;
  /** The endpoint of the run that this one is within. */
  around?: string | undefined;
  /** What of a client's does not go on there. */
  withholds?: (signal: Signal, client: ClientName | null) => boolean;
  onDraft: (draft: Draft) => void;
  /** A run within this one begins. */
  onWithin?: () => Within;
  /** Hears of each request to a model that a client says it makes, before the records of the same request. */
  onAttempt?: (attempt: Attempt) => void;
  redact: (text: string) => string;
  clock: Clock;
}): Promise<OtlpReceiver> {
  const secret = randomBytes(18).toString('base64url');
  const paths = new Map<string, Signal | null>(signals.map((signal) => [`/${secret}/v1/${signal}`, signal]));
  // Older versions of Gemini CLI send all signals to the base itself.
  for (const base of [`/${secret}`, `/${secret}/`]) paths.set(base, null);
  const onTheirWay = new Set<Promise<unknown>>();
  let forwarded = 0;

  const take = async (told: Signal | null, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const encoding = encodingOf(request.headers['content-type']);
    const answer = (status: number, body: Buffer): void => {
      response.writeHead(status, { 'content-type': contentTypes[encoding] }).end(body);
    };
    try {
      const body = await bodyOf(request);
      const signal = told ?? signalOf(await plainOf(body, request.headers['content-encoding']));
      const target = forward.get(signal);
      if (target !== undefined && !(await isWithheld(signal, request, body))) await passOn(target, request, body);
      const raw = await plainOf(body, request.headers['content-encoding']);
      if (request.headers[toldHeader] !== undefined) {
        answer(200, successBody(signal, encoding, null));
        return;
      }
      const receivedAt = new Date(clock.now()).toISOString();
      const { drafts, attempts = [] } = readRequest(signal, encoding, raw, { receivedAt, redact });
      for (const attempt of attempts) onAttempt(attempt);
      for (const draft of drafts) onDraft(draft);
      answer(200, successBody(signal, encoding, null));
    } catch (error) {
      const [status, detail] = error instanceof TooLarge ? [413, error.message] : [400, describe(error)];
      answer(status, statusBody(encoding, status, detail));
    }
  };

  async function isWithheld(signal: Signal, { headers }: IncomingMessage, body: Buffer): Promise<boolean> {
    const plain = await plainOf(body, headers['content-encoding']).catch(() => body);
    return withholds(signal, clientOfBody(signal, encodingOf(headers['content-type']), plain));
  }

  /** Resolves when there is room for more. */
  async function passOn(target: URL, { headers }: IncomingMessage, body: Buffer): Promise<void> {
    forwarded += body.length;
    const isRun = around !== undefined && target.href.startsWith(`${around}/`);
    const work = forwardRequest(target, headers, body, { isRun }).finally(() => (forwarded -= body.length));
    track(work);
    if (forwarded > mostForwardedBytes) await work;
  }

  function track(work: Promise<unknown>): void {
    onTheirWay.add(work);
    void work.finally(() => onTheirWay.delete(work));
  }

  // The request of a run within this one lasts as long as that run.
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    if (request.method === 'POST' && request.url === `/${secret}${withinPath}`) {
      hearWithin(onWithin(), request, response);
      return;
    }
    const signal = request.method === 'POST' ? paths.get(request.url ?? '') : undefined;
    if (signal === undefined) response.writeHead(404).end();
    else track(take(signal, request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/${secret}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = new AbortController();
      const patience = clock.sleep(lastRequestsMs, late.signal).catch(() => undefined);
      await Promise.race([Promise.all(onTheirWay), patience]);
      late.abort();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A run within this one says a line for each thing that it tells by itself; it is there for as long as its request is. */
function hearWithin({ tells, ended }: Within, request: IncomingMessage, response: ServerResponse): void {
  let rest = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) tells(line);
  });
  request.on('error', () => undefined);
  request.on('close', () => {
    ended();
    response.end();
  });
  response.writeHead(200).flushHeaders();
}

const ofResource: Readonly<Record<string, Signal>> = { Logs: 'logs', Spans: 'traces', Metrics: 'metrics' };

/** What a body in JSON is of, by its first name. */
function signalOf(body: Buffer): Signal {
  const [, name = ''] = /^\s*\{\s*"resource(Logs|Spans|Metrics)"/.exec(body.toString('utf8', 0, 256)) ?? [];
  const signal = ofResource[name];
  if (signal === undefined) throw new MalformedBody('the path does not say what the body is of');
  return signal;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : 'the body cannot be read');
