import { limits } from '@telltale/contracts/limits';
import { subAgentLabel } from '@telltale/contracts/records/sub-agent';
import { sql, type RawBuilder } from 'kysely';

type Sql = RawBuilder<unknown>;

export const hasSubAgent = (labels: Sql): RawBuilder<boolean> =>
  sql`coalesce(${labels} ->> ${sql.lit(subAgentLabel)}, '') <> ''`;

export const subAgentOf = (labels: Sql): Sql => sql`${labels} ->> ${sql.lit(subAgentLabel)}`;

/** `subAgentId` of the contracts in SQL. */
export const subAgentIdOf = (agentId: Sql, subAgent: Sql): Sql =>
  sql`left(${agentId}, greatest(0, ${sql.lit(limits.idLength - 1)} - length(${subAgent}))) || '/' || (${subAgent})`;
