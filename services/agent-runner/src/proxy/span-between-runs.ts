import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { CallSpan } from '@telltale/answers/call-meter';
import type { Environment } from '../run/child-environment.ts';
import type { Upstream } from './upstreams.ts';

/**
 * A run within a run: the call goes through the proxies of both, and each tells of it. The inner one says under which span
 * the outer one is to tell, whose part its own record then is, so that they are one call where they are stored. For proxies
 * only, never for a provider.
 */
export const spanHeader = 'telltale-span';

export type SpanBetweenRuns = {
  span: CallSpan;
  /** What the next proxy is told; undefined at the last. */ onward: string | undefined;
};

/** Whether an upstream is the metering proxy of the run around this one: by the environment and by the look of its way in. */
export const isOfOuterRun = ({ base }: Upstream, env: Environment): boolean =>
  (env['TELLTALE_RUN_ID'] ?? '') !== '' &&
  base.protocol === 'http:' &&
  base.hostname === '127.0.0.1' &&
  /^\/[\w-]{12}\/[a-z0-9-]+(?:\/|$)/.test(base.pathname);

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** The place of a call between runs; undefined for one that goes through one proxy alone. */
export function spanBetweenRuns(headers: IncomingHttpHeaders, goesOn: boolean): SpanBetweenRuns | undefined {
  const [, toldTrace, toldSpan] = /^([0-9a-f]{32})-([0-9a-f]{16})$/.exec(String(headers[spanHeader] ?? '')) ?? [];
  if (toldTrace === undefined && !goesOn) return undefined;
  const [, clientTrace, clientSpan] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-/.exec(String(headers['traceparent'] ?? '')) ?? [];
  const trace_id = toldTrace ?? clientTrace ?? hex(16);
  const around = goesOn ? hex(8) : clientTrace === trace_id ? clientSpan : undefined;
  return {
    span: {
      trace_id,
      span_id: toldSpan ?? hex(8),
      ...(around === undefined ? {} : { parent_span_id: around }),
    },
    onward: goesOn ? `${trace_id}-${around ?? ''}` : undefined,
  };
}
