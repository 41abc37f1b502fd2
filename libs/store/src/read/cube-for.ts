import { TelltaleError } from '@telltale/contracts/errors';
import { chooseCube, cubes, type CubeName, type Dimension } from '../rollup/cubes.ts';
import type { MeasureFamily } from '../rollup/measures.ts';
import type { SeriesFilter } from './rollup-rows.ts';

const narrows = (value: unknown): boolean =>
  value !== undefined && (typeof value !== 'object' || value === null || Object.keys(value).length > 0);

/** Dimensions that a filter really narrows by. */
export const filteredBy = (filter: SeriesFilter): Dimension[] =>
  Object.entries(filter).flatMap(([name, value]) => (narrows(value) ? [name as Dimension] : []));

/**
 * The smallest cube that answers, or `unsupported_filter` with what could be asked instead. `activity` stands for all
 * measures together: only cubes that hold everything hold it.
 */
export function cubeFor(family: MeasureFamily, dims: readonly Dimension[], options: { bins?: boolean } = {}): CubeName {
  const cube = chooseCube(family, dims, options);
  if (cube !== null) return cube.name;
  const offered = cubes
    .filter((one) => one.families.includes(family) && (options.bins !== true || one.bins))
    .map((one) => one.dims.join(', '))
    .filter((list) => list !== '');
  const sets = [...new Set(offered)].map((list) => `(${list})`).join(' or ');
  const detail = `no rollup holds this by ${dims.join(' and ')} together; what can be combined is ${sets}`;
  throw new TelltaleError('unsupported_filter', detail, {
    errors: dims.map((parameter) => ({
      parameter,
      code: 'unsupported_filter',
      detail: 'is not held together with the rest',
    })),
  });
}
