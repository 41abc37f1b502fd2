import { type Command, InvalidArgumentError, Option } from 'commander';
import { maxOffset, periodName, type PeriodName } from '@telltale/contracts/http/query';
import { canonicalTime } from '@telltale/contracts/time';
import type { ClientFlags } from './client-flags.ts';

export type PeriodFlags = ClientFlags & { period: PeriodName; from?: string; to?: string };
export type PageFlags = ClientFlags & { limit?: number; offset?: number; cursor?: string };

const periodOption = (): Option =>
  new Option('--period <period>', 'the last hour, day, week or month, or all').choices(periodName.options);

/** `--period`, a day unless told otherwise, and `--from`/`--to`, which override it. */
export const withPeriod = (command: Command, standard: PeriodName = 'day'): Command =>
  withBounds(command.addOption(periodOption().default(standard)));

/** The same where a question without a period is another one. */
export const withOwnPeriod = (command: Command): Command => withBounds(command.addOption(periodOption()));

const withBounds = (command: Command): Command =>
  command
    .option('--from <time>', 'since then instead, in UTC: 2026-01-31 or 2026-01-31T14:00', parseTime)
    .option('--to <time>', 'until then (default: now)', parseTime);

/** `--limit`; how many are meant when it is not given is the gateway's to say. */
export const withLimit = (command: Command): Command =>
  command.option('--limit <count>', 'how many at most, 1 to 100', parseWholeNumber(1, 100));

/** Of a list in the order of a sum, whose rows move while it is read. */
export const withOffset = (command: Command): Command =>
  withLimit(command).option('--offset <count>', 'leave out so many of the first', parseWholeNumber(0, maxOffset));

/** Of a list that goes on after its page. */
export const withPage = (command: Command): Command =>
  withOffset(command).option('--cursor <cursor>', 'go on where the page before ended');

const filters = {
  agent: 'only of this agent',
  session: 'only of this session',
  task: 'only of this task',
  run: 'only of this run',
  model: 'only of this model',
  user: 'only of this user',
  project: 'only of this project',
  host: 'only of this host',
} as const;
export type FilterName = keyof typeof filters;
export type FilterFlags = Partial<Record<FilterName, string>> & { label?: Record<string, string> };

/** `--label env=prod`, as often as there are labels. */
export const withLabels = (command: Command): Command =>
  command.option('--label <name=value>', 'only with this label; repeat it for more (telltale team show)', addLabel);

function addLabel(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError('It is not a name and a value, such as env=prod.');
}

/** `--agent`, `--session` and so on, as the operation offers them. */
export function withFilters(command: Command, ...names: readonly FilterName[]): Command {
  for (const name of names) command.option(`--${name} <id>`, filters[name]);
  return command;
}

/** The same as parameters of a query. */
export function filtersOf(flags: FilterFlags) {
  return {
    agent_id: flags.agent,
    session_id: flags.session,
    task_id: flags.task,
    run_id: flags.run,
    model: flags.model,
    user_id: flags.user,
    project: flags.project,
    host: flags.host,
    labels: flags.label,
  };
}

/** A whole number within bounds; anything else is a usage error. */
export const parseWholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is not a whole number from ${min} to ${max}.`);
  };

/** A day, a day and a time, or a full RFC 3339 time; without an offset it is UTC, as all times are that we print. */
export function parseTime(text: string): string {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const [, day, minute = '00:00', second = ':00', offset = 'Z'] = parts ?? [];
  const time = parts === null ? null : canonicalTime(`${day}T${minute}${second}${offset}`);
  if (time !== null) return time;
  throw new InvalidArgumentError('It is no time between 1970 and 2105, such as 2026-01-31 or 2026-01-31T14:00Z.');
}
