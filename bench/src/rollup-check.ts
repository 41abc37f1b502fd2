import { Client } from 'pg';
import { activity, type Dimension, factsSql, llm, measuresOf, service, tool } from './rollup-facts.ts';

/** How many buckets of the rollups were compared with a recomputation from raw, and which of them differ. */
export type RollupVerdict = { compared: number; different: { cube: string; grain: number; buckets: number }[] };

const place: readonly Dimension[] = ['agent_id', 'crew_id', 'user_id', 'project', 'host', 'labels'];
const unit: readonly Dimension[] = [...place, 'session_id', 'task_id', 'run_id'];
const everything = measuresOf([llm, tool, service, activity]);

/** The product's cubes as its documentation words them, written down a second time on purpose. */
const cubes: readonly { name: string; dims: readonly Dimension[]; measures: readonly string[]; needs?: Dimension }[] = [
  { name: 'unit', dims: unit, measures: everything },
  { name: 'unit_model', dims: [...unit, 'provider', 'model'], measures: measuresOf([llm]), needs: 'model' },
  { name: 'unit_tool', dims: [...unit, 'tool'], measures: measuresOf([tool]), needs: 'tool' },
  { name: 'place', dims: place, measures: everything },
  { name: 'place_model', dims: [...place, 'provider', 'model'], measures: measuresOf([llm]), needs: 'model' },
  { name: 'place_tool', dims: [...place, 'tool'], measures: measuresOf([tool]), needs: 'tool' },
  { name: 'place_service', dims: [...place, 'service', 'category'], measures: measuresOf([service]), needs: 'service' },
  { name: 'team', dims: [], measures: everything },
  { name: 'model', dims: ['provider', 'model'], measures: measuresOf([llm]), needs: 'model' },
  { name: 'tool', dims: ['tool'], measures: measuresOf([tool]), needs: 'tool' },
  { name: 'service', dims: ['service', 'category'], measures: measuresOf([service]), needs: 'service' },
];

/** Lengths of buckets in minutes; 0 is all time. */
const grains = [1, 15, 1440, 0] as const;
const bucketOf = (grain: number): string =>
  grain === 0 ? `timestamptz 'epoch'` : `date_bin(interval '${grain} minutes', at, timestamptz 'epoch')`;

/**
 * Recomputes every rollup from the raw tables with SQL of its own and compares all sums and peaks, money to its last
 * digit. A measure that no record had a say in counts as 0 on both sides.
 */
export async function checkRollups(databaseUrl: string): Promise<RollupVerdict> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const verdict: RollupVerdict = { compared: 0, different: [] };
  try {
    await client.query(`set work_mem = '128MB'`);
    await client.query(`create temporary table fact as ${factsSql()}`);
    for (const cube of cubes) {
      const dims = cube.dims.map((dim) => `${dim}::text`).join(', ');
      const shown = dims === '' ? '' : `, ${dims}`;
      const sums = cube.measures.map((name) => `coalesce(${name.endsWith('_peak') ? 'max' : 'sum'}(${name}), 0)`);
      const stored = cube.measures.map((name) => `coalesce(${name}, 0)::numeric`);
      const needs = cube.needs === undefined ? '' : `where ${cube.needs} is not null`;
      for (const grain of grains) {
        const groups = cube.dims.map((_, index) => index + 2);
        const expected = `select ${bucketOf(grain)}${shown}, ${sums.join(', ')} from fact ${needs} group by ${[1, ...groups].join(', ')}`;
        const actual = `select bucket${shown}, ${stored.join(', ')} from rollup join series using (team_id, series_id)
                         where rollup.cube = '${cube.name}' and grain = ${grain}`;
        const { rows } = await client.query<{ buckets: string; different: string }>(
          `with expected as materialized (${expected}), actual as materialized (${actual})
           select (select count(*) from expected) as buckets,
                  (select count(*) from ((table expected except all table actual) union all
                                         (table actual except all table expected)) as apart) as different`,
        );
        verdict.compared += Number(rows[0]?.buckets ?? 0);
        const buckets = Number(rows[0]?.different ?? 0);
        if (buckets > 0) verdict.different.push({ cube: cube.name, grain, buckets });
      }
    }
  } finally {
    await client.end();
  }
  return verdict;
}

export const rollupLine = ({ compared, different }: RollupVerdict): string =>
  `${compared.toLocaleString('en-US')} rollup buckets compared with raw, ${
    different.length === 0
      ? 'all equal'
      : `DIFFERENT: ${different.map((d) => `${d.cube} at ${d.grain} min (${d.buckets})`).join(', ')}`
  }`;
