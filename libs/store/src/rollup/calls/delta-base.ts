import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { binOf, micros } from '../fold/base-insert.ts';
import { isLone } from './load-calls.ts';

const dims = sql`agent_id, session_id, task_id, run_id, crew_id, user_id, project, host, labels, provider, model`;
const place = sql`agent_id, crew_id, user_id, project, host, labels, provider, model`;
/** Calls with the provider that was given, else the one that the name of the model tells. */
const facts = sql`at, agent_id, session_id, task_id, run_id, crew_id, user_id, project, host, labels,
    coalesce(provider, derived_provider) as provider, model, status, cost_usd, cost_source, reported_cost_usd,
    input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens,
    duration_ms, ttft_ms, coalesce(requests, 1) as requests`;
const delta = sql`(select sign, ${facts} from fold_delta
  union all select 1 as sign, ${facts} from fold_llm f where ${isLone(sql`f`)}) delta`;
const minute = sql`date_bin('1 minute', at, timestamptz 'epoch')`;
const each = (what: RawBuilder<unknown>): RawBuilder<unknown> => sql`sum(sign * ${what})`;
const count = (when: RawBuilder<unknown>): RawBuilder<unknown> => sql`sum(sign) filter (where ${when})`;
/** A sum of counters may say of how many requests it is. */
const requests = (when: RawBuilder<unknown>): RawBuilder<unknown> => sql`sum(sign * requests) filter (where ${when})`;

/**
 * `disjointUsage` of libs/pricing in SQL: a count that is less than its own part was sent without it. A call with none of
 * either has none.
 */
const withPart = (whole: RawBuilder<unknown>, part: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  case when ${whole} >= ${part} then ${whole} when ${whole} is null then nullif(${part}, 0) else ${whole} + ${part} end`;
const cached = sql`(coalesce(cache_read_tokens, 0) + coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0))`;
const input = withPart(sql`input_tokens`, cached);
const output = withPart(sql`output_tokens`, sql`coalesce(reasoning_tokens, 0)`);

const bins = (measure: 'llm_ms' | 'ttft_ms', column: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  insert into fold_bin (minute, ${place}, measure, bins, counts)
  select minute, ${place}, ${sql.lit(measure)}, array_agg(bin), array_agg(n)
  from (select ${minute} as minute, ${place}, ${binOf(column)} as bin, sum(sign) as n
    from ${delta} where ${column} is not null group by 1, ${place}, ${binOf(column)} having sum(sign) <> 0) single
  group by minute, ${place}`;

/** fold_delta and lone calls → fold_base and fold_bin: calls as they are now, less what they were before, at their own time. */
export async function addDeltas(trx: DbTransaction): Promise<void> {
  await sql`insert into fold_base (minute, ${dims}, llm_calls, llm_errors, unpriced_calls, estimated_calls,
      input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens,
      cost_usd, reported_cost_usd, llm_us, llm_timed, ttft_us, ttft_timed)
    select ${minute}, ${dims}, ${each(sql`requests`)}, ${count(sql`status <> 'ok'`)}, ${requests(sql`cost_usd is null`)},
      ${requests(sql`cost_source in ('estimated', 'approximate')`)},
      ${each(input)}, ${each(output)}, ${each(sql`cache_read_tokens`)},
      ${each(sql`cache_write_5m_tokens`)}, ${each(sql`cache_write_1h_tokens`)}, ${each(sql`reasoning_tokens`)},
      ${each(sql`cost_usd`)}, ${each(sql`reported_cost_usd`)},
      ${each(micros(sql`duration_ms`))}, ${count(sql`duration_ms is not null`)},
      ${each(micros(sql`ttft_ms`))}, ${count(sql`ttft_ms is not null`)}
    from ${delta} group by ${minute}, ${dims}`.execute(trx);
  await bins('llm_ms', sql`duration_ms`).execute(trx);
  await bins('ttft_ms', sql`ttft_ms`).execute(trx);
}
