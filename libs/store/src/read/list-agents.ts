import type { AgentRow } from '@telltale/contracts/http/agents';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { agentState, type AgentFacts } from './agent-state.ts';
import { lifecycleOf } from './list-runs.ts';
import { readSumsBy } from './read-sums.ts';
import { readSubAgentSums } from './sub-agents.ts';
import { containing } from './record-page.ts';
import { toSums } from './sums-row.ts';

export type AgentPosition = { lastUpdated: string; agentId: string };

export type AgentPage = {
  teamId: string;
  lifecycle?: AgentRow['lifecycle'] | undefined;
  host?: string | undefined;
  crewId?: string | undefined;
  parentAgentId?: string | undefined;
  /** Only agents that speak for themselves. */
  withoutSubAgents?: boolean | undefined;
  q?: string | undefined;
  after: AgentPosition | null;
  limit: number;
  offset: number;
};

type StateRow = {
  agent_id: string;
  first_at: Date;
  last_at: Date;
  active_at: Date | null;
  host: string | null;
  crew_id: string | null;
  parent_agent_id: string | null;
  sub_agent: string | null;
  name: string | null;
  run_id: string | null;
  run_started_at: Date | null;
  run_ended_at: Date | null;
  end_reason: string | null;
  paused: boolean | null;
  pause_at: Date | null;
  limit_name: string | null;
  limit_step: string | null;
  limit_at: Date | null;
  limit_value: number | null;
  limit_cap: number | null;
  sampled: boolean;
};

/** The same rule as `lifecycleOf`, for filtering. */
const lifecycleSql = sql`case when r.run_id is null then null
  when r.ended_at is null then case when r.sample_at is null then 'started' else 'running' end
  when r.end_reason in ('completed', 'cancelled', 'unknown') then 'stopped' else 'error' end`;

const ms = (time: Date | null): number | null => time?.getTime() ?? null;

function factsOf(row: StateRow): AgentFacts {
  const { run_started_at: started, limit_name: name, limit_at: limitAt } = row;
  const run =
    started === null
      ? null
      : {
          startedAt: started.getTime(),
          endedAt: ms(row.run_ended_at),
          endReason: row.end_reason,
          paused: row.paused ?? false,
          pausedAt: ms(row.pause_at),
          limit:
            name === null || limitAt === null
              ? null
              : {
                  name,
                  step: row.limit_step,
                  at: limitAt.getTime(),
                  value: row.limit_value,
                  cap: row.limit_cap,
                },
        };
  return { firstAt: row.first_at.getTime(), lastAt: row.last_at.getTime(), activeAt: ms(row.active_at), run };
}

/** A sub-agent has no process of its own: while the run of its agent goes on, only what it does says how it is. */
function stateOf(row: StateRow, now: number) {
  const facts = factsOf(row);
  const isWithin = row.sub_agent !== null && row.run_ended_at === null;
  return agentState(isWithin ? { ...facts, run: null } : facts, now);
}

function toAgent(teamId: string, row: StateRow, now: number) {
  const { state, state_reason, since } = stateOf(row, now);
  const hasRun = row.run_started_at !== null;
  const ended = row.run_ended_at !== null;
  return {
    agent_id: row.agent_id,
    name: row.name ?? row.agent_id,
    team_id: teamId,
    state,
    state_reason,
    state_since: new Date(since).toISOString(),
    lifecycle: hasRun ? lifecycleOf({ endReason: row.end_reason, ended, sampled: row.sampled }) : null,
    host: row.host,
    crew_id: row.crew_id,
    parent_agent_id: row.parent_agent_id,
    current_run_id: hasRun && !ended ? row.run_id : null,
    last_updated: row.last_at.toISOString(),
  };
}

function conditionsOf(page: AgentPage) {
  const { after, q } = page;
  const conditions = [
    sql`a.team_id = ${page.teamId}`,
    ...(page.host === undefined ? [] : [sql`a.host = ${page.host}`]),
    ...(page.crewId === undefined ? [] : [sql`a.crew_id = ${page.crewId}`]),
    ...(page.lifecycle === undefined ? [] : [sql`${lifecycleSql} = ${page.lifecycle}`]),
    ...(page.parentAgentId === undefined ? [] : [sql`a.parent_agent_id = ${page.parentAgentId}`]),
    ...(page.withoutSubAgents === true ? [sql`a.sub_agent is null`] : []),
    ...(q === undefined ? [] : [sql`a.agent_id ilike ${containing(q)}`]),
    ...(after === null ? [] : [sql`(a.last_at, a.agent_id) < (${after.lastUpdated}::timestamptz, ${after.agentId})`]),
  ];
  return sql.join(conditions, sql` and `);
}

/** Those heard of last come first; with their newest run and their totals since ever. */
export async function listAgents(db: Db, page: AgentPage, now: number): Promise<{ agents: AgentRow[]; more: boolean }> {
  const { teamId, limit, offset } = page;
  const { rows } = await sql<StateRow>`
    select a.agent_id, a.first_at, a.last_at, greatest(a.active_at, a.logged_at) as active_at, a.host, a.crew_id,
      a.parent_agent_id, a.sub_agent, a.name, r.run_id, r.started_at as run_started_at, r.ended_at as run_ended_at, r.end_reason, r.paused,
      r.pause_at, r.limit_name, r.limit_step, r.limit_at, r.limit_value, r.limit_cap,
      r.sample_at is not null as sampled
    from agent a left join run r on r.team_id = a.team_id and r.run_id = a.run_id
    where ${conditionsOf(page)}
    order by a.last_at desc, a.agent_id desc limit ${limit + 1} offset ${offset}`.execute(db);
  const shown = rows.slice(0, limit);
  const filter = { agent_id: shown.map((row) => row.agent_id) };
  const segments = [{ grain: 0, from: null, to: null }] as const;
  const [sums, subAgents] = await Promise.all([
    readSumsBy(db, 'agent_id', { teamId, cube: 'place', segments, filter }),
    readSubAgentSums(db, { teamId, ids: filter.agent_id }),
  ]);
  const agents = shown.map((row) => ({
    ...toAgent(teamId, row, now),
    ...(subAgents.get(row.agent_id) ?? sums.get(row.agent_id) ?? toSums(undefined)),
  }));
  return { agents, more: rows.length > limit };
}
