import type { TopAgent } from './top-agent.ts';

/** What the list can be sorted by; the first is the default. */
export const topSorts = ['cpu', 'memory', 'tokens', 'cost', 'activity', 'state', 'name'] as const;
export type TopSort = (typeof topSorts)[number];

/** What needs a person comes first. */
const states = ['over_budget', 'stuck', 'silent', 'working', 'waiting', 'idle', 'done'];

/** Made once: one for each comparison would cost a thousand agents most of a second. */
const { compare: text } = new Intl.Collator('en', { numeric: true });
/** The largest first; what is not known comes last. */
const down = (left: number | null, right: number | null): number => (right ?? -1) - (left ?? -1);
const rank = ({ state }: TopAgent): number => (state === null ? states.length : states.indexOf(state));

const orders: Record<TopSort, (left: TopAgent, right: TopAgent) => number> = {
  cpu: (left, right) => down(left.cpu_percent, right.cpu_percent),
  memory: (left, right) => down(left.memory_bytes, right.memory_bytes),
  tokens: (left, right) => down(left.total_tokens, right.total_tokens),
  cost: (left, right) => down(left.cost_usd, right.cost_usd),
  activity: (left, right) => text(right.last_updated, left.last_updated),
  state: (left, right) => rank(left) - rank(right),
  name: (left, right) => text(left.agent_id, right.agent_id),
};

/** The agents that have `q` in their id, host or state, in order; equal ones stand by name, so that no line jumps about. */
export function sortAgents(
  agents: readonly TopAgent[],
  { sort, isReversed, q }: { sort: TopSort; isReversed: boolean; q: string },
): TopAgent[] {
  const word = q.toLowerCase();
  const fits = ({ agent_id, host, state }: TopAgent): boolean =>
    [agent_id, host, state].some((field) => field?.toLowerCase().includes(word));
  const sign = isReversed ? -1 : 1;
  return agents
    .filter((agent) => word === '' || fits(agent))
    .toSorted((left, right) => sign * orders[sort](left, right) || orders.name(left, right));
}
