import { sql } from 'kysely';
import type { RecordKind } from '@telltale/contracts/records/record';
import type { DbTransaction } from '../../database.ts';
import { baseInsert, binOf } from './base-insert.ts';
import { kindShares } from './kind-shares.ts';
import { allowedLabels, type Scope } from './scope.ts';

/** Sums the raw rows of `kinds` into fold_base, and their latencies (llm calls apart) into fold_bin. */
export async function fillBase(trx: DbTransaction, scope: Scope, kinds: readonly RecordKind[]): Promise<void> {
  for (const kind of kinds) {
    if (kind === 'endpoint_minute') continue;
    await baseInsert(scope, kind, kindShares[kind]).execute(trx);
    if (kind === 'tool_call') await toolBins(scope).execute(trx);
    if (kind === 'service_call') await serviceBins(scope).execute(trx);
  }
}

const placeOf = (scope: Scope) => sql`r.agent_id, r.crew_id, r.user_id, r.project, r.host, ${allowedLabels(scope)}`;

const toolBins = (scope: Scope) => sql`
  insert into fold_bin (minute, agent_id, crew_id, user_id, project, host, labels, tool, measure, bin, n)
  select date_bin('1 minute', r.at, timestamptz 'epoch'), ${placeOf(scope)}, r.tool_name, 'tool_ms',
    ${binOf(sql`r.duration_ms`)}, count(*)
  from tool_call r where ${scope.rows} and r.duration_ms is not null
  group by 1, 2, 3, 4, 5, 6, 7, 8, 10`;

const serviceBins = (scope: Scope) => sql`
  insert into fold_bin (minute, agent_id, crew_id, user_id, project, host, labels, service, category, measure, bin, n)
  select date_bin('1 minute', r.at, timestamptz 'epoch'), ${placeOf(scope)}, r.service_name,
    ${kindShares.service_call.dims?.category}, 'service_ms', ${binOf(sql`r.duration_ms`)}, count(*)
  from service_call r where ${scope.rows}
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 11`;
