/** Which records have a say in a measure; a cube of models holds only `llm` measures. */
export type MeasureFamily = 'llm' | 'tool' | 'service' | 'activity' | 'failure';

/**
 * Every column of `rollup` that is summed (or, for peaks, maximised), with its SQL type. The fold, the repair and the
 * self-check are made from this list, so that they cannot differ.
 */
const sums = {
  llm: {
    llm_calls: 'bigint',
    llm_errors: 'bigint',
    unpriced_calls: 'bigint',
    estimated_calls: 'bigint',
    input_tokens: 'numeric',
    output_tokens: 'numeric',
    cache_read_tokens: 'numeric',
    cache_write_5m_tokens: 'numeric',
    cache_write_1h_tokens: 'numeric',
    reasoning_tokens: 'numeric',
    cost_usd: 'numeric',
    reported_cost_usd: 'numeric',
    llm_us: 'numeric',
    llm_timed: 'bigint',
    ttft_us: 'numeric',
    ttft_timed: 'bigint',
  },
  tool: {
    tool_calls: 'bigint',
    tool_errors: 'bigint',
    tool_us: 'numeric',
    tool_timed: 'bigint',
    tool_input_bytes: 'numeric',
    tool_output_bytes: 'numeric',
  },
  service: { service_calls: 'bigint', service_errors: 'bigint', service_us: 'numeric' },
  activity: {
    records: 'bigint',
    steps: 'bigint',
    git_commits: 'bigint',
    git_files: 'numeric',
    git_insertions: 'numeric',
    git_deletions: 'numeric',
    log_lines: 'bigint',
    log_warnings: 'bigint',
    log_errors: 'bigint',
    samples: 'bigint',
    cpu_milli: 'numeric',
    memory_sum: 'numeric',
    threads_sum: 'numeric',
    memory_stores: 'bigint',
    memory_recalls: 'bigint',
    memory_hits: 'bigint',
    memory_deletes: 'bigint',
    memory_stored_bytes: 'numeric',
    artifacts: 'bigint',
    artifact_bytes: 'numeric',
  },
} as const satisfies Partial<Record<MeasureFamily, Record<string, string>>>;

const peaks = {
  activity: {
    cpu_peak: 'double precision',
    memory_peak: 'bigint',
    threads_peak: 'bigint',
    processes_peak: 'bigint',
  },
  /** When a tool or a service failed last and what it said, see `failureMark`: the greatest is the newest. */
  failure: { newest_failure: 'text' },
} as const satisfies Partial<Record<MeasureFamily, Record<string, string>>>;

type KeysOf<T> = T extends unknown ? keyof T & string : never;
export type MeasureName = KeysOf<(typeof sums)[keyof typeof sums]> | KeysOf<(typeof peaks)[keyof typeof peaks]>;

export type Measure = { name: MeasureName; family: MeasureFamily; type: string; merge: 'sum' | 'max' };

const measuresOf = (families: Readonly<Record<string, Record<string, string>>>, merge: Measure['merge']): Measure[] =>
  Object.entries(families).flatMap(([family, columns]) =>
    Object.entries(columns).map(([name, type]) => ({
      name: name as MeasureName,
      family: family as MeasureFamily,
      type,
      merge,
    })),
  );

export const measures: readonly Measure[] = [...measuresOf(sums, 'sum'), ...measuresOf(peaks, 'max')];

/** Latencies that are kept as bins, see `rollup_bin`. */
export type BinMeasure = 'llm_ms' | 'ttft_ms' | 'tool_ms' | 'service_ms';
