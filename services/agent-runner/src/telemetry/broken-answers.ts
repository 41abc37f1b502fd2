import type { Draft } from '@telltale/otlp/read/draft';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { addBuckets, inputOf, tokenFields, type TokenBuckets } from '../agent-lines/token-buckets.ts';
import { forgetOldest } from '../agent-lines/forget-oldest.ts';
import type { ModelTotals } from '../transcripts/claude-totals.ts';
import { printedSession } from './printed-session.ts';

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;

/** More conversations and requests than a run has. */
const mostSessions = 1_000;
const mostAttempts = 10_000;
const inputNames = ['fresh', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;

const bucketsOf = (call: Call): TokenBuckets => {
  const { cache_read_tokens: cacheRead = 0, cache_write_5m_tokens: short = 0, cache_write_1h_tokens: long = 0 } = call;
  const fresh = (call.input_tokens ?? 0) - cacheRead - short - long;
  return { fresh, cacheRead, cacheWrite5m: short, cacheWrite1h: long };
};

/**
 * What the answers of Claude Code that broke off had read, where it prints no JSON: its telemetry tells of whole answers alone, its
 * own totals of the conversation count all. What it had written by then is only its guess there, and stays unknown.
 */
export function createBrokenAnswers({ totalsOf }: { totalsOf: (session: string) => Promise<ModelTotals | null> }) {
  const told = new Map<string, Map<string, TokenBuckets>>();
  const sessionOf = new Map<string, string>();
  /** The last attempt that failed, by conversation and model. */
  const failed = new Map<string, Map<string, Call>>();
  /** Conversations that print what was made again: what those attempts had used is told of what they print. */
  const printing = new Set<string>();

  return {
    /** A call as telemetry tells of it. */
    reported(call: Draft): void {
      if (call.kind !== 'llm_call' || call.session_id === undefined) return;
      const models = told.get(call.session_id) ?? new Map<string, TokenBuckets>();
      models.set(call.model, addBuckets(models.get(call.model) ?? {}, bucketsOf(call)));
      told.set(call.session_id, models);
      forgetOldest(told, mostSessions);
    },
    /** A request that the client said it makes. */
    asked({ message_id: id, session_id: session }: Pick<Call, 'message_id' | 'session_id'>): void {
      if (id === undefined || session === undefined) return;
      sessionOf.set(id, session);
      forgetOldest(sessionOf, mostAttempts);
    },
    /** What goes on from here: an attempt of which nothing but its failing is known. */
    passed(record: RecordDraft): void {
      if (record.kind !== 'llm_call' || record.attributes?.['retried'] !== true) return;
      if (record.origin === 'stdout') {
        printing.add(printedSession(record));
        forgetOldest(printing, mostSessions);
      }
      if (record.attributes['signal'] !== 'attempt') return;
      const session = sessionOf.get(record.message_id ?? '');
      if (session === undefined) return;
      failed.set(session, (failed.get(session) ?? new Map<string, Call>()).set(record.model, record));
    },
    /** At the end: the same attempts once more, with what they had read. */
    async rest(): Promise<RecordDraft[]> {
      const found: RecordDraft[] = [];
      for (const [session, calls] of failed) {
        if (printing.has(session)) continue;
        const totals = await totalsOf(session);
        for (const [model, call] of calls) {
          const [total, sum = {}] = [totals?.get(model), told.get(session)?.get(model)];
          if (total === undefined) continue;
          const rest: TokenBuckets = {};
          for (const name of inputNames) rest[name] = (total[name] ?? 0) - (sum[name] ?? 0);
          // Telemetry that tells more than the totals is of something else, too.
          if (inputNames.some((name) => (rest[name] ?? 0) < 0) || (inputOf(rest) ?? 0) === 0) continue;
          found.push({ ...call, ...tokenFields(rest), attributes: { ...call.attributes, usage_incomplete: true } });
        }
      }
      return found;
    },
  };
}
