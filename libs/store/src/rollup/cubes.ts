import type { MeasureFamily } from './measures.ts';

/** Of whom and of what work a record is. */
export const unit = [
  'agent_id',
  'session_id',
  'task_id',
  'run_id',
  'crew_id',
  'user_id',
  'project',
  'host',
  'labels',
] as const;
const place = ['agent_id', 'crew_id', 'user_id', 'project', 'host', 'labels'] as const;
const model = ['provider', 'model'] as const;
const tool = ['tool'] as const;
const service = ['service', 'category'] as const;

/** Columns of `series`: what rollups can be filtered and grouped by. */
export const dimensions = [...unit, ...model, ...tool, ...service] as const;
export type Dimension = (typeof dimensions)[number];

const everything: readonly MeasureFamily[] = ['llm', 'tool', 'service', 'activity'];
const tools: readonly MeasureFamily[] = ['tool', 'failure'];
const services: readonly MeasureFamily[] = ['service', 'failure'];

export type CubeName =
  | 'unit'
  | 'unit_model'
  | 'unit_tool'
  | 'place'
  | 'place_model'
  | 'place_tool'
  | 'place_service'
  | 'user'
  | 'project'
  | 'host'
  | 'user_model'
  | 'project_model'
  | 'host_model'
  | 'user_tool'
  | 'project_tool'
  | 'host_tool'
  | 'user_service'
  | 'project_service'
  | 'host_service'
  | 'team'
  | 'model'
  | 'tool'
  | 'service';

export type Cube = {
  name: CubeName;
  dims: readonly Dimension[];
  /** Measures it holds; the rest of its columns is null. */
  families: readonly MeasureFamily[];
  /** The cube it is summed from; null: from the records themselves. */
  from: CubeName | null;
  /** Only rows that have this dimension. */
  needs?: Dimension;
  /** Whether latency bins are kept for its series; those have the lengths of buckets that the cube has. */
  bins: boolean;
  /** Whether it has buckets of two hours too, for questions that read the buckets of many series, or their bins. */
  twoHours?: true;
};

/** What a user's, a project's or a host's agents did with each model, tool or service. */
const narrowed = (
  what: 'model' | 'tool' | 'service',
  dims: readonly Dimension[],
  families: readonly MeasureFamily[],
): readonly Cube[] =>
  (
    [
      ['user', 'user_id'],
      ['project', 'project'],
      ['host', 'host'],
    ] as const
  ).map(([name, dim]) => ({
    name: `${name}_${what}`,
    dims: [dim, ...dims],
    families,
    from: `place_${what}`,
    bins: true,
    twoHours: true,
  }));

/**
 * The cubes in the order in which they are made. A `unit` is a combination of agent, session, task and run; a `place` is
 * what is left without the three short-lived ones. Its size follows the fleet and, of its history, the sub-agents alone: each
 * one that ever was has series of its own there, as its label is a dimension. `user`, `project` and `host` are for totals over time, which read every quarter hour of a period. With models, tools and services they are
 * those of a user's many agents added up beforehand: each edge of a period would look up the series of all of them.
 */
export const cubes: readonly Cube[] = [
  { name: 'unit', dims: unit, families: everything, from: null, bins: false, twoHours: true },
  {
    name: 'unit_model',
    dims: [...unit, ...model],
    families: ['llm'],
    from: null,
    needs: 'model',
    bins: false,
    twoHours: true,
  },
  { name: 'unit_tool', dims: [...unit, ...tool], families: ['tool'], from: null, needs: 'tool', bins: false },
  { name: 'place', dims: place, families: everything, from: 'unit', bins: false, twoHours: true },
  {
    name: 'place_model',
    dims: [...place, ...model],
    families: ['llm'],
    from: 'unit_model',
    bins: true,
    twoHours: true,
  },
  {
    name: 'place_tool',
    dims: [...place, ...tool],
    families: tools,
    from: null,
    needs: 'tool',
    bins: true,
    twoHours: true,
  },
  {
    name: 'place_service',
    dims: [...place, ...service],
    families: services,
    from: null,
    needs: 'service',
    bins: true,
    twoHours: true,
  },
  { name: 'user', dims: ['user_id'], families: everything, from: 'place', bins: false },
  { name: 'project', dims: ['project'], families: everything, from: 'place', bins: false },
  { name: 'host', dims: ['host'], families: everything, from: 'place', bins: false },
  ...narrowed('model', model, ['llm']),
  ...narrowed('tool', tool, tools),
  ...narrowed('service', service, services),
  { name: 'team', dims: [], families: everything, from: 'place', bins: false },
  { name: 'model', dims: model, families: ['llm'], from: 'place_model', bins: true, twoHours: true },
  { name: 'tool', dims: tool, families: tools, from: 'place_tool', bins: true, twoHours: true },
  { name: 'service', dims: service, families: services, from: 'place_service', bins: true, twoHours: true },
];

export function cubeNamed(name: CubeName): Cube {
  const cube = cubes.find((one) => one.name === name);
  if (cube === undefined) throw new RangeError(`no cube is called ${name}`);
  return cube;
}

/** Smallest first: the order in which a question is offered to them. */
const bySize: readonly CubeName[] = [
  'team',
  'model',
  'tool',
  'service',
  'project',
  'user',
  'host',
  'project_model',
  'project_tool',
  'project_service',
  'user_model',
  'user_tool',
  'user_service',
  'host_model',
  'host_tool',
  'host_service',
  'place',
  'place_model',
  'place_tool',
  'place_service',
  'unit',
  'unit_model',
  'unit_tool',
];

/**
 * The smallest cube that holds the measures of `family` by all of `dims` (those filtered by and those grouped by), or
 * null when none does: then the question is answered with `unsupported_filter`. Within one cube any subset of its
 * dimensions may be filtered and grouped by, in any combination. `bins`: also latency percentiles are wanted.
 */
export function chooseCube(
  family: MeasureFamily,
  dims: readonly Dimension[],
  { bins = false }: { bins?: boolean } = {},
): Cube | null {
  for (const name of bySize) {
    const cube = cubes.find((candidate) => candidate.name === name);
    if (cube === undefined || (bins && !cube.bins) || !cube.families.includes(family)) continue;
    if (dims.every((dim) => cube.dims.includes(dim))) return cube;
  }
  return null;
}

/** Lengths of buckets in minutes; 0 is all time, in the one bucket 1970-01-01. */
export const grains = [1, 15, 120, 1440, 0] as const;
export type Grain = (typeof grains)[number];

/** The same for latencies: taking apart the bins of every day of a month costs more than anything else about it. */
export const binGrains = [1, 15, 120, 1440, 5760, 0] as const;
export type BinGrain = (typeof binGrains)[number];

/** The buckets that a cube has. */
export const grainsOf = ({ twoHours }: Pick<Cube, 'twoHours'>): readonly Grain[] =>
  twoHours === true ? grains : grains.filter((grain) => grain !== 120);

/** Rows of one-minute buckets are kept this long. */
export const minuteHours = 48;
