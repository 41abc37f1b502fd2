import { percentiles } from '../percentiles.ts';
import type { AskedAll } from './ask-all.ts';
import type { MachineLoad } from './machine-load.ts';
import type { Question } from './questions.ts';

/** Milliseconds within which 99 of 100 answers are to come. */
const boundOf = (reads: Question['reads']): number => (reads === 'rollups' ? 50 : 200);

const ms = (value: number | undefined): string => (value ?? Number.NaN).toFixed(1).padStart(8);

const heading = (first: string, measured: readonly AskedAll[], columns: string): string =>
  `\n${first.padEnd(40)}${measured.map(({ size }) => `${size}: ${columns}`.padStart(27)).join('')}   ratio`;

/** How much longer an answer from rollups may take in the median on the last size than on the first. */
const mostRatio = 1.5;

/** The medians' ratio of the last size to the first. */
const ratioOf = (p50s: readonly number[]): number => (p50s.at(-1) ?? Number.NaN) / (p50s[0] ?? Number.NaN);
const ratioText = (ratio: number): string => ratio.toFixed(2).padStart(8);

function eachQuestion(
  questions: readonly Question[],
  measured: readonly AskedAll[],
): { lines: string[]; over: number; medians: number } {
  let [over, medians] = [0, 0];
  const lines = questions.map(({ name, reads }) => {
    const answers = measured.map(({ questions: asked }) => {
      const { took = [], cpuMs } = asked.get(name) ?? {};
      return { lags: percentiles(took), cpuMs };
    });
    const last = answers.at(-1)?.lags;
    const late = (last?.p99 ?? 0) > boundOf(reads);
    over += Number(late);
    medians += Number((last?.p50 ?? 0) > boundOf(reads));
    const columns = answers.map(({ lags, cpuMs }) => `   ${ms(lags.p50)}${ms(lags.p99)}${ms(cpuMs)}`).join('');
    return `${name.padEnd(40)}${columns}${ratioText(ratioOf(answers.map(({ lags }) => lags.p50)))}${late ? '  over its bound' : ''}`;
  });
  return { lines, over, medians };
}

/** What is before the comma asks the same of other periods and filters. */
const operationOf = ({ name, reads }: Question): string => `${name.split(',')[0]} (${reads})`;

function eachOperation(
  questions: readonly Question[],
  measured: readonly AskedAll[],
): { lines: string[]; over: number; steep: number } {
  let [over, steep] = [0, 0];
  const lines = [...Map.groupBy(questions, operationOf)].map(([operation, its]) => {
    const answers = measured.map(({ questions: asked }) =>
      percentiles(its.flatMap(({ name }) => asked.get(name)?.took ?? [])),
    );
    const late = answers.some(({ p99 }) => p99 > boundOf(its[0]?.reads ?? 'rollups'));
    over += Number(late);
    const ratio = ratioOf(answers.map(({ p50 }) => p50));
    const grows = its[0]?.reads === 'rollups' && Number(ratio.toFixed(2)) > mostRatio;
    steep += Number(grows);
    const columns = answers
      .map(({ p50, p99, count }) => `   ${ms(p50)}${ms(p99)}${String(count).padStart(8)}`)
      .join('');
    return `${operation.padEnd(40)}${columns}${ratioText(ratio)}${late ? '  over its bound' : ''}${grows ? '  grows' : ''}`;
  });
  return { lines, over, steep };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What the machine itself did to every request: compare with the spikes above. */
function bareLine({ size, bare }: AskedAll): string {
  const { p50, p99, max } = percentiles(bare);
  const late = bare.filter((took) => took > 25).length;
  return `${size}: a request that asks nothing took ${p50.toFixed(1)} (p99 ${p99.toFixed(1)}, max ${max.toFixed(1)}) ms, ${late} of ${bare.length} more than 25 ms`;
}

/** The report, and whether each operation held its bound at each size and took about as long at both. */
export function reportQuestions(
  questions: readonly Question[],
  { measured, load }: { measured: readonly AskedAll[]; load: MachineLoad },
): { text: string; held: boolean } {
  const each = eachQuestion(questions, measured);
  const operations = eachOperation(questions, measured);
  const text = [
    heading('milliseconds', measured, 'p50     p99     CPU'),
    ...each.lines,
    heading('operations, over periods and filters', measured, 'p50     p99   count'),
    ...operations.lines,
    '',
    ...measured.map(bareLine),
    `other processes had ${percent(load.others)} of the processors, ${percent(load.stolen)} were stolen`,
    `${questions.length} questions, ${each.over} over their bound once, ${each.medians} in the median; ${operations.lines.length} operations, ${operations.over} over their bound, ${operations.steep} that grow by more than half`,
  ];
  return { text: text.join('\n'), held: operations.over === 0 && operations.steep === 0 && each.medians === 0 };
}
