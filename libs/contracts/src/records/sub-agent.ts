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

/** How many characters of its hash an id ends with that had to be cut, and how many of a sub-agent's name are left in it. */
export const cutSubAgentId = { hash: 12, name: 93 } as const;

/**
 * The id under which a sub-agent is shown: never longer than an id may be. What is cut of the names is in a hash at its
 * end, so that two sub-agents have two ids. `subAgentIdOf` of the store says the same in SQL, which counts characters.
 * `sha256` makes the hash in hex, of UTF-8.
 */
export function subAgentId(agentId: string, subAgent: string, sha256: (text: string) => string): string {
  const whole = `${agentId}/${subAgent}`;
  if (Array.from(whole).length <= limits.idLength) return whole;
  const name = Array.from(subAgent).slice(0, cutSubAgentId.name);
  const room = limits.idLength - cutSubAgentId.hash - '/-'.length - name.length;
  const hash = sha256(whole).slice(0, cutSubAgentId.hash);
  return `${Array.from(agentId).slice(0, room).join('')}/${name.join('')}-${hash}`;
}
