import { isDrawn } from '@telltale/contracts/records/drawn-id';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { CallRecord } from '@telltale/answers/call-meter';

type Told = Extract<RecordDraft, { kind: 'llm_call' }>;
type Ids = { message_id: string } | { request_id: string };
type Metered = { call: CallRecord; ids: Ids; from: number; until: number; taken: boolean };

/** Two who saw a call may tell its end this far apart, in ms. */
const slackMs = 5_000;
/** Calls that are remembered for those who tell of them later. */
const mostCalls = 2_000;

const nameOf = (model: string): string => model.slice(model.lastIndexOf('/') + 1);
const spansOf = ({ trace_id = '', span_id, parent_span_id }: Told): { own: string; around: string } => ({
  own: `${trace_id}:${span_id ?? ''}`,
  around: `${trace_id}:${parent_span_id ?? ''}`,
});

/** By what another record is made one with it; null where nothing names it. */
function idsOf({ message_id, request_id }: CallRecord): Ids | null {
  if (message_id !== undefined && !isDrawn(message_id)) return { message_id };
  return request_id === undefined ? null : { request_id };
}

function isAbout(told: Told, { call }: Metered): boolean {
  if (told.model === 'unknown' || call.model === 'unknown') return true;
  const names = [call.model, call.response_model].flatMap((model) => (model === undefined ? [] : nameOf(model)));
  return [told.model, told.response_model].some((model) => model !== undefined && names.includes(nameOf(model)));
}

/**
 * Which of the metered calls telemetry tells of that knows no id of it (and may know no tokens): one that went well at the
 * same time, by the same model, and that nobody told of before. With its id the two are one call where they are stored, by
 * the proxy's usage, and what telemetry alone knows (its session, its agent) is not lost.
 */
export function createMeteredCalls() {
  const calls: Metered[] = [];
  /** Spans around one that was given a call: they tell of the same one. */
  const around = new Set<string>();

  return {
    metered(call: CallRecord, nowMs: number): void {
      const { duration_ms = 0 } = call;
      const ids = idsOf(call);
      if (call.status !== 'ok' || ids === null) return;
      calls.push({ call, ids, from: nowMs - duration_ms, until: nowMs, taken: false });
      if (calls.length > mostCalls) calls.shift();
    },
    /** The ids of the call that a record tells of; null where it has ids of its own or nothing fits. */
    idsFor(told: Told): Ids | null {
      const hasIds = told.message_id !== undefined || told.request_id !== undefined;
      if (told.origin !== 'otlp' || told.status !== 'ok' || hasIds || told.attributes?.['signal'] === 'metric')
        return null;
      const { own, around: outer } = spansOf(told);
      if (told.span_id !== undefined && around.has(own)) return null;
      const until = Date.parse(told.at ?? '');
      const from = until - (told.duration_ms ?? 0);
      const fits = calls.filter(
        (one) => !one.taken && isAbout(told, one) && from <= one.until + slackMs && one.from <= until + slackMs,
      );
      const isSame = ({ call }: Metered): boolean => told.output_tokens === call.output_tokens;
      const found = fits
        .sort((a, b) => Number(isSame(b)) - Number(isSame(a)) || Math.abs(a.until - until) - Math.abs(b.until - until))
        .at(0);
      if (found === undefined) return null;
      found.taken = true;
      if (told.parent_span_id !== undefined) around.add(outer);
      return found.ids;
    },
  };
}
