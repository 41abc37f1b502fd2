import { Client } from 'pg';
import { checkChunks } from './check-chunks.ts';
import { activity, type Dimension, factsSql, llm, measuresOf, service, tool } from './rollup-facts.ts';

/** How many buckets of the rollups were compared with a recomputation from raw, and which of them differ. */
export type RollupVerdict = { compared: number; different: { cube: string; grain: number; buckets: number }[] };

const place: readonly Dimension[] = ['agent_id', 'crew_id', 'user_id', 'project', 'host', 'labels'];
const unit: readonly Dimension[] = [...place, 'session_id', 'task_id', 'run_id'];
const everything = measuresOf([llm, tool, service, activity]);

type Cube = {
  name: string;
  dims: readonly Dimension[];
  measures: readonly string[];
  /** Only records that have this dimension. */
  needs?: Dimension;
  /** Latencies whose bins are kept. */
  bins?: readonly string[];
  /** Its minutes and quarter hours are not kept. */
  long?: true;
};

const models = { measures: measuresOf([llm]), needs: 'model' } as const;
const tools = { measures: measuresOf([tool]), needs: 'tool' } as const;
const services = { measures: measuresOf([service]), needs: 'service' } as const;
const llmBins = ['llm_ms', 'ttft_ms'];

/** The product's cubes as its documentation words them, written down a second time on purpose. */
const cubes: readonly Cube[] = [
  { name: 'unit', dims: unit, measures: everything },
  { name: 'unit_model', dims: [...unit, 'provider', 'model'], ...models },
  { name: 'unit_tool', dims: [...unit, 'tool'], ...tools },
  { name: 'place', dims: place, measures: everything },
  { name: 'place_model', dims: [...place, 'provider', 'model'], ...models, bins: llmBins },
  { name: 'place_tool', dims: [...place, 'tool'], ...tools, bins: ['tool_ms'] },
  { name: 'place_service', dims: [...place, 'service', 'category'], ...services, bins: ['service_ms'] },
  { name: 'user', dims: ['user_id'], measures: everything },
  { name: 'project', dims: ['project'], measures: everything },
  { name: 'host', dims: ['host'], measures: everything },
  ...(['user_id', 'project', 'host'] as const).flatMap((dim): Cube[] => {
    const name = dim.replace('_id', '');
    return [
      { name: `${name}_model`, dims: [dim, 'provider', 'model'], ...models, bins: llmBins, long: true },
      { name: `${name}_tool`, dims: [dim, 'tool'], ...tools, bins: ['tool_ms'], long: true },
      { name: `${name}_service`, dims: [dim, 'service', 'category'], ...services, bins: ['service_ms'], long: true },
    ];
  }),
  { name: 'team', dims: [], measures: everything },
  { name: 'model', dims: ['provider', 'model'], ...models, bins: llmBins },
  { name: 'tool', dims: ['tool'], ...tools, bins: ['tool_ms'] },
  { name: 'service', dims: ['service', 'category'], ...services, bins: ['service_ms'] },
];

/** Lengths of buckets in minutes; 0 is all time. */
const grains = [1, 15, 1440, 0] as const;
const longGrains = [1440, 0] as const;
const bucketOf = (grain: number): string =>
  grain === 0 ? `timestamptz 'epoch'` : `date_bin(interval '${grain} minutes', at, timestamptz 'epoch')`;

const shownDims = (cube: Cube): string => cube.dims.map((dim) => `, ${dim}::text`).join('');
const groupOf = (columns: number): string => Array.from({ length: columns }, (_, index) => index + 1).join(', ');

const isBase = ({ name }: Cube): boolean => ['unit', 'unit_model', 'unit_tool', 'place_service'].includes(name);
const isBaseOfBins = ({ name }: Cube): boolean => ['place_model', 'place_tool', 'place_service'].includes(name);

/** The narrowest cube that has all dimensions of another, whose minutes are small beside the facts. */
const baseOf = ({ needs }: Cube): string =>
  needs === 'model' ? 'unit_model' : needs === 'tool' ? 'unit_tool' : needs === 'service' ? 'place_service' : 'unit';

const sumsOf = (cube: Cube): string =>
  cube.measures.map((name) => `, coalesce(${name.endsWith('_peak') ? 'max' : 'sum'}(${name}), 0) as ${name}`).join('');

