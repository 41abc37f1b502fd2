import { processesDiffer } from '@telltale/contracts/records/told-process';
import { createMetricUsage } from '@telltale/otlp/metric-usage';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Emit } from '../agent-lines/agent-lines.ts';
import { createCacheWrites } from './cache-writes.ts';
import { createOpenAttempts, type AttemptOfRun } from './open-attempts.ts';
import { createToolPairs } from './pair-tools.ts';
import { createRetriedUsage } from './retried-usage.ts';

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;

const processOf = ({ attributes }: Pick<Call, 'attributes'>): string | undefined => {
  const process = attributes?.['process'];
  return typeof process === 'string' ? process : undefined;
};

/** Sums that wait for the end of the run; of a program that prints more of them the oldest are judged before. */
const mostHeld = 10_000;
/** More calls of tools than a run makes; the oldest ids are forgotten beyond it. */
const mostIds = 100_000;

/**
 * A program that reports by OTLP also prints. A printed call with an id is joined by it where it is stored; a printed
 * sum has none, so it waits for the end and only counts when no telemetry of that provider came. A tool call is the
 * same under the same id, whoever tells of it: the first does. Metrics of a process stand in where nothing else tells of its tokens.
 * `printsCalls`: the program was told to print what it does as JSON.
 */
export function createToldOnce(pass: Emit, { printsCalls = false }: { printsCalls?: boolean } = {}) {
  const metrics = createMetricUsage();
  /** Which processes told of tokens call by call; '' for who does not say which it is. */
  const tellers = new Set<string>();
  /** Whose calls, and how many failures of whom, came by OTLP. */
  const providers = new Set<string>();
  const failures = new Map<string, number>();
  const held: Call[] = [];
  const toolIds = new Set<string>();
  const pairs = createToolPairs();
  const retried = createRetriedUsage();
  const writes = createCacheWrites();

  const emit: Emit = (record) => {
    const isTold = record.kind === 'llm_call' && (record.input_tokens ?? record.output_tokens) !== undefined;
    if (isTold) tellers.add(processOf(record) ?? '');
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
    if (call.status === 'ok') {
      const told = call.provider === undefined ? providers.size > 0 : providers.has(call.provider) || providers.has('');
      if (!told) emit(call);
      return;
    }
    // Each failure stands for one that was printed; the last of them may not have come through.
    const whose = call.provider === undefined ? [...failures.keys()] : [call.provider, ''];
    const told = whose.find((provider) => (failures.get(provider) ?? 0) > 0);
    if (told === undefined) emit(call);
    else failures.set(told, (failures.get(told) ?? 0) - 1);
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
      if (record.kind === 'tool_call' && isToldTool(record)) return pairs.known(record);
      if (record.kind === 'tool_call' && pairs.reported(record)) return;
      if (record.kind === 'llm_call') retried.reported(record);
      if (record.kind === 'llm_call') {
        const provider = record.provider ?? '';
        if (record.status === 'ok') providers.add(provider);
        else failures.set(provider, (failures.get(provider) ?? 0) + 1);
      }
      emit(record);
    },
    attempt: (attempt: AttemptOfRun): void => attempts.attempt(attempt),
    /** At the end of the run. */
    finish(): void {
      for (const call of held.splice(0)) judge(call);
      attempts.finish();
      const broken = retried.rest();
      if (broken !== null) emit(broken);
      // Whatever tells of a call tells more of it than a counter; the two never add up, but for two processes.
      // One sum does not stand for the next: none of them is a teller.
      for (const call of metrics.calls()) {
        const process = processOf(call);
        if ([...tellers].every((teller) => teller !== '' && processesDiffer(teller, process))) pass(call);
      }
    },
  };
}
