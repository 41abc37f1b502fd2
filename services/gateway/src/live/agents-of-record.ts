import type { CommittedRecord } from '@telltale/contracts/live-entry';
import { createHash } from 'node:crypto';
import { subAgentId, subAgentLabel } from '@telltale/contracts/records/sub-agent';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Who hears a record as an agent's own: its agent, and the sub-agent of it that the record is about. */
export function agentsOfRecord({ agent_id, labels }: CommittedRecord): readonly string[] {
  const subAgent = labels?.[subAgentLabel];
  return subAgent === undefined || subAgent === '' ? [agent_id] : [agent_id, subAgentId(agent_id, subAgent, sha256)];
}