/** From the facts once: the minutes of a base, of which everything else is summed. */
const baseTable = (cube: Cube): string =>
  `create temporary table base_${cube.name} as
     select team_id, ${bucketOf(1)} as at${shownDims(cube)}${sumsOf(cube)} from fact
     ${cube.needs === undefined ? '' : `where ${cube.needs} is not null`} group by ${groupOf(2 + cube.dims.length)}`;

/** The same for latencies: how many fell into each bin; bin -100000 holds what took no time. */
function baseOfBins(cube: Cube, measure: string): string {
  const bin = `case when ${measure} > 0 then ceil(ln(${measure}) / ln(1.02::double precision))::integer else -100000 end`;
  return `create temporary table base_${measure} as
     select team_id, ${bucketOf(1)} as at${shownDims(cube)}, ${bin} as bin, count(*) as n from fact
     where ${measure} is not null group by ${groupOf(3 + cube.dims.length)}`;
}

/** The sums and peaks of a cube: from the facts, and as they are stored. */
function sumQueries(cube: Cube, grain: number): { expected: string; actual: string } {
  const stored = cube.measures.map((name) => `, coalesce(${name}, 0)::numeric`);
  return {
    expected: `select team_id, ${bucketOf(grain)}${shownDims(cube)}${sumsOf(cube)} from base_${baseOf(cube)} group by ${groupOf(2 + cube.dims.length)}`,
    actual: `select team_id, bucket${shownDims(cube)}${stored.join('')} from rollup join series using (team_id, series_id)
              where rollup.cube = '${cube.name}' and grain = ${grain}`,
  };
}

/** The latency bins of a cube, likewise. */
function binQueries(cube: Cube, grain: number, measure: string): { expected: string; actual: string } {
  return {
    expected: `select team_id, ${bucketOf(grain)}${shownDims(cube)}, bin, sum(n)::bigint from base_${measure}
                group by ${groupOf(3 + cube.dims.length)}`,
    actual: `select team_id, bucket${shownDims(cube)}, bin, n from rollup_bin join series using (team_id, series_id) cross join lateral unnest(bins, counts) as b (bin, n)
              where cube = '${cube.name}' and measure = '${measure}' and grain = ${grain}`,
  };
}

/**
 * Recomputes every rollup and every latency bin from the raw tables with SQL of its own and compares all of them, money
 * to its last digit. A measure that no record had a say in counts as 0 on both sides.
 */
export async function checkRollups(databaseUrl: string): Promise<RollupVerdict> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const verdict: RollupVerdict = { compared: 0, different: [] };
  const compare = async (cube: string, grain: number, { expected, actual }: { expected: string; actual: string }) => {
    const { rows } = await client.query<{ buckets: string; different: string }>(
      `with expected as materialized (${expected}), actual as materialized (${actual})
       select (select count(*) from expected) as buckets,
              (select count(*) from ((table expected except all table actual) union all
                                     (table actual except all table expected)) as apart) as different`,
    );
    verdict.compared += Number(rows[0]?.buckets ?? 0);
    const buckets = Number(rows[0]?.different ?? 0);
    if (buckets > 0) verdict.different.push({ cube, grain, buckets });
  };
  try {
    await client.query(`set work_mem = '128MB'`);
    const wrong = await checkChunks(client);
    if (wrong > 0) verdict.different.push({ cube: 'counts of log chunks', grain: 0, buckets: wrong });
    await client.query(`create temporary table fact as ${factsSql()}`);
    for (const cube of cubes) {
      if (isBase(cube)) await client.query(baseTable(cube));
      if (isBaseOfBins(cube)) for (const measure of cube.bins ?? []) await client.query(baseOfBins(cube, measure));
    }
    for (const cube of cubes) {
      for (const grain of cube.long === true ? longGrains : grains) {
        await compare(cube.name, grain, sumQueries(cube, grain));
        for (const measure of cube.bins ?? []) {
          await compare(`${cube.name} ${measure}`, grain, binQueries(cube, grain, measure));
        }
      }
    }
  } finally {
    await client.end();
  }
  return verdict;
}

export const rollupLine = ({ compared, different }: RollupVerdict): string =>
  `${compared.toLocaleString('en-US')} rollup buckets and latency bins compared with raw, ${
    different.length === 0
      ? 'all equal'
      : `DIFFERENT: ${different.map((d) => `${d.cube} at ${d.grain} min (${d.buckets})`).join(', ')}`
  }`;
