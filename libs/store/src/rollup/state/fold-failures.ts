import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { cubes, type CubeName } from '../cubes.ts';
import { kindShares } from '../fold/kind-shares.ts';
import { seriesId } from '../fold/make-cells.ts';
import { allowedLabels, type Scope } from '../fold/scope.ts';

const kinds = {
  tool_call: { cube: 'place_tool', dims: kindShares.tool_call.dims ?? {} },
  service_call: { cube: 'place_service', dims: kindShares.service_call.dims ?? {} },
} as const;

function idOf(name: CubeName): RawBuilder<unknown> {
  const cube = cubes.find((one) => one.name === name);
  if (cube === undefined) throw new RangeError(`no cube is called ${name}`);
  return seriesId(cube);
}

/** What a failed call said, as far as it is shown. */
export const failureMessage = sql`left(coalesce(r.error_message, 'no message'), 200)`;

/** The newest failure of each tool or service by place: what is shown as its last error. */
export async function foldFailures(trx: DbTransaction, scope: Scope, kind: keyof typeof kinds): Promise<void> {
  const { cube, dims } = kinds[kind];
  const own = sql.join(Object.entries(dims).map(([name, value]) => sql`${value} as ${sql.ref(name)}`));
  await sql`with newest as materialized (
      select distinct on (series_id) series_id, at, id, message from (
        select ${idOf(cube)} as series_id, at, id, message from (
          select r.agent_id, r.crew_id, r.user_id, r.project, r.host, ${allowedLabels(scope)} as labels, ${own}, r.at, r.id,
            ${failureMessage} as message
          from ${sql.table(kind)} r where ${scope.rows} and not r.success) placed) named
      order by series_id, at desc, id desc)
    insert into last_failure as t (team_id, series_id, at, id, message)
    select ${scope.teamId}, series_id, at, id, message from newest
    on conflict (team_id, series_id) do update set at = excluded.at, id = excluded.id, message = excluded.message
    where (excluded.at, excluded.id) > (t.at, t.id)`.execute(trx);
}
