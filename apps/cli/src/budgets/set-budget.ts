import { setBudgetBody } from '@telltale/contracts/http/budgets';
import type { z } from 'zod';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { openApiOfTeam } from '../known-team.ts';
import { amountOf, whoseOf } from './budget-words.ts';

export type SetBudgetFlags = {
  agent?: string;
  session?: string;
  task?: string;
  run?: string;
  each?: string;
  period: string;
  usd?: string;
  tokens?: string;
  soft?: boolean;
  warnAt?: string;
  onUnknown?: string;
  onUnreachable?: string;
  name?: string;
};

const subjects = ['agent', 'session', 'task', 'run'] as const;
const flagOf: Readonly<Record<string, string>> = { limit_usd: '--usd', limit_tokens: '--tokens', warn_at: '--warn-at' };

function subjectOf(flags: SetBudgetFlags): { subject: string; subject_id?: string } {
  const named = subjects.filter((subject) => flags[subject] !== undefined);
  if (named.length + (flags.each === undefined ? 0 : 1) > 1)
    throw new CliError('a budget is about one thing: name one of --agent, --session, --task, --run and --each', {
      exitCode: 2,
    });
  const [subject] = named;
  if (subject !== undefined) return { subject, subject_id: flags[subject] ?? '' };
  return { subject: flags.each ?? 'team' };
}

function bodyOf(flags: SetBudgetFlags): z.input<typeof setBudgetBody> {
  const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
  const wish = {
    ...subjectOf(flags),
    period: flags.period,
    name: flags.name,
    limit_usd: flags.usd,
    limit_tokens: number(flags.tokens),
    kind: flags.soft === true ? 'soft' : 'hard',
    warn_at: number(flags.warnAt),
    on_unknown: flags.onUnknown,
    on_unreachable: flags.onUnreachable,
  };
  const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
  const parsed = setBudgetBody.safeParse(given);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(
    ({ path, message }) => `${flagOf[String(path[0])] ?? path.join('.')}: ${message}`,
  );
  throw new CliError(`this is no budget: ${[...new Set(said)].join('; ')}`, { exitCode: 2 });
}

/** Sets one budget. */
export async function setBudget(flags: ClientFlags & SetBudgetFlags, context: Context): Promise<void> {
  const body = bodyOf(flags);
  const api = await openApiOfTeam(flags, context);
  const budget = await api.setBudget(body);
  if (flags.json === true) {
    context.out(`${JSON.stringify(budget)}\n`);
    return;
  }
  if (flags.quiet === true) return;
  context.say(
    `budget ${budget.budget_id}: ${whoseOf(budget)} may spend ${amountOf(budget.limit, budget.measure)}${budget.measure === 'tokens' ? ' tokens' : ''} ${
      { run: 'a run', hour: 'an hour', day: 'a day', month: 'a month', total: 'in all' }[budget.period]
    }`,
  );
  context.say(
    budget.kind === 'hard'
      ? 'runs that start from now on lead their calls to models through the metering proxy, where it is held'
      : 'it is only said when it is spent',
  );
}
