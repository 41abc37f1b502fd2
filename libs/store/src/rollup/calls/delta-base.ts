import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { binOf, micros } from '../fold/base-insert.ts';

const dims = sql`agent_id, session_id, task_id, run_id, crew_id, user_id, project, host, labels, provider, model`;
const place = sql`agent_id, crew_id, user_id, project, host, labels, provider, model`;
const minute = sql`date_bin('1 minute', at, timestamptz 'epoch')`;
const each = (what: RawBuilder<unknown>): RawBuilder<unknown> => sql`sum(sign * ${what})`;
const count = (when: RawBuilder<unknown>): RawBuilder<unknown> => sql`sum(sign) filter (where ${when})`;

const bins = (measure: 'llm_ms' | 'ttft_ms', column: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  insert into fold_bin (minute, ${place}, measure, bins, counts)
  select minute, ${place}, ${sql.lit(measure)}, array_agg(bin), array_agg(n)
  from (select ${minute} as minute, ${place}, ${binOf(column)} as bin, sum(sign) as n
    from fold_delta where ${column} is not null group by 1, ${place}, ${binOf(column)} having sum(sign) <> 0) single
  group by minute, ${place}`;

/** fold_delta → fold_base and fold_bin: calls as they are now, less what they were before, at their own time. */
export async function addDeltas(trx: DbTransaction): Promise<void> {
  await sql`insert into fold_base (minute, ${dims}, llm_calls, llm_errors, unpriced_calls, estimated_calls,
      input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens,
      cost_usd, reported_cost_usd, llm_us, llm_timed, ttft_us, ttft_timed)
    select ${minute}, ${dims}, sum(sign), ${count(sql`status <> 'ok'`)}, ${count(sql`cost_usd is null`)},
      ${count(sql`cost_source in ('estimated', 'approximate')`)},
      ${each(sql`input_tokens`)}, ${each(sql`output_tokens`)}, ${each(sql`cache_read_tokens`)},
      ${each(sql`cache_write_5m_tokens`)}, ${each(sql`cache_write_1h_tokens`)}, ${each(sql`reasoning_tokens`)},
      ${each(sql`cost_usd`)}, ${each(sql`reported_cost_usd`)},
      ${each(micros(sql`duration_ms`))}, ${count(sql`duration_ms is not null`)},
      ${each(micros(sql`ttft_ms`))}, ${count(sql`ttft_ms is not null`)}
    from fold_delta group by ${minute}, ${dims}`.execute(trx);
  await bins('llm_ms', sql`duration_ms`).execute(trx);
  await bins('ttft_ms', sql`ttft_ms`).execute(trx);
}
