import { tokenCounts, type TokenCount } from '@telltale/contracts/records/llm-call';
import { forgetOldest } from '../agent-lines/forget-oldest.ts';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;

/** More models and calls than a run has. */
const mostModels = 1_000;
const mostIds = 100_000;

type Tokens = Partial<Record<TokenCount, number>>;

function add(totals: Map<string, Tokens>, call: Call): void {
  const sum = totals.get(call.model) ?? {};
  for (const name of tokenCounts) if (call[name] !== undefined) sum[name] = (sum[name] ?? 0) + (call[name] ?? 0);
  totals.set(call.model, sum);
  forgetOldest(totals, mostModels);
}

/**
 * What an answer that broke off had used: a client that prints how much it used in all counts it there, while its telemetry
 * tells of whole answers alone. The rest of the two is that of the last attempt that was printed to be made again.
 */
export function createRetriedUsage() {
  const printed = new Map<string, Tokens>();
  const reported = new Map<string, Tokens>();
  const ids = { printed: new Set<string>(), reported: new Set<string>() };
  let last: Call | null = null;

  return {
    printed(call: Call): void {
      if (call.origin !== 'stdout') return;
      if (call.attributes?.['retried'] === true) last = call;
      if (call.request_id !== undefined && call.status === 'ok') ids.printed.add(call.request_id);
      forgetOldest(ids.printed, mostIds);
      add(printed, call);
    },
    reported(call: Call): void {
      if (call.request_id !== undefined) ids.reported.add(call.request_id);
      forgetOldest(ids.reported, mostIds);
      add(reported, call);
    },
    /** The record of that attempt with what it used; null where none broke off, or telemetry did not tell of all else. */
    rest(): RecordDraft | null {
      if (last?.message_id === undefined || ![...ids.printed].every((id) => ids.reported.has(id))) return null;
      const total = printed.get(last.model);
      const told = reported.get(last.model);
      if (total === undefined || told === undefined) return null;
      const rest: Tokens = {};
      for (const name of tokenCounts) {
        const left = (total[name] ?? 0) - (told[name] ?? 0);
        // What a client prints only in part is not there to be compared.
        if (left < 0 && total[name] !== undefined) return null;
        if (left > 0) rest[name] = left;
      }
      return (rest.input_tokens ?? 0) === 0
        ? null
        : { ...last, ...rest, attributes: { ...last.attributes, usage_incomplete: true } };
    },
  };
}
