import type { TelemetryRecord } from '@telltale/contracts/records/record';
import type { AStore } from './a-store.ts';
import { foldAllWays } from './fold-all-ways.ts';

type Sums = { llm_calls: number; input: number; output: number; cost: number; tools: number; services: number };

/** The sums of a team however its records are folded, and the team of the last way. */
export async function sumsAllWays(
  store: AStore,
  records: readonly TelemetryRecord[],
): Promise<{ sums: Partial<Sums>; team: string }> {
  const { found, team } = await foldAllWays(store, records, (team) =>
    store.rows<Sums>(
      `select coalesce(llm_calls, 0)::int as llm_calls, coalesce(input_tokens, 0)::int as input,
         coalesce(output_tokens, 0)::int as output, coalesce(reported_cost_usd, 0)::float8 as cost,
         coalesce(tool_calls, 0)::int as tools, coalesce(service_calls, 0)::int as services
       from rollup where team_id = $1 and cube = 'team' and grain = 0`,
      [team],
    ),
  );
  return { sums: found[0] ?? {}, team };
}
