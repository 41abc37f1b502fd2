-- Buckets of two hours (120) of units: those that lie across the edge of a period are read bucket by bucket, from an edge in
-- the middle of a day on.
insert into rollup (team_id, cube, grain, bucket, series_id,
    llm_calls, llm_errors, unpriced_calls, estimated_calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, reported_cost_usd, llm_us, llm_timed,
    ttft_us, ttft_timed, tool_calls, tool_errors, tool_us, tool_timed, tool_input_bytes, tool_output_bytes,
    service_calls, service_errors, service_us, records, steps, git_commits, git_files, git_insertions, git_deletions,
    log_lines, log_warnings, log_errors, samples, cpu_milli, memory_sum, threads_sum, memory_stores, memory_recalls,
    memory_hits, memory_deletes, memory_stored_bytes, artifacts, artifact_bytes, cpu_peak, memory_peak, threads_peak,
    processes_peak)
  select r.team_id, r.cube, 120, date_bin('2 hours', r.bucket, timestamptz 'epoch'), r.series_id,
    sum(r.llm_calls), sum(r.llm_errors), sum(r.unpriced_calls), sum(r.estimated_calls), sum(r.input_tokens),
    sum(r.output_tokens), sum(r.cache_read_tokens), sum(r.cache_write_5m_tokens), sum(r.cache_write_1h_tokens),
    sum(r.reasoning_tokens), sum(r.cost_usd), sum(r.reported_cost_usd), sum(r.llm_us), sum(r.llm_timed),
    sum(r.ttft_us), sum(r.ttft_timed), sum(r.tool_calls), sum(r.tool_errors), sum(r.tool_us), sum(r.tool_timed),
    sum(r.tool_input_bytes), sum(r.tool_output_bytes), sum(r.service_calls), sum(r.service_errors),
    sum(r.service_us), sum(r.records), sum(r.steps), sum(r.git_commits), sum(r.git_files), sum(r.git_insertions),
    sum(r.git_deletions), sum(r.log_lines), sum(r.log_warnings), sum(r.log_errors), sum(r.samples), sum(r.cpu_milli),
    sum(r.memory_sum), sum(r.threads_sum), sum(r.memory_stores), sum(r.memory_recalls), sum(r.memory_hits),
    sum(r.memory_deletes), sum(r.memory_stored_bytes), sum(r.artifacts), sum(r.artifact_bytes), max(r.cpu_peak),
    max(r.memory_peak), max(r.threads_peak), max(r.processes_peak)
  from rollup r where r.cube in ('unit', 'unit_model') and r.grain = 15 group by 1, 2, 3, 4, 5
  on conflict do nothing;
