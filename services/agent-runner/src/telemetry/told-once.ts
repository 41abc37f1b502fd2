import { createMetricUsage } from '@telltale/otlp/metric-usage';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Emit } from '../agent-lines/agent-lines.ts';
import { createCacheWrites } from './cache-writes.ts';
import { createOpenAttempts, type AttemptOfRun } from './open-attempts.ts';
import { createToolPairs } from './pair-tools.ts';
import { createRetriedUsage } from './retried-usage.ts';

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;

/** Sums that wait for the end of the run; of a program that prints more of them the oldest are judged before. */
const mostHeld = 10_000;
/** More calls of tools than a run makes; the oldest ids are forgotten beyond it. */
const mostIds = 100_000;

/**
 * A program that reports by OTLP also prints. A printed call with an id is joined by it where it is stored; a printed
 * sum has none, so it waits for the end and only counts when no telemetry of that provider came. A tool call is the
 * same under the same id, whoever tells of it: the first does. Metrics stand in where nothing else tells of tokens.
 * `printsCalls`: the program was told to print what it does as JSON.
 */
export function createToldOnce(pass: Emit, { printsCalls = false }: { printsCalls?: boolean } = {}) {
  const metrics = createMetricUsage();
  let tokensTold = false;
  /** Whose calls, and whose failures, came by OTLP. */
  const providers = { ok: new Set<string>(), failed: new Set<string>() };
  const held: Call[] = [];
  const toolIds = new Set<string>();
  const pairs = createToolPairs();
  const retried = createRetriedUsage();
  const writes = createCacheWrites();

  const emit: Emit = (record) => {
    if (record.kind === 'llm_call')
      tokensTold ||= record.input_tokens !== undefined || record.output_tokens !== undefined;
    pass(record);
  };
  const attempts = createOpenAttempts({ prints: printsCalls, emit });

  // An attempt that is made again is told of by nothing else.
  const isSum = (call: Call): boolean =>
    call.origin === 'stdout' &&
    call.request_id === undefined &&
    call.message_id === undefined &&
    call.attributes?.['retried'] !== true;

  const isToldTool = (record: RecordDraft): boolean => {
    if (record.kind !== 'tool_call' || record.tool_call_id === undefined) return false;
    if (toolIds.has(record.tool_call_id)) return true;
    if (toolIds.size >= mostIds) toolIds.clear();
    toolIds.add(record.tool_call_id);
    return false;
  };

  const judge = (call: Call): void => {
    const reported = providers[call.status === 'ok' ? 'ok' : 'failed'];
    const told = call.provider === undefined ? reported.size > 0 : reported.has(call.provider) || reported.has('');
    if (!told) emit(call);
  };

  return {
    /** Whatever the program printed, or the proxy saw. */
    emit(record: RecordDraft): void {
      const mended = record.kind === 'llm_call' ? writes.printed(record) : null;
      if (record.kind === 'llm_call') {
        retried.printed(record);
        attempts.printed(record);
      }
      if (record.kind === 'llm_call' && isSum(record)) {
        held.push(record);
        if (held.length > 2 * mostHeld) for (const call of held.splice(0, mostHeld)) judge(call);
      } else if (!isToldTool(record) && !(record.kind === 'tool_call' && pairs.printed(record))) emit(record);
      if (mended !== null) emit(mended);
    },
    /** What came by OTLP. */
    reported(told: RecordDraft): void {
      const record = told.kind === 'llm_call' ? writes.reported(told) : told;
      if (record.kind === 'metric' && record.at !== undefined) metrics.take({ ...record, at: record.at });
      if (isToldTool(record) || (record.kind === 'tool_call' && pairs.reported(record))) return;
      if (record.kind === 'llm_call') retried.reported(record);
      if (record.kind === 'llm_call') providers[record.status === 'ok' ? 'ok' : 'failed'].add(record.provider ?? '');
      emit(record);
    },
    attempt: (attempt: AttemptOfRun): void => attempts.attempt(attempt),
    /** At the end of the run. */
    finish(): void {
      for (const call of held.splice(0)) judge(call);
      attempts.finish();
      const broken = retried.rest();
      if (broken !== null) emit(broken);
      // Whatever tells of a call tells more of it than a counter; the two never add up.
      if (!tokensTold) for (const call of metrics.calls()) emit(call);
    },
  };
}
