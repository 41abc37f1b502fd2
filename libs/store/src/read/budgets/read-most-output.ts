import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { isIndexed } from '../agent-spans.ts';

/** The most output tokens of one call among an agent's last hundred; null: none is known. */
export async function readMostOutput(db: Db, teamId: string, agentId: string): Promise<number | null> {
  const { rows } = await sql<{ most: number | null }>`
    select max(output_tokens) as most from (
      select c.output_tokens from llm_call c
      where c.team_id = ${teamId} and ${isIndexed('c.agent_id', teamId, agentId)}
        and c.at > now() - interval '7 days'
      order by c.at desc limit 100) last`.execute(db);
  return rows[0]?.most ?? null;
}
