import { copyValue } from '../ingest/copy-line.ts';
import { packLines } from './body.ts';
import { sharedFields, type IndexedLine } from './group-lines.ts';
import { packIds } from './packed-ids.ts';

const minuteMs = 60_000;

/** Columns of `log_chunk` in the order of `chunkLine`. */
export const chunkColumns = [
  'at',
  'max_at',
  'batch_no',
  'lines',
  'debugs',
  'warnings',
  'errors',
  'first_line',
  'last_line',
  'team_id',
  ...sharedFields,
  'minutes',
  'ids',
  'body',
];

type Minute = { minute: number; lines: number; warnings: number; errors: number };

/** How many lines fell into each minute of the chunk; null when all fell into its first. */
function minutesOf(times: readonly number[], lines: readonly IndexedLine[], start: number): string {
  const first = Math.floor(start / minuteMs);
  const minutes = new Map<number, Minute>();
  for (const [place, { line }] of lines.entries()) {
    const minute = Math.floor((times[place] ?? start) / minuteMs) - first;
    const counts = minutes.get(minute) ?? { minute, lines: 0, warnings: 0, errors: 0 };
    minutes.set(minute, counts);
    counts.lines += 1;
    if (line.level === 'warning') counts.warnings += 1;
    if (line.level === 'error') counts.errors += 1;
  }
  if (minutes.size === 1) return '\\N';
  return `{${[...minutes.values()].map((m) => `${m.minute},${m.lines},${m.warnings},${m.errors}`).join()}}`;
}

/** Lines of one group as a line of COPY's text format. */
export function chunkLine(group: readonly IndexedLine[], teamId: string, batchNo: number): string {
  const lines = group.map(({ line }) => line);
  const times = lines.map(({ at }) => Date.parse(at));
  const start = Math.min(...times);
  const count = (level: string): number => lines.filter((line) => line.level === level).length;
  const numbers = lines.flatMap(({ line }) => line ?? []);
  const shared = lines[0];
  return `${[
    new Date(start).toISOString(),
    new Date(Math.max(...times)).toISOString(),
    batchNo,
    lines.length,
    count('debug'),
    count('warning'),
    count('error'),
    numbers.length === 0 ? '\\N' : Math.min(...numbers),
    numbers.length === 0 ? '\\N' : Math.max(...numbers),
    copyValue(teamId),
    ...sharedFields.map((field) => copyValue(shared?.[field])),
    minutesOf(times, group, start),
    `\\\\x${packIds(lines.map(({ id }) => id)).toString('hex')}`,
    `\\\\x${packLines(lines, start).toString('hex')}`,
  ].join('\t')}\n`;
}
