import { limits } from '../limits.ts';

/**
 * Under this label a record says which of its agent's own sub-agents it is about. Such a sub-agent works within its
 * agent's process and session, so its records are the agent's, counted in it once; by the label it is shown, and its
 * totals are told, as an agent under it. A dimension of every team's totals, whatever else the team allows.
 */
export const subAgentLabel = 'sub_agent';

/** What a client calls the sub-agent that a record is about. */
const clientsWord = 'client_agent_id';

type Labelled = {
  labels?: Record<string, string> | undefined;
  attributes?: Record<string, unknown> | undefined;
};

/** The label of a record whose client named a sub-agent; nothing for one that has it, or has no room for another label. */
export function subAgentLabels({ labels = {}, attributes }: Labelled): { labels?: Record<string, string> } {
  const told = attributes?.[clientsWord];
  if (typeof told !== 'string' || told === '' || told.length > limits.idLength) return {};
  if (Object.hasOwn(labels, subAgentLabel) || Object.keys(labels).length >= limits.labels) return {};
  return { labels: { ...labels, [subAgentLabel]: told } };
}

/** The id under which a sub-agent is shown: never longer than an id may be. */
export function subAgentId(agentId: string, subAgent: string): string {
  return `${agentId.slice(0, Math.max(0, limits.idLength - 1 - subAgent.length))}/${subAgent}`;
}
