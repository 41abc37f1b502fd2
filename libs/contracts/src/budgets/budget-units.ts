import type { BudgetMeasure } from './budget-rule.ts';

/**
 * Budgets count in whole units, so that scripts of Redis, whose numbers are doubles, add exactly: US dollars × 10^9, or
 * tokens. The largest limit leaves room for what is spent beyond it.
 */
const decimals = 9;
const perUsd = 10 ** decimals;

export const mostUsd = 1_000_000;
export const mostTokens = 1_000_000_000_000_000;

/** A decimal of US dollars in units, rounded up: what is spent is never counted as less. */
export function usdUnits(usd: string): number {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(usd);
  if (parts === null) throw new RangeError(`"${usd}" is not a decimal number`);
  const fraction = (parts[3] ?? '').padEnd(decimals, '0');
  const exact = Number(`${parts[2]}${fraction.slice(0, decimals)}`);
  // What was corrected may be below zero for a moment; towards zero is up there.
  if (parts[1] === '-') return -exact;
  return /[1-9]/.test(fraction.slice(decimals)) ? exact + 1 : exact;
}

/** Units as people read them: US dollars or tokens. */
export const fromUnits = (units: number, measure: BudgetMeasure): number =>
  measure === 'usd' ? units / perUsd : units;
