import { tokenCounts } from '@telltale/contracts/records/llm-call';
import { attoOf, formatUsd } from '@telltale/pricing/decimal';
import type { CallMember } from './call.ts';

const inTime = (a: CallMember, b: CallMember): number =>
  Date.parse(a.at) - Date.parse(b.at) || (a.record_id < b.record_id ? -1 : 1);
const tokensOf = ({ input_tokens, output_tokens }: CallMember): number => (input_tokens ?? 0) + (output_tokens ?? 0);

/** What a running total counts: tokens, or where it has none the money that they cost. */
const amountOf = (member: CallMember): number | bigint => tokensOf(member) || attoOf(member.reported_cost_usd ?? '0');

/** A running total that does not say since when it counts: it may begin anew at any time. */
const beginsAnew = ({ message_id }: CallMember): boolean => message_id?.startsWith('metric::') === true;

/** Its last word, and before it each that a lower one came after. */
function peaks(points: readonly CallMember[]): CallMember[] {
  return points.filter((point, index) => {
    const next = points[index + 1];
    return next === undefined || amountOf(next) < amountOf(point);
  });
}

/** Those and from where each of them rose: a point that comes late is then put where it belongs. */
function turns(points: readonly CallMember[]): CallMember[] {
  return points.filter((point, index) => {
    const [before, next] = [points[index - 1], points[index + 1]];
    return (
      before === undefined ||
      amountOf(point) < amountOf(before) ||
      next === undefined ||
      amountOf(next) < amountOf(point)
    );
  });
}

const byId = (members: readonly CallMember[]): CallMember[][] =>
  Map.groupBy(members, ({ message_id, record_id }) => message_id ?? record_id)
    .values()
    .map((points) => points.toSorted(inTime))
    .toArray();

/** What is kept of the records of one sum: the words that count, and what tells which those are. */
export const keptOfSum = (members: readonly CallMember[]): CallMember[] =>
  byId(members).flatMap((points) => (points.some(beginsAnew) ? turns(points) : points.slice(-1)));

type Numbers = (typeof tokenCounts)[number] | 'requests';
const total = (members: readonly CallMember[], name: Numbers): number | null =>
  members.reduce<number | null>((sum, { [name]: value = null }) => (value === null ? sum : (sum ?? 0) + value), null);

type Money = 'cost_usd' | 'reported_cost_usd';
const money = (members: readonly CallMember[], name: Money): string | null => {
  const told = members.flatMap(({ [name]: value }) => (value === null ? [] : [attoOf(value)]));
  return told.length === 0 ? null : formatUsd(told.reduce((sum, value) => sum + value, 0n));
};

/** How a cost may be known, the least certain first. */
const byCertainty = ['estimated', 'approximate', 'computed', 'provider'];
/** A sum is known no better than any part of it. */
function weakestSource(members: readonly CallMember[]): string {
  const told = new Set(members.flatMap(({ cost_usd, cost_source }) => (cost_usd === null ? [] : [cost_source])));
  return byCertainty.find((source) => told.has(source)) ?? 'unknown';
}

/** How many requests: what was read and what was written count the same ones. */
function requestsOf(members: readonly CallMember[]): number | null {
  const sides = [...Map.groupBy(members, ({ input_tokens }) => input_tokens !== null).values()];
  const told = sides.flatMap((side) => total(side, 'requests') ?? []);
  return told.length === 0 ? null : Math.max(...told);
}

/**
 * What the records of one sum come to: of each running total its newest word (and what it was before it began anew), of each
 * delta that came again one, and all of them together.
 */
export function sumUp(members: readonly CallMember[]): CallMember {
  const counted = byId(members).flatMap((points) => (points.some(beginsAnew) ? peaks(points) : points.slice(-1)));
  const last = counted.toSorted(inTime).at(-1);
  if (last === undefined) throw new RangeError('a sum has at least one record');
  const priced = counted.filter((member) => tokensOf(member) > 0);
  const best = priced.toSorted(inTime).at(-1) ?? last;
  // Tokens of which no price is known make all of it unknown.
  const cost = priced.some(({ cost_usd }) => cost_usd === null) ? null : money(counted, 'cost_usd');
  return {
    ...best,
    at: last.at,
    ...Object.fromEntries(tokenCounts.map((name) => [name, total(counted, name)])),
    requests: requestsOf(counted),
    cost_usd: cost,
    cost_source: cost === null ? 'unknown' : weakestSource(counted),
    reported_cost_usd: money(counted, 'reported_cost_usd'),
  };
}
