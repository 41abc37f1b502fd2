import type { CallMember } from './call.ts';
import { hasUsage, isSum } from './combine-members.ts';

/** Metrics that name neither run nor session are about the calls that their agent made within this, in ms. */
export const agentReachMs = 3_600_000;

/** Epoch ms since when a sum counts: a running total has it in its id (`metric:<ms>:…`), an idle program sends it for days. */
export const sinceOf = ({ at, message_id }: CallMember): number => {
  const told = /^metric:(\d{1,15}):/.exec(message_id ?? '')?.[1];
  return told === undefined ? Date.parse(at) : Math.min(Number(told), Date.parse(at));
};

/**
 * Names that put a span around other ones to the first of them: instrumentations wrap each other, and each tells of the one
 * request. Calls within the same span stay apart, and those that failed within one that went well were attempts before.
 */
export function nestNames(records: readonly CallMember[]): Map<CallMember, string[]> {
  const good = new Map<string, CallMember>();
  const failed = new Map<string, CallMember>();
  for (const record of records) {
    if (typeof record.parent_span !== 'string' || record.parent_span === record.span) continue;
    const within = record.status === 'ok' ? good : failed;
    const first = within.get(record.parent_span);
    if (first === undefined || record.record_id < first.record_id) within.set(record.parent_span, record);
  }
  const innerOf = ({ span, status }: CallMember): CallMember | undefined =>
    typeof span !== 'string' ? undefined : status === 'ok' ? good.get(span) : (failed.get(span) ?? good.get(span));
  const names = new Map<CallMember, string[]>();
  for (const around of records) {
    const inner = innerOf(around);
    if (inner === undefined) continue;
    for (const one of [around, inner]) names.set(one, [...(names.get(one) ?? []), `n:${around.record_id}`]);
  }
  return names;
}

/** Whether a sum that metrics told is about the calls of which `member` is one. */
function isAbout(sum: CallMember, member: CallMember): boolean {
  if (sum.run_id !== null) return sum.run_id === member.run_id;
  if (sum.session_id !== null) return sum.session_id === member.session_id;
  const at = Date.parse(member.at);
  const isNear = at >= sinceOf(sum) - agentReachMs && at <= Date.parse(sum.at) + agentReachMs;
  return sum.agent_id === member.agent_id && isNear;
}

/** Puts the sums that metrics told to the first call of the same place that tells of itself: there they add nothing. */
export function yieldMetrics(groups: readonly CallMember[][][]): CallMember[][][] {
  const sums = groups.filter((parts) => parts.flat().every(isSum));
  if (sums.length === 0) return [...groups];
  const calls = groups.filter((parts) => !sums.includes(parts)).map((parts) => [...parts]);
  const telling = calls.filter((parts) => parts.flat().some((member) => !isSum(member) && hasUsage(member)));
  const alone = sums.filter((parts) => {
    const call = telling.find((one) =>
      parts.flat().some((sum) => one.flat().some((member) => !isSum(member) && isAbout(sum, member))),
    );
    call?.push(...parts);
    return call === undefined;
  });
  return [...calls, ...alone];
}
