import type { PathResult } from './bare-path.ts';
import type { Verdict } from './oracle.ts';
import type { Lags } from './percentiles.ts';
import type { ProductResult } from './product-path.ts';
import type { Usage } from './usage.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const mebibytes = (bytes: number): string => `${whole(bytes / 1_048_576)} MiB`;

/** Rows of words as columns of equal width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

export function usageTable(usage: ReadonlyMap<string, Usage>): string {
  const rows = [...usage].map(([name, { cpuSeconds, peakBytes }]) => [
    name,
    cpuSeconds.toFixed(2),
    mebibytes(peakBytes),
  ]);
  return table([['process', 'CPU s', 'peak memory'], ...rows]);
}

export function rateTable(
  bare: PathResult | undefined,
  products: readonly { name: string; result: ProductResult }[],
): string {
  const rows = [['path', 'records/s', 'of bare', 'stored s', 'folded s', 'folded/s', 'of bare']];
  if (bare !== undefined)
    rows.push(['bare', whole(bare.recordsPerSecond), '1.00', bare.seconds.toFixed(2), '–', '–', '–']);
  for (const { name, result } of products) {
    const ratio = bare === undefined ? '–' : (result.recordsPerSecond / bare.recordsPerSecond).toFixed(2);
    const folded = result.size.records / result.foldedSeconds;
    rows.push([
      name,
      whole(result.recordsPerSecond),
      ratio,
      result.seconds.toFixed(2),
      result.foldedSeconds.toFixed(2),
      whole(folded),
      bare === undefined ? '–' : (folded / bare.recordsPerSecond).toFixed(2),
    ]);
  }
  return table(rows);
}

/** Bytes a record on disk, indexes included, and what of them is what. */
export function sizeTable(
  bare: PathResult | undefined,
  products: readonly { name: string; result: ProductResult }[],
): string {
  const head = ['bytes per record', 'raw + ledger', 'of bare', 'raw', 'ledger', 'calls', 'aliases', 'rollups', 'empty'];
  const row = (name: string, { size }: PathResult): string[] => {
    const { sizes, bytesPerRecord, emptyBytes, records } = size;
    const each = (bytes: number): string => (bytes / records).toFixed(1);
    const ratio = bare === undefined ? '–' : (bytesPerRecord / bare.size.bytesPerRecord).toFixed(2);
    const { raw, ledger, calls, aliases, rollups } = sizes;
    return [name, bytesPerRecord.toFixed(1), ratio, ...[raw, ledger, calls, aliases, rollups, emptyBytes].map(each)];
  };
  const rows = products.map(({ name, result }) => row(name, result));
  return table([head, ...(bare === undefined ? [] : [row('bare', bare)]), ...rows]);
}

export function lagTable(lags: readonly { name: string; lags: Lags }[]): string {
  const ms = (value: number): string => value.toFixed(1);
  const rows = lags.map(({ name, lags: l }) => [name, whole(l.count), ms(l.p50), ms(l.p95), ms(l.p99), ms(l.max)]);
  return table([['lag in ms', 'measured', 'p50', 'p95', 'p99', 'max'], ...rows]);
}

export function verdictLine(verdict: Verdict): string {
  const { issued, stored, missing, duplicates, foreign, deadLetters } = verdict;
  return `issued ${whole(issued)}, stored ${whole(stored)}, missing ${missing}, duplicates ${duplicates}, foreign ${foreign}, dead letters ${deadLetters}`;
}
