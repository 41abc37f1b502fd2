import { limits } from '@telltale/contracts/limits';
import { cutSubAgentId, subAgentLabel } from '@telltale/contracts/records/sub-agent';
import { sql, type RawBuilder } from 'kysely';

type Sql = RawBuilder<unknown>;

export const hasSubAgent = (labels: Sql): RawBuilder<boolean> =>
  sql`coalesce(${labels} ->> ${sql.lit(subAgentLabel)}, '') <> ''`;

export const subAgentOf = (labels: Sql): Sql => sql`${labels} ->> ${sql.lit(subAgentLabel)}`;

/** `subAgentId` of the contracts in SQL. */
export function subAgentIdOf(agentId: Sql, subAgent: Sql): Sql {
  const whole = sql`(${agentId} || '/' || (${subAgent}))`;
  const name = sql`left(${subAgent}, ${sql.lit(cutSubAgentId.name)})`;
  const room = sql`${sql.lit(limits.idLength - cutSubAgentId.hash - '/-'.length)} - length(${name})`;
  const hash = sql`left(encode(sha256(convert_to(${whole}, 'UTF8')), 'hex'), ${sql.lit(cutSubAgentId.hash)})`;
  return sql`case when length(${whole}) <= ${sql.lit(limits.idLength)} then ${whole}
    else left(${agentId}, ${room}) || '/' || ${name} || '-' || ${hash} end`;
}
