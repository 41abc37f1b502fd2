import uPlot from 'uplot';
import { fade, seriesColour, themeColour } from './colours.ts';
import { formatTicks, moneyTicks } from './format-ticks.ts';
import type { ChartData, Mark } from './series.ts';

export type ChartKind = 'line' | 'area' | 'bars';
export type Steps = 'any' | 'bytes' | 'whole' | 'money';

const font = "11px 'Inter', sans-serif";
/** Steps of an axis in bytes: 256 MiB, not 244. */
const powersOfTwo = Array.from({ length: 51 }, (_, power) => 2 ** power);
/** Steps of an axis that counts: never half a process. */
const wholeSteps = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/** Steps of an axis in dollars, down to what the store keeps. */
const moneySteps = Array.from({ length: 18 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** (power - 9))).flat();
const axisSteps = { bytes: powersOfTwo, whole: wholeSteps, money: moneySteps } as const;

/** Diagonal lines over what is not over yet. */
function partialPlugin(data: ChartData): uPlot.Plugin {
  return {
    hooks: {
      draw: [
        (plot) => {
          const start = data.partialFrom === undefined ? undefined : data.times[data.partialFrom];
          if (start === undefined) return;
          const { ctx, bbox } = plot;
          const step = (data.times[1] ?? start) - (data.times[0] ?? start);
          const left = Math.max(bbox.left, plot.valToPos((start - step / 2) / 1000, 'x', true));
          ctx.save();
          ctx.beginPath();
          ctx.rect(left, bbox.top, bbox.left + bbox.width - left, bbox.height);
          ctx.clip();
          ctx.strokeStyle = fade(themeColour('quiet'), 0.35);
          ctx.lineWidth = devicePixelRatio;
          for (let x = left - bbox.height; x < bbox.left + bbox.width; x += 7 * devicePixelRatio) {
            ctx.moveTo(x, bbox.top + bbox.height);
            ctx.lineTo(x + bbox.height, bbox.top);
          }
          ctx.stroke();
          ctx.restore();
        },
      ],
    },
  };
}

/** Limits, dashed, with their names. */
function marksPlugin(marks: readonly Mark[]): uPlot.Plugin {
  return {
    hooks: {
      draw: [
        ({ ctx, bbox, valToPos }) => {
          ctx.save();
          ctx.strokeStyle = ctx.fillStyle = themeColour('bad');
          ctx.textAlign = 'left';
          ctx.textBaseline = 'bottom';
          ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
          ctx.font = `${11 * devicePixelRatio}px 'Inter', sans-serif`;
          for (const { name, value } of marks) {
            const y = valToPos(value, 'y', true);
            ctx.beginPath();
            ctx.moveTo(bbox.left, y);
            ctx.lineTo(bbox.left + bbox.width, y);
            ctx.stroke();
            ctx.fillText(name, bbox.left + 4 * devicePixelRatio, y - 2 * devicePixelRatio);
          }
          ctx.restore();
        },
      ],
    },
  };
}

/** From where to where the time axis goes, in seconds: where there is a moment alone, or a few seconds, some time around it. */
function roomFor(data: ChartData, from: number, to: number): [number, number] {
  // Of one bucket alone uPlot would make years.
  const isOne = data.times.length < 2;
  const end = isOne ? from : to;
  const missing = Math.max(0, (isOne ? 180 : 4) - (end - from)) / 2;
  return [from - missing, end + missing];
}

/** uPlot's own options for one of our charts. `format` writes values of the axis and the hover line. */
export function uplotOptions(options: {
  data: ChartData;
  kind: ChartKind;
  marks: readonly Mark[];
  format: (value: number | null) => string;
  size: { width: number; height: number };
  onHover: (index: number | null) => void;
  /** What its values are, for the steps of the axis. */
  steps: Steps;
}): uPlot.Options {
  const { data, kind, marks, format, size, onHover, steps } = options;
  const [line, quiet] = [themeColour('line'), themeColour('quiet')];
  const bars = uPlot.paths.bars?.({ size: [0.78, 48], radius: 0.12 });
  const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
  const highest = Math.max(0, ...marks.map(({ value }) => value));
  return {
    ...size,
    legend: { show: false },
    // Room for half of the last label of the time axis.
    padding: [10, 24, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: (_plot, from, to) => roomFor(data, from, to) },
      y: { range: (_plot, _low, high) => [0, Math.max(high ?? 0, highest) * 1.08 || 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 26, space: 64, values: (_plot, ticks) => formatTicks(ticks) },
      {
        ...axis,
        size: 58,
        space: 34,
        values: (_plot, ticks) => (steps === 'money' ? moneyTicks(ticks) : ticks.map(format)),
        ...(steps === 'any' ? {} : { incrs: axisSteps[steps] }),
      },
    ],
    series: [
      {},
      ...data.series.map((one, index) => {
        const colour = themeColour(seriesColour(index));
        const paths = kind === 'bars' && bars !== undefined ? { paths: bars } : {};
        return {
          label: one.name,
          stroke: colour,
          width: kind === 'bars' ? 0 : 1.5,
          points: { show: kind !== 'bars' && data.times.length < 3 },
          ...(kind === 'line' ? {} : { fill: fade(colour, kind === 'bars' ? 0.9 : 0.28) }),
          ...paths,
        };
      }),
    ],
    plugins: [partialPlugin(data), marksPlugin(marks)],
    hooks: { setCursor: [(plot) => onHover(plot.cursor.idx ?? null)] },
  };
}
