import { processesDiffer } from '@telltale/contracts/records/told-process';
import type { CallMember } from './call.ts';
import { hasUsage, isSum } from './combine-members.ts';

/** Sums that name neither run, session nor trace are about the calls that their agent made within this, in ms. */
export const agentReachMs = 3_600_000;

/** Epoch ms since when a sum counts: a running total has it in its id (`metric:<ms>:…`), an idle program sends it for days. */
export const sinceOf = ({ at, message_id }: CallMember): number => {
  const told = /^metric:(\d{1,15}):/.exec(message_id ?? '')?.[1];
  return told === undefined ? Date.parse(at) : Math.min(Number(told), Date.parse(at));
};

/** Who counted, and by the counters of which family; null for what an agent says of its own answer. */
export function counterOf({ sum_of }: CallMember): { source: string; family: number } | null {
  const [source = '', family = ''] = sum_of?.split(':') ?? [];
  return source === '' ? null : { source, family: Number(family) };
}

const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;

/** Whether a sum is about the calls of which `member` is one: what one process counts is never about those of another. */
function isAbout(sum: CallMember, member: CallMember): boolean {
  const trace = sum.trace_id ?? null;
  if (trace !== null && trace === (member.trace_id ?? null)) return true;
  if (processesDiffer(sum.process, member.process) || differ(sum.host, member.host)) return false;
  if (sum.run_id !== null) return sum.run_id === member.run_id;
  if (sum.session_id !== null) return sum.session_id === member.session_id;
  if (trace !== null) return false;
  const at = Date.parse(member.at);
  const isNear = at >= sinceOf(sum) - agentReachMs && at <= Date.parse(sum.at) + agentReachMs;
  return sum.agent_id === member.agent_id && isNear;
}

/** What an agent says that its answer came to; counters know of no trace, and of nothing that it does not. */
export const isOfAnswer = (member: CallMember): boolean => isSum(member) && (member.trace_id ?? null) !== null;

/** Of each who counted by several families that tell of the same tokens: the first of those that tell of any. */
function chosenFamilies(sums: readonly CallMember[]): Map<string, number> {
  const chosen = new Map<string, number>();
  for (const sum of sums) {
    const counter = counterOf(sum);
    if (counter === null || !hasUsage(sum)) continue;
    const { source, family } = counter;
    chosen.set(source, Math.min(family, chosen.get(source) ?? family));
  }
  return chosen;
}

type Groups = CallMember[][][];

/**
 * Leaves out the sums of what other records tell call by call, and those of counters beside which better ones, or an agent of its
 * answers, tell of the same tokens. Nothing ever makes one of them count again: calls and counters that were told of stay so.
 */
export function yieldSums(groups: Groups): Groups {
  const sums = groups.map((parts) => parts.flat()).filter((members) => members.every(isSum));
  if (sums.length === 0) return groups;
  const telling = groups.flat(2).filter((member) => (!isSum(member) || isOfAnswer(member)) && hasUsage(member));
  const chosen = chosenFamilies(sums.flat());
  return groups.filter((parts) => {
    const members = parts.flat();
    return !members.every(isSum) || members.every((sum) => counts(sum, telling, chosen));
  });
}

function counts(sum: CallMember, telling: readonly CallMember[], chosen: ReadonlyMap<string, number>): boolean {
  const counter = counterOf(sum);
  const family = counter === null ? undefined : chosen.get(counter.source);
  if (family !== undefined && family !== counter?.family) return false;
  return !telling.some((member) => (!isSum(member) || !isOfAnswer(sum)) && isAbout(sum, member));
}
