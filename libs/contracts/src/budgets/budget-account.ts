import { budgetSpanAt, type BudgetSpan } from './budget-period.ts';
import type { BudgetRule, BudgetSubject } from './budget-rule.ts';

/** Whose call it is. */
export type Spender = {
  agent_id: string;
  run_id: string;
  session_id?: string | undefined;
  task_id?: string | undefined;
};

/** One thing that is counted: a budget, whose it is, and in which period. */
export type BudgetAccount = {
  /** Tells it from every other of its team: `<budget>:<start>:<whose>`. */
  account: string;
  rule: BudgetRule;
  /** null: the team's. */
  of: string | null;
  /** The run alone counts, whoever the budget is about. */
  run: string | null;
} & BudgetSpan;

const idOf = (subject: BudgetSubject, spender: Partial<Spender>): string | undefined =>
  subject === 'team' ? '' : spender[`${subject}_id`];

const nameOf = (rule: BudgetRule, from: number, of: string): string => `${rule.budget_id}:${from}:${of}`;

/**
 * The account of a budget that a call is counted in; null when the budget is not about it. What a spender does not say
 * (no session, no task) is nobody's.
 */
export function accountOf(
  rule: BudgetRule,
  spender: Partial<Spender>,
  { timeZone, at }: { timeZone: string; at: number },
): BudgetAccount | null {
  const id = idOf(rule.subject, spender);
  if (id === undefined || (rule.subject_id !== null && rule.subject_id !== id)) return null;
  const run = rule.period === 'run' && rule.subject !== 'run' ? spender.run_id : null;
  if (run === undefined) return null;
  const span = budgetSpanAt(rule.period, timeZone, at);
  return { account: nameOf(rule, span.from, run ?? id), rule, of: rule.subject === 'team' ? null : id, run, ...span };
}

/** All accounts that a call is counted in. */
export const accountsOf = (
  rules: readonly BudgetRule[],
  spender: Partial<Spender>,
  when: { timeZone: string; at: number },
): BudgetAccount[] => rules.flatMap((rule) => accountOf(rule, spender, when) ?? []);

/** The account that a name stands for; null when it is none of these budgets. */
export function accountNamed(rules: readonly BudgetRule[], name: string, timeZone: string): BudgetAccount | null {
  const parts = /^([^:]+):(\d{1,15}):(.*)$/s.exec(name);
  if (parts === null) return null;
  const [, budgetId, start, whose = ''] = parts;
  const rule = rules.find((one) => one.budget_id === budgetId);
  if (rule === undefined) return null;
  const from = Number(start);
  const span = budgetSpanAt(rule.period, timeZone, from);
  const ofRun = rule.period === 'run' && rule.subject !== 'run';
  const known = rule.subject === 'team' || rule.subject_id !== null;
  if (span.from !== from || (!ofRun && rule.subject_id !== null && rule.subject_id !== whose)) return null;
  if (!ofRun && rule.subject === 'team' && whose !== '') return null;
  const of = rule.subject === 'team' ? null : known ? rule.subject_id : ofRun ? null : whose;
  return { account: name, rule, of, run: ofRun ? whose : null, ...span };
}
