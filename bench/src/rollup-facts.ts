import { type RecordKind, recordKinds } from '@telltale/contracts/records/record';

/** Kinds that are somebody's work: the gateway's own traffic enters no sum. */
const workKinds = recordKinds.filter((kind) => kind !== 'endpoint_minute');

/** What rollups can be grouped by, as columns of `series`. */
export const dimensions = [
  'agent_id',
  'session_id',
  'task_id',
  'run_id',
  'crew_id',
  'user_id',
  'project',
  'host',
  'labels',
  'provider',
  'model',
  'tool',
  'service',
  'category',
] as const;
export type Dimension = (typeof dimensions)[number];

/** Measures by the records that have a say in them: what one record of the kind adds, in SQL over its raw table. */
type Adds = Partial<Record<RecordKind, Readonly<Record<string, string>>>>;

const microseconds = (column: string): string => `round(${column}::numeric * 1000)`;
const ifTrue = (condition: string): string => `case when ${condition} then 1 else 0 end`;

const cached =
  '(coalesce(cache_read_tokens, 0) + coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0))';
/** A count that is less than its own part was sent without it. */
const withPart = (whole: string, part: string): string =>
  `case when ${whole} is null then nullif(${part}, 0) when ${whole} < ${part} then ${whole} + ${part} else ${whole} end`;

export const llm: Adds = {
  llm_call: {
    llm_calls: '1',
    llm_errors: ifTrue(`status = 'error'`),
    unpriced_calls: ifTrue('cost_usd is null'),
    estimated_calls: ifTrue(`cost_source in ('estimated', 'approximate')`),
    input_tokens: withPart('input_tokens', cached),
    output_tokens: withPart('output_tokens', 'coalesce(reasoning_tokens, 0)'),
    cache_read_tokens: 'cache_read_tokens',
    cache_write_5m_tokens: 'cache_write_5m_tokens',
    cache_write_1h_tokens: 'cache_write_1h_tokens',
    reasoning_tokens: 'reasoning_tokens',
    cost_usd: 'cost_usd',
    reported_cost_usd: 'reported_cost_usd',
    llm_us: microseconds('duration_ms'),
    llm_timed: ifTrue('duration_ms is not null'),
    ttft_us: microseconds('ttft_ms'),
    ttft_timed: ifTrue('ttft_ms is not null'),
  },
};

export const tool: Adds = {
  tool_call: {
    tool_calls: '1',
    tool_errors: ifTrue('not success'),
    tool_us: microseconds('duration_ms'),
    tool_timed: ifTrue('duration_ms is not null'),
    tool_input_bytes: 'input_size_bytes',
    tool_output_bytes: 'output_size_bytes',
  },
};

export const service: Adds = {
  service_call: { service_calls: '1', service_errors: ifTrue('not success'), service_us: microseconds('duration_ms') },
};

const commit = (column: string): string => `case when operation = 'commit' and success then ${column} end`;

export const activity: Adds = {
  ...Object.fromEntries(workKinds.map((kind) => [kind, { records: '1' }])),
  agent_step: { records: '1', steps: '1' },
  git_activity: {
    records: '1',
    git_commits: commit('1'),
    git_files: commit('files_changed'),
    git_insertions: commit('insertions'),
    git_deletions: commit('deletions'),
  },
  log_entry: {
    records: '1',
    log_lines: '1',
    log_warnings: ifTrue(`level = 'warning'`),
    log_errors: ifTrue(`level = 'error'`),
  },
  process_sample: {
    records: '1',
    samples: '1',
    cpu_milli: 'round(cpu_percent::numeric * 1000)',
    memory_sum: 'memory_bytes',
    threads_sum: 'threads',
    cpu_peak: 'cpu_percent',
    memory_peak: 'memory_bytes',
    threads_peak: 'threads',
    processes_peak: 'processes',
  },
  memory_operation: {
    records: '1',
    memory_stores: ifTrue(`operation = 'store'`),
    memory_recalls: ifTrue(`operation = 'recall'`),
    memory_hits: ifTrue(`operation = 'recall' and hit`),
    memory_deletes: ifTrue(`operation = 'delete'`),
    memory_stored_bytes: `case when operation = 'store' then size_bytes end`,
  },
  artifact: { records: '1', artifacts: '1', artifact_bytes: 'size_bytes' },
};

