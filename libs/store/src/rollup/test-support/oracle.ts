import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import type { CostOf } from './a-store.ts';

type LlmCall = RecordOf<'llm_call'>;
export type Expected = Record<string, Record<string, bigint>>;

const quarterMs = 15 * 60_000;
const order = ['proxy', 'otlp', 'sdk', 'transcript', 'stdout'];
const nanos = (usd: string): bigint => BigInt(usd.split('.')[1]?.padEnd(9, '0') ?? '0');

const samePlace = (a: LlmCall, b: LlmCall): boolean =>
  a.run_id === undefined && b.run_id === undefined ? a.session_id === b.session_id : a.run_id === b.run_id;

const shares = (a: LlmCall, b: LlmCall): boolean =>
  a.id === b.id ||
  (samePlace(a, b) &&
    ((a.request_id !== undefined && a.request_id === b.request_id) ||
      (a.message_id !== undefined && a.message_id === b.message_id)));

/** Records of one call, found the slow way: whoever shares an id with a member is a member. */
function groups(records: readonly LlmCall[]): LlmCall[][] {
  const left = new Set(records);
  const found: LlmCall[][] = [];
  for (const first of records) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const member of group) {
      for (const other of left) {
        if (!shares(member, other)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    found.push(group);
  }
  return found;
}

const rank = (call: LlmCall): string => {
  const usage = call.input_tokens === undefined && call.output_tokens === undefined ? 1 : 0;
  return `${usage}${order.indexOf(call.origin)}`;
};

/** Those that are believed first come first. */
const byRank = (group: readonly LlmCall[]): LlmCall[] =>
  group.toSorted((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) < rank(b) ? -1 : 1;
    return `${a.at}${a.id}` > `${b.at}${b.id}` ? -1 : 1;
  });

const filled =
  'session_id task_id run_id crew_id user_id project host labels provider response_model duration_ms ttft_ms'.split(
    ' ',
  );

type Field = keyof LlmCall;
const valueOf = (member: LlmCall, key: string): unknown => member[key as Field];

/** Each call once: as its most believed record (`best`) says, with what that leaves open said by the next. */
export function callsOf(records: readonly LlmCall[]): { call: LlmCall; best: LlmCall }[] {
  return groups(records).flatMap((group) => {
    const members = byRank(group);
    const [best] = members;
    if (best === undefined) return [];
    const open = filled
      .map((key) => [key, members.map((member) => valueOf(member, key)).find((value) => value !== undefined)])
      .filter(([, value]) => value !== undefined);
    const model = members.find((member) => member.model !== 'unknown')?.model ?? 'unknown';
    return [{ best, call: { ...best, ...Object.fromEntries(open), model } as LlmCall }];
  });
}

/** A count that is less than its own part was sent without it. */
const withPart = (whole: number | undefined, part: number): bigint => {
  if (whole === undefined) return BigInt(part);
  return whole >= part ? BigInt(whole) : BigInt(whole) + BigInt(part);
};
/** Tokens of a call, cache tokens and reasoning included whatever the sender meant. */
export const tokensOf = (call: LlmCall): { input: bigint; output: bigint } => ({
  input: withPart(call.input_tokens, call.cache_read_tokens ?? 0),
  output: withPart(call.output_tokens, call.reasoning_tokens ?? 0),
});

/** Sums by agent and quarter hour, made without SQL and without the code under test. Money in billionths of a dollar. */
export function expectedSums(records: readonly TelemetryRecord[], costOf: CostOf): Expected {
  const sums: Expected = {};
  const add = (record: TelemetryRecord, amounts: Record<string, bigint | number>): void => {
    const quarter = new Date(Math.floor(Date.parse(record.at) / quarterMs) * quarterMs).toISOString();
    const cell = (sums[`${record.agent_id} ${quarter}`] ??= {});
    for (const [name, amount] of Object.entries(amounts)) cell[name] = (cell[name] ?? 0n) + BigInt(amount);
  };
  for (const record of records) {
    add(record, { records: 1 });
    if (record.kind === 'tool_call') {
      const us = record.duration_ms === undefined ? 0 : Math.round(record.duration_ms * 1_000);
      add(record, { tool_calls: 1, tool_errors: record.success ? 0 : 1, tool_us: us });
    }
    if (record.kind === 'log_entry') add(record, { log_lines: 1 });
    if (record.kind === 'process_sample') add(record, { samples: 1, memory_sum: record.memory_bytes });
    if (record.kind === 'git_activity' && record.success && record.operation === 'commit') {
      add(record, { git_commits: 1, git_insertions: record.insertions ?? 0 });
    }
  }
  for (const { best: call } of callsOf(records.filter((record) => record.kind === 'llm_call'))) {
    const cost = costOf(call)?.cost_usd ?? null;
    add(call, {
      llm_calls: 1,
      llm_errors: call.status === 'ok' ? 0 : 1,
      unpriced_calls: cost === null ? 1 : 0,
      input_tokens: tokensOf(call).input,
      output_tokens: tokensOf(call).output,
      cost_usd: cost === null ? 0n : nanos(cost),
    });
  }
  return sums;
}
