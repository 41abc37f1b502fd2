import { TelltaleError } from '@telltale/contracts/errors';
import { chooseCube, cubes, type CubeName, type Dimension } from '../rollup/cubes.ts';
import type { MeasureFamily } from '../rollup/measures.ts';
import type { SeriesFilter } from './rollup-rows.ts';

/** What can be filtered by, and how a filter is called. */
const filters: Partial<Record<Dimension, string>> = {
  agent_id: 'agent_id',
  session_id: 'session_id',
  task_id: 'task_id',
  run_id: 'run_id',
  model: 'model',
  user_id: 'user_id',
  project: 'project',
  host: 'host',
  labels: 'label.<name>',
};
const filtersOf = (dims: readonly Dimension[]): string[] => dims.flatMap((dim) => filters[dim] ?? []);

const narrows = (value: unknown): boolean =>
  value !== undefined && (typeof value !== 'object' || value === null || Object.keys(value).length > 0);

/** Dimensions that a filter really narrows by. */
export const filteredBy = (filter: SeriesFilter): Dimension[] =>
  Object.entries(filter).flatMap(([name, value]) => (narrows(value) ? [name as Dimension] : []));

/**
 * Which filters can be asked for at once beside `grouped`, the largest sets alone: what another one holds and more need not
 * be said.
 */
export function filterSets(
  family: MeasureFamily,
  grouped: readonly Dimension[] = [],
  { bins = false }: { bins?: boolean } = {},
): string[][] {
  const offered = cubes
    .filter((one) => one.families.includes(family) && (!bins || one.bins))
    .filter((one) => grouped.every((dim) => one.dims.includes(dim)))
    .map((one) => filtersOf(one.dims));
  return offered.filter(
    (list, index) =>
      list.length > 0 &&
      !offered.some(
        (other, place) =>
          list.every((name) => other.includes(name)) &&
          (other.length > list.length || (other.length === list.length && place < index)),
      ),
  );
}

/**
 * The smallest cube that answers, or `unsupported_filter` with what could be asked instead. `activity` stands for all
 * measures together: only cubes that hold everything hold it.
 */
export function cubeFor(family: MeasureFamily, dims: readonly Dimension[], options: { bins?: boolean } = {}): CubeName {
  const cube = chooseCube(family, dims, options);
  if (cube !== null) return cube.name;
  const sets = filterSets(family, [], options)
    .map((list) => `(${list.join(', ')})`)
    .join(' or ');
  const asked = [...new Set(dims)].map((dim) => filters[dim] ?? dim);
  const by = asked.length > 1 ? `${asked.join(' and ')} together` : asked.join();
  const detail = `no rollup holds this by ${by}; what can be filtered by at once is ${sets}`;
  throw new TelltaleError('unsupported_filter', detail, {
    errors: filtersOf([...new Set(dims)]).map((parameter) => ({
      parameter,
      code: 'unsupported_filter',
      detail: asked.length > 1 ? 'is not held together with the rest' : 'is not held here',
    })),
  });
}