/** Every measure that some kind of these families adds to. */
export const measuresOf = (families: readonly Adds[]): string[] => [
  ...new Set(families.flatMap((family) => Object.values(family).flatMap((adds) => Object.keys(adds)))),
];

/** Latencies whose distribution is kept as bins: the raw column, in ms. */
const latencies: Readonly<Record<string, { kind: RecordKind; column: string }>> = {
  llm_ms: { kind: 'llm_call', column: 'duration_ms' },
  ttft_ms: { kind: 'llm_call', column: 'ttft_ms' },
  tool_ms: { kind: 'tool_call', column: 'duration_ms' },
  service_ms: { kind: 'service_call', column: 'duration_ms' },
};

const ownDimensions: Partial<Record<RecordKind, Partial<Record<Dimension, string>>>> = {
  llm_call: { provider: 'coalesce(provider, derived_provider)', model: 'model' },
  tool_call: { tool: 'tool_name' },
  service_call: { service: 'service_name', category: 'category' },
};
const common: ReadonlySet<Dimension> = new Set(dimensions.slice(0, 9));

/** The labels that the team allows as dimensions. */
const allowedLabels = (table: string): string =>
  `case when ${table}.labels is not null then (
     select jsonb_object_agg(label.key, label.value) from jsonb_each(${table}.labels) as label
     where label.key in (select unnest(label_names) from team where team.team_id = ${table}.team_id)) end`;

/** One row a raw record with its dimensions and what it adds to each measure, as the columns of a query. */
export function factsSql(): string {
  const families = [llm, tool, service, activity];
  const measures = measuresOf(families);
  const selects = workKinds.map((kind) => {
    const adds: Record<string, string> = Object.assign({}, ...families.map((family) => family[kind] ?? {}));
    const dims = dimensions.map((dim) => {
      const own = ownDimensions[kind]?.[dim];
      if (dim === 'labels') return `(${allowedLabels(kind)})::text as labels`;
      return `${own ?? (common.has(dim) ? dim : 'null')}::text as ${dim}`;
    });
    const added = measures.map((name) => `(${adds[name] ?? 'null'})::numeric as ${name}`);
    const timed = Object.entries(latencies).map(
      ([name, from]) => `${from.kind === kind ? from.column : 'null'}::double precision as ${name}`,
    );
    return `select team_id, at, ${[...dims, ...added, ...timed].join(', ')} from ${kind}`;
  });
  return [...selects, chunkFactsSql(measures)].join('\nunion all\n');
}

/** What a minute of a chunk of log lines adds: lines that came together are one row, with their numbers a minute. */
const ofChunk: Readonly<Record<string, string>> = {
  records: 'part.lines',
  log_lines: 'part.lines',
  log_warnings: 'part.warnings',
  log_errors: 'part.errors',
};

/** The same for log lines in chunks, one row a minute of each. */
function chunkFactsSql(measures: readonly string[]): string {
  const dims = dimensions.map((dim) => {
    if (dim === 'labels') return `(${allowedLabels('chunk')})::text as labels`;
    return `${common.has(dim) ? `chunk.${dim}` : 'null'}::text as ${dim}`;
  });
  const added = measures.map((name) => `(${ofChunk[name] ?? 'null'})::numeric as ${name}`);
  const timed = Object.keys(latencies).map((name) => `null::double precision as ${name}`);
  return `select chunk.team_id, date_trunc('minute', chunk.at) + part.minute * interval '1 minute' as at,
    ${[...dims, ...added, ...timed].join(', ')}
    from log_chunk as chunk cross join lateral (
      select 0, chunk.lines, chunk.warnings, chunk.errors where chunk.minutes is null
      union all
      select minutes[i], minutes[i + 1], minutes[i + 2], minutes[i + 3]
      from generate_series(1, coalesce(array_length(minutes, 1), 0), 4) as i
    ) as part (minute, lines, warnings, errors)`;
}
