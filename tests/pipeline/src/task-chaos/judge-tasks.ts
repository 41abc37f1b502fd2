import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import { badCode, type Mode } from './chaos-crews.ts';

/** A task as it was asked for, as the registry has it and as records tell of it. */
export type JudgedTask = {
  mode: Mode;
  attempts: number;
  order: TaskOrder;
  /** Status events that are stored, `RUNNING 1`. */
  told: readonly string[];
  /** Status and attempt by the aggregator. */
  folded: string;
};

/** By run: how often the program began, and what it ended with; null while it had not. */
export type Ledger = ReadonlyMap<string, { begun: number; code: number | null }>;

/** The ledger's lines: `<task> <run> begun` and `<task> <run> <code>`. */
export function readLedger(text: string): Ledger {
  const runs = new Map<string, { begun: number; code: number | null }>();
  for (const line of text.split('\n')) {
    const [, run, word] = line.split(' ');
    if (run === undefined || word === undefined) continue;
    const known = runs.get(run) ?? { begun: 0, code: null };
    runs.set(run, word === 'begun' ? { ...known, begun: known.begun + 1 } : { ...known, code: Number(word) });
  }
  return runs;
}

const isEnd = (told: string): boolean => /^(?:COMPLETED|FAILED|CANCELLED) /.test(told);

/** Why the end of a task is not the true one, or null. */
function falseEnd({ mode, attempts, order }: JudgedTask, ledger: Ledger): string | null {
  const { status, run_id, error_message, attempt } = order;
  const code = ledger.get(run_id ?? '')?.code ?? null;
  if (status === 'COMPLETED') return code === 0 ? null : `COMPLETED, and its program had ${String(code)}`;
  if (status !== 'FAILED') return `ended as ${status}`;
  if (error_message === `the program exited with code ${badCode}`) {
    return mode === 'bad' && code === badCode ? null : `FAILED by code ${badCode}, and its program had ${String(code)}`;
  }
  if (error_message === 'runner lost') {
    return attempt === attempts ? null : `FAILED as lost after ${attempt} of ${attempts} attempts`;
  }
  return `FAILED: ${String(error_message)}`;
}

/** Everything that is wrong with the tasks of a chaos. */
export function judgeTasks(tasks: readonly JudgedTask[], ledger: Ledger): string[] {
  const problems: string[] = [];
  for (const task of tasks) {
    const { order, told, folded } = task;
    const say = (what: string): void => void problems.push(`task ${order.task_id}: ${what} (told ${told.join(', ')})`);
    const wrong = falseEnd(task, ledger);
    if (wrong !== null) say(wrong);
    const ends = told.filter(isEnd);
    if (ends.length !== 1) say(`its end was told ${ends.length} times`);
    if (ends[0] !== `${order.status} ${order.attempt}`) say(`its end was told as ${String(ends[0])}`);
    if (folded !== `${order.status} ${order.attempt}`) say(`pages show ${folded}`);
    const running = told.filter((word) => word.startsWith('RUNNING'));
    if (new Set(running).size !== running.length) say('an attempt was begun twice');
  }
  for (const [run, { begun }] of ledger) if (begun > 1) problems.push(`run ${run} was begun ${begun} times`);
  return problems;
}
