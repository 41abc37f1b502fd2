import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import type { CostOf } from './a-store.ts';
import { callsOf, tokensOf } from './oracle.ts';

/** What one record or call has to say: when, of whom, and how much. Money in billionths of a dollar. */
export type Fact = {
  id: string;
  at: number;
  dims: Readonly<Record<string, string | undefined>>;
  labels: Readonly<Record<string, string>>;
  llm: { cost: bigint | null; input: bigint; output: bigint; failed: boolean; ms: number | null } | null;
  tool: { failed: boolean; ms: number | null; error: string } | null;
  service: { failed: boolean; ms: number; error: string } | null;
  commits: bigint;
  memory: number | null;
};

const nothing = { llm: null, tool: null, service: null, commits: 0n, memory: null } as const;
const dimensions = ['agent_id', 'session_id', 'task_id', 'run_id', 'crew_id', 'user_id', 'project', 'host'] as const;
const llmNames = /openai|anthropic|cohere|claude|gpt|gemini|mistral|ollama|bedrock|llm/i;

function placeOf(record: TelemetryRecord, allowed: readonly string[]): Pick<Fact, 'id' | 'at' | 'dims' | 'labels'> {
  const labels = Object.entries(record.labels ?? {}).filter(([name]) => allowed.includes(name));
  return {
    id: record.id,
    at: Date.parse(record.at),
    dims: Object.fromEntries(dimensions.map((name) => [name, record[name]])),
    labels: Object.fromEntries(labels),
  };
}

const nanos = (usd: string): bigint => {
  const [whole = '0', fraction = ''] = usd.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
};

type Call = { call: RecordOf<'llm_call'>; best: RecordOf<'llm_call'> };

function ofCall({ call, best }: Call, costOf: CostOf, allowed: readonly string[]): Fact {
  const cost = costOf(best)?.cost_usd ?? null;
  const derived = costOf(best)?.derived_provider ?? undefined;
  const place = placeOf(call, allowed);
  return {
    ...nothing,
    ...place,
    dims: { ...place.dims, model: call.model, provider: call.provider ?? derived },
    llm: {
      cost: cost === null ? null : nanos(cost),
      ...tokensOf(call),
      failed: call.status !== 'ok',
      ms: call.duration_ms ?? null,
    },
  };
}

function ofRecord(record: TelemetryRecord, allowed: readonly string[]): Fact {
  const fact = { ...nothing, ...placeOf(record, allowed) };
  if (record.kind === 'tool_call') {
    const { success, duration_ms: ms = null, error_message: error = 'no message' } = record;
    return { ...fact, dims: { ...fact.dims, tool: record.tool_name }, tool: { failed: !success, ms, error } };
  }
  if (record.kind === 'service_call') {
    const { service_name: service, success, duration_ms: ms, error_message: error = 'no message' } = record;
    const category = record.category ?? (llmNames.test(service) ? 'llm' : 'external');
    return { ...fact, dims: { ...fact.dims, service, category }, service: { failed: !success, ms, error } };
  }
  if (record.kind === 'git_activity')
    return { ...fact, commits: record.success && record.operation === 'commit' ? 1n : 0n };
  return record.kind === 'process_sample' ? { ...fact, memory: record.memory_bytes } : fact;
}

/** Everything that records say, each call to a model once; without SQL and without the code under test. */
export function factsOf(
  records: readonly TelemetryRecord[],
  { costOf, allowed }: { costOf: CostOf; allowed: readonly string[] },
): Fact[] {
  const calls = callsOf(records.filter((record) => record.kind === 'llm_call'));
  return [...records.map((record) => ofRecord(record, allowed)), ...calls.map((call) => ofCall(call, costOf, allowed))];
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** Billionths as US dollars of six digits, rounded once, halves away from zero. */
export const usd = (amount: bigint): number => {
  const micros = (amount + 500n) / 1_000n;
  return Number(`${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`);
};

/** The totals of some facts that the answers share. */
export function totalsOf(facts: readonly Fact[]) {
  const llm = facts.flatMap((fact) => (fact.llm === null ? [] : [fact.llm]));
  const tools = facts.flatMap((fact) => (fact.tool === null ? [] : [fact.tool]));
  const unpriced = llm.filter(({ cost }) => cost === null).length;
  const cost = sum(llm.map((call) => call.cost ?? 0n));
  const [input, output] = [sum(llm.map((call) => call.input)), sum(llm.map((call) => call.output))];
  const memory = facts.flatMap((fact) => (fact.memory === null ? [] : [fact.memory]));
  return {
    llm_calls: llm.length,
    llm_errors: llm.filter(({ failed }) => failed).length,
    unpriced_calls: unpriced,
    partial: unpriced > 0,
    cost_usd: llm.length > 0 && unpriced === llm.length ? null : usd(cost),
    input_tokens: Number(input),
    output_tokens: Number(output),
    tool_calls: tools.length,
    tool_errors: tools.filter(({ failed }) => failed).length,
    service_calls: facts.filter((fact) => fact.service !== null).length,
    git_commits: Number(sum(facts.map((fact) => fact.commits))),
    peak_memory_bytes: memory.length === 0 ? null : Math.max(...memory),
  };
}

/** Facts by the value of a dimension, those without it under null. */
export const factsBy = (facts: readonly Fact[], dim: string): Map<string | null, Fact[]> =>
  Map.groupBy(facts, ({ dims }) => dims[dim] ?? null);

/** The value that ⌈q·n⌉ of the values do not exceed. */
export function exactPercentile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
