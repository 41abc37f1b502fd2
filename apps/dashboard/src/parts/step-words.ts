import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatMoney } from '@telltale/contracts/format/money';
import type { StoredRunEvent } from '@telltale/contracts/http/records';

type Step = Pick<
  StoredRunEvent,
  'event' | 'limit' | 'step' | 'value' | 'cap' | 'reason' | 'signal' | 'exit_code' | 'actor'
>;

/** What each limit is counted in; the others are plain counts. */
const units: Readonly<Record<string, (value: number) => string>> = {
  timeout: formatDuration,
  idle: formatDuration,
  cpu: formatDuration,
  memory: formatBytes,
  output: formatBytes,
  budget: formatMoney,
};

const ladder: Readonly<Record<string, string>> = {
  warn: 'warned',
  clear: 'far from it again',
  tell: 'the agent was told',
  hand_back: 'told to hand back in one last call',
  handed_back: 'handed back',
  term: 'SIGTERM',
  kill: 'SIGKILL',
};

const plain = (word: string): string => word.replaceAll('_', ' ');

function limitWords({ limit = 'limit', step, value, cap }: Step): string {
  const write = units[limit] ?? formatCount;
  const reached = value === undefined || cap === undefined ? '' : ` at ${write(value)} of ${write(cap)}`;
  // Calls are refused before they go beyond it.
  const over = value !== undefined && cap !== undefined && value < cap ? 'no room for more' : 'over it';
  return `${plain(limit)}: ${step === undefined ? over : (ladder[step] ?? plain(step))}${reached}`;
}

function ladderWords({ limit, reason = limit, step = 'step', value }: Step): string {
  const to = value === undefined ? '' : ` to ${value} ${value === 1 ? 'process' : 'processes'}`;
  return `${reason === undefined ? '' : `${plain(reason)}: `}${ladder[step] ?? plain(step)}${to}`;
}

function otherWords({ event, reason, signal, exit_code }: Step): string {
  const details = [reason, signal, exit_code === undefined ? undefined : `exit ${exit_code}`];
  const told = details.filter((word) => word !== undefined).join(', ');
  return told === '' ? event : `${event}: ${told}`;
}

/** One step of a run in a line: `timeout: warned at 9.7 s of 12 s`, `timeout: SIGTERM to 2 processes`, `ended: timeout`. */
export function stepWords(step: Step): string {
  const words =
    step.event === 'limit' ? limitWords(step) : step.event === 'step' ? ladderWords(step) : otherWords(step);
  return step.actor === undefined ? words : `${words} · by ${step.actor}`;
}
