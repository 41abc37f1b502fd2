import { Download } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { Button } from '../ui/button.tsx';
import { download } from '../ui/download.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatDayTime, timeZone } from '../ui/format-time.ts';
import { Panel } from '../ui/panel.tsx';
import { toCsv } from '../ui/to-csv.ts';
import { breakGaps } from './break-gaps.ts';
import { chartPng } from './chart-png.ts';
import { Legend } from './legend.tsx';
import type { ChartData, Mark } from './series.ts';
import { stack } from './stack.ts';
import { uplotOptions, type ChartKind, type Steps } from './uplot-options.ts';

const none: readonly Mark[] = [];

/**
 * Values over time in a panel: its unit in the title, the time zone below, the values under the pointer in the legend,
 * a bucket that is not over hatched, and what is drawn as CSV or PNG. `isStacked` adds the series up.
 */
export function TimeChart({
  title,
  unit,
  file,
  data,
  kind = 'line',
  isStacked = false,
  marks = none,
  format,
  steps = 'any',
  height = 190,
}: {
  title: string;
  unit: string;
  /** Name of the downloads, without ending. */
  file: string;
  data: ChartData;
  kind?: ChartKind;
  isStacked?: boolean;
  marks?: readonly Mark[];
  format: (value: number | null) => string;
  steps?: Steps;
  height?: number;
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const drawn = useMemo((): ChartData => {
    if (!isStacked) return kind === 'bars' ? data : breakGaps(data);
    const sums = stack(data.series);
    // The whole stack first, so that smaller ones are painted over it.
    return { ...data, series: data.series.map(({ name }, index) => ({ name, values: sums[index] ?? [] })) };
  }, [data, isStacked, kind]);
  // Bars of nothing are no bars: an axis without them would say what might have been.
  const isNothing = kind === 'bars' && data.series.every(({ values }) => values.every((value) => (value ?? 0) === 0));
  const isEmpty = data.times.length === 0 || isNothing;

  useEffect(() => {
    const element = place.current;
    if (element === null || isEmpty) return undefined;
    const paint = (): void => {
      plot.current?.destroy();
      const size = { width: element.clientWidth, height };
      const order = isStacked ? { ...drawn, series: drawn.series.toReversed() } : drawn;
      const options = uplotOptions({ data: order, kind, marks, format, size, onHover: setHovered, steps });
      if (isStacked) {
        // Colours stay those of the legend although the largest sum is painted first.
        const colours = uplotOptions({
          data: drawn,
          kind,
          marks,
          format,
          size,
          onHover: setHovered,
          steps,
        }).series.slice(1);
        options.series = [{}, ...colours.toReversed()];
      }
      const values = [order.times.map((at) => at / 1000), ...order.series.map((one) => [...one.values])];
      plot.current = new uPlot(options, values as uPlot.AlignedData, element);
    };
    paint();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    addEventListener('telltale:theme', paint);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', paint);
    return () => {
      resized.disconnect();
      removeEventListener('telltale:theme', paint);
      scheme.removeEventListener('change', paint);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [drawn, kind, isStacked, marks, format, steps, height, isEmpty]);

  const saveCsv = (): void => {
    const head = ['time', ...data.series.map(({ name }) => name)];
    const rows = data.times.map((at, index) => [
      new Date(at).toISOString(),
      ...data.series.map((one) => one.values[index]),
    ]);
    download(`${file}.csv`, new Blob([toCsv([head, ...rows])], { type: 'text/csv' }));
  };
  const savePng = async (): Promise<void> => {
    const canvas = place.current?.querySelector('canvas');
    if (canvas) download(`${file}.png`, await chartPng(canvas, `${title} (${unit}) · ${timeZone}`));
  };

  return (
    <Panel
      title={
        <>
          {title} <span className="text-xs font-normal text-quiet">{unit}</span>
        </>
      }
      tools={
        <>
          <Button tone="ghost" compact disabled={isEmpty} onClick={saveCsv} aria-label={`${title} as CSV`}>
            <Download aria-hidden className="size-3.5" />
            CSV
          </Button>
          <Button tone="ghost" compact disabled={isEmpty} onClick={() => void savePng()} aria-label={`${title} as PNG`}>
            PNG
          </Button>
        </>
      }
    >
      {isEmpty ? (
        <EmptyState title={isNothing ? 'Nothing in this time' : 'Nothing to draw yet'}>
          It begins with the first record of this time.
        </EmptyState>
      ) : (
        <>
          <div
            ref={place}
            role="img"
            aria-label={`${title} in ${unit} over time; the CSV has its values`}
            className="-ml-2"
          />
          <div className="flex flex-wrap items-center justify-between gap-2 pt-1.5 text-xs text-quiet">
            <Legend
              data={isStacked ? data : drawn}
              marks={marks}
              index={hovered}
              isSum={kind === 'bars'}
              format={format}
            />
            <span className="nums">
              {hovered === null
                ? `${kind === 'bars' ? 'all together · ' : ''}${timeZone}`
                : `${formatDayTime(new Date(drawn.times[hovered] ?? 0).toISOString())} ${timeZone}${drawn.partialFrom !== undefined && hovered >= drawn.partialFrom ? ' · not over yet' : ''}`}
            </span>
          </div>
        </>
      )}
    </Panel>
  );
}
