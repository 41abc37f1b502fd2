import { createCallMeter, type CallEnd } from '@telltale/answers/call-meter';
import { shapeOf, type CallShape } from '@telltale/answers/call-shape';
import { readRequest } from '@telltale/answers/read-request';
import type { Clock } from '@telltale/runtime/clock';
import type { DeferredSink } from './deferred-sink.ts';
import type { Scope } from './scope.ts';

/** The one function of an SDK client that all its requests go through. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What happened to one request, noted where it happens and read later. */
export type MeteredCall = {
  answered(response: Response): void;
  bytes(piece: Uint8Array): void;
  end(end: CallEnd): void;
};

export type CallDeps = {
  sink: DeferredSink;
  clock: Clock;
  scope: () => Scope;
  redact?: ((text: string) => string) | undefined;
  /** Calls that have not ended: nobody has read their answers to the end, or ever will. */
  open?: Set<MeteredCall>;
};

/** More than an agent has on their way; of more the oldest are taken for left. */
const mostOpen = 10_000;

const urlOf = (input: string | URL | Request): URL => new URL(input instanceof Request ? input.url : input);

const headersOf = (init: RequestInit | undefined, input: string | URL | Request): Record<string, string> =>
  Object.fromEntries(new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined)));

/** Whose API a host is; a gateway's or a proxy's answer is told by the name of its model. */
function providerOf({ hostname }: URL): string | undefined {
  if (hostname.endsWith('anthropic.com')) return 'anthropic';
  if (hostname.endsWith('openai.com')) return 'openai';
  return hostname.endsWith('googleapis.com') ? 'google' : undefined;
}

/**
 * Follows a request to a model; null when it is none. All reading of request and answer happens after the agent's turn,
 * by the times that were noted in it.
 */
export function meterCall(
  input: string | URL | Request,
  init: RequestInit | undefined,
  { sink, clock, scope, redact, open }: CallDeps,
): MeteredCall | null {
  const url = urlOf(input);
  const shape: CallShape | null = shapeOf(init?.method ?? 'GET', url.pathname);
  if (shape === null) return null;
  const who = scope();
  let replayed = clock.monotonic();
  const times: Clock = { ...clock, monotonic: () => replayed };
  const at = (moment: number, work: () => void): void =>
    sink.later(() => {
      replayed = moment;
      work();
    });
  let meter: ReturnType<typeof createCallMeter> | undefined;
  at(replayed, () => {
    meter = createCallMeter({ shape, provider: providerOf(url), requestHeaders: headersOf(init, input), clock: times });
    if (typeof init?.body === 'string') meter.request(readRequest([Buffer.from(init.body)]));
  });
  let ended = false;

  const metered: MeteredCall = {
    answered(response) {
      at(clock.monotonic(), () => {
        // What arrives here is inflated already.
        const { 'content-encoding': _coding, ...headers } = Object.fromEntries(response.headers);
        meter?.answered({ status: response.status, headers });
      });
    },
    bytes(piece) {
      at(clock.monotonic(), () => void meter?.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)));
    },
    end(how) {
      if (ended) return;
      ended = true;
      open?.delete(metered);
      const now = clock.now();
      at(clock.monotonic(), () => {
        if (meter === undefined) return;
        const call = meter.finishNow(how);
        const message = call.error_message;
        const safe = message === undefined || redact === undefined ? {} : { error_message: redact(message) };
        sink.defer(who, () => ({ at: new Date(now).toISOString(), ...call, ...safe, origin: 'sdk' }));
      });
    },
  };
  open?.add(metered);
  const [oldest] = open ?? [];
  if (oldest !== undefined && (open?.size ?? 0) > mostOpen) oldest.end({ how: 'client_left' });
  return metered;
}
