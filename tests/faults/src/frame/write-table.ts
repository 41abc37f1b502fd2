import { cpus } from 'node:os';
import { readFileSync, writeFileSync } from 'node:fs';
import { passed, type Result } from './result.ts';

const page = new URL('../../../../docs/faults.md', import.meta.url);
const whole = (value: number): string => value.toLocaleString('en-US');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const heads = [
  'scenario',
  'result',
  'seed',
  'faults hit',
  'issued',
  'acknowledged',
  'stored',
  'dead-lettered',
  'duplicates',
  'missing',
  'recovery',
] as const;

function line(result: Result): string {
  const { verdict: v } = result;
  const faults = Object.entries(result.faults).map(([name, n]) => `${name} ×${whole(n)}`);
  return row([
    `**${result.name}**: ${result.what}`,
    passed(result) ? 'pass' : `FAIL: ${result.problems.join('; ').replaceAll('|', '/').slice(0, 300)}`,
    String(result.seed),
    [faults.join(', '), ...result.figures].join('; ').replaceAll('|', '/'),
    whole(v.issued),
    whole(v.acknowledged),
    whole(v.stored),
    whole(v.deadLettered),
    whole(v.duplicates),
    whole(v.missing),
    result.recoverySeconds === null ? '–' : `${result.recoverySeconds.toFixed(1)} s`,
  ]);
}

function totals(results: readonly Result[]): string {
  const sum = (of: (result: Result) => number): string =>
    whole(results.reduce((total, result) => total + of(result), 0));
  const faults = sum(({ faults }) => Object.values(faults).reduce((total, n) => total + n, 0));
  return (
    `${results.filter(passed).length} of ${results.length} scenarios pass. ${sum(({ verdict }) => verdict.issued)} records ` +
    `issued, ${sum(({ verdict }) => verdict.stored)} stored, ${sum(({ verdict }) => verdict.missing)} missing, ` +
    `${sum(({ verdict }) => verdict.duplicates)} duplicates; ${faults} faults hit; ${sum(({ buckets }) => buckets)} rollup ` +
    `buckets and latency bins compared with raw.`
  );
}

/** Replaces one part of docs/faults.md, between its two marks, with the table of a run. */
export function writeTable(
  part: 'suite' | 'long',
  results: readonly Result[],
  { scale, seconds }: { scale: number; seconds: number },
): void {
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [`<!-- ${part}: begin -->`, `<!-- ${part}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/faults.md has lost the marks ${begin} and ${end}`);
  const minutes = seconds / 60;
  const when = new Date().toISOString().slice(0, 10);
  const what = part === 'long' ? 'outages' : 'loads';
  const size = scale === 1 ? '' : `, ${what} at ${scale} of the suite's own (--scale ${scale})`;
  const table = [
    '',
    `Run on ${when}, Node ${process.version}, ${cpus().length} CPUs, ${minutes.toFixed(1)} minutes${size}. ${totals(results)}`,
    '',
    row(heads),
    row(heads.map((_, index) => (index < 4 ? '---' : '---:'))),
    ...results.map(line),
    '',
    '',
  ].join('\n');
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${table}${text.slice(to)}`);
}
