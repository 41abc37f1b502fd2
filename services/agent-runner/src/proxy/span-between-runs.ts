import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { CallSpan } from '@telltale/answers/call-meter';

/**
 * A run within a run: the call goes through the proxies of both, and each tells of it. The inner one says under which span
 * the outer one is to tell, whose part its own record then is, so that they are one call where they are stored. For proxies
 * only, never for a provider.
 */
export const spanHeader = 'telltale-span';

export type SpanBetweenRuns = {
  span: CallSpan;
  /** What the next proxy is told; undefined at the last. */
  onward: string | undefined;
};

/** More than are on their way at once by far; one that is told without end is never forgotten. */
const mostTold = 10_000;

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Only who knows the way into a proxy can sign for it, and what is signed for one run says nothing in the next. */
const signed = (wayIn: string, place: string): string =>
  `${place}-${createHmac('sha256', wayIn).update(place).digest('hex').slice(0, 32)}`;

/**
 * The places of calls between runs, at one proxy. Records under one span are one call, so each span is taken once: a program
 * that says the same with every call has as many calls as it makes.
 */
export function createSpansBetweenRuns({ wayIn }: { wayIn: string }) {
  const told = new Set<string>();

  const readTold = (headers: IncomingHttpHeaders): { trace: string; span: string } | null => {
    const header = String(headers[spanHeader] ?? '');
    const [, trace = '', span = ''] = /^([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{32}$/.exec(header) ?? [];
    return span === '' || header !== signed(wayIn, `${trace}-${span}`) ? null : { trace, span };
  };

  /** What the proxy of a run within this one says, once. */
  const takeTold = (headers: IncomingHttpHeaders): { trace: string; span: string } | null => {
    const said = readTold(headers);
    if (said === null) return null;
    const { trace, span } = said;
    const isAgain = told.delete(span);
    told.add(span);
    const [oldest] = told;
    if (told.size > mostTold && oldest !== undefined) told.delete(oldest);
    return isAgain ? null : { trace, span };
  };

  return {
    /** A call comes through the proxy of a run within this one, which tells what is done in it. */
    isWithin: (headers: IncomingHttpHeaders): boolean => readTold(headers) !== null,
    /** Undefined for a call that goes through one proxy alone; `next` is the way into the proxy around this one. */
    of(headers: IncomingHttpHeaders, next: string | undefined): SpanBetweenRuns | undefined {
      const from = takeTold(headers);
      if (from === null && next === undefined) return undefined;
      const [, clientTrace, clientSpan] =
        /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(String(headers['traceparent'] ?? '')) ?? [];
      const trace_id = from?.trace ?? clientTrace ?? hex(16);
      const span_id = from?.span ?? hex(8);
      if (next === undefined) {
        const around = clientTrace === trace_id ? clientSpan : undefined;
        return { span: { trace_id, span_id, ...(around && { parent_span_id: around }) }, onward: undefined };
      }
      const around = hex(8);
      return { span: { trace_id, span_id, parent_span_id: around }, onward: signed(next, `${trace_id}-${around}`) };
    },
    /** A proxy asks again, in the client's own words, what was refused in its own: that is the same call. */
    mayTellAgain({ span }: SpanBetweenRuns): void {
      told.delete(span.span_id);
    },
  };
}

export type SpansBetweenRuns = ReturnType<typeof createSpansBetweenRuns>;
