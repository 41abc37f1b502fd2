import { sql } from 'kysely';
import type { RecordKind } from '@telltale/contracts/records/record';
import type { DbTransaction } from '../../database.ts';
import { baseInsert, binOf, chunkInsert } from './base-insert.ts';
import { kindShares } from './kind-shares.ts';
import { addWireTools } from './wire-tools.ts';
import { allowedLabels, type Scope } from './scope.ts';
import { isUsed } from './told-uses.ts';

/**
 * Sums the raw rows of `kinds` into fold_base, and their latencies (llm calls apart) into fold_bin. Uses of tools and
 * services that another record told already (fold_repeat) are left out; tools of the wire (fold_wire) show that the agent
 * works, and count by their sign.
 */
export async function fillBase(trx: DbTransaction, scope: Scope, kinds: readonly RecordKind[]): Promise<void> {
  const told = sql`select record_id, batch_no from fold_repeat`;
  const once = { ...scope, rows: sql<boolean>`${scope.rows} and (r.id, r.batch_no) not in (${told})` };
  for (const kind of kinds) {
    if (kind === 'endpoint_minute') continue;
    await baseInsert(isUsed(kind) ? once : scope, kind, kindShares[kind]).execute(trx);
    if (kind === 'log_entry') await chunkInsert(scope).execute(trx);
    if (kind === 'tool_call') {
      await toolBins(once).execute(trx);
      await addWireTools(trx, scope);
    }
    if (kind === 'service_call') await serviceBins(once).execute(trx);
  }
}

const placeOf = (scope: Scope) => sql`date_bin('1 minute', r.at, timestamptz 'epoch') as minute, r.agent_id, r.crew_id,
  r.user_id, r.project, r.host, ${allowedLabels(scope)} as labels`;

const toolBins = (scope: Scope) => sql`
  insert into fold_bin (minute, agent_id, crew_id, user_id, project, host, labels, tool, measure, bins, counts)
  select minute, agent_id, crew_id, user_id, project, host, labels, tool_name, 'tool_ms', array_agg(bin), array_agg(n)
  from (select ${placeOf(scope)}, r.tool_name, ${binOf(sql`r.duration_ms`)} as bin, count(*) as n
    from tool_call r where ${scope.rows} and r.duration_ms is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9) single
  group by 1, 2, 3, 4, 5, 6, 7, 8`;

const serviceBins = (scope: Scope) => sql`
  insert into fold_bin (minute, agent_id, crew_id, user_id, project, host, labels, service, category, measure, bins, counts)
  select minute, agent_id, crew_id, user_id, project, host, labels, service, category, 'service_ms', array_agg(bin), array_agg(n)
  from (select ${placeOf(scope)}, r.service_name as service, ${kindShares.service_call.dims?.category} as category,
      ${binOf(sql`r.duration_ms`)} as bin, count(*) as n
    from service_call r where ${scope.rows}
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) single
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9`;
