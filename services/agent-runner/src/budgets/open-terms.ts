import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { HoldTerms } from '../limits/hold-run.ts';
import type { RunWatchedOptions } from '../run/run-options.ts';
import { readTerms } from './read-terms.ts';

/** An id may hold anything. */
const fileName = (agentId: string): string => createHash('sha256').update(agentId).digest('hex').slice(0, 32);

/** What the team of a run holds it to, for each agent of it, the run's own first; empty when it has nowhere to ask. */
export async function openTerms({
  terms,
  identity,
  agentIds = [],
  clock,
  log,
}: Pick<RunWatchedOptions, 'terms' | 'identity' | 'agentIds' | 'clock' | 'log'>): Promise<HoldTerms[]> {
  if (terms === undefined) return [];
  const { port, producerId, folder } = terms;
  const { agent_id: first, run_id, session_id, task_id } = identity;
  const newId = createUuidV7(clock.now);
  return Promise.all(
    [...new Set([first, ...agentIds])].map(async (agent_id) => {
      const spender = { agent_id, run_id, session_id, task_id };
      const file = folder === undefined ? undefined : join(folder, `${fileName(agent_id)}.json`);
      return { terms: await readTerms({ port, spender, file, log }), port, spender, producerId, newId };
    }),
  );
}
