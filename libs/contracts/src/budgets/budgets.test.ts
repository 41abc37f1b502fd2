import { describe, expect, test } from 'vitest';
import { accountNamed, accountOf } from './budget-account.ts';
import { budgetSpanAt } from './budget-period.ts';
import type { BudgetRule } from './budget-rule.ts';
import { usdUnits } from './budget-units.ts';

const iso = (ms: number | null): string => (ms === null ? 'never' : new Date(ms).toISOString().slice(0, 16));
const spanOf = (period: BudgetRule['period'], zone: string, at: string): string[] => {
  const { from, to } = budgetSpanAt(period, zone, Date.parse(at));
  return [iso(from), iso(to)];
};

describe('the periods of a time zone begin by its clocks and its calendar', () => {
  test.each([
    ['hour', 'UTC', '2026-11-21T12:34:56Z', '2026-11-21T12:00', '2026-11-21T13:00'],
    ['day', 'UTC', '2026-11-21T00:00:00Z', '2026-11-21T00:00', '2026-11-22T00:00'],
    ['day', 'Europe/Berlin', '2026-11-21T22:59:59Z', '2026-11-20T23:00', '2026-11-21T23:00'],
    ['day', 'Europe/Berlin', '2026-11-21T23:00:00Z', '2026-11-21T23:00', '2026-11-22T23:00'],
    ['day', 'Asia/Kathmandu', '2026-11-21T18:14:59Z', '2026-11-20T18:15', '2026-11-21T18:15'],
    ['hour', 'Asia/Kathmandu', '2026-11-21T18:20:00Z', '2026-11-21T18:15', '2026-11-21T19:15'],
    // The day on which clocks go back has 25 hours, and its hour from 2 to 3 is two.
    ['day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00', '2026-10-25T23:00'],
    ['hour', 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25T00:00', '2026-10-25T02:00'],
    // The one on which they go forward has 23.
    ['day', 'America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T05:00', '2026-03-09T04:00'],
    ['month', 'UTC', '2026-02-28T23:59:59Z', '2026-02-01T00:00', '2026-03-01T00:00'],
    ['month', 'Pacific/Auckland', '2026-12-31T10:59:59Z', '2026-11-30T11:00', '2026-12-31T11:00'],
    ['month', 'Europe/Berlin', '2026-03-15T00:00:00Z', '2026-02-28T23:00', '2026-03-31T22:00'],
    ['total', 'Europe/Berlin', '2026-03-15T00:00:00Z', '1970-01-01T00:00', 'never'],
  ] as const)('%s in %s at %s', (period, zone, at, from, to) => {
    expect(spanOf(period, zone, at)).toEqual([from, to]);
  });

  test('each moment of a year lies in one period, whose ends are the starts of its neighbours', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns']) {
      for (const period of ['hour', 'day', 'month'] as const) {
        const step = { hour: 1_800_000, day: 39_600_000, month: 864_000_000 }[period];
        const start = Date.UTC(2026, period === 'hour' ? 2 : 0, period === 'hour' ? 27 : 1);
        const end = start + (period === 'hour' ? 12 : 365) * 86_400_000;
        let last = budgetSpanAt(period, zone, start);
        for (let at = start; at < end; at += step) {
          const span = budgetSpanAt(period, zone, at);
          expect(span.from).toBeLessThanOrEqual(at);
          expect(span.to).toBeGreaterThan(at);
          if (span.from !== last.from && step < (span.to ?? 0) - span.from) expect(span.from).toBe(last.to);
          last = span;
        }
      }
    }
  });
});

const rule = (fields: Partial<BudgetRule>): BudgetRule => ({
  budget_id: 'b-1',
  name: null,
  subject: 'agent',
  subject_id: null,
  period: 'day',
  measure: 'usd',
  limit_units: 1,
  kind: 'hard',
  warn_at: 0.8,
  on_unknown: 'warn',
  on_unreachable: 'allow',
  ...fields,
});
const when = { timeZone: 'Europe/Berlin', at: Date.parse('2026-11-21T12:00:00Z') };
const spender = { agent_id: 'a:b', run_id: 'r-1', task_id: 't-1' };

test('a call counts in the budgets that are about it, and an account is found again by its name', () => {
  const rules = [
    rule({}),
    rule({ subject: 'team', period: 'total' }),
    rule({ subject: 'team', period: 'run' }),
    rule({ subject: 'task', period: 'month' }),
    rule({ subject: 'agent', subject_id: 'a:b', period: 'run' }),
  ];
  for (const one of rules) {
    const account = accountOf(one, spender, when);
    expect(accountNamed([one], account?.account ?? '', 'Europe/Berlin')).toEqual(
      one.period === 'run' ? { ...account, of: one.subject_id } : account,
    );
  }
  expect(accountOf(rule({ subject: 'session' }), spender, when)).toBeNull();
  expect(accountOf(rule({ subject_id: 'other' }), spender, when)).toBeNull();
});

test('names that no budget has are nobody', () => {
  const day = Date.parse('2026-11-20T23:00:00Z');
  expect(accountNamed([rule({})], `b-1:${day}:x`, 'Europe/Berlin')).not.toBeNull();
  expect(accountNamed([rule({})], `b-1:${day + 1}:x`, 'Europe/Berlin')).toBeNull();
  expect(accountNamed([rule({})], `b-2:${day}:x`, 'Europe/Berlin')).toBeNull();
  expect(accountNamed([rule({ subject_id: 'y' })], `b-1:${day}:x`, 'Europe/Berlin')).toBeNull();
  expect(accountNamed([rule({})], 'b-1', 'Europe/Berlin')).toBeNull();
});

test('money is counted in whole units, and never as less than it is', () => {
  expect(usdUnits('1')).toBe(1_000_000_000);
  expect(usdUnits('0.000000001')).toBe(1);
  expect(usdUnits('0.0000000001')).toBe(1);
  expect(usdUnits('1000000.123456789000000001')).toBe(1_000_000_123_456_790);
  expect(() => usdUnits('a')).toThrow();
});
