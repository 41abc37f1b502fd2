import type { Subscription } from '@telltale/contracts/live';
import { chooseTeam, type Access } from '../auth/access.ts';
import { filterKey, type LiveFilter } from './live-filter.ts';
import type { LiveTarget } from './ports.ts';

/** What a subscription is about, within the one team its key may hear. */
export function toLiveTarget(subscription: Subscription, access: Access): LiveTarget {
  const team = chooseTeam(access, subscription.team_id);
  const { agent_id, session_id, run_id, agent_ids } = subscription;
  if (agent_id !== undefined) return { team, kind: 'agent', id: agent_id };
  if (session_id !== undefined) return { team, kind: 'session', id: session_id };
  if (run_id !== undefined) return { team, kind: 'run', id: run_id };
  return { team, kind: 'team', agentIds: agent_ids ?? null };
}

/** A team's own part of a key: ids are the callers' own and may hold any character. */
export const targetKey = (target: LiveTarget): string =>
  JSON.stringify([target.kind, target.team, target.kind === 'team' ? null : target.id]);

/** The room of everyone who hears the same through the same filter; computed here, never named by a client. */
export const roomKey = (target: LiveTarget, filter: LiveFilter, rate: number): string =>
  `${targetKey(target)} ${rate} ${filterKey(filter)}`;
