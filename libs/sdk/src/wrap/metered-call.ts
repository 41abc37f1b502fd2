import { createCallMeter, type CallEnd, type CallMeter } from '@telltale/answers/call-meter';
import { shapeOf, type CallShape } from '@telltale/answers/call-shape';
import { providerOfHost } from '@telltale/pricing/provider-of-host';
import { readRequest } from '@telltale/answers/read-request';
import type { Clock } from '@telltale/runtime/clock';
import type { DeferredSink } from './deferred-sink.ts';
import type { OpenUse, OpenUses } from './open-uses.ts';
import type { Scope } from './scope.ts';

/** The one function of an SDK client that all its requests go through. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

type Moment = { now: number; monotonic: number };

/** What happened to one request, noted where it happens and read later. */
export type MeteredCall = OpenUse & {
  answered(response: Response): void;
  bytes(piece: Uint8Array): void;
  end(end: CallEnd): void;
};

export type CallDeps = {
  sink: DeferredSink;
  clock: Clock;
  scope: () => Scope;
  redact?: ((text: string) => string) | undefined;
  /** What has not ended: nobody has read its answer to the end, or ever will. */
  open: OpenUses;
};

const urlOf = (input: string | URL | Request): URL => new URL(input instanceof Request ? input.url : input);

const headersOf = (init: RequestInit | undefined, input: string | URL | Request): Record<string, string> =>
  Object.fromEntries(new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined)));

/** Begins to follow a request. By itself: what lives as long as the answer is unread must not hold the request. */
const beginner =
  (shape: CallShape, url: URL, input: string | URL | Request, init: RequestInit | undefined) =>
  (clock: Clock): CallMeter => {
    const provider = providerOfHost(url.hostname);
    const meter = createCallMeter({ shape, provider, requestHeaders: headersOf(init, input), clock });
    if (typeof init?.body === 'string') meter.request(readRequest([Buffer.from(init.body)]));
    return meter;
  };

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
  const at = (when: number, work: () => void): void =>
    sink.later(() => {
      replayed = when;
      work();
    });
  let meter: CallMeter | undefined;
  let begin: ((times: Clock) => CallMeter) | undefined = beginner(shape, url, input, init);
  at(replayed, () => {
    meter = begin?.(times);
    begin = undefined;
  });
  let ended = false;
  /** When something came last. */
  let came: Moment | undefined;
  const moment = (): Moment => ({ now: clock.now(), monotonic: clock.monotonic() });
  const arrived = (work: () => void): void => {
    came = moment();
    at(came.monotonic, work);
  };
  const finish = (how: CallEnd, { now, monotonic }: Moment): void => {
    if (ended) return;
    ended = true;
    open.end(metered);
    at(monotonic, () => {
      if (meter === undefined) return;
      const call = meter.finishNow(how);
      const message = call.error_message;
      const safe = message === undefined || redact === undefined ? {} : { error_message: redact(message) };
      sink.defer(who, () => ({ at: new Date(now).toISOString(), ...call, ...safe, origin: 'sdk' }));
    });
  };

  const metered: MeteredCall = {
    answered(response) {
      arrived(() => {
        // What arrives here is inflated already.
        const { 'content-encoding': _coding, ...headers } = Object.fromEntries(response.headers);
        meter?.answered({ status: response.status, headers });
      });
    },
    bytes(piece) {
      arrived(() => void meter?.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)));
    },
    end: (how) => finish(how, moment()),
    leave: () => finish({ how: 'client_left' }, came ?? moment()),
  };
  open.add(metered);
  return metered;
}
