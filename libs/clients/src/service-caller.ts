import type { Readable } from 'node:stream';
import { problem } from '@telltale/contracts/errors';
import { systemClock, type Clock } from '@telltale/runtime/clock';
import type { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';
import { Agent, type Dispatcher } from 'undici';
import type { z } from 'zod';
import { recordCall, startRecording } from './record-call.ts';
import { judgeStatus, RunnerError } from './runner-error.ts';
import { aborted, withRetries } from './with-retries.ts';

export type ServiceClientOptions = {
  /** Such as http://127.0.0.1:4400. */
  baseUrl: string;
  apiKey?: string | undefined;
  /** For one try, its whole answer included; 30 unless given. */
  timeoutSeconds?: number | undefined;
  /** Every call is recorded here, and as a `service_call` if it reports. */
  tracker?: ServiceCallTracker | undefined;
  clock?: Clock | undefined;
  random?: (() => number) | undefined;
};

export type HealthResult = { ok: boolean; latency_ms: number; detail?: string };

type Body = Iterable<Buffer> | AsyncIterable<Buffer> | string | undefined;
export type CallRequest = {
  operation: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the root of `baseUrl`, encoded. */
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  /** Made anew for each try. */
  body?: () => Body;
  /** No second try: the body cannot be made again. */
  once?: boolean;
  /** Beyond what a try may take otherwise. */
  extraMs?: number;
  /** A long body: only its answer has to come in time once all was sent. */
  untimed?: boolean;
  signal?: AbortSignal | undefined;
};

const mostBytes = 16 * 1024 * 1024;

const secondsOf = (header: unknown): number | undefined => {
  const seconds = typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
  return seconds === undefined ? undefined : seconds * 1_000;
};

/** What all clients share: connections that are kept, time-outs, tries, typed errors and the record of each call. */
export function createServiceCaller(service: string, options: ServiceClientOptions) {
  const { baseUrl, apiKey, timeoutSeconds = 30, tracker, clock = systemClock, random = Math.random } = options;
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  const timeoutMs = timeoutSeconds * 1_000;
  const agent = new Agent({
    keepAliveTimeout: 30_000,
    connections: 32,
    connect: { timeout: timeoutMs },
    bodyTimeout: timeoutMs,
  });

  const failure = (operation: string, error: unknown, timeout: AbortSignal, signal: AbortSignal | undefined): Error => {
    if (error instanceof RunnerError) return error;
    if (signal?.aborted === true) return aborted({ service, operation }, error);
    const name = error instanceof Error ? error.name : '';
    const late = timeout.aborted || name.endsWith('TimeoutError');
    const words = error instanceof Error ? error.message : String(error);
    return new RunnerError(
      late ? `${service}: ${operation} took longer than its time-out` : `${service}: ${operation} failed: ${words}`,
      { code: late ? 'TIMEOUT' : 'CONNECTION', service, operation, retryable: true, cause: error },
    );
  };

  const refusal = async (operation: string, { statusCode, headers, body }: Dispatcher.ResponseData) => {
    const text = await readText(body);
    const said = problem.safeParse(parseJson(text)).data;
    const detail = said?.detail ?? (text.slice(0, 200) || 'no words');
    const judged = judgeStatus(statusCode);
    // The wait that the caller asked for is over; asking again would make it another one.
    const slot = said?.code === 'SLOT_TIMEOUT' ? ({ code: 'SLOT_TIMEOUT', retryable: false } as const) : {};
    return new RunnerError(`${service}: ${operation} was answered ${statusCode}: ${detail}`, {
      ...judged,
      ...slot,
      service,
      operation,
      status: statusCode,
      problem: said,
      retryAfterMs: secondsOf(headers['retry-after']),
    });
  };

  const send = async (request: CallRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const url = new URL(request.path.replace(/^\//, ''), base);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    const answer = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: {
        accept: 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      body: (request.json === undefined ? (request.body?.() ?? null) : JSON.stringify(request.json)) as never,
      headersTimeout: timeoutMs + (request.extraMs ?? 0),
      signal,
    });
    if (answer.statusCode >= 300) throw await refusal(request.operation, answer);
    return answer;
  };

  /** Runs one try after the other, each within its time. `read` has its whole answer read before the time is over. */
  const tries = <T>(request: CallRequest, read: (answer: Dispatcher.ResponseData) => Promise<T>): Promise<T> =>
    withRetries({ clock, random, signal: request.signal }, { service, operation: request.operation }, async () => {
      const late = new AbortController();
      const untimed = request.untimed === true;
      const timer = untimed ? undefined : setTimeout(() => late.abort(), timeoutMs + (request.extraMs ?? 0));
      const both = request.signal === undefined ? late.signal : AbortSignal.any([late.signal, request.signal]);
      try {
        return await read(await send(request, both));
      } catch (error) {
        const failed = failure(request.operation, error, late.signal, request.signal);
        if (request.once === true && failed instanceof RunnerError) throw failed.final();
        throw failed;
      } finally {
        clearTimeout(timer);
      }
    });

  const recorded = <T>(operation: string, work: () => Promise<T>): Promise<T> =>
    recordCall({ tracker, clock, service, operation }, work);

  const ask = <S extends z.ZodType>(request: CallRequest, answer: S): Promise<z.output<S>> =>
    tries(request, async ({ statusCode, body }) => {
      const text = await readText(body);
      const parsed = answer.safeParse(statusCode === 204 ? undefined : parseJson(text));
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const where = `${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`.trim();
      const { operation } = request;
      throw new RunnerError(`${service}: ${operation} was answered in a shape that is not known: ${where}`, {
        code: 'INVALID_RESPONSE',
        service,
        operation,
        status: statusCode,
        retryable: false,
        cause: parsed.error,
      });
    });

  return {
    /** One call with a JSON answer of a shape, recorded. 204 is `undefined`. */
    call: <S extends z.ZodType>(request: CallRequest, answer: S): Promise<z.output<S>> =>
      recorded(request.operation, () => ask(request, answer)),
    /** The same as a part of a call that the caller records. */
    ask,
    /** An answer whose body the caller reads as it comes; only its head has to come in time. Not recorded. */
    open: (request: CallRequest): Promise<{ headers: Readonly<Record<string, unknown>>; body: Readable }> =>
      tries(request, async ({ headers, body }) => ({ headers, body })),
    /** What reading such a body failed with, typed. */
    failure: (operation: string, error: unknown): Error =>
      failure(operation, error, new AbortController().signal, undefined),
    recorded,
    startRecording: (operation: string) => startRecording({ tracker, clock, service, operation }),
    clock,
    random,
    /** Asks once and never throws. Health is not a call of the run: it is not recorded. */
    async health(path: string): Promise<HealthResult> {
      const started = clock.monotonic();
      const took = () => clock.monotonic() - started;
      try {
        const { body } = await send(
          { operation: 'healthCheck', method: 'GET', path },
          AbortSignal.timeout(Math.min(timeoutMs, 5_000)),
        );
        await body.dump();
        return { ok: true, latency_ms: took() };
      } catch (error) {
        const late = error instanceof Error && error.name === 'TimeoutError';
        const words = error instanceof Error ? error.message : String(error);
        return { ok: false, latency_ms: took(), detail: late ? 'no answer in time' : words.slice(0, 300) };
      }
    },
    async [Symbol.asyncDispose]() {
      await agent.close();
    },
  };
}
export type ServiceCaller = ReturnType<typeof createServiceCaller>;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // No shape takes it.
    return undefined;
  }
};

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`the answer is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
