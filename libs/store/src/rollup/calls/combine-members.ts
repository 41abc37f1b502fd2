import { unit } from '../cubes.ts';
import { originOrder, passedOn, type CallMember, type CombinedCall } from './call.ts';
import { sumUp } from './combine-sums.ts';

/** Whether a record tells what its call used. */
export const hasUsage = (member: CallMember): boolean => member.input_tokens !== null || member.output_tokens !== null;

/** Place in the written order of origins; one that is not in it comes last. */
export const originRank = (member: Pick<CallMember, 'origin'>): number => {
  const rank = originOrder.findIndex((origin) => origin === member.origin);
  return rank === -1 ? originOrder.length : rank;
};

const descending = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

/** What counters told is a sum over calls: never the word on one of them while there is another. */
export const isSum = ({ origin }: CallMember): boolean => origin === 'metric';

/** Of a client that tells of a call by a log record and a span, the log record says more: how long the cache keeps, the cost. */
const isSpan = ({ span }: CallMember): boolean => typeof span === 'string';

/** Whether a record without usage says by how it failed that its call cost nothing; our proxy, which saw all of it, always has its word. */
const knowsCost = (member: CallMember): boolean => member.origin === 'proxy' || member.cost_usd !== null;

/** How many spans of the same call are around each record's own. */
function depthsOf(members: readonly CallMember[]): Map<CallMember, number> {
  const bySpan = new Map(
    members.flatMap((member) =>
      typeof member.span === 'string' ? [member.span, ...passedOn(member)].map((span) => [span, member] as const) : [],
    ),
  );
  const depthOf = (member: CallMember): number => {
    let depth = 0;
    let around = bySpan.get(member.parent_span ?? '');
    // Spans around each other in a circle are nobody's, but they may be sent.
    for (; around !== undefined && depth < members.length; around = bySpan.get(around.parent_span ?? '')) depth += 1;
    return depth;
  };
  return new Map(members.map((member) => [member, depthOf(member)]));
}

/**
 * Precedence: who gives usage, else who knows that there was none to pay, then the order of origins, then log records before spans, then the innermost of spans around
 * each other, then the newest: a stream repeats the usage of a message, and its last word is the complete one. What several
 * transcripts copied is of one conversation, the same for each of the copies.
 */
function byPrecedence(members: readonly CallMember[]): (a: CallMember, b: CallMember) => number {
  const depths = depthsOf(members);
  return (a, b) =>
    Number(isSum(a)) - Number(isSum(b)) ||
    Number(hasUsage(b)) - Number(hasUsage(a)) ||
    (hasUsage(a) ? 0 : Number(knowsCost(b)) - Number(knowsCost(a))) ||
    originRank(a) - originRank(b) ||
    Number(isSpan(a)) - Number(isSpan(b)) ||
    (depths.get(b) ?? 0) - (depths.get(a) ?? 0) ||
    descending(a.at, b.at) ||
    descending(b.session_id ?? '', a.session_id ?? '') ||
    descending(a.record_id, b.record_id);
}

const parts = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'reasoning_tokens',
] as const;
const detailOf = (member: CallMember): number => parts.filter((name) => member[name] !== null).length;

const cachedOf = ({ cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens }: CallMember): number =>
  (cache_read_tokens ?? 0) + (cache_write_5m_tokens ?? 0) + (cache_write_1h_tokens ?? 0);

/** As many tokens, or as many beside a cache that `first` knows nothing of, as what Bedrock's client tells is around. */
const tellsAsMany = (member: CallMember, first: CallMember): boolean =>
  member.output_tokens === first.output_tokens &&
  (member.input_tokens === first.input_tokens ||
    first.input_tokens === null ||
    (cachedOf(first) === 0 && member.input_tokens === first.input_tokens + cachedOf(member)));

/**
 * Of instrumentations around each other that tell of as many tokens the one that tells most of their parts: that of an SDK may
 * leave out of a stream what the framework's knows, or the other way round. One that tells of the cache as well is believed first.
 */
function moreDetailed(members: readonly CallMember[], first: CallMember): CallMember {
  const isLayer = ({ origin }: CallMember): boolean => origin === 'client' || origin === 'otlp';
  if (!isLayer(first)) return first;
  const alike = members.filter(
    (member) => isLayer(member) && tellsAsMany(member, first) && (member.cost_usd !== null || first.cost_usd === null),
  );
  const more = (one: CallMember, best: CallMember): boolean =>
    one.input_tokens === best.input_tokens || best.input_tokens === null
      ? detailOf(one) > detailOf(best)
      : cachedOf(one) > cachedOf(best);
  return alike.reduce((best, one) => (more(one, best) ? one : best), first);
}

/** How long before its end a call began, by its own word. */
const beganAt = ({ at, duration_ms }: CallMember): number => Date.parse(at) - (duration_ms ?? 0);

/** Who asked, where spans of several programs tell of one call: the outermost of them. A run that told of it keeps it. */
function callerOf(members: readonly CallMember[], best: CallMember): CallMember {
  if (best.run_id !== null || !isSpan(best)) return best;
  const others = members.filter(
    (member) => isSpan(member) && member.origin !== 'proxy' && member.agent_id !== best.agent_id,
  );
  const depths = depthsOf(members);
  const outermost = (a: CallMember, b: CallMember): number =>
    (depths.get(a) ?? 0) - (depths.get(b) ?? 0) || beganAt(a) - beganAt(b) || (a.record_id < b.record_id ? -1 : 1);
  return [best, ...others].toSorted(outermost)[0] ?? best;
}

const [, ...besideAgent] = unit;
/** Filled from the next member when the one before does not say; usage and cost never are. */
const filled = [
  ...besideAgent,
  'provider',
  'derived_provider',
  'response_model',
  'service_tier',
  'speed',
  'duration_ms',
  'ttft_ms',
] as const;

const first = <K extends keyof CallMember>(members: readonly CallMember[], key: K): CallMember[K] | null =>
  members.find((member) => (member[key] ?? null) !== null)?.[key] ?? null;

/**
 * One call from the records that saw it, the same whatever their order. Usage, cost, model, status and time come from
 * the record of highest precedence alone, whose call it is from who asked. A record seen twice counts once.
 */
export function combineMembers(seen: readonly CallMember[]): CombinedCall {
  const records = [...new Map(seen.map((member) => [member.record_id, member])).values()];
  const ids = records.map((member) => member.record_id).sort();
  if (records.length > 1 && records.every(isSum)) return { ...sumUp(records), call_id: ids[0] ?? '', members: records };
  const inOrder = records.sort(byPrecedence(records));
  const [believed] = inOrder;
  if (believed === undefined) throw new RangeError('a call has at least one record');
  const best = moreDetailed(inOrder, believed);
  const members = [best, ...inOrder.filter((member) => member !== best)];
  const caller = callerOf(members, best);
  const named = members.find((member) => member.model !== 'unknown');
  return {
    ...best,
    ...Object.fromEntries(filled.map((key) => [key, first(members, key)])),
    // Of a client and the gateway behind it, which tell of one call, it is the client's.
    ...(caller !== best && Object.fromEntries(unit.map((key) => [key, first([caller, ...members], key)]))),
    model: (named ?? best).model,
    call_id: ids[0] ?? best.record_id,
    members: members.length > 1 ? members : null,
  };
}
