import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { forgetOldest } from '../agent-lines/forget-oldest.ts';

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;
type Writes = { cache_write_5m_tokens: number; cache_write_1h_tokens: number };

/** More calls than a run has. */
const mostIds = 100_000;

const sum = ({ cache_write_5m_tokens: short = 0, cache_write_1h_tokens: long = 0 }: Writes | Call): number =>
  short + long;

const withWrites = (call: Call, writes: Writes): Call | null =>
  sum(call) === sum(writes) && writes.cache_write_1h_tokens > 0 ? { ...call, ...writes } : null;

/**
 * Claude Code's telemetry tells since 2.1.329 how long the cache keeps what a call wrote to it, which sets its price; what it
 * prints always did. Of an older one the print completes what telemetry says of the same request, whichever comes first.
 */
export function createCacheWrites() {
  const printed = new Map<string, Writes>();
  const waiting = new Map<string, Call>();

  return {
    /** The call that was reported before without it, as it is now known; null where there is none. */
    printed(call: Call): Call | null {
      const { origin, request_id: id, cache_write_5m_tokens: short = 0, cache_write_1h_tokens: long } = call;
      if (origin !== 'stdout' || id === undefined || long === undefined) return null;
      const writes = { cache_write_5m_tokens: short, cache_write_1h_tokens: long };
      printed.set(id, writes);
      forgetOldest(printed, mostIds);
      const before = waiting.get(id);
      waiting.delete(id);
      return before === undefined ? null : withWrites(before, writes);
    },
    /** A call of telemetry, with what was printed of it. */
    reported(call: Call): Call {
      const { request_id: id, cache_write_1h_tokens: long, attributes } = call;
      if (id === undefined || long !== undefined || attributes?.['signal'] !== 'log' || sum(call) === 0) return call;
      const writes = printed.get(id);
      if (writes !== undefined) return withWrites(call, writes) ?? call;
      waiting.set(id, call);
      forgetOldest(waiting, mostIds);
      return call;
    },
  };
}
