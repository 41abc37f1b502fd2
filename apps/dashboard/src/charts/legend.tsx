import { seriesColour } from './colours.ts';
import type { ChartData, Mark } from './series.ts';

const swatches = ['bg-series-1', 'bg-series-2', 'bg-series-3', 'bg-series-4', 'bg-series-5', 'bg-series-6'];

/** The names of a chart's series, with their values under the pointer, else all together or those of the last moment. */
export function Legend({
  data,
  marks,
  index,
  isSum,
  format,
}: {
  data: ChartData;
  marks: readonly Mark[];
  index: number | null;
  /** Its values add up to something. */
  isSum: boolean;
  format: (value: number | null) => string;
}) {
  const at = index ?? data.times.length - 1;
  const shown = (values: ChartData['series'][number]['values']): number | null => {
    if (index !== null || !isSum) return values[at] ?? null;
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  };
  const isAny = data.series.map(({ values }) => values.some((value) => (value ?? 0) !== 0));
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-0.5">
      {data.series.map(({ name, values }, order) =>
        // Of several, what nothing is drawn of needs no colour explained.
        isAny[order] !== true && isAny.includes(true) ? null : (
          <li key={name} className="flex items-center gap-1.5" data-colour={seriesColour(order)}>
            <span aria-hidden className={`size-2 rounded-xs ${swatches[order % swatches.length]}`} />
            {name}
            <span className="nums font-medium text-ink">{format(shown(values))}</span>
          </li>
        ),
      )}
      {marks.map(({ name }) => (
        <li key={name} className="flex items-center gap-1.5">
          <span aria-hidden className="w-3 border-t border-dashed border-bad" />
          {name}
        </li>
      ))}
    </ul>
  );
}
