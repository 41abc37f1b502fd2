import type { TokenUsage } from './http/agent-telemetry.ts';
import type { TeamTotals } from './live.ts';
import type { TelemetryRecord } from './records/record.ts';

/** A record as it was committed; a call also carries what we made of its money, in US dollars. */
export type CommittedRecord = TelemetryRecord & { cost_usd?: number; cost_source?: string; price_version?: string };

/**
 * The new totals after a fold, of the agents it touched and of their team. `under` names the agent that a sub-agent is one
 * of: whoever looks at the whole team sees that one.
 */
export type LiveTotals = {
  agents: { agent_id: string; token_usage: TokenUsage; under?: string }[];
  team: TeamTotals | null;
};

/**
 * One entry of a live shard: a stored batch's records, or totals. Fields of the stream entry: `t` the team, `b` the
 * batch's identity `producer_id:seq` (of totals: any), `d` this as JSON. Only our own services write it.
 */
export type LiveDelta = { records: readonly CommittedRecord[] } | { totals: LiveTotals };
